package parse

import (
	"math"
	"regexp"
	"slices"
	"sort"

	"reportbot/ingest/parse/pdf"
)

// columns splits a page into runs of lines that are read one after the
// other. Where a vertical gutter has columns of text on both sides, lines
// that cross it part the page into bands; in a band the left column is read
// first, unless it is a sidebar, narrow beside the text.
func columns(p *pdf.Page) []column {
	sorted := append([]pdf.Line(nil), p.Lines...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Y0 < sorted[j].Y0 })
	x, ok := gutter(sorted, p.Width, p.Height)
	if !ok {
		return []column{{lines: p.Lines}}
	}
	var out []column
	all := bands(sorted, x, p.Height)
	for i := range all {
		left, right := all[i].sides(x)
		if !twoColumns(&left, &right) {
			if n := len(out); i > 0 && n > 0 && out[n-1].across { // a table whose rows cross or not
				out[n-1].lines = append(out[n-1].lines, all[i].lines...)
			} else {
				out = append(out, column{lines: slices.Clone(all[i].lines), across: true})
			}
			continue
		}
		if i+1 < len(all) {
			below := titleOf(&left, &right, &all[i+1])
			all[i+1].lines = append(below, all[i+1].lines...)
		}
		if right.width() > sidebarRatio*left.width() {
			out = append(out, column{lines: right.lines}, column{lines: left.lines, narrow: true})
		} else {
			out = append(out, column{lines: left.lines}, column{lines: right.lines, narrow: left.width() > sidebarRatio*right.width()})
		}
	}
	return out
}

// titleOf takes the last lines off the longer of two columns when they are the
// title of what comes next across the page: below the other column, set off
// from their own, close to the next band.
func titleOf(left, right *side, next *band) []pdf.Line {
	long, short := left, right
	if right.bottom > left.bottom {
		long, short = right, left
	}
	n := len(long.lines)
	for n > 0 && long.lines[n-1].Y0 > short.bottom {
		n--
	}
	below := slices.Clone(long.lines[n:])
	if len(below) == 0 || len(below) > 2 || n == 0 {
		return nil
	}
	high := below[0].Y1 - below[0].Y0
	if below[0].Y0-long.lines[n-1].Y1 < 1.2*high || next.lines[0].Y0-below[len(below)-1].Y1 > 2*high {
		return nil
	}
	long.lines = long.lines[:n]
	return below
}

// column is a run of lines that are read one after the other.
type column struct {
	lines  []pdf.Line
	narrow bool // a sidebar beside the text
	across bool // runs over the whole width
}

// sidebarRatio is how much wider the text is than a sidebar: on first pages
// the ratio was 1.6 and more, columns of equal rank differ by less than a tenth.
const sidebarRatio = 1.4

// gutter finds the x that parts the most lines, which are sorted from top to
// bottom, into two columns.
func gutter(sorted []pdf.Line, width, height float64) (x float64, ok bool) {
	best := 0.0
	for c := width * 0.25; c <= width*0.75; c += 3 {
		score := 0.0
		for _, b := range bands(sorted, c, height) {
			if left, right := b.sides(c); twoColumns(&left, &right) {
				// Among equally good gutters the one in the middle of the white is best.
				score += float64(len(b.lines)) + 0.01*math.Min(left.near, right.near)
			}
		}
		if score > best {
			best, x, ok = score, c, true
		}
	}
	return x, ok
}

// band is a run of lines from top to bottom that all cross the gutter or all
// stand beside it.
type band struct {
	lines   []pdf.Line
	crosses bool
}

// bands parts lines sorted from top to bottom at those that cross x. What
// stands at the edges of the page belongs to no column.
func bands(sorted []pdf.Line, x, height float64) []band {
	var out []band
	from := 0
	crosses := func(l *pdf.Line) bool {
		return l.X0 < x-2 && l.X1 > x+2 || l.Y1 < 0.06*height || l.Y0 > 0.94*height
	}
	for i := range sorted {
		if i+1 == len(sorted) || crosses(&sorted[i+1]) != crosses(&sorted[i]) {
			out = append(out, band{sorted[from : i+1 : i+1], crosses(&sorted[i])})
			from = i + 1
		}
	}
	return out
}

func (b *band) sides(x float64) (left, right side) {
	if b.crosses || len(b.lines) < 10 {
		return left, right
	}
	for i := range b.lines {
		if l := &b.lines[i]; l.X1 <= x+2 {
			left.add(l, x-l.X1)
		} else {
			right.add(l, l.X0-x)
		}
	}
	return left, right
}

// twoColumns reports whether two sides are columns of text.
func twoColumns(l, r *side) bool {
	return len(l.lines) >= 5 && len(r.lines) >= 5 && l.beside(r) &&
		(l.isText() || l.isSidebar(r)) && (r.isText() || r.isSidebar(l))
}

// sidebarWords stand in the box of analysts and ratings on a first page.
var sidebarWords = regexp.MustCompile(`[Ss]\d{13}|@|执业|分析师|研究员|联系人|评级|SAC|SFC|(?i:analyst|rating|price target|target price|market cap)`)

// isSidebar reports whether the side is the box beside the text o: its lines
// are ragged, and speak of analysts and ratings.
func (s *side) isSidebar(o *side) bool {
	if !o.isText() || s.width()*sidebarRatio > o.width() {
		return false
	}
	n := 0
	for i := range s.lines {
		if sidebarWords.MatchString(s.lines[i].Text) {
			n++
		}
	}
	return n >= 2
}

// side is what stands on one side of a possible gutter.
type side struct {
	lines       []pdf.Line
	top, bottom float64
	x0, x1      float64
	near        float64 // distance of the nearest line to the gutter
	widths      []float64
}

func (s *side) width() float64 { return s.x1 - s.x0 }

func (s *side) add(l *pdf.Line, distance float64) {
	if len(s.lines) == 0 {
		s.top, s.bottom, s.x0, s.x1, s.near = l.Y0, l.Y1, l.X0, l.X1, distance
	}
	s.lines = append(s.lines, *l)
	s.top, s.bottom = math.Min(s.top, l.Y0), math.Max(s.bottom, l.Y1)
	s.x0, s.x1 = math.Min(s.x0, l.X0), math.Max(s.x1, l.X1)
	s.near = math.Min(s.near, distance)
	s.widths = append(s.widths, l.X1-l.X0)
}

// beside reports whether both sides share most of the shorter one's height.
func (s *side) beside(o *side) bool {
	shared := math.Min(s.bottom, o.bottom) - math.Max(s.top, o.top)
	return shared > 0.5*math.Min(s.bottom-s.top, o.bottom-o.top) && shared > 60
}

// isText reports whether the side is set as a column: its longer lines reach
// across it. The cells of a table do not.
func (s *side) isText() bool {
	w := append([]float64(nil), s.widths...)
	sort.Float64s(w)
	return w[len(w)*3/4] > 0.55*s.width() && s.width() > 70
}
