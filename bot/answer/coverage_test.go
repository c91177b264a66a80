package answer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

func TestCovered(t *testing.T) {
	on := func(day string, names ...string) *report.Report {
		r := &report.Report{Published: day}
		for _, n := range names {
			r.Securities = append(r.Securities, report.Security{Code: "c-" + n, Name: n})
		}
		return r
	}
	all := []*report.Report{on("2026-03-01", "甲"), on("", "乙", "甲"), on("2025-12-31", "丙", "丁", "戊", "己")}
	got := covered(all)
	want := coverage{reports: 3, since: "2025-12-31", until: "2026-03-01", securities: 6, names: []string{"甲", "丁", "丙", "乙", "己"}}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(coverage{})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for _, row := range []struct {
		c          coverage
		lang, want string
	}{
		{want, "zh", "可检索的研报共 3 篇，2025-12-31 至 2026-03-01，涉及 6 家公司：甲、丁、丙、乙、己 等。"},
		{want, "en", "3 reports can be searched, published 2025-12-31 to 2026-03-01, on 6 companies: 甲, 丁, 丙, 乙, 己 and others."},
		{covered(all[:1]), "zh", "可检索的研报共 1 篇，2026-03-01 发布，涉及 1 家公司：甲。"},
		{covered(all[1:2]), "zh", "可检索的研报共 1 篇，涉及 2 家公司：乙、甲。"},
		{coverage{}, "zh", ""},
	} {
		if got := row.c.say(row.lang); got != row.want {
			t.Errorf("got %s, want %s", got, row.want)
		}
	}
}

// A refusal says what there is to ask about.
func TestRefusalCovers(t *testing.T) {
	if out := reply(t, "今晚吃火锅还是烧烤？", nil); !strings.Contains(out.Text, out.Reason.Text+"\n可检索的研报共") {
		t.Errorf("got %s %s", out.Status, out.Text)
	}
}

// The bounds are settings: 0 switches a rule off.
func TestBoundsSet(t *testing.T) {
	q := retrieval.Query{Text: "星河智能今晚吃火锅", Scope: retrieval.Scope{"default"}}
	for _, row := range []struct {
		bounds *Bounds
		want   Status
	}{{nil, Abstained}, {&Bounds{OffTopic: 1}, Abstained}, {&Bounds{}, Answered}} {
		out, err := New(desk().searcher(t), nil, nil, Options{Bounds: row.bounds}).Answer(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if out.Status != row.want {
			t.Errorf("%+v: got %s (%s), want %s", row.bounds, out.Status, out.Text, row.want)
		}
	}
}
