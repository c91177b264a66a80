package parse

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
)

func TestSplitNumber(t *testing.T) {
	tests := []struct {
		in, number, title string
		level             int
	}{
		{"2.1 核心看点", "2.1", "核心看点", 2},
		{"2.1、核心看点", "2.1", "核心看点", 2},
		{"2．1 核心看点", "2.1", "核心看点", 2},
		{"3.2.1国内", "3.2.1", "国内", 3},
		{"1、公司概况", "1", "公司概况", 1},
		{"1. Investment thesis", "1", "Investment thesis", 1},
		{"4 风险提示", "4", "风险提示", 1},
		{"一、市场回顾", "一", "市场回顾", 1},
		{"十二、附录", "十二", "附录", 1},
		{"（二）供给", "（二）", "供给", 2},
		{"(二) 供给", "(二)", "供给", 2},
		{"第三章 行业分析", "第三章", "行业分析", 1},
		{"第一部分 货币信贷概况", "第一部分", "货币信贷概况", 1},
		{"风险提示", "", "风险提示", 0},
		{"2021.5", "", "2021.5", 0},
		{"2.1%的增速", "", "2.1%的增速", 0},
		{"2.1亿元收入", "", "2.1亿元收入", 0},
		{"3.5，低于预期", "", "3.5，低于预期", 0},
		{"123、编号", "", "123、编号", 0},
	}
	for _, tt := range tests {
		number, title, level := splitNumber(tt.in)
		if number != tt.number || title != tt.title || level != tt.level {
			t.Errorf("splitNumber(%q) = %q, %q, %d, want %q, %q, %d", tt.in, number, title, level, tt.number, tt.title, tt.level)
		}
	}
}

// sections states the outline of a report: level, number and title, with the
// role of what is no text.
func sections(t *testing.T, in string) []string {
	t.Helper()
	r, err := readText("x.txt", []byte(in))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range r.Sections {
		if s.Role != report.Body {
			out = append(out, string(s.Role))
			continue
		}
		out = append(out, strings.Join(strings.Fields(fmt.Sprintf("%d %s %s", s.Level, s.Number, s.Title)), " "))
	}
	return out
}

// prose is a paragraph long enough to be no title.
const prose = "公司上半年实现营业收入52.18亿元，同比增长36.2%，其中智驾域控收入30.42亿元，座舱域控收入12.06亿元，软件授权收入3.16亿元，其余为仪表与配件。"

func TestHeadings(t *testing.T) {
	p := "\n\n" + prose + "\n\n"
	tests := []struct {
		name, in string
		want     []string
	}{
		{"Markdown levels", "# 题\n## 投资要点" + p + "## 1 公司" + p + "### 1.1 历程" + p + "## 2 风险提示" + p,
			[]string{"front", "1 投资要点", "1 1 公司", "2 1.1 历程", "1 2 风险提示"}},
		{"flat converter marks", "# 题\n## 1 公司" + p + "## 1.1 历程" + p + "## 2 行业" + p, []string{"front", "1 1 公司", "2 1.1 历程", "1 2 行业"}},
		{"Han numbers", "题目一行" + p + "一、回顾" + p + "二、展望" + p, []string{"front", "1", "1 一 回顾", "1 二 展望"}},
		{"three Chinese forms", "题目一行\n\n第一部分 概况" + p + "一、回顾" + p + "（一）经济" + p + "1、总量" + p + "2、需求" + p + "（二）金融" + p + "二、展望" + p,
			[]string{"front", "1 第一部分 概况", "2 一 回顾", "3 （一） 经济", "4 1 总量", "4 2 需求", "3 （二） 金融", "2 二 展望"}},
		{"1.1 under 一", "题目一行\n\n一、独立储能" + p + "1.1 发展" + p + "1.2 模式" + p + "二、建议" + p,
			[]string{"front", "1 一 独立储能", "2 1.1 发展", "2 1.2 模式", "1 二 建议"}},
		{"（一） under 1.1", "题目一行\n\n1、电车" + p + "1.1 细分" + p + "（一）中国" + p + "（二）欧洲" + p + "1.2 出海" + p,
			[]string{"front", "1 1 电车", "2 1.1 细分", "3 （一） 中国", "3 （二） 欧洲", "2 1.2 出海"}},
		{"number that does not follow", "题目一行\n\n1、公司" + p + "4、别的" + p + "2、行业" + p, []string{"front", "1 1 公司", "1 2 行业"}},
		{"a year is none", "题目一行\n\n1、公司" + p + "2021.5 投产\n\n2、行业" + p, []string{"front", "1 1 公司", "1 2 行业"}},
		{"a percentage is none", "题目一行\n\n1、公司" + p + "1.1 %的增速\n\n", []string{"front", "1 1 公司"}},
		{"a list is none", "题目一行\n\n1、公司" + p + "1. 客户集中；\n2. 芯片受限；\n\n2、行业" + p, []string{"front", "1 1 公司", "1 2 行业"}},
		{"contents tell lists from headings", "题目一行\n\n目录\n1、公司......2\n2、行业......3\n\n1、公司" + p + "1、客户集中\n2、芯片受限\n\n2、行业" + p,
			[]string{"front", "contents", "1 1 公司", "1 2 行业"}},
		{"contents name unnumbered headings", "题目一行\n\n目录\n产业链重构......2\n选股组合......3\n\n产业链重构\n" + prose + "\n选股组合\n" + prose,
			[]string{"front", "contents", "1 产业链重构", "1 选股组合"}},
		{"words before the contents are none of its headings", "题目一行\n\n投资要点\n公司概况\n" + prose + "\n目录\n1、公司概况......2\n2、行业......3\n\n1、公司概况\n" + prose + "\n2、行业\n" + prose,
			[]string{"front", "1 投资要点", "contents", "1 1 公司概况", "1 2 行业"}},
		{"well-known names", "题目一行\n\n投资要点\n" + prose + "\n\n风险提示：\n原料涨价。", []string{"front", "1 投资要点", "1 风险提示"}},
		{"lead with a colon stays text", "题目一行\n\n投资要点\n" + prose + "\n\n风险提示：原料涨价。", []string{"front", "1 投资要点"}},
		{"company sub-heading", "题目一行\n\n1、公司梳理\n\n澜海储能：海外交付能力突出\n\n" + prose, []string{"front", "1 1 公司梳理", "2 澜海储能：海外交付能力突出"}},
		{"caption is none", "题目一行\n\n1、公司" + p + "表 1、预测\n\n", []string{"front", "1 1 公司"}},
		{"rating is none", "# 题目\n\n## 买入（首次）\n\n## 投资要点" + p, []string{"front", "1 投资要点"}},
		{"English", "The Title of It\n\nSUMMARY\n\n" + englishProse + "\n\n1. WHAT WENT WRONG\n\n" + englishProse + "\n\n2. RISKS\n\n" + englishProse,
			[]string{"front", "1 SUMMARY", "1 1 WHAT WENT WRONG", "1 2 RISKS"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(sections(t, tt.in), tt.want); diff != "" {
				t.Errorf("sections of %q (-got +want):\n%s", tt.in, diff)
			}
		})
	}
}

const englishProse = "A regional competitor cut list prices by 12% in August in nine provinces. FarSail matched the cuts in six of them within a fortnight."

// Headings that the contents promise on a later page are not found in the key
// points of page 1; size decides where nothing else does.
func TestHeadingsOfPages(t *testing.T) {
	text := func(page int) para { return para{text: prose, page: page, size: 10} }
	ps := []para{
		{text: "电车逐鹿全球", page: 1, size: 18}, {text: "投资要点", page: 1, size: 12, gap: true}, {text: "供应链：掌握核心部件", page: 1, size: 10}, text(1),
		{text: "目录", page: 2, size: 14}, {text: "1 供应链：掌握核心部件......3", page: 2, size: 10}, {text: "2 风险提示......4", page: 2, size: 10},
		text(2), {text: "供应链：掌握核心部件", page: 2, size: 10},
		{text: "1 供应链：掌握核心部件", page: 3, size: 14, gap: true}, text(3),
		{text: "储能电芯", page: 3, size: 11.5, gap: true}, text(3),
		{text: "电池自供", page: 3, size: 14, gap: true}, text(3),
		{text: "零售额:同比（%）", page: 3, size: 14, gap: true}, text(3),
		{text: "2 风险提示", page: 4, size: 14, gap: true}, text(4),
	}
	got, _ := structure(ps, 4)
	var out []string
	for _, s := range got {
		out = append(out, fmt.Sprintf("%d %s%s %s p%d", s.Level, s.Role, s.Number, s.Title, s.Page))
	}
	want := []string{"1 front  p1", "1  投资要点 p1", "1 contents 目录 p2", "1   p2", "1 1 供应链：掌握核心部件 p3", "2  电池自供 p3", "1 2 风险提示 p4"}
	if diff := cmp.Diff(out, want); diff != "" {
		t.Errorf("sections (-got +want):\n%s", diff)
	}
}

func TestOrdinals(t *testing.T) {
	for in, want := range map[string][]int{"2.1": {2, 1}, "12": {12}, "一": {1}, "十": {10}, "十二": {12}, "二十": {20}, "二十三": {23}, "（一）": nil, "第一章": nil} {
		if diff := cmp.Diff(ordinals(in), want); diff != "" {
			t.Errorf("ordinals(%q) (-got +want):\n%s", in, diff)
		}
	}
}
