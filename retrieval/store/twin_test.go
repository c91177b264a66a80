package store

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
)

// hashes from..to-1, which stand for as many pieces of text.
func hashes(from, to int) []uint64 {
	var out []uint64
	for i := from; i < to; i++ {
		out = append(out, uint64(i))
	}
	return out
}

func TestSimilar(t *testing.T) {
	for _, c := range []struct {
		a, b []uint64
		want float64
	}{
		{nil, nil, 0},
		{hashes(0, 5), nil, 0},
		{hashes(0, 5), hashes(0, 5), 1},
		{hashes(0, 5), hashes(5, 10), 0},
		{hashes(0, 3), hashes(1, 4), 0.5},
		{hashes(0, 256), hashes(0, 256), 1},
		{hashes(0, 256), hashes(128, 384), 0.5}, // of the smallest 256 of the union
	} {
		for _, swap := range []bool{false, true} {
			if swap {
				c.a, c.b = c.b, c.a
			}
			if got := similar(c.a, c.b); got != c.want {
				t.Errorf("similar(%d hashes, %d hashes) = %v, want %v", len(c.a), len(c.b), got, c.want)
			}
		}
	}
}

// copyOf is a report in a file whose text is the hashes from..to-1.
func copyOf(id, path string, from, to int, change ...func(*Document)) Document {
	d := doc(id, path, "h"+path, 2)
	d.Report.Published = "2026-03-01"
	d.Report.Parse.CharsKept = to - from
	d.Sketch = hashes(from, to)
	for _, f := range change {
		f(&d)
	}
	return d
}

func pdf(d *Document)     { d.Report.Pages = 9 }
func scan(d *Document)    { d.Report.Parse.LowTextPages = []int{2} }
func sidecar(d *Document) { d.Source.Sidecar = "9:9" }
func desk(d *Document)    { d.Report.Collection = "desk" }

func dated(date string) func(*Document) { return func(d *Document) { d.Report.Published = date } }

func on(codes ...string) func(*Document) {
	return func(d *Document) {
		for _, c := range codes {
			d.Report.Securities = append(d.Report.Securities, report.Security{Code: c})
		}
	}
}

// held lists the reports as "id: sources".
func held(t *testing.T, s *Store) []string {
	t.Helper()
	all, err := s.AllReports(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range all {
		out = append(out, fmt.Sprint(r.Report.ID, ": ", r.Report.Sources))
	}
	mustBeWhole(t, s)
	return out
}

// Whichever copy comes first, the same one is kept with both files.
func TestTwins(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b Document
		want string // the ID that is kept, "" for both
	}{
		{"pages are known", copyOf("zzzz", "/z.pdf", 0, 80, pdf), copyOf("aaaa", "/a.txt", 0, 100), "zzzz"},
		{"fewer pages without text", copyOf("zzzz", "/z.pdf", 0, 80, pdf), copyOf("aaaa", "/a.pdf", 0, 100, pdf, scan), "zzzz"},
		{"more text", copyOf("zzzz", "/z.md", 0, 100), copyOf("aaaa", "/a.txt", 0, 80), "zzzz"},
		{"corrected by hand", copyOf("zzzz", "/z.md", 0, 100, sidecar), copyOf("aaaa", "/a.txt", 10, 110), "zzzz"},
		{"nothing to choose by", copyOf("aaaa", "/b.txt", 10, 110), copyOf("bbbb", "/a.md", 0, 100), "aaaa"},
		{"the same ID", copyOf("aaaa", "/z.pdf", 0, 100, pdf), copyOf("aaaa", "/a.txt", 0, 100), "aaaa"},
		{"the same ID, nothing to choose by", copyOf("aaaa", "/a.md", 0, 100), copyOf("aaaa", "/b.txt", 0, 100), "aaaa"},
		{"a date is missing", copyOf("zzzz", "/z.md", 0, 100, dated("")), copyOf("aaaa", "/a.txt", 0, 80), "zzzz"},
		{"just similar", copyOf("zzzz", "/z.md", 0, 100), copyOf("aaaa", "/a.txt", 0, 60), "zzzz"},
		{"a security in common", copyOf("zzzz", "/z.md", 0, 100, on("999001.SZ", "999002.SZ")), copyOf("aaaa", "/a.txt", 0, 80, on("999002.SZ")), "zzzz"},
		{"a security without a code", copyOf("zzzz", "/z.md", 0, 100, on("999001.SZ")), copyOf("aaaa", "/a.txt", 0, 80, on("")), "zzzz"},

		{"not similar", copyOf("zzzz", "/z.md", 0, 100), copyOf("aaaa", "/a.txt", 0, 59), ""},
		{"other dates", copyOf("zzzz", "/z.md", 0, 100), copyOf("aaaa", "/a.txt", 0, 100, dated("2026-03-08")), ""},
		{"other collections", copyOf("zzzz", "/z.md", 0, 100), copyOf("aaaa", "/a.txt", 0, 100, desk), ""},
		{"other securities", copyOf("zzzz", "/z.md", 0, 100, on("999001.SZ")), copyOf("aaaa", "/a.txt", 0, 100, on("999002.SZ")), ""},
		{"no text to compare", copyOf("zzzz", "/z.md", 0, 0), copyOf("aaaa", "/a.txt", 0, 0), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, order := range [][]Document{{c.a, c.b}, {c.b, c.a}} {
				s := open(t, t.TempDir(), Options{})
				replace(t, s, order[0])
				first, second := order[0], order[1]
				p, err := s.Replace(t.Context(), second)
				if err != nil {
					t.Fatal(err)
				}
				if c.want == "" {
					if got := held(t, s); len(got) != 2 || p.Twin != "" || p.Lost {
						t.Errorf("%v, %+v, want two reports", got, p)
					}
					continue
				}
				kept := c.a // always the winner
				mustBe(t, s, want(kept, min(c.a.Source.Path, c.b.Source.Path), max(c.a.Source.Path, c.b.Source.Path)))
				if p.Report.ID != c.want || p.Twin != first.Source.Path || p.Lost != (second.Source.Path != kept.Source.Path) {
					t.Errorf("%s second: %+v", second.Source.Path, p)
				}
				again, err := s.Replace(t.Context(), second) // by another process
				if err != nil || again.Report.ID != c.want || len(again.Stale) > 0 {
					t.Errorf("%s again: %+v, %v", second.Source.Path, again, err)
				}
				if n, err := s.Generation(t.Context()); n != 2 || err != nil {
					t.Errorf("Generation %d, %v: offering the same again changed something", n, err)
				}
			}
		})
	}
}

// What becomes of a report of several files when they change or go.
func TestTwinsPart(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	best, copy1, copy2 := copyOf("best", "/b.pdf", 0, 100, pdf), copyOf("cop1", "/c.md", 0, 95), copyOf("cop2", "/d.txt", 5, 100)
	for _, d := range []Document{copy1, best, copy2} {
		replace(t, s, d)
	}
	mustBe(t, s, want(best, "/b.pdf", "/c.md", "/d.txt"))

	// The best one goes: its text stays until the others were read again.
	r, ok, stale, err := s.Forget(t.Context(), "default", "/b.pdf")
	if err != nil || !ok || r != best.Report.Header() || !cmp.Equal(stale, []string{"/c.md", "/d.txt"}) {
		t.Errorf("Forget = %v, %v, %q, %v", r, ok, stale, err)
	}
	mustBe(t, s, want(best, "/c.md", "/d.txt"))
	src, _, err := s.Source(t.Context(), "default", "/c.md")
	if err != nil || src.Version != 0 {
		t.Errorf("Source = %+v, %v; it would not be read again", src, err)
	}
	replace(t, s, copy1)
	mustBe(t, s, want(copy1, "/c.md", "/d.txt"))
	replace(t, s, copy2)
	mustBe(t, s, want(copy1, "/c.md", "/d.txt"))

	// The file it was read from becomes another report.
	other := copyOf("othr", "/c.md", 500, 600)
	p, err := s.Replace(t.Context(), other)
	if err != nil || p.Twin != "" || !cmp.Equal(p.Stale, []string{"/d.txt"}) {
		t.Errorf("Replace = %+v, %v", p, err)
	}
	replace(t, s, copy2)
	if got := held(t, s); !cmp.Equal(got, []string{"cop2: [/d.txt]", "othr: [/c.md]"}) {
		t.Errorf("held %q", got)
	}

	// It is corrected a little: its copies are compared anew.
	replace(t, s, best)
	corrected := copyOf("corr", "/b.pdf", 0, 90, pdf, func(d *Document) { d.Source.Hash = "corrected" })
	p, err = s.Replace(t.Context(), corrected)
	if err != nil || p.Twin != "" || p.Lost || !cmp.Equal(p.Stale, []string{"/d.txt"}) {
		t.Errorf("Replace = %+v, %v", p, err)
	}
	if got := held(t, s); !cmp.Equal(got, []string{"corr: [/b.pdf /d.txt]", "othr: [/c.md]"}) {
		t.Errorf("held %q", got)
	}
}

// What a file held before is no copy of what it holds now: that of another
// file is looked for.
func TestTwinOfChanged(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	for _, d := range []Document{
		copyOf("aaaa", "/a.md", 0, 100), copyOf("bbbb", "/b.md", 30, 130), // no copies
		copyOf("cccc", "/b.md", 20, 120, func(d *Document) { d.Source.Hash = "changed" }), // liker to bbbb
	} {
		replace(t, s, d)
	}
	if got := held(t, s); !cmp.Equal(got, []string{"aaaa: [/a.md /b.md]"}) {
		t.Errorf("held %q", got)
	}
}

// The best copy's file comes to hold the bytes of a report known already: the
// text it gave stays until the others were read again.
func TestTwinOfAdopted(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	replace(t, s, copyOf("best", "/b.pdf", 0, 100, pdf))
	replace(t, s, copyOf("cop1", "/c.md", 0, 95))
	other := copyOf("othr", "/o.pdf", 500, 600, pdf)
	replace(t, s, other)
	ok, stale, err := s.Adopt(t.Context(), "default", Source{Path: "/b.pdf", Hash: other.Source.Hash, Version: other.Source.Version})
	if !ok || err != nil || !cmp.Equal(stale, []string{"/c.md"}) {
		t.Errorf("Adopt = %v, %q, %v", ok, stale, err)
	}
}

// A file of the same bytes takes the part of the one that goes.
func TestForgetCopy(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	d := doc("aaaa", "/1.pdf", "h1", 2)
	replace(t, s, d)
	if ok, _, err := s.Adopt(t.Context(), "default", Source{Path: "/2.pdf", Hash: "h1", Version: 1}); !ok || err != nil {
		t.Fatal(ok, err)
	}
	for _, c := range []struct {
		collection, path string
		want             bool
		left             []string
	}{
		{"default", "/3.pdf", false, []string{"aaaa: [/1.pdf /2.pdf]"}},
		{"desk", "/1.pdf", false, []string{"aaaa: [/1.pdf /2.pdf]"}},
		{"default", "/1.pdf", true, []string{"aaaa: [/2.pdf]"}},
		{"default", "/2.pdf", true, nil},
		{"default", "/2.pdf", false, nil},
	} {
		_, ok, stale, err := s.Forget(t.Context(), c.collection, c.path)
		if got := held(t, s); ok != c.want || err != nil || stale != nil || !cmp.Equal(got, c.left) {
			t.Errorf("Forget(%s, %s) = %v, %q, %v, leaves %q, want %v, %q", c.collection, c.path, ok, stale, err, got, c.want, c.left)
		}
	}
	if g, err := s.Generation(t.Context()); g != 4 || err != nil {
		t.Errorf("Generation %d, %v", g, err)
	}
}

func TestRecorded(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	for i, path := range []string{"/in/a.md", "/in/b/c.md", "/in0/d.md", "/in.md", "/i", "/in/%.md"} {
		replace(t, s, doc(fmt.Sprintf("r%03d", i), path, "h"+path, 1))
	}
	elsewhere := doc("desk", "/in/a.md", "h", 1)
	elsewhere.Report.Collection = "desk"
	replace(t, s, elsewhere)
	for _, c := range []struct{ collection, under, want string }{
		{"default", "/in", "[/in/%.md /in/a.md /in/b/c.md]"},
		{"default", "/in/", "[/in/%.md /in/a.md /in/b/c.md]"},
		{"default", "/in/b", "[/in/b/c.md]"},
		{"default", "/in/a.md", "[/in/a.md]"},
		{"default", "/", "[/i /in.md /in/%.md /in/a.md /in/b/c.md /in0/d.md]"},
		{"default", "/out", "[]"},
		{"desk", "/in", "[/in/a.md]"},
	} {
		got, err := s.Recorded(t.Context(), c.collection, c.under)
		paths := []string{}
		for _, src := range got {
			paths = append(paths, src.Path)
		}
		if fmt.Sprint(paths) != c.want || err != nil {
			t.Errorf("Recorded(%s, %s) = %v, %v, want %s", c.collection, c.under, paths, err, c.want)
		}
	}
	if src, err := s.Recorded(t.Context(), "default", "/in/a.md"); err != nil || !cmp.Equal(src, []Source{{Path: "/in/a.md", Size: 10, ModTime: 20, Hash: "h/in/a.md", Version: 1, ReportID: "r000"}}) {
		t.Errorf("Recorded = %+v, %v", src, err)
	}
}

// A data folder of the first schema opens; its reports are there and give way
// to the same file read by newer rules.
func TestMigrateFromFirst(t *testing.T) {
	dir := t.TempDir()
	db, err := sql.Open("sqlite", filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		migrations[0], `PRAGMA user_version = 1`,
		`UPDATE meta SET value = 1 WHERE key = 'generation'`,
		`UPDATE meta SET value = 'builtin-8' WHERE key = 'embedder'`, `UPDATE meta SET value = 8 WHERE key = 'dimension'`,
		`INSERT INTO reports VALUES ('aaaa', 'default', 1, '2026-03-01', '青岚证券', '题', '{"ID":"aaaa","Title":"题","Collection":"default"}', '[]')`,
		`INSERT INTO sources VALUES ('default', '/1.pdf', 10, 20, 'h1', 1, 'aaaa')`,
		`INSERT INTO passages VALUES ('aaaa-0001', 'aaaa', 0, '', '[]', 'prose', 1, 1, '[]', '文')`,
		`INSERT INTO vectors VALUES ('aaaa-0001', 'builtin-8', x'0000803f` + fmt.Sprintf("%056d", 0) + `')`,
	} {
		if _, err := db.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir, Options{})
	if got := held(t, s); !cmp.Equal(got, []string{"aaaa: [/1.pdf]"}) {
		t.Errorf("held %q", got)
	}
	src, ok, err := s.Source(t.Context(), "default", "/1.pdf")
	if want := (Source{Path: "/1.pdf", Size: 10, ModTime: 20, Hash: "h1", Version: 1, ReportID: "aaaa"}); !ok || err != nil || src != want {
		t.Errorf("Source = %+v, %v, %v, want %+v", src, ok, err, want)
	}
	d := factual(copyOf("bbbb", "/1.pdf", 0, 10), "999001.SZ")
	d.Source.Version = 2
	replace(t, s, d)
	mustBe(t, s, want(d, "/1.pdf"))
}

// Two processes that read the copies of a report at once keep the same one.
func TestTwinsAtOnce(t *testing.T) {
	dir := t.TempDir()
	a, b := open(t, dir, Options{}), open(t, dir, Options{})
	for i := range 10 {
		base := 1000 * i
		best := copyOf(fmt.Sprintf("best%d", i), fmt.Sprintf("/%d.pdf", i), base, base+100, pdf)
		worse := copyOf(fmt.Sprintf("copy%d", i), fmt.Sprintf("/%d.txt", i), base, base+95)
		var wg sync.WaitGroup
		for s, d := range map[*Store]Document{a: best, b: worse} {
			wg.Go(func() {
				for range 3 {
					if _, err := s.Replace(t.Context(), d); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
	}
	got := held(t, a)
	for i, line := range got {
		if want := fmt.Sprintf("best%d: [/%d.pdf /%d.txt]", i, i, i); line != want {
			t.Errorf("held %s, want %s", line, want)
		}
	}
	if len(got) != 10 {
		t.Errorf("%d reports, want 10", len(got))
	}
}
