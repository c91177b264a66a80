package report

import "unicode/utf8"

// Box says where the bytes Offset to End of a text stand: a line of print or
// a cell of a table. Coordinates are points from the upper left corner of the
// physical page as a reader sees it.
type Box struct {
	Offset, End    int
	Page           int
	X0, Y0, X1, Y1 float64
}

// Mark returns the rectangles that cover bytes from to to of the passage's
// text, one for each line of print they touch, so that a page can be drawn
// with a quote marked. Within a line, places are estimated: a character
// outside ASCII counts as two that are inside. It returns nil where the text
// has no boxes.
func (p *Passage) Mark(from, to int) []Box {
	var out []Box
	for _, b := range p.Boxes {
		lo, hi := max(from, b.Offset), min(to, b.End)
		if lo >= hi || b.End > len(p.Text) {
			continue
		}
		all := width(p.Text[b.Offset:b.End])
		x := b.X0
		perUnit := (b.X1 - b.X0) / float64(max(all, 1))
		b.X0 = x + perUnit*float64(width(p.Text[b.Offset:lo]))
		b.X1 = x + perUnit*float64(width(p.Text[b.Offset:hi]))
		b.Offset, b.End = lo, hi
		out = append(out, b)
	}
	return out
}

// width is the usual width of s in halves of an ideograph.
func width(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= utf8.RuneSelf {
			n++
		}
	}
	return n
}
