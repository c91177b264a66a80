package ticker_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reportbot/bot/ticker"
	"reportbot/ingest"
	"reportbot/ingest/fact"
	"reportbot/ingest/parse"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/retrieval"
	"reportbot/retrieval/store"
	"reportbot/retrieval/vector"
)

// everything is the scope of most tests.
var everything = retrieval.Scope{"default"}

// today is the day of most cards: after the newest sample report.
var today = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

// corpus lets ingest write to the store and the ticker read from it.
type corpus struct{ *store.Store }

func (c corpus) Source(ctx context.Context, collection, path string) (ingest.Source, bool, error) {
	s, ok, err := c.Store.Source(ctx, collection, path)
	return ingest.Source(s), ok, err
}

func (c corpus) Adopt(ctx context.Context, collection string, s ingest.Source) (bool, []string, error) {
	return c.Store.Adopt(ctx, collection, store.Source(s))
}

func (c corpus) Replace(ctx context.Context, d ingest.Document) (ingest.Placed, error) {
	p, err := c.Store.Replace(ctx, store.Document{
		Report: d.Report, Passages: d.Passages, Vectors: d.Vectors, Embedder: d.Embedder,
		Facts: d.Facts, Sketch: d.Sketch, Source: store.Source(d.Source),
	})
	return ingest.Placed(p), err
}

func (c corpus) Reports(ctx context.Context, scope retrieval.Scope) ([]*report.Report, error) {
	all, err := c.Store.Reports(ctx, scope)
	out := make([]*report.Report, len(all))
	for i := range all {
		out[i] = &all[i].Report
	}
	return out, err
}

func known() *security.Directory {
	d := security.NewDirectory()
	d.AddKnown()
	return d
}

// desk is a store with a ticker over it.
type desk struct {
	*ticker.Ticker
	corpus
	t      testing.TB
	ingest *ingest.Ingester
}

func newDesk(t testing.TB) *desk { return newDeskAt(t, nil) }

// newDeskAt is a desk with a clock of its own.
func newDeskAt(t testing.TB, now func() time.Time) *desk {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &desk{corpus: corpus{s}, t: t, Ticker: ticker.New(corpus{s}, known(), nil)}
	d.ingest = &ingest.Ingester{
		Store: d.corpus, Reader: parse.NewReader(cacheDir(), parse.Limits{}), Embedder: vector.Builtin{},
		Complete: known().Complete, Facts: fact.Read, MaxBytes: 64 << 20,
	}
	return d
}

// cacheDir is where the compiled PDF engine is kept, as by the command.
func cacheDir() string {
	if dir := os.Getenv("REPORTBOT_WASM_CACHE"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "reportbot")
}

// folder ingests all files of a folder.
func (d *desk) folder(collection, path string) {
	d.t.Helper()
	sum, err := d.ingest.Run(d.t.Context(), collection, []string{path}, func(int, int, ingest.Outcome) {})
	if err != nil || sum.Failed > 0 {
		d.t.Fatalf("ingest %s: %v %v", path, err, sum.Failures)
	}
}

// add ingests texts: names and what stands in the files.
func (d *desk) add(collection string, files ...string) {
	d.t.Helper()
	dir := d.t.TempDir()
	for i := 0; i < len(files); i += 2 {
		if err := os.WriteFile(filepath.Join(dir, files[i]), []byte(files[i+1]), 0o600); err != nil {
			d.t.Fatal(err)
		}
	}
	d.folder(collection, dir)
}

// card asks for a card that must come.
func (d *desk) card(text string) ticker.Card {
	d.t.Helper()
	c, err := d.Card(d.t.Context(), ticker.Query{Text: text, Scope: everything, Now: today})
	if err != nil {
		d.t.Fatalf("card %q: %v", text, err)
	}
	return c
}

// samples is a desk with the sample reports.
func samples(t testing.TB) *desk {
	d := newDesk(t)
	d.folder("default", "../../ingest/testdata/reports")
	return d
}

// rows reads a table: fields parted by tabs, comments and blank lines apart.
func rows(t testing.TB, name string) [][]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for l := range strings.Lines(string(data)) {
		if l = strings.TrimRight(l, "\r\n"); strings.TrimSpace(l) != "" && !strings.HasPrefix(l, "#") {
			out = append(out, strings.Split(l, "\t"))
		}
	}
	return out
}
