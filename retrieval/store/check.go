package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Check looks for damage: in the file, between its tables, and in the
// vectors. It reads everything once and returns one line for each problem;
// none means the store is whole. The error is for what kept it from looking.
func (s *Store) Check(ctx context.Context) (problems []string, err error) {
	err = s.view(ctx, "check", func(tx *sql.Tx) error {
		for _, look := range []func(context.Context, *sql.Tx) ([]string, error){
			checkFile, checkRows, checkReports, checkStoredVectors, checkBlobs,
		} {
			found, err := look(ctx, tx)
			problems = append(problems, found...)
			if err != nil && !errors.Is(explain(err), ErrDamaged) {
				return err
			}
			if err != nil {
				problems = append(problems, explain(err).Error())
			}
		}
		return nil
	})
	return problems, err
}

func checkFile(ctx context.Context, tx *sql.Tx) ([]string, error) {
	found, err := ids(ctx, tx, `PRAGMA integrity_check`)
	if len(found) == 1 && found[0] == "ok" {
		found = nil
	}
	return found, err
}

// checkRows runs the queries that must find nothing.
func checkRows(ctx context.Context, tx *sql.Tx) (problems []string, err error) {
	for _, query := range []string{
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
	} {
		found, err := ids(ctx, tx, query)
		problems = append(problems, found...)
		if err != nil {
			return problems, err
		}
	}
	return problems, nil
}

// checkReports decodes what is stored as JSON.
func checkReports(ctx context.Context, tx *sql.Tx) ([]string, error) {
	if _, err := details(ctx, tx, `true`); err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+passageColumns+` FROM passages p`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		if _, err := scanPassage(rows); err != nil {
			return nil, err
		}
	}
	return nil, rows.Err()
}

func checkStoredVectors(ctx context.Context, tx *sql.Tx) (problems []string, err error) {
	name, dim, err := activeEmbedder(ctx, tx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT passage_id, vec FROM vectors WHERE embedder = ?`, name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var blob sql.RawBytes
		if err := rows.Scan(&id, &blob); err != nil {
			return problems, err
		}
		v, err := decodeVector(blob)
		if err == nil && len(v) != dim {
			err = fmt.Errorf("has %d dimensions, not %d", len(v), dim)
		}
		if err == nil {
			err = usable(v)
		}
		if err != nil {
			problems = append(problems, fmt.Sprintf("passage %s: its vector %v", id, err))
		}
	}
	return problems, rows.Err()
}

// checkBlobs decodes boxes and sketches.
func checkBlobs(ctx context.Context, tx *sql.Tx) (problems []string, err error) {
	for _, look := range []struct {
		query  string
		decode func([]byte) error
	}{
		{`SELECT 'passage ' || passage_id, data FROM boxes`, func(b []byte) error { _, err := decodeBoxes(b); return err }},
		{`SELECT 'report ' || report_id, data FROM sketches`, func(b []byte) error { _, err := decodeSketch(b); return err }},
	} {
		rows, err := tx.QueryContext(ctx, look.query)
		if err != nil {
			return problems, err
		}
		defer rows.Close()
		for rows.Next() {
			var whose string
			var data sql.RawBytes
			if err := rows.Scan(&whose, &data); err != nil {
				return problems, err
			}
			if err := look.decode(data); err != nil {
				problems = append(problems, fmt.Sprintf("%s: %v", whose, err))
			}
		}
		if err := rows.Err(); err != nil {
			return problems, err
		}
	}
	return problems, nil
}
