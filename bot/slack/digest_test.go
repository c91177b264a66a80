package slack_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/bot/digest"
	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
	"reportbot/bot/state"
	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// pile is a corpus of reports that come as a test wants.
type pile struct {
	mu      sync.Mutex
	reports []*report.Report
}

func (s *pile) come(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range n {
		id := fmt.Sprint("r", len(s.reports)+1)
		s.reports = append(s.reports, &report.Report{ID: id, Title: "点评 " + id, Publisher: "青岚证券", Published: "2000-01-01", Collection: "default", Pages: 3,
			Securities: []report.Security{{Code: "999230.SZ", Name: "星河智能"}}})
	}
}

func (s *pile) Reports(context.Context, retrieval.Scope) ([]*report.Report, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*report.Report(nil), s.reports...), nil
}

func (s *pile) Names(context.Context) (map[string][]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string][]string{}
	for _, r := range s.reports {
		out[r.ID] = []string{r.ID}
	}
	return out, nil
}

func (s *pile) ReportPassages(_ context.Context, id string) ([]report.Passage, error) {
	return []report.Passage{{ID: id + "-1", ReportID: id, Path: []string{"投资要点"}, PageFrom: 2, Text: "我们预计 " + id + " <!channel> 的收入在下半年增长12%，毛利率改善到23.4%。"}}, nil
}

func (s *pile) Facts(context.Context, string) ([]report.Fact, error) { return nil, nil }

// inDigests runs a test with a bot that sends digests.
func inDigests(t *testing.T, set bot.Settings, test func(t *testing.T, r *rig, s *pile)) {
	t.Helper()
	b := &scripted{}
	inSlack(t, set, b, func(t *testing.T, r *rig) {
		s := &pile{}
		stop := func() {}
		r.with = func(front *slack.Slack) {
			stop() // the process before this one
			run := digest.NewRunner(s, r.state, r.state, front, digest.Options{Log: slog.New(slog.NewTextHandler(r.log, nil)), Scope: func(context.Context, state.Subscription) (retrieval.Scope, bool, error) {
				return retrieval.Scope{"default"}, true, nil
			}})
			front.TakeDigests(digest.NewDesk(run, r.state, nil))
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() { defer close(done); _ = run.Run(ctx) }()
			stop = func() { cancel(); <-done }
		}
		r.restart(b)
		test(t, r, s)
		stop()
	})
}

// restart ends the bot's process and starts another.
func (r *rig) restart(b slack.Bot) {
	r.stop()
	r.start(b, slack.Options{AppToken: slacktest.AppToken})
}

// until lets time pass up to an hour of 1 January 2000 in Shanghai, where it is
// eight in the morning when a bubble begins.
func (r *rig) until(day, hour, minute int) {
	r.settle(time.Until(time.Date(2000, 1, day, hour-8, minute, 0, 0, time.UTC)))
}

// visible are the bot's messages that everybody sees.
func (r *rig) visible(channel string) (out []slacktest.Message) {
	for _, m := range r.Said(channel) {
		if m.To == "" {
			out = append(out, m)
		}
	}
	return out
}

// A channel subscribes, gets what comes at its time, and nothing twice.
func TestDigest(t *testing.T) {
	inDigests(t, public, func(t *testing.T, r *rig, s *pile) {
		s.come(1)
		r.Command("/digest", "C1", "U1", "订阅 每天 08:30")
		r.settle(time.Second)
		if m := r.one("C1"); m.To != "U1" {
			t.Errorf("everybody sees %+v", m)
		} else {
			wantAll(t, m.Everything(), "已订阅（编号 1）", "2000-01-01 08:30 CST")
		}
		s.come(2)
		r.until(1, 8, 32)
		all := r.visible("C1")
		if len(all) != 1 {
			t.Fatalf("%d messages, want the digest: %+v\n%s", len(all), all, r.log)
		}
		text := all[0].Everything()
		wantAll(t, text, "研报摘要 · 2000-01-01 08:30 · 新增 2 篇", "【星河智能 999230.SZ】", "我们预计 r3 &lt;!channel&gt; 的收入", "[2]", "《点评 r2》 青岚证券 2000-01-01 · 第 2 页 · 共 3 页", "共 3 页\n\n"+notice.Zh)
		if strings.Contains(text, "<!channel>") || strings.Contains(text, "r1") {
			t.Errorf("got %s", text)
		}
		for _, c := range r.Calls("chat.postMessage") {
			if c.Form.Get("unfurl_links") != "false" || c.Form.Get("unfurl_media") != "false" {
				t.Errorf("unfurls: %v", c.Form)
			}
		}
		r.until(3, 9, 0)
		if n := len(r.visible("C1")); n != 1 {
			t.Errorf("%d messages after silent days", n)
		}
		s.come(1)
		r.Command("/digest", "C1", "U1", "preview")
		r.settle(time.Second)
		r.Command("/digest", "C1", "U1", "now")
		r.settle(time.Second)
		said := r.Said("C1")
		wantAll(t, said[len(said)-3].Everything()+said[len(said)-2].Everything()+said[len(said)-1].Everything(), "点评 r4", notice.En, "Sent.")
		if n := len(r.visible("C1")); n != 2 {
			t.Errorf("%d messages after now", n)
		}
		if ok, err := r.state.AnsweredIn(t.Context(), strings.Join([]string{slacktest.Team, "C1", all[0].TS}, "/")); !ok || err != nil {
			t.Errorf("questions in its thread are not for us: %v", err)
		}
	})
}

// Whatever Slack does to the posts of a long digest, and wherever a process
// ends, each of its parts stands there once, the later ones in the thread.
func TestDigestFaults(t *testing.T) {
	const method = "chat.postMessage"
	for _, tt := range []struct {
		why    string
		faults []slacktest.Fault
	}{
		{"all is well", nil},
		{"the first refused", []slacktest.Fault{{Method: method, Status: 503}}},
		{"the reply to the first lost", []slacktest.Fault{{Method: method, Status: 503, Landed: true}}},
		{"refused for long", []slacktest.Fault{{Method: method, Status: 500, Times: 12}}},
		{"a reply lost, and nothing heard of it for long", []slacktest.Fault{{Method: method, Status: 502, Landed: true}, {Method: "conversations.history", Status: 503, Times: 12}}},
		{"a later one refused for long", []slacktest.Fault{{Method: method, Skip: 1, Status: 503, Times: 12}}},
		{"the reply to a later one lost, and nothing heard", []slacktest.Fault{{Method: method, Skip: 2, Status: 503, Landed: true}, {Method: "conversations.replies", Status: 503, Times: 12}}},
		{"too fast", []slacktest.Fault{{Method: method, Status: 429, After: 30 * time.Second, Times: 2}}},
	} {
		for _, stop := range []time.Duration{0, 3 * time.Second, 20 * time.Second} {
			t.Run(fmt.Sprint(tt.why, " stop ", stop), func(t *testing.T) {
				if testing.Short() && stop > 0 && len(tt.faults) < 2 {
					t.Skip("the two-fold faults are enough in short")
				}
				inDigests(t, public, func(t *testing.T, r *rig, s *pile) {
					r.Command("/digest", "C1", "U1", "subscribe daily 08:30")
					r.settle(time.Second)
					s.come(110)
					for _, f := range tt.faults {
						r.Fail(f)
					}
					r.until(1, 8, 30)
					if stop > 0 {
						r.settle(stop)
						r.restart(r.bot)
					}
					r.until(1, 12, 0)
					parts := map[float64]int{}
					first := ""
					for _, m := range r.visible("C1") {
						n, _ := m.Metadata["part"].(float64)
						if parts[n]++; n == 0 {
							first = m.TS
						}
						if want := map[bool]string{true: "", false: first}[n == 0]; m.Thread != want {
							t.Errorf("part %v in thread %q, want %q", n, m.Thread, want)
						}
					}
					for n := range len(parts) {
						if parts[float64(n)] != 1 {
							t.Errorf("parts %v\n%s", parts, r.log)
						}
					}
					if len(parts) < 3 {
						t.Errorf("parts %v\n%s", parts, r.log)
					}
					subs, err := r.state.Subscriptions(t.Context(), "C1")
					open, err2 := r.state.OpenSlots(t.Context())
					if err != nil || err2 != nil || len(open) > 0 || subs[0].Cursor != 110 {
						t.Errorf("%+v, %d open, %v, %v", subs, len(open), err, err2)
					}
				})
			})
		}
	}
}

// A post whose reply was lost is found among all that was said since.
func TestDigestFoundInBusyChannel(t *testing.T) {
	inDigests(t, public, func(t *testing.T, r *rig, s *pile) {
		r.Command("/digest", "C1", "U1", "subscribe daily 08:30")
		r.settle(time.Second)
		s.come(1)
		r.Fail(slacktest.Fault{Method: "chat.postMessage", Status: 503, Landed: true})
		r.Fail(slacktest.Fault{Method: "conversations.history", Status: 503, Times: 6})
		r.until(1, 8, 31)
		for range 250 {
			r.Say("C1", "U2", "午饭吃什么呢", "")
		}
		r.until(1, 10, 0)
		if n := len(r.visible("C1")); n != 1 {
			t.Errorf("the digest stands there %d times\n%s", n, r.log)
		}
	})
}

// A channel that the bot left pauses the subscription: the log and the list
// say so.
func TestDigestOfClosedChannel(t *testing.T) {
	inDigests(t, public, func(t *testing.T, r *rig, s *pile) {
		r.Command("/digest", "C1", "U1", "subscribe daily 08:30")
		r.settle(time.Second)
		s.come(1)
		r.Fail(slacktest.Fault{Method: "chat.postMessage", Code: "not_in_channel"})
		r.until(1, 8, 31)
		wantAll(t, r.log.String(), "digest paused", "reason=not_in_channel")
		r.Command("/digest", "C1", "U1", "resume")
		r.until(2, 8, 31)
		if all := r.visible("C1"); len(all) != 1 {
			t.Errorf("after it was taken up again: %+v", all)
		}
		r.Fail(slacktest.Fault{Method: "conversations.history", Code: "channel_not_found"})
		r.Command("/digest", "C2", "U1", "subscribe daily 08:30")
		r.settle(time.Second)
		wantAll(t, r.one("C2").Everything(), "/invite")
	})
}

// Who may change a channel's digests is a setting.
func TestDigestManagers(t *testing.T) {
	set := bot.Settings{Public: []string{"default"}, Channels: map[string]bot.Channel{"C1": {Managers: []string{"U2"}}, "C2": {Members: []string{"U2"}}}}
	inDigests(t, set, func(t *testing.T, r *rig, _ *pile) {
		for channel, want := range map[string]string{"C1": "digest_managers", "C2": "may not"} {
			r.Command("/digest", channel, "U1", "subscribe daily 08:30")
			r.settle(time.Second)
			wantAll(t, r.one(channel).Everything(), want)
			r.Command("/digest", channel, "U2", "subscribe daily 08:30")
			r.settle(time.Second)
			wantAll(t, r.Said(channel)[1].Everything(), "Subscribed")
		}
	})
}

// Without a desk /digest says that there is none.
func TestDigestWithoutDesk(t *testing.T) {
	inSlack(t, public, &scripted{}, func(t *testing.T, r *rig) {
		r.Command("/digest", "C1", "U1", "list")
		r.settle(time.Second)
		wantAll(t, r.one("C1").Everything(), "no digests here")
	})
}
