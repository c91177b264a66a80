package ingest_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest"
	"reportbot/ingest/report"
	"reportbot/retrieval"
	"reportbot/retrieval/store"
)

// corpus is the real store as ingest sees it; cmd joins the two like this.
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

// reader makes a report of every line that is not empty: a section of one
// paragraph. Files that begin with a word it knows make trouble.
type reader struct {
	calls  []string // names of the files read, without folders
	before func()   // called first, if set
}

func (r *reader) Read(ctx context.Context, name string, data []byte) (*report.Report, error) {
	r.calls = append(r.calls, filepath.Base(name))
	if r.before != nil {
		r.before()
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rep := &report.Report{Title: "题", Pages: 2}
	s := string(data)
	switch {
	case strings.HasPrefix(s, "broken"):
		return nil, errors.New("is broken")
	case strings.HasPrefix(s, "scan"):
		rep.Parse.LowTextPages = []int{1, 2}
	case strings.HasPrefix(s, "chart"):
		rep.Parse.LowTextPages = []int{2}
	case strings.HasPrefix(s, "advert"):
		rep.Sections = []report.Section{{Role: report.Advert, Blocks: []report.Block{{Kind: report.Prose, Text: s}}}}
		return rep, nil
	}
	for line := range strings.FieldsSeq(s) {
		rep.Sections = append(rep.Sections, report.Section{Title: "节", Level: 1, Blocks: []report.Block{{Kind: report.Prose, Text: line}}})
	}
	return rep, nil
}

// embedder counts the bytes of a text. fail, if set, may spoil what it made.
type embedder struct {
	texts []string
	fail  func([][]float32) ([][]float32, error)
}

func (e *embedder) Name() string { return "bytes-2" }

func (e *embedder) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	e.texts = append(e.texts, texts...)
	var out [][]float32
	for _, s := range texts {
		out = append(out, []float32{1, float32(len(s))})
	}
	if e.fail != nil {
		return e.fail(out)
	}
	return out, ctx.Err()
}

// desk is a folder of files and an ingester with a real store.
type desk struct {
	t   *testing.T
	dir string
	st  *store.Store
	r   *reader
	e   *embedder
	g   *ingest.Ingester
}

func newDesk(t *testing.T, o store.Options) *desk {
	t.Helper()
	st, err := store.Open(t.Context(), t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	d := &desk{t: t, dir: t.TempDir(), st: st, r: &reader{}, e: &embedder{}}
	d.g = &ingest.Ingester{Store: corpus{st}, Reader: d.r, Embedder: d.e, MaxBytes: 1 << 20}
	return d
}

// noon is when the n-th change was made; clocks of file systems are coarse.
func noon(n int) time.Time { return time.Date(2026, 3, 1, 12, 0, n, 0, time.UTC) }

// write makes the file as of noon(at).
func (d *desk) write(name, content string, at int) string {
	d.t.Helper()
	path := filepath.Join(d.dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(content), 0o644),
		os.Chtimes(path, noon(at), noon(at))); err != nil {
		d.t.Fatal(err)
	}
	return path
}

// run ingests the whole folder and checks what became of its files, e.g.
// "a.md added, b.md failed: is broken", and which of them were read.
func (d *desk) run(want, wantRead string) (ingest.Summary, error) {
	d.t.Helper()
	d.r.calls = nil
	var got []string
	total := 0
	sum, err := d.g.Run(d.t.Context(), "default", []string{d.dir}, func(done, all int, o ingest.Outcome) {
		s := filepath.Base(o.Path) + " " + string(o.State)
		if o.Err != nil {
			s += ": " + o.Err.Error()
		}
		if o.Warning != "" {
			s += ", " + o.Warning
		}
		got = append(got, s)
		if total++; done != total || all < total {
			d.t.Errorf("told of file %d of %d, want %d", done, all, total)
		}
	})
	if diff := cmp.Diff(want, strings.Join(got, "; ")); diff != "" {
		d.t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	if got := strings.Join(d.r.calls, " "); got != wantRead {
		d.t.Errorf("read %q, want %q", got, wantRead)
	}
	return sum, err
}

// holds checks the reports stored, each as "files: texts".
func (d *desk) holds(want ...string) {
	d.t.Helper()
	var got []string
	_, err := d.st.Entries(d.t.Context(), retrieval.Moment{}, func(e retrieval.Entry) error {
		var s []string
		for _, f := range e.Report.Sources {
			s = append(s, filepath.Base(f))
		}
		line := strings.Join(s, " ") + ":"
		for _, p := range e.Passages {
			line += " " + p.Text
		}
		got = append(got, line)
		return nil
	})
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		d.t.Errorf("stored (-want +got), %v:\n%s", err, diff)
	}
	if problems, err := d.st.Check(d.t.Context()); len(problems) > 0 || err != nil {
		d.t.Errorf("the store is damaged: %q, %v", problems, err)
	}
}
