package metrics

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPage(t *testing.T) {
	m := New(Options{
		Waiting: func() int { return 3 }, Ready: func() bool { return true },
		PricePrompt: 2, PriceCompletion: 10, Version: "v1",
	})
	m.Count("questions", "kind", "reports")
	m.Count("questions", "kind", "reports")
	m.Count("outcomes", "outcome", "failed:channel_not_found")
	m.Count("slack_retries", "method", "chat.postMessage", "reason", "429")
	m.Count("slack_retries", "reason", "503", "method", "chat.update", "more", "x")
	m.Count("slack_retries") // as wrong as it is, it is counted
	m.Count("redelivered")
	m.Count("lost", "by", "U0123ABCD")                         // who asked is nobody's business
	m.Count("outcomes", "outcome", "青岚证券的目标价是多少")              // nor is what
	m.Count("outcomes", "outcome", strings.Repeat("long", 20)) // nor a label of any length
	m.Count("redelivered_total")                               // reads like another
	m.Count("青岚证券")
	m.Observe("search", 0.04)
	m.Observe("search_seconds", 400)
	m.Tokens(1500, 250)
	m.Tokens(-1, 0)
	want := []string{
		`reportbot_build_info{version="v1"} 1`,
		`reportbot_cost_total 5.5`,
		`reportbot_lost_total{by="other"} 1`,
		`reportbot_outcomes_total{outcome="failed:channel_not_found"} 1`,
		`reportbot_outcomes_total{outcome="other"} 2`,
		`reportbot_questions_total{kind="reports"} 2`,
		`reportbot_queue_length 3`,
		`reportbot_ready 1`,
		`reportbot_redelivered_total 1`,
		`reportbot_slack_retries_total{method="",reason=""} 1`,
		`reportbot_slack_retries_total{method="chat.postMessage",reason="429"} 1`,
		`reportbot_slack_retries_total{method="chat.update",reason="503"} 1`,
		`reportbot_stage_seconds_bucket{stage="search",le="+Inf"} 2`,
		`reportbot_stage_seconds_sum{stage="search"} 400.04`,
		`reportbot_stage_seconds_count{stage="search"} 2`,
		`reportbot_tokens_total{kind="completion"} 250`,
		`reportbot_tokens_total{kind="prompt"} 1500`,
	}
	var got []string
	for line := range strings.Lines(page(m)) {
		if strings.HasPrefix(line, "reportbot_") && (!strings.Contains(line, "_bucket") || strings.Contains(line, "+Inf")) {
			got = append(got, strings.TrimSpace(line))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the page (-want +got):\n%s", diff)
	}
	if !strings.Contains(page(m), "go_goroutines") {
		t.Error("the page says nothing of the process")
	}
}

// What is known is shown as 0 and counts on from there, whatever the order of
// its labels.
func TestKnown(t *testing.T) {
	m := New(Options{})
	m.Known("outcomes", "outcome", "answered")
	m.Known("duplicates")
	m.Known("retries", "method", "a", "reason", "b")
	m.Known("青岚证券")
	for _, want := range []string{
		`reportbot_outcomes_total{outcome="answered"} 0`, "reportbot_duplicates_total 0", `reportbot_retries_total{method="a",reason="b"} 0`,
		`reportbot_tokens_total{kind="prompt"} 0`, `reportbot_tokens_total{kind="completion"} 0`, "reportbot_cost_total 0",
	} {
		if !strings.Contains(page(m), want+"\n") {
			t.Errorf("the page lacks %s", want)
		}
	}
	m.Count("outcomes", "outcome", "answered")
	m.Count("retries", "reason", "b", "method", "a")
	for _, want := range []string{`reportbot_outcomes_total{outcome="answered"} 1`, `reportbot_retries_total{method="a",reason="b"} 1`} {
		if !strings.Contains(page(m), want+"\n") {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// Not ready is a figure, too, and nothing else need be given.
func TestZero(t *testing.T) {
	if got := page(New(Options{Ready: func() bool { return false }})); !strings.Contains(got, "reportbot_ready 0\n") || strings.Contains(got, "queue_length") {
		t.Errorf("got %s", got)
	}
}

func page(m *Metrics) string {
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	return w.Body.String()
}
