package retrieval

import (
	"context"
	"fmt"

	"reportbot/ingest/report"
)

// atOnce is how many passages the word index takes in one go while it is
// filled: their texts are in memory twice, 1 kB each. Every go packs what was
// loaded before as well, so a smaller number makes a start slower.
const atOnce = 20_000

// CatchUp brings the indexes to the store's newest state: what was committed,
// without what is under embargo now. Of several
// calls at once one does the work and the others wait for it.
func (s *Searcher) CatchUp(ctx context.Context) error {
	if fresh, err := s.fresh(ctx); fresh || err != nil {
		return err
	}
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if fresh, err := s.fresh(ctx); fresh || err != nil {
		return err
	}
	if err := s.catchUp(ctx); err != nil {
		return fmt.Errorf("catch up with the store: %w", err)
	}
	return nil
}

// fresh reports whether nothing was committed and no embargo ended since the
// last catching up.
func (s *Searcher) fresh(ctx context.Context) (bool, error) {
	m, err := s.store.Moment(ctx)
	if err != nil {
		return false, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return m == s.moment, nil
}

func (s *Searcher) catchUp(ctx context.Context) error {
	l := loader{s: s, first: s.moment == Moment{}}
	c, err := s.store.Entries(ctx, s.moment, func(e Entry) error { return l.take(ctx, e) })
	if err == nil && c.Generation < s.moment.Generation { // another folder, e.g. a restored backup
		l = loader{s: s, first: true}
		if err = s.clear(ctx); err == nil {
			c, err = s.store.Entries(ctx, Moment{}, func(e Entry) error { return l.take(ctx, e) })
		}
	}
	if err == nil {
		err = l.load(ctx)
	}
	if err == nil {
		err = s.drop(ctx, c.Removed)
	}
	if err == nil && s.weight > 0 {
		err = s.compare(ctx)
	}
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// In one step: of a file that changed one report goes and another one comes.
	for _, id := range c.Removed {
		delete(s.reports, id)
	}
	for _, r := range l.reports {
		s.reports[r.ID] = r
	}
	s.known = map[string]*companies{}
	s.moment = c.Moment
	return nil
}

// loader hands entries on to the indexes as the store reads them.
type loader struct {
	s       *Searcher
	first   bool // the indexes are empty
	reports []*report.Report
	waiting []Entry // for the word index
	size    int     // of waiting, in passages
}

// take puts the vectors into their index, which copies them, and keeps the
// rest until enough has come together.
func (l *loader) take(ctx context.Context, e Entry) error {
	if l.s.weight > 0 {
		if err := l.s.vectors.Replace(ctx, e); ctx.Err() != nil {
			return ctx.Err()
		} else if err != nil {
			l.s.leaveOut(err)
		}
	}
	e.Vectors = nil
	r := e.Report // a pointer into e would keep its passages
	l.reports = append(l.reports, &r)
	l.waiting = append(l.waiting, e)
	if l.size += len(e.Passages); l.size >= atOnce {
		return l.load(ctx)
	}
	return nil
}

// load puts what is waiting into the word index: many at once packed
// together, few into an index that serves already one by one, which leaves
// the rest of it alone.
func (l *loader) load(ctx context.Context) error {
	waiting, size := l.waiting, l.size
	l.waiting, l.size = nil, 0
	if l.first || size >= atOnce {
		return l.s.words.Load(ctx, waiting)
	}
	for _, e := range waiting {
		if err := ctx.Err(); err != nil {
			return err
		}
		l.s.words.Replace(e)
	}
	return nil
}

// drop takes reports out of the indexes. It is called by who catches up.
func (s *Searcher) drop(ctx context.Context, ids []string) error {
	for _, id := range ids {
		s.words.Remove(id)
		if err := s.vectors.Remove(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// clear removes all reports.
func (s *Searcher) clear(ctx context.Context) error {
	var ids []string
	for id := range s.reports { // only who catches up changes it
		ids = append(ids, id)
	}
	err := s.drop(ctx, ids)
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.reports)
	return err
}

// compare leaves the vectors out once the store's are no longer by the
// embedder that questions are given to.
func (s *Searcher) compare(ctx context.Context) error {
	have, err := s.store.Embedder(ctx)
	if err == nil && have != "" && have != s.embedder.Name() {
		s.leaveOut(fmt.Errorf("the data folder now holds vectors of embedder %q, questions are given to %q", have, s.embedder.Name()))
	}
	return err
}

// leaveOut ends the use of vectors; the first reason is kept. They come back
// with a new Searcher.
func (s *Searcher) leaveOut(why error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		s.broken = why
	}
}
