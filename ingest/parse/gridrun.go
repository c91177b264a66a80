package parse

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"reportbot/ingest/parse/pdf"
)

// figure is a cell of numbers: 1,206.31 (23.5) 12.3% 15.8x 2024E -
var figure = regexp.MustCompile(`^[-+−(（]?[,.]?\d[\d,.]*[)）]?[%％x倍AEFae]?[)）]?$|^[-–—]$|^(?i:n\.?a\.?|n\.?m\.?)$`)

// The bounds of a table without caption: what is less may be a line of text
// with numbers, or the axis of a chart.
const (
	runRows    = 4  // tiers of figures
	runLabels  = 3  // of them, that begin with a label
	runFigures = 3  // in a tier
	runYears   = 4  // in the head of a table of one row
	runLetters = 30 // characters that are letters in a tier
	runFills   = 3  // lines in a row between tiers of figures
	runFill    = 16 // characters of a line between tiers: a label's further line
)

// gridRuns makes the rows of tables that have no caption anew by their places:
// forecasts on a first page, the statements at the end.
func gridRuns(ls []pdf.Line) []pdf.Line {
	order := make([]int, 0, len(ls))
	for i := range ls {
		if !ls[i].Row && !exhibitLine(&ls[i]) {
			order = append(order, i)
		}
	}
	sort.SliceStable(order, func(a, b int) bool { return ls[order[a]].Y0 < ls[order[b]].Y0 })
	var groups [][]int // lines that stand level
	for _, i := range order {
		if n := len(groups); n > 0 && level(&ls[groups[n-1][0]], &ls[i]) {
			groups[n-1] = append(groups[n-1], i)
		} else {
			groups = append(groups, []int{i})
		}
	}
	instead := map[int][]pdf.Line{}
	gone := make([]bool, len(ls))
	for from := 0; from < len(groups); from++ {
		end := runEnd(ls, groups, from)
		if end == from {
			continue
		}
		if end < len(groups) && overlaps(ls, groups[end-1], groups[end]) {
			end++ // the last line of a cell
		}
		first, last := -1, -1
		var inside []pdf.Line
		for n := 0; n < headMost && from > 0 && isHeadOf(ls, groups[from-1], groups[from]); n++ {
			from--
		}
		for _, g := range groups[from:end] {
			for _, i := range g {
				inside = append(inside, ls[i])
				if first < 0 || i < first {
					first = i
				}
				last = max(last, i)
			}
		}
		if rows, _ := gridOf(inside, nil); rows != nil && last-first+1 == len(inside) {
			instead[first] = rows
			for i := first; i <= last; i++ {
				gone[i] = true
			}
		}
		from = end - 1
	}
	if len(instead) == 0 {
		return ls
	}
	var out []pdf.Line
	for i := range ls {
		out = append(out, instead[i]...)
		if !gone[i] {
			out = append(out, ls[i])
		}
	}
	return out
}

// runEnd returns the group after the table that begins with group from, or
// from when none does.
func runEnd(ls []pdf.Line, groups [][]int, from int) int {
	end, rows, labels, fill, years := from, 0, 0, 0, false
	for k := from; k < len(groups) && fill <= runFills; k++ {
		figures, letters, label := weigh(ls, groups[k])
		switch {
		case figures >= runFigures && letters <= runLetters:
			rows, fill, end = rows+1, 0, k+1
			years = years || hasYears(ls, groups[k])
			if label {
				labels++
			}
		case k == from:
			return from
		case !slices.ContainsFunc(groups[k], func(i int) bool { return !isFill(ls[i].Text) }):
			fill++
		default:
			fill = runFills + 1
		}
	}
	if rows >= runRows && labels >= runLabels || years && rows > 1 && labels > 0 {
		return end
	}
	return from
}

// hasYears reports whether lines that stand level are the head of columns of
// years, under which one row makes a table.
func hasYears(ls []pdf.Line, group []int) bool {
	var words []string
	for _, i := range group {
		words = append(words, strings.Fields(ls[i].Text)...)
	}
	return yearsAmong(words) >= runYears
}

// overlaps reports whether short lines begin before the row above them ends.
func overlaps(ls []pdf.Line, row, below []int) bool {
	for _, i := range below {
		if !isFill(ls[i].Text) || ls[i].Y0 >= ls[row[0]].Y1 {
			return false
		}
	}
	return true
}

// isHeadOf reports whether a group of lines is the head of the table that the
// next group begins: a few words each over a column, close above, or a line of
// one that begins higher than the other columns' heads end.
func isHeadOf(ls []pdf.Line, above, below []int) bool {
	cells, longest := 0, 0
	for _, i := range above {
		for cell := range strings.SplitSeq(ls[i].Text, "\t") {
			cells++
			longest = max(longest, utf8.RuneCountInString(cell))
		}
	}
	a, b := &ls[above[0]], &ls[below[0]]
	return longest <= runFill && (cells >= 3 && b.Y0-a.Y1 < 1.5*(a.Y1-a.Y0) || b.Y0 < a.Y1)
}

// isFill reports whether a line may be a part of a label between rows.
func isFill(s string) bool {
	return utf8.RuneCountInString(s) <= runFill && !strings.ContainsAny(s, "。；;：:") && !startsItem(s)
}

// weigh counts the figures and letters of lines that stand level; label says
// that the leftmost of them begins with something else: a name, a code.
func weigh(ls []pdf.Line, group []int) (figures, letters int, label bool) {
	left := group[0]
	for _, i := range group {
		if ls[i].X0 < ls[left].X0 {
			left = i
		}
		for _, w := range strings.Fields(ls[i].Text) {
			if figure.MatchString(w) {
				figures++
				continue
			}
			for _, r := range w {
				if unicode.IsLetter(r) {
					letters++
				}
			}
		}
	}
	first := strings.Fields(ls[left].Text)
	return figures, letters, len(first) > 0 && !figure.MatchString(first[0])
}
