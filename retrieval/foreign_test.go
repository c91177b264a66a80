package retrieval_test

import (
	"testing"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// The answer to a question over reports in another language says so when no
// vectors took part.
func TestForeignNote(t *testing.T) {
	st := open(t, t.TempDir())
	language := func(code string) func(*report.Report) {
		return func(r *report.Report) { r.Language, r.Title = code, "" }
	}
	put(t, st, "zh", language("zh"), "营业收入增长")
	put(t, st, "en", both(in("b"), language("en")), "Gross margin fell")
	put(t, st, "none", both(in("c"), language("")), "Net profit rose")
	const note = "words alone were searched: the reports found are in another language than the question, and a list of terms translated it"
	for _, c := range []struct{ question, scope, hit, note string }{
		{"How did revenue grow?", "a", "zh-1", note},
		{"营业收入增长", "a", "zh-1", ""},
		{"毛利率", "b", "en-1", note},
		{"gross margin", "b", "en-1", ""},
		{"net profit", "c", "none-1", ""},
		{"毛利率", "c", "", ""}, // a report in no known language is not translated for
		{"lithium", "a", "", ""},
	} {
		for _, w := range weights {
			f := find(t, searcher(t, st, &embedder{}, w), retrieval.Query{Text: c.question, Scope: retrieval.Scope{c.scope}})
			if w > 0 {
				if f.Note != "" {
					t.Errorf("%s with vectors: note %q", c.question, f.Note)
				}
			} else if ids(f) != c.hit || f.Note != c.note {
				t.Errorf("%s in %s: found %q, note %q, want %q, %q", c.question, c.scope, ids(f), f.Note, c.hit, c.note)
			}
		}
	}
}
