package state

import (
	"context"
	"database/sql"
)

// Check looks for damage: in the file and in every row. It reads everything
// once and returns one line for each problem; none means the state is whole.
// The error is for what kept it from looking.
func (s *Store) Check(ctx context.Context) (problems []string, err error) {
	err = s.view(ctx, "check", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `PRAGMA integrity_check`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				return err
			}
			if line != "ok" {
				problems = append(problems, line)
			}
		}
		return rows.Err()
	})
	return problems, err
}
