package answer

import (
	"strings"
	"testing"

	"reportbot/ingest/report"
)

// English questions ask of names that no report holds: those with a capital
// inside the question, and what stands where a figure's owner does.
func TestUnknownNames(t *testing.T) {
	m := desk()
	m.add(report.Report{ID: "e1", Title: "Orders", Publisher: "Beichen", Published: "2026-09-12", Language: "en"}, "Orders of Hitachi rose; the average price and the margin of retimers fell in the quarter.")
	a := New(m.searcher(t), nil, nil, Options{})
	for question, want := range map[string]string{
		"What is the target price of Xinghe?":            "xinghe",
		"what is the target price of xinghe":             "xinghe",
		"What is Xinghe's rating?":                       "xinghe",
		"what is xinghes EPS for 2027":                   "xinghes",
		"How does Panasonic earn its margin?":            "panasonic",
		"What is the net profit of Hitachi?":             "hitachi", // held, and an owner
		"What is the average margin of retimers?":        "",
		"What is the revenue for 2027?":                  "",
		"What Are The Main Drivers Of Growth At Present": "", // all capitals
		"Which GPU is used?":                             "",
		"星河智能 net profit":                                "",
	} {
		if got := strings.Join(a.unknownNames(queryOf(question)), ","); got != want {
			t.Errorf("%s: got %q, want %q", question, got, want)
		}
	}
}
