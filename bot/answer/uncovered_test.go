package answer

import (
	"slices"
	"strings"
	"testing"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/retrieval"
)

// A company that is listed but on which there is no report, and a metric that
// no passage on the company names, are refused without a model as well.
func TestRefuseUncovered(t *testing.T) {
	known := security.NewDirectory()
	known.Add([]report.Security{{Code: "600999.SH", Name: "赤水酒业"}})
	for _, row := range []struct{ question, code, missing string }{
		{"赤水酒业2026年的净利润是多少？", "company_missing", "赤水酒业"},
		{"星河智能的市净率是多少？", "off_topic", "市净率"},
		{"星河智能2026年市净率", "off_topic", "市净率"}, // no noun of a question's form
		{"星河智能的目标价是多少？", "no_model", ""},
	} {
		out, err := New(desk().searcher(t), nil, known, Options{}).Answer(t.Context(), retrieval.Query{Text: row.question, Scope: retrieval.Scope{"default"}})
		if err != nil {
			t.Fatal(err)
		}
		if out.Reason.Code != row.code || row.missing != "" && !slices.Contains(out.Reason.Missing, row.missing) {
			t.Errorf("%s: got %s, missing %q (%s)", row.question, out.Reason.Code, out.Reason.Missing, out.Text)
		}
	}
}

// Headings that say the question again are no answer to it.
func TestEchoes(t *testing.T) {
	q := question{folded: "2023年政府工作报告提出的gdp增长目标是多少"}
	for quote, want := range map[string]bool{
		"（4）2023 年政府工作报告": true,
		"政府工作报告提出增长目标。":   false, // a statement
		"GDP增长目标为5%左右":    false, // it says more
		"2023年GDP增长目标：5%": false,
	} {
		if got := q.echoes(quote); got != want {
			t.Errorf("%s: %v", quote, got)
		}
	}
}

// Whom a question is about stands behind when.
func TestHeadAfterTime(t *testing.T) {
	h := retrieval.Hit{Report: &report.Report{}, Passage: report.Passage{Text: "二季度末，生猪存栏增长。M2同比增长11%。伏军任职。"}}
	for asked, want := range map[string]string{
		"二季度末m2同比增长多少": "m2同比增长",
		"2023年6月末m2余额": "m2",
		"伏军何时任职":       "伏军",
		"生猪存栏多少":       "生猪存栏",
	} {
		if got := head(question{folded: asked}, &h); strings.TrimSpace(got) != want {
			t.Errorf("%s: got %q, want %q", asked, got, want)
		}
	}
}
