package answer

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// candidate is a unit with its score and what of the question it covers.
type candidate struct {
	unit
	score     float64
	cover     float64 // rarity-weighted share of the question's core in quote, context and headings
	typed     bool    // it holds a value of the asked kind
	cued      bool    // it says what is asked for in words of its own
	far       bool    // its values stand away from the words for what is asked
	by        string  // the house it is from, when the question names houses
	published string  // of its report
	cut       bool    // its quote was shortened
}

// The weights of the score, measured on 1,250 questions over company
// reports: the company gate is worth 16 points of first sentences right, the
// kind of value 4, the passage's rank 1.
const (
	typeWeight  = 0.3
	rankWeight  = 0.5
	k1, b       = 1.2, 0.75
	inContext   = 0.6 // of a word that stands in the lead or table header
	inHeading   = 0.4 // of a word that stands in the section path
	inCue       = 0.8 // of what is asked for, said in other words
	inPassage   = 0.3 // of the question's head, which the passage says somewhere
	headPenalty = 0.5 // for a passage that names another at the question's head
	// The rest are judgements, not fitted.
	rowBonus     = 0.3 // the row is called what is asked for
	agePenalty   = 0.2 // for a report a year older than the newest found
	staleOpinion = 0.8 // for a rating or target price half a year older than the newest found
	pastPenalty  = 0.3 // for what a unit says held before (前次目标价)
	sidePenalty  = 0.5 // for upside where downside is asked for
	riskBonus    = 0.3 // a risk notice, when risks are asked for
)

// rank scores every unit of the hits that pass the company gate, best first.
func (a *Answerer) rank(q question, found retrieval.Found) []candidate {
	var all []candidate
	average, n := 0.0, 0
	for k := range found.Hits {
		if !gate(q, &found.Hits[k]) {
			continue
		}
		for _, u := range units(found.Hits, k) {
			if !u.row && u.context == "" && q.echoes(u.quote) || othersRow(q, &found.Hits[k], u) {
				continue
			}
			average += float64(utf8.RuneCountInString(u.quote))
			n++
			all = append(all, candidate{unit: u})
		}
	}
	if n == 0 {
		return nil
	}
	average /= float64(n)
	top := max(found.Hits[0].Score, 1e-9)
	newest := ""
	for i := range all {
		newest = max(newest, found.Hits[all[i].hit].Report.Published)
	}
	heads, longest := make([]string, len(found.Hits)), 0
	for k := range found.Hits {
		heads[k] = head(q, &found.Hits[k])
		longest = max(longest, len(heads[k]))
	}
	for i := range all {
		h := &found.Hits[all[i].hit]
		all[i].by, all[i].published = house(q, h), h.Report.Published
		all[i].weigh(q, h, average, h.Score/top, heads[all[i].hit])
		all[i].score += all[i].called(q) + age(q, h, newest) + warned(q, h) - past(q, &all[i]) - opposed(q, &all[i])
		if longest > 0 {
			all[i].score -= headPenalty * (1 - float64(len(heads[all[i].hit]))/float64(longest))
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].score > all[j].score })
	return all
}

// echoShare of a unit's characters stand in the question where it only says
// it again: a heading, a question that the text asks itself.
const echoShare = 0.85

// echoes reports whether a unit is a heading that says no more than the
// question does.
func (q *question) echoes(quote string) bool {
	if strings.ContainsAny(quote, "。；！？：，.;!?:,|") {
		return false // a statement, not a heading
	}
	all, same := 0, 0
	for _, r := range text.Fold(quote) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			all++
			if strings.ContainsRune(q.folded, r) {
				same++
			}
		}
	}
	return float64(same) >= echoShare*float64(all)
}

// weigh scores a unit by its words, the kind of value it holds, its years and
// the rank of its passage, and notes what of the question it covers.
func (c *candidate) weigh(q question, h *retrieval.Hit, average, rank float64, head string) {
	tf := map[text.Token]float64{}
	quote := text.Fold(c.quote)
	for t := range text.Tokens(quote) {
		tf[t]++
	}
	beside := c.beside(q, h, quote)
	length := float64(utf8.RuneCountInString(c.quote))
	norm := k1 * (1 - b + b*length/average)
	bm := 0.0
	said := map[text.Token]bool{} // by the passage, of whom the question begins with
	for t := range text.Tokens(head) {
		said[t] = true
	}
	for _, t := range q.order {
		w, f := q.tokens[t], tf[t]
		if f == 0 {
			f = beside[t]
		}
		if f > 0 {
			c.cover += w
		} else if said[t] {
			f = inPassage
		}
		bm += w * f * (k1 + 1) / (f + norm)
	}
	if q.total > 0 {
		bm, c.cover = bm/q.total, c.cover/q.total
	}
	c.cued, c.far = q.saysCue(quote), !c.near(q, quote)
	c.typed = c.holds(q, quote)
	c.score = bm + rankWeight*rank
	if c.otherYear(q, h, quote) {
		c.typed = false
	}
	switch {
	case q.value == anything && q.asked == "":
		c.score += typeWeight / 2
	case c.typed:
		c.score += typeWeight
	}
}

// beside are the tokens that count for a unit without standing in it: those
// of its headings and context, and of what it says in other words.
func (c *candidate) beside(q question, h *retrieval.Hit, quote string) map[text.Token]float64 {
	out := map[text.Token]float64{}
	for t := range text.Tokens(text.Fold(h.Passage.Header())) {
		out[t] = inHeading
	}
	for t := range text.Tokens(text.Fold(c.context)) {
		out[t] = inContext
	}
	if q.saysCue(quote) {
		for t := range text.Tokens(q.asked) {
			out[t] = inCue
		}
	}
	return out
}
