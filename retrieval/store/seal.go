package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// table is one whose rows carry a checksum of their own columns.
type table struct {
	name    string
	columns string // what is summed, in order; the first of them are the key
	key     int    // how many
	rest    string // columns that change later and are not summed
	late    int    // of the columns, the last ones, which are summed where they are not 0
}

var (
	sourcesTable = table{"sources", "collection, path, size, mtime, hash, sidecar, visible_from", 2, ", version, report_id", 1}
	factsTable   = table{"facts", "report_id, ord, code, name, metric, label, period, value, unit, currency, forecast, rival, passage_id, page, quote", 2, "", 0}

	tables = []table{
		sourcesTable,
		{"passages", "id, report_id, ord, number, path, kind, page_from, page_to, turns, text", 1, "", 0},
		{"vectors", "passage_id, embedder, vec", 2, "", 0},
		{"boxes", "passage_id, data", 1, "", 0},
		factsTable,
	}
)

// sealAll gives the rows of a database that had no checksums theirs. What was
// damaged before cannot be told from what was not.
func sealAll(ctx context.Context, tx *sql.Tx) error {
	for _, t := range tables {
		keys := strings.Split(t.columns, ", ")[:t.key]
		put, err := tx.PrepareContext(ctx, fmt.Sprintf(`UPDATE %s SET sum = ? WHERE (%s) = (%s)`,
			t.name, strings.Join(keys, ", "), marks(t.key)))
		if err != nil {
			return err
		}
		defer put.Close()
		// Read first: a table must not change under a query that reads it.
		var updates [][]any
		err = t.each(ctx, tx, func(row []any) {
			updates = append(updates, append([]any{t.sum(row)}, row[:t.key]...))
		})
		if err != nil {
			return err
		}
		for _, u := range updates {
			if _, err := put.ExecContext(ctx, u...); err != nil {
				return err
			}
		}
	}
	all, err := column[string](ctx, tx, `SELECT id FROM reports`)
	for i := 0; err == nil && i < len(all); i++ {
		err = sealReport(ctx, tx, all[i])
	}
	return err
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }

// width is how many columns are summed.
func (t table) width() int { return strings.Count(t.columns, ",") + 1 }

// sum is the checksum of a row of each.
func (t table) sum(row []any) int64 {
	n := t.width()
	for late := t.late; late > 0 && row[n-1] == int64(0); late-- {
		n--
	}
	return sum(row[:n])
}

// each calls f with every row: what is summed, the columns that are not, and
// the checksum.
func (t table) each(ctx context.Context, tx *sql.Tx, f func(row []any)) error {
	rows, err := tx.QueryContext(ctx, `SELECT `+t.columns+t.rest+`, sum FROM `+t.name)
	if err != nil {
		return err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		row, into := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		f(row)
	}
	return rows.Err()
}
