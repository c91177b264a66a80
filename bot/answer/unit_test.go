package answer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

func hitOf(kind report.Kind, s string) []retrieval.Hit {
	return []retrieval.Hit{{Passage: report.Passage{ID: "p", Kind: kind, Text: s}, Report: &report.Report{ID: "r", Language: "zh"}}}
}

func TestUnits(t *testing.T) {
	long := strings.Repeat("域控出货保持增长", 9)
	for _, row := range []struct {
		name string
		kind report.Kind
		text string
		want []string // quote, or quote < context
	}{
		{"sentences", report.Prose, "收入增长。利润下降！", []string{"收入增长。", "利润下降！"}},
		{"a lead is context of its items", report.List, "建议关注三类公司：\n1）算力：云栖算力；\n2）软件：星河智能。", []string{
			"1）算力：云栖算力； < 建议关注三类公司：", "2）软件：星河智能。 < 建议关注三类公司："}},
		{"a list ends with its items", report.Prose, "风险如下：\n1）价格下跌。\n以上均为提示。", []string{"1）价格下跌。 < 风险如下：", "以上均为提示。"}},
		{"short clauses stay together", report.Prose, "收入增长20%；利润增长30%。", []string{"收入增长20%；利润增长30%。"}},
		{"long clauses do not", report.Prose, long + "；" + long + "。", []string{long + "；", long + "。"}},
		{"the heading of an item is not alone", report.List, "4. 下调评级。我们下调至“中性”。", []string{"4. 下调评级。我们下调至“中性”。"}},
		{"captions are skipped", report.Prose, "图表 3：出货量\n资料来源：公司公告\n出货增长。", []string{"出货增长。"}},
		{"so are titles", report.Prose, "——星河智能中报点评\n《首次覆盖》2025-08-18《年报点评》2026-03-26\n出货增长。", []string{"出货增长。"}},
		{"rows have their header as context", report.Table, "表 2 预测\n年度\t2025A\t2026E\n收入\t80\t103", []string{"收入\t80\t103 < 表 2 预测 年度 2025A 2026E"}},
		{"so have rows below two headers", report.Table, "\t2026E\t2026E\n项目\t调整前\t调整后\t调整前\n收入\t80\t103", []string{"收入\t80\t103 <   2026E 2026E 项目 调整前 调整后 调整前"}},
		{"names with values have no header", report.Table, "目标价\t52.30\n收盘价\t44.86", []string{"目标价\t52.30 <  ", "收盘价\t44.86 <  "}},
		{"a period is a header", report.Table, "年度\t2026E\n收入\t103", []string{"收入\t103 <  年度 2026E"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var got []string
			for _, u := range units(hitOf(row.kind, row.text), 0) {
				if q := row.text[u.from : u.from+len(u.quote)]; q != u.quote {
					t.Errorf("quote %q is not at its offset, there stands %q", u.quote, q)
				}
				s := u.quote
				if u.context != "" {
					s += " < " + u.context
				}
				got = append(got, s)
			}
			if d := cmp.Diff(row.want, got); d != "" {
				t.Errorf("units of %q (-want +got):\n%s", row.text, d)
			}
		})
	}
}

func TestLabelled(t *testing.T) {
	header := []string{"年度", "2025A", "2026E"}
	for _, row := range []struct {
		cells []string
		want  string
	}{
		{[]string{"收入", "80", "103"}, "收入；2025A 80；2026E 103"},
		{[]string{"收入", "", "103"}, "收入；2026E 103"},
		{[]string{"收入", "80"}, "收入；80"}, // does not fit the header
	} {
		if got := labelled(header, row.cells); got != row.want {
			t.Errorf("labelled(%q): got %q, want %q", row.cells, got, row.want)
		}
	}
}

// A first row of values is no header: its figures must not be shown as the
// heads of the rows below.
func TestIsHeader(t *testing.T) {
	for row, want := range map[string]bool{
		"会计年度\t2024A\t2025E\t2026E":                       true,
		"Year to December\tFY25A\tFY26E":                  true,
		"厂商\t2025年末名义产能（GWh）\t1Q26利用率":                    true,
		"模型\t发布时间\t参数量":                                   true,
		"目标价（元）\t52.30":                                   false,
		"Net sales\t$10.95 billion to $11.05 billion":     false,
		"Price target\tHK$62.00":                          false,
		"Market cap\t73.8":                                false,
		"AIGC+传媒\t写稿机器人、采访助手":                             true,
		"总市值（亿元）\t358.88\t流通\t12%":                        false,
		"Comparable sales\t4% to 5%\t2% to 3%\tunchanged": false,
	} {
		if got := isHeader(strings.Split(row, "\t")); got != want {
			t.Errorf("isHeader(%q): got %v, want %v", row, got, want)
		}
	}
}

// A row of another security of the report is not quoted for the one asked for;
// one that names none of them is.
func TestOthersRow(t *testing.T) {
	h := retrieval.Hit{Report: &report.Report{
		Securities: []report.Security{{Code: "999519.SH", Name: "云栖算力"}, {Code: "999777.SZ", Name: "澜海储能"}}, Mentions: []report.Security{{Name: "FarSail"}}}}
	q := question{names: []string{"999519"}, others: []string{"云栖算力"}, codes: []string{"999519.SH"}}
	for quote, want := range map[string]bool{
		"云栖算力\t142.00元":          false,
		"999519.SH\t142.00元":     false,
		"澜海储能\t74.00元":           true,
		"FarSail\t49.00":         true,
		"目标价\t142.00元":           false,
		"云栖算力优于澜海储能\t142\t74.00": false,
	} {
		if got := othersRow(q, &h, unit{quote: quote, row: true}); got != want {
			t.Errorf("%s: got %v, want %v", quote, got, want)
		}
	}
	if othersRow(q, &h, unit{quote: "澜海储能是客户。"}) {
		t.Error("a sentence on a customer is no row")
	}
}
