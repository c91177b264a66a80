package chart

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// prices puts targets on the height of a panel: evenly, or by their logarithm
// when the highest is many times the lowest.
type prices struct {
	low, high float64 // of the panel
	y0, y1    float64
	log       bool
}

// spread is from which ratio on prices are drawn by their logarithm: beyond it
// the lowest lines lie on top of each other.
const spread = 5

func newPrices(low, high, y0, y1 float64) prices {
	p := prices{low: low, high: high, y0: y0, y1: y1, log: high > spread*low}
	if p.log {
		room := math.Pow(high/low, 0.12)
		p.low, p.high = low/room, high*room
		return p
	}
	room := max(0.15*(high-low), 0.04*high)
	p.low, p.high = max(0, low-room), high+room
	return p
}

func (p prices) y(v float64) float64 {
	share := (v - p.low) / (p.high - p.low)
	if p.log {
		share = math.Log(v/p.low) / math.Log(p.high/p.low)
	}
	return p.y0 + share*(p.y1-p.y0)
}

// ticks are round values, some four to seven.
func (p prices) ticks() []float64 {
	if p.log {
		return p.logTicks()
	}
	step := math.Pow(10, math.Floor(math.Log10((p.high-p.low)/4)))
	for _, f := range []float64{5, 2.5, 2} {
		if (p.high-p.low)/(f*step) >= 4 {
			step *= f
			break
		}
	}
	var out []float64
	for i := math.Ceil(p.low / step); i*step <= p.high; i++ {
		out = append(out, i*step)
	}
	return out
}

func (p prices) logTicks() []float64 {
	var out []float64
	for e := math.Floor(math.Log10(p.low)); e <= math.Log10(p.high); e++ {
		for _, f := range []float64{1, 2, 5} {
			if v := f * math.Pow(10, e); v >= p.low && v <= p.high {
				out = append(out, v)
			}
		}
	}
	for len(out) > 8 { // over many powers of ten, only some of them
		for i := range (len(out) + 1) / 2 {
			out[i] = out[2*i]
		}
		out = out[:(len(out)+1)/2]
	}
	return out
}

// amount writes a price with commas and at most two decimals, three below one.
func amount(v float64) string {
	digits := 2
	if v < 1 {
		digits = 3
	}
	s := strconv.FormatFloat(v, 'f', digits, 64)
	whole, cents, _ := strings.Cut(s, ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	if cents = strings.TrimRight(cents, "0"); cents != "" {
		return whole + "." + cents
	}
	return whole
}

// days puts dates on the width of a panel.
type days struct {
	from, to time.Time
	x0, x1   float64
}

const day = 24 * time.Hour

// newDays has room left of the first date and right of the last.
func newDays(first, last time.Time, x0, x1 float64) days {
	span := max(last.Sub(first), 45*day)
	return days{last.Add(-span - span/20), last.Add(span / 16), x0, x1}
}

func (d days) x(t time.Time) float64 {
	return d.x0 + float64(t.Sub(d.from))/float64(d.to.Sub(d.from))*(d.x1-d.x0)
}

// tick is a date and how it is written.
type tick struct {
	at   time.Time
	text string
}

// ticks are the first days of weeks, months or years, at most eight.
func (d days) ticks() []tick {
	const most = 8
	span := d.to.Sub(d.from)
	if span < 100*day {
		return d.every(14, "01-02")
	}
	months := 1
	for _, months = range []int{1, 2, 3, 6, 12, 24, 60, 120} {
		if span/(time.Duration(months)*30*day) <= most {
			break
		}
	}
	form := "2006-01"
	if months >= 12 {
		form = "2006"
	}
	var out []tick
	step := max(months, int(span/(most*30*day))/12*12) // reports of more than eighty years are misread
	start := time.Date(d.from.Year(), 1, 1, 0, 0, 0, 0, d.from.Location())
	for i := 0; ; i += step {
		t := start.AddDate(0, i, 0)
		switch {
		case t.After(d.to):
			return out
		case !t.Before(d.from):
			out = append(out, tick{t, t.Format(form)})
		}
	}
}

// every are dates so many days apart, beginning with a Monday.
func (d days) every(n int, form string) []tick {
	y, m, at := d.from.Date()
	t := time.Date(y, m, at+1, 0, 0, 0, 0, d.from.Location())
	for t.Weekday() != time.Monday {
		t = t.AddDate(0, 0, 1)
	}
	var out []tick
	for ; t.Before(d.to); t = t.AddDate(0, 0, n) {
		out = append(out, tick{t, t.Format(form)})
	}
	return out
}
