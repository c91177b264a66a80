package fact

import (
	"regexp"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// measure is a unit with its currency.
type measure struct{ unit, currency string }

// units are those a table states for all its rows, by what they suit.
type units struct {
	sum, share, times measure
	foreign           bool // it counts things, not money: 万辆
}

var statedUnit = regexp.MustCompile(`(?i)(?:单位|unit)s?\s*[:：]?\s*([^()（）\t。]+)`)

// readUnits reads the units that a caption, a head or a line such as
// 单位：元/股，亿元 states, on top of those known.
func (u units) read(s string) units {
	if s == "" {
		return u
	}
	folded := text.Fold(s)
	var found []string
	if m := statedUnit.FindStringSubmatch(folded); m != nil {
		found = append(found, m[1])
	}
	for _, m := range bracketed.FindAllStringSubmatch(folded, -1) {
		found = append(found, m[1])
	}
	found = append(found, folded)
	for _, list := range found {
		before := u
		if u = u.add(list); u != before {
			continue
		}
		for _, one := range strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(",、;，:", r) }) {
			u = u.add(strings.TrimSpace(one))
		}
	}
	return u
}

// add files one unit under what it suits.
func (u units) add(s string) units {
	unit, currency, ok := text.ParseUnit(s)
	switch m := (measure{unit, currency}); {
	case !ok:
	case strings.Contains(unit, "/"):
		u.share = m
	case unit == "倍" || unit == "x" || unit == "times":
		u.times = m
	case isSum(m):
		u.sum = m
	case currency != "" && unit != "":
		u.share = m
	case currency != "":
		u.share.currency = currency
	case unit != "%":
		u.foreign = true
	}
	return u
}

// isSum reports whether m counts money on a scale.
func isSum(m measure) bool {
	if strings.ContainsAny(m.unit, "股吨家个人次台辆件/") || strings.HasSuffix(m.unit, "shares") {
		return false
	}
	return strings.ContainsAny(m.unit, "万亿千百") ||
		strings.Contains("m mn b bn million millions billion billions thousand trillion tn k '000 mm", m.unit) && m.unit != ""
}

// suits reports whether a unit can be that of a metric.
func suits(k kind, m measure) bool {
	switch k {
	case money:
		return m.unit == "" || isSum(m) || m.currency != "" && !strings.Contains(m.unit, "/")
	case perShare:
		return m.unit == "" || m.currency != "" && !isSum(m)
	case multiple:
		return m.unit == "" && m.currency == "" || m.unit == "倍" || m.unit == "x" || m.unit == "times"
	}
	return m.unit == "" && m.currency == "" || m.unit == "%"
}

// measured settles the unit of one cell: what stands in the cell goes before
// what its label says, and that before what the table says. ok is false when
// the cell's own unit shows that it is no such figure.
func (u units) measured(metric report.Metric, l *label, n text.Number) (m measure, ok bool) {
	k := kinds[metric]
	cell, name := measure{n.Unit, n.Currency}, measure{l.unit, l.currency}
	if !suits(k, cell) || !suits(k, name) {
		return measure{}, false
	}
	general := map[kind]measure{money: u.sum, perShare: u.share, multiple: u.times}[k]
	if k == perShare && general.currency == "" {
		general.currency = u.sum.currency
	}
	if k == money && u.foreign && cell == (measure{}) && name == (measure{}) && u.sum == (measure{}) {
		return measure{}, false
	}
	if k == money && general == (measure{}) {
		general = u.share // a table in plain 元
	}
	for _, next := range []measure{cell, name, general} {
		if m.unit == "" {
			// A currency without a unit (HK$) says that the unit is a share's.
			if k == perShare && m.currency != "" && next.currency != m.currency {
				continue
			}
			m.unit = next.unit
		}
		if m.currency == "" {
			m.currency = next.currency
		}
	}
	if k == multiple || k == percent {
		m.currency = ""
	}
	return m, true
}
