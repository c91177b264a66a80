package lexical

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"reportbot/retrieval"
)

// Search returns the passages in q.Scope that match q best, at most limit of
// them, the best first and equal ones by passage ID. Subjects, Publishers, Ratings,
// Industries, Since and Until, where set, must hold of the report;
// Securities and Prior only raise its passages. Passages without any score
// are no hits, so there may be none. It returns nil when ctx is done.
func (x *Index) Search(ctx context.Context, q retrieval.Query, limit int) []retrieval.Scored {
	if limit < 1 {
		return nil
	}
	sc := newScorer(q)
	// More searches at once than processors end no sooner, and some much
	// later: the scheduler cuts them into slices. Here they wait in order.
	select {
	case x.slots <- struct{}{}:
		defer func() { <-x.slots }()
	case <-ctx.Done():
		return nil
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	sc.over(x.inScope(q.Scope))
	sums, release := x.buffers(sc.shards)
	defer release()
	if !sc.run(ctx, [3][][]float32{sums, sums, sums}) {
		return nil
	}
	best := topK{limit: limit}
	share, top := sc.priorShare(), sc.top(sums)
	sc.walk(sums, func(m *match) {
		score := m.score()
		if top > 0 {
			score += share[m.row.id] * top
		}
		if score > 0 && best.takes(score) {
			best.offer(retrieval.Scored{PassageID: m.id, ReportID: m.row.id, Score: score})
		}
	})
	return best.sorted()
}

// Explain returns the summands of the scores that Search gives the passages
// named, by passage ID and part: bigrams, characters, words, neighbours,
// security, preferred, date, prior. Parts that are 0 are left out, as are passages that q
// does not find.
func (x *Index) Explain(ctx context.Context, q retrieval.Query, passageIDs []string) map[string]map[string]float64 {
	sc := newScorer(q)
	x.mu.RLock()
	defer x.mu.RUnlock()
	sc.over(x.inScope(q.Scope))
	var parts [3][][]float32
	for i := range parts {
		bufs, release := x.buffers(sc.shards)
		defer release()
		parts[i] = bufs
	}
	sums, release := x.buffers(sc.shards)
	defer release()
	if !sc.run(ctx, parts) || !sc.run(ctx, [3][][]float32{sums, sums, sums}) {
		return nil
	}
	share, top := sc.priorShare(), sc.top(sums)
	out := make(map[string]map[string]float64)
	sc.walk(sums, func(m *match) {
		if !slices.Contains(passageIDs, m.id) {
			return
		}
		all := map[string]float64{
			partBigrams:   float64(parts[0][m.shard][m.doc]),
			partChars:     float64(parts[1][m.shard][m.doc]),
			partWords:     float64(parts[2][m.shard][m.doc]),
			partNeighbour: m.beside, partSecurity: m.security, partPreferred: m.preferred, partDate: m.date,
			partPrior: share[m.row.id] * top,
		}
		maps.DeleteFunc(all, func(_ string, v float64) bool { return v == 0 })
		if len(all) > 0 {
			out[m.id] = all
		}
	})
	return out
}

// inScope returns the shards of the scope, each once, in order of their names.
func (x *Index) inScope(scope retrieval.Scope) []*shard {
	names := slices.Clone(scope)
	slices.Sort(names)
	var shards []*shard
	for _, name := range slices.Compact(names) {
		if s := x.shards[name]; s != nil {
			shards = append(shards, s)
		}
	}
	return shards
}

// buffers returns a zeroed slice per shard with room for all its passages.
// The caller calls release when it is done with them.
func (x *Index) buffers(shards []*shard) (bufs [][]float32, release func()) {
	taken := make([]*[]float32, len(shards))
	for i, s := range shards {
		buf, _ := x.pool.Get().(*[]float32)
		if buf == nil || cap(*buf) < len(s.ids) {
			buf = new([]float32)
			*buf = make([]float32, len(s.ids)+len(s.ids)/8)
		}
		*buf = (*buf)[:len(s.ids)]
		clear(*buf)
		taken[i] = buf
		bufs = append(bufs, *buf)
	}
	return bufs, func() {
		for _, buf := range taken {
			x.pool.Put(buf)
		}
	}
}

// run adds up all terms; false when ctx is done first.
func (sc *scorer) run(ctx context.Context, parts [3][][]float32) bool {
	for _, t := range sc.terms {
		if ctx.Err() != nil {
			return false
		}
		sc.add(t, parts)
	}
	return ctx.Err() == nil
}

// match is a passage with the summands of its score, but for prior.
type match struct {
	id                            string
	row                           *row
	shard, doc                    int
	words, beside, security, date float64
	preferred                     float64
}

func (m *match) score() float64 { return m.words + m.beside + m.security + m.preferred + m.date }

// walk visits every live passage of the reports the query admits. The match
// is the visitor's until it returns.
func (sc *scorer) walk(sums [][]float32, visit func(*match)) {
	boosts, preferred, admitted := sc.securityBoosts(), sc.preferredBoosts(), newFilter(&sc.query)
	var m match
	for i, s := range sc.shards {
		for n := range s.rows {
			r := &s.rows[n]
			if r.dead || !admitted.admits(r) {
				continue
			}
			boost := boosts[i][n]
			for doc := r.first; doc < r.last; doc++ {
				m = match{id: s.ids[doc], row: r, shard: i, doc: doc, security: boost}
				m.words = float64(sums[i][doc])
				if m.words > 0 && preferred[i] != nil { // no report fits for its date alone
					m.preferred = preferred[i][n]
				}
				m.beside = neighbour * beside(sums[i][r.first:r.last], doc-r.first)
				if sc.dated && s.dated[doc] {
					m.date = dateCue * (m.words + m.beside + boost)
				}
				visit(&m)
			}
		}
	}
}

// top is the best score without prior, or 0 when the query has none.
func (sc *scorer) top(sums [][]float32) float64 {
	top := 0.0
	if len(sc.query.Prior) > 0 {
		sc.walk(sums, func(m *match) { top = max(top, m.score()) })
	}
	return top
}

// beside is the sum of the scores of the passages before and after i.
func beside(sums []float32, i int) float64 {
	var sum float64
	if i > 0 {
		sum += float64(sums[i-1])
	}
	if i+1 < len(sums) {
		sum += float64(sums[i+1])
	}
	return sum
}

// topK keeps the best hits offered, in a heap with the worst at its root.
type topK struct {
	limit int
	heap  []retrieval.Scored
}

// worse orders hits from the last to the first.
func worse(a, b *retrieval.Scored) bool {
	if a.Score != b.Score {
		return a.Score < b.Score
	}
	return a.PassageID > b.PassageID
}

// takes reports whether a hit with this score may enter.
func (k *topK) takes(score float64) bool {
	return len(k.heap) < k.limit || score >= k.heap[0].Score
}

func (k *topK) offer(hit retrieval.Scored) {
	if len(k.heap) < k.limit {
		k.heap = append(k.heap, hit)
		for i := len(k.heap) - 1; i > 0 && worse(&k.heap[i], &k.heap[(i-1)/2]); i = (i - 1) / 2 {
			k.heap[i], k.heap[(i-1)/2] = k.heap[(i-1)/2], k.heap[i]
		}
		return
	}
	if !worse(&k.heap[0], &hit) {
		return
	}
	k.heap[0] = hit
	for i := 0; ; {
		child := 2*i + 1
		if child >= len(k.heap) {
			return
		}
		if child+1 < len(k.heap) && worse(&k.heap[child+1], &k.heap[child]) {
			child++
		}
		if !worse(&k.heap[child], &k.heap[i]) {
			return
		}
		k.heap[i], k.heap[child] = k.heap[child], k.heap[i]
		i = child
	}
}

func (k *topK) sorted() []retrieval.Scored {
	slices.SortFunc(k.heap, func(a, b retrieval.Scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.PassageID, b.PassageID))
	})
	return k.heap
}
