package check

import "strings"

// settle finds the operands of every formula among the figures of the
// passages. What they leave unknown is a failure of Number, a result that does
// not follow one of Arithmetic; the figures of a formula are no figures of the
// sentence any more, nor is a result that it tells again in words.
func (p *pair) settle() {
	p.formulas = formulas(p.claim)
	if len(p.formulas) == 0 {
		return
	}
	var outside []figure
	for _, f := range p.figures {
		inside := false
		for _, m := range p.formulas {
			same := f.kind == m.result.kind && f.value == m.result.value
			inside = inside || f.from >= m.from && f.to <= m.to || f.from < m.to && f.to > m.from || same
		}
		if !inside {
			outside = append(outside, f)
		}
	}
	p.figures = outside
	for i := range p.formulas {
		p.bearers(&p.formulas[i])
	}
}

// bearers gives each operand of m the value and the kind of the figure that
// bears it. A bare operand means a figure of the unit that all of them can
// have, if there is one.
func (p *pair) bearers(m *formula) {
	var units []figure // one of each unit that an operand may have
	for _, t := range m.terms {
		for _, g := range p.evidence {
			if t.figure.bears(g) && !has(units, g) {
				units = append(units, g)
			}
		}
	}
	best, most := figure{}, -1
	for _, u := range units {
		n := 0
		for _, t := range m.terms {
			if _, ok := p.bearer(t.figure, &u); ok {
				n++
			}
		}
		if n > most {
			best, most = u, n
		}
	}
	for _, t := range m.terms {
		if t.constant {
			continue
		}
		g, ok := p.bearer(t.figure, &best)
		if !ok {
			g, ok = p.bearer(t.figure, nil)
		}
		switch {
		case !ok:
			t.unknown = true
		case t.figure.bare():
			g.from, g.to = t.figure.from, t.figure.to
			t.figure = g
		}
	}
}

// bearer is a figure of the passages that bears f, of the unit of u if given.
func (p *pair) bearer(f figure, u *figure) (figure, bool) {
	for _, g := range p.evidence {
		if f.bears(g) && (u == nil || sameUnit(g, *u)) {
			return g, true
		}
	}
	return figure{}, false
}

// bears reports whether g may be what f, an operand, means: it is the same, or
// f has no unit and the same digits.
func (f figure) bears(g figure) bool {
	if f.negative != g.negative {
		return false
	}
	if f.bare() {
		return f.face == g.face && g.face != 0 && !g.date()
	}
	return f.same(g)
}

func sameUnit(a, b figure) bool { return a.kind == b.kind && a.value*b.face == b.value*a.face }

func has(units []figure, g figure) bool {
	for _, u := range units {
		if sameUnit(u, g) {
			return true
		}
	}
	return false
}

// miscalculated finds a formula whose result does not follow from operands
// that the passages hold.
func miscalculated(p *pair) (string, bool) {
	for _, m := range p.formulas {
		scale, known := 1.0, true
		for _, t := range m.terms {
			known = known && !t.unknown
			if !t.constant && t.figure.face != 0 {
				scale = t.figure.value / t.figure.face
			}
		}
		if !known {
			continue // Number tells
		}
		if q, ok := m.root.value(); !ok || !q.gives(m.result, scale) {
			return strings.TrimSpace(p.claim[m.from:m.to]), true
		}
	}
	return "", false
}

// unrelated finds an operand of a difference or a sum that the passages give
// for nothing the sentence names before the formula. A ratio names neither of
// its parts: a margin is of profit and revenue.
func (p *pair) unrelated(m formula) *term {
	if !m.root.adds() {
		return nil
	}
	from, _ := clause(p.claim, figure{from: m.from, to: m.to})
	named := wordsOf(synonyms.Replace(computing.Replace(p.bare[from:m.from])))
	for t := range p.subject {
		delete(named, t)
	}
	if len(named) == 0 {
		return nil
	}
	for _, t := range m.terms {
		related := t.constant || t.unknown
		for _, g := range p.evidence {
			related = related || t.figure.same(g) && named.in(p.context(g.from, g.to, wideBack, wideOn, sentenceStops)) > 0
		}
		if !related {
			return t
		}
	}
	return nil
}

// adds reports whether a sum or a difference is part of t.
func (t *term) adds() bool {
	return t.op == '+' || t.op == '-' || t.op != 0 && (t.left.adds() || t.right.adds())
}

// computing are the words of a sentence that say what its formula does.
var computing = strings.NewReplacer("同比", " ", "环比", " ", "增长", " ", "增速", " ", "增幅", " ", "上调", " ", "下调", " ", "下降", " ", "幅度", " ",
	"合计", " ", "总计", " ", "差额", " ", "比例", " ", "占比", " ", "上年同期", " ", "计算", " ",
	"growth", " ", "increase", " ", "decrease", " ", "decline", " ", "difference", " ", "total", " ", "share", " ", "ratio", " ", "works out at", " ", "year on year", " ")
