package parse

import (
	"fmt"
	"testing"

	"reportbot/ingest/parse/pdf"
)

func TestColumnsOf(t *testing.T) {
	pair := func(y, x0, x1 float64) tier { return tier{at("12.5", 0, x0, y), at("30.1", x1, 200, y)} }
	across := func(y float64) tier { return tier{at("单位：百万元", 0, 200, y)} }
	pairs := func(n int, x0, x1 float64) (out []tier) {
		for i := range n {
			out = append(out, pair(20*float64(i), x0, x1))
		}
		return out
	}
	for _, tt := range []struct {
		name string
		rows []tier
		want int
	}{
		{"one of five runs across", append(pairs(4, 80, 120), across(80)), 2},
		{"one of four runs across", append(pairs(3, 80, 120), across(60)), 1},
		{"two of six run across", append(pairs(4, 80, 120), across(80), across(100)), 1},
		{"a narrow blank between figures", pairs(4, 100, 101.5), 2},
		{"less than a blank", pairs(4, 100, 101), 1},
	} {
		if got := len(columnsOf(tt.rows)); got != tt.want {
			t.Errorf("%s: %d columns, want %d", tt.name, got, tt.want)
		}
	}
}

// The white looked at reaches from 48 to 52; a wide gap is one of 7 points.
func TestSeparates(t *testing.T) {
	var (
		apart   = tier{at("收入", 0, 40, 0), at("利润", 60, 100, 0)}
		words   = tier{at("the", 0, 48, 0), at("year", 52, 100, 0)}
		figures = tier{at("12.5", 0, 48, 0), at("30.1", 52, 100, 0)}
		mixed   = tier{at("year", 0, 48, 0), at("30.1", 52, 100, 0)}
		across  = tier{at("收入", 0, 30, 0), at("、", 45, 55, 0), at("利润", 70, 100, 0)}
		oneSide = tier{at("收入", 0, 40, 0)}
	)
	for _, tt := range []struct {
		name string
		rows []tier
		want bool
	}{
		{"two of five", []tier{apart, apart, words, words, words}, true},
		{"two of six", []tier{apart, apart, words, words, words, words}, false},
		{"words of prose", []tier{words, words}, false},
		{"figures on both sides", []tier{figures, figures}, true},
		{"a figure on the right", []tier{mixed, mixed}, false},
		{"something stands there", []tier{across, across}, false},
		{"nothing on one side", []tier{oneSide, oneSide}, true},
	} {
		if got := separates(tt.rows, 48, 52); got != tt.want {
			t.Errorf("%s: separates = %v, want %v", tt.name, got, tt.want)
		}
	}
}

// What stands at the edges of a page parts no columns and belongs to none.
func TestBandsAtEdges(t *testing.T) {
	lines := func(ys ...float64) (out []pdf.Line) {
		for _, y := range ys {
			out = append(out, pdf.Line{Text: "文", X0: 50, X1: 250, Y0: y, Y1: y + 10})
		}
		return out
	}
	for _, tt := range []struct {
		name string
		ys   []float64
		want string
	}{
		{"at the upper edge", []float64{37, 100, 120}, "1 across, 2"},
		{"below the upper edge", []float64{39, 100, 120}, "3"},
		{"at the lower edge", []float64{100, 120, 753}, "2, 1 across"},
		{"above the lower edge", []float64{100, 120, 751}, "3"},
	} {
		got := ""
		for i, b := range bands(lines(tt.ys...), 300, 800) {
			if i > 0 {
				got += ", "
			}
			got += fmt.Sprint(len(b.lines))
			if b.crosses {
				got += " across"
			}
		}
		if got != tt.want {
			t.Errorf("%s: bands of %s, want %s", tt.name, got, tt.want)
		}
	}
}

// Five lines beside five are the fewest that make columns.
func TestFewestColumnLines(t *testing.T) {
	for _, tt := range []struct {
		name        string
		left, right int
		want        string
	}{
		{"five beside five", 5, 5, "左左左左左右右右右右"},
		{"four beside six", 4, 6, "左右左右左右左右右右"},
	} {
		l, r := printed10(50, 100, 240, numbered("左", tt.left)...), printed10(310, 100, 240, numbered("右", tt.right)...)
		n := min(tt.left, tt.right)
		p := pdf.Page{Number: 1, Width: 600, Height: 800, Lines: append(append(interleave(l[:n], r[:n]), l[n:]...), r[n:]...)}
		got := ""
		for _, c := range columns(&p) {
			for _, l := range c.lines {
				got += string([]rune(l.Text)[:1])
			}
		}
		if got != tt.want {
			t.Errorf("%s: read %s, want %s", tt.name, got, tt.want)
		}
	}
}

// A sidebar is narrow, beside text, and speaks of analysts and ratings twice.
func TestIsSidebar(t *testing.T) {
	sideOf := func(x, width float64, texts ...string) *side {
		var s side
		for _, l := range printed10(x, 100, width, texts...) {
			s.add(&l, 10)
		}
		return &s
	}
	text := numbered("文", 8)
	for _, tt := range []struct {
		name string
		box  *side
		want bool
	}{
		{"rating and analyst", sideOf(400, 140, "投资评级", "推荐", "分析师", "罗维桢", "股价"), true},
		{"one such word", sideOf(400, 140, "投资建议", "推荐", "分析师", "罗维桢", "股价"), false},
		{"English words", sideOf(400, 140, "Price Target", "HK$62", "Market Cap", "12bn", "Free float"), true},
		{"licences and mail", sideOf(400, 140, "S9901525030007", "罗维桢", "luo@qinglan.example", "电话", "股价"), true},
		{"as wide as the text", sideOf(400, 260, "投资评级", "推荐", "分析师", "罗维桢", "股价"), false},
	} {
		if got := tt.box.isSidebar(sideOf(50, 300, text...)); got != tt.want {
			t.Errorf("%s: isSidebar = %v, want %v", tt.name, got, tt.want)
		}
	}
	ragged := sideOf(50, 300, text...)
	for i := range ragged.widths {
		ragged.widths[i] = 100
	}
	if sideOf(400, 140, "投资评级", "分析师").isSidebar(ragged) {
		t.Error("a sidebar beside cells of a table, want none")
	}
}
