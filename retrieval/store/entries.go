package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"reportbot/retrieval"
)

// Changes returns what happened after the moment since. A generation older
// than since's means that the data folder is another one than before, e.g.
// restored from a backup; then the caller begins anew.
func (s *Store) Changes(ctx context.Context, since retrieval.Moment) (c retrieval.Changes, err error) {
	err = s.view(ctx, "read changes", func(tx *sql.Tx) error {
		c, err = changes(ctx, tx, since, s.now())
		return err
	})
	return c, err
}

// changes are those since a moment for whoever may see what is visible now: an
// embargo that ends adds a report, one that is set, or a clock that goes back,
// takes it away.
func changes(ctx context.Context, tx *sql.Tx, since retrieval.Moment, now int64) (c retrieval.Changes, err error) {
	err = tx.QueryRowContext(ctx, `SELECT (SELECT value FROM meta WHERE key = 'generation'),
		(SELECT coalesce(max(visible_from), 0) FROM reports WHERE visible_from <> 0 AND visible_from <= ?)`, now).Scan(&c.Generation, &c.Opened)
	if err != nil {
		return c, err
	}
	if c.Changed, err = column[string](ctx, tx, `SELECT id FROM (
		SELECT generation, id FROM reports WHERE generation > ?1 AND visible_from <= ?3
		UNION SELECT generation, id FROM reports WHERE visible_from <> 0 AND visible_from > ?2 AND visible_from <= ?3
		) ORDER BY generation, id`, since.Generation, since.Opened, now); err != nil {
		return c, err
	}
	c.Removed, err = column[string](ctx, tx, `SELECT id FROM (
		SELECT generation, report_id AS id FROM removed WHERE generation > ?1
		UNION SELECT generation, id FROM reports WHERE generation > ?1 AND visible_from > ?3
		UNION SELECT generation, id FROM reports WHERE visible_from <> 0 AND visible_from > ?3 AND visible_from <= ?2
		) ORDER BY generation, id`, since.Generation, since.Opened, now)
	return c, err
}

// Entry returns one report as the indexes take it; ok is false when it is
// not there (any more, or yet).
func (s *Store) Entry(ctx context.Context, id string) (e retrieval.Entry, ok bool, err error) {
	err = s.view(ctx, "read report "+id, func(tx *sql.Tx) error {
		if there, err := s.isVisible(ctx, tx, id); !there {
			return err
		}
		embedder, _, err := activeEmbedder(ctx, tx)
		if err != nil {
			return err
		}
		r, err := newEntryReader(ctx, tx, embedder)
		if err != nil {
			return err
		}
		e, ok, err = r.read(ctx, id)
		return err
	})
	return e, ok && err == nil, err
}

// Entries calls f with every report added, replaced or made visible after the
// moment since, in order of generation and ID, and returns the same changes as
// Changes would have; all of it is of one moment. Vectors are of the active
// embedder. It stops at the first error of f.
//
// A damaged report is named in the log and counts as removed, and its file is
// read again when it is next ingested.
func (s *Store) Entries(ctx context.Context, since retrieval.Moment, f func(retrieval.Entry) error) (c retrieval.Changes, err error) {
	var damaged []string
	err = s.view(ctx, "read entries", func(tx *sql.Tx) error {
		if c, err = changes(ctx, tx, since, s.now()); err != nil || len(c.Changed) == 0 {
			return err
		}
		embedder, _, err := activeEmbedder(ctx, tx)
		if err != nil {
			return err
		}
		r, err := newEntryReader(ctx, tx, embedder)
		if err != nil {
			return err
		}
		for _, id := range c.Changed {
			e, ok, err := r.read(ctx, id)
			switch {
			case err != nil:
				if err := s.leaveOut(err); err != nil {
					return err
				}
				damaged = append(damaged, id)
			case ok:
				if err := f(e); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil || len(damaged) == 0 {
		return c, err
	}
	c.Removed = append(c.Removed, damaged...)
	if err := s.distrust(ctx, damaged); err != nil {
		s.log.Warn("damaged reports will not be read again by themselves", "error", err.Error())
	}
	return c, nil
}

// entryReader reads one report after the other. One query for each, not one
// for all: damage to a page then harms those alone that lie on it.
type entryReader struct {
	embedder                  string
	report, sources, passages *sql.Stmt
}

// newEntryReader reads vectors of the embedder. Its statements end with tx.
func newEntryReader(ctx context.Context, tx *sql.Tx, embedder string) (r entryReader, err error) {
	r.embedder = embedder
	for _, p := range []struct {
		to    **sql.Stmt
		query string
	}{
		{&r.report, `SELECT ` + reportColumns + ` FROM reports r WHERE r.id = ?`},
		{&r.sources, `SELECT ` + sourceColumns + ` FROM sources WHERE report_id = ? ORDER BY path`},
		{&r.passages, `SELECT ` + passageColumns + `, v.vec, v.sum FROM passages p
			LEFT JOIN vectors v ON v.passage_id = p.id AND v.embedder = ?
			WHERE p.report_id = ? ORDER BY p.ord`},
	} {
		if *p.to, err = tx.PrepareContext(ctx, p.query); err != nil {
			return r, err
		}
	}
	return r, nil
}

// read returns the report with its passages and vectors; ok is false when it
// is not there.
func (r entryReader) read(ctx context.Context, id string) (e retrieval.Entry, ok bool, err error) {
	row, err := scanReport(r.report.QueryRowContext(ctx, id))
	if errors.Is(err, sql.ErrNoRows) {
		return e, false, nil
	}
	if err != nil {
		return e, false, named(id, err)
	}
	e.Report = row.report
	rows, err := r.sources.QueryContext(ctx, id)
	err = scanAll(rows, err, func(row scanner) error {
		src, err := scanSource(row)
		e.Report.Sources = append(e.Report.Sources, src.Path)
		return err
	})
	if err == nil && len(e.Report.Sources) == 0 {
		err = changed{"list of its files"}
	}
	if err != nil {
		return e, false, named(id, err)
	}
	var sums []int64
	rows, err = r.passages.QueryContext(ctx, r.embedder, id)
	err = scanAll(rows, err, func(row scanner) error {
		var blob sql.RawBytes
		var want sql.NullInt64
		p, seal, err := scanPassage(row, &blob, &want)
		if err != nil {
			return err
		}
		if sum(vectorRow(p.ID, r.embedder, blob)) != want.Int64 || !want.Valid {
			return changed{"vector of passage " + p.ID}
		}
		v, err := decodeVector(blob)
		e.Passages, e.Vectors, sums = append(e.Passages, p), append(e.Vectors, v), append(sums, seal)
		return err
	})
	if err == nil && together(sums) != row.passages {
		err = changed{"number or order of its passages"}
	}
	return e, err == nil, named(id+" "+strconv.Quote(row.report.Title), err)
}

// named says which report an error is about.
func named(report string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("report %s: %w", report, err)
}

// eachRow calls f with each row that query finds, until one is an error.
func eachRow(ctx context.Context, q querier, f func(scanner) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	return scanAll(rows, err, f)
}

// scanAll calls f with each of the rows, until one is an error, and closes them.
func scanAll(rows *sql.Rows, err error, f func(scanner) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
