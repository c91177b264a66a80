package fact

import (
	"regexp"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// line is one row of a table: its text as printed, where it begins in its
// block, and its cells.
type line struct {
	text  string
	from  int
	cells []string
}

// linesOf cuts a block into its rows. Blank rows are left out.
func linesOf(b *report.Block) []line {
	var out []line
	at := 0
	for s := range strings.SplitSeq(b.Text, "\n") {
		if strings.TrimSpace(s) != "" {
			out = append(out, line{text: s, from: at, cells: cellsOf(s)})
		}
		at += len(s) + 1
	}
	return out
}

var (
	onlySign = regexp.MustCompile(`^(?:US|HK|NT|A|C|S)?[$¥￥€£]$`)
	thenText = regexp.MustCompile(`^([(（]?-?[\d,.]+%?[)）]?)\s+(\p{Han}{3,})$`)
	noValue  = regexp.MustCompile(`^(?:[-–—−]+|/|\\|n\.?\s?a\.?|n/a|n\.?\s?m\.?f?|nm|nmf|不适用|无|--)$`)
)

// cellsOf cuts a row into cells. What reading joined is parted again where it
// can only be that: figures with a blank between them, heads of periods, and
// a figure before the title of the table beside it. A currency sign that got
// a cell of its own goes to the figure after it.
func cellsOf(s string) []string {
	var out []string
	for cell := range strings.SplitSeq(s, "\t") {
		cell = strings.TrimSpace(cell)
		if onlySign.MatchString(cell) {
			continue
		}
		if fields := strings.Fields(cell); len(fields) > 1 && (all(fields, isValue) || all(fields, isPeriod)) && !isPeriod(cell) && !isValue(cell) {
			out = append(out, fields...)
			continue
		}
		if m := thenText.FindStringSubmatch(cell); m != nil && !isValue(cell) {
			out = append(out, m[1], m[2])
			continue
		}
		out = append(out, cell)
	}
	return out
}

func all(cells []string, is func(string) bool) bool {
	for _, c := range cells {
		if !is(c) {
			return false
		}
	}
	return len(cells) > 0
}

func isPeriod(cell string) bool {
	_, ok := text.ParsePeriod(cell)
	return ok
}

// isNone reports whether a cell says that there is no value.
func isNone(cell string) bool { return noValue.MatchString(text.Fold(cell)) }

// isValue reports whether a cell holds a figure or says that there is none.
func isValue(cell string) bool {
	_, ok := text.ParseNumber(cell)
	return ok || isNone(cell)
}

// hasNumber reports whether a cell of the row is a figure and no year.
func hasNumber(cells []string) bool {
	for _, c := range cells {
		if _, ok := text.ParseNumber(c); ok && !isPeriod(c) {
			return true
		}
	}
	return false
}
