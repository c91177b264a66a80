package parse

import (
	"strings"
	"testing"

	"reportbot/ingest/parse/pdf"

	"github.com/google/go-cmp/cmp"
)

// lower moves the last line of a picture by so many points.
func lower(ls []pdf.Line, by float64) []pdf.Line {
	l := &ls[len(ls)-1]
	l.Y0, l.Y1 = l.Y0+by, l.Y1+by
	return ls
}

func TestGridRuns(t *testing.T) {
	const body = `
收入          41        52        63
毛利          42        53        64
费用          43        54        65
信用减        44        55        66
`
	remade := []string{"收入|41|52|63", "毛利|42|53|64", "费用|43|54|65", "信用减|44|55|66"}
	far := pdf.Line{Text: "下一段的文字，说的是别的事情。", X0: 0, X1: 200, Y0: 500, Y1: 509, Size: 9}
	caption := pdf.Line{Text: "表 1：收入 41 52 63", X0: 0, X1: 200, Y0: 88, Y1: 97, Size: 9}
	table := func() []pdf.Line { return drawn(body) }
	for _, tt := range []struct {
		name string
		in   []pdf.Line
		want []string
	}{
		{"figures under labels", table(), remade},
		{"further line of the last label", lower(drawn(body+"值损失\n"), -6), append(remade[:3:3], "信用减值损失|44|55|66")},
		{"another line under it", drawn(body + "值损失\n"), append(remade[:4:4], "值损失")},
		{"head of words", drawn("\n科目          甲线      乙线      丙线" + body), append([]string{"科目|甲线|乙线|丙线"}, remade...)},
		{"caption with figures", append([]pdf.Line{caption}, table()...), append([]string{"表 1：收入 41 52 63"}, remade...)},
		{"drawn with other text between", append(append(table()[:4:4], far), table()[4:]...),
			append(append(flat(table()[:4]), far.Text), flat(table()[4:])...)},
		{"too few labels", drawn("\n收入          41        52        63\n毛利          42        53        64\n              43        54        65\n              44        55        66\n"),
			[]string{"收入", "41", "52", "63", "毛利", "42", "53", "64", "43", "54", "65", "44", "55", "66"}},
		{"too few rows", drawn(strings.Join(strings.SplitAfter(body, "\n")[:4], "")),
			[]string{"收入", "41", "52", "63", "毛利", "42", "53", "64", "费用", "43", "54", "65"}},
	} {
		if diff := cmp.Diff(flat(gridRuns(tt.in)), tt.want); diff != "" {
			t.Errorf("%s (-got +want):\n%s", tt.name, diff)
		}
	}
}

// flat is the text of lines, with a bar for each tab.
func flat(ls []pdf.Line) []string {
	var out []string
	for _, l := range ls {
		out = append(out, strings.ReplaceAll(l.Text, "\t", "|"))
	}
	return out
}

// pair is a line above another, gap points apart, and their places.
func pair(above, below string, gap float64) []pdf.Line {
	return []pdf.Line{{Text: above, X0: 0, X1: 100, Y0: 100, Y1: 110, Size: 10}, {Text: below, X0: 0, X1: 100, Y0: 110 + gap, Y1: 120 + gap, Size: 10}}
}

func TestOverlaps(t *testing.T) {
	for _, tt := range []struct {
		name, below string
		gap         float64
		want        bool
	}{
		{"begins before the row ends", "值损失", -3, true},
		{"begins under the row", "值损失", 0, false},
		{"a sentence", "减值损失增加。", -3, false},
		{"a long line", strings.Repeat("损失", 9), -3, false},
	} {
		if got := overlaps(pair("信用减\t41\t52", tt.below, tt.gap), []int{0}, []int{1}); got != tt.want {
			t.Errorf("%s: overlaps = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestIsHeadOf(t *testing.T) {
	const long = "一二三四五六七八九十一二三四五六"
	for _, tt := range []struct {
		name, above string
		gap         float64
		want        bool
	}{
		{"words over three columns", "科目\t甲线\t乙线", 5, true},
		{"words over two columns", "科目\t甲线", 5, false},
		{"farther above", "科目\t甲线\t乙线", 15, false},
		{"a line of one that begins higher", "乙线", -3, true},
		{"as long as a head may be", long + "\t甲线\t乙线", 5, true},
		{"longer", long + "七\t甲线\t乙线", 5, false},
		{"longer and higher", long + "七", -3, false},
	} {
		if got := isHeadOf(pair(tt.above, "收入\t41\t52", tt.gap), []int{0}, []int{1}); got != tt.want {
			t.Errorf("%s: isHeadOf = %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestIsFill(t *testing.T) {
	for s, want := range map[string]bool{
		"归属于母公司股东的净利润（百万元":  true,
		"归属于母公司股东的净利润（百万元）": false,
		"增加。":       false,
		"其中：":       false,
		"其中；":       false,
		"of which:": false,
		"1）收入":      false,
		"值损失":       true,
	} {
		if got := isFill(s); got != want {
			t.Errorf("isFill(%q) = %v, want %v", s, got, want)
		}
	}
}
