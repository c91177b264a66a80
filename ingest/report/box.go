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

// Shift returns the boxes of a text that now begins at byte by of a longer one.
func Shift(boxes []Box, by int) []Box {
	out := make([]Box, len(boxes))
	for i, b := range boxes {
		b.Offset += by
		b.End += by
		out[i] = b
	}
	return out
}

// Clip returns the rectangles that cover bytes from to to of text, one for
// each of its boxes that they touch. Within a box, places are estimated: a
// character outside ASCII counts as two that are inside.
func Clip(text string, boxes []Box, from, to int) []Box {
	var out []Box
	for _, b := range boxes {
		lo, hi := max(from, b.Offset), min(to, b.End)
		if lo >= hi || b.End > len(text) {
			continue
		}
		x := b.X0
		unit := (b.X1 - b.X0) / float64(max(width(text[b.Offset:b.End]), 1))
		b.X0 = x + unit*float64(width(text[b.Offset:lo]))
		b.X1 = x + unit*float64(width(text[b.Offset:hi]))
		b.Offset, b.End = lo, hi
		out = append(out, b)
	}
	return out
}

// Mark returns the rectangles that cover bytes from to to of the passage's
// text, so that a page can be drawn with a quote marked; nil where the text
// has no boxes.
func (p *Passage) Mark(from, to int) []Box { return Clip(p.Text, p.Boxes, from, to) }

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
