package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"hash/crc32"
	"math"

	"reportbot/ingest/report"
)

// Rows carry a checksum, as those of bot/state do: SQLite sees a page that
// makes no sense, but not a figure that became another one. The functions
// ...Row list what is summed of a row, in the order of the columns, both when
// it is written and when it is read.

func passageRow(p *report.Passage, ord int, path, turns string) []any {
	return []any{p.ID, p.ReportID, ord, p.Number, path, string(p.Kind), p.PageFrom, p.PageTo, turns, p.Text}
}

func factRow(f *report.Fact, ord int) []any {
	return []any{f.ReportID, ord, f.Security.Code, f.Security.Name, string(f.Metric), f.Label, f.Period, f.Value,
		f.Unit, f.Currency, f.Forecast, f.Rival, f.PassageID, f.Page, f.Quote}
}

func vectorRow(passageID, embedder string, vec []byte) []any { return []any{passageID, embedder, vec} }

func boxesRow(passageID string, data []byte) []any { return []any{passageID, data} }

// sourceRow leaves out what changes after the row is written.
func sourceRow(collection string, s *Source) []any {
	return withEmbargo([]any{collection, s.Path, s.Size, s.ModTime, s.Hash, s.Sidecar}, s.VisibleFrom)
}

// withEmbargo is the row with the time from which its report is visible behind
// it, where there is one: the sums of rows of before schema 4 stay right.
func withEmbargo(row []any, from int64) []any {
	if from == 0 {
		return row
	}
	return append(row, from)
}

// sealed is the row with its checksum behind it.
func sealed(row []any) []any { return append(row, sum(row)) }

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sum is the checksum of a row: texts with their length before them, so that
// bytes cannot move from one column to the next unseen.
func sum(row []any) int64 {
	var h uint32
	var n [8]byte
	number := func(v uint64) {
		binary.LittleEndian.PutUint64(n[:], v)
		h = crc32.Update(h, castagnoli, n[:])
	}
	for _, v := range row {
		switch v := v.(type) {
		case string:
			number(uint64(len(v)))
			h = crc32.Update(h, castagnoli, []byte(v))
		case []byte:
			number(uint64(len(v)))
			h = crc32.Update(h, castagnoli, v)
		case int:
			number(uint64(v))
		case int64:
			number(uint64(v))
		case bool: // which SQLite keeps as 0 and 1
			if v {
				number(1)
			} else {
				number(0)
			}
		case float64:
			if v == 0 { // of the two zeros SQLite keeps one
				v = 0
			}
			number(math.Float64bits(v))
		default: // NULL, which only damage puts there
			number(math.MaxUint64)
		}
	}
	return int64(h)
}

// changed is the error of a row whose checksum is not that of its columns. It
// is ErrDamaged, without saying that the whole file is.
type changed struct{ what string }

func (e changed) Error() string        { return e.what + " has changed on the disk" }
func (e changed) Is(target error) bool { return target == ErrDamaged }

// sealReport writes the checksum of a report's row. It covers those of its
// passages and its facts, so that none of them can go missing unseen.
func sealReport(ctx context.Context, tx *sql.Tx, id string) error {
	var parts [2]int64
	for i, query := range []string{
		`SELECT sum FROM passages WHERE report_id = ? ORDER BY ord`,
		`SELECT sum FROM facts WHERE report_id = ? ORDER BY ord`,
	} {
		sums, err := column[int64](ctx, tx, query, id)
		if err != nil {
			return err
		}
		parts[i] = together(sums)
	}
	row := make([]any, 7)
	into := make([]any, len(row))
	for i := range row {
		into[i] = &row[i]
	}
	var from int64
	err := tx.QueryRowContext(ctx, `SELECT id, collection, published, publisher, title, meta, outline, visible_from FROM reports WHERE id = ?`, id).
		Scan(append(into, &from)...)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE reports SET passages_sum = ?, facts_sum = ?, sum = ? WHERE id = ?`,
		parts[0], parts[1], sum(withEmbargo(append(row, parts[0], parts[1]), from)), id)
	return err
}

// together is the checksum of rows that belong together, in their order.
func together(sums []int64) int64 {
	row := make([]any, len(sums))
	for i, s := range sums {
		row[i] = s
	}
	return sum(row)
}

// column returns what a query of one column finds.
func column[T any](ctx context.Context, q querier, query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}
