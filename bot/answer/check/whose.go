package check

import (
	"slices"
	"strings"
	"unicode"
)

// whose reports whether the clause of a figure names something that the
// passages name only later, with another figure of its kind: hedged at 72 % for
// one and 55 % for the other.
func (p *pair) whose(f figure) bool {
	from, to := clause(p.claim, f)
	for _, name := range p.names {
		if strings.Contains(p.claim[from:to], name) && p.namedLater(f, name) {
			return true
		}
	}
	return false
}

// namedLater reports whether, wherever a figure bears f, name follows in a
// later clause of the sentence together with another figure of f's kind.
func (p *pair) namedLater(f figure, name string) bool {
	borne := false
	for _, g := range p.evidence {
		if !f.same(g) {
			continue
		}
		borne = true
		_, to := clause(p.source, g)
		start, end := whole(p.source, g.from, to)
		at := strings.Index(p.source[to:end], name)
		if at < 0 || strings.Contains(p.source[start:to], name) || !p.other(f, to+at) {
			return false
		}
	}
	return borne
}

// parted reports whether the figure told before f in the sentence goes, in the
// passages, with another one where they tell it of the same: of 2.24亿股，占总股本
// 34 % a sentence may not say 2.24亿股，占总股本21 %.
func (p *pair) parted(f figure) bool {
	var a figure
	for _, b := range p.figures {
		if b.to <= f.from && !b.date() {
			a = b
		}
	}
	if a.to == 0 || a.kind == f.kind || apart(p.claim[a.to:f.from]) {
		return false
	}
	context := p.near(f, numberBack, numberOn, clauseStops)
	other := false
	for i, g := range p.evidence {
		if !a.same(g) {
			continue
		}
		next := p.after(g, p.evidence[i+1:])
		for _, h := range next {
			if f.same(h) {
				return false
			}
		}
		for _, h := range next {
			fit := context.in(p.context(h.from, h.to, numberBack, numberOn, clauseStops))
			other = other || h.kind == f.kind && fit >= fits
		}
	}
	return other
}

// after is the figure that follows g in its sentence, or the two of a range.
func (p *pair) after(g figure, rest []figure) []figure {
	var out []figure
	for _, h := range rest {
		switch {
		case h.from < g.to || h.date():
		case len(out) == 0 && apart(p.source[g.to:h.from]), len(out) > 0 && h.from != out[0].from:
			return out
		default:
			out = append(out, h)
		}
	}
	return out
}

// past says of a figure that it holds no more; leads do where a second figure
// of the kind follows or goes before.
var (
	past  = []string{"previously ", "(was ", "原为", "此前为", "前值为", "原预测", "(原"}
	leads = []string{"from ", "由", "从"}
	aside = []string{"previous", "was", "were", "from", "against", "versus", "compar", "vs", "原", "前", "由", "从", "去年", "上年", "同期", "较", "高于", "低于", "above", "below"}
)

// former reports whether the passages tell f only as what held before, and the
// sentence as what holds.
func (p *pair) former(f figure) bool {
	for _, w := range aside {
		if strings.Contains(p.claim, w) {
			return false
		}
	}
	borne := false
	for i, g := range p.evidence {
		if !f.same(g) {
			continue
		}
		borne = true
		before := p.source[max(0, g.from-16):g.from]
		was := slices.ContainsFunc(past, func(w string) bool { return strings.HasSuffix(before, w) })
		if slices.ContainsFunc(leads, func(w string) bool { return strings.HasSuffix(before, w) }) {
			was = was || i > 0 && p.evidence[i-1].kind == g.kind && p.chained(p.evidence[i-1], g) ||
				i+1 < len(p.evidence) && p.evidence[i+1].kind == g.kind && p.chained(g, p.evidence[i+1])
		}
		if !was {
			return false
		}
	}
	return borne
}

// offLabel reports whether f stands in tables alone, in rows and columns of
// which the sentence says nothing.
func (p *pair) offLabel(f figure) bool {
	borne := false
	for _, g := range p.evidence {
		if !f.same(g) {
			continue
		}
		if borne = true; g.from < p.cells {
			return false
		}
		from, _ := whole(p.source, g.from, g.to)
		if p.words.in(wordsOf(synonyms.Replace(p.beside[from:g.from]))) > 0 {
			return false
		}
	}
	return borne && len(p.words) > 0
}

// other reports whether the clause at holds a figure of f's kind that does not
// bear f.
func (p *pair) other(f figure, at int) bool {
	from, to := clause(p.source, figure{from: at, to: at})
	for _, h := range p.evidence {
		if h.from >= from && h.to <= to && h.kind == f.kind && !f.same(h) {
			return true
		}
	}
	return false
}

// clause are the bounds of the clause of s that holds f.
func clause(s string, f figure) (from, to int) {
	from, to = strings.LastIndexAny(s[:f.from], clauseStops)+1, len(s)
	if i := strings.IndexAny(s[f.to:], clauseStops); i >= 0 {
		to = f.to + i
	}
	return from + beginning(s[from:f.from]), f.to + ending(s[f.to:to])
}

// properNames are the folded names in a sentence: the companies known, and
// capitalised words that do not begin it.
func (p *pair) properNames() []string {
	var out []string
	for _, m := range p.mentions {
		out = append(out, m.Words)
	}
	for _, m := range latinName.FindAllStringIndex(p.said, -1) {
		if word := p.said[m[0]:m[1]]; len(word) > 3 && unicode.IsUpper(rune(word[0])) && !begins(p.said[:m[0]]) {
			out = append(out, strings.ToLower(word))
		}
	}
	return out
}
