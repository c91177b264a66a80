package fact

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"reportbot/ingest/chunk"
	"reportbot/ingest/report"
)

// FuzzRead holds for any table that reading ends, that values are finite and
// printed in their quote, that facts stand where they say, and that reading
// twice gives the same.
func FuzzRead(f *testing.F) {
	for _, file := range goldenFiles(f) {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, s := range parseReport(string(archive.Files[0].Data)).Sections {
			for _, b := range s.Blocks {
				f.Add(b.Text)
			}
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1<<14 {
			return
		}
		r := &report.Report{
			ID: "r1", Title: "星澜科技", Published: "2025-01-01", Language: "zh",
			Securities: []report.Security{{Code: "999001.SZ", Name: "星澜科技"}},
			Sections: []report.Section{{Blocks: []report.Block{
				{Kind: report.Caption, Text: "表 1：盈利预测（百万元）", Page: 1},
				{Kind: report.Table, Text: s, Page: 1},
				{Kind: report.Table, Text: s, Page: 2},
				{Kind: report.Prose, Text: s, Page: 1},
			}}},
		}
		passages := chunk.Passages(r)
		facts := Read(r, passages)
		check(t, passages, facts)
		for _, x := range facts {
			if math.IsInf(x.Value, 0) || math.IsNaN(x.Value) || x.Metric == "" || x.Label == "" {
				t.Errorf("got %+v", x)
			}
			if !strings.Contains(s, x.Quote) {
				t.Errorf("quote %q is not in %q", x.Quote, s)
			}
		}
		if diff := cmp.Diff(Read(r, passages), facts); diff != "" {
			t.Errorf("Read(%q) twice (-second +first):\n%s", s, diff)
		}
	})
}
