package digest_test

import (
	"context"
	"testing"
	"time"

	"reportbot/ingest/report"
	"reportbot/retrieval"
	"reportbot/retrieval/store"
)

// stored is a shelf of real reports.
type stored struct{ *store.Store }

func (s stored) Reports(ctx context.Context, scope retrieval.Scope) ([]*report.Report, error) {
	all, err := s.Store.Reports(ctx, scope)
	out := make([]*report.Report, len(all))
	for i := range all {
		out[i] = &all[i].Report
	}
	return out, err
}

// A report under embargo is news on the day it becomes visible: not before, and
// not lost although other reports came in between.
func TestEmbargoedReportIsNewsWhenVisible(t *testing.T) {
	w := morning(t)
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{Now: w.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	w.shelf = stored{s}
	put := func(id string, visible time.Time) {
		t.Helper()
		r := &report.Report{ID: id, Title: "标题 " + id, Publisher: "青岚证券", Published: "2026-01-01", Collection: "default", VisibleFrom: visible}
		p := report.Passage{ID: id + "-1", ReportID: id, Kind: report.Prose, PageFrom: 1, Text: "我们预计 " + id + " 的公司收入在下半年增长12%。"}
		if _, err := s.Replace(t.Context(), store.Document{Report: r, Passages: []report.Passage{p}, Vectors: [][]float32{{1, 2}}, Embedder: "e",
			Source: store.Source{Path: "/" + id, Hash: id + visible.String(), Version: 1}}); err != nil {
			t.Fatal(err)
		}
	}
	third := time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC) // 08:00 in Shanghai
	put("early", third)
	put("r1", time.Time{})
	w.on(1, 8, 30)
	w.mustHear("on the day it came", "r1")
	put("r2", time.Time{})
	w.on(2, 8, 30)
	w.mustHear("the day before", "r1", "r2")
	w.on(3, 8, 30)
	w.mustHear("on its day", "early", "r1", "r2")
	w.on(4, 8, 30)
	w.mustHear("once", "early", "r1", "r2")
	put("late", third.AddDate(0, 0, 3))
	w.on(5, 8, 30)
	put("late", third.AddDate(0, 0, 5)) // put off
	w.on(6, 8, 30)
	w.mustHear("put off", "early", "r1", "r2")
	w.on(8, 8, 30)
	w.mustHear("at last", "early", "late", "r1", "r2")
}
