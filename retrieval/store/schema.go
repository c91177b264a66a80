package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// migrations bring a database from the schema of their index to the next.
// They are never changed once released, only added to.
var migrations = []string{
	// Generation is the number of the store's newest change; each report
	// carries that of its own, so searchers can ask what is new.
	`CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
	INSERT INTO meta VALUES ('generation', 0), ('embedder', ''), ('dimension', 0);

	CREATE TABLE reports (
		id         TEXT PRIMARY KEY,
		collection TEXT NOT NULL,
		generation INTEGER NOT NULL,
		published  TEXT NOT NULL,
		publisher  TEXT NOT NULL,
		title      TEXT NOT NULL,
		meta       TEXT NOT NULL, -- report.Report without sections and sources, JSON
		outline    TEXT NOT NULL  -- []Heading, JSON
	) STRICT;
	CREATE INDEX reports_generation ON reports (generation, id);

	CREATE TABLE sources (
		collection TEXT NOT NULL,
		path       TEXT NOT NULL,
		size       INTEGER NOT NULL,
		mtime      INTEGER NOT NULL,
		hash       TEXT NOT NULL,
		version    INTEGER NOT NULL,
		report_id  TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
		PRIMARY KEY (collection, path)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX sources_report ON sources (report_id);
	CREATE INDEX sources_hash ON sources (collection, hash, version);

	CREATE TABLE passages (
		id        TEXT PRIMARY KEY,
		report_id TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
		ord       INTEGER NOT NULL,
		number    TEXT NOT NULL,
		path      TEXT NOT NULL, -- []string, JSON
		kind      TEXT NOT NULL,
		page_from INTEGER NOT NULL,
		page_to   INTEGER NOT NULL,
		turns     TEXT NOT NULL, -- []report.PageTurn, JSON
		text      TEXT NOT NULL,
		UNIQUE (report_id, ord)
	) STRICT;

	-- With rows of 2 kB and more a table without rowid would keep each one on
	-- an overflow page.
	CREATE TABLE vectors (
		passage_id TEXT NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
		embedder   TEXT NOT NULL,
		vec        BLOB NOT NULL, -- float32, little-endian
		PRIMARY KEY (passage_id, embedder)
	) STRICT;

	CREATE TABLE removed (
		report_id  TEXT PRIMARY KEY,
		generation INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE INDEX removed_generation ON removed (generation);`,

	// What a forecast table says, where passages stand on their pages, and what
	// tells two files of one report from two reports.
	`CREATE TABLE facts (
		report_id  TEXT NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
		ord        INTEGER NOT NULL,
		code       TEXT NOT NULL,
		name       TEXT NOT NULL,
		metric     TEXT NOT NULL,
		label      TEXT NOT NULL,
		period     TEXT NOT NULL,
		value      REAL NOT NULL,
		unit       TEXT NOT NULL,
		currency   TEXT NOT NULL,
		forecast   INTEGER NOT NULL,
		rival      TEXT NOT NULL,
		passage_id TEXT NOT NULL,
		page       INTEGER NOT NULL,
		quote      TEXT NOT NULL,
		PRIMARY KEY (report_id, ord)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX facts_code ON facts (code, metric, period);

	-- Apart from the passages: the searchers read those and hold them in memory.
	CREATE TABLE boxes (
		passage_id TEXT PRIMARY KEY REFERENCES passages (id) ON DELETE CASCADE,
		data       BLOB NOT NULL -- see encodeBoxes
	) STRICT;

	-- Apart from the reports, whose rows are long: every new report is held
	-- against the sketches of its day.
	CREATE TABLE sketches (
		report_id TEXT PRIMARY KEY REFERENCES reports (id) ON DELETE CASCADE,
		data      BLOB NOT NULL -- uint64, little-endian, ascending
	) STRICT;
	CREATE INDEX reports_published ON reports (collection, published);

	-- The file that a report's text was read from: one of its sources. Reports
	-- of before have none, so any file that is read again takes their place.
	ALTER TABLE reports ADD COLUMN origin TEXT NOT NULL DEFAULT '';
	-- Name, size and time of the file of corrections beside it, '' without one.
	ALTER TABLE sources ADD COLUMN sidecar TEXT NOT NULL DEFAULT '';`,

	// Checksums of rows, see row.go; sealAll sets those of the rows that are
	// there. What a row of sources, or one of reports, does not sum changes
	// after it is written and decides what is read anew, never what is said.
	`ALTER TABLE passages ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE vectors ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE boxes ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE facts ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE sources ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE reports ADD COLUMN passages_sum INTEGER NOT NULL DEFAULT 0; -- of the sums of its passages
	ALTER TABLE reports ADD COLUMN facts_sum INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE reports ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;`,

	// From when on a report is there for those who ask, in milliseconds of Unix
	// time; 0: always. See embargo.go.
	`ALTER TABLE sources ADD COLUMN visible_from INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE reports ADD COLUMN visible_from INTEGER NOT NULL DEFAULT 0; -- the latest of its sources
	CREATE INDEX reports_visible ON reports (visible_from) WHERE visible_from <> 0;
	-- What there is is read from these alone: damage to a row harms its report.
	CREATE INDEX reports_collection ON reports (collection, visible_from);
	DROP INDEX reports_generation;
	CREATE INDEX reports_generation ON reports (generation, id, visible_from);`,
}

// sealedSince is the first schema with checksums.
const sealedSince = 3

// migrate makes the file a WAL database of the newest schema. Several
// processes may do it at once; one does the work.
func (s *Store) migrate(ctx context.Context) error {
	if err := s.useWAL(ctx); err != nil {
		return err
	}
	// Without a transaction first: opening must not wait for a writer. The
	// version alone is looked at: another process may be making the tables.
	if have, err := userVersion(ctx, s.write); err != nil || have == len(migrations) {
		return err
	}
	return s.change(ctx, "migrate", func(tx *sql.Tx) error {
		have, err := schemaVersion(ctx, tx)
		if err != nil {
			return err
		}
		if err := upgrade(ctx, tx, have); err != nil {
			return err
		}
		s.log.Debug("schema migrated", "from", have, "to", len(migrations))
		return nil
	})
}

// upgrade brings a database of schema have to the newest.
func upgrade(ctx context.Context, tx *sql.Tx, have int) error {
	sealed := have >= sealedSince
	for ; have < len(migrations); have++ {
		if _, err := tx.ExecContext(ctx, migrations[have]); err != nil {
			return fmt.Errorf("to schema %d: %w", have+1, err)
		}
	}
	if !sealed {
		if err := sealAll(ctx, tx); err != nil {
			return fmt.Errorf("to schema %d: %w", sealedSince, err)
		}
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", have))
	return err
}

// checkSchema refuses a file whose tables are not as migrations make them,
// which only damage explains: a query of a column that is misspelt there would
// fail, or find what it should not. It takes 2 ms.
func (s *Store) checkSchema(ctx context.Context) error {
	model, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return err
	}
	defer model.Close()
	tx, err := model.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := upgrade(ctx, tx, 0); err != nil {
		return err
	}
	const query = `SELECT type || ' ' || name || ' ' || sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY 1`
	want, err := column[string](ctx, tx, query)
	if err != nil {
		return err
	}
	got, err := column[string](ctx, s.read, query)
	if err == nil && !slices.Equal(got, want) {
		err = fmt.Errorf("%w: its tables are not as they were made", ErrDamaged)
	}
	return err
}

// useWAL switches the file to write-ahead logging. SQLite does not wait for
// its lock when two processes switch a new file at once, so we do.
func (s *Store) useWAL(ctx context.Context) error {
	wait := time.NewTicker(10 * time.Millisecond)
	defer wait.Stop()
	for try := 0; ; try++ {
		_, err := s.write.ExecContext(ctx, "PRAGMA journal_mode = WAL")
		var se *sqlite.Error
		if err == nil || try == 1000 || !errors.As(err, &se) || se.Code()&0xff != sqlite3.SQLITE_BUSY {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wait.C:
		}
	}
}

// querier is a database or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// userVersion is the schema version of the file; one newer than this program
// knows is refused.
func userVersion(ctx context.Context, q querier) (int, error) {
	var version int
	if err := q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, err
	}
	if version > len(migrations) {
		return 0, fmt.Errorf("%w (schema %d, this one knows %d)", ErrVersion, version, len(migrations))
	}
	return version, nil
}

// schemaVersion is userVersion inside a transaction; files with tables that
// this program did not make are refused, too.
func schemaVersion(ctx context.Context, tx *sql.Tx) (int, error) {
	version, err := userVersion(ctx, tx)
	if err != nil {
		return 0, err
	}
	var tables int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return 0, err
	}
	if version == 0 && tables > 0 {
		return 0, fmt.Errorf("%w: it holds another program's tables", ErrDamaged)
	}
	return version, nil
}

// change runs f in a write transaction; what names the change in errors.
func (s *Store) change(ctx context.Context, what string, f func(tx *sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", what, explain(err))
	}
	defer tx.Rollback() // nothing to do after Commit
	if err := f(tx); err != nil {
		return fmt.Errorf("%s: %w", what, explain(err))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: %w", what, explain(err))
	}
	return nil
}

// view runs f in a read transaction, so that all it reads is of one moment.
func (s *Store) view(ctx context.Context, what string, f func(tx *sql.Tx) error) error {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("%s: %w", what, explain(err))
	}
	defer tx.Rollback()
	if err := f(tx); err != nil {
		return fmt.Errorf("%s: %w", what, explain(err))
	}
	return nil
}
