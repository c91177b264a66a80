package retrieval_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"reportbot/ingest/report"
	"reportbot/retrieval"
	"reportbot/retrieval/store"
)

// A report under embargo takes no part in a search: not by words or meaning, not
// in lists, not by the names of its securities, its house or its trade, nor in
// what other passages score. What others see is what they would see if it had
// not been read.
func TestSearchHoldsToEmbargo(t *testing.T) {
	opens := time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)
	early := func(r *report.Report) {
		r.VisibleFrom = opens
		r.Title, r.Publisher, r.Industry, r.Published = "泛星芯片深度", "长汀证券", "量子", "2026-11-20"
		r.Securities = []report.Security{{Code: "688999.SH", Name: "泛星芯片"}}
		r.Mentions = []report.Security{{Code: "688998.SH", Name: "北冕光子"}}
	}
	question := retrieval.Query{Text: "泛星芯片的算力需求与北冕光子", Scope: scopeA, Limit: 10}
	for _, w := range weights {
		now := opens.Add(-time.Second)
		with, err := store.Open(t.Context(), t.TempDir(), store.Options{Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { with.Close() })
		without := open(t, t.TempDir())
		for _, st := range []*store.Store{with, without} {
			put(t, st, "r", on("000001.SZ", "平安"), "算力需求旺盛", "芯片供给紧张")
		}
		put(t, with, "e", early, "泛星芯片的算力需求翻倍", "北冕光子供货")
		s, plain := searcher(t, with, &embedder{}, w), searcher(t, without, &embedder{}, w)
		scores := func(s *retrieval.Searcher) (out []string) {
			t.Helper()
			f := find(t, s, question)
			for _, h := range f.Hits {
				out = append(out, h.Passage.ID, time.Duration(h.Score*1e9).String())
			}
			for _, m := range append(f.Securities, s.Named(question)...) {
				out = append(out, m.Code)
			}
			rs, err := s.Reports(t.Context(), scopeA)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rs {
				out = append(out, r.ID, r.Title)
			}
			said := s.Read(retrieval.Query{Text: "长汀证券对量子行业怎么看", Scope: scopeA})
			return append(append(out, said.Publishers...), said.Industries...)
		}
		hides := func(what string) {
			t.Helper()
			if got, want := scores(s), scores(plain); !slices.Equal(got, want) {
				t.Errorf("weight %v, %s:\n got %q\nwant %q", w, what, got, want)
			}
		}
		shows := func(what string) {
			t.Helper()
			if got := strings.Join(scores(s), " "); !strings.Contains(got, "e-1") || !strings.Contains(got, "688998.SH") || !strings.Contains(got, "长汀证券") {
				t.Errorf("weight %v, %s: %q", w, what, got)
			}
		}
		hides("before")
		now = opens
		shows("then") // without a change of the store
		now = opens.Add(-time.Hour)
		hides("after the clock went back")
		now = opens.Add(time.Hour)
		shows("and forth")
		put(t, with, "e", func(r *report.Report) { early(r); r.Title, r.VisibleFrom = "后", opens.Add(2*time.Hour) }, "泛星芯片的算力需求翻倍")
		hides("put off")
		now = opens.Add(3 * time.Hour)
		if f := find(t, s, question); !strings.Contains(ids(f), "e-1") || strings.Contains(ids(f), "e-2") {
			t.Errorf("weight %v: after the new time: %s", w, ids(f))
		}
	}
}
