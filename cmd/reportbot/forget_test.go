package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"reportbot/bot/state"
	"reportbot/ingest/report"
	"reportbot/retrieval/store"
)

// After a report is removed by the command its words are nowhere in the data
// folder: neither its own nor what a model said of it.
func TestPromiseRemovedReportIsWiped(t *testing.T) {
	const canary = "ZZCANARY"
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.md": "# 产能" + canary + "\n\n望江证券 2026-04-02\n\n## 1 产能\n\n二号产线" + canary + "的良率是91.3%。\n",
		"b.md": "# 光学周报\n\n青岚证券 2026-04-03\n\n## 1 行业\n\n光学元件的价格在三月下降了4.2%。\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	mustRun(t, reportbot(t, dir, "ingest", "a.md", "b.md"), exitDone)
	var all []struct{ ID, Title string }
	if err := json.Unmarshal([]byte(mustRun(t, reportbot(t, dir, "reports", "--json"), exitDone)), &all); err != nil || len(all) != 2 {
		t.Fatal(all, err)
	}
	data := filepath.Join(dir, "data")
	st, err := state.Open(t.Context(), data, state.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if err := st.SaveSummary(t.Context(), r.ID+"/en/model", []byte("it says "+r.Title), time.Unix(9, 0)); err != nil {
			t.Fatal(err)
		}
	}
	st.Close()
	found := func() (out []string) {
		if err := filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			if bytes.Contains(b, []byte(canary)) {
				out = append(out, filepath.Base(path))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := found(); len(got) < 2 {
		t.Fatalf("before: only in %v", got)
	}
	for _, r := range all {
		if bytes.Contains([]byte(r.Title), []byte(canary)) {
			mustRun(t, reportbot(t, dir, "remove", r.ID), exitDone)
		}
	}
	if got := found(); len(got) > 0 {
		t.Errorf("after: in %v", got)
	}
	st, err = state.Open(t.Context(), data, state.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if n, err := st.ForgetSummaries(t.Context(), nil); n != 1 || err != nil {
		t.Errorf("%d summaries are left, %v; want that of the other report", n, err)
	}
}

// A running serve wipes what another process removed.
func TestServeForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		s := &service{app: &app{log: slog.New(slog.NewTextHandler(t.Output(), nil))}}
		var err error
		if s.store, err = store.Open(t.Context(), dir, store.Options{}); err != nil {
			t.Fatal(err)
		}
		defer s.store.Close()
		st, err := state.Open(t.Context(), dir, state.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.forget(ctx, st) }()
		time.Sleep(time.Second)
		kept := func() bool {
			t.Helper()
			_, ok, err := st.Summary(t.Context(), "r1/en/model")
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		if err := st.SaveSummary(t.Context(), "r1/en/model", []byte("words"), time.Unix(9, 0)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * forgetEvery)
		if !kept() {
			t.Error("a summary is gone although no report was changed")
		}
		oneReport(t, s.store, "r1")
		time.Sleep(2 * forgetEvery)
		if !kept() {
			t.Error("a summary of a report that is there is gone")
		}
		if _, err := s.store.Remove(t.Context(), "r1"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * forgetEvery)
		if kept() {
			t.Error("a summary of a report that is gone is there")
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// oneReport stores a report of one passage.
func oneReport(t *testing.T, s *store.Store, id string) {
	t.Helper()
	d := store.Document{
		Report:   &report.Report{ID: id, Title: "题", Collection: "default"},
		Passages: []report.Passage{{ID: id + "-1", ReportID: id, Kind: report.Prose, Text: "文"}},
		Vectors:  [][]float32{{1, 2}}, Embedder: "e", Source: store.Source{Path: "/" + id, Hash: id, Version: 1},
	}
	if _, err := s.Replace(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}
