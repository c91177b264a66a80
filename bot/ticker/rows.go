package ticker

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"reportbot/ingest/report"
)

// rated returns the newest view from i on that rates the security, nil for
// none.
func (h *house) rated(i int) *view {
	for _, v := range h.views[min(i, len(h.views)):] {
		if v.rating != "" {
			return v
		}
	}
	return nil
}

// earlier returns the newest view that came out before v and meets the
// condition, nil for none. What a house says twice on one day is said once.
func (h *house) earlier(v *view, is func(*view) bool) *view {
	for _, old := range h.views {
		if old.r.Published < v.r.Published && is(old) {
			return old
		}
	}
	return nil
}

func isRated(v *view) bool { return v.rating != "" }
func isAimed(v *view) bool { return v.target > 0 }

// ratings takes the latest rating of every house.
func (m *maker) ratings() {
	for i := range m.houses {
		h := &m.houses[i]
		v := h.rated(0)
		if v == nil {
			continue
		}
		was := v.was
		if old := h.earlier(v, isRated); old != nil && was == "" && !strings.EqualFold(old.rating, v.rating) {
			was = old.rating
		}
		m.card.Ratings = append(m.card.Ratings, Rating{Row: m.row(v, v.ratedAt), Rating: v.rating, Action: v.action, Was: was, Class: ClassOf(v.rating)})
	}
}

// targets takes the latest target of every house: a newer report without one
// does not take it back.
func (m *maker) targets() {
	for i := range m.houses {
		h := &m.houses[i]
		k := slices.IndexFunc(h.views, isAimed)
		if k < 0 {
			continue
		}
		v := h.views[k]
		was := v.prior
		if old := h.earlier(v, isAimed); old != nil && was == 0 && old.currency == v.currency && old.target != v.target {
			was = old.target
		}
		m.card.Targets = append(m.card.Targets, Target{Row: m.row(v, v.targetAt), Value: v.target, Currency: v.currency, Was: was})
	}
	m.card.Ranges = ranges(m.card.Targets)
}

// ranges says what the targets in each currency span; those in different money
// cannot be set beside each other.
func ranges(targets []Target) []Range {
	var out []Range
	by := map[string][]float64{}
	for _, stale := range []bool{false, true} {
		for _, t := range targets {
			if t.Stale != stale {
				continue
			}
			if stale && slices.ContainsFunc(targets, func(o Target) bool { return !o.Stale && o.Currency == t.Currency }) {
				continue
			}
			by[t.Currency] = append(by[t.Currency], t.Value)
		}
	}
	for currency, values := range by {
		slices.Sort(values)
		n := len(values)
		out = append(out, Range{Currency: currency, Low: values[0], Median: (values[(n-1)/2] + values[n/2]) / 2, High: values[n-1], Houses: n})
	}
	slices.SortFunc(out, func(a, b Range) int { return cmp.Or(b.Houses-a.Houses, strings.Compare(a.Currency, b.Currency)) })
	return out
}

// metrics are those of the card, in its order.
var metrics = []report.Metric{report.Revenue, report.NetProfit, report.EPS, report.PE}

var year = regexp.MustCompile(`^\d{4}$`)

// forecasts takes every house's estimates. Its newest report that has any
// decides; what an older one adds stands beside them only as long as the two
// do not differ on any figure that both give: a newer profit takes the older
// revenue with it. PE moves with the price and tells nothing.
func (m *maker) forecasts() {
	type slot struct {
		metric report.Metric
		period string
	}
	for i := range m.houses {
		said := map[slot]float64{}
		given := map[report.Metric]bool{}
		var out []Forecast
		for _, v := range m.houses[i].views {
			own := ownEstimates(v)
			if slices.ContainsFunc(own, func(f report.Fact) bool {
				value, ok := said[slot{f.Metric, f.Period}]
				return ok && value != f.Value && f.Metric != report.PE
			}) {
				break
			}
			var fresh []report.Metric
			for _, f := range own {
				if given[f.Metric] {
					continue
				}
				fresh = append(fresh, f.Metric)
				said[slot{f.Metric, f.Period}] = f.Value
				out = append(out, Forecast{Row: m.row(v, factAt(f, v.passages)), Metric: f.Metric, Period: f.Period, Value: f.Value, Unit: f.Unit, Currency: f.Currency})
			}
			for _, metric := range fresh {
				given[metric] = true
			}
		}
		slices.SortStableFunc(out, func(a, b Forecast) int {
			return cmp.Or(slices.Index(metrics, a.Metric)-slices.Index(metrics, b.Metric), strings.Compare(a.Period, b.Period))
		})
		m.card.Forecasts = append(m.card.Forecasts, out...)
	}
}

// ownEstimates are the estimates of a report for the card's metrics, one for
// each year.
func ownEstimates(v *view) []report.Fact {
	seen := map[string]bool{}
	var out []report.Fact
	for _, f := range v.facts {
		key := string(f.Metric) + f.Period
		if slices.Contains(metrics, f.Metric) && f.Forecast && f.Rival == "" && year.MatchString(f.Period) && !seen[key] {
			seen[key] = true
			out = append(out, f)
		}
	}
	return out
}
