package chart

import (
	"cmp"
	"image/color"
	"math"
	"slices"
)

// prices draws the axis, the steps of each house and as many values as find
// room: the latest of a house first, then its changes from the newest on.
func (d *drawing) prices(axis prices) {
	for _, v := range axis.ticks() {
		y := axis.y(v)
		d.grid = append(d.grid, line{[]point{{d.left, y}, {d.right, y}}, rule, 1, false})
		if y > d.panel.y0+small/2 {
			d.texts = append(d.texts, d.at(amount(v), small, d.left-12, y, end, grey))
		}
	}
	var values []value
	var used []mark
	shared := d.shared()
	for i, h := range d.Houses {
		marks := d.steps(i, targeted(h), func(v float64) float64 { return axis.y(v) + nudge(shared[v], i) })
		used = append(used, marks...)
		values = append(values, worded(targeted(h), marks)...)
	}
	spaced(used)
	d.marks = append(d.marks, used...)
	d.values(values, used)
}

// shared are the houses of each target, in order.
func (d *drawing) shared() map[float64][]int {
	out := map[float64][]int{}
	for i, h := range d.Houses {
		for _, p := range targeted(h) {
			if !slices.Contains(out[p.Target], i) {
				out[p.Target] = append(out[p.Target], i)
			}
		}
	}
	return out
}

// nudge is how far from its height the line of a house is drawn where others
// have the same target: lines on one another would be one.
func nudge(houses []int, i int) float64 {
	const gap = 3
	return gap * (float64(len(houses)-1)/2 - float64(slices.Index(houses, i)))
}

// targeted are the points with a target.
func targeted(h House) []Point {
	return slices.DeleteFunc(slices.Clone(h.Points), func(p Point) bool { return !drawable(p.Target) })
}

// steps are a house's line and marks: level until the next target, dashed
// while the last one holds.
func (d *drawing) steps(i int, all []Point, y func(float64) float64) []mark {
	if len(all) == 0 {
		return nil
	}
	var path []point
	var marks []mark
	for k, p := range all {
		at := point{d.x(p.Date), y(p.Target)}
		if k > 0 {
			path = append(path, point{at.x, path[len(path)-1].y})
		}
		path = append(path, at)
		marks = append(marks, mark{at, i, houseColors[i]})
	}
	d.lines = append(d.lines, line{path, houseColors[i], 3, false})
	end := path[len(path)-1]
	d.lines = append(d.lines, line{[]point{end, {d.x(d.holds(all[len(all)-1].Date)), end.y}}, houseColors[i], 2, true})
	return marks
}

// spaced moves marks that lie on one another apart, to the right: two houses
// that say the same on one day are two.
func spaced(all []mark) {
	for i := range all {
		for again := true; again; {
			again = false
			for _, o := range all[:i] {
				if math.Abs(o.x-all[i].x) < radius && math.Abs(o.y-all[i].y) < radius {
					all[i].x, again = o.x+radius+2, true
				}
			}
		}
	}
}

// value is a target that is to be written beside its mark.
type value struct {
	text  string
	house int
	rank  int // 0 for the latest of a house, 1 for the one before
	mark  int // of all marks of the house
}

// worded are the targets of a house that say something new.
func worded(all []Point, marks []mark) []value {
	var out []value
	for k := len(all) - 1; k >= 0; k-- {
		if k > 0 && k < len(all)-1 && all[k].Target == all[k-1].Target {
			continue
		}
		out = append(out, value{amount(all[k].Target), marks[k].shape, len(out), k})
	}
	return out
}

// values writes the targets where they hide nothing.
func (d *drawing) values(all []value, marks []mark) {
	first := map[int]int{} // of a house among the marks
	for i := len(marks) - 1; i >= 0; i-- {
		first[marks[i].shape] = i
	}
	slices.SortStableFunc(all, func(a, b value) int { return cmp.Compare(a.rank, b.rank) })
	var taken []label
	for _, v := range all {
		at := marks[first[v.house]+v.mark]
		if slices.ContainsFunc(taken, func(l label) bool { return l.text == v.text && near(l, at) }) {
			continue // the same number stands there for another house
		}
		l, lead, ok := d.room(v, at, marks, taken)
		if !ok {
			continue
		}
		if lead != nil {
			d.lines = append(d.lines, *lead)
		}
		taken = append(taken, l)
		d.texts = append(d.texts, l)
	}
}

// near reports whether a label is so close to a mark that one reads it as the
// mark's.
func near(l label, m mark) bool { return l.overlaps(m.box().grown(26)) }

// room finds a place for a value beside its mark: near it where it covers
// nothing, else further off with a line that leads there. The latest of a house
// may go far and lie on the steps of others; if all did, a full picture would be
// nothing but numbers. ok is false where all is taken.
func (d *drawing) room(v value, m mark, marks []mark, taken []label) (l label, lead *line, ok bool) {
	offs, onto := []float64{0, 16, 32, 52, 76}, []bool{false, true}
	if v.rank > 0 {
		offs, onto = offs[:2], onto[:1]
	}
	for _, onLines := range onto {
		for _, off := range offs {
			for _, to := range []point{{0, 1}, {0, -1}, {1, 1}, {1, -1}, {-1, 1}, {-1, -1}, {1, 0}, {-1, 0}} {
				l = d.beside(v.text, m, to, off)
				if !l.in(d.panel) || covers(l, marks, taken) || !onLines && d.crosses(l) {
					continue
				}
				l.backed = onLines
				if off > 0 {
					lead = &line{[]point{m.point, {min(max(m.x, l.x0), l.x1), min(max(m.y, l.y0), l.y1)}}, l.color, 1, false}
				}
				return l, lead, true
			}
		}
	}
	return label{}, nil, false
}

// beside is a value in one of eight directions from its mark.
func (d *drawing) beside(s string, m mark, to point, off float64) label {
	w, h := d.width(s, normal)/2, normal*(above+below)/2
	gap := radius + 3.0
	if to.x != 0 && to.y != 0 {
		gap = radius - 3 // from corner to corner it is far enough
	}
	return d.at(s, normal, m.x+to.x*(gap+w+off), m.y+to.y*(gap+h+off), center, darker(m.color))
}

// covers reports whether a label lies on another one or on a mark.
func covers(l label, marks []mark, taken []label) bool {
	return slices.ContainsFunc(taken, func(o label) bool { return o.overlaps(l.grown(3)) }) ||
		slices.ContainsFunc(marks, func(o mark) bool { return o.box().overlaps(l.box) })
}

// crosses reports whether a step of a house goes through the letters of a label.
func (d *drawing) crosses(l label) bool {
	letters := box{l.x0, l.y0 + 3, l.x1, l.y1 - 3}
	for _, g := range d.lines {
		for i := 1; i < len(g.points); i++ {
			a, b := g.points[i-1], g.points[i] // level or upright, or a line that leads to a value
			if (box{min(a.x, b.x), min(a.y, b.y) - 1, max(a.x, b.x) + 1, max(a.y, b.y) + 1}).overlaps(letters) {
				return true
			}
		}
	}
	return false
}

// darker is a house's colour for letters: the lighter ones are too faint for them.
func darker(c color.Color) color.Color {
	r, g, b, _ := c.RGBA()
	part := func(v uint32) uint8 { return uint8(v >> 8 * 3 / 4) }
	return color.RGBA{part(r), part(g), part(b), 0xff}
}
