package slack_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
)

// Each fault of Slack's ends in one right message, or one reason in the log.
func TestFaults(t *testing.T) {
	const whole = "目标价为86.40元。 [1] [2]\n维持“买入”评级。\n风险在于海外交付。"
	for _, c := range []struct {
		name   string
		faults []slacktest.Fault
		set    func(r *rig)
		last   time.Duration // of the bot between claims
		log    string        // instead of a message
	}{
		{name: "none"},
		{name: "429 on the first post", faults: []slacktest.Fault{{Method: "chat.startStream", Status: 429, After: 3 * time.Second}}},
		{name: "429 on appending", faults: []slacktest.Fault{{Method: "chat.appendStream", Status: 429, After: 4 * time.Second}}},
		{name: "503 before the stream began", faults: []slacktest.Fault{{Method: "chat.startStream", Status: 503, Times: 2}}},
		{name: "503 after the stream began", faults: []slacktest.Fault{{Method: "chat.startStream", Status: 503, Landed: true}}},
		{name: "503 before the post landed", faults: []slacktest.Fault{{Method: "chat.postMessage", Status: 503}}, set: lacks("chat.startStream")},
		{name: "503 after the post landed", faults: []slacktest.Fault{{Method: "chat.postMessage", Status: 503, Landed: true}}, set: lacks("chat.startStream")},
		{name: "503 after text was appended", faults: []slacktest.Fault{{Method: "chat.appendStream", Status: 503, Landed: true}}},
		{name: "503 after the stream was closed", faults: []slacktest.Fault{{Method: "chat.stopStream", Status: 503, Landed: true}}},
		{name: "no streams", set: lacks("chat.startStream")},
		{name: "no status", set: lacks("assistant.threads.setStatus")},
		{name: "neither", set: lacks("chat.startStream", "assistant.threads.setStatus")},
		{name: "stream closed on appending", faults: []slacktest.Fault{{Method: "chat.appendStream", Code: "message_not_in_streaming_state"}}},
		{name: "stream closed after five minutes", last: 3 * time.Minute},
		{name: "message too long", faults: []slacktest.Fault{{Method: "chat.stopStream", Code: "msg_too_long"}}},
		{name: "blocks refused once", faults: []slacktest.Fault{{Method: "chat.stopStream", Code: "invalid_blocks"}, {Method: "chat.update", Code: "invalid_blocks"}}},
		{name: "archived channel", set: func(r *rig) { r.Archived = []string{"C1"} }, log: "is_archived"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := threeClaims()
			if c.last > 0 {
				b.every = c.last
			}
			inSlack(t, public, b, func(t *testing.T, r *rig) {
				if c.set != nil {
					c.set(r)
				}
				for _, f := range c.faults {
					r.Fail(f)
				}
				r.Say("C1", "U1", slacktest.Mention(question), "")
				r.settle(time.Minute + 3*c.last)
				if c.log != "" {
					if got := r.Said("C1"); len(got) > 0 || strings.Count(r.log.String(), "level=ERROR") != 1 {
						t.Errorf("%d messages, log: %s", len(got), r.log)
					}
					wantAll(t, r.log.String(), c.log)
					return
				}
				m := r.one("C1")
				if m.Streaming {
					t.Error("the stream is still open")
				}
				if m.Text != whole && m.Text != strings.ReplaceAll(whole, "“", "“") {
					t.Errorf("text: %s", m.Text)
				}
				wantAll(t, m.Everything(), "[1] 青岚证券", "[2] 青岚证券")
				r.unfinished(0)
			})
		})
	}
}

// What Slack finds too long is cut in two, and again, between sentences.
func TestCutInTwo(t *testing.T) {
	b := &scripted{claims: []string{strings.Repeat("前半句话。", 120), strings.Repeat("后半句话。", 120)}, cites: 1}
	inSlack(t, public, b, func(t *testing.T, r *rig) {
		r.Lacks = []string{"chat.startStream", "assistant.threads.setStatus"}
		r.Fail(slacktest.Fault{Method: "chat.update", Code: "msg_too_long", Times: 2})
		r.Say("C1", "U1", slacktest.Mention(question), "")
		r.settle(time.Minute)
		got := r.Said("C1")
		all := ""
		for i, m := range got {
			all += m.Text + "\n"
			if last := i == len(got)-1; m.Has("feedback") != last || !last && strings.Contains(m.Everything(), "青岚证券") {
				t.Errorf("message %d of %d: %s", i+1, len(got), m.Everything())
			}
		}
		if len(got) < 2 || strings.Count(all, "前半句话。") != 120 || strings.Count(all, "后半句话。") != 120 || strings.Index(all, "后") < strings.LastIndex(all, "前") {
			t.Errorf("%d messages: %s\n%s", len(got), all, r.log)
		}
	})
}

// An answer that Slack does not take in any form leaves no working mark: what
// stands there says that it failed.
func TestRefusedInEveryForm(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		r.Lacks = []string{"chat.startStream", "assistant.threads.setStatus"}
		r.Fail(slacktest.Fault{Method: "chat.update", Code: "msg_too_long", Times: 3}) // claims twice, then the end
		ts, _ := r.Say("C1", "U1", slacktest.Mention(question), "")
		r.settle(time.Minute)
		m := r.one("C1")
		wantAll(t, m.Everything(), "没有得到回答", "C1-"+ts)
		if strings.Contains(m.Everything(), "正在检索") {
			t.Errorf("a working mark is left: %s", m.Everything())
		}
		r.unfinished(0)
	})
}

// Between the first claim and the end, text is added to the stream.
func TestStream(t *testing.T) {
	b := threeClaims()
	b.every = 3 * time.Second
	inSlack(t, public, b, func(t *testing.T, r *rig) {
		r.Say("C1", "U1", slacktest.Mention(question), "")
		r.settle(7 * time.Second)
		if m := r.one("C1"); !m.Streaming || m.Text != "目标价为86.40元。 [1] [2]\n维持“买入”评级。" {
			t.Errorf("streaming %v: %s", m.Streaming, m.Text)
		}
		r.settle(time.Minute)
		if n := len(r.Calls("chat.update")); n > 0 {
			t.Errorf("%d updates of a stream that went well", n)
		}
	})
}

func lacks(methods ...string) func(r *rig) {
	return func(r *rig) { r.Lacks = methods }
}

// unfinished checks how many events are recorded and not finished.
func (r *rig) unfinished(want int) {
	r.t.Helper()
	if p, err := r.state.Pending(r.t.Context()); err != nil || len(p) != want {
		r.t.Errorf("%d events are unfinished, want %d: %v", len(p), want, err)
	}
}

// The socket may break in the middle of an answer, and between.
func TestSocketDrops(t *testing.T) {
	for _, reason := range []string{"", "refresh_requested"} {
		inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
			r.Say("C1", "U1", slacktest.Mention(question), "")
			r.settle(time.Second)
			r.Disconnect(reason)
			r.settle(20 * time.Second)
			wantAll(t, r.one("C1").Text, "海外交付")
			r.Say("C2", "U1", slacktest.Mention(question), "")
			r.settle(20 * time.Second)
			r.one("C2")
			if err := r.slack.Ready(); err != nil || r.Lost() > 0 {
				t.Errorf("ready: %v, lost %d", err, r.Lost())
			}
		})
	}
}

// A token that is refused makes us not ready, and says so; nothing but the
// state of the token matters for coming back.
func TestRevokedToken(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		r.Revoke(true)
		r.Say("C1", "U1", slacktest.Mention(question), "")
		r.settle(30 * time.Second)
		if err := r.slack.Ready(); err == nil || !strings.Contains(err.Error(), "token_revoked") {
			t.Errorf("ready: %v", err)
		}
		wantAll(t, r.log.String(), "token_revoked")
		if strings.Contains(r.log.String(), slacktest.BotToken) || strings.Contains(r.log.String(), question) {
			t.Error("the log holds a token or a question")
		}
		r.unfinished(0)
		r.Disconnect("")
		r.settle(time.Minute)
		if err := r.slack.Ready(); err == nil {
			t.Error("ready without a token")
		}
		r.Revoke(false)
		r.settle(time.Minute)
		if err := r.slack.Ready(); err != nil {
			t.Error(err)
		}
	})
}

// What slack-go cannot read is acked, and the question in it answered.
func TestUnknownEnvelopes(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		event := slacktest.Spoken("app_mention", "C1", "U1", slacktest.Mention(question), "946684801.000100", "")
		event["blocks"] = []any{map[string]any{"type": "actions", "elements": []any{map[string]any{"type": "from_the_future"}}}}
		all := []*slacktest.Envelope{
			r.Event(event),
			r.Event(map[string]any{"type": "never_heard_of"}),
			r.Send("new_kind", map[string]any{"x": 1}),
			r.Send("events_api", "not an object"),
			r.Send("interactive", map[string]any{"type": "block_actions", "actions": []any{}}),
		}
		r.settle(20 * time.Second)
		for i, e := range all {
			if n, ok := e.Deliveries(); n != 1 || !ok {
				t.Errorf("envelope %d: delivered %d times, acked %v", i, n, ok)
			}
		}
		wantAll(t, r.one("C1").Text, "海外交付")
	})
}

// A mention is one question, however often and in whatever form it comes.
func TestRedelivery(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		ts, _ := r.Say("C1", "U1", slacktest.Mention(question), "")
		mention := r.Callback(slacktest.Spoken("app_mention", "C1", "U1", slacktest.Mention(question), ts, ""))
		for range 500 {
			r.Send("events_api", mention)
			r.Event(slacktest.Spoken("message", "C1", "U1", slacktest.Mention(question), ts, ""))
		}
		r.settle(30 * time.Second)
		r.one("C1")
		if n := len(r.bot.heard()); n != 1 || r.Lost() > 0 {
			t.Errorf("asked %d times, %d envelopes lost", n, r.Lost())
		}
	})
}

// A slow disk does not lose an event: what is not acked comes again.
func TestSlowAck(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		r.stop() // nobody acks
		_, e := r.Say("C1", "U1", slacktest.Mention(question), "")
		r.settle(30 * time.Second)
		r.start(r.bot, slack.Options{AppToken: slacktest.AppToken})
		r.settle(2 * time.Minute)
		if n, ok := e.Deliveries(); n != 3 || !ok {
			t.Errorf("delivered %d times, acked %v", n, ok)
		}
		r.one("C1")
	})
}

func TestEditedAndDeleted(t *testing.T) {
	inSlack(t, public, &scripted{claims: []string{"问的是%s", "第二句。"}, every: 2 * time.Second, cites: 1}, func(t *testing.T, r *rig) {
		ts, _ := r.Say("C1", "U1", slacktest.Mention("甲？"), "")
		r.settle(3 * time.Second)
		r.Edit("C1", "U1", ts, slacktest.Mention("乙？"))
		r.settle(20 * time.Second)
		m := r.one("C1")
		wantAll(t, m.Text, "问的是乙？")
		if strings.Contains(m.Everything(), "甲") {
			t.Errorf("the old question is answered: %s", m.Everything())
		}
		r.Edit("C1", "U1", ts, slacktest.Mention("丙？")) // too late
		ts, _ = r.Say("C2", "U1", slacktest.Mention("丁？"), "")
		r.settle(3 * time.Second)
		r.Delete("C2", ts)
		r.settle(20 * time.Second)
		if got := r.Said("C2"); len(got) > 0 {
			t.Errorf("a deleted question is answered: %+v", got)
		}
		if n := len(r.bot.heard()); n != 3 {
			t.Errorf("asked %d times", n)
		}
		r.unfinished(0)
	})
}

// A restart in the middle of an answer ends in one message.
func TestRestart(t *testing.T) {
	for _, landed := range []bool{true, false} {
		slow := &scripted{claims: []string{"第一句。", "第二句。"}, every: 20 * time.Second, cites: 1}
		inSlack(t, public, slow, func(t *testing.T, r *rig) {
			r.Say("C1", "U1", slacktest.Mention(question), "")
			if landed {
				r.settle(25 * time.Second)
			} else {
				r.settle(5 * time.Second)
			}
			began := time.Now()
			r.stop()
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("stopping took %v", took)
			}
			r.unfinished(1)
			r.start(r.bot, slack.Options{AppToken: slacktest.AppToken})
			r.settle(2 * time.Minute)
			wantAll(t, r.one("C1").Text, "第一句。 [1]\n第二句。")
			r.unfinished(0)
		})
	}
}

// 200 questions from 50 channels at once: none lost, none doubled, the order
// of a thread kept, no channel over its rate.
func TestLoad(t *testing.T) {
	b := &scripted{claims: []string{"答%s", "第二句。"}, every: 300 * time.Millisecond, cites: 1}
	inSlack(t, public, b, func(t *testing.T, r *rig) {
		roots := map[int]string{}
		for c := range 50 {
			roots[c] = fmt.Sprintf("946684700.%06d", c)
		}
		for n := range 4 {
			for c := range 50 {
				r.Say(fmt.Sprint("C", c), "U1", slacktest.Mention(fmt.Sprintf("问%d-%d？", c, n)), roots[c])
			}
		}
		r.settle(10 * time.Minute)
		limited := 0
		for _, call := range r.Calls("") {
			if call.Error == "ratelimited" {
				limited++
			}
		}
		for c := range 50 {
			got := r.Said(fmt.Sprint("C", c))
			if len(got) != 4 {
				t.Fatalf("channel %d: %d answers", c, len(got))
			}
			for n, m := range got {
				if want := fmt.Sprintf("答问%d-%d？ [1]\n第二句。", c, n); m.Text != want || m.Streaming {
					t.Errorf("channel %d, answer %d: %q, want %q", c, n, m.Text, want)
				}
			}
		}
		if limited > 0 || r.Lost() > 0 || len(r.bot.heard()) != 200 {
			t.Errorf("%d calls over the rate, %d envelopes lost, %d questions asked", limited, r.Lost(), len(r.bot.heard()))
		}
		r.unfinished(0)
	})
}

// Everything we post is within Slack's limits and calls nobody.
func TestHostileText(t *testing.T) {
	hostile := "<!channel> <@U1> https://evil.example/x www.evil.example [名](http://evil.example) ![图](http://evil.example/i.png) *ST华 `x`\n# 标题 & " + strings.Repeat("很长的一句话<>&。", 1500)
	b := &scripted{claims: []string{"第一句。", hostile}, every: 200 * time.Millisecond, cites: 40}
	inSlack(t, public, b, func(t *testing.T, r *rig) {
		r.Say("C1", "U1", slacktest.Mention(question), "")
		r.settle(time.Minute)
		got := r.Said("C1")
		if len(got) < 2 {
			t.Fatalf("%d messages, want several\n%s", len(got), r.log)
		}
		all := 0
		for _, m := range got {
			raw, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			text := m.Everything()
			for _, bad := range []string{"<!", "<@", "](", "!["} {
				if m.Edits == 0 && len(m.Blocks) == 0 && strings.Contains(text, bad) || strings.Contains(string(raw), "<!channel>") {
					t.Errorf("%q stands in a message", bad)
				}
			}
			all += strings.Count(text, "很长的一句话")
			if m.Thread == "" {
				t.Error("a part stands outside of the thread")
			}
		}
		if last := got[len(got)-1]; !last.Has("sources") || !last.Has("feedback") {
			t.Error("the last part has no button for all sources")
		} else {
			r.Press(last, "U1", "sources", true)
			r.settle(time.Second)
			if v := r.Views(); len(v) != 1 || len(list(v[0]["blocks"])) != 40 {
				t.Errorf("modal: %v", v)
			}
		}
		for _, call := range r.Calls("chat.postMessage") {
			if call.Form.Get("unfurl_links") != "false" || call.Form.Get("unfurl_media") != "false" {
				t.Error("links may unfurl")
			}
		}
		synctest.Wait()
	})
}
