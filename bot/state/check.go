package state

import (
	"context"
	"database/sql"
	"errors"
)

// Check looks for damage: in the file, between its tables and in every row.
// It reads everything once and returns one line for each problem; none means
// the state is whole. The error is for what kept it from looking.
func (s *Store) Check(ctx context.Context) (problems []string, err error) {
	note := func(err error) error { // and go on, if it is damage
		if err = explain(err); err != nil && errors.Is(err, ErrDamaged) {
			problems = append(problems, oneLine{err}.Error())
			return nil
		}
		return err
	}
	err = s.view(ctx, "check", func(tx *sql.Tx) error {
		for _, look := range []struct {
			query string
			row   func(scanner) error
		}{
			{`PRAGMA integrity_check`, fileProblem},
			{`SELECT format('table %s: row without its %s', "table", parent) FROM pragma_foreign_key_check`, fileProblem},
			{`SELECT ` + eventColumns + ` FROM events ORDER BY seq`, func(r scanner) error { _, err := scanEvent(r); return err }},
			{`SELECT ` + postedColumns + ` FROM posted ORDER BY event_id`, func(r scanner) error { _, err := scanPosted(r); return err }},
			{`SELECT id FROM answers ORDER BY id`, func(r scanner) error {
				var id string
				if err := r.Scan(&id); err != nil {
					return err
				}
				_, err := readAnswer(ctx, tx, id)
				if errors.Is(err, sql.ErrNoRows) { // an index may still hold it
					return changed("answer %q", id)
				}
				return err
			}},
			{`SELECT ` + feedbackColumns + ` FROM feedback ORDER BY answer_id, user`, func(r scanner) error { _, err := scanFeedback(r); return err }},
			{`SELECT ` + turnColumns + ` FROM turns ORDER BY seq`, func(r scanner) error { _, err := scanTurn(r); return err }},
			{`SELECT ` + subscriptionColumns + ` FROM subscriptions ORDER BY id`, func(r scanner) error { _, err := scanSubscription(r); return err }},
			{`SELECT ` + slotColumns + ` FROM slots ORDER BY subscription, slot`, func(r scanner) error { _, err := scanSlot(r); return err }},
			{`SELECT ` + summaryColumns + ` FROM summaries ORDER BY key`, func(r scanner) error { _, err := scanSummary(r); return err }},
			{`SELECT ` + arrivalColumns + ` FROM arrivals ORDER BY name`, func(r scanner) error { _, _, err := scanArrival(r); return err }},
			{`SELECT ` + budgetColumns + ` FROM budget ORDER BY day`, func(r scanner) error { _, err := scanBudget(r); return err }},
			{`SELECT ` + reservedColumns + ` FROM reserved ORDER BY id`, func(r scanner) error { _, _, err := scanReserved(r); return err }},
		} {
			if err := note(eachRow(ctx, tx, func(r scanner) error { return note(look.row(r)) }, look.query)); err != nil {
				return err
			}
		}
		if _, err := eachRecord(ctx, tx, nil); err != nil {
			return note(err)
		}
		return nil
	})
	return problems, err
}

// fileProblem is a line of SQLite's own checks.
func fileProblem(row scanner) error {
	var line string
	if err := row.Scan(&line); err != nil || line == "ok" {
		return err
	}
	return errors.Join(ErrDamaged, errors.New(line))
}
