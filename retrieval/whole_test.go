package retrieval_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"reportbot/ingest/report"
	"reportbot/retrieval"
	"reportbot/retrieval/store"
)

// busy is a store in which something happens each time before passages are
// read, that is between the ranking and what is shown of it.
type busy struct {
	*store.Store
	meanwhile func()
}

func (b *busy) Passages(ctx context.Context, ids []string) ([]report.Passage, error) {
	if b.meanwhile != nil {
		b.meanwhile()
	}
	return b.Store.Passages(ctx, ids)
}

// What is found is of whole reports, each of one version, all there at one
// moment, whatever another process does in the middle of a search.
func TestSearchFindsWholeReports(t *testing.T) {
	titled := func(title string) func(*report.Report) {
		return func(r *report.Report) { r.Title = title }
	}
	for _, w := range weights {
		st := &busy{Store: open(t, t.TempDir())}
		version := 0
		change := func(id string) { // the same report in another version: its text and title
			version++
			n := fmt.Sprint(version)
			put(t, st.Store, id, titled("第"+n), "光伏装机"+n, "光伏电网"+n, "光伏储能"+n)
		}
		change("r")
		put(t, st.Store, "s", titled("别"), "光伏装机别", "光伏电网别")
		s := searcher(t, st, &embedder{}, w)
		look := func(what string, want int) {
			t.Helper()
			found := find(t, s, retrieval.Query{Text: "光伏", Scope: scopeA, Limit: 10})
			if len(found.Hits) != want {
				t.Errorf("weight %v, %s: %d hits, want %d: %s", w, what, len(found.Hits), want, ids(found))
			}
			for _, h := range found.Hits {
				if !strings.HasSuffix(h.Passage.Text, strings.TrimPrefix(h.Report.Title, "第")) {
					t.Errorf("weight %v, %s: %q is shown as of %q", w, what, h.Passage.Text, h.Report.Title)
				}
			}
		}
		look("nothing happens", 5)
		once := true
		st.meanwhile = func() {
			if once {
				once = false
				change("r")
			}
		}
		look("a report is replaced", 5)
		once = true
		st.meanwhile = func() {
			if once {
				once = false
				if _, err := st.Remove(t.Context(), "s"); err != nil {
					t.Fatal(err)
				}
			}
		}
		look("one is removed", 3)
		put(t, st.Store, "s", titled("别"), "光伏装机别", "光伏电网别")
		st.meanwhile = func() { change("r") }
		look("one changes all the time", 2)
		st.meanwhile = func() { // a file's new version is another report
			version++
			id := fmt.Sprint("n", version)
			d := document(t, id, titled(fmt.Sprint("第", version)), fmt.Sprint("光伏装机", version), fmt.Sprint("光伏电网", version))
			d.Source.Path = "/n"
			if _, err := st.Replace(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		look("a file changes all the time", 2+3) // s and r alone stand still
	}
}
