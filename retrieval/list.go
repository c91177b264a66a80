package retrieval

import (
	"context"
	"slices"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval/question"
)

// choose makes the list of hits out of the ranking: in its order, but
//   - of passages of one publisher that say the same only the first, as the
//     paragraph that stands in its five morning notes is one piece of evidence
//     (two publishers who say the same are two);
//   - of one report, at first, no more than half of the list or four;
//   - a report that a newer one of the same publisher on the same security
//     supersedes comes after all others, unless the question asks for older ones.
//
// What comes after fills the list when there is room. words is the ranking by
// words alone, whose scores can be compared.
func (s *Searcher) choose(ctx context.Context, ranked, words []Scored, limit int, read question.Reading) ([]Hit, error) {
	first, later := s.order(ranked, words, max(4, limit/2), read)
	l := list{limit: limit}
	for _, part := range [][]Scored{first, later} {
		for len(part) > 0 && len(l.hits) < limit {
			n := min(len(part), limit-len(l.hits)+len(l.hits)/4)
			hits, err := s.hits(ctx, part[:n])
			if err != nil {
				return nil, err
			}
			for _, h := range hits {
				l.add(h)
			}
			part = part[n:]
		}
	}
	return l.hits, nil
}

// order parts the ranking in what comes first and what only fills up.
func (s *Searcher) order(ranked, words []Scored, most int, read question.Reading) (first, later []Scored) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	old := map[string]bool{}
	if !older(read) {
		old = s.superseded(words)
	}
	of := map[string]int{}
	for _, k := range ranked {
		if of[k.ReportID]++; of[k.ReportID] > most || old[k.ReportID] {
			later = append(later, k)
			continue
		}
		first = append(first, k)
	}
	return first, later
}

// older reports whether a question wants older reports as well: it says so, gives
// their dates, or asks for what began or changed a rating.
func older(read question.Reading) bool {
	return read.History || len(read.Actions) > 0 || read.Since != "" || read.Until != ""
}

// asGood is the share of the older report's best score that the newer one's
// must reach to supersede it: a newer note that says nothing of what is asked
// leaves the older one its place.
const asGood = 0.8

// superseded returns the reports of the ranking that a newer one in it takes
// the place of. The caller holds s.mu.
func (s *Searcher) superseded(ranked []Scored) map[string]bool {
	type series struct{ publisher, code string }
	best := map[string]float64{}
	of := map[series][]*report.Report{}
	for _, k := range ranked {
		r := s.reports[k.ReportID]
		if _, seen := best[k.ReportID]; seen || r == nil {
			continue
		}
		best[k.ReportID] = k.Score // the first is the best
		if len(r.Securities) == 1 && r.Publisher != "" && r.Published != "" && r.Securities[0].Code != "" {
			key := series{r.Publisher, r.Securities[0].Code}
			of[key] = append(of[key], r)
		}
	}
	old := map[string]bool{}
	for _, rs := range of {
		for _, r := range rs {
			old[r.ID] = slices.ContainsFunc(rs, func(n *report.Report) bool {
				return n.Published > r.Published && best[n.ID] >= asGood*best[r.ID]
			})
		}
	}
	return old
}

// list takes hits in order and leaves out what says the same as one before.
type list struct {
	limit int
	hits  []Hit
	said  [][]text.Token // of hits: their distinct tokens, sorted; nil until asked for
}

// alike is the share of the tokens of two passages, of all they have, from
// which on they say the same. Tables are never compared: the numbers that tell
// them apart are few beside their heads.
const alike = 0.85

const comparable = 20 // tokens; shorter passages are alike by chance

func (l *list) add(h Hit) {
	if len(l.hits) == l.limit {
		return
	}
	for i := range l.hits {
		if l.same(i, &h) {
			l.hits[i].Same = append(l.hits[i].Same, h.Passage.ID)
			return
		}
	}
	l.hits, l.said = append(l.hits, h), append(l.said, nil)
}

// same reports whether h says what hit i says.
func (l *list) same(i int, h *Hit) bool {
	a := &l.hits[i]
	long, short := len(a.Passage.Text), len(h.Passage.Text)
	if a.Report.Publisher == "" || a.Report.Publisher != h.Report.Publisher || a.Report.ID == h.Report.ID ||
		a.Passage.Kind == report.Table || h.Passage.Kind == report.Table || float64(min(long, short)) < alike*alike*float64(max(long, short)) {
		return false
	}
	if l.said[i] == nil {
		l.said[i] = distinct(a.Passage.Text)
	}
	tokens := distinct(h.Passage.Text)
	return len(tokens) >= comparable && overlap(l.said[i], tokens) >= alike
}

// distinct returns the tokens of a text, each once, in order.
func distinct(s string) []text.Token {
	var out []text.Token
	for t := range text.Tokens(text.Fold(s)) {
		out = append(out, t)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// overlap is the share of the tokens of a and b that both have.
func overlap(a, b []text.Token) float64 {
	both := 0
	for i, k := 0, 0; i < len(a) && k < len(b); {
		switch {
		case a[i] < b[k]:
			i++
		case a[i] > b[k]:
			k++
		default:
			both, i, k = both+1, i+1, k+1
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// hits fetches ranked passages.
func (s *Searcher) hits(ctx context.Context, ranked []Scored) ([]Hit, error) {
	ids := make([]string, len(ranked))
	at := map[string]int{}
	for i, r := range ranked {
		ids[i], at[r.PassageID] = r.PassageID, i
	}
	passages, err := s.store.Passages(ctx, ids)
	if err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]Hit, 0, len(passages))
	for _, p := range passages {
		if r := s.reports[p.ReportID]; r != nil {
			k := ranked[at[p.ID]]
			out = append(out, Hit{Passage: p, Report: r, Score: k.Score, Parts: k.Parts})
		}
	}
	return out, nil
}
