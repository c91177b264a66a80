package state

import (
	"context"
	"database/sql"
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
