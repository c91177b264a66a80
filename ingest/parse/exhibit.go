package parse

import (
	"sort"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/parse/pdf"
)

// exhibit is a figure or table of a page: its caption, its source line and
// what stands between.
type exhibit struct {
	caption, source int // indexes of lines
	inside          []int
	x0, x1          float64
}

// apart parts the lines in which captions or source lines of figures stand
// side by side.
func apart(ls []pdf.Line) []pdf.Line {
	var out []pdf.Line
	for i := range ls {
		l := &ls[i]
		texts, parts := strings.Split(l.Text, "\t"), l.Parts()
		if len(texts) < 2 || len(texts) != len(parts) || !besides(texts) {
			out = append(out, *l)
			continue
		}
		for k, t := range texts {
			part := *l
			part.Text, part.X0, part.X1, part.Cells = strings.TrimSpace(t), parts[k][0], parts[k][1], nil
			if part.Text != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// besides reports whether the cells of a line are captions, or source lines,
// side by side.
func besides(texts []string) bool {
	captions, sources := 0, 0
	for _, t := range texts {
		t = strings.TrimSpace(t)
		switch {
		case captionStart.MatchString(t):
			captions++
		case sourceLine.MatchString(t):
			sources++
		}
	}
	return captions > 1 || sources > 1
}

// exhibits puts what stands between a caption and its source line behind the
// caption: the rows of a table, made anew by their places, or what of a figure
// is more than the text of axes and legends, which is returned apart. Files
// draw figures before or after all other text of the page. open are the
// columns of a table that the page before did not end; so are those returned.
func exhibits(ls []pdf.Line, height float64, open [][2]float64) (kept, charts []pdf.Line, stillOpen [][2]float64) {
	ls = apart(ls)
	all := findExhibits(ls, height, open != nil)
	instead := map[int][]pdf.Line{} // what comes after a line
	gone := make([]bool, len(ls))
	for _, x := range all {
		var inside []pdf.Line
		for _, i := range x.inside {
			inside = append(inside, ls[i])
			gone[i] = true
		}
		from := open
		if x.caption >= 0 {
			from = nil
		}
		rows, rest, cols := splitExhibit(captionOf(ls, x), inside, from)
		charts = append(charts, rest...)
		at := x.caption
		switch {
		case at < 0 && gone[x.source]: // a whole page of it
			at, stillOpen = x.source, cols
		case at < 0: // the rest of a table: its rows stand above its source line
			rows, at, gone[x.source] = append(rows, ls[x.source]), x.source, true
		case x.source >= 0:
			rows, gone[x.source] = append(rows, ls[x.source]), true
		default:
			stillOpen = cols
		}
		instead[at] = rows
	}
	for i := range ls {
		if !gone[i] {
			kept = append(kept, ls[i])
		}
		kept = append(kept, instead[i]...)
	}
	return kept, charts, stillOpen
}

// captionOf is the caption of an exhibit; what goes on from the page before is
// a table.
func captionOf(ls []pdf.Line, x exhibit) string {
	if x.caption < 0 {
		return "表 0"
	}
	return ls[x.caption].Text
}

// captionsMost is how many captions a page may have whose exhibits are looked
// for: each is compared with every line. The pages of 43 files have
// up to 4.
const captionsMost = 100

// findExhibits pairs each caption with the source line under it; open says that
// a table goes on from the page before.
func findExhibits(ls []pdf.Line, height float64, open bool) []exhibit {
	right := 0.0
	for i := range ls {
		right = max(right, ls[i].X1)
	}
	var out []exhibit
	kinds := kindsOf(ls)
	taken := make([]bool, len(ls))
	captions := 0
	for i := range ls {
		if kinds[i] != captionLine {
			continue
		}
		if captions++; captions > captionsMost {
			break
		}
		x := exhibit{caption: i, source: -1, x0: ls[i].X0 - 12, x1: rightOf(ls, kinds, i, right)}
		bottom := lowerBound(ls, kinds, i, x)
		for k := range ls {
			if s := &ls[k]; k != i && !taken[k] && kinds[k] == sourceOf && s.Y0 > ls[i].Y0 && s.Y0 < bottom && s.X0 > x.x0-10 && s.X0 < x.x1 &&
				(x.source < 0 || s.Y0 < ls[x.source].Y0) {
				x.source = k
			}
		}
		if x.source < 0 {
			if open := openTable(ls, i, x, bottom); len(open) > 0 {
				x.inside = open
				out = append(out, x)
			}
			continue
		}
		taken[x.source] = true
		for k := range ls {
			if l := &ls[k]; k != i && !taken[k] && kinds[k] != captionLine && l.Y0 > ls[i].Y0+1 && l.Y1 < ls[x.source].Y1 && l.Y0 < ls[x.source].Y0 &&
				l.X0 > x.x0 && l.X1 < x.x1+4 {
				taken[k] = true
				x.inside = append(x.inside, k)
			}
		}
		out = append(out, x)
	}
	if open {
		if x, ok := continued(ls, kinds, taken, height); ok {
			out = append(out, x)
		}
	}
	return out
}

// continued returns the rest of a table that began on the page before: rows
// with no caption above the first source line, or from the top of a page that
// has none.
func continued(ls []pdf.Line, kinds []kind, taken []bool, height float64) (exhibit, bool) {
	x := exhibit{caption: -1, source: -1}
	for k := range ls {
		if kinds[k] == sourceOf && (x.source < 0 || ls[k].Y0 < ls[x.source].Y0) {
			x.source = k
		}
	}
	if x.source >= 0 && taken[x.source] {
		return x, false
	}
	end := height * 0.93 // below stand page numbers
	if x.source >= 0 {
		end = ls[x.source].Y0 - 1
	}
	var above []int
	for k := range ls {
		switch l := &ls[k]; {
		case l.Y0 >= end, l.Y1 < height*0.08:
		case kinds[k] == captionLine || taken[k]:
			return x, false
		default:
			above = append(above, k)
		}
	}
	up := x.source >= 0
	x.inside = rowsFrom(ls, above, func(a, b *pdf.Line) bool { return (a.Y0 > b.Y0) == up && a.Y0 != b.Y0 })
	if len(x.inside) == 0 {
		return x, false
	}
	if !up {
		x.source = x.inside[0] // its place
	}
	return x, true
}

// openTable returns what stands under the caption of a table that has no
// source line on this page: the lines down to the first that is no row's.
func openTable(ls []pdf.Line, i int, x exhibit, bottom float64) []int {
	var under []int
	for k := range ls {
		if l := &ls[k]; k != i && l.Y0 > ls[i].Y0+1 && l.Y1 < bottom && l.X0 > x.x0-24 && l.X0 < x.x1 && l.X1 < x.x1+4 {
			under = append(under, k)
		}
	}
	rows := rowsFrom(ls, under, func(a, b *pdf.Line) bool { return a.Y0 < b.Y0 })
	var inside []pdf.Line
	for _, k := range rows {
		inside = append(inside, ls[k])
	}
	if !isTable(ls[i].Text, inside) {
		return nil
	}
	return rows
}

// rowsFrom takes lines in an order while they can be those of a table, up to
// the last one with columns.
func rowsFrom(ls []pdf.Line, of []int, before func(a, b *pdf.Line) bool) []int {
	sort.SliceStable(of, func(a, b int) bool { return before(&ls[of[a]], &ls[of[b]]) })
	end, rows := 0, 0
	for n := 0; n < len(of); {
		next, cells, longest := n, 0, 0
		for ; next < len(of) && level(&ls[of[n]], &ls[of[next]]); next++ {
			s := ls[of[next]].Text
			cells += 1 + strings.Count(s, "\t")
			longest = max(longest, utf8.RuneCountInString(s))
		}
		if cells == 1 && longest > 30 || cells < 3 && says(ls[of[n]].Text) {
			break
		}
		if cells > 1 {
			end = next
			rows++
		}
		n = next
	}
	if rows < 3 {
		return nil
	}
	return of[:end]
}

// kind is what a line is to an exhibit.
type kind byte

const (
	otherLine kind = iota
	captionLine
	sourceOf
)

// kindsOf asks each line once: pairing them up goes over the page many times.
func kindsOf(ls []pdf.Line) []kind {
	out := make([]kind, len(ls))
	for i := range ls {
		switch {
		case isCaption(&ls[i]):
			out[i] = captionLine
		case sourceLine.MatchString(ls[i].Text):
			out[i] = sourceOf
		}
	}
	return out
}

// isCaption reports whether a line is the caption of a figure or table, not a
// sentence about one or a line of contents.
func isCaption(l *pdf.Line) bool {
	s := strings.TrimSpace(l.Text)
	return utf8.RuneCountInString(s) <= 80 && captionStart.MatchString(s) && !isContentsLine(s) && !strings.HasSuffix(s, "。") && !strings.ContainsRune(s, '\t')
}

// rightOf is how far to the right the exhibit of a caption reaches: to the
// caption beside it or the edge of the text.
func rightOf(ls []pdf.Line, kinds []kind, i int, right float64) float64 {
	for k := range ls {
		if c := &ls[k]; k != i && kinds[k] == captionLine && c.X0 > ls[i].X1 && c.Y0 < ls[i].Y1 && c.Y1 > ls[i].Y0 {
			right = min(right, c.X0-8)
		}
	}
	return right
}

// lowerBound is where the next caption under this one stands, or far below.
func lowerBound(ls []pdf.Line, kinds []kind, i int, x exhibit) float64 {
	bottom := ls[i].Y1 + 2000
	for k := range ls {
		if c := &ls[k]; k != i && kinds[k] == captionLine && c.Y0 > ls[i].Y1 && c.X0 < x.x1 && c.X1 > x.x0 {
			bottom = min(bottom, c.Y0)
		}
	}
	return bottom
}

// splitExhibit parts what stands between caption and source line: the rows of
// a table, or the sentences of a figure from the rest of it.
func splitExhibit(caption string, inside []pdf.Line, open [][2]float64) (rows, charts []pdf.Line, cols [][2]float64) {
	if isTable(caption, inside) {
		if rows, cols = gridOf(inside, open); rows != nil {
			return rows, nil, cols
		}
		for i := range inside {
			inside[i].Row = inside[i].Row || strings.ContainsRune(inside[i].Text, '\t')
		}
		sort.SliceStable(inside, func(i, j int) bool { return inside[i].Y0 < inside[j].Y0 })
		return inside, nil, nil
	}
	for _, l := range inside {
		if says(l.Text) {
			rows = append(rows, l)
		} else {
			charts = append(charts, l)
		}
	}
	return rows, charts, nil
}

// isTable reports whether what stands under a caption is a table: it is called
// one, or most of its lines begin with a label and have values under each other.
func isTable(caption string, inside []pdf.Line) bool {
	if tableStart.MatchString(strings.TrimSpace(caption)) {
		return true
	}
	rows := tiers(cellsOf(inside))
	cols := columnsOf(tiers(wordsOf(inside)))
	if len(cols) < 2 {
		return false
	}
	n := 0
	for _, r := range rows {
		if len(r) >= 2 && len(r)*2 >= len(cols) && hasLetters(r[0].text) && columnAt(cols, r[0].x0, r[0].x1) <= 1 && utf8.RuneCountInString(r[0].text) < 40 {
			n++
		}
	}
	return n >= 3 && n*2 >= len(rows)
}

// says reports whether a line of a figure is a sentence or a good part of one.
func says(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= 24 && strings.ContainsAny(s, "，。；,;") || n >= 40 && !strings.Contains(s, "\t")
}
