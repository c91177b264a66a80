package parse

import (
	"fmt"
	"strings"
	"testing"

	"reportbot/ingest/parse/pdf"

	"github.com/google/go-cmp/cmp"
)

// Captions and source lines that stand side by side are parted, others not.
func TestApart(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{"资料来源：公司公告\t资料来源：青岚证券", []string{"资料来源：公司公告", "资料来源：青岚证券"}},
		{"图 1：收入\t图 2：利润", []string{"图 1：收入", "图 2：利润"}},
		{"资料来源：公司公告\t青岚证券", []string{"资料来源：公司公告|青岚证券"}},
		{"图 1：收入\t资料来源：公司公告", []string{"图 1：收入|资料来源：公司公告"}},
	} {
		l := pdf.Line{Text: tt.in, X0: 0, X1: 300, Cells: [][2]float64{{0, 120}, {160, 300}}}
		if diff := cmp.Diff(flat(apart([]pdf.Line{l})), tt.want); diff != "" {
			t.Errorf("apart(%q) (-got +want):\n%s", tt.in, diff)
		}
	}
}

// A source line belongs to the nearest caption above it.
func TestSourceOfTheNearest(t *testing.T) {
	kept, charts := after(`
图 1：收入
40
图 2：利润
70
资料来源：公司公告
`)
	if diff := cmp.Diff(kept, []string{"图 1：收入", "40", "图 2：利润", "资料来源：公司公告"}); diff != "" {
		t.Errorf("kept (-got +want):\n%s", diff)
	}
	if diff := cmp.Diff(charts, []string{"70"}); diff != "" {
		t.Errorf("charts (-got +want):\n%s", diff)
	}
}

// What goes on from the page before lies between the edges of the page.
func TestContinued(t *testing.T) {
	at := func(s string, y float64) pdf.Line { return pdf.Line{Text: s, X0: 50, X1: 500, Y0: y, Y1: y + 10} }
	ls := []pdf.Line{at("青岚证券\t电力设备", 40), at("合肥\t12", 100), at("常州\t13", 120), at("济南\t14", 140), at("请阅读声明\t7", 750)}
	for _, tt := range []struct {
		name string
		in   []pdf.Line
		want string
	}{
		{"no source line", ls, "true [1 2 3]"},
		{"a source line at its end", append(ls[:4:4], at("资料来源：公司公告", 160), ls[4]), "true [3 2 1]"},
		{"text under the source line", append(ls[:4:4], at("资料来源：公司公告", 160), at("收入\t41", 200)), "true [3 2 1]"},
		{"a caption above", append(ls[:4:4], at("表 2：产能", 90)), "false []"},
	} {
		x, ok := continued(tt.in, kindsOf(tt.in), make([]bool, len(tt.in)), 800)
		if got := fmt.Sprint(ok, x.inside); got != tt.want {
			t.Errorf("%s: continued = %s, want %s", tt.name, got, tt.want)
		}
	}
}

// Rows end with the first line that says something.
func TestRowsFrom(t *testing.T) {
	const sentence = "公司的电池覆盖三个领域，客户包括四家整车企业，产能充足"
	rows := []string{"合肥\t12", "常州\t13", "济南\t14"}
	for _, tt := range []struct {
		name string
		in   []string
		want int
	}{
		{"rows", append(rows[:3:3], "威海\t15"), 4},
		{"a sentence with a number beside it", append(rows[:3:3], sentence+"\t7", "威海\t15"), 3},
		{"a row of three with a sentence", append(rows[:3:3], sentence+"\t7\t8", "威海\t15"), 5},
		{"a long line", append(rows[:3:3], strings.Repeat("收入", 16), "威海\t15"), 3},
		{"a short line between", append(rows[:3:3], "其中", "威海\t15"), 5},
		{"a short line after", append(rows[:3:3], "其中"), 3},
		{"two rows", rows[:2], 0},
	} {
		var ls []pdf.Line
		var of []int
		for i, s := range tt.in {
			ls, of = append(ls, pdf.Line{Text: s, Y0: 20 * float64(i), Y1: 20*float64(i) + 10}), append(of, i)
		}
		if got := len(rowsFrom(ls, of, func(a, b *pdf.Line) bool { return a.Y0 < b.Y0 })); got != tt.want {
			t.Errorf("%s: %d lines, want %d", tt.name, got, tt.want)
		}
	}
}

func TestIsTable(t *testing.T) {
	labelled := []string{"甲线        41        52", "乙线        42        53", "丙线        43        54"}
	for _, tt := range []struct {
		name, caption string
		rows          []string
		want          bool
	}{
		{"most lines are rows", "图表 1：产能", append(labelled[:3:3], "其中", "另计", "合并"), true},
		{"fewer are", "图表 1：产能", append(labelled[:3:3], "其中", "另计", "合并", "抵销"), false},
		{"two rows", "图表 1：产能", labelled[:2], false},
		{"called a table", "表 1：产能", labelled[:2], true},
		{"figures for labels", "图表 1：产能", []string{"40          41        52", "50          42        53", "60          43        54"}, false},
		{"a label over 40 characters", "图表 1：产能", []string{
			strings.Repeat("a", 40) + "        41        52", strings.Repeat("b", 40) + "        42        53", strings.Repeat("c", 40) + "        43        54"}, false},
	} {
		if got := isTable(tt.caption, drawn(strings.Join(tt.rows, "\n"))); got != tt.want {
			t.Errorf("%s: isTable = %v, want %v", tt.name, got, tt.want)
		}
	}
}
