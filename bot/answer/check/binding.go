package check

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
		if p.foreign(f) || p.taken(f, numberBack, numberOn, clauseStops, fits, lead) {
			return p.claim[f.from:f.to], true
		}
	}
	return "", false
}

// otherPeriod finds a date at which the passages tell something else.
func otherPeriod(p *pair) (string, bool) {
	for _, f := range p.figures {
		if f.date() && p.taken(f, dateBack, dateOn, sentenceStops, dateFits, dateLead) {
			return p.claim[f.from:f.to], true
		}
	}
	return "", false
}

// foreign reports whether the words near a figure stand near none of the
// figures that bear it.
func (p *pair) foreign(f figure) bool {
	near := around(p.bare, f.from, f.to, nearBack, nearOn, sentenceStops)
	if len(near) < 3 {
		return false
	}
	borne := false
	for _, g := range p.evidence {
		if f.same(g) {
			borne = true
			if near.in(around(p.beside, g.from, g.to, wideBack, wideOn, sentenceStops)) >= minContext {
				return false
			}
		}
	}
	return borne
}

// taken reports whether another figure of f's kind fits f's context clearly
// better than f's own does; a figure of which there is no own is not taken.
func (p *pair) taken(f figure, before, after int, stops string, fits, lead float64) bool {
	context := around(p.bare, f.from, f.to, before, after, stops)
	if len(context) == 0 {
		return false
	}
	own, other := -1.0, 0.0
	for _, g := range p.evidence {
		if g.kind != f.kind {
			continue
		}
		if fit := context.in(around(p.beside, g.from, g.to, before, after, stops)); f.same(g) {
			own = max(own, fit)
		} else {
			other = max(other, fit)
		}
	}
	return own >= 0 && other >= fits && own <= other-lead
}
