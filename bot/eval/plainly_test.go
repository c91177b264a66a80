package eval

import (
	"testing"

	"reportbot/bot/answer"
	"reportbot/ingest/report"
)

var plainPassages = []passage{
	{ID: "p1", Title: "星河股份有限公司 2025年度报告", Text: "公司实现营业收入62.40亿元，同比增长12.35%。"},
	{ID: "p2", Title: "星河股份有限公司 2025年度报告", Text: "研发投入5.12亿元，新增专利31项。"},
	{ID: "p3", Title: "云帆股份有限公司 2025年度报告", Text: "公司实现营业收入62.40亿元。"},
}

func TestPlainlySupported(t *testing.T) {
	y := newYardstick(plainPassages, []string{"月湾生物"})
	for _, row := range []struct {
		why, says string
		of        []string
		want      bool
	}{
		{"as printed", "公司实现营业收入62.40亿元。", []string{"p1"}, true},
		{"uncited", "公司实现营业收入62.40亿元。", nil, false},
		{"rounded", "公司实现营业收入62.4亿元，同比增长12.4%。", []string{"p1"}, true},
		{"in another unit", "公司实现营业收入624000万元。", []string{"p1"}, true},
		{"another number", "公司实现营业收入63.40亿元。", []string{"p1"}, false},
		{"more exact than printed", "公司实现营业收入62.404亿元。", []string{"p1"}, false},
		{"of other words", "公司将赴港发行股票并上市。", []string{"p1"}, false},
		{"another known company", "月湾生物实现营业收入62.40亿元。", []string{"p1"}, false},
		{"the company's other name", "星河股份实现营业收入62.40亿元。", []string{"p1"}, true},
		{"over two passages", "营业收入62.40亿元，研发投入5.12亿元。", []string{"p1", "p2"}, true},
		{"turned round, which the rule does not see", "公司实现营业收入62.40亿元，同比下降12.35%。", []string{"p1"}, true},
	} {
		var of []string
		for _, id := range row.of {
			of = append(of, y.passages[id])
		}
		if got := y.supports("星河股份有限公司的营业收入是多少？", row.says, of); got != row.want {
			t.Errorf("%s: %s of %v: got %v, want %v", row.why, row.says, row.of, got, row.want)
		}
	}
	if y.supports("星河股份有限公司的营业收入是多少？", "公司实现营业收入62.40亿元。", []string{y.passages["p3"]}) {
		t.Error("a sentence without a company is supported by another company's passage")
	}
}

// A model's citations are counted; quotes without a model are not.
func TestAnswersCited(t *testing.T) {
	dir := folder(t, map[string]string{
		"passages.jsonl": `
{"id":"p1","title":"星河股份有限公司 2025年度报告","text":"公司实现营业收入62.40亿元，同比增长12.35%。"}
{"id":"p2","title":"星河股份有限公司 2025年度报告","text":"研发投入5.12亿元，新增专利31项。"}
`,
		"queries.jsonl": `
{"id":"q1","text":"收入","type":"fact","answers":[["62.4"]]}
{"id":"q2","text":"研发","type":"summary","answers":[["5.12"]]}
`,
		"qrels.tsv": "q1\tp1\t1\nq2\tp2\t1\n",
	})
	of := func(n int, id string) report.Citation { return report.Citation{N: n, PassageID: id} }
	asked := answer.Record{Prompts: []string{"answer_zh/1"}}
	c := &canned{answers: map[string]answer.Answer{
		"收入": {Status: answer.Answered, Record: asked, Usage: answer.Usage{Withheld: 2}, Citations: []report.Citation{of(1, "p1"), of(2, "p2")},
			Claims: []answer.Claim{{Text: "营业收入62.40亿元，同比增长12.35%。", Citations: []int{1, 2}}, {Text: "研发投入6.12亿元。", Citations: []int{2}}}},
		"研发": {Status: answer.Answered, Record: asked, Citations: []report.Citation{of(1, "p1"), of(2, "p2")},
			Claims: []answer.Claim{{Text: "营业收入62.40亿元，研发投入5.12亿元。", Citations: []int{1, 2}}}},
	}}
	got, err := Answers(t.Context(), dir, c.build)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{
		"fact_citation_recall": 0.5, "fact_citation_precision": 1.0 / 3, "fact_number_fidelity": 2.0 / 3, "fact_withheld": 2,
		"summary_citation_recall": 1, "summary_citation_precision": 1, "summary_withheld": 0,
		"citation_recall": 2.0 / 3, "citation_precision": 3.0 / 5, "number_fidelity": 4.0 / 5, "withheld": 2,
	} {
		near(t, name, got.Metrics[name], want)
	}
	for q, a := range c.answers {
		a.Record = answer.Record{}
		c.answers[q] = a
	}
	if got, err = Answers(t.Context(), dir, c.build); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"citation_recall", "fact_citation_precision", "number_fidelity", "withheld"} {
		if v, ok := got.Metrics[name]; ok {
			t.Errorf("%s: got %v without a model, want none", name, v)
		}
	}
}
