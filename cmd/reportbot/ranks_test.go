package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

var updateRanks = flag.Bool("update", false, "write the golden ranks and screens anew")

const (
	ranksFile  = "../../ingest/testdata/ranks.txt"
	rankedMost = 20
)

// TestGoldenRanks holds the rank of the section that answers each question on
// the sample corpus to a file, so that a change of the ranking is a diff that
// somebody reads. Run it with -update to write the file anew.
func TestGoldenRanks(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, reportbot(t, dir, "ingest", sampleReports(t)), 0)
	a, s := searcherOf(t, dir)
	var b strings.Builder
	b.WriteString("# rank of the first passage of the wanted section; - is none of the first 20\n")
	ranks := []int{}
	for _, q := range readGolden(t, "../../ingest/testdata/questions.jsonl") {
		if !q.Answerable {
			continue
		}
		found, err := s.Search(t.Context(), retrieval.Query{Text: q.Text, Scope: retrieval.Scope{"default"}, Limit: rankedMost, Now: day("2026-11-23")})
		if err != nil {
			t.Fatal(err)
		}
		n := a.rank(found.Hits, q)
		rank := "-"
		if n > 0 {
			rank = fmt.Sprint(n)
			ranks = append(ranks, n)
		}
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\n", rank, q.ID, strings.Join(q.Section, ", "), q.Text)
	}
	within := func(most int) int {
		return len(slices.DeleteFunc(slices.Clone(ranks), func(n int) bool { return n > most }))
	}
	fmt.Fprintf(&b, "# first: %d, in 3: %d, in 8: %d, in 20: %d\n", within(1), within(3), within(8), len(ranks))
	if *updateRanks {
		if err := os.WriteFile(ranksFile, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(ranksFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(b.String(), "\n"), strings.Split(string(want), "\n")); diff != "" {
		t.Errorf("ranks (-got +want):\n%s", diff)
	}
}

// files is the file of each report.
type files map[string]string

func searcherOf(t *testing.T, dir string) (files, searcher) {
	t.Helper()
	f := newFlags("search")
	c := call{args: []string{"--data", filepath.Join(dir, "data"), "x"}, getenv: func(string) string { return "" }, streams: streams{out: os.Stdout, err: os.Stderr}}
	if _, err := f.parse(c, 1, 1); err != nil {
		t.Fatal(err)
	}
	a, err := f.open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.close)
	s, err := a.searcher(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rs, err := s.Reports(t.Context(), retrieval.Scope{"default"})
	if err != nil {
		t.Fatal(err)
	}
	out := files{}
	for _, r := range rs {
		d, err := a.store.Report(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		out[r.ID] = filepath.Base(d.Report.Sources[0])
	}
	return out, s
}

// rank is the place of the first hit in one of the sections wanted, from 1, or
// 0.
func (f files) rank(hits []retrieval.Hit, q golden) int {
	for i, h := range hits {
		for _, w := range append([]golden{q}, q.Also...) {
			if f[h.Report.ID] == w.Report && slices.ContainsFunc(w.Section, func(s string) bool { return inSection(&h.Passage, s) }) {
				return i + 1
			}
		}
	}
	return 0
}

// inSection reports whether a passage is of the section with this number or
// title, or of one below it.
func inSection(p *report.Passage, section string) bool {
	want := squeeze(section)
	if n := squeeze(p.Number); n == want || strings.HasPrefix(n, want+".") {
		return true
	}
	return slices.ContainsFunc(p.Path, func(title string) bool {
		s := strings.ToLower(squeeze(title))
		return s == strings.ToLower(want) || strings.HasPrefix(s, want+"、") || utf8.RuneCountInString(want) > 3 && strings.Contains(s, strings.ToLower(want))
	})
}

func day(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
