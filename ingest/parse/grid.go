package parse

import (
	"math"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/parse/pdf"
)

// cell is a piece of print that stands by itself: a line, or what of one
// stands between tabs.
type cell struct {
	text           string
	x0, x1, y0, y1 float64
	size           float64
	line           int // of which line; blanks between its pieces are kept
	column         int // in which it belongs, from 1; 0: where it stands
}

func (c *cell) middle() float64 { return (c.y0 + c.y1) / 2 }

// cellsOf parts lines at their tabs.
func cellsOf(ls []pdf.Line) []cell {
	return split(ls, "\t", func(l *pdf.Line) [][2]float64 { return l.Parts() })
}

// wordsOf parts lines at tabs and blanks.
func wordsOf(ls []pdf.Line) []cell {
	return split(ls, "\t ", func(l *pdf.Line) [][2]float64 { return l.Words })
}

func split(ls []pdf.Line, at string, reach func(*pdf.Line) [][2]float64) []cell {
	var out []cell
	for i := range ls {
		l := &ls[i]
		texts, parts := strings.FieldsFunc(l.Text, func(r rune) bool { return strings.ContainsRune(at, r) }), reach(l)
		if len(texts) != len(parts) {
			texts, parts = []string{strings.ReplaceAll(l.Text, "\t", " ")}, [][2]float64{{l.X0, l.X1}}
		}
		for k, t := range texts {
			if t = strings.TrimSpace(t); t != "" {
				out = append(out, cell{t, parts[k][0], parts[k][1], l.Y0, l.Y1, l.Size, i, 0})
			}
		}
	}
	return out
}

// gridOf makes rows of the lines of a table wherever the file draws them, from
// top to bottom, each with a cell for every column, so that values stay under
// their headers. What a cell has on further lines goes to its row. Tables that
// stand on top of each other, each with its line of years, have columns of
// their own. The columns of the last one are returned too, nil when there are
// none; those of the page before are taken where the table goes on with fewer.
func gridOf(ls []pdf.Line, before [][2]float64) (out []pdf.Line, cols [][2]float64) {
	all := tiers(wordsOf(ls))
	for from := 0; from < len(all); {
		end := from + 1
		for end < len(all) && !(isYears(all[end]) && end-from > 3) {
			end++
		}
		if len(all)-end < 3 {
			end = len(all)
		}
		rows := all[from:end]
		from = end
		cols = columnsOf(underHead(rows))
		if len(cols) < 2 {
			return nil, nil
		}
		if fits(cols, before) {
			cols = before
		}
		for _, r := range headRows(gather(rows, cols), cols) {
			out = append(out, r.line(cols))
		}
	}
	return out, cols
}

// fits reports whether each column stands where one of wider stands.
func fits(cols, wider [][2]float64) bool {
	if len(cols) >= len(wider) {
		return false
	}
	last := -1
	for _, c := range cols {
		k := columnAt(wider, c[0], c[1])
		if k == last || min(c[1], wider[k][1]) <= max(c[0], wider[k][0]) {
			return false
		}
		last = k
	}
	return true
}

// tier is a row of a table on its way: cells on one height.
type tier []cell

func (b tier) middle() float64 {
	sum := 0.0
	for i := range b {
		sum += b[i].middle()
	}
	return sum / float64(len(b))
}

func (b tier) height() float64 {
	h := 0.0
	for i := range b {
		h = max(h, b[i].y1-b[i].y0)
	}
	return h
}

// tiers groups cells that stand level, from top to bottom, each from left
// to right.
func tiers(cells []cell) []tier {
	sorted := slices.Clone(cells)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].middle() < sorted[j].middle() })
	var out []tier
	for _, c := range sorted {
		if n := len(out); n > 0 && c.middle()-out[n-1].middle() < 0.35*min(out[n-1].height(), c.y1-c.y0) {
			out[n-1] = append(out[n-1], c)
			continue
		}
		out = append(out, tier{c})
	}
	for _, b := range out {
		sort.SliceStable(b, func(i, j int) bool { return b[i].x0 < b[j].x0 })
	}
	return out
}

// gather gives the further lines of cells to their rows. A row begins with a
// label and has a value, or has a good part of the values where the label
// stands for several rows. Lines between two rows are parted at the widest gap.
func gather(rows []tier, cols [][2]float64) []tier {
	var heads []int
	numeric := isNumeric(rows)
	for i, r := range rows {
		if isHead(r, cols) && (!numeric || isYears(r) || figuresIn(r) > 0) {
			heads = append(heads, i)
		}
	}
	if len(heads) == 0 {
		return rows
	}
	home := make([]int, len(rows))
	for i := range home {
		home[i] = i
	}
	for k := -1; k < len(heads); k++ {
		above, below := -1, len(rows)
		if k >= 0 {
			above = heads[k]
		}
		if k+1 < len(heads) {
			below = heads[k+1]
		}
		cut := widest(rows, above, below)
		for i := above + 1; i <= cut; i++ {
			claim(rows, cols, home, i, above, i-1)
		}
		for i := below - 1; i > cut && i > above; i-- {
			if above < 0 && numeric && rows[below].middle()-rows[i].middle() > 0.8*rows[i].height() {
				break // the head of the table
			}
			claim(rows, cols, home, i, below, i+1)
		}
	}
	var out []tier
	for k := range rows {
		var b tier
		for i, r := range rows {
			if home[i] == k {
				b = append(b, r...)
			}
		}
		if b != nil {
			out = append(out, b)
		}
	}
	return out
}

// isNumeric reports whether most rows of a table have figures.
func isNumeric(rows []tier) bool {
	n := 0
	for _, r := range rows {
		if figuresIn(r) >= runFigures {
			n++
		}
	}
	return n >= 3
}

func figuresIn(r tier) int {
	n := 0
	for _, c := range r {
		if figure.MatchString(c.text) {
			n++
		}
	}
	return n
}

// isHead reports whether a tier is the line of a row by which the row is known.
func isHead(r tier, cols [][2]float64) bool {
	if isYears(r) {
		return true
	}
	has := map[int]bool{}
	for _, c := range r {
		has[columnAt(cols, c.x0, c.x1)] = true
	}
	return len(has) > 1 && (has[0] || has[1] && len(has)*5 >= len(cols)*2)
}

// widest returns the last tier above the widest gap between two rows; the
// index above where there is none.
func widest(rows []tier, above, below int) int {
	if above < 0 {
		return above // all of them lie above the first row
	}
	if below >= len(rows) {
		return len(rows) - 1
	}
	cut, gap := above, 0.0
	for i := above; i < below; i++ {
		if d := rows[i+1].middle() - rows[i].middle(); d > gap-0.5 { // of equals the last: cells begin level
			cut, gap = i, max(d, gap)
		}
	}
	return cut
}

// claim gives tier i to a row when it follows the neighbour that belongs to it
// as closely as a line of a cell does, and no two values meet in one cell.
func claim(rows []tier, cols [][2]float64, home []int, i, row, neighbour int) {
	if row < 0 || row >= len(rows) || home[neighbour] != row || isYears(rows[row]) {
		return // a head of years may have another above it, EPS and PE over several
	}
	d, other := math.Abs(rows[i].middle()-rows[neighbour].middle()), math.Inf(1)
	if k := 2*i - neighbour; k >= 0 && k < len(rows) {
		other = math.Abs(rows[i].middle() - rows[k].middle())
	}
	reach := 1.4
	switch label := columnAt(cols, rows[i][0].x0, rows[i][len(rows[i])-1].x1) == 0; {
	case d < 0.9*other: // clearly nearer to this row than to the next
		reach = 1.75
	case label:
		reach = 1.15 // a label alone may head the rows under it
	}
	if d > reach*rows[i].height() {
		return
	}
	for k := range rows {
		if home[k] == row && clash(rows[i], rows[k], cols) {
			return
		}
	}
	home[i] = row
}

// clash reports whether two tiers have values in one column.
func clash(a, b tier, cols [][2]float64) bool {
	for _, c := range a {
		for _, d := range b {
			if columnAt(cols, c.x0, c.x1) == columnAt(cols, d.x0, d.x1) && !hasLetters(c.text) && !hasLetters(d.text) {
				return true
			}
		}
	}
	return false
}

// line writes a row with a cell for every column.
func (b tier) line(cols [][2]float64) pdf.Line {
	texts := make([]string, len(cols))
	at := make([][2]float64, len(cols))
	for i, c := range cols {
		at[i] = [2]float64{c[0], c[0]}
	}
	sort.SliceStable(b, func(i, j int) bool { // the lines of a cell from top to bottom
		if d := b[i].middle() - b[j].middle(); math.Abs(d) > 0.3*(b[i].y1-b[i].y0) {
			return d < 0
		}
		return b[i].x0 < b[j].x0
	})
	last := make([]int, len(cols))
	l := pdf.Line{X0: b[0].x0, X1: b[0].x1, Y0: b[0].y0, Y1: b[0].y1, Size: b[0].size, Row: true}
	for _, c := range b {
		k := columnAt(cols, c.x0, c.x1)
		if c.column > 0 {
			k = c.column - 1
		}
		if texts[k] == "" {
			texts[k], at[k] = c.text, [2]float64{c.x0, c.x1}
		} else {
			glue := " "
			if c.line != last[k] {
				glue = between(texts[k], c.text)
			}
			texts[k] += glue + c.text
			at[k] = [2]float64{min(at[k][0], c.x0), max(at[k][1], c.x1)}
		}
		last[k] = c.line
		l.X0, l.X1, l.Y0, l.Y1 = min(l.X0, c.x0), max(l.X1, c.x1), min(l.Y0, c.y0), max(l.Y1, c.y1)
	}
	for len(texts) > 1 && texts[len(texts)-1] == "" {
		texts, at = texts[:len(texts)-1], at[:len(at)-1]
	}
	l.Text, l.Cells = strings.Join(texts, "\t"), at
	if len(at) == 1 {
		l.Cells = nil
	}
	return l
}

// between is what stands between two lines of one cell: a blank, except
// between ideographs.
func between(a, b string) string {
	if strings.HasSuffix(a, "-") {
		return ""
	}
	last, _ := utf8.DecodeLastRuneInString(a)
	first, _ := utf8.DecodeRuneInString(b)
	if wide(last) || wide(first) {
		return ""
	}
	return " "
}
