package slack_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
)

// Whoever asks too much is told once, alone, and answered again later; nobody
// else waits for it. Where too many wait it is the same.
func TestTooMany(t *testing.T) {
	for _, direct := range []bool{false, true} {
		t.Run(fmt.Sprint("direct ", direct), func(t *testing.T) {
			b := &scripted{claims: []string{"目标价为86.40元"}}
			inSlack(t, public, b, func(t *testing.T, r *rig) {
				r.stop()
				r.start(b, slack.Options{AppToken: slacktest.AppToken, Limiter: bot.NewLimiter(bot.Rates{User: 2})})
				channel, text := "C1", slacktest.Mention(question)
				if direct {
					channel, text = "D1", question
				}
				for range 5 {
					r.Say(channel, "U1", text, "")
				}
				r.settle(time.Minute)
				answers, notes := counted(r.Said(channel))
				if answers != 2 || notes != 1 {
					t.Fatalf("%d answers and %d refusals, want 2 and 1: %+v", answers, notes, r.Said(channel))
				}
				if n := r.meter.of("outcomes outcome refused:rate_user"); n != 3 {
					t.Errorf("%d questions refused, want 3", n)
				}
				r.Say(channel, "U1", text, "")
				r.Say("C2", "U2", slacktest.Mention(question), "")
				r.settle(time.Minute)
				if answers, notes = counted(r.Said(channel)); answers != 3 || notes != 1 || len(r.Said("C2")) != 1 {
					t.Errorf("a minute later: %d answers and %d refusals, want 3 and 1", answers, notes)
				}
			})
		})
	}
}

// counted are the answers, and the refusals; those in a channel are for one
// reader.
func counted(all []slacktest.Message) (answers, notes int) {
	for _, m := range all {
		switch {
		case strings.Contains(m.Everything(), "你提问太快") && (m.To == "U1" || strings.HasPrefix(m.Channel, "D")):
			notes++
		case strings.Contains(m.Everything(), "86.40"):
			answers++
		}
	}
	return answers, notes
}

// A full queue refuses what comes, and says so once to each who asks.
func TestFullQueue(t *testing.T) {
	b := &scripted{claims: []string{"目标价为86.40元"}, every: 20 * time.Second}
	inSlack(t, public, b, func(t *testing.T, r *rig) {
		r.stop()
		r.start(b, slack.Options{AppToken: slacktest.AppToken, Workers: 1, Queue: 2, Limiter: bot.NewLimiter(bot.Rates{})})
		for n := range 9 {
			r.Say("C1", fmt.Sprint("U", n%3), slacktest.Mention(question), "")
			r.settle(time.Second)
		}
		r.settle(5 * time.Minute)
		told := map[string]int{}
		answers := 0
		for _, m := range r.Said("C1") {
			if strings.Contains(m.Everything(), "等待回答的问题太多") {
				told[m.To]++
			} else {
				answers++
			}
		}
		if answers != 3 || len(told) != 3 || told["U0"] != 1 || told["U1"] != 1 || told["U2"] != 1 {
			t.Errorf("%d answers, told %v; want 3 answers, and each asker told once alone", answers, told)
		}
	})
}

// A refusal that cannot be told for now is told later; the question stays
// refused.
func TestRefusalToldLater(t *testing.T) {
	b := &scripted{claims: []string{"目标价为86.40元"}}
	inSlack(t, public, b, func(t *testing.T, r *rig) {
		r.stop()
		r.start(b, slack.Options{AppToken: slacktest.AppToken, Limiter: bot.NewLimiter(bot.Rates{User: 1})})
		r.Fail(slacktest.Fault{Method: "chat.postEphemeral", Times: 7, Status: 429, After: 10 * time.Second})
		r.Say("C1", "U1", slacktest.Mention(question), "")
		r.Say("C1", "U1", slacktest.Mention(question), "")
		r.settle(10 * time.Minute)
		answers, notes := counted(r.Said("C1"))
		if answers != 1 || notes != 1 || len(b.heard()) != 1 {
			t.Errorf("%d answers, %d refusals told, %d asked; want one each", answers, notes, len(b.heard()))
		}
		wantAll(t, r.log.String(), "question left for later")
		r.unfinished(0)
	})
}
