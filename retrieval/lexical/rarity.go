package lexical

import (
	"math"

	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// Rarity is the inverse document frequency of a token over the passages of
// the scope, ln(1 + (n-df+½)/(df+½)): the weight BM25 gives it. It is largest
// for a token no passage holds.
func (x *Index) Rarity(scope retrieval.Scope, t text.Token) float64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	n, df := 0, 0
	for _, s := range x.inScope(scope) {
		n += s.live
		if at, ok := s.terms.get(t); ok {
			df += s.df(s.lists[at])
		}
	}
	return math.Log(1 + (float64(n-df)+0.5)/(float64(df)+0.5))
}
