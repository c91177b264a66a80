package slack_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
	"reportbot/bot/state"
)

// A post whose reply is lost, and that look-ups show late, is not made again.
func TestPostShownLate(t *testing.T) {
	for _, c := range []struct {
		method string
		set    func(r *rig)
		fault  slacktest.Fault
	}{
		{"chat.startStream", func(*rig) {}, slacktest.Fault{Status: 503, Landed: true}},
		{"chat.startStream", func(*rig) {}, slacktest.Fault{Cut: true, Landed: true}},
		{"chat.postMessage", lacks("chat.startStream", "assistant.threads.setStatus"), slacktest.Fault{Cut: true, Landed: true}},
		{"chat.postMessage", lacks("chat.startStream"), slacktest.Fault{Code: "fatal_error", Landed: true}},
	} {
		for _, late := range []time.Duration{0, 2 * time.Second, 9 * time.Second} {
			t.Run(fmt.Sprint(c.method, c.fault.Status, c.fault.Code, late), func(t *testing.T) {
				inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
					c.set(r)
					r.Late = func() time.Duration { return late }
					c.fault.Method = c.method
					r.Fail(c.fault)
					r.Say("C1", "U1", slacktest.Mention(question), "")
					r.settle(time.Minute)
					if m := r.one("C1"); m.Streaming || !strings.HasSuffix(m.Text, "风险在于海外交付。") {
						t.Errorf("streaming %v: %s", m.Streaming, m.Text)
					}
					r.unfinished(0)
				})
			})
		}
	}
}

// While nobody can look whether a post landed, it is not made again: the event
// waits, over a restart too, and is answered once when Slack is well.
func TestPostNobodySees(t *testing.T) {
	for _, restart := range []bool{false, true} {
		for _, landed := range []bool{true, false} {
			inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
				r.Fail(slacktest.Fault{Method: "chat.startStream", Status: 502, Landed: landed})
				r.Fail(slacktest.Fault{Method: "conversations.replies", Status: 503, Times: 1000})
				r.Say("C1", "U1", slacktest.Mention(question), "")
				r.settle(5 * time.Minute)
				if n := len(r.Said("C1")); n > 1 || n == 1 != landed {
					t.Errorf("restart %v, landed %v: %d messages", restart, landed, n)
				}
				r.unfinished(1)
				if restart {
					r.restart(r.bot)
					r.settle(5 * time.Minute)
					r.unfinished(1)
				}
				r.Mend()
				r.settle(5 * time.Minute)
				if m := r.one("C1"); m.Streaming || !strings.HasSuffix(m.Text, "风险在于海外交付。") {
					t.Errorf("restart %v, landed %v: streaming %v: %s", restart, landed, m.Streaming, m.Text)
				}
				r.unfinished(0)
			})
		}
	}
}

// When Slack takes no post for a while, the answer comes later.
func TestSlackDownForMinutes(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		for _, m := range []string{"chat.startStream", "chat.postMessage"} {
			r.Fail(slacktest.Fault{Method: m, Status: 503, Times: 1000})
		}
		r.Say("C1", "U1", slacktest.Mention(question), "")
		r.settle(10 * time.Minute)
		r.unfinished(1)
		r.Mend()
		r.settle(3 * time.Minute)
		wantAll(t, r.one("C1").Text, "海外交付")
		r.unfinished(0)
	})
}

// A restart in the middle of an answer of several messages leaves each of them
// once, and none that the new answer does not have.
func TestPartsAfterRestart(t *testing.T) {
	for _, parts := range []int{1, 5} {
		b := &scripted{claims: []string{strings.Repeat("很长的一句话。", 2200)}, cites: 1}
		inSlack(t, public, b, func(t *testing.T, r *rig) {
			r.Lacks = []string{"chat.startStream", "assistant.threads.setStatus"}
			r.Fail(slacktest.Fault{Method: "chat.postMessage", Skip: 2, Status: 429, After: time.Hour})
			r.Say("C1", "U1", slacktest.Mention(question), "")
			r.settle(20 * time.Second)
			if n := len(r.Said("C1")); n != 2 {
				t.Fatalf("%d messages before the restart, want the first two", n)
			}
			r.stop()
			r.unfinished(1)
			r.bot.claims = []string{strings.Repeat("很长的一句话。", 2200*parts/5)}
			r.start(r.bot, slack.Options{AppToken: slacktest.AppToken})
			r.settle(3 * time.Minute)
			seen, all := map[any]int{}, ""
			for _, m := range r.Said("C1") {
				seen[m.Metadata["part"]]++
				all += strings.TrimPrefix(m.Everything(), m.Text) // which is cut
			}
			for part, n := range seen {
				if n != 1 {
					t.Errorf("part %v stands there %d times", part, n)
				}
			}
			if got, want := strings.Count(all, "很长的一句话。"), 2200*parts/5; got != want {
				t.Errorf("%d sentences in %d messages, want %d", got, len(seen), want)
			}
			r.unfinished(0)
		})
	}
}

// What only the asker sees is shown at most once: when nobody can tell whether
// it was, the asker is told to ask again.
func TestWhisperedOnce(t *testing.T) {
	for _, c := range []struct {
		name    string
		fault   slacktest.Fault
		stop    bool
		answers int
		told    int
	}{
		{"well", slacktest.Fault{}, false, 1, 0},
		{"reply lost", slacktest.Fault{Cut: true, Landed: true}, false, 1, 1},
		{"request lost", slacktest.Fault{Cut: true}, false, 0, 1},
		{"503", slacktest.Fault{Status: 503}, false, 0, 1},
		{"stopped before the reply", slacktest.Fault{Landed: true, Wait: time.Minute}, true, 1, 1},
		{"stopped on its way", slacktest.Fault{Slow: 5 * time.Second, Landed: true, Wait: time.Minute}, true, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			inSlack(t, desk, threeClaims(), func(t *testing.T, r *rig) {
				c.fault.Method, c.fault.Skip = "hook", 1 // behind the working mark
				r.Fail(c.fault)
				r.Command("/ask", "C1", "U1", question)
				r.settle(4 * time.Second)
				if c.stop {
					r.stop()
					r.unfinished(1)
					r.start(r.bot, slack.Options{AppToken: slacktest.AppToken})
				}
				r.settle(2 * time.Minute)
				answers, told := 0, 0
				for _, m := range r.Said("C1") {
					if strings.Contains(m.Everything(), "海外交付") {
						answers++
					}
					if strings.Contains(m.Everything(), "可能没有送达") {
						told++
					}
				}
				if answers != c.answers || told != c.told {
					t.Errorf("%d answers, told %d times to ask again; want %d and %d\n%s", answers, told, c.answers, c.told, r.log)
				}
				r.unfinished(0)
			})
		})
	}
}

// An edit or a deletion while a question is answered is not forgotten by a
// restart.
func TestChangedBeforeRestart(t *testing.T) {
	inSlack(t, public, &scripted{claims: []string{"问的是%s", "第二句。"}, every: 15 * time.Second, cites: 1}, func(t *testing.T, r *rig) {
		edited, _ := r.Say("C1", "U1", slacktest.Mention("甲？"), "")
		deleted, _ := r.Say("C2", "U1", slacktest.Mention("丁？"), "")
		r.settle(20 * time.Second)
		r.Edit("C1", "U1", edited, slacktest.Mention("乙？"))
		r.Fail(slacktest.Fault{Method: "chat.delete", Status: 503, Times: 20}) // it is not done when the end comes
		r.Delete("C2", deleted)
		r.settle(time.Second)
		r.stop()
		r.Mend()
		r.start(r.bot, slack.Options{AppToken: slacktest.AppToken})
		r.settle(3 * time.Minute)
		if m := r.one("C1"); !strings.Contains(m.Text, "问的是乙？") {
			t.Errorf("got %s", m.Text)
		}
		if got := r.Said("C2"); len(got) > 0 {
			t.Errorf("a deleted question is answered: %+v", got)
		}
		r.unfinished(0)
	})
}

// However many questions a process leaves behind, the next one refuses none.
func TestManyLeftBehind(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		r.stop()
		for n := range 30 {
			e := fmt.Sprintf(`{"id":"C%d-946684801.1","kind":"ask","team":"T1","channel":"C%d","user":"U1","ts":"946684801.1","mention":true,"text":%q}`, n, n, question)
			if _, err := r.state.Record(t.Context(), state.Event{ID: fmt.Sprintf("C%d-946684801.1", n), Body: []byte(e), At: time.Now()}); err != nil {
				t.Fatal(err)
			}
		}
		r.start(r.bot, slack.Options{AppToken: slacktest.AppToken, Workers: 2, Queue: 5})
		r.settle(5 * time.Minute)
		for n := range 30 {
			wantAll(t, r.one(fmt.Sprint("C", n)).Text, "海外交付")
		}
		r.unfinished(0)
	})
}
