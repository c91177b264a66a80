package store

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// factual gives the document facts of the codes, in order, each of its first
// passage.
func factual(d Document, codes ...string) Document {
	for i, code := range codes {
		d.Facts = append(d.Facts, report.Fact{
			Security: report.Security{Code: code, Name: "甲公司"}, Metric: report.NetProfit, Label: "归母净利润（百万元）", Period: "2026",
			Value: 12.5 + float64(i), Unit: "百万元", Currency: "CNY", Forecast: i%2 == 0, Rival: []string{"", "consensus"}[i%2],
			ReportID: d.Report.ID, PassageID: d.Passages[0].ID, Page: 2, Quote: "归母净利润\t12.5",
		})
	}
	return d
}

func TestFacts(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	a := factual(doc("aaaa", "/1", "h1", 1), "999001.SZ", "999002.SZ", "999001.SZ")
	b := factual(doc("bbbb", "/2", "h2", 1), "999001.SZ")
	c := factual(doc("cccc", "/3", "h3", 1), "999001.SZ")
	a.Report.Published, b.Report.Published, c.Report.Published = "2026-03-01", "2026-03-02", "2026-03-03"
	c.Report.Collection = "desk"
	for _, d := range []Document{a, b, c} {
		replace(t, s, d)
	}
	mustBeWhole(t, s)
	same := func(what string, got []report.Fact, err error, want ...report.Fact) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s (-want +got), %v:\n%s", what, err, diff)
		}
	}
	got, err := s.Facts(t.Context(), "aaaa")
	same("Facts(aaaa)", got, err, a.Facts...)
	got, err = s.Facts(t.Context(), "none")
	same("Facts(none)", got, err)
	for _, row := range []struct {
		scope retrieval.Scope
		code  string
		want  []report.Fact
	}{
		{retrieval.Scope{"default"}, "999001.SZ", []report.Fact{b.Facts[0], a.Facts[0], a.Facts[2]}},
		{retrieval.Scope{"default"}, "999002.SZ", []report.Fact{a.Facts[1]}},
		{retrieval.Scope{"desk"}, "999001.SZ", []report.Fact{c.Facts[0]}},
		{retrieval.Scope{"desk", "default"}, "999001.SZ", []report.Fact{c.Facts[0], b.Facts[0], a.Facts[0], a.Facts[2]}},
		{nil, "999001.SZ", nil},
		{retrieval.Scope{"default"}, "999003.SZ", nil},
		{retrieval.Scope{"default"}, "", nil},
	} {
		got, err := s.SecurityFacts(t.Context(), row.scope, row.code)
		same("SecurityFacts "+row.code, got, err, row.want...)
	}

	again := factual(doc("aaaa", "/1", "h4", 1), "999009.SZ") // read anew: the old ones are gone
	replace(t, s, again)
	got, err = s.Facts(t.Context(), "aaaa")
	same("Facts after Replace", got, err, again.Facts...)
	if _, err := s.Remove(t.Context(), "aaaa"); err != nil {
		t.Fatal(err)
	}
	got, err = s.Facts(t.Context(), "aaaa")
	same("Facts after Remove", got, err)
}

func TestReplaceRefusesFacts(t *testing.T) {
	for _, c := range []struct {
		spoil func(f *report.Fact)
		want  string
	}{
		{func(f *report.Fact) { f.ReportID = "zzzz" }, `belongs to report "zzzz"`},
		{func(f *report.Fact) { f.Metric = "" }, "without a metric"},
		{func(f *report.Fact) { f.Value = math.Inf(1) }, "not finite"},
		{func(f *report.Fact) { f.PassageID = "bbbb-000" }, `no passage "bbbb-000"`},
	} {
		s := open(t, t.TempDir(), Options{})
		replace(t, s, doc("bbbb", "/2", "h2", 1))
		d := factual(doc("aaaa", "/1", "h1", 1), "999001.SZ", "999001.SZ")
		c.spoil(&d.Facts[1])
		if _, err := s.Replace(t.Context(), d); err == nil || !strings.Contains(err.Error(), "fact 1: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Replace = %v, want %s", err, c.want)
		}
	}
}
