package parse

import (
	"math"

	"reportbot/ingest/parse/pdf"
)

// leastBlank is the width in points below which a blank parts no columns.
const leastBlank = 1.2

// columnsOf returns from where to where each column of a table reaches. Columns
// are parted where nearly every row is blank at one place, and where many rows
// have more than a blank there: words of prose do not make columns.
func columnsOf(rows []tier) [][2]float64 {
	left, right := math.Inf(1), math.Inf(-1)
	for _, r := range rows {
		for _, c := range r {
			left, right = min(left, c.x0), max(right, c.x1)
		}
	}
	if len(rows) < 2 || right-left < 1 || right-left > 1e4 {
		return nil
	}
	// How many rows have print at each place, in quarters of a point: the blank
	// between two columns of figures may be two points wide.
	covers := make([]int, int(4*(right-left))+2)
	for _, r := range rows {
		for _, c := range r {
			for x := int(4 * (c.x0 - left)); x < int(4*(c.x1-left)); x++ {
				covers[x]++
			}
		}
	}
	most := len(rows) / 8 // rows that may run across: heads of several columns
	if len(rows) >= 5 {
		most = max(most, 1)
	}
	var cols [][2]float64
	from := left
	for x := 0; x < len(covers); x++ {
		if covers[x] > most {
			continue
		}
		end := x
		for end < len(covers) && covers[end] <= most {
			end++
		}
		if a, b := left+float64(x)/4, left+float64(end)/4; end < len(covers) && x > 0 && b-a >= leastBlank && separates(rows, a, b) {
			cols = append(cols, [2]float64{from, a})
			from = b
		}
		x = end
	}
	return append(cols, [2]float64{from, right})
}

// separates reports whether the white between x0 and x1 parts two columns: at
// least two of five rows have a wide gap there, or nothing on one side, or a
// figure on both.
func separates(rows []tier, x0, x1 float64) bool {
	wide := 0
	for _, r := range rows {
		before, after := math.Inf(-1), math.Inf(1)
		across, left, right := false, "", ""
		for _, c := range r {
			switch middle := (x0 + x1) / 2; {
			case c.x1 <= middle:
				if c.x1 > before {
					before, left = c.x1, c.text
				}
			case c.x0 >= middle:
				if c.x0 < after {
					after, right = c.x0, c.text
				}
			default:
				across = true
			}
		}
		if !across && (after-before >= pdf.WideGap*r.height()*0.9 || figure.MatchString(left) && figure.MatchString(right)) {
			wide++
		}
	}
	return wide*5 >= len(rows)*2
}

// columnAt returns the column that most of x0 to x1 lies in, or else the nearest.
func columnAt(cols [][2]float64, x0, x1 float64) int {
	best, most := 0, math.Inf(-1)
	for i, c := range cols {
		shared := min(x1, c[1]) - max(x0, c[0]) // negative: the distance
		if shared > most {
			best, most = i, shared
		}
	}
	return best
}
