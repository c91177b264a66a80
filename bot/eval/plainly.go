package eval

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"reportbot/bot/answer"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
)

// yardstick is the plain rule by which any system's claims are measured: words
// covered to 60 %, every number there, a company there. It accepts what turns a
// fact round, so nothing is posted by it, and it shares nothing with the
// checker, which it is to judge.
type yardstick struct {
	passages map[string]string // id -> header and text, folded
	known    *security.Directory
}

// minCovered is the share of a claim's tokens that its passages must hold.
const minCovered = 0.6

func newYardstick(passages []passage, names []string) yardstick {
	y := yardstick{map[string]string{}, security.NewDirectory()}
	for _, p := range passages {
		y.passages[p.ID] = text.Fold(p.Title + "\n" + p.Text)
		if s, ok := security.Subject(p.Title); ok {
			y.known.Add([]report.Security{s})
		}
	}
	for _, n := range names {
		y.known.Add([]report.Security{{Name: n}})
	}
	return y
}

// cited counts what a model's answers cite.
type cited struct {
	asked                                bool // a model was
	claims, supported, citations, useful int
	numbers, faithful, withheld          int
}

// add counts one answer to a question.
func (y yardstick) add(c *cited, question string, a answer.Answer) {
	c.asked = c.asked || len(a.Record.Prompts) > 0
	c.withheld += a.Usage.Withheld
	ids := map[int]string{}
	for _, of := range a.Citations {
		ids[of.N] = of.PassageID
	}
	for _, claim := range a.Claims {
		var of []string
		for _, n := range claim.Citations {
			if p, ok := y.passages[ids[n]]; ok {
				of = append(of, p)
			}
		}
		for _, span := range text.Sentences(claim.Text) {
			if s := claim.Text[span.From:span.To]; letters(s) >= 6 {
				y.count(c, question, s, of)
			}
		}
	}
}

func (y yardstick) count(c *cited, question, s string, of []string) {
	all := y.supports(question, s, of)
	c.claims++
	c.citations += len(of)
	if all {
		c.supported++
	}
	for i := range of {
		others := slices.Delete(slices.Clone(of), i, i+1)
		if all && (y.supports(question, s, of[i:i+1]) || !y.supports(question, s, others)) {
			c.useful++
		}
	}
	there := numbers(strings.Join(of, "\n"))
	for _, n := range numbers(text.Fold(s)) {
		c.numbers++
		if n.in(there) {
			c.faithful++
		}
	}
}

// supports reports whether the passages plainly support a sentence.
func (y yardstick) supports(question, s string, of []string) bool {
	if len(of) == 0 {
		return false
	}
	p := strings.Join(of, "\n")
	said, there := text.Fold(s), map[text.Token]bool{}
	for t := range text.Tokens(p) {
		there[t] = true
	}
	held, all := 0, 0
	for t := range text.Tokens(said) {
		if k := t.Kind(); k != text.HanBigram && k != text.LatinWord && k != text.PlainNumber {
			continue
		}
		all++
		if there[t] {
			held++
		}
	}
	have := numbers(p)
	for _, n := range numbers(said) {
		if !n.in(have) {
			return false
		}
	}
	return float64(held) >= minCovered*float64(all) && y.named(question, s, p)
}

// named reports whether every company of the sentence stands in the passages,
// or, where it names none, one of the question's does.
func (y yardstick) named(question, s, p string) bool {
	own := y.known.Find(s)
	for _, m := range own {
		if !names(p, m) {
			return false
		}
	}
	asked := y.known.Find(question)
	return len(own) > 0 || len(asked) == 0 || slices.ContainsFunc(asked, func(m security.Mention) bool { return names(p, m) })
}

func names(p string, m security.Mention) bool {
	short := security.Name(m.Words)
	return strings.Contains(p, m.Words) || short != "" && strings.Contains(p, short) ||
		slices.ContainsFunc(m.Others, func(o string) bool { return strings.Contains(p, o) })
}

// number is a printed number with what its last digit is worth.
type number struct{ value, step float64 }

var printed = regexp.MustCompile(`(\d+)(\.\d+)?\s?(万亿|亿|万|%|billion|million|bn|mn)?`)

var worth = map[string]float64{"": 1, "万亿": 1e12, "亿": 1e8, "万": 1e4, "%": 0.01, "billion": 1e9, "bn": 1e9, "million": 1e6, "mn": 1e6}

// numbers reads the numbers of a folded text, with 万, 亿 and % taken in.
func numbers(s string) []number {
	var out []number
	for _, m := range printed.FindAllStringSubmatch(s, -1) {
		v, err := strconv.ParseFloat(m[1]+m[2], 64)
		if err != nil {
			continue // digits without end
		}
		step := 1.0
		if m[2] != "" {
			step = math.Pow10(1 - len(m[2]))
		}
		out = append(out, number{v * worth[m[3]], step * worth[m[3]]})
	}
	return out
}

// in reports whether one of the numbers is n, or is n when it is rounded to
// n's last digit.
func (n number) in(there []number) bool {
	return slices.ContainsFunc(there, func(p number) bool {
		gap := math.Abs(n.value - p.value)
		return gap <= 1e-12*math.Max(1, n.value) || p.step < n.step && gap <= n.step/2*(1+1e-9)
	})
}

func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// write adds the figures. Of quotes they would say nothing: without a model
// there are none.
func (c cited) write(kind string, m map[string]float64) {
	if !c.asked {
		return
	}
	name := func(s string) string { return strings.TrimPrefix(kind+"_"+s, "_") }
	if c.claims > 0 {
		m[name("citation_recall")] = float64(c.supported) / float64(c.claims)
	}
	if c.citations > 0 {
		m[name("citation_precision")] = float64(c.useful) / float64(c.citations)
	}
	if c.numbers > 0 {
		m[name("number_fidelity")] = float64(c.faithful) / float64(c.numbers)
	}
	m[name("withheld")] = float64(c.withheld)
}

func (c *cited) plus(o cited) {
	c.asked = c.asked || o.asked
	c.claims, c.supported = c.claims+o.claims, c.supported+o.supported
	c.citations, c.useful = c.citations+o.citations, c.useful+o.useful
	c.numbers, c.faithful = c.numbers+o.numbers, c.faithful+o.faithful
	c.withheld += o.withheld
}
