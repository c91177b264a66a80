package store

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/retrieval"
)

// older are the documents in testdata/schema2.db.gz, which the program of
// that schema wrote, and then a report that it removed.
func older() []Document {
	a := factual(doc("aaaa", "/1.pdf", "h1", 5), "999001.SZ", "999002.SZ")
	a.Passages[0].Boxes = lines(7)
	a.Sketch = []uint64{1, 2, 3}
	b := factual(doc("bbbb", "/2.md", "h2", 3), "999001.SZ")
	b.Report.Collection = "desk"
	b.Facts[0].Value = 0
	return []Document{a, b, doc("cccc", "/3.md", "h3", 0)}
}

// bare is the document as a searcher takes it: places are read apart.
func bare(d Document, sources ...string) retrieval.Entry {
	e := want(d, sources...)
	for i := range e.Passages {
		e.Passages[i].Boxes = nil
	}
	return e
}

// A data folder of the schema before comes over whole, checksums and all.
func TestOlderSchema(t *testing.T) {
	dir := t.TempDir()
	f, err := os.Open(filepath.Join("testdata", "schema2.db.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	old, err := io.ReadAll(z)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, File), old, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // migrated, and as it is then
		s := open(t, dir, Options{})
		docs := older()
		for _, d := range docs {
			got, err := s.Facts(t.Context(), d.Report.ID)
			if diff := cmp.Diff(d.Facts, got); diff != "" || err != nil {
				t.Errorf("facts (-want +got), %v:\n%s", err, diff)
			}
		}
		boxes, err := s.Boxes(t.Context(), "aaaa-000")
		if diff := cmp.Diff(docs[0].Passages[0].Boxes, boxes); diff != "" || err != nil {
			t.Errorf("boxes (-want +got), %v:\n%s", err, diff)
		}
		mustBe(t, s, bare(docs[0], "/1.pdf"), bare(docs[1], "/2.md"), bare(docs[2], "/3.md"))
		mustChange(t, s, 0, retrieval.Changes{Moment: retrieval.Moment{Generation: 5}, Changed: []string{"aaaa", "bbbb", "cccc"}, Removed: []string{"gone"}})
		src, ok, err := s.Source(t.Context(), "default", "/1.pdf")
		if want := (Source{"/1.pdf", 10, 20, "h1", "", 1, "aaaa", 0}); src != want || !ok || err != nil {
			t.Errorf("Source = %+v, %v, %v, want %+v", src, ok, err, want)
		}
		s.Close()
	}
}

// A damaged row harms its report alone: readers of many go on without it and
// the log names it, readers of the one say so. Reading its file again, once
// the damage was noticed, mends it.
func TestDamagedRow(t *testing.T) {
	for _, c := range []struct{ spoil, named string }{
		{`UPDATE passages SET text = '目标价 13 元' WHERE id = 'bbbb-001'`, "passage bbbb-001"},
		{`PRAGMA foreign_keys = 0; UPDATE passages SET id = 'bbbb-00x' WHERE id = 'bbbb-001'`, "passage bbbb-00x"},
		{`PRAGMA foreign_keys = 0; UPDATE passages SET report_id = 'bbbx' WHERE id = 'bbbb-001'`, "passages"},
		{`DELETE FROM passages WHERE id = 'bbbb-002'`, "number or order of its passages"},
		{`UPDATE vectors SET vec = zeroblob(32) WHERE passage_id = 'bbbb-000'`, "vector of passage bbbb-000"},
		{`DELETE FROM vectors WHERE passage_id = 'bbbb-000'`, "vector of passage bbbb-000"},
		{`UPDATE reports SET meta = replace(meta, '青岚', '紫岚') WHERE id = 'bbbb'`, "metadata"},
		{`UPDATE reports SET collection = 'desk' WHERE id = 'bbbb'`, "metadata"},
		{`UPDATE reports SET sum = sum + 1 WHERE id = 'bbbb'`, "metadata"},
		{`UPDATE sources SET path = '/x' WHERE report_id = 'bbbb'`, `source "/x"`},
		{`UPDATE sources SET hash = 'x' WHERE report_id = 'bbbb'`, `source "/b.md"`},
	} {
		var log bytes.Buffer
		dir := t.TempDir()
		s := open(t, dir, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
		a, b := factual(doc("aaaa", "/a.md", "h1", 3), "999001.SZ"), factual(doc("bbbb", "/b.md", "h2", 3), "999002.SZ")
		replace(t, s, a)
		replace(t, s, b)
		if _, err := s.write.ExecContext(t.Context(), c.spoil); err != nil {
			t.Fatalf("%s: %v", c.spoil, err)
		}
		s.Close()
		s = open(t, dir, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
		var got []retrieval.Entry
		changes, err := s.Entries(t.Context(), retrieval.Moment{}, func(e retrieval.Entry) error { got = append(got, e); return nil })
		if diff := cmp.Diff([]retrieval.Entry{want(a, "/a.md")}, got, anyVersion); diff != "" || err != nil || !cmp.Equal(changes.Removed, []string{"bbbb"}) {
			t.Errorf("%s: Entries, removed %q, %v (-want +got):\n%s", c.spoil, changes.Removed, err, diff)
		}
		if said := log.String(); !strings.Contains(said, "report bbbb") || !strings.Contains(strings.ReplaceAll(said, `\`, ""), c.named) {
			t.Errorf("%s: the log says %q, want report bbbb and %s", c.spoil, said, c.named)
		}
		if _, _, err := s.Entry(t.Context(), "bbbb"); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "bbbb") {
			t.Errorf("%s: Entry = %v", c.spoil, err)
		}
		if ps, err := s.Passages(t.Context(), []string{"bbbb-001", "aaaa-001"}); err != nil || len(ps) == 0 || ps[len(ps)-1].ID != "aaaa-001" {
			t.Errorf("%s: Passages = %v, %v", c.spoil, ps, err)
		}
		if problems, err := s.Check(t.Context()); len(problems) == 0 || err != nil || !strings.Contains(strings.Join(problems, "\n"), "report bbbb") {
			t.Errorf("%s: Check = %q, %v", c.spoil, problems, err)
		}
		if src, known, err := s.Source(t.Context(), "default", "/b.md"); err != nil || known && src.Version == b.Source.Version {
			t.Errorf("%s: Source = %+v, %v, %v: its file would not be read again", c.spoil, src, known, err)
		}
		replace(t, s, b)
		mustBe(t, s, want(a, "/a.md"), want(b, "/b.md"))
	}
}

// A damaged report whose file is gone can be removed.
func TestRemoveDamaged(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	a, b := doc("aaaa", "/a.md", "h1", 3), doc("bbbb", "/b.md", "h2", 3)
	replace(t, s, a)
	replace(t, s, b)
	if _, err := s.write.ExecContext(t.Context(), `UPDATE reports SET meta = '' WHERE id = 'bbbb'`); err != nil {
		t.Fatal(err)
	}
	if ok, err := s.Remove(t.Context(), "bbbb"); !ok || err != nil {
		t.Errorf("Remove = %v, %v", ok, err)
	}
	mustBe(t, s, want(a, "/a.md"))
}
