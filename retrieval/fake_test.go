package retrieval_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"reportbot/ingest/report"
	"reportbot/retrieval"
	"reportbot/retrieval/lexical"
	"reportbot/retrieval/store"
	"reportbot/retrieval/vector"
)

// embedder is the built-in one; spoil, if set, may change what it returns.
type embedder struct {
	vector.Builtin
	calls atomic.Int64
	spoil func([][]float32) ([][]float32, error)
}

func (e *embedder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	e.calls.Add(1)
	out, err := e.Builtin.Embed(ctx, texts)
	if err == nil && e.spoil != nil {
		return e.spoil(out)
	}
	return out, err
}

func open(t testing.TB, dir string) *store.Store {
	t.Helper()
	st, err := store.Open(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

func searcher(t testing.TB, st retrieval.Store, e retrieval.Embedder, weight float64) *retrieval.Searcher {
	t.Helper()
	s, err := retrieval.NewSearcher(t.Context(), st, lexical.New(), vector.New(), e, weight)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// put stores a report with one passage for each text, with IDs id-1, id-2...
// It is of collection "a" unless changed.
func put(t testing.TB, st *store.Store, id string, change func(*report.Report), texts ...string) {
	t.Helper()
	if _, err := st.Replace(t.Context(), document(t, id, change, texts...)); err != nil {
		t.Fatal(err)
	}
}

// document is what put stores.
func document(t testing.TB, id string, change func(*report.Report), texts ...string) store.Document {
	t.Helper()
	r := &report.Report{ID: id, Title: "报告", Collection: "a"}
	if change != nil {
		change(r)
	}
	d := store.Document{Report: r, Embedder: vector.Builtin{}.Name(),
		Source: store.Source{Path: "/" + id, Hash: strings.Join(texts, "|") + r.Title, Version: 1}}
	for i, s := range texts {
		d.Passages = append(d.Passages, report.Passage{ID: fmt.Sprintf("%s-%d", id, i+1), ReportID: id, Kind: report.Prose, Text: s})
	}
	var err error
	if d.Vectors, err = (vector.Builtin{}).Embed(t.Context(), texts); err != nil {
		t.Fatal(err)
	}
	return d
}

func in(collection string) func(*report.Report) {
	return func(r *report.Report) { r.Collection = collection }
}

func on(code, name string) func(*report.Report) {
	return func(r *report.Report) { r.Securities = []report.Security{{Code: code, Name: name}} }
}

func both(f, g func(*report.Report)) func(*report.Report) {
	return func(r *report.Report) { f(r); g(r) }
}

var scopeA = retrieval.Scope{"a"}

func find(t testing.TB, s *retrieval.Searcher, q retrieval.Query) retrieval.Found {
	t.Helper()
	found, err := s.Search(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// ids are the passages of hits, best first.
func ids(f retrieval.Found) string {
	var out []string
	for _, h := range f.Hits {
		out = append(out, h.Passage.ID)
	}
	return strings.Join(out, " ")
}
