package parse

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rowsAt are tiers 20 points apart.
func rowsAt(texts ...string) []tier {
	var out []tier
	for i, s := range texts {
		out = append(out, inColumns(20*float64(i), s))
	}
	return out
}

func TestHeadRows(t *testing.T) {
	for _, tt := range []struct {
		name     string
		in, want []string
	}{
		{"a group stands over the first of its years",
			[]string{"||EPS|||PE", "公司|2024A|2025E|2026E|2024A|2025E|2026E", "甲|1|2|3|4|5|6"},
			[]string{"|EPS|||PE", "公司|2024A|2025E|2026E|2024A|2025E|2026E", "甲|1|2|3|4|5|6"}},
		{"lines above become one",
			[]string{"||每股", "||收益", "公司|2024A|2025E|2026E", "甲|1|2|3"},
			[]string{"|每股收益", "公司|2024A|2025E|2026E", "甲|1|2|3"}},
		{"as many lines as a head may have",
			[]string{"||一", "||二", "||三", "||四", "公司|2024A|2025E|2026E", "甲|1|2|3"},
			[]string{"|一二三四", "公司|2024A|2025E|2026E", "甲|1|2|3"}},
		{"more lines than a head may have",
			[]string{"||一", "||二", "||三", "||四", "||五", "公司|2024A|2025E|2026E", "甲|1|2|3"},
			[]string{"||一", "||二", "||三", "||四", "||五", "公司|2024A|2025E|2026E", "甲|1|2|3"}},
		{"figures above are rows",
			[]string{"市值||90", "股本||30", "公司|2024A|2025E|2026E", "甲|1|2|3"},
			[]string{"市值||90", "股本||30", "公司|2024A|2025E|2026E", "甲|1|2|3"}},
		{"a head over each year",
			[]string{"||实际|预测|预测", "公司||2024A|2025E|2026E", "甲||1|2|3"},
			[]string{"||实际|预测|预测", "公司||2024A|2025E|2026E", "甲||1|2|3"}},
		{"years over what they are of",
			[]string{"|2024A|2025E|2026E", "公司|EPS|EPS|PE", "甲|1|2|3"},
			[]string{"公司|2024A EPS|2025E EPS|2026E PE", "甲|1|2|3"}},
		{"years over other words",
			[]string{"|2024A|2025E|2026E", "公司|实际|EPS|PE", "甲|1|2|3"},
			[]string{"|2024A|2025E|2026E", "公司|实际|EPS|PE", "甲|1|2|3"}},
	} {
		cols := columnsOf80(7)
		if diff := cmp.Diff(shown(headRows(rowsAt(tt.in...), cols), cols), tt.want); diff != "" {
			t.Errorf("%s (-got +want):\n%s", tt.name, diff)
		}
	}
}

// The columns of a table are those under its line of years, if it is near the
// top and has rows.
func TestUnderHead(t *testing.T) {
	const years = "公司|2024A|2025E|2026E"
	for _, tt := range []struct {
		name string
		in   []string
		want int // rows left
	}{
		{"under a head of four", []string{"一", "二", "三", "四", years, "甲|1|2|3"}, 2},
		{"under five lines", []string{"一", "二", "三", "四", "五", years, "甲|1|2|3"}, 7},
		{"nothing under it", []string{"一", "二", years}, 3},
	} {
		if got := len(underHead(rowsAt(tt.in...))); got != tt.want {
			t.Errorf("%s: %d rows, want %d", tt.name, got, tt.want)
		}
	}
}

func TestYearGroups(t *testing.T) {
	for _, tt := range []struct {
		name, years string
		want        []int
	}{
		{"one run", "公司|2024A|2025E|2026E", []int{0, 2, 2, 2, 0, 0, 0}},
		{"years begin anew", "公司|2024A|2025E|2026E|2024A|2025E|2026E", []int{0, 2, 2, 2, 5, 5, 5}},
		{"one year again", "公司|2025E|2025E|2025E", []int{0, 2, 3, 4, 0, 0, 0}},
		{"another word between", "公司|2024A|2025E|评级|2026E|2027E", []int{0, 2, 2, 0, 5, 5, 0}},
	} {
		if diff := cmp.Diff(groups(inColumns(0, tt.years), columnsOf80(7)), tt.want); diff != "" {
			t.Errorf("%s (-got +want):\n%s", tt.name, diff)
		}
	}
}

func TestIsYears(t *testing.T) {
	for row, want := range map[string]bool{
		"公司|代码|2024A|2025E|2026E":    true,
		"公司|代码|评级|2024A|2025E|2026E": false, // half are no majority
		"2024A|2025E":                false,
		"指标|2024Q1|2024Q2|2024Q3":    true,
		"公司|24|25|26":                true,
		"公司|12|25|18":                false, // figures
		"公司|FY2024|FY2025E|2026E":    true,
		"公司|2024年新增产能|2025年新增产能|2026年新增": false,
	} {
		if got := isYears(inColumns(0, row)); got != want {
			t.Errorf("isYears(%q) = %v, want %v", row, got, want)
		}
	}
}
