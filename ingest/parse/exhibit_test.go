package parse

import (
	"strings"
	"testing"
	"unicode/utf8"

	"reportbot/ingest/parse/pdf"

	"github.com/google/go-cmp/cmp"
)

// drawn makes lines of a picture of a page: each row of the picture is 12
// points high, each column 6 wide; two blanks or more part words that the file
// draws apart, one blank stands in a line.
func drawn(picture string) []pdf.Line {
	var out []pdf.Line
	for n, row := range strings.Split(strings.Trim(picture, "\n"), "\n") {
		y := 100 + 12*float64(n)
		at := 0.0
		for _, part := range strings.SplitAfter(row, "  ") {
			trimmed := strings.TrimSpace(part)
			if trimmed != "" {
				x := at + 6*float64(len(part)-len(strings.TrimLeft(part, " ")))
				l := pdf.Line{Text: trimmed, X0: x, Y0: y, Y1: y + 9, Size: 9}
				for _, w := range strings.Fields(trimmed) {
					end := x + 6*float64(wideLen(w))
					l.Words = append(l.Words, [2]float64{x, end})
					x = end + 3
				}
				l.X1 = l.Words[len(l.Words)-1][1]
				out = append(out, l)
			}
			at += 6 * float64(wideLen(part))
		}
	}
	return out
}

// wideLen is the width of s in letters: ideographs take two.
func wideLen(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if r > 0x2e80 {
			n++
		}
	}
	return n
}

func grid(ls []pdf.Line, before [][2]float64) (string, [][2]float64) {
	rows, cols := gridOf(ls, before)
	var out []string
	for _, r := range rows {
		out = append(out, strings.ReplaceAll(r.Text, "\t", "|"))
	}
	return strings.Join(out, "\n"), cols
}

func TestGrid(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", `
指标          2024A     2025E     2026E
营业收入        100       120       140
归母净利润       10        12        14
`, "指标|2024A|2025E|2026E\n营业收入|100|120|140\n归母净利润|10|12|14"},
		{"empty cells stay", `
地区      形式      车型      时间
日本      出口                2022
印度                K9        2023
泰国      建厂      元
`, "地区|形式|车型|时间\n日本|出口||2022\n印度||K9|2023\n泰国|建厂|元"},
		{"a cell of two lines", `
业务        内容                客户
座舱        销售两大品牌        公交
            和平台
海外        出口                经销
`, "业务|内容|客户\n座舱|销售两大品牌和平台|公交\n海外|出口|经销"},
		{"two values never share a cell", `
基地      分期      产能      年底
深圳      一期      8         10
          二期      6         12
西宁      一期      9         11
`, "基地|分期|产能|年底\n深圳|一期|8|10\n|二期|6|12\n西宁|一期|9|11"},
		{"English words keep their blanks", `
Region           Growth of revenue      2025E
North America    new plants in Ohio     12.5
Rest of Asia     no change              3.1
`, "Region|Growth of revenue|2025E\nNorth America|new plants in Ohio|12.5\nRest of Asia|no change|3.1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, _ := grid(drawn(tt.in), nil)
			if diff := cmp.Diff(got, tt.want); diff != "" {
				t.Errorf("rows (-got +want):\n%s", diff)
			}
		})
	}
}

// The order in which a file draws cells is not that of the rows.
func TestGridOrder(t *testing.T) {
	ls := drawn("\n指标        2024A     2025E\n收入        100       120\n利润        10        12\n")
	want, _ := grid(ls, nil)
	for i, j := 0, len(ls)-1; i < j; i, j = i+1, j-1 {
		ls[i], ls[j] = ls[j], ls[i]
	}
	if got, _ := grid(ls, nil); got != want {
		t.Errorf("drawn backwards: %q, want %q", got, want)
	}
}

// What of a table stands on the next page keeps the columns it began with.
func TestGridGoesOn(t *testing.T) {
	_, cols := grid(drawn("\n基地      分期      产能      年底\n深圳      一期      8         10\n西安      二期      9         11\n"), nil)
	got, _ := grid(drawn("\n合肥                          12\n常州                          13\n"), cols)
	if want := "合肥|||12\n常州|||13"; got != want {
		t.Errorf("rows = %q, want %q", got, want)
	}
}

// after reads a page and returns what is kept of it in order, and the text of
// its charts.
func after(pictures ...string) (kept, charts []string) {
	var open [][2]float64
	for _, picture := range pictures {
		var k, c []pdf.Line
		k, c, open = exhibits(drawn(picture), 800, open)
		for _, l := range k {
			kept = append(kept, strings.ReplaceAll(l.Text, "\t", "|"))
		}
		for _, l := range c {
			charts = append(charts, l.Text)
		}
	}
	return kept, charts
}

func TestExhibits(t *testing.T) {
	tests := []struct {
		name         string
		pages        []string
		kept, charts []string
	}{
		{"axis and legend of a figure", []string{`
收入稳步增长，利润率回升。
图 1：营业收入（亿元）
40
20
2022    2023    2024
收入          同比
资料来源：公司公告
下一段。
`}, []string{"收入稳步增长，利润率回升。", "图 1：营业收入（亿元）", "资料来源：公司公告", "下一段。"},
			[]string{"40", "20", "2022", "2023", "2024", "收入", "同比"}},
		{"two figures side by side", []string{`
图 1：收入                              图 2：利润
40                                      7
2022    2023                            2022    2023
资料来源：公司公告                      资料来源：Wind
`}, []string{"图 1：收入", "资料来源：公司公告", "图 2：利润", "资料来源：Wind"}, []string{"40", "2022", "2023", "7", "2022", "2023"}},
		{"a table", []string{`
表 1：预测
指标          2024A     2025E
营业收入      100       120
资料来源：公司公告
`}, []string{"表 1：预测", "指标|2024A|2025E", "营业收入|100|120", "资料来源：公司公告"}, nil},
		{"a table that is called a figure", []string{`
图表 3：可比公司
公司          2024A     2025E
甲公司        10        12
乙公司        11        13
丙公司        12        14
资料来源：公司公告
`}, []string{"图表 3：可比公司", "公司|2024A|2025E", "甲公司|10|12", "乙公司|11|13", "丙公司|12|14", "资料来源：公司公告"}, nil},
		{"a table over two pages", []string{`
表 1：产能
基地      分期      产能      年底
深圳      一期      8         10
西安      二期      9         11
长沙      三期      7         12
`, `
合肥                          12
常州                          13
济南                          14
资料来源：公司公告
`}, []string{"表 1：产能", "基地|分期|产能|年底", "深圳|一期|8|10", "西安|二期|9|11", "长沙|三期|7|12", "合肥|||12", "常州|||13", "济南|||14", "资料来源：公司公告"}, nil},
		{"a table over three pages", []string{`
图表 1：产能
基地      分期      产能      年底
深圳      一期      8         10
西安      二期      9         11
长沙      三期      7         12
`, `
合肥                          12
常州                          13
济南                          14
`, `
青岛                          15
烟台                          16
威海                          17
资料来源：公司公告
`}, []string{"图表 1：产能", "基地|分期|产能|年底", "深圳|一期|8|10", "西安|二期|9|11", "长沙|三期|7|12", "合肥|||12", "常州|||13", "济南|||14", "青岛|||15", "烟台|||16", "威海|||17", "资料来源：公司公告"}, nil},
		{"a table that ends with its page", []string{`
表 1：产能
基地      分期      产能
深圳      一期      8
西安      二期      9
`, `
下一页的文字，说的是别的事情，与表格没有关系，所以它不是表格的行。
又一段文字，说的是别的事情，与表格没有关系，所以它也不是表格的行。
`}, []string{"表 1：产能", "基地|分期|产能", "深圳|一期|8", "西安|二期|9", "下一页的文字，说的是别的事情，与表格没有关系，所以它不是表格的行。", "又一段文字，说的是别的事情，与表格没有关系，所以它也不是表格的行。"}, nil},
		{"a sentence in a figure stays", []string{`
图 8：业务版图
电池
公司的电池覆盖三个领域，客户包括四家整车企业，产能充足。
资料来源：公司公告
`}, []string{"图 8：业务版图", "公司的电池覆盖三个领域，客户包括四家整车企业，产能充足。", "资料来源：公司公告"}, []string{"电池"}},
		{"no source line", []string{`
图 1：收入
40
下一段的文字很长，说的是别的事情，与图无关。
`}, []string{"图 1：收入", "40", "下一段的文字很长，说的是别的事情，与图无关。"}, nil},
		{"a source of an earlier page", []string{`
40
资料来源：公司公告
`}, []string{"40", "资料来源：公司公告"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			kept, charts := after(tt.pages...)
			if diff := cmp.Diff(kept, tt.kept); diff != "" {
				t.Errorf("kept (-got +want):\n%s", diff)
			}
			if diff := cmp.Diff(charts, tt.charts); diff != "" {
				t.Errorf("charts (-got +want):\n%s", diff)
			}
		})
	}
}
