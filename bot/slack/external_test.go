package slack_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/bot/slack/slacktest"
)

// A channel that people of another organisation read is answered where the
// settings say so by name, and nowhere else: by mention, command and button.
func TestExternal(t *testing.T) {
	set := bot.Settings{Public: []string{"default"}, Channels: map[string]bot.Channel{"C2": {External: true}, "C3": {Every: true}}}
	inSlack(t, set, threeClaims(), func(t *testing.T, r *rig) {
		r.Share("C1", "C2", "C3")
		for _, c := range []struct {
			channel string
			command bool
			want    bool
		}{{"C1", false, false}, {"C2", false, true}, {"C4", false, true}, {"C1", true, false}, {"C2", true, true}, {"C5", true, true}} {
			n := len(r.bot.heard())
			if c.command {
				r.Command("/ask", c.channel, "U1", question)
			} else {
				r.Say(c.channel, "U1", slacktest.Mention(question), "")
			}
			r.settle(20 * time.Second)
			if asked := len(r.bot.heard()) > n; asked != c.want {
				t.Errorf("%+v: answered %v", c, asked)
			}
			if said := fmt.Sprint(r.Said(c.channel)); !c.want && (!strings.Contains(said, "没有在这个频道提问的权限") || strings.Contains(said, "86.40")) {
				t.Errorf("%+v: %s", c, said)
			}
		}
		n := len(r.bot.heard())
		r.Say("C3", "U1", question, "") // every question of the channel, had it no strangers
		r.settle(20 * time.Second)
		if len(r.bot.heard()) > n || len(r.Said("C3")) > 0 {
			t.Errorf("C3: %+v", r.Said("C3"))
		}
	})
}

// What becomes shared is heeded at once, since Slack tells of it; what cannot
// be learned is taken as shared, but for a scope that this app was not given.
func TestExternalChanges(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		ask := func(channel string, want bool) {
			t.Helper()
			n := len(r.bot.heard())
			r.Command("/ask", channel, "U1", question)
			r.settle(2 * time.Minute)
			if asked := len(r.bot.heard()) > n; asked != want {
				t.Errorf("%s: answered %v, want %v", channel, asked, want)
			}
		}
		ask("C1", true)
		ask("C1", true)
		if n := len(r.Calls("conversations.info")); n != 1 {
			t.Errorf("Slack was asked %d times", n)
		}
		r.Share("C1")
		r.Event(map[string]any{"type": "channel_shared", "channel": "C1", "connected_team_id": "T9", "event_ts": "1.1"})
		r.settle(time.Second)
		ask("C1", false)
		r.Share()
		r.settle(11 * time.Minute) // nobody told of it
		ask("C1", true)
		r.Fail(slacktest.Fault{Method: "conversations.info", Times: 9, Code: "internal_error"})
		ask("C6", false)
		r.Mend()
		r.Fail(slacktest.Fault{Method: "conversations.info", Times: 1, Code: "missing_scope"})
		ask("C7", true)
		ask("C8", true)
	})
}

// A digest waits while it is not known who reads its channel: a subscription
// that were paused for it would stay so.
func TestExternalUnknownForDigests(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		r.Fail(slacktest.Fault{Method: "conversations.info", Times: 9, Code: "internal_error"})
		if scope, ok, err := r.slack.Seen(t.Context(), "C1", "U1", false); err == nil || ok || scope != nil {
			t.Errorf("while Slack fails: %v, %v, %v", scope, ok, err)
		}
		r.Mend()
		if scope, ok, err := r.slack.Seen(t.Context(), "C1", "U1", false); err != nil || !ok || len(scope) != 1 {
			t.Errorf("afterwards: %v, %v, %v", scope, ok, err)
		}
		r.Share("C2")
		if scope, ok, err := r.slack.Seen(t.Context(), "C2", "U1", false); err != nil || ok {
			t.Errorf("where strangers read: %v, %v, %v", scope, ok, err)
		}
	})
}
