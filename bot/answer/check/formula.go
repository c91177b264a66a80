package check

import (
	"math"
	"regexp"
	"strings"
)

// formula is a computation that a sentence writes out with its result:
// (12.4 − 10.1) / 10.1 = +22.8 %. Its operands must stand in the passages, its
// result need not.
type formula struct {
	from, to int
	terms    []*term // the operands, in order
	root     *term
	result   figure
}

// term is a node of a formula: an operand, or op between two terms.
type term struct {
	op          byte // + - * /, 0 of an operand
	left, right *term
	figure      figure
	constant    bool // the 1 of a growth rate, the 100 of per cent: 1 either
	unknown     bool // no figure of the passages bears it
}

// parser reads one formula of a folded text.
type parser struct {
	s     string
	at    int
	depth int
	terms []*term
}

const (
	maxDepth   = 16  // of parentheses
	maxFormula = 240 // bytes before the sign of equality
	maxCount   = 16  // of formulas in a sentence
)

var operand = regexp.MustCompile(`^((?:us\$|hk\$|nt\$|nz\$|[acs]\$|\$|¥|€|£|(?:rmb|usd|hkd|cny|eur|gbp|jpy|sek|nok|dkk|chf|krw|inr|sgd|aud|cad))\s?)?(\d+(?:\.\d+)?)` + measure)

// formulas are the computations in a folded text, from left to right.
func formulas(s string) []formula {
	var out []formula
	for at := 0; ; {
		i := strings.IndexAny(s[at:], "=≈")
		if i < 0 || len(out) == maxCount {
			return out
		}
		end := at + i
		for from := max(at, end-maxFormula); from < end; from++ {
			if s[from] == ' ' || from > 0 && (digit(s[from-1]) || s[from-1] == '.' || latin(s[from-1])) {
				continue // not where an operand begins
			}
			if f, ok := formulaAt(s, from); ok {
				out = append(out, f)
				end = f.to - 1
				break
			}
		}
		at = end + 1
	}
}

// formulaAt reads the formula that begins at from.
func formulaAt(s string, from int) (formula, bool) {
	p := &parser{s: s, at: from}
	root := p.sum()
	if root == nil || root.op == 0 {
		return formula{}, false
	}
	if !p.take("=", "≈") {
		return formula{}, false
	}
	p.take("约", "about", "≈")
	negative := p.take("-", "−", "–", "—")
	if !negative {
		p.take("+")
	}
	result, ok := p.number()
	if !ok {
		return formula{}, false
	}
	result.negative = negative
	return formula{from: from, to: p.at, terms: p.terms, root: root, result: result}, true
}

// take steps over one of the signs, and the blanks before it.
func (p *parser) take(signs ...string) bool {
	rest := strings.TrimLeft(p.s[p.at:], " ")
	for _, sign := range signs {
		if after, ok := strings.CutPrefix(rest, sign); ok {
			p.at = len(p.s) - len(after)
			return true
		}
	}
	return false
}

func (p *parser) sum() *term {
	left := p.product()
	for left != nil {
		op := byte('+')
		if p.take("-", "−", "–", "—") {
			op = '-'
		} else if !p.take("+") {
			return left
		}
		right := p.product()
		if right == nil {
			return nil
		}
		left = &term{op: op, left: left.constantIf(1), right: right.constantIf(1)}
	}
	return nil
}

// constantIf makes t a constant if it is n, bare or in per cent.
func (t *term) constantIf(n float64) *term {
	if t.op == 0 && t.figure.value == n && (t.figure.bare() || t.figure.kind == "%" && n == 100) {
		t.constant = true
	}
	return t
}

// bare reports whether f is printed without a unit or a scale.
func (f figure) bare() bool { return f.kind == "" && f.face == f.value }

func (p *parser) product() *term {
	left := p.factor()
	for left != nil {
		op := byte('*')
		if p.take("/", "÷") {
			op = '/'
		} else if !p.take("×", "*", "x", "·") {
			return left
		}
		right := p.factor()
		if right == nil {
			return nil
		}
		if op == '*' {
			left, right = left.constantIf(100), right.constantIf(100)
		}
		left = &term{op: op, left: left, right: right}
	}
	return nil
}

func (p *parser) factor() *term {
	if p.take("(") {
		if p.depth++; p.depth > maxDepth {
			return nil
		}
		inner := p.sum()
		p.depth--
		if inner == nil || !p.take(")") {
			return nil
		}
		return inner
	}
	negative := p.take("-", "−", "–", "—")
	f, ok := p.number()
	if !ok {
		return nil
	}
	f.negative = negative
	t := &term{figure: f}
	p.terms = append(p.terms, t)
	return t
}

// number reads a figure with its unit, alone: in a formula no two are a range.
func (p *parser) number() (figure, bool) {
	p.take("") // no sign, the blanks alone
	m := operand.FindStringSubmatchIndex(p.s[p.at:])
	if m == nil {
		return figure{}, false
	}
	at := func(k int) string {
		if m[2*k] < 0 {
			return ""
		}
		return p.s[p.at+m[2*k] : p.at+m[2*k+1]]
	}
	digits, scale, unit, to := at(2), at(3), at(4), p.at+m[1]
	if unit == "x" && operand.MatchString(strings.TrimLeft(p.s[to:], " (")) {
		unit, to = "", p.at+m[8] // 12 x 3
	}
	f := figure{kind: unit, from: p.at, to: to}
	if k := kindOf[unit]; k != "" {
		f.kind = k
	}
	if sign := strings.TrimSpace(at(1)); sign != "" && unit == "" {
		f.kind = kindOf[sign]
	}
	p.at = to
	return f.read(digits, scale), true
}

// quantity is a value of a formula. Per cent are kept as printed until they
// multiply.
type quantity struct {
	value float64
	kind  string // as of a figure, "ratio", or "?" of what no unit is known
}

// value computes t; ok is false when it adds what differs in kind, or divides
// by nothing.
func (t *term) value() (q quantity, ok bool) {
	if t.op == 0 {
		q = quantity{t.figure.value, t.figure.kind}
		switch {
		case t.constant:
			q = quantity{1, "ratio"}
		case t.figure.loose():
			q.kind = ""
		}
		if t.figure.negative {
			q.value = -q.value
		}
		return q, true
	}
	a, okA := t.left.value()
	b, okB := t.right.value()
	if !okA || !okB {
		return q, false
	}
	if t.op == '+' || t.op == '-' {
		if a.kind != b.kind {
			return q, false
		}
		if t.op == '-' {
			b.value = -b.value
			if a.kind == "%" {
				a.kind = "pp"
			}
		}
		return quantity{a.value + b.value, a.kind}, true
	}
	a, b = a.share(), b.share()
	if t.op == '*' {
		return quantity{a.value * b.value, product(a.kind, b.kind)}, true
	}
	if b.value == 0 {
		return q, false
	}
	kind := "?"
	switch b.kind {
	case a.kind:
		kind = "ratio"
	case "ratio":
		kind = a.kind
	}
	return quantity{a.value / b.value, kind}, true
}

func product(a, b string) string {
	switch {
	case a == "ratio":
		return b
	case b == "ratio":
		return a
	}
	return "?"
}

// share is q as a factor: 22.8 % is 0.228.
func (q quantity) share() quantity {
	switch q.kind {
	case "%", "pp":
		return quantity{q.value / 100, "ratio"}
	case "倍":
		q.kind = "ratio"
	}
	return q
}

// gives reports whether q, rounded to what r prints, is r. A bare result is
// in the unit of the operands, which scale tells.
func (q quantity) gives(r figure, scale float64) bool {
	value, step := r.value, r.step
	if r.negative {
		value = -value
	}
	got := q.value
	switch {
	case q.kind == "ratio" && r.kind == "%":
		got *= 100
	case q.kind == "ratio" && (r.kind == "" || r.kind == "倍"), q.kind == "?":
	case q.kind == r.kind, q.kind == "" && r.loose():
		if r.bare() { // 9310 − 8420 = 890, of a table in millions
			return rounds(got, value, step) || rounds(got, value*scale, step*scale)
		}
	case r.bare() && q.kind != "ratio":
		value, step = value*scale, step*scale
	default:
		return false
	}
	return rounds(got, value, step)
}

// rounds reports whether got, rounded to step, is value.
func rounds(got, value, step float64) bool {
	return math.Abs(got-value) <= step/2*(1+1e-9)+1e-9*math.Abs(value)
}
