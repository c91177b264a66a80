package state

import (
	"context"
	"database/sql"
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
		return eachRow(ctx, tx, func(r scanner) error {
			body, err := scanTurn(r)
			if err != nil {
				bad = append(bad, explain(err))
				return nil
			}
			out = append(out, body)
			return nil
		}, `SELECT `+turnColumns+` FROM turns WHERE thread = ? ORDER BY seq DESC LIMIT ?`, thread, most)
	})
	slices.Reverse(out)
	return out, joined(append(bad, err))
}

const turnColumns = `thread, body, at, sum`

func scanTurn(row scanner) (body []byte, err error) {
	var thread string
	var at, want int64
	if err := row.Scan(&thread, &body, &at, &want); err != nil {
		return nil, err
	}
	if turnSum(thread, body, at) != want {
		return nil, changed("a turn of thread %q", thread)
	}
	return body, nil
}
