package fact

import (
	"math"
	"slices"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
)

// company is what a row of a table of companies holds.
type company struct {
	code, name string
	figures    []string // the cells that are figures or none, in order
}

// companyOf reads the cells of a row.
func (p *peers) companyOf(cells []string) company {
	var c company
	var words []string // the cells that can be names, with "" for the code
	code := -1
	for i, cell := range cells {
		if cell == "" {
			continue
		}
		if found, rest, ok := codeIn(cell, p.codes && i < 3); ok && c.code == "" {
			c.code, code = found, len(words)
			words = append(words, "")
			if rest != "" && !isCurrency.MatchString(rest) {
				c.name = rest
			}
			continue
		}
		switch {
		case isValue(cell):
			c.figures = append(c.figures, cell)
		case len(c.figures) == 0 && !rating.MatchString(cell) && !isCurrency.MatchString(cell):
			words = append(words, cell)
		}
	}
	if c.name == "" {
		c.name = nameBy(words, code, p.nameFirst)
	}
	c.name = strings.Trim(c.name, "*＊#† ")
	return c
}

// nameBy picks the name among the words of a row: beside the code, on the
// side the head says, or the first.
func nameBy(words []string, code int, first bool) string {
	at := 0
	if code >= 0 {
		if at = code + 1; first || at >= len(words) {
			at = code - 1
		}
	}
	if at < 0 || at >= len(words) {
		return ""
	}
	return words[at]
}

// codeIn finds a code in a cell that may hold a name or a currency as well.
// Six bare digits are one only in a column of codes.
func codeIn(cell string, bareToo bool) (code, rest string, ok bool) {
	s := strings.NewReplacer("(", " ", ")", " ", "（", " ", "）", " ").Replace(cell)
	fields := strings.Fields(s)
	if len(fields) == 0 || strings.Trim(s, "0123456789.,%-+ ") == "" && !bareToo || !strings.ContainsAny(s, ".0123456789") {
		return "", "", false
	}
	for n := 2; n > 0; n-- {
		if len(fields) < n {
			continue
		}
		if code, ok = security.Canonical(strings.Join(fields[:n], " ")); ok {
			return code, strings.Join(fields[n:], " "), true
		}
		if code, ok = security.Canonical(strings.Join(fields[len(fields)-n:], " ")); ok {
			return code, strings.Join(fields[:len(fields)-n], " "), true
		}
	}
	return "", "", false
}

// survey learns whether rows have codes and, where the head leaves that open,
// how many figures they have: the most that two rows with codes agree on.
func (p *peers) survey(rows []line) {
	counts := map[int]int{}
	for _, l := range rows {
		if c := p.companyOf(l.cells); c.code != "" {
			counts[len(c.figures)]++
			p.coded = true
		}
	}
	need := len(p.names) + len(p.groups)
	if p.unsure == 0 {
		return
	}
	for n := need + p.unsure; n >= need; n-- {
		if counts[n] >= 2 {
			p.usual = n
			return
		}
	}
}

// peer reads the row of one company.
func (t *table) peer(l line) {
	p := t.peers
	c := p.companyOf(l.cells)
	if c.code == "" && (c.name == "" || summary.MatchString(c.name) || !p.named()) {
		return
	}
	type reading struct {
		across
		cell string
	}
	var read []reading
	switch need := len(p.names) + len(p.groups); {
	case p.columns != nil && len(l.cells) == len(p.columns):
		for i, a := range p.columns {
			read = append(read, reading{a, l.cells[i]})
		}
	case p.groups == nil:
	case p.unsure == 0 && len(c.figures) == need:
		for i, name := range p.names {
			read = append(read, reading{across{label: name}, c.figures[i]})
		}
		fallthrough
	case p.usual != 0 && len(c.figures) == p.usual:
		figures := c.figures[len(c.figures)-len(p.groups):]
		for i, a := range p.groups {
			read = append(read, reading{a, figures[i]})
		}
	}
	where := t.places.take(t.block, l.text, l.from)
	start := len(t.found)
	for _, r := range read {
		if r.metric == "" || r.rival == changed {
			continue
		}
		f := candidate{table: t.number, row: t.row, period: r.period}
		f.Security, f.Quote = t.known(c), l.text
		t.cell(f, &r.label, r.cell, p.units, where)
	}
	if !steady(t.found[start:]) {
		t.found = t.found[:start]
	}
}

// named reports whether the head says that a column holds companies.
func (p *peers) named() bool { return p.codes || p.byName }

// known returns the report's own security for a company, if it lists it.
func (t *table) known(c company) report.Security {
	i := slices.IndexFunc(t.companies.all, func(s report.Security) bool {
		return c.code != "" && s.Code == c.code || c.code == "" && c.name != "" && text.Fold(s.Name) == text.Fold(c.name)
	})
	if i >= 0 && t.companies.all[i].Name != "" {
		return t.companies.all[i]
	}
	return report.Security{Code: c.code, Name: c.name}
}

// steady reports whether earnings times multiple give one price for all years
// of a row, as they must when each figure stands under its own head. Figures
// too small to tell are passed over.
func steady(row []candidate) bool {
	for _, earnings := range []report.Metric{report.EPS, report.NetProfit} {
		low, high := math.Inf(1), 0.0
		for _, e := range row {
			for _, m := range row {
				if e.Metric == earnings && m.Metric == report.PE && e.Period == m.Period && e.Rival == m.Rival && e.Value >= 0.1 && m.Value > 0 {
					low, high = min(low, e.Value*m.Value), max(high, e.Value*m.Value)
				}
			}
		}
		if high > 1.5*low {
			return false
		}
	}
	return true
}
