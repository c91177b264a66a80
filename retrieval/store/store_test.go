package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

const dims = 8

func open(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// doc is a document with n passages, read from path. The hash stands for the
// bytes of the file and goes into the text.
func doc(id, path, hash string, n int) Document {
	d := Document{
		Report: &report.Report{ID: id, Collection: "default", Title: "标题 " + id, Publisher: "青岚证券", Published: "2026-03-0" + fmt.Sprint(1+len(id)%9),
			Sections: []report.Section{{Number: "1", Title: "投资要点", Level: 1, Page: 1}, {Title: "免责声明", Level: 1, Page: 9, Role: report.Disclaimer}}},
		Embedder: "builtin-8",
		Source:   Source{Path: path, Size: 10, ModTime: 20, Hash: hash, Version: 1},
	}
	for i := range n {
		p := report.Passage{ID: fmt.Sprintf("%s-%03d", id, i), ReportID: id, Number: "1", Path: []string{"投资要点"},
			Kind: report.Prose, PageFrom: 1, PageTo: 2, Text: fmt.Sprintf("%s 第%d段 \x00 %s", id, i, hash)}
		if i%2 == 1 {
			p.Turns = []report.PageTurn{{Offset: 3, Page: 2}}
		}
		v := make([]float32, dims)
		v[i%dims], v[0] = 1, float32(len(hash))/3
		d.Passages = append(d.Passages, p)
		d.Vectors = append(d.Vectors, v)
	}
	return d
}

// anyVersion compares reports without the generation they are of.
var anyVersion = cmp.FilterPath(func(p cmp.Path) bool {
	return p.Last().String() == ".Generation" && p.Index(-2).Type() == reflect.TypeFor[report.Report]()
}, cmp.Ignore())

func replace(t testing.TB, s *Store, d Document) {
	t.Helper()
	if _, err := s.Replace(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

// want is the entry the document must come back as.
func want(d Document, sources ...string) retrieval.Entry {
	r := *d.Report
	r.Sections, r.Sources = nil, sources
	return retrieval.Entry{Report: r, Passages: d.Passages, Vectors: d.Vectors}
}

// mustBe compares all that the store holds, in order of generation.
func mustBe(t testing.TB, s *Store, want ...retrieval.Entry) {
	t.Helper()
	var got []retrieval.Entry
	if _, err := s.Entries(t.Context(), retrieval.Moment{}, func(e retrieval.Entry) error { got = append(got, e); return nil }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, anyVersion); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	mustBeWhole(t, s)
}

func mustBeWhole(t testing.TB, s *Store) {
	t.Helper()
	problems, err := s.Check(t.Context())
	if err != nil || len(problems) > 0 {
		t.Errorf("Check() = %q, %v", problems, err)
	}
}

func mustChange(t testing.TB, s *Store, since int64, want retrieval.Changes) {
	t.Helper()
	got, err := s.Changes(t.Context(), retrieval.Moment{Generation: since})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Changes(%d) (-want +got):\n%s", since, diff)
	}
	if n, err := s.Generation(t.Context()); n != want.Generation || err != nil {
		t.Errorf("Generation() = %d, %v, want %d", n, err, want.Generation)
	}
}

func TestReplace(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	mustChange(t, s, 0, retrieval.Changes{})
	a, b := doc("aaaa", "/a.pdf", "h1", 3), doc("bbbb", "/b.pdf", "h2", 0)
	replace(t, s, a)
	replace(t, s, b)
	mustBe(t, s, want(a, "/a.pdf"), want(b, "/b.pdf"))
	mustChange(t, s, 0, retrieval.Changes{Moment: retrieval.Moment{Generation: 2}, Changed: []string{"aaaa", "bbbb"}})
	mustChange(t, s, 1, retrieval.Changes{Moment: retrieval.Moment{Generation: 2}, Changed: []string{"bbbb"}})

	replace(t, s, a) // nothing new
	mustChange(t, s, 2, retrieval.Changes{Moment: retrieval.Moment{Generation: 2}})

	a.Source.ModTime++ // a new time stamp is remembered without a change
	replace(t, s, a)
	mustChange(t, s, 2, retrieval.Changes{Moment: retrieval.Moment{Generation: 2}})
	a.Source.ReportID = "aaaa"
	if src, ok, err := s.Source(t.Context(), "default", "/a.pdf"); src != a.Source || !ok || err != nil {
		t.Errorf("Source = %+v, %v, %v, want %+v", src, ok, err, a.Source)
	}
	if _, ok, err := s.Source(t.Context(), "other", "/a.pdf"); ok || err != nil {
		t.Errorf("Source in another collection = %v, %v", ok, err)
	}

	a = doc("aaaa", "/a.pdf", "h1", 2) // read by newer rules: a passage is gone
	a.Source.Version = 2
	replace(t, s, a)
	mustBe(t, s, want(b, "/b.pdf"), want(a, "/a.pdf"))
	mustChange(t, s, 2, retrieval.Changes{Moment: retrieval.Moment{Generation: 3}, Changed: []string{"aaaa"}})
}

func TestReplaceAtTakenPath(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	old, other := doc("aaaa", "/1.pdf", "h1", 2), doc("aaaa", "/2.md", "h2", 2)
	replace(t, s, old)
	replace(t, s, other) // the same report from another file: sources add up, nothing makes the copy better
	mustBe(t, s, want(old, "/1.pdf", "/2.md"))

	b := doc("bbbb", "/1.pdf", "h3", 1) // the file now holds another report
	replace(t, s, b)
	mustBe(t, s, want(old, "/2.md"), want(b, "/1.pdf"))
	replace(t, s, other) // read again, as the file its text came from is gone
	mustBe(t, s, want(b, "/1.pdf"), want(other, "/2.md"))
	mustChange(t, s, 2, retrieval.Changes{Moment: retrieval.Moment{Generation: 4}, Changed: []string{"bbbb", "aaaa"}})

	c := doc("cccc", "/2.md", "h4", 1) // its last file: the report goes
	replace(t, s, c)
	mustBe(t, s, want(b, "/1.pdf"), want(c, "/2.md"))
	mustChange(t, s, 4, retrieval.Changes{Moment: retrieval.Moment{Generation: 5}, Changed: []string{"cccc"}, Removed: []string{"aaaa"}})

	replace(t, s, old) // and comes back
	mustBe(t, s, want(c, "/2.md"), want(old, "/1.pdf"))
	mustChange(t, s, 4, retrieval.Changes{Moment: retrieval.Moment{Generation: 6}, Changed: []string{"cccc", "aaaa"}, Removed: []string{"bbbb"}})
}

func TestReplaceKeepsCollectionsApart(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	a, b := doc("aaaa", "/1.pdf", "h", 1), doc("bbbb", "/1.pdf", "h", 1)
	b.Report.Collection = "desk"
	replace(t, s, a)
	replace(t, s, b)
	mustBe(t, s, want(a, "/1.pdf"), want(b, "/1.pdf"))
	moved := doc("aaaa", "/1.pdf", "h", 1)
	moved.Report.Collection = "desk"
	if _, err := s.Replace(t.Context(), moved); err == nil || !strings.Contains(err.Error(), "another collection") {
		t.Errorf("Replace of an ID in another collection = %v", err)
	}
	mustBe(t, s, want(a, "/1.pdf"), want(b, "/1.pdf"))
	if got, err := s.Collections(t.Context()); err != nil || !cmp.Equal(got, []string{"default", "desk"}) {
		t.Errorf("Collections() = %q, %v", got, err)
	}
}

func TestAdopt(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	a, b := doc("aaaa", "/1.pdf", "h1", 1), doc("bbbb", "/2.pdf", "h2", 1)
	replace(t, s, a)
	replace(t, s, b)
	adopt := func(collection string, src Source, want bool) {
		t.Helper()
		if ok, _, err := s.Adopt(t.Context(), collection, src); ok != want || err != nil {
			t.Errorf("Adopt(%s, %+v) = %v, %v, want %v", collection, src, ok, err, want)
		}
	}
	adopt("default", Source{Path: "/3.pdf", Hash: "h1", Version: 2}, false)
	adopt("default", Source{Path: "/3.pdf", Hash: "h1", Version: 0}, false)
	adopt("desk", Source{Path: "/3.pdf", Hash: "h1", Version: 1}, false)
	adopt("default", Source{Path: "/3.pdf", Hash: "h3", Version: 1}, false)
	mustChange(t, s, 2, retrieval.Changes{Moment: retrieval.Moment{Generation: 2}})

	adopt("default", Source{Path: "/3.pdf", Hash: "h1", Version: 1}, true)
	mustChange(t, s, 2, retrieval.Changes{Moment: retrieval.Moment{Generation: 3}, Changed: []string{"aaaa"}})
	adopt("default", Source{Path: "/3.pdf", Hash: "h1", Version: 1, ModTime: 5}, true) // touched
	mustChange(t, s, 3, retrieval.Changes{Moment: retrieval.Moment{Generation: 3}})
	mustBe(t, s, want(b, "/2.pdf"), want(a, "/1.pdf", "/3.pdf"))

	adopt("default", Source{Path: "/2.pdf", Hash: "h1", Version: 1}, true) // bbbb loses its only file
	mustBe(t, s, want(a, "/1.pdf", "/2.pdf", "/3.pdf"))
	mustChange(t, s, 3, retrieval.Changes{Moment: retrieval.Moment{Generation: 4}, Changed: []string{"aaaa"}, Removed: []string{"bbbb"}})
}

func TestRemove(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	replace(t, s, doc("aaaa", "/1.pdf", "h1", 2))
	for _, want := range []bool{true, false} {
		if ok, err := s.Remove(t.Context(), "aaaa"); ok != want || err != nil {
			t.Errorf("Remove = %v, %v, want %v", ok, err, want)
		}
		mustChange(t, s, 1, retrieval.Changes{Moment: retrieval.Moment{Generation: 2}, Removed: []string{"aaaa"}})
	}
	mustBe(t, s)
	if _, ok, err := s.Entry(t.Context(), "aaaa"); ok || err != nil {
		t.Errorf("Entry of a removed report = %v, %v", ok, err)
	}
	d := doc("bbbb", "/1.pdf", "h1", 1) // an empty store takes another embedder
	d.Embedder, d.Vectors = "model-x", [][]float32{{1, 2, 3}}
	replace(t, s, d)
	mustBe(t, s, want(d, "/1.pdf"))
}

func TestReplaceRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(d *Document)
		want  string
	}{
		{"no report", func(d *Document) { d.Report = nil }, "without an ID"},
		{"no id", func(d *Document) { d.Report.ID = "" }, "without an ID"},
		{"no collection", func(d *Document) { d.Report.Collection = "" }, "without a collection"},
		{"no path", func(d *Document) { d.Source.Path = "" }, "without a source"},
		{"twice", func(d *Document) { d.Passages[1].ID = d.Passages[0].ID }, "used twice"},
		{"foreign passage", func(d *Document) { d.Passages[1].ReportID = "zzzz" }, `belongs to report "zzzz"`},
		{"passage of another report", func(d *Document) { d.Passages[1].ID = "aaaa-000" }, "aaaa-000"},
		{"no embedder", func(d *Document) { d.Embedder = "" }, "without the name"},
		{"few vectors", func(d *Document) { d.Vectors = d.Vectors[1:] }, "1 vectors for 2 passages"},
		{"short vector", func(d *Document) { d.Vectors[1] = d.Vectors[1][1:] }, "7 dimensions, the first has 8"},
		{"no dimension", func(d *Document) { d.Vectors = [][]float32{{}, {}} }, "0 dimensions"},
		{"other dimension", func(d *Document) { d.Vectors = [][]float32{{1}, {2}} }, "1 dimensions, the store holds 8"},
		{"NaN", func(d *Document) { d.Vectors[1][2] = float32(math.NaN()) }, "not finite"},
		{"infinite", func(d *Document) { d.Vectors[1][2] = float32(math.Inf(-1)) }, "not finite"},
		{"zero", func(d *Document) { d.Vectors[0] = make([]float32, dims) }, "is zero"},
		{"JSON", func(d *Document) { d.Report.TargetPrice = math.NaN() }, "NaN"},
		{"embedder", func(d *Document) { d.Embedder = "model-x" }, `"builtin-8", not "model-x": run "reportbot embed"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, t.TempDir(), Options{})
			a, b := doc("aaaa", "/1.pdf", "h1", 2), doc("bbbb", "/1.pdf", "h2", 2)
			replace(t, s, a)
			c.spoil(&b)
			_, err := s.Replace(t.Context(), b)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Replace() = %v, want %q", err, c.want)
			}
			var ee *EmbedderError
			if errors.As(err, &ee) != (c.name == "embedder") {
				t.Errorf("Replace() = %#v", err)
			}
			mustBe(t, s, want(a, "/1.pdf"))
		})
	}
}

func TestCancelled(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Replace(ctx, doc("aaaa", "/1.pdf", "h1", 2)); !errors.Is(err, context.Canceled) {
		t.Errorf("Replace = %v", err)
	}
	if _, err := s.Generation(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Generation = %v", err)
	}
	mustBe(t, s)
}
