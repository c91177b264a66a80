package parse

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// at is a cell of 10 points height that stands from x0 to x1.
func at(text string, x0, x1, y float64) cell {
	return cell{text: text, x0: x0, x1: x1, y0: y, y1: y + 10, size: 10, line: int(y)}
}

// inColumns is a tier whose cells, parted by bars, stand in columns of 80
// points each, 20 points apart; empty ones are left out.
func inColumns(y float64, texts string) tier {
	var out tier
	for i, s := range strings.Split(texts, "|") {
		if s != "" {
			out = append(out, at(s, 100*float64(i), 100*float64(i)+80, y))
		}
	}
	return out
}

// columnsOf80 are the columns of inColumns.
func columnsOf80(n int) [][2]float64 {
	var out [][2]float64
	for i := range n {
		out = append(out, [2]float64{100 * float64(i), 100*float64(i) + 80})
	}
	return out
}

// shown is the rows with a bar between their cells.
func shown(rows []tier, cols [][2]float64) []string {
	var out []string
	for _, r := range rows {
		l := r.line(cols)
		out = append(out, strings.ReplaceAll(l.Text, "\t", "|"))
	}
	return out
}

func TestFits(t *testing.T) {
	wider := columnsOf80(3)
	for _, tt := range []struct {
		name string
		cols [][2]float64
		want bool
	}{
		{"each in one", [][2]float64{{0, 70}, {210, 280}}, true},
		{"two in one", [][2]float64{{0, 30}, {40, 80}}, false},
		{"one between two", [][2]float64{{0, 70}, {84, 96}}, false},
		{"as many", columnsOf80(3), false},
	} {
		if got := fits(tt.cols, wider); got != tt.want {
			t.Errorf("%s: fits = %v, want %v", tt.name, got, tt.want)
		}
	}
}

// Tables on top of each other have columns of their own, but two lines are no
// table: they stay with the one above.
func TestGridParts(t *testing.T) {
	const above = `
指标          2024A     2025E     2026E
营业收入      100       120       140
归母净利      50        60        70
毛利          30        32        34
`
	const kept = "指标|2024A|2025E|2026E\n营业收入|100|120|140\n归母净利|50|60|70\n毛利|30|32|34\n"
	for _, tt := range []struct{ name, below, want string }{
		{"two lines", `
              2024A     2025E     2026E
              0.5       0.6       0.7
`, "|2024A|2025E|2026E\n|0.5|0.6|0.7"},
		{"three lines", `
              2024A     2025E     2026E
              0.5       0.6       0.7
              0.8       0.9       1.0
`, "2024A|2025E|2026E\n0.5|0.6|0.7\n0.8|0.9|1.0"},
	} {
		got, _ := grid(drawn(above+strings.TrimPrefix(tt.below, "\n")), nil)
		if diff := cmp.Diff(got, kept+tt.want); diff != "" {
			t.Errorf("%s (-got +want):\n%s", tt.name, diff)
		}
	}
}

// A further line belongs to the row above when it follows it as closely as a
// line of a cell does: tier 1 to tier 0, before tier 2.
func TestClaim(t *testing.T) {
	for _, tt := range []struct {
		name            string
		row, line       string
		distance, other float64
		neighbour       int // whom the row above belongs to
		want            bool
	}{
		{"a value between two rows", "甲|10|20", "|台", 13, 13, 0, true},
		{"too far between two rows", "甲|10|20", "|台", 15, 15, 0, false},
		{"clearly nearer", "甲|10|20", "|台", 16, 20, 0, true},
		{"nearer and too far", "甲|10|20", "|台", 18, 30, 0, false},
		{"a label between two rows", "甲|10|20", "乙", 11, 11, 0, true},
		{"a label that may head the next row", "甲|10|20", "乙", 13, 13, 0, false},
		{"a label clearly nearer", "甲|10|20", "乙", 13, 20, 0, true},
		{"a second value for a cell", "甲|10|20", "|30", 11, 20, 0, false},
		{"a value for an empty cell", "甲|10", "||30", 11, 20, 0, true},
		{"under a head of years", "年|2024A|2025E|2026E", "单位", 11, 20, 0, false},
		{"neighbour of another row", "甲|10|20", "|台", 11, 20, 2, false},
	} {
		rows := []tier{inColumns(0, tt.row), inColumns(tt.distance, tt.line), inColumns(tt.distance+tt.other, "丙|11|21")}
		home := []int{tt.neighbour, 1, 2}
		claim(rows, columnsOf80(4), home, 1, 0, 0)
		if got := home[1] == 0; got != tt.want {
			t.Errorf("%s: claimed = %v, want %v", tt.name, got, tt.want)
		}
	}
}

// What stands above the first row of figures is its further line only when it
// is set into the row; else it is the head of the table.
func TestGatherHead(t *testing.T) {
	for _, tt := range []struct {
		name     string
		distance float64
		want     []string
	}{
		{"head", 12, []string{"公司|市值|收益|增速", "甲|41|52|63", "乙|42|53|64", "丙|43|54|65"}},
		{"set into the row", 7, []string{"公司甲|市值41|收益52|增速63", "乙|42|53|64", "丙|43|54|65"}},
	} {
		cols := columnsOf80(4)
		rows := []tier{inColumns(100-tt.distance, "公司|市值|收益|增速"), inColumns(100, "甲|41|52|63"), inColumns(120, "乙|42|53|64"), inColumns(140, "丙|43|54|65")}
		if diff := cmp.Diff(shown(gather(rows, cols), cols), tt.want); diff != "" {
			t.Errorf("%s (-got +want):\n%s", tt.name, diff)
		}
	}
}

func TestIsHead(t *testing.T) {
	for _, tt := range []struct {
		name, row string
		columns   int
		want      bool
	}{
		{"label and value", "甲||10", 5, true},
		{"label alone", "甲", 5, false},
		{"second column and two of five", "|一期|10", 5, true},
		{"second column and two of six", "|一期|10", 6, false},
		{"third column", "||一期|10", 5, false},
		{"years without a label", "||2024A|2025E|2026E", 6, true},
	} {
		if got := isHead(inColumns(0, tt.row), columnsOf80(tt.columns)); got != tt.want {
			t.Errorf("%s: isHead(%q) = %v, want %v", tt.name, tt.row, got, tt.want)
		}
	}
}

func TestBetween(t *testing.T) {
	for _, tt := range []struct{ a, b, want string }{
		{"depre-", "ciation", ""},
		{"gross", "margin", " "},
		{"毛利", "率", ""},
		{"EPS", "每股", ""},
	} {
		if got := between(tt.a, tt.b); got != tt.want {
			t.Errorf("between(%q, %q) = %q, want %q", tt.a, tt.b, got, tt.want)
		}
	}
}
