package slack

import "testing"

// Answers go to Slack's own addresses, or to the server that stands in for it.
func TestOfSlack(t *testing.T) {
	for _, c := range []struct {
		api, address string
		want         bool
	}{
		{"https://slack.com/api/", "https://hooks.slack.com/commands/T1/2/x", true},
		{"https://slack.com/api/", "https://hooks.slack-gov.com/actions/T1/2/x", true},
		{"https://slack.com/api/", "https://HOOKS.slack.com/x", true},
		{"https://slack.com/api/", "http://hooks.slack.com/x", false},
		{"https://slack.com/api/", "https://hooks.slack.com:8443/x", false},
		{"https://slack.com/api/", "https://hooks.slack.com@evil.example/x", false},
		{"https://slack.com/api/", "https://hooks.slack.com.evil.example/x", false},
		{"https://slack.com/api/", "https://evilslack.com/x", false},
		{"https://slack.com/api/", "https://127.0.0.1/x", false},
		{"http://127.0.0.1:5/api/", "http://127.0.0.1:5/hook/1", true},
		{"http://127.0.0.1:5/api/", "http://127.0.0.1:6/hook/1", false},
		{"http://127.0.0.1:5/api/", "https://hooks.slack.com/x", false},
	} {
		s := &Slack{opt: Options{APIURL: c.api}}
		if got := s.ofSlack(c.address); got != c.want {
			t.Errorf("%s with %s: got %v, want %v", c.address, c.api, got, c.want)
		}
	}
}
