package slack_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
)

// Why Slack does not let us in is told in words that say what to mend: the log
// and readiness name the token and Slack's reason, or that nobody answers. When
// it is mended the bot is there without a restart.
func TestUnreached(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault slacktest.Fault
		want  string
	}{
		{"scope forgotten", slacktest.Fault{Method: "apps.connections.open", Code: "missing_scope"}, "Slack refuses SLACK_APP_TOKEN: missing_scope; it must begin with xapp- and have the scope connections:write"},
		{"bot token as app token", slacktest.Fault{Method: "apps.connections.open", Code: "not_allowed_token_type"}, "Slack refuses SLACK_APP_TOKEN: not_allowed_token_type"},
		{"app token revoked", slacktest.Fault{Method: "apps.connections.open", Code: "invalid_auth"}, "Slack refuses SLACK_APP_TOKEN: invalid_auth"},
		{"Slack is down", slacktest.Fault{Method: "apps.connections.open", Status: 502}, "Slack answers 502"},
		{"bot token revoked", slacktest.Fault{Method: "auth.test", Code: "account_inactive"}, "Slack refuses SLACK_BOT_TOKEN: account_inactive"},
		{"down at the start", slacktest.Fault{Method: "auth.test", Status: 503}, "Slack answers 503"},
	} {
		t.Run(c.name, func(t *testing.T) {
			inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
				r.stop()
				c.fault.Times = 1000
				r.Fail(c.fault)
				r.start(r.bot, slack.Options{AppToken: slacktest.AppToken})
				r.settle(20 * time.Second)
				if err := r.slack.Ready(); err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("Ready = %v, want %q", err, c.want)
				}
				wantAll(t, r.log.String(), c.want)
				r.Mend()
				r.settle(3 * time.Minute)
				if err := r.slack.Ready(); err != nil {
					t.Errorf("mended, and still %v", err)
				}
			})
		})
	}
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		r.stop()
		nobody := errors.New("no route to host")
		r.start(r.bot, slack.Options{AppToken: slacktest.AppToken, Dial: func(context.Context, string, string) (net.Conn, error) { return nil, nobody }})
		if err := r.slack.Ready(); err == nil || err.Error() != "Slack is not reached: no route to host" {
			t.Errorf("Ready = %v", err)
		}
	})
}
