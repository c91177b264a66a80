package retrieval

import (
	"math"
	"sort"

	"reportbot/ingest/report"
)

// join gives the vectors their say by how well the best word hit covers the
// question: where it holds nearly all words it is likely right, and a nearness
// of meaning, which no embedder measures without noise, would only move what
// stands well. Where it holds few, what is asked about is said otherwise or
// not at all, and meaning must decide.
func (s *Searcher) join(q Query, words, near []Scored) []Scored {
	if len(words) == 0 || len(near) == 0 {
		return fuse(words, near, s.weight)
	}
	return fuse(words, near, s.weight*say(s.words.Coverage(q, words[0])))
}

// say is what the weight of the vectors is multiplied by: 0 for full coverage,
// 0.9 at three quarters, 4 at a half, 16 at 0.3. It was chosen for the synonyms
// of meaning_test.go, whose best word hits cover 0.6 at most, and the graded
// questions, most of which are covered better.
func say(coverage float64) float64 {
	coverage = max(coverage, 0.1) // less leaves the words no share as it is
	return 2 * (1 - coverage) / (coverage * coverage)
}

// standOut is the z-score above which a vector counts. On the graded sets the
// nearest of 50 stands at 3.3 (median), one that shares a synonym at 5 to 7,
// which is the most there can be. Counted from 0 instead, the embedder of
// meaning_test.go cost the graded sets up to 2.2 points of nDCG@10, so 0.16.
const standOut = 3

// threshold is standOut for n vectors: the same share of the most that a
// z-score of few can be, so that a small scope is not left to words.
func threshold(n int) float64 {
	return min(standOut, standOut*math.Sqrt(float64(n-1)/49))
}

// fuse joins two rankings by their standardised scores: words + weight ×
// vectors, of which what is above the threshold counts. Plain rank fusion with
// a weak embedder was measured to cost 4-23 points of nDCG; scores keep a sure
// word match sure. A passage that words did not rank gets their lowest score;
// among equals those of words come first, then the nearer ones.
func fuse(words, vectors []Scored, weight float64) []Scored {
	if len(words) == 0 || len(vectors) == 0 {
		return append(words, vectors...)
	}
	wz, wLow := standard(words)
	vz, _ := standard(vectors)
	least := threshold(len(vectors))
	out := make([]Scored, 0, len(words)+len(vectors))
	add := func(s Scored) {
		w, ok := wz[s.PassageID]
		if !ok {
			w = wLow
		}
		v := weight * max(0, vz[s.PassageID]-least) // 0 of what vectors did not rank
		s.Score = w + v
		s.Parts = map[string]float64{"words_z": w, "vectors_z": v}
		out = append(out, s)
	}
	for _, s := range words {
		add(s)
	}
	for _, s := range vectors {
		if _, ok := wz[s.PassageID]; !ok {
			add(s)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Score > out[j].Score })
	return out
}

// standard returns each score minus the mean over the standard deviation,
// and the lowest of them.
func standard(in []Scored) (z map[string]float64, low float64) {
	mean, dev := 0.0, 0.0
	for _, s := range in {
		mean += s.Score / float64(len(in))
	}
	for _, s := range in {
		dev += (s.Score - mean) * (s.Score - mean) / float64(len(in))
	}
	if dev = math.Sqrt(dev); dev == 0 {
		dev = 1
	}
	z = make(map[string]float64, len(in))
	for _, s := range in {
		z[s.PassageID] = (s.Score - mean) / dev
		low = min(low, z[s.PassageID])
	}
	return z, low
}

// sortReports orders by date, newest first, then publisher, title and ID.
func sortReports(rs []*report.Report) {
	sort.Slice(rs, func(i, j int) bool {
		a, b := rs[i], rs[j]
		switch {
		case a.Published != b.Published:
			return a.Published > b.Published
		case a.Publisher != b.Publisher:
			return a.Publisher < b.Publisher
		case a.Title != b.Title:
			return a.Title < b.Title
		}
		return a.ID < b.ID
	})
}
