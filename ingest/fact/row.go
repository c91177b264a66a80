package fact

import (
	"cmp"
	"regexp"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

var growingHeads = wordSet(`成长能力 成长性 成长指标 增长率 成长能力指标 growth growthrates 增长能力 成长性指标 同比增长率 同比增长 growthrate`)

// shares finds headings of rows that are parts of a whole or per share, so
// that no sum stands under them whatever its name.
var shares = regexp.MustCompile(`(?i)占比|比重|构成|结构|占.{0,6}比例|每股|利润率|\bas\s+%|%\s+of\b|\bmargins?\b|\bper\s+share\b`)

// heading takes in a cell without figures: 成长能力（%）. Where it is not
// clear which panel it heads, it heads all.
func (t *table) heading(i, n int, cells []string) {
	if blank(cells) {
		return
	}
	l := readLabel(strings.Join(cells, ""))
	name := rowName{growing: growingHeads[l.base] || l.growth, stated: measure{l.unit, l.currency}, over: l.printed}
	if rival, ok := versionOf(l.printed); ok {
		name.below, name.over = rival, ""
	}
	name.shares = shares.MatchString(l.printed) || l.unit == "%" && !name.growing
	for k := range t.named {
		if n != len(t.named) || i == k {
			t.named[k] = name
		}
	}
}

// forget drops the metric of the row above where a row could not be read.
func (t *table) forget(i, n int) {
	for k := range t.named {
		if n != len(t.named) || i == k {
			t.named[k].label = label{}
		}
	}
}

// nameOf reads the cells that name a row, given what the last one said.
func nameOf(cells []string, last *rowName) label {
	version, versioned := "", false
	var l label
	for _, c := range cells {
		rival, isVersion := versionOf(c)
		unit, currency, isUnit := text.ParseUnit(c)
		switch {
		case c == "":
		case isVersion:
			version, versioned = rival, true
		case l.printed == "":
			l = readLabel(c)
		case isUnit && l.unit == "":
			l.unit, l.currency = unit, currency
		default: // more words: the name of something else
			l = label{printed: l.printed + " " + c}
		}
	}
	// A name may have begun on the line above.
	if over := last.over; over != "" && l.printed != "" {
		last.over = ""
		if whole := readLabel(over + l.printed); whole.metric != "" {
			l = whole
		} else if adjusted.MatchString(over) {
			l.metric, l.growth = "", false
		}
	}
	switch {
	case l.quarter:
		return label{}
	case l.growth:
		parent := last.label
		return label{
			printed: l.printed, base: parent.base + "+", unit: l.unit, plain: parent.plain,
			metric: growthOf[parent.metric], rival: cmp.Or(parent.rival, version, last.below),
		}
	case l.printed == "" && versioned:
		l = last.label
	case l.printed != "":
		last.label = l
	}
	switch {
	case versioned:
		l.rival = version
	case l.rival == "":
		l.rival = last.below
	}
	if last.shares && kinds[l.metric] == money && l.unit == "" {
		l.metric = ""
	}
	if m := last.stated; l.unit == "" && l.metric != "" && suits(kinds[l.metric], m) {
		l.unit = m.unit
		if l.currency == "" {
			l.currency = m.currency
		}
	}
	return l
}

// grown turns a sum under 成长能力 into its growth; anything else there that
// is no percentage is of no metric.
func (l *label) grown(stated string, values []string) {
	if kinds[l.metric] == percent || l.metric == "" {
		return
	}
	in := l.unit == "%" || stated == "%"
	for _, v := range values {
		if n, ok := text.ParseNumber(v); ok {
			in = in || n.Unit == "%"
		}
	}
	if l.metric = growthOf[l.metric]; !in {
		l.metric = ""
	}
	l.unit, l.currency = "%", ""
	l.base += "+"
}

// grownIn says in which period a column of growth is: the latest of those
// since the column of growth before it. 2H24 1H24 YoY is the growth of 2H24.
// Where whole years and parts of years meet, nobody knows.
func grownIn(before []column) (latest text.Period, rival string) {
	if n := len(before); n > 0 && before[n-1].head != "" {
		return text.Period{}, ""
	}
	for i := len(before) - 1; i >= 0 && before[i].period.Name != ""; i-- {
		switch p := before[i].period; {
		case latest.Name != "" && len(p.Name) != len(latest.Name):
			return text.Period{}, ""
		case p.Name > latest.Name:
			latest, rival = p, before[i].rival
		}
	}
	return latest, rival
}

// interrupt forgets what the rows so far were named: a line stands between.
func (t *table) interrupt(line string) {
	t.lead = line
	for k := range t.named {
		t.named[k] = rowName{}
	}
	t.above = nil
}

// segment reads the figures of one name.
func (t *table) segment(l line, at int, s segment) {
	if n := len(s.names); n == 2 && len(t.panels) > 1 && readLabel(s.names[0]).metric == "" && readLabel(s.names[1]).metric != "" {
		s.names = s.names[1:] // the first is the title of a table on the left
	}
	name := nameOf(s.names, &t.named[at])
	if t.named[at].growing {
		name.grown(t.named[at].stated.unit, s.values)
	}
	if name.metric == "" || name.rival == changed || timeless[name.metric] || !t.owned {
		return
	}
	where := t.places.take(t.block, l.text, l.from)
	columns := t.panels[at].columns
	for i, cell := range s.values {
		shown, period, rival := name, columns[i].period, columns[i].rival
		if columns[i].head != "" {
			growth := readLabel(columns[i].head)
			if growthOf[name.metric] == "" {
				continue
			}
			period, rival = grownIn(columns[:i])
			shown.metric, shown.base = growthOf[name.metric], name.base+"+"
			shown.printed, shown.unit, shown.currency = growth.printed, growth.unit, ""
		}
		if rival == changed || rival != "" && name.rival != "" { // a version across and one down
			continue
		}
		if rival != "" {
			shown.rival = rival
		}
		c := candidate{table: t.number, row: t.row, period: period, loose: t.caption == ""}
		c.Security, c.Quote = t.owner, l.text
		t.cell(c, &shown, cell, t.panels[at].units, where)
	}
}

// cell makes a candidate of one figure, if it has a period and its unit is
// one of its metric.
func (t *table) cell(c candidate, name *label, cell string, u units, where place) {
	n, ok := text.ParseNumber(cell)
	if !ok || c.period.Name == "" && !timeless[name.metric] {
		return
	}
	m, ok := u.measured(name.metric, name, n)
	if !ok {
		return
	}
	c.base, c.plain = name.base, name.plain
	c.Fact = report.Fact{
		Security: c.Security, Metric: name.metric, Label: name.printed, Period: c.period.Name, Value: n.Value,
		Unit: m.unit, Currency: m.currency, Rival: name.rival,
		ReportID: t.report.ID, PassageID: where.passage, Page: where.page, Quote: c.Quote,
	}
	t.found = append(t.found, c)
}

// metricHead reads a row that names a metric in every column after the first:
// the head of a table whose years go down. The first label is that of the
// years. nil when it is none.
func metricHead(cells []string) []label {
	if len(cells) < 3 {
		return nil
	}
	var out []label
	metrics := 0
	before := rowName{}
	for i, c := range cells {
		if _, ok := text.ParseNumber(c); ok {
			return nil
		}
		l := label{printed: c}
		if i > 0 {
			l = nameOf([]string{c}, &before)
		}
		if l.metric != "" && !timeless[l.metric] {
			metrics++
		}
		out = append(out, l)
	}
	if metrics < 2 {
		return nil
	}
	return out
}

// yearRow reads a row of a table whose years go down.
func (t *table) yearRow(l line) {
	p, ok := text.ParsePeriod(l.cells[0])
	if !ok || len(l.cells) != len(t.down) || !t.owned || mixed.MatchString(t.around) || adjusted.MatchString(t.around) {
		return
	}
	where := t.places.take(t.block, l.text, l.from)
	for i, name := range t.down {
		if i == 0 || name.metric == "" || timeless[name.metric] || name.rival == changed {
			continue
		}
		c := candidate{table: t.number, row: t.row, period: p}
		c.Security, c.Quote = t.owner, l.text
		t.cell(c, &name, l.cells[i], t.units, where)
	}
}
