package lexical

import (
	"math"
	"regexp"
	"slices"
	"time"

	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// The weights were chosen on the development questions of three graded
// Chinese sets (company reports, financial news, web snippets); the title
// weight is flat from 2 to 6. None of them is worth a setting.
const (
	titleWeight = 4
	titleB      = 0.5
	neighbour   = 0.1 // of the scores of the passages before and after
	security    = 3   // times the rarity of the security asked about
	preferred   = 3   // times the rarity of the publisher, dates, rating or industry asked for; with 1 an
	// older report of the house came before the month's that was asked for
	dateCue       = 0.1 // more for a dated passage when asked for a date
	prior         = 0.4 // of the best score, for reports of earlier turns
	priorDecay    = 0.7 // per turn
	repeated      = 0.7 // of a term's weight, each time the question repeats it
	wordWeight    = 2   // of words and numbers, which agree by chance less often than characters
	partBigrams   = "bigrams"
	partChars     = "characters"
	partWords     = "words" // words, numbers and numbers with units, of both scores
	partNeighbour = "neighbours"
	partSecurity  = "security"
	partPreferred = "preferred"
	partDate      = "date"
	partPrior     = "prior"
)

// curve is how a BM25F score saturates and how it minds a passage's length.
type curve struct{ k1, b float32 }

var (
	bigramCurve = curve{k1: 0.8, b: 0.75}
	charCurve   = curve{k1: 0.6, b: 0.5}
)

// asksDate finds questions for a date; both languages, folded.
var asksDate = regexp.MustCompile(`何时|什么时候|哪一?[年天日]|哪个?月|几[月号日]|时间|日期|\bwhen\b|\bwhat (?:date|year|day)\b|\bwhich year\b`)

// term is a token asked for, with how often.
type term struct {
	token   text.Token
	times   float32
	foreign bool // a translation: counts in reports of the other language alone
}

// scorer scores the passages of the shards in scope for one query. It is used
// under the index's read lock.
type scorer struct {
	query     retrieval.Query
	terms     []term   // in the order of the question
	dated     bool     // a date is asked for
	foreign   language // the other one than the question's
	shards    []*shard
	passages  int // live, in all shards; so are the next three
	reports   int
	meanText  float32
	meanTitle float32
}

func newScorer(q retrieval.Query) *scorer {
	sc := &scorer{query: q, dated: asksDate.MatchString(text.Fold(q.Text))}
	for _, t := range text.Terms(q.Text) {
		i := slices.IndexFunc(sc.terms, func(have term) bool { return have.token == t })
		if i < 0 {
			sc.terms = append(sc.terms, term{token: t, times: 1})
			continue
		}
		sc.terms[i].times += repeated
	}
	return sc
}

// over sets the scorer to the shards, whose passages are all there is.
func (sc *scorer) over(shards []*shard) {
	sc.shards = shards
	sumText, sumTitle := 0, 0
	for _, s := range shards {
		sc.passages += s.live
		sc.reports += len(s.byID)
		sumText += s.sumText
		sumTitle += s.sumTitle
	}
	n := float32(max(sc.passages, 1))
	sc.meanText, sc.meanTitle = max(float32(sumText)/n, 1), max(float32(sumTitle)/n, 1)
	sc.translate()
}

// add adds to sums what term t is worth to every passage. parts[0] takes what
// bigrams are worth, parts[1] characters, parts[2] the rest; they may be the
// same. There is one sums per shard.
func (sc *scorer) add(t term, parts [3][][]float32) {
	df := 0
	for _, s := range sc.shards {
		if at, ok := s.terms.get(t.token); ok {
			df += s.df(s.lists[at])
		}
	}
	if df == 0 {
		return
	}
	n := float64(sc.passages)
	weight := t.times * float32(math.Log(1+(n-float64(df)+0.5)/(float64(df)+0.5)))
	for i, s := range sc.shards {
		at, ok := s.terms.get(t.token)
		if !ok {
			continue
		}
		list := s.lists[at]
		if t.foreign {
			list = s.in(sc.foreign, list)
		}
		switch t.token.Kind() {
		case text.HanBigram:
			sc.addList(s, list, weight, bigramCurve, parts[0][i])
		case text.HanChar:
			sc.addList(s, list, weight, charCurve, parts[1][i])
		default:
			weight := wordWeight * weight
			sc.addList(s, list, weight, bigramCurve, parts[2][i])
			sc.addList(s, list, weight, charCurve, parts[2][i])
		}
	}
}

// addList is the inner loop of every search. With tf the count in the passage
// over its length norm plus titleWeight times that of the title, a passage
// gets weight·tf/(k1+tf).
func (sc *scorer) addList(s *shard, list []posting, weight float32, c curve, sums []float32) {
	lengths := s.lengths[:len(sums)]
	fixed, perToken := 1-c.b, c.b/sc.meanText
	for _, p := range list {
		doc := p >> docShift
		norm := fixed + perToken*float32(lengths[doc])
		tf := float32(p & textMask)
		if title := p >> titleShift & titleMask; title > 0 {
			tf += titleWeight * float32(title) * norm / (1 - titleB + titleB/sc.meanTitle*float32(s.titles[doc]))
		}
		sums[doc] += weight * tf / (tf + c.k1*norm)
	}
}

// filter is the conditions a query puts on reports, folded.
type filter struct {
	subjects, publishers, ratings, industries []string
	since, until                              string // YYYY-MM-DD or ""
}

func newFilter(q *retrieval.Query) *filter {
	fold := func(names []string) (out []string) {
		for _, name := range names {
			out = append(out, text.Fold(name))
		}
		return out
	}
	f := &filter{subjects: fold(q.Subjects), publishers: fold(q.Publishers), ratings: fold(q.Ratings), industries: fold(q.Industries)}
	if !q.Since.IsZero() {
		f.since = q.Since.Format(time.DateOnly)
	}
	if !q.Until.IsZero() {
		f.until = q.Until.Format(time.DateOnly)
	}
	return f
}

// admits reports whether r meets all conditions. A report without a date
// meets none on dates.
func (f *filter) admits(r *row) bool {
	in := func(want []string, got string) bool { return len(want) == 0 || slices.Contains(want, got) }
	on := len(f.subjects) == 0 || slices.ContainsFunc(r.securities, func(s string) bool { return slices.Contains(f.subjects, s) })
	return on && in(f.publishers, r.publisher) && in(f.ratings, r.rating) && in(f.industries, r.industry) &&
		r.published >= f.since && (f.until == "" || r.published != "" && r.published <= f.until)
}

// securityBoosts returns per shard what the reports on a security asked about
// get: more the fewer there are, and once, though it may match by two names.
func (sc *scorer) securityBoosts() []map[int]float64 {
	boosts := make([]map[int]float64, len(sc.shards))
	for _, name := range sc.query.Securities {
		name = text.Fold(name)
		docs := 0
		for _, s := range sc.shards {
			for _, r := range s.named[name] {
				if !s.rows[r].dead {
					docs++
				}
			}
		}
		boost := security * math.Log(float64(sc.reports+1)/(float64(docs)+0.5))
		for i, s := range sc.shards {
			for _, r := range s.named[name] {
				if boosts[i] == nil {
					boosts[i] = make(map[int]float64)
				}
				boosts[i][r] = max(boosts[i][r], boost)
			}
		}
	}
	return boosts
}

// preferredBoosts returns per shard what reports get for the conditions that
// the question prefers, more the fewer meet one.
func (sc *scorer) preferredBoosts() [][]float64 {
	boosts := make([][]float64, len(sc.shards))
	for _, c := range newConditions(&sc.query.Prefer) {
		n := 0
		for _, s := range sc.shards {
			for i := range s.rows {
				if r := &s.rows[i]; !r.dead && c(r) {
					n++
				}
			}
		}
		boost := preferred * math.Log(float64(sc.reports+1)/(float64(n)+0.5))
		for k, s := range sc.shards {
			if boosts[k] == nil {
				boosts[k] = make([]float64, len(s.rows))
			}
			for i := range s.rows {
				if c(&s.rows[i]) {
					boosts[k][i] += max(boost, 0)
				}
			}
		}
	}
	return boosts
}

// newConditions returns a test for each condition that is set.
func newConditions(p *retrieval.Conditions) []func(*row) bool {
	var out []func(*row) bool
	one := func(want []string, field func(*row) string) {
		if len(want) == 0 {
			return
		}
		var folded []string
		for _, w := range want {
			folded = append(folded, text.Fold(w))
		}
		out = append(out, func(r *row) bool { return slices.Contains(folded, field(r)) })
	}
	one(p.Publishers, func(r *row) string { return r.publisher })
	one(p.Ratings, func(r *row) string { return r.rating })
	one(p.Industries, func(r *row) string { return r.industry })
	if p.Since != "" || p.Until != "" {
		out = append(out, func(r *row) bool {
			return r.published != "" && r.published >= p.Since && (p.Until == "" || r.published <= p.Until)
		})
	}
	return out
}

// priorShare returns per report ID the share of the best score it gets for
// having been hit by an earlier turn.
func (sc *scorer) priorShare() map[string]float64 {
	shares := make(map[string]float64, len(sc.query.Prior))
	share := prior
	for _, id := range sc.query.Prior {
		shares[id] = max(shares[id], share)
		share *= priorDecay
	}
	return shares
}
