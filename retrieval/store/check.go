package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Check looks for damage: in the file, between its tables, and in every row.
// It reads everything once and returns one line for each problem; none means
// the store is whole. The error is for what kept it from looking. Files of the
// damaged reports are read again when they are next ingested.
func (s *Store) Check(ctx context.Context) (problems []string, err error) {
	var damaged []string
	err = s.view(ctx, "check", func(tx *sql.Tx) error {
		note := func(found []string, err error) error { // and go on, if it is damage
			problems = append(problems, found...)
			if err = explain(err); !errors.Is(err, ErrDamaged) {
				return err
			}
			// A page that cannot be read is met by more than one query.
			if line := strings.Join(strings.Fields(err.Error()), " "); len(problems) == 0 || problems[len(problems)-1] != line {
				problems = append(problems, line)
			}
			return nil
		}
		if err := note(checkFile(ctx, tx)); err != nil {
			return err
		}
		for _, query := range mustFindNothing {
			if err := note(column[string](ctx, tx, query)); err != nil {
				return err
			}
		}
		embedder, dim, err := activeEmbedder(ctx, tx)
		if err := note(nil, err); err != nil {
			return err
		}
		r, err := newEntryReader(ctx, tx, embedder)
		if err := note(nil, err); err != nil || r.passages == nil {
			return err
		}
		all, err := column[string](ctx, tx, `SELECT id FROM reports ORDER BY id`)
		if err := note(nil, err); err != nil {
			return err
		}
		for _, id := range all {
			found := len(problems)
			for _, err := range checkReport(ctx, tx, r, id, dim) {
				if err := note(nil, err); err != nil {
					return err
				}
			}
			if len(problems) > found {
				damaged = append(damaged, id)
			}
		}
		return nil
	})
	if err == nil {
		if err := s.distrust(ctx, damaged); err != nil {
			s.log.Warn("damaged reports will not be read again by themselves", "error", err.Error())
		}
	}
	return problems, err
}

func checkFile(ctx context.Context, tx *sql.Tx) ([]string, error) {
	found, err := column[string](ctx, tx, `PRAGMA integrity_check`)
	if len(found) == 1 && found[0] == "ok" {
		found = nil
	}
	return found, err
}

var mustFindNothing = []string{
	`SELECT format('table %s: row without its %s', "table", parent) FROM pragma_foreign_key_check`,
	`SELECT format('report %s: no source', id) FROM reports r
		WHERE NOT EXISTS (SELECT 1 FROM sources WHERE report_id = r.id)`,
	`SELECT format('report %s: source %s is in collection %s', r.id, path, s.collection)
		FROM reports r JOIN sources s ON s.report_id = r.id AND s.collection <> r.collection`,
	`SELECT format('report %s: removed and there', id) FROM reports JOIN removed ON report_id = id`,
	`SELECT format('report %s: generation %d is newer than the store''s', id, generation)
		FROM (SELECT id, generation FROM reports UNION ALL SELECT report_id, generation FROM removed)
		WHERE generation > (SELECT value FROM meta WHERE key = 'generation')`,
	`SELECT format('passage %s: no vector of embedder %s', p.id, m.value)
		FROM passages p, meta m WHERE m.key = 'embedder'
		AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.passage_id = p.id AND v.embedder = m.value)`,
	`SELECT format('report %s: fact %d is of passage %s, which is not there', f.report_id, f.ord, f.passage_id)
		FROM facts f WHERE f.passage_id <> ''
		AND NOT EXISTS (SELECT 1 FROM passages p WHERE p.id = f.passage_id AND p.report_id = f.report_id)`,
}

// checkReport reads everything of a report.
func checkReport(ctx context.Context, tx *sql.Tx, r entryReader, id string, dim int) (bad []error) {
	note := func(err error) { // or nothing
		if err != nil {
			bad = append(bad, err)
		}
	}
	e, _, err := r.read(ctx, id)
	note(err)
	name := id
	if err == nil {
		name += " " + strconv.Quote(e.Report.Title)
	}
	for i, v := range e.Vectors {
		if err = usable(v); len(v) != dim {
			err = fmt.Errorf("has %d dimensions, not %d", len(v), dim)
		}
		if err != nil {
			note(fmt.Errorf("%w: report %s: passage %s: its vector %w", ErrDamaged, name, e.Passages[i].ID, err))
		}
	}
	_, err = factsOf(ctx, tx, id)
	note(named(name, err))
	note(named(name, eachRow(ctx, tx, func(row scanner) error {
		_, err := scanBoxes(row)
		return err
	}, `SELECT b.passage_id, b.data, b.sum FROM passages p CROSS JOIN boxes b ON b.passage_id = p.id WHERE p.report_id = ?`, id)))
	note(named(name, eachRow(ctx, tx, func(row scanner) error {
		var data sql.RawBytes
		if err := row.Scan(&data); err != nil {
			return err
		}
		_, err := decodeSketch(data)
		return err
	}, `SELECT data FROM sketches WHERE report_id = ?`, id)))
	return bad
}
