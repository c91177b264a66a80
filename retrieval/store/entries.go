package store

import (
	"context"
	"database/sql"
	"fmt"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// Changes returns what happened after generation since. A generation older
// than since means that the data folder is another one than before, e.g.
// restored from a backup; then the caller begins anew.
func (s *Store) Changes(ctx context.Context, since int64) (c retrieval.Changes, err error) {
	err = s.view(ctx, "read changes", func(tx *sql.Tx) error {
		c, err = changes(ctx, tx, since)
		return err
	})
	return c, err
}

func changes(ctx context.Context, tx *sql.Tx, since int64) (c retrieval.Changes, err error) {
	if err = tx.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = 'generation'`).Scan(&c.Generation); err != nil {
		return c, err
	}
	if c.Changed, err = ids(ctx, tx, `SELECT id FROM reports WHERE generation > ? ORDER BY generation, id`, since); err != nil {
		return c, err
	}
	c.Removed, err = ids(ctx, tx, `SELECT report_id FROM removed WHERE generation > ? ORDER BY generation, report_id`, since)
	return c, err
}

func ids(ctx context.Context, q querier, query string, args ...any) ([]string, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// Entry returns one report as the indexes take it; ok is false when it is
// not there (any more).
func (s *Store) Entry(ctx context.Context, id string) (e retrieval.Entry, ok bool, err error) {
	err = s.view(ctx, "read report "+id, func(tx *sql.Tx) error {
		return entries(ctx, tx, func(found retrieval.Entry) error {
			e, ok = found, true
			return nil
		}, `r.id = ?`, id)
	})
	return e, ok && err == nil, err
}

// Entries calls f with every report added or replaced after generation
// since, in order of generation and ID, and returns the same changes as
// Changes would have; all of it is of one moment. Vectors are of the active
// embedder. It stops at the first error of f.
func (s *Store) Entries(ctx context.Context, since int64, f func(retrieval.Entry) error) (c retrieval.Changes, err error) {
	err = s.view(ctx, "read entries", func(tx *sql.Tx) error {
		if c, err = changes(ctx, tx, since); err != nil || len(c.Changed) == 0 {
			return err
		}
		return entries(ctx, tx, f, `r.generation > ?`, since)
	})
	return c, err
}

// entries streams the reports that match: one query for the reports, one for
// their files and one for everything else. where may use r.
func entries(ctx context.Context, tx *sql.Tx, f func(retrieval.Entry) error, where string, arg any) error {
	reports, err := reports(ctx, tx, where, arg)
	if err != nil || len(reports) == 0 {
		return err
	}
	embedder, _, err := activeEmbedder(ctx, tx)
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+passageColumns+`, v.vec
		FROM reports r
		CROSS JOIN passages p ON p.report_id = r.id
		LEFT JOIN vectors v ON v.passage_id = p.id AND v.embedder = ?
		WHERE `+where+` ORDER BY r.generation, r.id, p.ord`, embedder, arg)
	if err != nil {
		return err
	}
	defer rows.Close()
	e := retrieval.Entry{Report: reports[0]}
	next := 1
	// until hands out the reports before the one with this ID; a report
	// without passages has no row of its own.
	until := func(id string) error {
		for e.Report.ID != id {
			if err := f(e); err != nil {
				return err
			}
			if next == len(reports) {
				return nil
			}
			e = retrieval.Entry{Report: reports[next]}
			next++
		}
		return nil
	}
	for rows.Next() {
		var blob sql.RawBytes
		p, err := scanPassage(rows, &blob)
		if err != nil {
			return err
		}
		v, err := decodeVector(blob)
		if err != nil {
			return fmt.Errorf("passage %s, embedder %s: %w", p.ID, embedder, err)
		}
		if err := until(p.ReportID); err != nil {
			return err
		}
		e.Passages = append(e.Passages, p)
		e.Vectors = append(e.Vectors, v)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return until("") // no report has this ID: hands out the rest
}

// reports returns the reports that match, without sections, in order of
// generation and ID.
func reports(ctx context.Context, tx *sql.Tx, where string, arg any) ([]report.Report, error) {
	sources, err := sources(ctx, tx, where, arg)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT r.id, r.meta FROM reports r WHERE `+where+` ORDER BY r.generation, r.id`, arg)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []report.Report
	for rows.Next() {
		var id string
		var meta sql.RawBytes
		if err := rows.Scan(&id, &meta); err != nil {
			return nil, err
		}
		r, err := decodeReport(meta, sources[id])
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}
