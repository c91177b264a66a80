package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"sort"
	"sync"
	"time"

	"reportbot/retrieval"
)

// A report may be under embargo: until the time that a file of corrections
// gives it is not there for whoever asks, as if it had not been read yet. It is
// stored all the same, so that nothing has to run when the time comes. Where
// several files hold one report the latest of their times counts: who set an
// embargo meant the report, and did not know of a copy elsewhere. It ends with
// its file.

// since is a time as it is stored. What is left of a millisecond counts as a
// whole one: never too early.
func since(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(0, t.Add(time.Millisecond-time.Nanosecond).UnixMilli())
}

// opening is a stored time; the zero one where there is no embargo.
func opening(millis int64) time.Time {
	if millis == 0 {
		return time.Time{}
	}
	return time.UnixMilli(millis)
}

// now is what time it is for embargoes. Without a clock all are over.
func (s *Store) now() int64 {
	if s.clock == nil {
		return math.MaxInt64
	}
	return s.clock().UnixMilli()
}

// isVisible reports whether the report is there and under no embargo. Where its
// row is damaged it is an error: the time may be what changed.
func (s *Store) isVisible(ctx context.Context, q querier, id string) (bool, error) {
	row, err := scanReport(q.QueryRowContext(ctx, `SELECT `+reportColumns+` FROM reports r WHERE r.id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil && since(row.report.VisibleFrom) <= s.now(), named(id, err)
}

// settleEmbargo gives a report the latest time of its files, and tells whether
// it had another one. A damaged row of a file has no say; nor does it make the
// time an earlier one.
func settleEmbargo(ctx context.Context, tx *sql.Tx, id string) (moved bool, err error) {
	var have, latest int64
	err = tx.QueryRowContext(ctx, `SELECT visible_from FROM reports WHERE id = ?`, id).Scan(&have)
	if err != nil {
		return false, err
	}
	err = eachRow(ctx, tx, func(row scanner) error {
		src, err := scanSource(row)
		if errors.Is(explain(err), ErrDamaged) {
			latest = max(latest, have)
			return nil
		}
		latest = max(latest, src.VisibleFrom)
		return err
	}, `SELECT `+sourceColumns+` FROM sources WHERE report_id = ?`, id)
	if err != nil || latest == have {
		return false, err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE reports SET visible_from = ? WHERE id = ?`, latest, id); err != nil {
		return false, err
	}
	return true, sealReport(ctx, tx, id)
}

// embargoes are the times at which reports become visible, as of a generation.
type embargoes struct {
	mu         sync.Mutex
	generation int64
	times      []int64 // ascending
}

// Moment returns what the store is now for whoever asks: it differs from one of
// before when there was a change, or an embargo ended since. It is made to be
// called before every search, and reads no more than the generation while that
// stays.
func (s *Store) Moment(ctx context.Context) (m retrieval.Moment, err error) {
	if m.Generation, err = s.Generation(ctx); err != nil {
		return m, err
	}
	now := s.now()
	e := &s.embargoes
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.generation != m.Generation {
		times, err := column[int64](ctx, s.read, `SELECT DISTINCT visible_from FROM reports WHERE visible_from <> 0 ORDER BY 1`)
		if err != nil {
			return m, fmt.Errorf("read embargoes: %w", explain(err))
		}
		e.generation, e.times = m.Generation, times
	}
	if n := sort.Search(len(e.times), func(i int) bool { return e.times[i] > now }); n > 0 {
		m.Opened = e.times[n-1]
	}
	return m, nil
}
