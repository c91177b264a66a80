package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// leaveOut is for readers of many reports: they go on without what is
// damaged, and the log names it. Other errors come back.
func (s *Store) leaveOut(err error) error {
	if err = explain(err); !errors.Is(err, ErrDamaged) {
		return err
	}
	s.log.Error("left out, as it is damaged: ingest its file again", "error", err.Error())
	return nil
}

// distrust has the files of damaged reports read again when they are next
// met, whichever of them that is, although they did not change.
func (s *Store) distrust(ctx context.Context, reports []string) error {
	if len(reports) == 0 {
		return nil
	}
	return s.change(ctx, "note damaged reports", func(tx *sql.Tx) error {
		for _, id := range reports {
			if _, err := tx.ExecContext(ctx, `UPDATE reports SET origin = '' WHERE id = ? AND origin <> ''`, id); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `UPDATE sources SET version = 0 WHERE report_id = ? AND version <> 0`, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// clearDamaged deletes the row of a report, with all that hangs on it, when
// it is damaged: it could not be replaced, for its columns may not be what it
// was stored under. Damaged rows of its files go for the same reason.
func clearDamaged(ctx context.Context, tx *sql.Tx, id string) error {
	_, err := scanReport(tx.QueryRowContext(ctx, `SELECT `+reportColumns+` FROM reports r WHERE r.id = ?`, id))
	switch err = explain(err); {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case errors.Is(err, ErrDamaged):
		_, err = tx.ExecContext(ctx, `DELETE FROM reports WHERE id = ?`, id)
	case err == nil:
		var bad map[string]error
		if _, bad, err = sourcesOf(ctx, tx, `= ?`, id); len(bad) > 0 {
			err = sourcesTable.rebuild(ctx, tx)
		}
	}
	return err
}

// changeOrMend is change; when damage is in its way it mends what can be
// mended without the files and tries once more.
func (s *Store) changeOrMend(ctx context.Context, what string, f func(tx *sql.Tx) error) error {
	err := s.change(ctx, what, f)
	var se *sqlite.Error
	// Rows that belong to nothing any more stand in the way of new ones.
	taken := errors.As(err, &se) && se.Code()&0xff == sqlite3.SQLITE_CONSTRAINT
	if !errors.Is(err, ErrDamaged) && !taken {
		return err
	}
	if taken {
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	s.log.Warn("damage is in the way, mending what can be", "error", err.Error())
	if s.change(ctx, "mend", func(tx *sql.Tx) error { return mend(ctx, tx) }) != nil {
		return err // which says what is wrong
	}
	if again := s.change(ctx, what, f); !errors.As(again, &se) || se.Code()&0xff != sqlite3.SQLITE_CONSTRAINT {
		return again
	}
	return err
}

// mend makes the indexes anew from the tables, and the tables that are
// indexes themselves from those of their rows that are whole. What belongs to
// no report any more is deleted.
func mend(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, `PRAGMA defer_foreign_keys = 1; REINDEX`); err != nil {
		return err
	}
	for _, t := range []table{sourcesTable, factsTable} {
		if err := t.rebuild(ctx, tx); err != nil {
			return err
		}
	}
	for _, query := range []string{
		`DELETE FROM sources WHERE report_id NOT IN (SELECT id FROM reports)`,
		`DELETE FROM facts WHERE report_id NOT IN (SELECT id FROM reports)`,
		`DELETE FROM sketches WHERE report_id NOT IN (SELECT id FROM reports)`,
		`DELETE FROM passages WHERE report_id NOT IN (SELECT id FROM reports)`,
		`DELETE FROM vectors WHERE passage_id NOT IN (SELECT id FROM passages)`,
		`DELETE FROM boxes WHERE passage_id NOT IN (SELECT id FROM passages)`,
	} {
		if _, err := tx.ExecContext(ctx, query); err != nil {
			return err
		}
	}
	return nil
}

// rebuild writes a table anew without its damaged rows.
func (t table) rebuild(ctx context.Context, tx *sql.Tx) error {
	var whole [][]any
	err := t.each(ctx, tx, func(row []any) {
		if t.sum(row) == row[len(row)-1] {
			whole = append(whole, row)
		}
	})
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM `+t.name); err != nil {
		return err
	}
	for _, row := range whole {
		_, err := tx.ExecContext(ctx, fmt.Sprintf(`INSERT OR IGNORE INTO %s (%s%s, sum) VALUES (%s)`, t.name, t.columns, t.rest, marks(len(row))), row...)
		if err != nil {
			return err
		}
	}
	return nil
}
