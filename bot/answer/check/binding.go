package check

import (
	"slices"
	"strings"
)

// A figure belongs to another thing when a different figure of its kind stands
// in a context of the passages that fits the sentence's at least fits, and
// better by lead than any context of the same figure.
const (
	fits, lead           = 0.75, 0.35
	dateFits, dateLead   = 0.5, 0.25
	numberBack, numberOn = 10, 6
	dateBack, dateOn     = 2, 30
	wideBack, wideOn     = 30, 16
	nearBack, nearOn     = 12, 8
	minContext           = 0.25
)

// unbound finds a figure that the passages give for something else.
func unbound(p *pair) (string, bool) {
	for _, f := range p.figures {
		if f.date() {
			continue
		}
		_, against := p.opposed(f)
		if against || p.former(f) || p.offLabel(f) || p.whose(f) || p.parted(f) || p.foreign(f) || p.taken(f, numberBack, numberOn, clauseStops, fits, lead) {
			return p.claim[f.from:f.to], true
		}
	}
	for _, m := range p.formulas {
		if t := p.unrelated(m); t != nil {
			return p.claim[t.figure.from:t.figure.to], true
		}
	}
	return "", false
}

// otherPeriod finds a date at which the passages tell something else.
func otherPeriod(p *pair) (string, bool) {
	for _, f := range p.figures {
		if f.date() && p.taken(f, dateBack, dateOn, sentenceStops, dateFits, dateLead) || !f.date() && p.misdated(f) {
			return p.claim[f.from:f.to], true
		}
	}
	return "", false
}

// earlier says that a figure is of a time before the one the sentence tells.
var earlier = []string{"previous", "prior", "last", "earlier", "year ago", "去年", "上年", "上季", "前值", "同期", "此前", "原"}

// misdated reports whether every figure that bears f is one of another year
// than those that the sentence tells, in f's clause or anywhere.
func (p *pair) misdated(f figure) bool {
	if f.kind == "年数" || f.kind == "月数" { // a bond of two years has no year
		return false
	}
	from, to := clause(p.claim, f)
	for _, w := range earlier {
		if strings.Contains(p.claim[from:to], w) {
			return false
		}
	}
	said := p.yearsFor(f)
	if len(said) == 0 {
		return false
	}
	borne := false
	for _, g := range p.evidence {
		if f.same(g) {
			borne = true
			if year := p.yearOf(g); year == 0 || slices.Contains(said, year) {
				return false
			}
		}
	}
	return borne
}

// yearsFor are the years that the sentence may tell f of: those in its clause,
// or else all before it, or behind it with no other figure between.
func (p *pair) yearsFor(f figure) []float64 {
	var before, clause, behind []float64
	other := false
	for _, y := range p.figures {
		switch {
		case y.kind != "year":
			other = other || y.from >= f.to && !y.date()
		case y.to <= f.from:
			before = append(before, y.value)
			if !strings.ContainsAny(p.claim[y.to:f.from], clauseStops) {
				clause = append(clause, y.value)
			}
		case y.from >= f.to && !other:
			behind = append(behind, y.value)
			if !strings.ContainsAny(p.claim[f.to:y.from], clauseStops) {
				clause = append(clause, y.value)
			}
		}
	}
	if len(clause) > 0 {
		return clause
	}
	return append(before, behind...)
}

// yearOf is the year that a figure of the passages is of: the one behind it in
// its clause (RMB850mn in 2025), or last told before it in its sentence and of
// no other figure; 0 if none is.
func (p *pair) yearOf(g figure) float64 {
	year := 0.0
	last := figure{} // the last figure that is no date
	for _, y := range p.evidence {
		switch {
		case y.kind != "year":
			if !y.date() {
				if last = y; y.from > g.from {
					return year
				}
			}
		case y.from >= g.to:
			if p.trails(g, y) {
				return y.value
			}
			return year
		case y.to <= g.from && !p.trails(last, y) && !apart(p.source[y.to:g.from]):
			year = y.value
		}
	}
	return year
}

// trails reports whether a year ends the clause of a figure: growth of 6 % in
// 2026.
func (p *pair) trails(f, year figure) bool {
	if f.to == 0 || year.from-f.to > 40 || year.from < f.to {
		return false
	}
	between := p.source[f.to:year.from]
	if strings.ContainsAny(between, clauseStops) || beginning(between) > 0 {
		return false
	}
	return strings.HasSuffix(between, " in ") || strings.HasSuffix(between, " for ") || strings.HasSuffix(between, " by ")
}

// foreign reports whether the words near a figure stand near none of the
// figures that bear it.
func (p *pair) foreign(f figure) bool {
	near := p.near(f, nearBack, nearOn, sentenceStops)
	if len(near) < 3 {
		return false
	}
	borne := false
	for _, g := range p.evidence {
		if f.same(g) {
			borne = true
			if near.in(p.context(g.from, g.to, wideBack, wideOn, sentenceStops)) >= minContext {
				return false
			}
		}
	}
	return borne
}

// taken reports whether another figure of f's kind fits f's context clearly
// better than f's own does; a figure of which there is no own is not taken.
func (p *pair) taken(f figure, before, after int, stops string, fits, lead float64) bool {
	context := p.near(f, before, after, stops)
	if len(context) == 0 {
		return false
	}
	own, other := -1.0, 0.0
	last, lastFit := figure{from: -1}, 0.0
	for _, g := range p.evidence {
		if g.kind != f.kind {
			continue
		}
		fit := context.in(p.context(g.from, g.to, before, after, stops))
		if last.from >= 0 && p.chained(last, g) {
			if f.same(g) {
				fit = max(fit, lastFit)
			} else if f.same(last) {
				own = max(own, fit)
			}
		}
		last, lastFit = g, fit
		if f.same(g) {
			own = max(own, fit)
		} else {
			other = max(other, fit)
		}
	}
	return own >= 0 && other >= fits && own <= other-lead
}

// near are the words around a figure of the sentence, but for those of the
// report's company and publisher, which stand for 公司 and 我们.
func (p *pair) near(f figure, before, after int, stops string) words {
	out := around(p.bare, f.from, f.to, before, after, stops)
	for t := range p.subject {
		delete(out, t)
	}
	return out
}

// chained reports whether only words that lead from one figure to the next
// stand between two of the passages: to US$88 from US$79 tells one thing.
func (p *pair) chained(a, b figure) bool {
	if b.from-a.to > 30 || b.from < a.to {
		return false
	}
	for _, w := range strings.Fields(p.beside[a.to:b.from]) {
		switch w {
		case "from", "to", "in", "至", "到", "上调至", "下调至", "增至", "降至", "提升至", "增加至", "减少至":
		default:
			return false
		}
	}
	return true
}
