package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Use is what calls of a model used: tokens, and what they cost in millionths.
type Use struct {
	Prompt, Completion, Cost int64
}

// Spent is what the calls of a day used. Reserved are tokens of calls that go
// on, or that a kill left without an end: they count until the day is over.
type Spent struct {
	Use
	Calls    int64
	Reserved int64
	most     int64 // tokens of the largest call
}

// Tokens are all that count.
func (s Spent) Tokens() int64 { return s.Prompt + s.Completion + s.Reserved }

func (s Spent) sum(day string) int64 {
	return sum(day, itoa(s.Calls), itoa(s.Prompt), itoa(s.Completion), itoa(s.most), itoa(s.Cost))
}

const budgetColumns = `day, calls, prompt, completion, most, cost, sum`

func scanBudget(row scanner) (s Spent, err error) {
	var day string
	var want int64
	if err := row.Scan(&day, &s.Calls, &s.Prompt, &s.Completion, &s.most, &s.Cost, &want); err != nil {
		return s, err
	}
	if s.sum(day) != want {
		return s, changed("budget of %q", day)
	}
	return s, nil
}

const reservedColumns = `day, tokens, sum`

func scanReserved(row scanner) (day string, tokens int64, err error) {
	var want int64
	if err := row.Scan(&day, &tokens, &want); err != nil {
		return "", 0, err
	}
	if sum(day, itoa(tokens)) != want {
		return "", 0, changed("a reservation of %q", day)
	}
	return day, tokens, nil
}

func spentOn(ctx context.Context, tx *sql.Tx, day string) (Spent, error) {
	s, err := scanBudget(tx.QueryRowContext(ctx, `SELECT `+budgetColumns+` FROM budget WHERE day = ?`, day))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return s, err
	}
	return s, eachRow(ctx, tx, func(r scanner) error {
		_, tokens, err := scanReserved(r)
		s.Reserved += tokens
		return err
	}, `SELECT `+reservedColumns+` FROM reserved WHERE day = ?`, day)
}

// Spent returns what was used on a day.
func (s *Store) Spent(ctx context.Context, day string) (out Spent, err error) {
	err = s.view(ctx, "budget", func(tx *sql.Tx) error {
		out, err = spentOn(ctx, tx, day)
		return err
	})
	return out, err
}

// Reserve counts the tokens that a call may use towards a day, unless as many
// as limit are counted already: that is ErrSpent. So calls at once go beyond
// the limit by no more than one of them. Where the largest call so far used
// more than tokens, that many are reserved: the caller's bound did not hold.
func (s *Store) Reserve(ctx context.Context, day string, tokens, limit int64) (id int64, err error) {
	err = s.change(ctx, "reserve tokens", false, func(ctx context.Context, tx *sql.Tx) error {
		have, err := spentOn(ctx, tx, day)
		if err != nil {
			return err
		}
		if have.Tokens() >= limit {
			return ErrSpent
		}
		var most int64
		if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(most), 0) FROM budget`).Scan(&most); err != nil {
			return err
		}
		n := max(tokens, min(most, limit))
		res, err := tx.ExecContext(ctx, `INSERT INTO reserved (`+reservedColumns+`) VALUES (?, ?, ?)`, day, n, sum(day, itoa(n)))
		if err == nil {
			id, err = res.LastInsertId()
		}
		return err
	})
	return id, err
}

// Settle puts what a call used in the place of what was reserved for it.
// Settling again changes nothing.
func (s *Store) Settle(ctx context.Context, id int64, u Use) error {
	return s.change(ctx, "settle tokens", false, func(ctx context.Context, tx *sql.Tx) error {
		day, _, err := scanReserved(tx.QueryRowContext(ctx, `SELECT `+reservedColumns+` FROM reserved WHERE id = ?`, id))
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM reserved WHERE id = ?`, id); err != nil {
			return err
		}
		if u == (Use{}) {
			return nil
		}
		have, err := spentOn(ctx, tx, day)
		if err != nil {
			return err
		}
		have.Calls++
		have.Prompt, have.Completion, have.Cost = have.Prompt+u.Prompt, have.Completion+u.Completion, have.Cost+u.Cost
		have.most = max(have.most, u.Prompt+u.Completion)
		_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO budget (`+budgetColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			day, have.Calls, have.Prompt, have.Completion, have.most, have.Cost, have.sum(day))
		return err
	})
}

// pruneBudget forgets the days before.
func (s *Store) pruneBudget(ctx context.Context, before time.Time) error {
	return s.change(ctx, "prune", false, func(ctx context.Context, tx *sql.Tx) error {
		for _, table := range []string{"budget", "reserved"} {
			if _, err := tx.ExecContext(ctx, fmt.Sprintf(`DELETE FROM %s WHERE day < ?`, table), before.Format(time.DateOnly)); err != nil {
				return err
			}
		}
		return nil
	})
}
