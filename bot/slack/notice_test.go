package slack_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/slack/slacktest"
)

// notice is the line under answers in tests.
var notice = bot.Notice{Zh: "内容摘自研报，不构成投资建议。", En: "Drawn from broker reports; not investment advice."}

// What shows the words of reports says once that it is no advice, in how many
// messages and whatever form it stands there; what shows none says nothing.
func TestNotice(t *testing.T) {
	long := &scripted{claims: []string{strings.Repeat("前半句话。", 800), strings.Repeat("后半句话。", 800)}, cites: 1}
	refused := threeClaims()
	refused.change = func(_ bot.Message, r *bot.Reply) {
		r.Answer = answer.Answer{Status: answer.Abstained, Text: "研报没有回答。", Reason: answer.Reason{Code: "off_topic"}}
	}
	for _, c := range []struct {
		name   string
		bot    *scripted
		play   func(r *rig)
		faults []slacktest.Fault
		want   int
	}{
		{"mention", threeClaims(), mentioned, nil, 1},
		{"direct message", threeClaims(), func(r *rig) { r.Say("D1", "U1", question, "") }, nil, 1},
		{"command", threeClaims(), func(r *rig) { r.Command("/ask", "C1", "U1", question) }, nil, 1},
		{"refusal", refused, mentioned, nil, 1},
		{"greeting", threeClaims(), func(r *rig) { r.Say("C1", "U1", slacktest.Mention(""), "") }, nil, 0},
		{"failure", &scripted{err: errors.New("no answer")}, mentioned, nil, 0},
		{"several messages", long, mentioned, nil, 1},
		{"without buttons", threeClaims(), mentioned, []slacktest.Fault{{Method: "chat.stopStream", Code: "invalid_blocks"}, {Method: "chat.update", Code: "invalid_blocks"}}, 1},
		{"without blocks", threeClaims(), mentioned, []slacktest.Fault{{Method: "chat.stopStream", Code: "invalid_blocks"}, {Method: "chat.update", Code: "invalid_blocks", Times: 2}}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			inSlack(t, public, c.bot, func(t *testing.T, r *rig) {
				for _, f := range c.faults {
					r.Fail(f)
				}
				c.play(r)
				r.settle(time.Minute)
				got, n := 0, 0
				for _, m := range append(r.Said("C1"), r.Said("D1")...) {
					n++
					got += strings.Count(m.Everything(), notice.Zh)
				}
				if got != c.want || n == 0 {
					t.Errorf("%d messages say it %d times, want %d", n, got, c.want)
				}
			})
		})
	}
}

func mentioned(r *rig) { r.Say("C1", "U1", slacktest.Mention(question), "") }
