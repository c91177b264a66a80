package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// SaveTurn adds a turn to a thread, so that a restart does not forget what
// was talked about. The body is kept byte for byte.
func (s *Store) SaveTurn(ctx context.Context, thread string, body []byte, at time.Time) error {
	if err := name("thread", thread); err != nil {
		return fmt.Errorf("save turn: %w", err)
	}
	return s.change(ctx, fmt.Sprintf("save turn of thread %q", thread), false, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO turns (thread, body, at, sum) VALUES (?, ?, ?, ?)`,
			thread, blob(body), encodeTime(at), turnSum(thread, body, encodeTime(at)))
		return err
	})
}

func turnSum(thread string, body []byte, at int64) int64 { return sum(thread, string(body), itoa(at)) }

// Turns returns the last turns of a thread, at most so many, oldest first. A
// damaged one is left out and the error is ErrDamaged; the others come back
// even so.
func (s *Store) Turns(ctx context.Context, thread string, most int) (out [][]byte, err error) {
	if most <= 0 { // to SQLite a negative limit is none
		return nil, nil
	}
	var bad []error
	err = s.view(ctx, fmt.Sprintf("turns of thread %q", thread), func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT body, at, sum FROM turns WHERE thread = ? ORDER BY seq DESC LIMIT ?`, thread, most)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var body []byte
			var at, want int64
			if err := rows.Scan(&body, &at, &want); err != nil {
				return err
			}
			if turnSum(thread, body, at) != want {
				bad = append(bad, fmt.Errorf("%w: a turn of thread %q has changed on the disk", ErrDamaged, thread))
				continue
			}
			out = append(out, body)
		}
		return rows.Err()
	})
	slices.Reverse(out)
	return out, errors.Join(append(bad, err)...)
}
