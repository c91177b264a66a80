package answer

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

func analysed(t *testing.T, s string) question {
	t.Helper()
	a := New(desk().searcher(t), nil, nil, Options{})
	found, err := a.search.Search(t.Context(), retrieval.Query{Text: s, Scope: retrieval.Scope{"default"}})
	if err != nil {
		t.Fatal(err)
	}
	return a.analyse(retrieval.Query{Text: s, Scope: retrieval.Scope{"default"}}, found)
}

func TestAnalyse(t *testing.T) {
	type parts struct {
		Kind           kind
		Value          value
		Names, Houses  []string
		Years, Months  []string
		Double, Latest bool
	}
	for _, row := range []struct {
		question string
		want     parts
	}{
		{"星河智能的目标价是多少？", parts{Value: anAmount, Names: []string{"星河智能"}, Latest: true}},
		{"999230的毛利率是多少", parts{Value: aRate, Names: []string{"999230"}, Latest: true}},
		{"什么时候签订租赁合同？", parts{Value: aDate, Latest: true}},
		{"有哪些公司", parts{Value: aList, Latest: true}},
		{"谁是董事长", parts{Value: aPerson, Latest: true}},
		{"总部在哪里", parts{Value: aPlace, Latest: true}},
		{"出货多少套", parts{Value: aNumber, Latest: true}},
		{"目标价从多少调到多少", parts{Value: aChange, Latest: true}},
		{"为什么下调评级", parts{Value: aCause, Latest: true}},
		{"总结一下观点", parts{Kind: summary, Latest: true}},
		{"青岚和望江对星河智能的目标价分别是多少", parts{Value: anAmount, Names: []string{"星河智能"}, Houses: []string{"青岚", "望江"}, Double: true, Latest: true}},
		{"星河智能2027E的营收", parts{Value: anAmount, Names: []string{"星河智能"}, Years: []string{"2027"}, Latest: true}},
		{"2026年3月那篇研报里2027E的营收", parts{Value: anAmount, Years: []string{"2027"}, Months: []string{"2026-03"}}},
		{"2026年3月的营收", parts{Value: anAmount, Years: []string{"2026"}, Latest: true}},
		{"FY27E revenue in the July 2026 report", parts{Value: anAmount, Years: []string{"2027"}, Months: []string{"2026-07"}}},
		{"星河智能以前的评级", parts{Names: []string{"星河智能"}}},
	} {
		q := analysed(t, row.question)
		got := parts{q.kind, q.value, q.names, q.houses, q.years, q.months, q.double, q.latest}
		same := cmp.Transformer("set", func(in []string) map[string]bool {
			out := map[string]bool{}
			for _, s := range in {
				out[s] = true
			}
			return out
		})
		if d := cmp.Diff(row.want, got, same); d != "" {
			t.Errorf("%s (-want +got):\n%s", row.question, d)
		}
	}
}

// The company is gated on and the words of asking say nothing, so neither is
// matched.
func TestAnalyseTokens(t *testing.T) {
	q := analysed(t, "星河智能最近一次的买断价分别是多少")
	var got []string
	for tok, s := range text.Tokens("星河智能最近一次的买断价分别是多少") {
		if q.tokens[tok] > 0 && tok.Kind() == text.HanBigram {
			got = append(got, s)
		}
	}
	if d := cmp.Diff([]string{"买断", "断价"}, got); d != "" {
		t.Errorf("matched bigrams (-want +got):\n%s", d)
	}
	unseen, seen := analysed(t, "甴曱"), analysed(t, "买断")
	if w, most := unseen.total, 3*seen.total; w == 0 || w > most {
		t.Errorf("unseen words weigh %.2f in all, want some but at most %.2f", w, most)
	}
}

func TestYears(t *testing.T) {
	for _, row := range []struct {
		text string
		want []string
	}{
		{"2026年和2027e", []string{"2026", "2027"}},
		{"fy27e net profit", []string{"2027"}},
		{"3q26 and 1h25", []string{"2026", "2025"}},
		{"28e", []string{"2028"}},
		{"收入12026万元，1.2028", nil},
		{"28倍", nil},
	} {
		if d := cmp.Diff(row.want, years(row.text)); d != "" {
			t.Errorf("years(%q) (-want +got):\n%s", row.text, d)
		}
	}
}

func TestGate(t *testing.T) {
	named := question{names: []string{"星河智能"}, codes: []string{"999230.SZ"}}
	of := func(n int, name, code string) *report.Report {
		r := &report.Report{Securities: []report.Security{{Code: code, Name: name}}}
		for len(r.Securities) < n {
			r.Securities = append(r.Securities, report.Security{Name: "别的公司"})
		}
		return r
	}
	for _, row := range []struct {
		why  string
		q    question
		r    *report.Report
		text string
		want bool
	}{
		{"no company asked for", question{}, of(1, "云栖算力", "999519.SH"), "收入增长。", true},
		{"another company", named, of(1, "云栖算力", "999519.SH"), "收入增长。", false},
		{"the text names it", named, of(1, "云栖算力", "999519.SH"), "客户包括星河智能。", true},
		{"the report is about it", named, of(1, "星河智能", "999230.SZ"), "收入增长。", true},
		{"the report is on that name", question{names: []string{"星河智能"}}, of(1, "星河智能", ""), "收入增长。", true},
		{"under another name", named, of(1, "Xinghe", "999230.SZ"), "Revenue grew.", true},
		{"the text gives it its old name", question{names: []string{"新星河"}, others: []string{"新星河", "星河智能"}}, of(4, "云栖算力", "999519.SH"), "客户包括星河智能。", true},
		{"an industry report must say it", named, of(4, "星河智能", "999230.SZ"), "收入增长。", false},
	} {
		h := retrieval.Hit{Report: row.r, Passage: report.Passage{Text: row.text}}
		if got := gate(row.q, &h); got != row.want {
			t.Errorf("%s: got %v, want %v", row.why, got, row.want)
		}
	}
}

// Words that Chinese reports cannot say do not speak against them.
func TestForeign(t *testing.T) {
	found := retrieval.Found{Hits: hitOf(report.Prose, "GPT-3共96层。")}
	a := New(desk().searcher(t), nil, nil, Options{})
	if q := a.analyse(retrieval.Query{Text: "How many layers has GPT?", Scope: retrieval.Scope{"default"}}, found); len(q.tokens) != 0 {
		t.Errorf("got %d words to match, want none that the corpus lacks", len(q.tokens))
	}
}
