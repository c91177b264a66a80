package chart

import "image/color"

// scene is a picture as shapes, in pixels from the lower left corner. They are
// painted in this order.
type scene struct {
	grid  []line
	fills []fill
	lines []line
	marks []mark
	texts []label
}

// box is a rectangle with its lower left and upper right corner.
type box struct{ x0, y0, x1, y1 float64 }

// overlaps reports whether two boxes have an inner point in common.
func (b box) overlaps(o box) bool { return b.x0 < o.x1 && o.x0 < b.x1 && b.y0 < o.y1 && o.y0 < b.y1 }

// in reports whether a box lies wholly in another.
func (b box) in(o box) bool { return b.x0 >= o.x0 && b.x1 <= o.x1 && b.y0 >= o.y0 && b.y1 <= o.y1 }

// grown is a box with so much more on each side.
func (b box) grown(by float64) box { return box{b.x0 - by, b.y0 - by, b.x1 + by, b.y1 + by} }

type fill struct {
	box
	color color.Color
}

type point struct{ x, y float64 }

type line struct {
	points []point
	color  color.Color
	width  float64
	dashed bool
}

// mark is the sign of a house at one of its targets.
type mark struct {
	point
	shape int // index of a house
	color color.Color
}

// radius is half the width of a mark.
const radius = 7.0

func (m mark) box() box {
	return box{m.x - radius, m.y - radius, m.x + radius, m.y + radius}
}

// label is a text; its box holds the letters from the deepest to the highest.
type label struct {
	box
	text   string
	size   float64
	color  color.Color
	backed bool // white behind it: it lies on a line
}
