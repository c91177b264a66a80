package slack_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/slack/slacktest"
	"reportbot/bot/ticker"
	"reportbot/ingest/report"
)

// What was granted when an answer was given is of no use to its buttons once it
// is revoked.
func TestRevokedButtons(t *testing.T) {
	set := bot.Settings{Public: []string{"default"}, Users: map[string][]string{"U1": {"desk"}}}
	b := threeClaims()
	b.cites = 3
	inSlack(t, set, b, func(t *testing.T, r *rig) {
		r.Say("D1", "U1", question, "")
		r.settle(20 * time.Second)
		m := r.one("D1")
		r.Press(m, "U1", "passages", true)
		r.settle(time.Second)
		r.set.Users = nil
		r.Press(m, "U1", "passages", true)
		r.settle(time.Second)
		v := r.Views()
		if len(v) != 2 || !strings.Contains(fmt.Sprint(v[0]), "青岚证券") || strings.Contains(fmt.Sprint(v[1:]), "青岚证券") {
			t.Errorf("modals: %v", v)
		}
		asked := len(r.bot.heard())
		r.Press(m, "U1", "wider", true)
		r.settle(20 * time.Second)
		if all := r.Said("D1"); len(all) != 2 || !strings.Contains(all[1].Everything(), "请再问一次") || len(r.bot.heard()) != asked {
			t.Errorf("searched wider for what was asked in another scope: %+v", all)
		}
		r.unfinished(0)
	})
}

// A question that is edited while it is answered is asked anew by what may be
// seen then.
func TestRevokedWhileAsked(t *testing.T) {
	set := bot.Settings{Public: []string{"default"}, Users: map[string][]string{"U1": {"desk"}}}
	b := threeClaims()
	b.every = 5 * time.Second
	inSlack(t, set, b, func(t *testing.T, r *rig) {
		ts, _ := r.Say("D1", "U1", question, "")
		r.settle(2 * time.Second)
		r.set.Users = nil
		r.Edit("D1", "U1", ts, "云栖算力的评级是什么？")
		r.settle(time.Minute)
		if got := r.scopes(0); got != "[default desk] [default]" {
			t.Errorf("scopes %s", got)
		}
		r.one("D1")
		r.unfinished(0)
	})
}

// A security that was offered is not named again where nobody knows it any
// more.
func TestRevokedOffer(t *testing.T) {
	b := threeClaims()
	b.change = func(m bot.Message, r *bot.Reply) {
		k := &ticker.Card{Status: ticker.Ambiguous, Candidates: []report.Security{{Name: "赤霄科技"}}}
		if m.Text == "赤霄科技" {
			k = &ticker.Card{Status: ticker.Unknown, Reason: "不认识“赤霄科技”"}
		}
		r.Card, r.Answer = k, answer.Answer{Status: answer.Abstained, Text: "请选择：" + k.Reason}
	}
	inSlack(t, public, b, func(t *testing.T, r *rig) {
		r.Command("/ticker", "C1", "U1", "赤霄")
		r.settle(20 * time.Second)
		r.Press(r.one("C1"), "U2", "card_0", true)
		r.settle(20 * time.Second)
		all := r.Said("C1")
		if last := all[len(all)-1].Everything(); len(all) != 2 || strings.Contains(last, "赤霄") || !strings.Contains(last, "请再问一次") {
			t.Errorf("said: %+v", all)
		}
		if m := all[0]; !strings.Contains(m.Everything(), "赤霄科技") || slacktest.BotUser != m.User {
			t.Errorf("offered: %+v", m)
		}
		r.unfinished(0)
	})
}
