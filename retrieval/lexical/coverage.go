package lexical

import (
	"cmp"
	"math"
	"slices"

	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// Coverage is how much of the question a passage holds in its text or title,
// from 0 to 1: the squared rarity of the question's words that stand there, as
// a share of that of all of them. It is 0 of a passage that is gone.
//
// Squares, because one rare word that is missing says more than some common
// ones that are there. Single characters stand for Chinese words: of the pairs
// in a question many cross two words and stand nowhere else. Numbers are left
// out, since nobody says a year in other words, as are translations.
func (x *Index) Coverage(q retrieval.Query, passage retrieval.Scored) float64 {
	sc := newScorer(q)
	x.mu.RLock()
	defer x.mu.RUnlock()
	own := len(sc.terms) // translations come after them
	sc.over(x.inScope(q.Scope))
	held, all := 0.0, 0.0
	for _, t := range sc.terms[:own] {
		if k := t.token.Kind(); k != text.HanChar && k != text.LatinWord {
			continue
		}
		rarity := sc.rarity(t)
		all += rarity * rarity
		if sc.holds(passage, t) {
			held += rarity * rarity
		}
	}
	if all == 0 {
		return 1 // numbers alone are asked for
	}
	return held / all
}

// rarity is the inverse document frequency of a term in the scope.
func (sc *scorer) rarity(t term) float64 {
	df := 0
	for _, s := range sc.shards {
		if at, ok := s.terms.get(t.token); ok {
			df += s.df(s.lists[at])
		}
	}
	return math.Log(1 + (float64(sc.passages-df)+0.5)/(float64(df)+0.5))
}

// holds reports whether a passage holds a term.
func (sc *scorer) holds(passage retrieval.Scored, t term) bool {
	for _, s := range sc.shards {
		n, ok := s.byID[passage.ReportID]
		if !ok {
			continue
		}
		r := &s.rows[n]
		doc := slices.Index(s.ids[r.first:r.last], passage.PassageID)
		at, ok := s.terms.get(t.token)
		if doc < 0 || !ok {
			return false
		}
		_, ok = slices.BinarySearchFunc(s.lists[at], posting(r.first+doc), func(p, doc posting) int {
			return cmp.Compare(p>>docShift, doc)
		})
		return ok
	}
	return false
}
