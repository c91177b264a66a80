package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest"
	"reportbot/retrieval/store"
)

func TestUnchanged(t *testing.T) {
	d := newDesk(t, store.Options{})
	d.write("a.md", "甲文 乙文", 1)
	d.write("sub/b.txt", "丙文", 1)
	sum, err := d.run("a.md added; b.txt added", "a.md b.txt")
	if diff := cmp.Diff(ingest.Summary{Added: 2}, sum); diff != "" || err != nil {
		t.Errorf("Run (-want +got), %v:\n%s", err, diff)
	}
	d.holds("a.md: 甲文 乙文", "b.txt: 丙文")
	if want := []string{"题\n节\n甲文", "题\n节\n乙文", "题\n节\n丙文"}; !cmp.Equal(d.e.texts, want) {
		t.Errorf("embedded %q, want %q", d.e.texts, want)
	}

	// Other bytes of the same size and time: not noticed, so not opened.
	d.write("a.md", "丁文 乙文", 1)
	if os.Geteuid() != 0 { // root may read everything
		if err := os.Chmod(filepath.Join(d.dir, "a.md"), 0); err != nil {
			t.Fatal(err)
		}
	}
	sum, err = d.run("a.md unchanged; b.txt unchanged", "")
	if diff := cmp.Diff(ingest.Summary{Unchanged: 2}, sum); diff != "" || err != nil {
		t.Errorf("Run (-want +got), %v:\n%s", err, diff)
	}
	d.holds("a.md: 甲文 乙文", "b.txt: 丙文")
}

func TestTouched(t *testing.T) {
	d := newDesk(t, store.Options{})
	path := d.write("a.md", "甲文", 1)
	d.run("a.md added", "a.md")
	d.write("a.md", "甲文", 2)
	d.run("a.md unchanged", "")
	if s, ok, err := d.st.Source(t.Context(), "default", path); !ok || err != nil || s.ModTime != noon(2).UnixNano() {
		t.Errorf("Source = %+v, %v, %v; the new time was not kept", s, ok, err)
	}
	if n := len(d.e.texts); n != 1 {
		t.Errorf("embedded %d texts, want 1", n)
	}
}

func TestSameBytesTwice(t *testing.T) {
	d := newDesk(t, store.Options{})
	d.write("a.md", "甲文", 1)
	d.write("b.md", "甲文", 2)
	d.write("c.md", "甲文\n", 3) // other bytes, same text
	d.run("a.md added; b.md unchanged; c.md duplicate, is the same report as "+filepath.Join(d.dir, "a.md")+", whose copy is kept", "a.md c.md")
	d.holds("a.md b.md c.md: 甲文")
}

func TestChanged(t *testing.T) {
	d := newDesk(t, store.Options{})
	d.write("a.md", "甲文", 1)
	d.write("b.md", "乙文", 1)
	d.run("a.md added; b.md added", "a.md b.md")
	d.write("a.md", "丙文 丁文", 2)
	d.run("a.md added; b.md unchanged", "a.md")
	d.holds("a.md: 丙文 丁文", "b.md: 乙文")
	d.write("a.md", "broken", 3)
	sum, err := d.run("a.md failed: is broken; b.md unchanged", "a.md")
	if err != nil || sum.Failed != 1 || len(sum.Failures) != 1 {
		t.Errorf("Run = %+v, %v", sum, err)
	}
	d.holds("a.md: 丙文 丁文", "b.md: 乙文")
	d.write("a.md", "乙文", 4) // now what b holds, adopted
	d.run("a.md unchanged; b.md unchanged", "")
	d.holds("a.md b.md: 乙文")
}

// A file stored by other rules is read again though nothing of it changed.
func TestOtherRules(t *testing.T) {
	d := newDesk(t, store.Options{})
	path := d.write("a.md", "甲文", 1)
	d.run("a.md added", "a.md")
	s, _, err := d.st.Source(t.Context(), "default", path)
	if err != nil || s.Version != ingest.Version {
		t.Fatalf("Source = %+v, %v", s, err)
	}
	st := oldRules{corpus{d.st}}
	d.g.Store = st
	d.run("a.md added", "a.md")
}

// oldRules remembers every file as read by the version before.
type oldRules struct{ corpus }

func (o oldRules) Source(ctx context.Context, collection, path string) (ingest.Source, bool, error) {
	s, ok, err := o.corpus.Source(ctx, collection, path)
	s.Version--
	return s, ok, err
}

func (o oldRules) Adopt(context.Context, string, ingest.Source) (bool, []string, error) {
	return false, nil, nil
}

// What users see of files that cannot be used: one line after the path.
func TestUnusable(t *testing.T) {
	d := newDesk(t, store.Options{})
	empty := d.write("empty.pdf", "", 1)
	large := d.write("large.pdf", strings.Repeat("a", 1<<20+60_000), 1)
	scan := d.write("scan.pdf", "scan", 1)
	advert := d.write("advert.md", "advert", 1)
	broken := d.write("broken.md", "broken", 1)
	chart := d.write("chart.md", "chart", 1)
	for _, c := range []struct{ path, want string }{
		{empty, "is empty"},
		{large, "is 1.1 MiB large, the limit is 1.0"},
		{scan, "holds no text on any of its 2 pages (scanned?)"},
		{advert, "holds nothing but contents, adverts and disclaimers"},
		{broken, "is broken"},
		{filepath.Join(d.dir, "missing.pdf"), "does not exist"},
		{d.dir, "is a folder"},
	} {
		o := d.g.File(t.Context(), "default", c.path)
		if o.State != ingest.Failed || o.Err == nil || o.Err.Error() != c.want || errors.Is(o.Err, ingest.ErrStop) || o.Warning != "" {
			t.Errorf("File(%s) = %+v, want %s", filepath.Base(c.path), o, c.want)
		}
	}
	o := d.g.File(t.Context(), "default", chart)
	if o.State != ingest.Added || o.Warning != "1 of 2 pages hold almost no text (scanned or charts)" {
		t.Errorf("File(chart.md) = %+v", o)
	}
	d.holds("chart.md: chart")
}

func TestUnreadable(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	d := newDesk(t, store.Options{})
	if err := os.Chmod(d.write("a.md", "甲文", 1), 0); err != nil {
		t.Fatal(err)
	}
	d.run("a.md failed: may not be read (permission denied)", "")
}

func TestStop(t *testing.T) {
	down := errors.New("connection refused")
	for _, c := range []struct {
		name string
		fail func([][]float32) ([][]float32, error)
		want string
	}{
		{"embedder down", func([][]float32) ([][]float32, error) { return nil, down }, "embed: connection refused"},
		{"half an answer", func(v [][]float32) ([][]float32, error) { return v[:1], down }, "embed: connection refused"},
		{"too few vectors", func(v [][]float32) ([][]float32, error) { return v[1:], nil }, "1 vectors for 2 passages"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, store.Options{})
			d.write("a.md", "甲文", 1)
			d.run("a.md added", "a.md")
			b := d.write("b.md", "乙文 丙文", 1)
			d.write("c.md", "丁文", 1)
			d.e.fail = c.fail
			var told []ingest.Outcome
			sum, err := d.g.Run(t.Context(), "default", []string{d.dir}, func(_, _ int, o ingest.Outcome) { told = append(told, o) })
			if !errors.Is(err, ingest.ErrStop) || !strings.HasPrefix(err.Error(), b+": ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Run = %v, want %s", err, c.want)
			}
			if len(told) != 2 || sum.Failed != 1 || sum.Unchanged != 1 || errors.Is(err, down) != strings.Contains(c.want, "refused") {
				t.Errorf("Run = %+v after %d files", sum, len(told))
			}
			d.holds("a.md: 甲文")
			d.e.fail = nil
			d.run("a.md unchanged; b.md added; c.md added", "b.md c.md")
			d.holds("a.md: 甲文", "b.md: 乙文 丙文", "c.md: 丁文")
		})
	}
}

func TestStoreFull(t *testing.T) {
	d := newDesk(t, store.Options{MaxPages: 40})
	var want []string
	for i := range 40 {
		text := fmt.Sprintf("%02d", i) + strings.Repeat("文", 650)
		d.write(fmt.Sprintf("%02d.md", i), strings.Join([]string{text, text, text}, " "), 1)
	}
	sum, err := d.g.Run(t.Context(), "default", []string{d.dir}, func(_, _ int, o ingest.Outcome) {
		if o.State == ingest.Added {
			text := strings.TrimSuffix(filepath.Base(o.Path), ".md") + strings.Repeat("文", 650)
			want = append(want, filepath.Base(o.Path)+": "+strings.Join([]string{text, text, text}, " "))
		}
	})
	if !errors.Is(err, ingest.ErrStop) || !errors.Is(err, store.ErrFull) || sum.Added == 0 || sum.Failed != 1 {
		t.Fatalf("Run = %d added, %d failed, %v", sum.Added, sum.Failed, err)
	}
	d.holds(want...)
}

// A stopped run reports no failures: nothing is wrong with the files.
func TestCancel(t *testing.T) {
	d := newDesk(t, store.Options{})
	d.write("a.md", "甲文", 1)
	d.write("b.md", "乙文", 1)
	ctx, cancel := context.WithCancel(t.Context())
	d.r.before = func() {
		if len(d.r.calls) == 2 {
			cancel()
		}
	}
	told := 0
	sum, err := d.g.Run(ctx, "default", []string{d.dir}, func(_, _ int, o ingest.Outcome) { told++ })
	if diff := cmp.Diff(ingest.Summary{Added: 1}, sum); diff != "" || !errors.Is(err, context.Canceled) || errors.Is(err, ingest.ErrStop) || told != 1 {
		t.Errorf("Run told of %d, %v, (-want +got):\n%s", told, err, diff)
	}
	d.holds("a.md: 甲文")
	sum, err = d.g.Run(ctx, "default", []string{d.dir}, func(_, _ int, o ingest.Outcome) { t.Errorf("told of %+v", o) })
	if diff := cmp.Diff(ingest.Summary{}, sum); diff != "" || !errors.Is(err, context.Canceled) {
		t.Errorf("Run %v, (-want +got):\n%s", err, diff)
	}
}

// The same text in two collections is two reports: whoever may see one of
// them sees nothing of the other.
func TestCollections(t *testing.T) {
	d := newDesk(t, store.Options{})
	a := d.write("a.md", "甲文", 1)
	d.run("a.md added", "a.md")
	o := d.g.File(t.Context(), "desk", a)
	if o.State != ingest.Added {
		t.Errorf("File = %+v", o)
	}
	d.holds("a.md: 甲文", "a.md: 甲文")
	if got, err := d.st.Collections(t.Context()); err != nil || !cmp.Equal(got, []string{"default", "desk"}) {
		t.Errorf("Collections = %q, %v", got, err)
	}
}
