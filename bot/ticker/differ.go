package ticker

import (
	"cmp"
	"slices"
	"strings"

	"reportbot/ingest/report"
)

// From which distance on houses differ (judgements). 15 % is how wide houses
// make the band of one rating (增持: 5 to 15 % above the market, 买入: more), so
// that targets so far apart give one price two ratings. Of results, what is
// within 5 % of an estimate is called in line with it.
const (
	targetsApart   = 1.15 // the highest by the lowest
	estimatesApart = 1.05
)

// changeDays is how long a change of mind is news.
const changeDays = 365

// disagreements finds where houses differ and where one changed its mind. A
// stale view differs with nobody: its house may have changed it unread.
func (m *maker) disagreements() {
	m.ratingsDiffer()
	m.targetsDiffer()
	for _, metric := range []report.Metric{report.Revenue, report.NetProfit, report.EPS} {
		m.estimatesDiffer(metric)
	}
	for i := range m.houses {
		m.ratingMoved(&m.houses[i])
		m.targetMoved(&m.houses[i])
	}
}

// order of the classes, best first.
var order = map[Class]int{Buy: 1, Hold: 2, Sell: 3}

// ratingsDiffer sets the best rating beside the worst where their classes differ.
func (m *maker) ratingsDiffer() {
	var fresh []Rating
	for _, r := range m.card.Ratings {
		if !r.Stale && r.Class != Unrated {
			fresh = append(fresh, r)
		}
	}
	if len(fresh) < 2 {
		return
	}
	by := func(a, b Rating) int { return order[a.Class] - order[b.Class] }
	best, worst := slices.MinFunc(fresh, by), slices.MaxFunc(fresh, by)
	if best.Class != worst.Class {
		m.differ(Disagreement{Kind: Ratings, Sides: []Side{{Row: worst.Row, Rating: worst.Rating}, {Row: best.Row, Rating: best.Rating}}})
	}
}

// targetsDiffer sets the lowest target in a currency beside the highest.
func (m *maker) targetsDiffer() {
	for _, r := range m.card.Ranges {
		var sides []Side
		for _, t := range m.card.Targets {
			if t.Currency == r.Currency && !t.Stale {
				sides = append(sides, Side{Row: t.Row, Value: t.Value, Currency: t.Currency})
			}
		}
		if low, high, ok := apart(sides, targetsApart); ok {
			m.differ(Disagreement{Kind: Targets, Sides: []Side{low, high}})
		}
	}
}

// estimatesDiffer sets the lowest estimate of a metric beside the highest, of
// the year in which they are furthest apart.
func (m *maker) estimatesDiffer(metric report.Metric) {
	years := map[string][]Side{}
	for _, f := range m.card.Forecasts {
		if f.Metric == metric && !f.Stale {
			years[f.Period] = append(years[f.Period], Side{Row: f.Row, Value: f.Value, Unit: f.Unit, Currency: f.Currency})
		}
	}
	var widest Disagreement
	most := 0.0
	for _, f := range m.card.Forecasts { // in order of the years
		sides := years[f.Period]
		delete(years, f.Period)
		low, high, ok := apart(sides, estimatesApart)
		if !ok {
			continue
		}
		if by := scaled(high) / scaled(low); by > most {
			most, widest = by, Disagreement{Kind: Estimates, Metric: metric, Period: f.Period, Sides: []Side{low, high}}
		}
	}
	if most > 0 {
		m.differ(widest)
	}
}

// apart returns the lowest and the highest side if the one is so many times the
// other. A loss and a profit are apart in any case; figures in other money, or
// in units that cannot be set beside the first one's, do not count.
func apart(sides []Side, times float64) (low, high Side, ok bool) {
	sides = slices.DeleteFunc(slices.Clone(sides), func(s Side) bool {
		return s.Currency != sides[0].Currency || scaled(s) == 0 || (scale(s.Unit) == 0) != (scale(sides[0].Unit) == 0) ||
			scale(s.Unit) == 0 && s.Unit != sides[0].Unit
	})
	if len(sides) < 2 {
		return low, high, false
	}
	by := func(a, b Side) int { return cmp.Compare(scaled(a), scaled(b)) }
	low, high = slices.MinFunc(sides, by), slices.MaxFunc(sides, by)
	l, h := scaled(low), scaled(high)
	switch {
	case low.Publisher == high.Publisher:
		return low, high, false
	case l < 0 && h < 0:
		return low, high, l/h >= times
	case l < 0:
		return low, high, true
	}
	return low, high, h/l >= times
}

// scales are the units of money by what one of them is; others have none.
var scales = []struct {
	word string
	is   float64
}{
	{"万亿", 1e12}, {"千亿", 1e11}, {"百亿", 1e10}, {"十亿", 1e9}, {"亿", 1e8}, {"千万", 1e7}, {"百万", 1e6}, {"万", 1e4}, {"千", 1e3},
	{"trillion", 1e12}, {"tn", 1e12}, {"billion", 1e9}, {"bn", 1e9}, {"million", 1e6}, {"mn", 1e6}, {"mm", 1e6}, {"m", 1e6},
	{"thousand", 1e3}, {"'000", 1e3}, {"元", 1}, {"港", 1}, {"美", 1},
}

// scale is what one of the unit is, 0 where it cannot be told.
func scale(unit string) float64 {
	for _, s := range scales {
		if strings.HasPrefix(unit, s.word) {
			return s.is
		}
	}
	return 0
}

// scaled is a side's value in plain money where its unit has a scale.
func scaled(s Side) float64 {
	if by := scale(s.Unit); by > 0 {
		return s.Value * by
	}
	return s.Value
}

// ratingMoved says where a house last changed its rating: between two of its
// reports, or as the newer one tells it.
func (m *maker) ratingMoved(h *house) {
	for v := h.rated(0); v != nil && v.r.Published > m.before(changeDays); v = h.earlier(v, isRated) {
		old := h.earlier(v, isRated)
		switch {
		case old != nil && !strings.EqualFold(old.rating, v.rating):
			m.differ(Disagreement{Kind: RatingChanged, Sides: []Side{
				{Row: m.row(old, old.ratedAt), Rating: old.rating}, {Row: m.row(v, v.ratedAt), Rating: v.rating},
			}})
			return
		case v.was != "" && changes(v.action):
			now := Side{Row: m.row(v, v.ratedAt), Rating: v.rating}
			before := now
			before.Rating = v.was
			m.differ(Disagreement{Kind: RatingChanged, Sides: []Side{before, now}})
			return
		}
	}
}

// targetMoved says how a house last changed its target.
func (m *maker) targetMoved(h *house) {
	k := slices.IndexFunc(h.views, isAimed)
	if k < 0 {
		return
	}
	for v := h.views[k]; v != nil && v.r.Published > m.before(changeDays); v = h.earlier(v, isAimed) {
		old := h.earlier(v, isAimed)
		now := Side{Row: m.row(v, v.targetAt), Value: v.target, Currency: v.currency}
		switch {
		case old != nil && old.currency == v.currency && old.target != v.target:
			m.differ(Disagreement{Kind: TargetChanged, Sides: []Side{{Row: m.row(old, old.targetAt), Value: old.target, Currency: old.currency}, now}})
			return
		case v.prior > 0:
			m.differ(Disagreement{Kind: TargetChanged, Sides: []Side{{Row: m.row(v, v.priorAt), Value: v.prior, Currency: v.currency}, now}})
			return
		}
	}
}

// differ adds a disagreement with its sentence.
func (m *maker) differ(d Disagreement) {
	d.Text = m.sentence(d)
	for _, s := range d.Sides {
		if !slices.Contains(d.Citations, s.Citation) {
			d.Citations = append(d.Citations, s.Citation)
		}
	}
	m.card.Disagreements = append(m.card.Disagreements, d)
}
