package answer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// quotes answers the question from the desk and returns what was quoted.
func quotes(t *testing.T, m *memory, question string) []string {
	t.Helper()
	out, err := New(m.searcher(t), nil, nil, Options{}).Answer(t.Context(), queryOf(question))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, c := range out.Citations {
		all = append(all, c.Quote)
	}
	return all
}

// coverageDesk has an old report that says its company's name all over and a new
// one that gives the figure in a table without any name.
func coverageDesk() *memory {
	m := &memory{}
	xinghe := []report.Security{{Code: "999230.SZ", Name: "星河智能"}}
	m.add(report.Report{ID: "old", Title: "星河智能：星河智能首次覆盖", Publisher: "青岚证券", Published: "2025-08-18", Securities: xinghe},
		"星河智能给予“增持”评级，星河智能目标价38.60元，青岚证券覆盖星河智能。", "星河智能的星河智能平台。", "青岚证券谈星河智能的产能。", "星河智能与青岚证券的交流。",
		"星河智能的客户。", "青岚证券估算星河智能的份额。", "星河智能的海外业务。", "星河智能的渠道，青岚证券整理。")
	m.add(report.Report{ID: "new", Title: "中报点评", Publisher: "青岚证券", Published: "2026-08-28", Securities: xinghe},
		"目标价（元）\t52.30\n前次目标价（元）\t46.80", "风险不大。")
	m.add(report.Report{ID: "other", Title: "星河智能：应收高企", Publisher: "望江证券", Published: "2026-09-02", Securities: xinghe},
		"星河智能目标价36.00元，评级中性。")
	return m
}

// The house asked for is asked alone, the newest of its opinions first, and
// the passage is found that has the figure but not the name.
func TestFindHouseNewest(t *testing.T) {
	got := quotes(t, coverageDesk(), "青岚证券给星河智能的最新目标价是多少？")
	if len(got) == 0 || got[0] != "目标价（元）\t52.30" {
		t.Errorf("quotes: got %q, want the newest target price of the house asked for first", got)
	}
	for _, q := range got {
		if q == "星河智能目标价36.00元，评级中性。" {
			t.Errorf("quotes: got %q, want none of another house", got)
		}
	}
}

// Without a house the newest reports speak, and old opinions do not.
func TestFindNewest(t *testing.T) {
	got := quotes(t, coverageDesk(), "星河智能的目标价是多少")
	if d := cmp.Diff([]string{"目标价（元）\t52.30", "星河智能目标价36.00元，评级中性。"}, got[:min(2, len(got))]); d != "" {
		t.Errorf("the first quotes (-want +got):\n%s", d)
	}
	for _, q := range got {
		if strings.Contains(q, "38.60") {
			t.Errorf("quotes: got %q, want no target price of a year ago", got)
		}
	}
}

// A house without anything on the question does not silence the others.
func TestFindOtherHouse(t *testing.T) {
	m := coverageDesk()
	m.add(report.Report{ID: "north", Title: "宏观周报", Publisher: "北辰证券", Published: "2026-09-03"}, "本周资金面平稳。")
	if got := quotes(t, m, "北辰证券怎么看星河智能的目标价36.00元"); len(got) == 0 {
		t.Error("nobody was asked when the house named had nothing")
	}
}

// A risk notice lists risks without saying the word again.
func TestWarned(t *testing.T) {
	for _, row := range []struct {
		question string
		kind     report.Kind
		want     float64
	}{
		{"储能有哪些风险", report.Risk, riskBonus},
		{"key risks of the stock", report.Risk, riskBonus},
		{"储能有哪些风险", report.Prose, 0},
		{"储能的价格", report.Risk, 0},
	} {
		h := retrieval.Hit{Passage: report.Passage{Kind: row.kind}}
		if got := warned(question{folded: row.question}, &h); got != row.want {
			t.Errorf("warned(%q, %s): got %v, want %v", row.question, row.kind, got, row.want)
		}
	}
}

func TestPast(t *testing.T) {
	for _, row := range []struct {
		question, quote string
		want            float64
	}{
		{"星河智能的目标价", "前次目标价：43.00元", pastPenalty},
		{"price target of FarSail", "Prior price target: HK$55.00", pastPenalty},
		{"星河智能前次目标价是多少", "前次目标价：43.00元", 0},
		{"星河智能的目标价", "目标价：36.00元", 0},
	} {
		c := candidate{unit: unit{quote: row.quote}}
		if got := past(question{folded: row.question}, &c); got != row.want {
			t.Errorf("past(%q, %q): got %v, want %v", row.question, row.quote, got, row.want)
		}
	}
}
