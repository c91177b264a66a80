// Package chart draws what brokers said of one security over time: target
// prices as steps, one line a house, and under them a strip of ratings for each
// house, which is the legend too. In go the dated points of each house, out
// comes a PNG of Width by Height pixels; the same input gives the same bytes.
// Which reports count, and in which currency, is the caller's business.
//
// It is the only user of gonum's vg, the drawing layer of gonum/plot.
package chart

import (
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
)

// The size of a picture in pixels.
const (
	Width  = 1200
	Height = 675
)

// Timeline is what houses said of one security over time.
type Timeline struct {
	Title    string    // the company and its code; what the picture shows is added
	Currency string    // of all targets, as it is to be shown; may be ""
	Lang     string    // zh or en
	Houses   []House   // in any order; the eight heard of last are drawn, the others counted
	Now      time.Time // the right end; zero for the last point
}

// House is a broker and what it said.
type House struct {
	Name   string
	Points []Point // ascending by date
}

// Point is what a house said on a day. A point that says neither, or whose date
// is none or misread (before 1970, after 2200), is not drawn.
type Point struct {
	Date   time.Time
	Target float64 // 0: none
	Rating string  // in the house's words; "": none
	Stance Stance  // which way Rating points
}

// ErrEmpty says that a timeline has no point that could be drawn.
var ErrEmpty = errors.New("no target price or rating to draw")

// Draw writes a timeline as PNG. It is safe for concurrent use.
func Draw(w io.Writer, t Timeline) error {
	s, err := layout(t)
	if err != nil {
		return err
	}
	return paint(w, s)
}

// mostHouses is how many lines can be told apart, and how many strips leave
// room for the prices.
const mostHouses = 8

// fresh is how long a target or a rating holds without a new report: longer
// it is not drawn as if it still did.
const fresh = 180 * 24 * time.Hour

// readied is a timeline whose houses can all be drawn, those heard of last first.
func readied(t Timeline) (Timeline, int, error) {
	houses := []House{}
	for _, h := range t.Houses {
		h.Name = strings.Join(strings.Fields(h.Name), " ")
		h.Points = slices.DeleteFunc(slices.Clone(h.Points), func(p Point) bool {
			return p.Date.Year() < 1970 || p.Date.Year() > 2200 || !drawable(p.Target) && p.Rating == ""
		})
		slices.SortStableFunc(h.Points, func(a, b Point) int { return a.Date.Compare(b.Date) })
		if len(h.Points) > 0 {
			houses = append(houses, h)
		}
	}
	if len(houses) == 0 {
		return t, 0, ErrEmpty
	}
	slices.SortStableFunc(houses, func(a, b House) int {
		return cmp.Or(b.last().Date.Compare(a.last().Date), strings.Compare(a.Name, b.Name))
	})
	t.Houses = houses[:min(len(houses), mostHouses)]
	for _, h := range t.Houses {
		if d := h.last().Date; t.Now.Before(d) {
			t.Now = d
		}
	}
	return t, len(houses) - len(t.Houses), nil
}

func (h House) last() Point { return h.Points[len(h.Points)-1] }

// drawable reports whether a target is a price: none is below a thousandth or
// above a thousand million, a number that was misread may be.
func drawable(v float64) bool { return v >= 1e-3 && v <= 1e9 }

func say(lang, zh, en string) string {
	if lang == "zh" {
		return zh
	}
	return en
}
