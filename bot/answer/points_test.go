package answer

import (
	"slices"
	"strings"
	"testing"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// What follows the sentence that names the topic are the points, those of the
// report's own summary first; what only announces or rounds off is none, nor
// are titles, contacts and rows.
func TestPoints(t *testing.T) {
	at := func(hit, from int, score float64, quote string) candidate {
		return candidate{unit: unit{hit: hit, from: from, quote: quote}, score: score}
	}
	hits := []retrieval.Hit{{}, {}, {Passage: report.Passage{Path: []string{"投资要点"}}}}
	box := at(2, 30, 1, "张三\t李四。")
	box.row = true
	got := points([]candidate{
		box,
		at(2, 0, 1, "容量电价落地走向经济性"), // a title
		at(2, 10, 0.8, "公司订单饱满在手充足。"),
		at(2, 20, 1, "分析师：张三（S0000000000000）"),
		at(0, 0, 1, "环保方面公司采取了一系列措施。"),
		at(1, 0, 0.6, "公司的治理一向稳健。"),
		at(0, 90, 0.5, "综上所述，环保取得成效。"),
		at(0, 30, 0.1, "三月份改造了全部锅炉。"),
		at(0, 60, 0.1, "五月份停用了动力煤。"),
		at(1, 30, 0.1, "董事会如期完成换届。"),
	}, hits)
	var order []string
	for _, c := range got {
		order = append(order, c.quote)
	}
	want := []string{"公司订单饱满在手充足。", "三月份改造了全部锅炉。", "五月份停用了动力煤。", "公司的治理一向稳健。", "董事会如期完成换届。", "环保方面公司采取了一系列措施。", "综上所述，环保取得成效。"}
	if !slices.Equal(order, want) {
		t.Errorf("got %q, want %q", order, want)
	}
}

// A summary has its heading, and its points in the order of the reports.
func TestSummary(t *testing.T) {
	out := reply(t, "总结青岚证券对星河智能的看法", nil)
	if !strings.HasPrefix(out.Text, "原文要点：\n") || out.Claims[0].Text == "" || len(out.Claims) < 2 {
		t.Errorf("got %s", out.Text)
	}
	if out := reply(t, "星河智能的目标价是多少？", nil); strings.Contains(out.Text, "要点") {
		t.Errorf("no summary: %s", out.Text)
	}
	at := func(hit, from int, score float64, quote string) candidate {
		return candidate{unit: unit{hit: hit, from: from, quote: quote}, score: score}
	}
	chosen := New(nil, nil, nil, Options{}).choose(question{kind: summary}, []candidate{
		at(1, 0, 1, "第二篇报告说公司订单饱满。"), at(0, 90, 0.9, "第一篇的后一句说毛利率改善。"), at(0, 0, 0.8, "第一篇的前一句说收入增长了。"),
	}, make([]retrieval.Hit, 2))
	var got []string
	for _, c := range chosen {
		got = append(got, string([]rune(c.quote)[:5]))
	}
	if want := []string{"第一篇的前", "第一篇的后", "第二篇报告"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
