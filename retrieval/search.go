package retrieval

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/retrieval/question"
)

// Store is the truth the indexes are derived from.
type Store interface {
	// Moment is another one after every change of the store, and after every
	// embargo that ended.
	Moment(ctx context.Context) (Moment, error)
	// Entries calls f for every report changed after the moment, without those
	// under embargo, and returns what changed, all as of one moment.
	Entries(ctx context.Context, since Moment, f func(Entry) error) (Changes, error)
	// Passages returns the passages asked for in that order, without those
	// that are gone.
	Passages(ctx context.Context, ids []string) ([]report.Passage, error)
	// Unchanged reports whether all of the reports are in the store at one
	// moment, each as it was read.
	Unchanged(ctx context.Context, reports []*report.Report) (bool, error)
	// Embedder names who made the vectors, "" while there are none.
	Embedder(ctx context.Context) (string, error)
}

// Words is search by words. All methods are safe for concurrent use;
// searches see a report as it was before or after Replace, never half.
type Words interface {
	// Load replaces many reports at once; all others may have to be moved.
	Load(ctx context.Context, entries []Entry) error
	// Replace replaces one report and leaves the others alone.
	Replace(e Entry)
	Remove(reportID string)
	// Search returns at most limit passages of the scope, best first, ties by
	// passage ID; none when no word is shared or the scope is empty.
	Search(ctx context.Context, q Query, limit int) []Scored
	// Coverage is the share, 0 to 1, of the question's words that a passage
	// holds, the rarer weighing more.
	Coverage(q Query, passage Scored) float64
	// Explain returns the summands of the scores of the passages.
	Explain(ctx context.Context, q Query, passageIDs []string) map[string]map[string]float64
}

// Vectors is search by meaning, under the same rules as Words.
type Vectors interface {
	Replace(ctx context.Context, e Entry) error
	Remove(ctx context.Context, reportID string) error
	Search(ctx context.Context, vector []float32, scope Scope, limit int) ([]Scored, error)
}

// Embedder turns questions into vectors of the same kind as the store's.
type Embedder interface {
	Name() string
	Embed(ctx context.Context, texts []string) ([][]float32, error)
}

// Searcher finds passages. It follows the store: what another process
// commits is seen by the next search.
type Searcher struct {
	store    Store
	words    Words
	vectors  Vectors
	embedder Embedder
	weight   float64 // of the vectors' share in the score; 0 leaves them out

	turn    chan struct{} // full while someone catches up, who alone changes what is below
	mu      sync.RWMutex
	moment  Moment                    // guarded by mu; that of the indexes
	reports map[string]*report.Report // guarded by mu; metadata only
	base    *security.Directory       // guarded by mu; known whatever the reports say
	known   map[string]*companies     // guarded by mu; by scope, made when first asked for
	broken  error                     // guarded by mu; why vectors are left out
}

// NewSearcher returns a searcher that has caught up with the store. With a
// weight of 0 the vector index stays empty and questions are not embedded.
func NewSearcher(ctx context.Context, st Store, w Words, v Vectors, e Embedder, weight float64) (*Searcher, error) {
	s := &Searcher{store: st, words: w, vectors: v, embedder: e, weight: weight, turn: make(chan struct{}, 1),
		reports: map[string]*report.Report{}, base: security.NewDirectory(), known: map[string]*companies{}}
	return s, s.CatchUp(ctx)
}

// Found is the outcome of a search.
type Found struct {
	Hits       []Hit
	Securities []security.Mention // securities named in the question that a report in the scope is on
	Reading    question.Reading   // what else the question says of the reports it wants
	Note       string             // what failed or was searched otherwise than asked, also that words alone crossed languages; "" for nothing
}

// Search returns the passages that fit the question best. Securities named in
// it are added to q.Securities, what else it says of reports to q.Prefer. Where
// no report meets the conditions of q, all are searched and Note says so. An
// embedder that fails costs its share of the ranking, not the answer.
//
// All hits are of reports that were in the store at one moment, each passage of
// the version that its report is of. What changes while it is searched is
// searched again; what goes on changing is left out.
func (s *Searcher) Search(ctx context.Context, q Query) (Found, error) {
	if len(q.Scope) == 0 {
		return Found{}, nil // nor is the question shown to an embedder
	}
	for try := 1; ; try++ {
		found, err := s.search(ctx, q)
		if err != nil {
			return Found{}, err
		}
		whole, err := s.Unchanged(ctx, reportsOf(found.Hits))
		if err != nil || whole {
			return found, err
		}
		if try == tries {
			found.Hits, err = s.whole(ctx, found.Hits)
			return found, err
		}
	}
}

// tries is how often is searched when reports change meanwhile. One try takes
// some milliseconds, and so does taking in a report: hardly ever are two
// needed.
const tries = 3

// whole returns the hits of reports that did not change since they were found.
// Of those that are of one moment it may keep less than all.
func (s *Searcher) whole(ctx context.Context, hits []Hit) ([]Hit, error) {
	for range tries {
		var kept []Hit
		for _, h := range hits {
			same, err := s.Unchanged(ctx, []*report.Report{h.Report})
			if err != nil {
				return nil, err
			}
			if same {
				kept = append(kept, h)
			}
		}
		hits = kept
		if same, err := s.Unchanged(ctx, reportsOf(hits)); err != nil || same {
			return hits, err
		}
	}
	return nil, nil
}

// Unchanged reports whether all of the reports, as Reports or Search gave them,
// are still there, at one moment and as they were.
func (s *Searcher) Unchanged(ctx context.Context, reports []*report.Report) (bool, error) {
	if len(reports) == 0 {
		return true, nil
	}
	return s.store.Unchanged(ctx, reports)
}

func reportsOf(hits []Hit) []*report.Report {
	out := make([]*report.Report, len(hits))
	for i := range hits {
		out[i] = hits[i].Report
	}
	return out
}

// search is one try of Search.
func (s *Searcher) search(ctx context.Context, q Query) (Found, error) {
	if err := s.CatchUp(ctx); err != nil {
		return Found{}, err
	}
	if q.Limit <= 0 {
		q.Limit = 8
	}
	var found Found
	var notes []string
	if q.Hard() && !s.anyAdmitted(&q) {
		notes = append(notes, fmt.Sprintf("no report meets %s: all were searched", conditions(&q)))
		q.Subjects, q.Publishers, q.Ratings, q.Industries, q.Since, q.Until = nil, nil, nil, nil, time.Time{}, time.Time{}
	}
	found.Securities, found.Reading = s.read(&q)
	asked := q
	asked.Text = cmp.Or(found.Reading.Topic, q.Text) // who and when is no text of a report
	words := s.words.Search(ctx, asked, max(50, q.Limit))
	ranked := words
	if s.weight > 0 {
		near, err := s.near(ctx, q)
		if err != nil {
			notes = append(notes, fmt.Sprintf("words alone were searched: %v", err))
		} else {
			ranked = s.join(asked, words, near)
		}
	}
	var err error
	if q.Copies {
		found.Hits, err = s.hits(ctx, ranked[:min(len(ranked), q.Limit)])
		found.Note = strings.Join(notes, "; ")
		return found, err
	}
	found.Hits, err = s.choose(ctx, ranked, words, q.Limit, found.Reading)
	if n := onlyWords(q.Text, found.Hits); n != "" && s.weight == 0 {
		notes = append(notes, n)
	}
	found.Note = strings.Join(notes, "; ")
	return found, err
}

// anyAdmitted reports whether a report in the scope meets the conditions of q.
func (s *Searcher) anyAdmitted(q *Query) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, r := range s.reports {
		if q.Scope.Has(r.Collection) && q.Admits(r) {
			return true
		}
	}
	return false
}

// conditions are those of q in words.
func conditions(q *Query) string {
	var out []string
	for _, names := range [][]string{q.Subjects, q.Publishers, q.Ratings, q.Industries} {
		if len(names) > 0 {
			out = append(out, strings.Join(names, " or "))
		}
	}
	if !q.Since.IsZero() {
		out = append(out, "since "+q.Since.Format(time.DateOnly))
	}
	if !q.Until.IsZero() {
		out = append(out, "until "+q.Until.Format(time.DateOnly))
	}
	return strings.Join(out, ", ")
}

// near returns the passages nearest in meaning that meet q's conditions.
func (s *Searcher) near(ctx context.Context, q Query) ([]Scored, error) {
	s.mu.RLock()
	broken := s.broken
	s.mu.RUnlock()
	if broken != nil {
		return nil, broken
	}
	vecs, err := s.embedder.Embed(ctx, []string{q.Text})
	if err != nil {
		return nil, err
	}
	if len(vecs) != 1 {
		return nil, fmt.Errorf("the embedder returned %d vectors for one question", len(vecs))
	}
	want := max(50, q.Limit)
	for limit := want; ; limit *= 4 { // the index knows no conditions: ask for more until enough meet them
		all, err := s.vectors.Search(ctx, vecs[0], q.Scope, limit)
		if err != nil {
			return nil, err
		}
		if out := s.admitted(&q, all); len(out) >= want || len(all) < limit {
			return out[:min(len(out), want)], nil
		}
	}
}

// admitted returns those of the passages whose reports meet q's conditions.
func (s *Searcher) admitted(q *Query, in []Scored) []Scored {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Scored
	for _, k := range in {
		if r := s.reports[k.ReportID]; r != nil && q.Admits(r) {
			out = append(out, k)
		}
	}
	return out
}

// Explain returns the parts of the scores of the hits.
func (s *Searcher) Explain(ctx context.Context, q Query, hits []Hit) {
	if q.Hard() && !s.anyAdmitted(&q) {
		q.Subjects, q.Publishers, q.Ratings, q.Industries, q.Since, q.Until = nil, nil, nil, nil, time.Time{}, time.Time{}
	}
	_, said := s.read(&q)
	q.Text = cmp.Or(said.Topic, q.Text)
	ids := make([]string, len(hits))
	for i := range hits {
		ids[i] = hits[i].Passage.ID
	}
	parts := s.words.Explain(ctx, q, ids)
	for i := range hits {
		if hits[i].Parts == nil {
			hits[i].Parts = map[string]float64{}
		}
		for name, v := range parts[hits[i].Passage.ID] {
			hits[i].Parts[name] = v
		}
	}
}

// Reports returns the metadata of the reports in the scope, newest first.
func (s *Searcher) Reports(ctx context.Context, scope Scope) ([]*report.Report, error) {
	if err := s.CatchUp(ctx); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.visible(scope), nil
}

// visible is Reports for a caller that holds s.mu.
func (s *Searcher) visible(scope Scope) []*report.Report {
	var out []*report.Report
	for _, r := range s.reports {
		if scope.Has(r.Collection) {
			out = append(out, r)
		}
	}
	sortReports(out)
	return out
}
