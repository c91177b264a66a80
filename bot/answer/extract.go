package answer

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// extract answers in the reports' own words, or refuses.
func (a *Answerer) extract(q question, ranked []candidate, found retrieval.Found, reports []*report.Report, lang string) Answer {
	if r := a.refuse(q, ranked, found, lang); r.Code != "" {
		return Answer{Status: Abstained, Text: r.Text, Reason: r, Nearest: nearest(found, reports)}
	}
	out := Answer{Status: Answered, Reason: Reason{Code: "no_model", Text: words(lang).noModel}}
	chosen := a.choose(q, ranked, found.Hits)
	switch missing := union(q.silent, q.unanswered(chosen, found.Hits)); {
	case len(missing) > 0:
		out.Reason = partly(missing, false, lang)
	case a.chat != nil:
		out.Reason = Reason{}
	}
	carried(q, chosen, found.Hits, lang)
	for _, c := range chosen {
		n := len(out.Citations) + 1
		k := cite(n, &found.Hits[c.hit], c.from, c.quote)
		k.Cut = c.cut
		out.Citations = append(out.Citations, k)
		out.Claims = append(out.Claims, Claim{Text: unmarked(c.shown), Citations: []int{n}, Supported: true})
	}
	if q.kind == summary && len(out.Claims) > 0 {
		out.Claims[0].Heading = words(lang).points
	}
	out.Text = render(out.Claims)
	return out
}

// choose takes as many units as the kind of question wants, within the
// limits on units and characters.
func (a *Answerer) choose(q question, ranked []candidate, hits []retrieval.Hit) []candidate {
	sel := selection{q: q, most: min(4, a.opt.MaxUnits), left: a.opt.MaxChars, each: cmp.Or(a.opt.Licence.Quote, a.opt.MaxChars)}
	share := 0.7
	switch {
	case q.kind == summary: // points, not an answer: twice as many
		share, sel.most, sel.left = 0.6, 2*a.opt.MaxUnits, 2*a.opt.MaxChars
		ranked = points(ranked, hits)
	case q.view: // a letterhead is none
		if said := slices.DeleteFunc(slices.Clone(ranked), func(c candidate) bool { return !c.states() }); len(said) > 0 {
			ranked = said
		}
	case q.kind != fact || q.value == aList:
		share, sel.most = 0.6, a.opt.MaxUnits
	}
	for _, house := range q.houses[:min(len(q.houses), sel.most)] { // one of each house asked for
		if c, ok := newest(house, ranked); ok && c.score >= 0.5*ranked[0].score {
			sel.take(c)
		}
	}
	if q.double {
		sel.take(ranked[0])
		for range sel.most - 1 {
			if c, ok := q.complement(ranked, sel.out); !ok || !sel.take(c) {
				break
			}
		}
	}
	for i, c := range ranked {
		if c.score < share*ranked[0].score {
			break
		}
		if !sel.wants(c, i) {
			continue
		}
		sel.take(c)
		if i == 0 && q.value == aList && c.item > 0 && strings.Count(c.quote, "、") < 2 {
			sel.items(c, ranked[1:])
		}
	}
	if q.kind == summary { // read as the reports have them
		slices.SortStableFunc(sel.out, inText)
	}
	return sel.out
}

// selection is what an extract quotes, in the making.
type selection struct {
	q          question
	out        []candidate
	most, left int // units, and characters that may still be quoted
	each       int // characters of one
}

// wants reports whether the i-th best unit adds to what is chosen.
func (s *selection) wants(c candidate, i int) bool {
	single := s.q.kind == fact && s.q.value != aList
	if single && len(s.out) > 0 && c.score < s.out[0].demands(c)*s.out[0].score {
		return false
	}
	return i == 0 || c.typed || !s.q.asksValue() && s.q.asked == "" // beside a value, what holds none says little
}

// take adds a unit unless it is too much or says nothing new. The first is
// clipped where it is too long.
func (s *selection) take(c candidate) bool {
	others := c.by == "" && len(s.out) > 0 && s.out[0].by != ""
	if len(s.out) >= s.most || others || doubled(s.out, c) { // the houses asked for, if they say anything
		return false
	}
	n := utf8.RuneCountInString(c.quote)
	if min(n, s.each) > s.left && len(s.out) > 0 {
		return false
	}
	if most := min(s.each, s.left); n > most {
		c.clip(s.q, most)
	}
	s.left -= utf8.RuneCountInString(c.quote)
	s.out = append(s.out, c)
	return true
}

// items adds the other items of the short list that c is of.
func (s *selection) items(c candidate, others []candidate) {
	for _, o := range others {
		if o.hit == c.hit && o.list == c.list && o.item > 0 && o.item != c.item {
			s.take(o)
		}
	}
}

// Beside a fact's first unit, one of another passage or with its values away
// from the words for what is asked must come closer to it.
const (
	elsewhere = 0.8
	away      = 0.85
)

// demands is the share of the first unit's score that a further unit needs.
func (c *candidate) demands(further candidate) float64 {
	need := 0.0
	if further.hit != c.hit {
		need = elsewhere
	}
	if further.far {
		need = max(need, away)
	}
	return need
}

// newest returns the unit of the house's newest report that is nearly as good
// as the house's best: houses are asked for what they hold now.
func newest(house string, ranked []candidate) (candidate, bool) {
	at := -1
	best := 0.0
	for i, c := range ranked {
		switch {
		case c.by != house:
		case at < 0:
			at, best = i, c.score
		case c.score >= 0.8*best && c.cover >= 0.9*ranked[at].cover && c.published > ranked[at].published:
			at = i
		}
	}
	if at < 0 {
		return candidate{}, false
	}
	return ranked[at], true
}

// complement returns the candidate that says most of what of the question
// the chosen ones leave open, if any says enough of it.
func (q *question) complement(ranked, chosen []candidate) (candidate, bool) {
	open := maps.Clone(q.tokens)
	for _, c := range chosen {
		for t := range text.Tokens(text.Fold(c.quote)) {
			delete(open, t)
		}
	}
	best, at := 0.0, -1
	for i, c := range ranked {
		if c.score < 0.4*ranked[0].score {
			break
		}
		gain := 0.0
		seen := map[text.Token]bool{}
		for t := range text.Tokens(text.Fold(c.quote)) {
			if !seen[t] {
				seen[t] = true
				gain += open[t]
			}
		}
		if gain /= q.total; gain >= newShare && gain*c.score > best {
			best, at = gain*c.score, i
		}
	}
	if at < 0 {
		return candidate{}, false
	}
	return ranked[at], true
}

// newShare of a question must be added by a further unit to be worth quoting.
const newShare = 0.12

// clip cuts a unit longer than n runes to the clauses around the one that
// shares most with the question.
func (c *candidate) clip(q question, n int) {
	best, at := -1.0, 0
	for i := 0; i < len(c.quote); {
		end := i + strings.IndexAny(c.quote[i:]+"，", "，,；;\t")
		sum := 0.0
		for t := range text.Tokens(text.Fold(c.quote[i:end])) {
			sum += q.tokens[t]
		}
		if sum > best {
			best, at = sum, i
		}
		_, size := utf8.DecodeRuneInString(c.quote[end:] + " ")
		i = end + size
	}
	if at > 0 && c.own != "" {
		c.label = c.own
	}
	c.from += at
	c.cut = utf8.RuneCountInString(c.quote[at:]) > n
	r := []rune(c.quote[at:])
	if c.quote = report.Shorten(c.quote[at:], n); c.quote == "" { // one long word
		c.quote = string(r[:min(n, len(r))])
	}
	c.shown = under(c.label, c.quote)
}

// doubled reports whether c says little that a chosen unit does not say:
// 85 % of its tokens.
func doubled(chosen []candidate, c candidate) bool {
	for _, d := range chosen {
		have := map[text.Token]bool{}
		for t := range text.Tokens(text.Fold(d.quote)) {
			have[t] = true
		}
		same, all := 0, 0
		for t := range text.Tokens(text.Fold(c.quote)) {
			all++
			if have[t] {
				same++
			}
		}
		if all > 0 && same*100 >= all*85 {
			return true
		}
	}
	return false
}

// cite makes citation n of the words at byte offset from of a hit.
func cite(n int, h *retrieval.Hit, from int, quote string) report.Citation {
	page := h.Passage.PageAt(from)
	return report.Citation{
		N: n, PassageID: h.Passage.ID, Report: h.Report.Header(), SectionNumber: h.Passage.Number,
		SectionTitle: h.Passage.SectionTitle(), Page: page, PageLabel: h.Report.OtherLabel(page), Quote: quote,
	}
}

// render writes the claims with their markers, one a line.
func render(claims []Claim) string {
	var b strings.Builder
	for i, c := range claims {
		if i > 0 {
			b.WriteByte('\n')
		}
		if c.Heading != "" {
			b.WriteString(c.Heading + "\n")
		}
		b.WriteString(c.Text)
		for _, n := range c.Citations {
			b.WriteString(" [" + itoa(n) + "]")
		}
	}
	return b.String()
}

// printedMark is what looks like one of our markers in a report's own words.
var printedMark = regexp.MustCompile(`\[(\d{1,3})\]`)

// unmarked keeps the numbers a report prints in brackets apart from ours: a
// marker always names a citation of the answer. Quotes stay as printed.
func unmarked(s string) string { return printedMark.ReplaceAllString(s, "〔$1〕") }
