package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// application marks the file as ours in its header: "rbst".
const application = 0x72627374

// migrations bring a database from the schema of their index to the next.
// They are never changed once released, only added to.
//
// Times are Unix nanoseconds, 0 the zero time. Sums are of the row's other
// columns (see sum), except where it says otherwise: what a restart acts on
// must not have changed on the disk.
var migrations = []string{
	`CREATE TABLE events (
		seq      INTEGER PRIMARY KEY, -- the order of recording, whatever the clock did
		id       TEXT NOT NULL UNIQUE,
		thread   TEXT NOT NULL,
		body     BLOB NOT NULL,
		at       INTEGER NOT NULL,
		sum      INTEGER NOT NULL,    -- of the columns above without seq
		outcome  TEXT,                -- NULL: not finished
		finished INTEGER
	) STRICT;
	CREATE INDEX events_pending ON events (seq) WHERE outcome IS NULL;

	CREATE TABLE posted (
		event_id TEXT PRIMARY KEY,
		channel  TEXT NOT NULL,
		ts       TEXT NOT NULL,
		stage    TEXT NOT NULL,
		at       INTEGER NOT NULL,
		sum      INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;

	CREATE TABLE answers (
		id             TEXT PRIMARY KEY,
		event_id       TEXT NOT NULL,
		team           TEXT NOT NULL,
		channel        TEXT NOT NULL,
		thread         TEXT NOT NULL,
		ts             TEXT NOT NULL,
		user           TEXT NOT NULL,
		asked          TEXT NOT NULL,
		question       TEXT NOT NULL,
		status         TEXT NOT NULL,
		text_hash      TEXT NOT NULL,
		model          TEXT NOT NULL,
		prompt_version TEXT NOT NULL,
		scope          TEXT NOT NULL, -- []string, JSON
		at             INTEGER NOT NULL,
		sum            INTEGER NOT NULL -- of this row and its passages
	) STRICT;
	CREATE INDEX answers_thread ON answers (thread);

	CREATE TABLE shown (
		answer_id  TEXT NOT NULL REFERENCES answers (id) ON DELETE CASCADE,
		ord        INTEGER NOT NULL,
		passage_id TEXT NOT NULL,
		report_id  TEXT NOT NULL,
		score      REAL, -- NULL: not a number
		cited      INTEGER NOT NULL,
		PRIMARY KEY (answer_id, ord)
	) STRICT, WITHOUT ROWID;

	-- Without a reference to the answer: a click on an answer whose row was
	-- lost in a crash is worth keeping.
	CREATE TABLE feedback (
		answer_id TEXT NOT NULL,
		user      TEXT NOT NULL,
		good      INTEGER NOT NULL,
		at        INTEGER NOT NULL,
		sum       INTEGER NOT NULL,
		PRIMARY KEY (answer_id, user)
	) STRICT, WITHOUT ROWID;

	CREATE TABLE turns (
		seq    INTEGER PRIMARY KEY,
		thread TEXT NOT NULL,
		body   BLOB NOT NULL,
		at     INTEGER NOT NULL,
		sum    INTEGER NOT NULL -- of the columns above without seq
	) STRICT;
	CREATE INDEX turns_thread ON turns (thread, seq);`,

	// Digests: who wants which, what was sent, and what has come. Of arrivals
	// see Arrive. last is the slot decided last; a slot before it is never due
	// again, whatever the clock says. body holds what is being posted until it
	// is.
	`CREATE TABLE subscriptions (
		id      TEXT PRIMARY KEY,
		channel TEXT NOT NULL,
		number  INTEGER NOT NULL, -- names it in its channel
		origin  TEXT NOT NULL,
		user    TEXT NOT NULL,
		spec    TEXT NOT NULL,
		filter  TEXT NOT NULL,
		lang    TEXT NOT NULL,
		cursor  INTEGER NOT NULL, -- the last arrival that was told of
		last    TEXT NOT NULL,
		paused  TEXT NOT NULL,
		at      INTEGER NOT NULL,
		sum     INTEGER NOT NULL,
		UNIQUE (channel, number),
		UNIQUE (channel, spec, filter)
	) STRICT, WITHOUT ROWID;

	CREATE TABLE slots (
		subscription TEXT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
		slot         TEXT NOT NULL,
		stage        TEXT NOT NULL,
		upto         INTEGER NOT NULL, -- the cursor when it is delivered
		body         BLOB NOT NULL,
		at           INTEGER NOT NULL,
		sum          INTEGER NOT NULL,
		PRIMARY KEY (subscription, slot)
	) STRICT, WITHOUT ROWID;
	CREATE INDEX slots_open ON slots (subscription) WHERE stage = 'posting';

	-- What a model said of reports, by what it was asked; it is paid for.
	CREATE TABLE summaries (
		key  TEXT PRIMARY KEY,
		body BLOB NOT NULL,
		at   INTEGER NOT NULL,
		sum  INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;

	CREATE TABLE arrivals (
		name TEXT PRIMARY KEY,
		seq  INTEGER NOT NULL,
		sum  INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;`,

	// The audit; see Entry. Its rows have no checksum but their hash, which goes
	// over the hash of the row before. The triggers keep mistakes of ours out,
	// not somebody who may write the file: records are added at the head, and
	// only those up to the anchor may be deleted.
	//
	// Of the budget see Reserve. cost is in millionths.
	`CREATE TABLE audit (
		seq  INTEGER PRIMARY KEY,
		body TEXT NOT NULL, -- JSON
		hash TEXT NOT NULL
	) STRICT;
	CREATE TABLE audit_ends (
		name TEXT PRIMARY KEY, -- anchor: the last record forgotten; head: the last one
		seq  INTEGER NOT NULL,
		hash TEXT NOT NULL
	) STRICT, WITHOUT ROWID;
	INSERT INTO audit_ends (name, seq, hash) VALUES ('anchor', 0, ''), ('head', 0, '');
	CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit
		BEGIN SELECT RAISE(ABORT, 'a record of the audit does not change'); END;
	CREATE TRIGGER audit_kept BEFORE DELETE ON audit
		WHEN old.seq > (SELECT seq FROM audit_ends WHERE name = 'anchor')
		BEGIN SELECT RAISE(ABORT, 'a record of the audit is kept'); END;
	CREATE TRIGGER audit_added BEFORE INSERT ON audit
		WHEN new.seq IS NOT (SELECT seq + 1 FROM audit_ends WHERE name = 'head')
		BEGIN SELECT RAISE(ABORT, 'a record of the audit is added at its end'); END;

	CREATE TABLE budget (
		day        TEXT PRIMARY KEY,
		calls      INTEGER NOT NULL,
		prompt     INTEGER NOT NULL, -- tokens
		completion INTEGER NOT NULL, -- tokens
		most       INTEGER NOT NULL, -- tokens of the largest call
		cost       INTEGER NOT NULL,
		sum        INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE TABLE reserved (
		id     INTEGER PRIMARY KEY AUTOINCREMENT,
		day    TEXT NOT NULL,
		tokens INTEGER NOT NULL,
		sum    INTEGER NOT NULL -- of the columns above without id
	) STRICT;
	CREATE INDEX reserved_day ON reserved (day);`,
}

// migrate makes the file a WAL database of the newest schema. Only the holder
// of the lock does it.
func (s *Store) migrate(ctx context.Context) error {
	if _, err := version(ctx, s.write); err != nil {
		return err // before anything is changed in a file that is not ours
	}
	if _, err := s.write.ExecContext(ctx, "PRAGMA journal_mode = WAL"); err != nil {
		return err
	}
	have, err := version(ctx, s.write)
	if err != nil {
		return err
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // nothing to do after Commit
	// Also when there is nothing to do: its last statement fails on a file
	// that may only be read, which SQLite opens and locks without a word.
	if err := upgrade(ctx, tx, have); err != nil || have == len(migrations) {
		return err
	}
	s.log.Debug("state migrated", "from", have, "to", len(migrations))
	return tx.Commit()
}

// upgrade brings a database of schema have to the newest.
func upgrade(ctx context.Context, tx *sql.Tx, have int) error {
	for ; have < len(migrations); have++ {
		if _, err := tx.ExecContext(ctx, migrations[have]); err != nil {
			return fmt.Errorf("to schema %d: %w", have+1, err)
		}
	}
	_, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", application, have))
	return err
}

// checkEvents looks through the tables that a restart acts on, and their
// indexes: a flipped bit there could hide an event from Pending. The rest is
// left to Check. For 24,000 events Open takes 0.24 s (BenchmarkOpen, on a busy
// machine), a check of everything would take 2.6 s.
func (s *Store) checkEvents(ctx context.Context) error {
	for _, table := range []string{"events", "posted", "subscriptions", "slots"} {
		var line string
		if err := s.read.QueryRowContext(ctx, `PRAGMA integrity_check(`+table+`)`).Scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			return fmt.Errorf("%w: %w", ErrDamaged, oneLine{errors.New(line)})
		}
	}
	return nil
}

// checkSchema refuses a file that is not of this program's schema: an older
// one, which ReadOnly may meet since it does not migrate, or one whose tables
// are not as migrations make them, which only damage explains.
func (s *Store) checkSchema(ctx context.Context) error {
	have, err := version(ctx, s.read)
	if err != nil {
		return err
	}
	if have < len(migrations) {
		return fmt.Errorf("%s is of an older reportbot (schema %d, this one's is %d): start serve once", File, have, len(migrations))
	}
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
	return s.view(ctx, "tables", func(real *sql.Tx) error {
		return eachRow(ctx, tx, func(r scanner) error {
			var kind, name, made, is string
			if err := r.Scan(&kind, &name, &made); err != nil {
				return err
			}
			err := real.QueryRowContext(ctx, `SELECT sql FROM sqlite_schema WHERE type = ? AND name = ?`, kind, name).Scan(&is)
			if errors.Is(err, sql.ErrNoRows) || err == nil && is != made {
				return fmt.Errorf("%w: %s %s is not as it was made", ErrDamaged, kind, name)
			}
			return err
		}, `SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL`)
	})
}

// version is the schema version of the file, 0 of an empty one. Files of a
// newer program or of another one are refused.
func version(ctx context.Context, db *sql.DB) (int, error) {
	var version, app, tables int
	err := db.QueryRowContext(ctx, `SELECT user_version, application_id, (SELECT count(*) FROM sqlite_schema)
		FROM pragma_user_version, pragma_application_id`).Scan(&version, &app, &tables)
	switch {
	case err != nil:
		return 0, err
	case app != application && (tables > 0 || version > 0 || app != 0):
		return 0, fmt.Errorf("%w: it holds another program's tables", ErrDamaged)
	case version > len(migrations):
		return 0, fmt.Errorf("%w (schema %d, this one knows %d)", ErrVersion, version, len(migrations))
	}
	return version, nil
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
