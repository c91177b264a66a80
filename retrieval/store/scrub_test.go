package store

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"reportbot/ingest/report"
)

// marked is a document that says the mark in everything that is stored of it,
// and whose vectors are like no others.
func marked(rnd *rand.Rand, id, mark string) Document {
	d := doc(id, "/"+mark+"/"+id+".pdf", mark+id, 5+rnd.IntN(60))
	d.Report.Title, d.Report.Publisher, d.Report.Industry = "题"+mark, "社"+mark, "业"+mark
	d.Report.Analysts = []report.Analyst{{Name: mark}}
	d.Report.Securities = []report.Security{{Code: "999230.SZ", Name: mark}}
	d.Report.Sections[0].Title = "节" + mark
	d.Report.Read = []report.Reading{{Field: "title", Text: mark}}
	d.Source.Sidecar = mark + ".meta.yaml 1 2"
	for i := range d.Passages {
		p := &d.Passages[i]
		p.Text = strings.Repeat("话"+mark, 1+rnd.IntN(200)) // also on overflow pages
		p.Path = []string{mark}
		p.Boxes = []report.Box{{Offset: 0, End: 3, Page: 1, X1: 5, Y1: 5}}
		for k := range d.Vectors[i] {
			d.Vectors[i][k] = rnd.Float32() + 1
		}
		d.Facts = append(d.Facts, report.Fact{Metric: "eps", Label: mark, Value: float64(i), Quote: mark, ReportID: id, PassageID: p.ID})
	}
	return d
}

// holding lists the files of a folder that hold one of the needles.
func holding(t *testing.T, dir string, needles ...[]byte) (out []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range needles {
			if i := bytes.Index(b, n); i >= 0 {
				out = append(out, fmt.Sprintf("%s at %d of %d: %q", filepath.Base(f), i, len(b), n))
			}
		}
	}
	return out
}

// Of a report that is removed, whose file is gone, or that another one took the
// place of, nothing is left in the data folder: no word, name, figure or vector,
// while the store is open and others read it, too.
func TestPromiseRemovalLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	s, other := open(t, dir, Options{}), open(t, dir, Options{})
	rnd := rand.New(rand.NewPCG(8, 8))
	const canary = "ZZCANARY"
	rounds, pieces := 0, 0
	for round := range scrubRounds {
		for i := range 6 { // others before, between and after
			replace(t, s, marked(rnd, fmt.Sprintf("n%d", rnd.IntN(40)), fmt.Sprint("other", round, i)))
		}
		d := marked(rnd, "canary", canary)
		if round%4 >= 2 { // its file stays
			d.Source.Path = "/canary.pdf"
		}
		needles := [][]byte{[]byte(canary)}
		for _, v := range d.Vectors {
			needles = append(needles, encodeVector(v))
		}
		replace(t, s, d)
		for i := range 3 {
			replace(t, s, marked(rnd, fmt.Sprintf("n%d", rnd.IntN(40)), fmt.Sprint("other", round, i)))
		}
		if len(holding(t, dir, needles...)) == 0 {
			t.Fatal("the canary is not even there while it is stored")
		}
		var err error
		switch round % 4 {
		case 0:
			_, err = s.Remove(t.Context(), "canary")
		case 1:
			_, _, _, err = s.Forget(t.Context(), "default", d.Source.Path)
		case 2: // the same report, read anew
			e := marked(rnd, "canary", "innocent")
			e.Source.Path = d.Source.Path
			_, err = s.Replace(t.Context(), e)
		case 3: // the file holds another report now
			e := marked(rnd, "another", "innocent")
			e.Source.Path = d.Source.Path
			_, err = s.Replace(t.Context(), e)
		}
		if err != nil {
			t.Fatal(err)
		}
		if done, err := s.Scrub(t.Context()); !done || err != nil {
			t.Fatalf("Scrub = %v, %v", done, err)
		}
		if left := holding(t, dir, needles...); len(left) > 0 {
			pieces++
		}
		if done, err := s.Compact(t.Context()); !done || err != nil {
			t.Fatalf("Compact = %v, %v", done, err)
		}
		if left := holding(t, dir, needles...); len(left) > 0 {
			t.Fatalf("round %d: %d traces are left, e.g. %s", round, len(left), left[0])
		}
		if _, err := other.AllReports(t.Context()); err != nil {
			t.Fatal(err)
		}
		rounds++
	}
	mustBeWhole(t, s)
	if 10*pieces > rounds {
		t.Errorf("overwriting left pieces in %d of %d removals", pieces, rounds)
	}
	t.Logf("%d removals among others, in 4 ways: a piece left in %d before corpus.db is compacted, 0 afterwards", rounds, pieces)
}

// While somebody reads an older state the log cannot go; nobody waits for it.
func TestScrubDoesNotWait(t *testing.T) {
	dir := t.TempDir()
	s, other := open(t, dir, Options{}), open(t, dir, Options{})
	replace(t, s, doc("aaaa", "/1.pdf", "h", 3))
	tx, err := other.read.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRow(`SELECT count(*) FROM reports`).Scan(&n); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	if _, err := s.Remove(t.Context(), "aaaa"); err != nil {
		t.Fatal(err)
	}
	if done, err := s.Scrub(t.Context()); done || err != nil {
		t.Errorf("beside a reader: Scrub = %v, %v", done, err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if done, err := s.Scrub(t.Context()); !done || err != nil {
		t.Errorf("afterwards: Scrub = %v, %v", done, err)
	}
}
