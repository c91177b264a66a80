package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"reportbot/ingest/report"
)

// Source returns what is known of the file at path in the collection; ok is
// false when nothing is.
func (s *Store) Source(ctx context.Context, collection, path string) (src Source, ok bool, err error) {
	src, ok, err = sourceAt(ctx, s.read, collection, path)
	if err != nil {
		err = fmt.Errorf("look up source %s: %w", path, explain(err))
	}
	return src, ok, err
}

// Adopt records the file as one more source of a report already read from
// the same bytes (Hash and Version) in the same collection. ok is false when
// there is none, and then nothing is changed. stale are the files from which
// the report that the path held before must be read again.
func (s *Store) Adopt(ctx context.Context, collection string, src Source) (ok bool, stale []string, err error) {
	err = s.change(ctx, "adopt source "+src.Path, func(tx *sql.Tx) error {
		// Where the report was read from this very file, it was from other bytes,
		// e.g. with a sidecar, and must be read from these.
		err := tx.QueryRowContext(ctx, `SELECT report_id FROM sources s
			WHERE collection = ?1 AND hash = ?2 AND version = ?3
				AND NOT EXISTS (SELECT 1 FROM reports r JOIN sources o ON o.collection = r.collection AND o.path = r.origin
					WHERE r.id = s.report_id AND r.origin = ?4 AND o.hash <> ?2)
			ORDER BY path LIMIT 1`,
			collection, src.Hash, src.Version, src.Path).Scan(&src.ReportID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		ok = true
		now, err := nextGeneration(ctx, tx)
		if err != nil {
			return err
		}
		changed, again, err := setSource(ctx, tx, collection, src, now)
		if err != nil {
			return err
		}
		stale = again
		moved, err := settleEmbargo(ctx, tx, src.ReportID)
		if err != nil || !changed && !moved {
			return err
		}
		return touch(ctx, tx, src.ReportID, now)
	})
	if err != nil {
		return false, nil, err
	}
	return ok, stale, nil
}

// Recorded returns the files of the collection at or below the path under,
// sorted by path.
func (s *Store) Recorded(ctx context.Context, collection, under string) ([]Source, error) {
	// '0' follows '/': all paths that begin with under and a slash.
	rows, err := s.read.QueryContext(ctx, `SELECT `+sourceColumns+` FROM sources
		WHERE collection = ?1 AND (path = ?2 OR path > ?2 || '/' AND path < ?2 || '0') ORDER BY path`,
		collection, strings.TrimSuffix(under, "/"))
	if err != nil {
		return nil, fmt.Errorf("list sources: %w", explain(err))
	}
	defer rows.Close()
	var out []Source
	for rows.Next() {
		src, err := scanSource(rows)
		if err != nil {
			if err := s.leaveOut(err); err != nil {
				return nil, fmt.Errorf("list sources: %w", err)
			}
			continue
		}
		out = append(out, src)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list sources: %w", explain(err))
	}
	return out, nil
}

// Forget takes the file at path off its report, which goes when it was its
// last one; ok is false when the file is not known. Other files of a report
// that was read from this one are returned: it must be read from them again.
func (s *Store) Forget(ctx context.Context, collection, path string) (r report.Header, ok bool, stale []string, err error) {
	err = s.change(ctx, "forget source "+path, func(tx *sql.Tx) error {
		src, found, err := sourceAt(ctx, tx, collection, path)
		if err != nil || !found {
			return err
		}
		ok = true
		if err := tx.QueryRowContext(ctx, `SELECT id, title, publisher, published FROM reports WHERE id = ?`, src.ReportID).
			Scan(&r.ID, &r.Title, &r.Publisher, &r.Published); err != nil {
			return err
		}
		now, err := nextGeneration(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM sources WHERE collection = ? AND path = ?`, collection, path); err != nil {
			return err
		}
		if stale, err = leave(ctx, tx, src, now); err != nil {
			return err
		}
		return setMeta(ctx, tx, "generation", now)
	})
	return r, ok && err == nil, stale, err
}

// sourceColumns are what scanSource reads, in order.
const sourceColumns = "collection, path, size, mtime, hash, sidecar, version, report_id, visible_from, sum"

func scanSource(row scanner) (src Source, err error) {
	var collection string
	var want int64
	err = row.Scan(&collection, &src.Path, &src.Size, &src.ModTime, &src.Hash, &src.Sidecar, &src.Version, &src.ReportID, &src.VisibleFrom, &want)
	if err == nil && sum(sourceRow(collection, &src)) != want {
		err = changed{fmt.Sprintf("source %q of report %s", src.Path, src.ReportID)}
	}
	return src, err
}

func sourceAt(ctx context.Context, q querier, collection, path string) (src Source, ok bool, err error) {
	src, err = scanSource(q.QueryRowContext(ctx, `SELECT `+sourceColumns+` FROM sources
		WHERE collection = ? AND path = ?`, collection, path))
	// Of a damaged row nothing is known: its file is read again.
	if err = explain(err); errors.Is(err, sql.ErrNoRows) || errors.Is(err, ErrDamaged) {
		return Source{}, false, nil
	}
	return src, err == nil, err
}

// setSource writes the row of a file. When the file held another report
// before, that one loses it; see leave. changed is false when the report had
// the file already: a new time stamp alone is nothing the searchers need to
// hear of.
func setSource(ctx context.Context, tx *sql.Tx, collection string, src Source, now int64) (changed bool, stale []string, err error) {
	before, ok, err := sourceAt(ctx, tx, collection, src.Path)
	if err != nil || ok && before == src {
		return false, nil, err
	}
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO sources
		(collection, path, size, mtime, hash, sidecar, sum, version, report_id, visible_from) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		collection, src.Path, src.Size, src.ModTime, src.Hash, src.Sidecar, sum(sourceRow(collection, &src)), src.Version, src.ReportID, src.VisibleFrom)
	if err != nil || ok && before.ReportID == src.ReportID {
		return false, nil, err
	}
	if !ok {
		return true, nil, nil
	}
	stale, err = leave(ctx, tx, before, now)
	return true, stale, err
}

// leave settles what becomes of a report that has just lost the file gone: it
// is deleted when that was its last one. When it was the one its text was read
// from, a file of the same bytes takes its part; where there is none, the text
// stays until one of the others is read again.
func leave(ctx context.Context, tx *sql.Tx, gone Source, now int64) (stale []string, err error) {
	var left int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM sources WHERE report_id = ?`, gone.ReportID).Scan(&left); err != nil {
		return nil, err
	}
	if left == 0 {
		_, err = drop(ctx, tx, gone.ReportID, now)
		return nil, err
	}
	var origin string
	if err := tx.QueryRowContext(ctx, `SELECT origin FROM reports WHERE id = ?`, gone.ReportID).Scan(&origin); err != nil {
		return nil, err
	}
	if origin == gone.Path {
		res, err := tx.ExecContext(ctx, `UPDATE reports SET origin = s.path FROM
			(SELECT path FROM sources WHERE report_id = ?1 AND hash = ?2 AND version = ?3 ORDER BY path LIMIT 1) s
			WHERE id = ?1`, gone.ReportID, gone.Hash, gone.Version)
		if err != nil {
			return nil, err
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			stale, err = outdate(ctx, tx, gone.ReportID, gone.Path)
		}
		if err != nil {
			return nil, err
		}
	}
	if _, err := settleEmbargo(ctx, tx, gone.ReportID); err != nil {
		return nil, err
	}
	return stale, touch(ctx, tx, gone.ReportID, now)
}

// outdate has the files of the report, but the one at path, be read again,
// and returns them. Version 0 is that of no rules.
func outdate(ctx context.Context, tx *sql.Tx, reportID, path string) ([]string, error) {
	stale, err := column[string](ctx, tx, `SELECT path FROM sources WHERE report_id = ? AND path <> ? ORDER BY path`, reportID, path)
	if err != nil {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, `UPDATE sources SET version = 0 WHERE report_id = ? AND path <> ?`, reportID, path)
	return stale, err
}
