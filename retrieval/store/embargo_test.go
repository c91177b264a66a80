package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// hands are a clock that the test sets.
type hands struct{ at time.Time }

func (h *hands) now() time.Time { return h.at }

var opens = time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC)

// hidden is the document under embargo until t, by a sidecar.
func hidden(d Document, t time.Time) Document {
	r := *d.Report
	r.VisibleFrom = t
	d.Report = &r
	d.Source.Sidecar = "x.meta.yaml 1 2"
	d.Source.Hash += t.String()
	return d
}

// seen are the IDs of the reports that somebody who asks can find out about,
// by any of the ways there are; that one way knows more than another is an
// error.
func seen(t *testing.T, s *Store, ids ...string) []string {
	t.Helper()
	ways := map[string][]string{}
	note := func(way, id string, there bool, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", way, err)
		}
		if there {
			ways[way] = append(ways[way], id)
		}
	}
	ctx := t.Context()
	all := retrieval.Scope{"default", "other"}
	listed, err := s.Reports(ctx, all)
	for _, r := range listed {
		note("Reports", r.Report.ID, true, err)
	}
	names, err := s.Names(ctx)
	for id := range names {
		note("Names", id, true, err)
	}
	_, err = s.Entries(ctx, retrieval.Moment{}, func(e retrieval.Entry) error { note("Entries", e.Report.ID, true, nil); return nil })
	note("Entries", "", false, err)
	of, err := s.SecurityFacts(ctx, all, "000001.SZ")
	for _, f := range of {
		note("SecurityFacts", f.ReportID, true, err)
	}
	for _, id := range ids {
		_, err := s.Report(ctx, id)
		note("Report", id, err == nil, ignore(err, ErrNotFound))
		_, err = s.Report(ctx, id[:3]+id[3:4])
		note("Report by a prefix", id, err == nil, ignore(err, ErrNotFound))
		p, err := s.ReportPassages(ctx, id)
		note("ReportPassages", id, len(p) > 0, err)
		f, err := s.Facts(ctx, id)
		note("Facts", id, len(f) > 0, err)
		p, err = s.Passages(ctx, []string{id + "-000"})
		note("Passages", id, len(p) > 0, err)
		b, err := s.Boxes(ctx, id+"-000")
		note("Boxes", id, len(b) > 0, err)
		_, ok, err := s.Entry(ctx, id)
		note("Entry", id, ok, err)
	}
	for _, got := range ways {
		slices.Sort(got)
	}
	for way, got := range ways {
		if diff := cmp.Diff(ways["Entries"], got); diff != "" {
			t.Errorf("%s sees other reports than Entries (-Entries +%s):\n%s", way, way, diff)
		}
	}
	if n := 11; len(ways["Entries"]) > 0 && len(ways) != n {
		t.Errorf("%d of %d ways see something: %v", len(ways), n, ways)
	}
	return ways["Entries"]
}

func ignore(err, what error) error {
	if errors.Is(err, what) {
		return nil
	}
	return err
}

// complete is a document with everything that may be asked for.
func complete(id, path string) Document {
	d := doc(id, path, "h"+id, 3)
	d.Report.Securities = []report.Security{{Code: "000001.SZ", Name: "平安"}}
	d.Passages[0].Boxes = []report.Box{{Offset: 0, End: 3, Page: 1, X1: 5, Y1: 5}}
	d.Facts = []report.Fact{{Security: d.Report.Securities[0], Metric: "eps", Value: 1, ReportID: id, PassageID: d.Passages[0].ID}}
	return d
}

func TestEmbargo(t *testing.T) {
	dir := t.TempDir()
	clock := &hands{opens.Add(-time.Millisecond)}
	s := open(t, dir, Options{Now: clock.now})
	owner := open(t, dir, Options{Owner: true, Now: clock.now})
	expect := func(what string, want ...string) {
		t.Helper()
		if got := seen(t, s, "aaaa", "bbbb"); !slices.Equal(got, want) {
			t.Errorf("%s: seen %v, want %v", what, got, want)
		}
		if got := seen(t, owner, "aaaa", "bbbb"); len(got) != 2 {
			t.Errorf("%s: the owner sees %v", what, got)
		}
		mustBeWhole(t, s)
	}
	a := complete("aaaa", "/1.pdf")
	b := complete("bbbb", "/2.pdf")
	b.Report.Collection = "other"
	replace(t, s, a)
	replace(t, s, hidden(b, opens))
	expect("before", "aaaa")
	if got, err := s.Collections(t.Context()); err != nil || !slices.Equal(got, []string{"default"}) {
		t.Errorf("Collections = %v, %v", got, err)
	}
	clock.at = opens
	expect("then", "aaaa", "bbbb")
	clock.at = opens.Add(-time.Hour)
	expect("after the clock went back", "aaaa")
	if r, err := owner.Report(t.Context(), "bbbb"); err != nil || !r.Report.VisibleFrom.Equal(opens) {
		t.Errorf("VisibleFrom = %v, %v", r.Report.VisibleFrom, err)
	}
	replace(t, s, hidden(b, opens.Add(-2*time.Hour)))
	expect("set to an earlier time", "aaaa", "bbbb")
	replace(t, s, hidden(b, opens.Add(2*time.Hour)))
	expect("set to a later time", "aaaa")
	replace(t, s, b)
	expect("taken away", "aaaa", "bbbb")
	replace(t, s, hidden(a, opens))
	expect("set on what was seen", "bbbb")
	if ok, err := s.Remove(t.Context(), "aaaa"); !ok || err != nil {
		t.Errorf("Remove = %v, %v", ok, err)
	}
}

// Of the files of one report the latest time counts, whichever copy is kept,
// in whatever order they come, and as long as the file is there.
func TestEmbargoOfCopies(t *testing.T) {
	plain := complete("aaaa", "/plain.pdf")
	early := hidden(complete("aaaa", "/early.pdf"), opens)
	late := hidden(complete("aaaa", "/late.pdf"), opens.Add(time.Hour))
	late.Source.Hash += "2"
	for _, order := range [][]Document{{plain, early, late}, {late, early, plain}, {early, late, plain}, {late, plain, early}} {
		clock := &hands{}
		s := open(t, t.TempDir(), Options{Now: clock.now})
		for _, d := range order {
			replace(t, s, d)
		}
		is := func(what string, at time.Time, want bool) {
			t.Helper()
			clock.at = at
			if got := len(seen(t, s, "aaaa")) > 0; got != want {
				t.Errorf("%s: seen at %v: %v, want %v", what, at, got, want)
			}
			mustBeWhole(t, s)
		}
		is("all", opens.Add(time.Hour-time.Millisecond), false)
		is("all", opens.Add(time.Hour), true)
		forget(t, s, "/late.pdf")
		is("without the latest", opens.Add(-time.Millisecond), false)
		is("without the latest", opens, true)
		// A file of the same bytes with the same sidecar is not even read.
		again := late.Source
		again.Path, again.VisibleFrom = "/again.pdf", since(late.Report.VisibleFrom)
		again.Hash, again.Version = early.Source.Hash, early.Source.Version
		if ok, _, err := s.Adopt(t.Context(), "default", again); !ok || err != nil {
			t.Fatal(ok, err)
		}
		is("adopted", opens, false)
		forget(t, s, "/again.pdf")
		forget(t, s, "/early.pdf")
		is("the plain one alone", opens.Add(-time.Hour), true)
	}
}

func forget(t *testing.T, s *Store, path string) {
	t.Helper()
	if _, ok, _, err := s.Forget(t.Context(), "default", path); !ok || err != nil {
		t.Fatalf("Forget(%s) = %v, %v", path, ok, err)
	}
}

// What a moment says changed is what one must add and take away to see what is
// there now: also when the clock goes back, and when what is changed meanwhile.
func TestChangesOverTime(t *testing.T) {
	clock := &hands{opens.Add(-time.Hour)}
	s := open(t, t.TempDir(), Options{Now: clock.now})
	have := map[string]string{} // ID -> title
	var m retrieval.Moment
	follow := func(what string, want ...string) {
		t.Helper()
		now, err := s.Moment(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		c, err := s.Entries(t.Context(), m, func(e retrieval.Entry) error { have[e.Report.ID] = e.Report.Title; return nil })
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range c.Removed {
			delete(have, id)
		}
		if c.Moment != now {
			t.Errorf("%s: Entries are of %+v, Moment() = %+v", what, c.Moment, now)
		}
		if (c.Moment == m) != (len(c.Changed)+len(c.Removed) == 0) {
			t.Errorf("%s: from %+v to %+v: %v", what, m, c.Moment, c)
		}
		m = c.Moment
		var got []string
		for id, title := range have {
			got = append(got, id+title)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: have %q, want %q", what, got, want)
		}
	}
	titled := func(id, title string, at time.Time) Document {
		d := complete(id, "/"+id)
		d.Report.Title, d.Source.Hash = title, title
		if at.IsZero() {
			return d
		}
		return hidden(d, at)
	}
	replace(t, s, titled("aaaa", "1", time.Time{}))
	replace(t, s, titled("bbbb", "1", opens))
	replace(t, s, titled("cccc", "1", opens.Add(time.Hour)))
	follow("first", "aaaa1")
	follow("nothing happened", "aaaa1")
	clock.at = opens
	follow("one opens", "aaaa1", "bbbb1")
	clock.at = opens.Add(time.Hour)
	replace(t, s, titled("aaaa", "2", time.Time{}))
	follow("another opens, and a change", "aaaa2", "bbbb1", "cccc1")
	clock.at = opens.Add(-time.Hour)
	follow("the clock goes back", "aaaa2")
	clock.at = opens.Add(time.Hour)
	replace(t, s, titled("aaaa", "3", opens.Add(2*time.Hour)))
	follow("and forth; one is hidden again", "bbbb1", "cccc1")
	replace(t, s, titled("bbbb", "2", opens.Add(time.Minute)))
	follow("one is moved within the past", "bbbb2", "cccc1")
	if _, err := s.Remove(t.Context(), "aaaa"); err != nil {
		t.Fatal(err)
	}
	clock.at = opens.Add(2 * time.Hour)
	follow("what is gone does not open", "bbbb2", "cccc1")
}

// The time of a report cannot change on the disk unseen.
func TestEmbargoIsSealed(t *testing.T) {
	for _, c := range []struct{ name, query string }{
		{"ended", `UPDATE reports SET visible_from = 0`},
		{"moved", `UPDATE reports SET visible_from = visible_from - 1`},
		{"of the file ended", `UPDATE sources SET visible_from = 0`},
	} {
		dir := t.TempDir()
		s := open(t, dir, Options{})
		replace(t, s, hidden(complete("aaaa", "/1.pdf"), opens.AddDate(900, 0, 0)))
		tamper(t, dir, c.query)
		listed, err := s.Reports(t.Context(), retrieval.Scope{"default"})
		if len(listed) > 0 || err != nil {
			t.Errorf("%s: Reports = %v, %v", c.name, listed, err)
		}
		if _, err = s.Entries(t.Context(), retrieval.Moment{}, func(e retrieval.Entry) error { return errors.New("there is an entry") }); err != nil {
			t.Errorf("%s: Entries: %v", c.name, err)
		}
		_, err = s.Report(t.Context(), "aaaa")
		passages, err2 := s.ReportPassages(t.Context(), "aaaa")
		facts, err3 := s.Facts(t.Context(), "aaaa")
		if err == nil || len(passages)+len(facts) > 0 {
			t.Errorf("%s: Report, ReportPassages, Facts = %v; %v, %v; %v, %v", c.name, err, passages, err2, facts, err3)
		}
		if problems, err := s.Check(t.Context()); len(problems) == 0 || err != nil {
			t.Errorf("%s: Check() = %q, %v", c.name, problems, err)
		}
		// Read again it is whole, and hidden as before.
		replace(t, s, hidden(complete("aaaa", "/1.pdf"), opens.AddDate(900, 0, 0)))
		mustBeWhole(t, s)
		if got := seen(t, s, "aaaa"); got != nil {
			t.Errorf("%s, and read again: seen %v", c.name, got)
		}
	}
}

func tamper(t *testing.T, dir, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		t.Fatal(err)
	}
}

// A store of before has no embargoes, and its checksums stay right.
func TestEmbargoAfterUpgrade(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	replace(t, s, complete("aaaa", "/1.pdf"))
	s.Close()
	tamper(t, dir, `DROP INDEX reports_visible; DROP INDEX reports_collection; DROP INDEX reports_generation;
		CREATE INDEX reports_generation ON reports (generation, id); ALTER TABLE reports DROP COLUMN visible_from; ALTER TABLE sources DROP COLUMN visible_from; PRAGMA user_version = 3`)
	s = open(t, dir, Options{})
	mustBeWhole(t, s)
	if got := seen(t, s, "aaaa"); len(got) != 1 {
		t.Errorf("seen %v", got)
	}
}

// What is asked before every search costs what it did without embargoes.
func BenchmarkMoment(b *testing.B) {
	s := open(b, b.TempDir(), Options{})
	for i := range 200 {
		d := complete(fmt.Sprintf("r%03d", i), fmt.Sprintf("/%d", i))
		if i%2 == 0 {
			d = hidden(d, time.Now().Add(time.Duration(i-100)*time.Hour))
		}
		replace(b, s, d)
	}
	for _, c := range []struct {
		name string
		ask  func(ctx context.Context) error
	}{
		{"generation", func(ctx context.Context) error { _, err := s.Generation(ctx); return err }},
		{"moment", func(ctx context.Context) error { _, err := s.Moment(ctx); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if err := c.ask(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
