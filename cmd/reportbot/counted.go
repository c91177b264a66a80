package main

import (
	"reportbot/bot/answer"
	"reportbot/bot/metrics"
	"reportbot/bot/slack"
	"reportbot/ingest"
)

// showCounted shows at once, as 0, what is known to be counted: an alarm over a
// figure that is not there yet never goes off, and the first of its kind
// is no rise. What names a reason or a method of Slack's comes with the first.
func showCounted(m *metrics.Metrics) {
	for _, kind := range []slack.Kind{slack.Ask, slack.Reports, slack.Help, slack.Joined, slack.Wider, slack.Share} {
		m.Known("questions", "kind", string(kind))
	}
	for _, outcome := range []string{
		string(answer.Answered), string(answer.Abstained), string(answer.Unavailable), "help", "deleted",
		"refused:full", "refused:not_permitted", "refused:rate_user", "refused:rate_channel", "refused:rate_workspace", "failed:internal", "failed:timeout", "failed:state",
	} {
		m.Known("outcomes", "outcome", outcome)
	}
	for _, state := range []ingest.State{ingest.Added, ingest.Unchanged, ingest.Duplicate, ingest.Failed, ingest.Removed} {
		m.Known("reports", "state", string(state))
	}
	for _, good := range []string{"true", "false"} {
		m.Known("feedback", "good", good)
	}
	for _, name := range []string{"slack_duplicates", "slack_unknown_envelopes", "slack_bad_signatures", "budget_refused"} {
		m.Known(name)
	}
}
