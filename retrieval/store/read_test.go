package store

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

// full has a value in every field that is stored.
func full() *report.Report {
	return &report.Report{
		ID: "f00d01", Title: "算力周报", Publisher: "青岚证券", Published: "2026-03-01",
		Analysts: []report.Analyst{{Name: "王一", License: "S0190000000001"}},
		Rating:   "买入", RatingAction: "维持", TargetPrice: 12.5, Price: 9.9, Currency: "CNY", Industry: "计算机",
		Securities: []report.Security{{Code: "002230.SZ", Name: "科大讯飞"}}, Mentions: []report.Security{{Code: "300750.SZ", Name: "宁德时代"}}, Language: "zh",
		Collection: "default", Pages: 12, Labels: []string{"", "1"}, Related: []report.Related{{Title: "算力月报", Published: "2026-02-01"}},
		Parse: report.Loss{CharsIn: 10, CharsKept: 9, NumbersIn: 6, NumbersKept: 5, CellsIn: 4, CellsKept: 3, Dropped: map[string]int{"page number": 1}, LowTextPages: []int{3}},
		Read:  []report.Reading{{Field: "Rating", Page: 1, Text: "买入（维持）"}},
	}
}

// The stored form of a report must not change by renaming a field: that
// needs a migration.
func TestStoredReport(t *testing.T) {
	meta, _, err := encodeReport(full(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(meta), &fields); err != nil {
		t.Fatal(err)
	}
	for name, v := range fields {
		if s := string(v); (s == "null" || s == `""` || s == "0") && name != "Sections" && name != "Sources" {
			t.Errorf("full() has no %s: add it there and to the golden file", name)
		}
	}
	file := filepath.Join("testdata", "report.json")
	if *update {
		if err := os.WriteFile(file, []byte(meta+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.TrimSpace(string(want)), meta); diff != "" {
		t.Errorf("stored report (-want +got):\n%s", diff)
	}
	got, err := decodeReport(want)
	if diff := cmp.Diff(*full(), got); diff != "" || err != nil {
		t.Errorf("read back (-want +got), %v:\n%s", err, diff)
	}
}

func TestReports(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	for _, c := range []struct{ id, collection, published, publisher, title string }{
		{"r1", "default", "2026-03-01", "B", "x"},
		{"r2", "default", "2026-03-02", "B", "x"},
		{"r3", "desk", "2026-03-01", "A", "x"},
		{"r4", "default", "2026-03-01", "B", "a"},
		{"r5", "default", "", "B", "a"},
		{"r0", "default", "2026-03-01", "B", "x"},
	} {
		d := doc(c.id, "/"+c.id, "h"+c.id, 2)
		d.Report.Collection, d.Report.Published, d.Report.Publisher, d.Report.Title = c.collection, c.published, c.publisher, c.title
		replace(t, s, d)
	}
	order := func(list []Summary, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, r := range list {
			ids = append(ids, r.Report.ID)
			if r.Passages != 2 || r.Sections != 2 || len(r.Report.Sources) != 1 || r.Report.Sources[0] != "/"+r.Report.ID {
				t.Errorf("summary %+v", r)
			}
		}
		return strings.Join(ids, " ")
	}
	if got, want := order(s.AllReports(t.Context())), "r2 r3 r4 r0 r1 r5"; got != want {
		t.Errorf("AllReports = %s, want %s", got, want)
	}
	for _, c := range []struct {
		scope retrieval.Scope
		want  string
	}{
		{nil, ""},
		{retrieval.Scope{}, ""},
		{retrieval.Scope{"none"}, ""},
		{retrieval.Scope{"desk"}, "r3"},
		{retrieval.Scope{"default"}, "r2 r4 r0 r1 r5"},
		{retrieval.Scope{"desk", "default", "desk"}, "r2 r3 r4 r0 r1 r5"},
	} {
		if got := order(s.Reports(t.Context(), c.scope)); got != c.want {
			t.Errorf("Reports(%q) = %s, want %s", c.scope, got, c.want)
		}
	}
}

func TestReport(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	for _, id := range []string{"abcd01", "abcd02", "abcdef", "ab", "abcd%1"} {
		replace(t, s, doc(id, "/"+id, "h"+id, 1))
	}
	for _, c := range []struct{ prefix, want, err string }{
		{"abcd01", "abcd01", ""},
		{"abcde", "abcdef", ""},
		{"ab", "ab", ""}, // whole IDs may be short
		{"abcd", "", `ambiguous: abcd%1, abcd01, abcd02, abcdef`},
		{"abcd0", "", `ambiguous: abcd01, abcd02`},
		{"abc", "", "no such report"}, // too short to complete
		{"", "", "no such report"},
		{"abcd%", "abcd%1", ""}, // no wildcards
		{"abcd__", "", "no such report"},
		{"ABCDEF", "", "no such report"},
	} {
		got, err := s.Report(t.Context(), c.prefix)
		if got.Report.ID != c.want || (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("Report(%q) = %q, %v, want %q, %q", c.prefix, got.Report.ID, err, c.want, c.err)
		}
		if errors.Is(err, ErrNotFound) != (c.err == "no such report") {
			t.Errorf("Report(%q): %v", c.prefix, err)
		}
	}
}

func TestOutline(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	d := doc("aaaa", "/1.pdf", "h1", 6)
	d.Report.Sections = []report.Section{
		{Title: "", Level: 1, Page: 1},
		{Number: "1", Title: "行情", Level: 1, Page: 1},
		{Number: "1.1", Title: "风险提示", Level: 2, Page: 2},
		{Number: "2", Title: "公司", Level: 1, Page: 3},
		{Number: "1.1", Title: "风险提示", Level: 2, Page: 4}, // numbers begin anew in an appendix
		{Title: "目录", Level: 1, Page: 5, Role: report.Contents},
	}
	for i, at := range []int{0, 1, 2, 2, 3, 4} {
		d.Passages[i].Number, d.Passages[i].Path = d.Report.Sections[at].Number, []string{"上级", d.Report.Sections[at].Title}
	}
	d.Passages[0].Path = nil
	replace(t, s, d)
	got, err := s.Report(t.Context(), "aaaa")
	if err != nil {
		t.Fatal(err)
	}
	want := []Heading{
		{Level: 1, Page: 1, Passages: 1},
		{Number: "1", Title: "行情", Level: 1, Page: 1, Passages: 1},
		{Number: "1.1", Title: "风险提示", Level: 2, Page: 2, Passages: 2},
		{Number: "2", Title: "公司", Level: 1, Page: 3, Passages: 1},
		{Number: "1.1", Title: "风险提示", Level: 2, Page: 4, Passages: 1},
		{Title: "目录", Level: 1, Page: 5, Role: report.Contents},
	}
	if diff := cmp.Diff(want, got.Outline); diff != "" {
		t.Errorf("outline (-want +got):\n%s", diff)
	}
}

func TestPassages(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	a, b := doc("aaaa", "/1.pdf", "h1", 12), doc("bbbb", "/2.pdf", "h2", 2)
	replace(t, s, a)
	replace(t, s, b)
	got, err := s.Passages(t.Context(), []string{"bbbb-001", "none", "aaaa-011", "aaaa-000", "bbbb-001"})
	want := []report.Passage{b.Passages[1], a.Passages[11], a.Passages[0], b.Passages[1]}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("Passages (-want +got), %v:\n%s", err, diff)
	}
	if got, err := s.Passages(t.Context(), nil); got != nil || err != nil {
		t.Errorf("Passages(nil) = %v, %v", got, err)
	}
	if got, err := s.ReportPassages(t.Context(), "aaaa"); err != nil || !cmp.Equal(got, a.Passages) {
		t.Errorf("ReportPassages, %v:\n%s", err, cmp.Diff(a.Passages, got))
	}
	e, ok, err := s.Entry(t.Context(), "bbbb")
	if !ok || err != nil || !cmp.Equal(e, wantEntry(b), anyVersion) {
		t.Errorf("Entry = %v, %v:\n%s", ok, err, cmp.Diff(wantEntry(b), e, anyVersion))
	}
}

func wantEntry(d Document) retrieval.Entry { return want(d, d.Source.Path) }

// An error of the caller ends the stream and comes back; reports without
// passages are handed out like all others, first and last.
func TestEntries(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	var docs []Document
	for i, n := range []int{0, 2, 0, 0, 1, 0} {
		id := "r" + string(rune('0'+i))
		docs = append(docs, doc(id, "/"+id, "h"+id, n))
		replace(t, s, docs[i])
	}
	stop := errors.New("stop")
	for since := range len(docs) + 1 {
		for limit := 1; limit <= len(docs)-since; limit++ {
			var got []retrieval.Entry
			c, err := s.Entries(t.Context(), retrieval.Moment{Generation: int64(since)}, func(e retrieval.Entry) error {
				got = append(got, e)
				if len(got) == limit {
					return stop
				}
				return nil
			})
			if !errors.Is(err, stop) || len(c.Changed) != len(docs)-since {
				t.Errorf("Entries(%d) = %+v, %v", since, c, err)
			}
			for i, e := range got {
				if diff := cmp.Diff(wantEntry(docs[since+i]), e, anyVersion); diff != "" || len(got) != limit {
					t.Errorf("Entries(%d)[%d] (-want +got):\n%s", since, i, diff)
				}
			}
		}
	}
}
