package state

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

const summaryColumns = `key, body, at, sum`

func scanSummary(row scanner) (body []byte, err error) {
	var key string
	var at, want int64
	if err := row.Scan(&key, &body, &at, &want); err != nil {
		return nil, err
	}
	if sum(key, string(body), itoa(at)) != want {
		return nil, changed("summary %q", key)
	}
	return body, nil
}

// SaveSummary keeps a summary under a key, in place of the one before.
func (s *Store) SaveSummary(ctx context.Context, key string, body []byte, at time.Time) error {
	if err := name("summary", key); err != nil {
		return fmt.Errorf("save summary: %w", err)
	}
	return s.change(ctx, fmt.Sprintf("save summary %q", key), false, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO summaries (`+summaryColumns+`) VALUES (?, ?, ?, ?)`,
			key, blob(body), encodeTime(at), sum(key, string(body), itoa(encodeTime(at))))
		return err
	})
}

// Summary returns the summary of a key; false when there is none.
func (s *Store) Summary(ctx context.Context, key string) (body []byte, found bool, err error) {
	body, err = scanSummary(s.read.QueryRowContext(ctx, `SELECT `+summaryColumns+` FROM summaries WHERE key = ?`, key))
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("summary %q: %w", key, explain(err))
	}
	return body, true, nil
}

// ForgetSummaries deletes the summaries of all reports but these. A summary's
// key begins with the ID of its report and a slash.
func (s *Store) ForgetSummaries(ctx context.Context, but []string) (n int, err error) {
	of, err := json.Marshal(append([]string{}, but...)) // of none: [] and not null
	if err != nil {
		return 0, fmt.Errorf("forget summaries: %w", err)
	}
	err = s.change(ctx, "forget summaries", false, func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM summaries
			WHERE substr(key, 1, instr(key, '/') - 1) NOT IN (SELECT value FROM json_each(?))`, string(of))
		if err != nil {
			return err
		}
		deleted, err := res.RowsAffected()
		n = int(deleted)
		return err
	})
	return n, err
}

// Scrub empties the log beside the database, which holds pages as they were
// before something was deleted. done is false while somebody reads: then nothing
// is waited for, as events must not.
func (s *Store) Scrub(ctx context.Context) (done bool, err error) {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return false, fmt.Errorf("scrub: %w", explain(err))
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "PRAGMA busy_timeout = 20"); err != nil {
		return false, fmt.Errorf("scrub: %w", explain(err))
	}
	defer func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout = "+busyTimeout) // cannot fail
	}()
	var busy, pages, moved int
	if err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return false, fmt.Errorf("scrub: %w", explain(err))
	}
	return busy == 0, nil
}
