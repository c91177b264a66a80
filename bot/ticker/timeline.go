package ticker

import (
	"slices"
	"time"

	"reportbot/bot/ticker/chart"
)

// stances are the classes as a chart colours them.
var stances = map[Class]chart.Stance{Unrated: chart.Unclear, Buy: chart.Positive, Hold: chart.Neutral, Sell: chart.Negative}

// timeline says what every house said over time. Targets are those in the
// currency of most houses: others cannot stand on one scale with them.
func (m *maker) timeline() {
	c := &m.card
	currency := ""
	if len(c.Ranges) > 0 {
		currency = c.Ranges[0].Currency
	}
	c.Timeline = chart.Timeline{Title: Name(c.Lang, c.Security), Currency: moneyName(c.Lang, currency), Lang: c.Lang, Now: m.now}
	for _, h := range m.houses {
		out := chart.House{Name: h.name}
		for _, v := range slices.Backward(h.views) {
			day, err := time.Parse(time.DateOnly, v.r.Published)
			p := chart.Point{Date: day, Rating: v.rating, Stance: stances[ClassOf(v.rating)]}
			if v.currency == currency {
				p.Target = v.target
			}
			if err == nil && (p.Rating != "" || p.Target > 0) {
				out.Points = append(out.Points, p)
			}
		}
		if len(out.Points) > 0 {
			c.Timeline.Houses = append(c.Timeline.Houses, out)
		}
	}
}
