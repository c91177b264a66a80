package parse

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
)

// lines makes paragraphs of lines as a plain text file would give them.
func lines(s string) []para { return paragraphs(strings.Trim(s, "\n")) }

func TestMarkContents(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string // number, title, level, page of entries
		marked   int      // paragraphs that belong to the contents
	}{
		{"dotted leaders", "目录\n1、公司概况......4\n1.1 发展历程……… - 5 -\n2、风险提示·····12", []string{"1 公司概况 1 4", "1.1 发展历程 2 5", "2 风险提示 1 12"}, 4},
		{"without a title", "1 公司概况......4\n2 风险提示......12", []string{"1 公司概况 1 4", "2 风险提示 1 12"}, 2},
		{"lost leaders", "目 录\n一、公司概况 4\n二、风险提示.. .12", []string{"一 公司概况 1 4", "二 风险提示 1 12"}, 3},
		{"tab rows", "目录\n1、公司概况.....\t- 3 -\n2、风险提示.....\t- 5 -", []string{"1 公司概况 1 3", "2 风险提示 1 5"}, 3},
		{"unnumbered", "正文目录\n公司概况......4\n风险提示......12", []string{" 公司概况 0 4", " 风险提示 0 12"}, 3},
		{"list of figures", "图目录\n图 1、出货量......3\n图 2、价格......4\n表目录\n表 1、预测......5", nil, 5},
		{"contents with index", "目录索引\n一、需求......4\n二、供给......9", []string{"一 需求 1 4", "二 供给 1 9"}, 3},
		{"English", "Contents\n1. Investment thesis .... 2\n2. Valuation .... 5", []string{"1 Investment thesis 1 2", "2 Valuation 1 5"}, 3},
		{"one dotted line is none", "正文\n余下全文......4\n继续", nil, 0},
		{"numbers that fall are a table", "目录\n收入 30\n利润 7\n支出 3", nil, 0},
		{"the word in a sentence", "见目录。\n公司概况", nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ps := lines(tt.in)
			var got []string
			for _, e := range markContents(ps) {
				got = append(got, fmt.Sprintf("%s %s %d %d", e.number, e.title, e.level, e.page))
			}
			marked := 0
			for i := range ps {
				if ps[i].role == report.Contents {
					marked++
				}
			}
			if diff := cmp.Diff(got, tt.want); diff != "" || marked != tt.marked {
				t.Errorf("%d paragraphs marked, want %d; entries (-got +want):\n%s", marked, tt.marked, diff)
			}
		})
	}
}

func TestSameHeading(t *testing.T) {
	e := entry{number: "2.1", title: "需求：推理占比首次超过训练", page: 6}
	tests := []struct {
		line string
		want bool
	}{
		{"2.1 需求：推理占比首次超过训练", true},
		{"2.1、需求:推理占比首次超过训练", true},
		{"需求：推理占比首次超过训练", true},
		{"2.2 需求：推理占比首次超过训练", false},
		{"2.1 需求：推理占比首次", false},
		{"2.1 供给：能耗指标成为硬约束", false},
		{"", false},
	}
	for _, tt := range tests {
		l := newListing([]entry{e})
		l.listed = true
		if _, got := l.promised(tt.line, 0); got != tt.want {
			t.Errorf("promised(%q) = %v, want %v", tt.line, got, tt.want)
		}
	}
}

// An entry that takes two lines is one heading.
func TestEntriesOverLines(t *testing.T) {
	ps := []para{{text: "目录"}, {text: "1 概况........3"}, {text: "2.1 因子在不同市场环境下的表现差异以及与换手率和估值"}, {text: "之间的关系........7"},
		{text: "图 1：净值........8"}, {text: "3 结论........9"}}
	var got []string
	for _, e := range markContents(ps) {
		got = append(got, e.number+" "+e.title)
	}
	want := []string{"1 概况", "2.1 因子在不同市场环境下的表现差异以及与换手率和估值之间的关系", "3 结论"}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("entries (-got +want):\n%s", diff)
	}
}

// A heading that takes two lines is the one that the contents name.
func TestHeadingOverLines(t *testing.T) {
	line := func(page int, size float64, s string) para { return para{text: s, page: page, size: size, gap: true} }
	body := strings.Repeat("因子收益来自多个方面，以下分别说明。", 4)
	ps := []para{line(1, 14, "目录"), line(1, 10, "1 概况........2"), line(1, 10, "2 因子在不同市场环境下的表现差异以及与换手率和估值之间的关系........2"), line(1, 10, "3 结论........2"),
		line(2, 14, "1 概况"), line(2, 10, body), line(2, 14, "2 因子在不同市场环境下的表现差异"), line(2, 14, "以及与换手率和估值之间的关系"), line(2, 10, body), line(2, 14, "3 结论"), line(2, 10, body)}
	sections, loss := structure(ps, 2)
	var got []string
	for _, s := range sections {
		if s.Role == report.Body {
			got = append(got, s.Number+" "+s.Title)
		}
	}
	want := []string{"1 概况", "2 因子在不同市场环境下的表现差异以及与换手率和估值之间的关系", "3 结论"}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("sections (-got +want):\n%s", diff)
	}
	if _, ok := loss.Dropped[dropJoined]; ok {
		t.Error("what was joined counts as dropped")
	}
}
