package retrieval_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"reportbot/ingest/report"
	"reportbot/retrieval"
	"reportbot/retrieval/lexical"
	"reportbot/retrieval/store"
	"reportbot/retrieval/vector"
)

// What another handle on the folder commits is seen by the next search.
func TestFollowsTheStore(t *testing.T) {
	for _, w := range weights {
		dir := t.TempDir()
		mine, other := open(t, dir), open(t, dir)
		s := searcher(t, mine, &embedder{}, w)
		expect := func(question, want string) {
			t.Helper()
			if got := ids(find(t, s, retrieval.Query{Text: question, Scope: scopeA, Limit: 1})); got != want {
				t.Errorf("weight %v: %s finds %q, want %q", w, question, got, want)
			}
		}
		expect("算力需求", "")
		put(t, other, "r", on("000001.SZ", "平安"), "算力需求", "芯片供给")
		put(t, other, "s", nil, "光伏装机")
		put(t, other, "t", nil, "光伏装机与电网")
		expect("算力需求", "r-1")
		expect("芯片供给", "r-2")
		expect("光伏装机", "s-1")
		put(t, other, "r", on("000002.SZ", "万科"), "锂电出口") // read anew: a passage is gone
		expect("锂电出口", "r-1")
		f := find(t, s, retrieval.Query{Text: "平安与万科的芯片供给", Scope: scopeA})
		for _, h := range f.Hits {
			if strings.Contains(h.Passage.Text, "芯片") || h.Passage.ID == "r-2" {
				t.Errorf("weight %v: found what is gone: %+v", w, h)
			}
		}
		if len(f.Securities) != 1 || f.Securities[0].Code != "000002.SZ" {
			t.Errorf("weight %v: Securities = %v, want 000002.SZ alone", w, f.Securities)
		}
		if _, err := other.Remove(t.Context(), "s"); err != nil {
			t.Fatal(err)
		}
		expect("光伏装机", "t-1")
		if rs, err := s.Reports(t.Context(), scopeA); err != nil || len(rs) != 2 || rs[0].Securities[0].Name != "万科" {
			t.Errorf("weight %v: Reports = %v, %v", w, rs, err)
		}
	}
}

// A searcher that followed step by step finds what a new one finds.
func TestFollowingEqualsLoading(t *testing.T) {
	for _, w := range weights {
		st := open(t, t.TempDir())
		s := searcher(t, st, &embedder{}, w)
		for i := range 40 {
			put(t, st, fmt.Sprintf("r%d", i%13), nil, fmt.Sprintf("算力需求第%d次增长", i), strings.Repeat("出口", 1+i%5))
			find(t, s, retrieval.Query{Text: "算力", Scope: scopeA})
		}
		anew := searcher(t, st, &embedder{}, w)
		for _, q := range []string{"算力第30次", "出口增长", "需求"} {
			query := retrieval.Query{Text: q, Scope: scopeA, Limit: 30}
			if got, want := fmt.Sprint(scores(find(t, s, query))), fmt.Sprint(scores(find(t, anew, query))); got != want {
				t.Errorf("weight %v, %s:\nfollowed %s\nloaded   %s", w, q, got, want)
			}
		}
	}
}

func scores(f retrieval.Found) (out []string) {
	for _, h := range f.Hits {
		out = append(out, fmt.Sprintf("%s %.4f", h.Passage.ID, h.Score))
	}
	return out
}

// swapped is a store that can turn into another one, as when a backup is
// restored under a running program.
type swapped struct{ *store.Store }

func TestOlderStore(t *testing.T) {
	for _, w := range weights {
		now, backup := open(t, t.TempDir()), open(t, t.TempDir())
		put(t, backup, "old", nil, "算力需求")
		put(t, now, "old", nil, "算力需求")
		put(t, now, "new", nil, "算力供给")
		st := &swapped{now}
		s := searcher(t, st, &embedder{}, w)
		q := retrieval.Query{Text: "算力供给", Scope: scopeA, Limit: 1} // of 1: what is gone takes no place
		if got := ids(find(t, s, q)); got != "new-1" {
			t.Errorf("weight %v: found %s", w, got)
		}
		st.Store = backup
		if got := ids(find(t, s, q)); got != "old-1" {
			t.Errorf("weight %v: found %s after going back, want old-1", w, got)
		}
	}
}

// Another process embeds the folder anew: words go on, vectors do not.
func TestOtherEmbedder(t *testing.T) {
	for _, dim := range []int{512, 3} { // 512: only the name tells
		dir := t.TempDir()
		mine, other := open(t, dir), open(t, dir)
		put(t, mine, "r", nil, "算力需求", "芯片")
		s := searcher(t, mine, &embedder{}, 1)
		q := retrieval.Query{Text: "算力", Scope: scopeA}
		if f := find(t, s, q); f.Note != "" {
			t.Fatal(f.Note)
		}
		fixed := func(_ context.Context, texts []string) ([][]float32, error) {
			out := make([][]float32, len(texts))
			for i := range out {
				out[i] = make([]float32, dim)
				out[i][0] = 1
			}
			return out, nil
		}
		if err := other.Reembed(t.Context(), "model-x", 10, fixed, nil); err != nil {
			t.Fatal(err)
		}
		f := find(t, s, q)
		if !strings.HasPrefix(ids(f), "r-1") || !strings.HasPrefix(f.Note, `words alone were searched: the data folder now holds vectors of embedder "model-x"`) {
			t.Errorf("dimension %d: found %s, note %q", dim, ids(f), f.Note)
		}
	}
}

// broken is a store that fails in the middle of reading.
type broken struct {
	*store.Store
	after int
}

func (b *broken) Entries(ctx context.Context, since retrieval.Moment, f func(retrieval.Entry) error) (retrieval.Changes, error) {
	n := 0
	return b.Store.Entries(ctx, since, func(e retrieval.Entry) error {
		if n++; n > b.after {
			return errors.New("disk error")
		}
		return f(e)
	})
}

// Catching up that failed is done again by the next search.
func TestCatchUpAgain(t *testing.T) {
	for _, w := range weights {
		st := &broken{open(t, t.TempDir()), 100}
		s := searcher(t, st, &embedder{}, w)
		for i := range 4 {
			put(t, st.Store, fmt.Sprintf("r%d", i), nil, "算力需求")
		}
		st.after = 2
		q := retrieval.Query{Text: "算力", Scope: scopeA}
		if _, err := s.Search(t.Context(), q); err == nil || err.Error() != "catch up with the store: read entries: disk error" {
			t.Errorf("weight %v: Search = %v", w, err)
		}
		st.after = 100
		if got := ids(find(t, s, q)); got != "r0-1 r1-1 r2-1 r3-1" {
			t.Errorf("weight %v: found %s", w, got)
		}
	}
}

// Many search while one ingests: every answer is whole, and the last one
// holds everything.
func TestConcurrent(t *testing.T) {
	const rounds, readers = 60, 4
	dir := t.TempDir()
	mine, other := open(t, dir), open(t, dir)
	s, err := retrieval.NewSearcher(t.Context(), mine, lexical.New(), vector.New(), &embedder{}, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	q := retrieval.Query{Text: "平安的算力需求", Scope: scopeA, Limit: 20, Securities: make([]string, 0, 4)}
	var group sync.WaitGroup
	for range readers {
		group.Go(func() {
			for range rounds {
				f, err := s.Search(t.Context(), q)
				if err != nil || f.Note != "" {
					t.Errorf("Search = %v, note %q", err, f.Note)
				}
				for _, h := range f.Hits {
					if h.Report == nil || h.Report.Collection != "a" || !strings.Contains(h.Passage.Text, "算力") {
						t.Errorf("hit %+v", h)
					}
				}
				s.Explain(t.Context(), q, f.Hits)
				if _, err := s.Reports(t.Context(), scopeA); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range rounds {
		put(t, other, fmt.Sprintf("r%d", i%7), func(r *report.Report) {
			r.Title = fmt.Sprint("第", i)
			on("000001.SZ", "平安")(r)
		}, "算力需求", fmt.Sprintf("算力第%d轮", i))
		put(t, other, fmt.Sprintf("h%d", i%3), in("b"), "算力需求"+strings.Repeat("！", i))
		if i%10 == 9 {
			if _, err := other.Remove(t.Context(), "r3"); err != nil {
				t.Error(err)
			}
		}
	}
	group.Wait()
	if f := find(t, s, q); len(f.Hits) != 12 || strings.Contains(ids(f), "r3-") { // r3 went in the last round
		t.Errorf("at the end: %s", ids(f))
	}
}
