package state

import (
	"context"
	"database/sql"
	"slices"
)

const arrivalColumns = `name, seq, sum`

func scanArrival(row scanner) (name string, seq int64, err error) {
	var want int64
	if err := row.Scan(&name, &seq, &want); err != nil {
		return "", 0, err
	}
	if sum(name, itoa(seq)) != want {
		return "", 0, changed("arrival %q", name)
	}
	return name, seq, nil
}

// Arrivals returns what has come, by name, with its number in the order of
// arrival.
func (s *Store) Arrivals(ctx context.Context) (map[string]int64, error) {
	out := map[string]int64{}
	err := s.view(ctx, "arrivals", func(tx *sql.Tx) error {
		return eachRow(ctx, tx, func(r scanner) error {
			name, seq, err := scanArrival(r)
			out[name] = seq
			return err
		}, `SELECT `+arrivalColumns+` FROM arrivals`)
	})
	return out, err
}

// Arrive notes what is there now, each under the names that it goes by: what
// has none of them yet gets the next number, what has one keeps its number
// under its new names too. The numbers are our own. They do not depend on a
// clock, which may jump, nor on the corpus, which may be read anew, embedded
// anew or put back from a backup: whatever is done to it, what came once has
// come.
func (s *Store) Arrive(ctx context.Context, all [][]string) error {
	return s.change(ctx, "note arrivals", false, func(ctx context.Context, tx *sql.Tx) error {
		var next int64
		if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(seq), 0) + 1 FROM arrivals`).Scan(&next); err != nil {
			return err
		}
		find, err := tx.PrepareContext(ctx, `SELECT `+arrivalColumns+` FROM arrivals WHERE name = ?`)
		if err != nil {
			return err
		}
		defer find.Close()
		put, err := tx.PrepareContext(ctx, `INSERT INTO arrivals (`+arrivalColumns+`) VALUES (?, ?, ?)`)
		if err != nil {
			return err
		}
		defer put.Close()
		for _, names := range all {
			seq, missing, err := arrived(ctx, find, names)
			if err != nil {
				return err
			}
			if seq == 0 {
				seq = next
				next++
			}
			for _, n := range missing {
				if _, err := put.ExecContext(ctx, n, seq, sum(n, itoa(seq))); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// arrived is the number of what goes by these names, 0 for none, and the names
// that are new.
func arrived(ctx context.Context, find *sql.Stmt, names []string) (seq int64, missing []string, err error) {
	for _, n := range names {
		if n = clean(n); n == "" || slices.Contains(missing, n) {
			continue
		}
		_, at, err := scanArrival(find.QueryRowContext(ctx, n))
		switch {
		case err == sql.ErrNoRows:
			missing = append(missing, n)
		case err != nil:
			return 0, nil, err
		case seq == 0 || at < seq:
			seq = at
		}
	}
	return seq, missing, nil
}
