package answer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// holds reports whether a unit holds a value of the kind asked for.
func (c *candidate) holds(q question, quote string) bool {
	if q.value == anything {
		return q.asked == "" || c.cued
	}
	return carries[q.value].MatchString(quote) || c.row && c.rowCarries(q, quote)
}

// otherYear reports whether the question names years and the unit, with its
// table header, names only others. A unit that names none is of those of its
// passage and report.
func (c *candidate) otherYear(q question, h *retrieval.Hit, quote string) bool {
	if len(q.years) == 0 {
		return false
	}
	said := years(quote + " " + text.Fold(c.context))
	if len(said) == 0 {
		said = years(text.Fold(strings.Join([]string{h.Passage.Header(), h.Passage.Text, h.Report.Title, h.Report.Published}, " ")))
	}
	for _, y := range said {
		if slices.Contains(q.years, y) {
			return false
		}
	}
	return len(said) > 0
}

var rateHead = regexp.MustCompile(`率|%|占比|增速|增长|同比|growth|margin`)

// rowCarries reports whether a table row holds a value of the asked kind: its
// unit stands in the header or caption.
func (c *candidate) rowCarries(q question, quote string) bool {
	if strings.IndexFunc(quote, unicode.IsDigit) < 0 {
		return false
	}
	switch q.value {
	case anAmount, aNumber:
		return true
	case aRate:
		return rateHead.MatchString(quote) || rateHead.MatchString(text.Fold(c.context))
	}
	return false
}

// How far, in bytes, a word for what is asked may stand before or after a
// value that is its value.
const (
	nearBefore = 42
	nearAfter  = 72
)

// near reports whether a value of the kind asked for stands beside a word for
// what is asked. Only what texts say in other words is held to it: a figure's
// own name may stand in the sentence before.
func (c *candidate) near(q question, quote string) bool {
	if q.value == anything || q.asked == "" || c.row {
		return true
	}
	words := slices.Clone(q.says)
	for r := []rune(q.asked); len(r) > 1; r = r[1:] {
		words = append(words, string(r[:2]))
	}
	for _, m := range carries[q.value].FindAllStringIndex(quote, 20) {
		around := quote[max(0, m[0]-nearBefore):min(len(quote), m[1]+nearAfter)]
		if slices.ContainsFunc(words, func(w string) bool { return strings.Contains(around, w) }) {
			return true
		}
	}
	return false
}
