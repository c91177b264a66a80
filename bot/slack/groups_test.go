package slack_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
)

const membersOf = "usergroups.users.list"

// granted: U1 is in S1, which sees the desk; U2 is granted deals by name.
var granted = bot.Settings{Public: []string{"default"}, Channels: map[string]bot.Channel{"C1": {}, "C3": {Collections: []string{"desk"}}},
	Users: map[string][]string{"U2": {"deals"}}, Groups: map[string][]string{"S1": {"desk"}, "S2": {"default"}, "S3": {"desk", "macro"}}}

// scopes are those of the questions the bot was asked since n, each once.
func (r *rig) scopes(n int) string {
	var out []string
	for _, m := range r.bot.heard()[n:] {
		if s := fmt.Sprint(m.Scope); len(out) == 0 || out[len(out)-1] != s {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}

// asked asks in a place and returns the scopes the bot was asked with.
func (r *rig) asked(channel, user string) string {
	r.t.Helper()
	n := len(r.bot.heard())
	r.Say(channel, user, slacktest.Mention(question), "")
	r.settle(40 * time.Second)
	return r.scopes(n)
}

// What one person reads alone shows what the user and the user's groups are
// granted; a channel shows its own, and Slack is not even asked.
func TestGroups(t *testing.T) {
	inSlack(t, granted, threeClaims(), func(t *testing.T, r *rig) {
		r.Group("S1", true, "U1", "U3")
		r.Group("S3", true, "U3")
		for _, c := range []struct{ channel, user, want string }{
			{"C1", "U1", "[default]"}, {"C1", "U2", "[default]"}, {"C3", "U9", "[default desk]"}, {"C9", "U1", "[default]"},
		} {
			if got := r.asked(c.channel, c.user); got != c.want {
				t.Errorf("%s in %s: %s, want %s", c.user, c.channel, got, c.want)
			}
		}
		if n := len(r.Calls(membersOf)); n != 0 {
			t.Errorf("Slack was asked %d times for the sake of channels", n)
		}
		for _, c := range []struct{ channel, user, want string }{
			{"D1", "U1", "[default desk]"}, {"D2", "U2", "[deals default]"}, {"D3", "U3", "[default desk macro]"}, {"D9", "U9", "[default]"},
		} {
			if got := r.asked(c.channel, c.user); got != c.want {
				t.Errorf("%s in %s: %s, want %s", c.user, c.channel, got, c.want)
			}
		}
		if slices.ContainsFunc(r.Calls(membersOf), func(c slacktest.Call) bool { return c.Form.Get("usergroup") == "S2" }) {
			t.Error("Slack was asked for a group that shows nobody anything more")
		}
	})
}

// A command's answer shows a channel what the channel sees, and more to the
// asker alone; also in a direct message, which may be one of two people.
func TestGroupsPrivate(t *testing.T) {
	inSlack(t, granted, threeClaims(), func(t *testing.T, r *rig) {
		r.Group("S1", true, "U1")
		r.Command("/ask", "C1", "U1", question)
		r.Command("/ask", "D7", "U1", question)
		r.Command("/ask", "D8", "U9", question)
		r.settle(20 * time.Second)
		for channel, to := range map[string]string{"C1": "U1", "D7": "U1", "D8": ""} {
			if m := r.one(channel); m.To != to {
				t.Errorf("%s: the answer is for %q, want %q", channel, m.To, to)
			}
		}
		if got := r.scopes(0); !strings.Contains(got, "[default desk]") || !strings.Contains(got, "[default]") {
			t.Errorf("scopes: %s", got)
		}
	})
	b := threeClaims()
	b.change = func(m bot.Message, r *bot.Reply) {
		if len(m.Scope) == 1 {
			r.Answer = answer.Answer{Status: answer.Abstained, Text: "研报没有回答这个问题。"}
		}
	}
	inSlack(t, granted, b, func(t *testing.T, r *rig) {
		r.Group("S1", true, "U1")
		for user, want := range map[string]int{"U1": 2, "U9": 1} {
			n := len(r.Said("C1"))
			r.Say("C1", user, slacktest.Mention(question), "")
			r.settle(40 * time.Second)
			if got := r.Said("C1")[n:]; len(got) != want || got[len(got)-1].To != map[int]string{2: user, 1: ""}[want] {
				t.Errorf("%s: %+v", user, got)
			}
		}
	})
}

// Membership is kept for a minute, forgotten at once when Slack tells of a
// change, and never held for known when Slack does not answer.
func TestGroupsChange(t *testing.T) {
	inSlack(t, bot.Settings{Public: []string{"default"}, Groups: map[string][]string{"S1": {"desk"}}}, threeClaims(), func(t *testing.T, r *rig) {
		const yes, no = "[default desk]", "[default]"
		calls := func() int { return len(r.Calls(membersOf)) }
		ask := func(want string) {
			t.Helper()
			n := len(r.bot.heard())
			r.Say("D1", "U1", question, "")
			r.settle(10 * time.Second)
			if got := r.scopes(n); got != want {
				t.Errorf("scope %s, want %s", got, want)
			}
		}
		r.Group("S1", true, "U1")
		ask(yes)
		ask(yes)
		if n := calls(); n != 1 {
			t.Errorf("Slack was asked %d times, want once", n)
		}
		r.Group("S1", false, "U2") // and Slack tells
		ask(no)
		r.Group("S1", false, "U1")
		ask(yes)
		r.Group("S1", true, "U2") // Slack does not tell: believed for a minute at most
		ask(yes)
		r.settle(time.Minute)
		ask(no)
		r.Group("S1", false, "U1")
		ask(yes)
		r.Group("S1", false) // disabled
		ask(no)
		r.Group("S1", false, "U1")
		ask(yes)
		r.settle(2 * time.Minute)
		r.Fail(slacktest.Fault{Method: membersOf, Times: 100, Status: http.StatusBadGateway}) // what was known is too old
		ask(no)
		wantAll(t, r.log.String(), "not known who is in a user group")
		r.Mend()
		r.settle(20 * time.Second) // a call that is being repeated waits longer each time
		ask(yes)
		r.unfinished(0)
	})
}

// A workspace whose app may not read groups is told so in the log, once for
// the method; its users see what they see without groups.
func TestGroupsLacking(t *testing.T) {
	inSlack(t, granted, threeClaims(), func(t *testing.T, r *rig) {
		r.Group("S1", true, "U1")
		r.Fail(slacktest.Fault{Method: membersOf, Times: 2, Code: "missing_scope"})
		if got := r.asked("D1", "U1") + r.asked("D1", "U1"); got != "[default][default]" {
			t.Errorf("scopes %s", got)
		}
		if n := len(r.Calls(membersOf)); n < 1 || n > 2 { // both are asked of at once, and the first answer may come before the second call
			t.Errorf("Slack was asked %d times, want at most once for each group", n)
		}
		wantAll(t, r.log.String(), "missing_scope")
	})
}

// Many questions at once ask Slack once.
func TestGroupsAtOnce(t *testing.T) {
	inSlack(t, bot.Settings{Public: []string{"default"}, Groups: map[string][]string{"S1": {"desk"}}}, threeClaims(), func(t *testing.T, r *rig) {
		r.stop()
		r.start(r.bot, slack.Options{AppToken: slacktest.AppToken, Workers: 8})
		r.Group("S1", true, "U1", "U2", "U3", "U4")
		for n := range 4 {
			r.Say(fmt.Sprint("D", n), fmt.Sprint("U", n+1), question, "")
		}
		r.settle(20 * time.Second)
		if got := r.scopes(0); got != "[default desk]" {
			t.Errorf("scopes %s", got)
		}
		if n := len(r.Calls(membersOf)); n != 1 {
			t.Errorf("Slack was asked %d times, want once", n)
		}
	})
}

// More groups than Slack can be asked for at once: whoever asks first is in
// those that are known by then, later in all of them, and all stay known.
func TestGroupsMany(t *testing.T) {
	set := bot.Settings{Public: []string{"default"}, Groups: map[string][]string{}}
	for n := range 30 {
		set.Groups[fmt.Sprintf("S%02d", n)] = []string{fmt.Sprintf("c%02d", n)}
	}
	inSlack(t, set, threeClaims(), func(t *testing.T, r *rig) {
		for id := range set.Groups {
			r.Group(id, true, "U1")
		}
		seen := func() int {
			n := len(r.bot.heard())
			r.Say("D1", "U1", question, "")
			r.settle(20 * time.Second)
			return len(r.bot.heard()[n].Scope) - 1
		}
		if n := seen(); n < 10 || n == 30 {
			t.Errorf("the first question sees %d groups' collections", n)
		}
		r.settle(time.Minute)
		for range 3 {
			if n := seen(); n != 30 {
				t.Errorf("later questions see %d groups' collections, want all 30", n)
			}
		}
		if n := len(r.Calls(membersOf)); n != 30 {
			t.Errorf("Slack was asked %d times, want once for each group", n)
		}
		r.unfinished(0)
	})
}
