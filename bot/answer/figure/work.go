package figure

import (
	"cmp"
	"slices"

	"reportbot/ingest/report"
)

// Source is what one report says of the security that is asked about.
type Source struct {
	Publisher, Published string // Published as YYYY-MM-DD, "" where unknown
	Facts                []report.Fact
	Untyped              bool // it has a target price that is none of the facts
}

// Line is a sentence with the facts it rests on, all of them cited.
type Line struct {
	Text  string
	Facts []report.Fact
}

// mostHouses is how many houses an answer shows.
const mostHouses = 5

// Work writes one line for each house, from the newest of its sources that
// have what is needed, in lang, zh or en. Views are written only where houses
// differ, unless anyway: what all agree on, or one alone says, is better quoted.
func (a Ask) Work(sources []Source, lang string) []Line {
	sources = slices.Clone(sources)
	slices.SortStableFunc(sources, func(a, b Source) int { return cmp.Compare(b.Published, a.Published) })
	var houses []string
	by := map[string][]Source{}
	for _, s := range sources {
		if len(by[s.Publisher]) == 0 {
			houses = append(houses, s.Publisher)
		}
		by[s.Publisher] = append(by[s.Publisher], s)
	}
	var out []written
	for _, house := range houses {
		if w, ok := a.line(by[house], lang); ok {
			out = append(out, w)
		}
	}
	if a.kind == views && !a.anyway && !differ(out) {
		return nil
	}
	if a.order != 0 {
		slices.SortStableFunc(out, func(x, y written) int { return a.order * cmp.Compare(x.value, y.value) })
	}
	var lines []Line
	for _, w := range out[:min(mostHouses, len(out))] {
		lines = append(lines, w.Line)
	}
	return lines
}

// Differs reports whether the lines set houses beside each other that say
// different things of the same.
func (a Ask) Differs() bool { return a.kind == views }

// written is a line with the figure it comes to.
type written struct {
	Line
	value float64
	unit  string
}

// differ reports whether two of the lines give different figures. Figures in
// different units cannot be told apart and count as equal.
func differ(lines []written) bool {
	for _, w := range lines {
		if w.unit == lines[0].unit && w.value != lines[0].value {
			return true
		}
	}
	return false
}

// line works out what one house says, its sources newest first. The newest
// that has the later figure counts: an older report's pair of figures is no
// longer the house's. The earlier figure may stand in an older one.
func (a Ask) line(house []Source, lang string) (written, bool) {
	metric, period := a.metric, ""
	if len(a.periods) > 0 {
		period = a.periods[len(a.periods)-1]
	}
	k, to := newest(house, metric, period, "")
	if k < 0 || timeless[metric] && a.stale(house[:k]) {
		return written{}, false
	}
	switch a.kind {
	case views:
		return written{Line{head(house[k]) + named(to) + " " + amount(to), []report.Fact{to}}, to.Value, to.Unit}, true
	case upside: // the price of another day would be another upside
		_, from := newest(house[k:k+1], report.Price, "", "")
		return a.between(house[k], from, to, lang)
	case revision:
		if j, from := newest(house[k:k+1], metric, "", "previous"); j >= 0 {
			return a.between(house[k], from, to, lang)
		}
		_, from := newest(house[k+1:], metric, "", "")
		return a.between(house[k], from, to, lang)
	}
	_, from := newest(house[k:], metric, a.periods[0], "")
	return a.between(house[k], from, to, lang)
}

// stale reports whether newer reports make an older one's price no longer the
// house's: they have one that was not read as a fact, or might have.
func (a Ask) stale(newer []Source) bool {
	return a.anyway && len(newer) > 0 || slices.ContainsFunc(newer, func(s Source) bool { return s.Untyped })
}

// newest returns the first of the sources with the house's own figure, or the
// rival one, of a metric and period that stands in a passage; -1 for none.
func newest(sources []Source, m report.Metric, period, rival string) (int, report.Fact) {
	for k, s := range sources {
		for _, f := range s.Facts {
			if f.Metric == m && f.Period == period && f.Rival == rival && f.PassageID != "" {
				return k, f
			}
		}
	}
	return -1, report.Fact{}
}
