package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"reportbot/ingest/report"
)

// boxesFormat is the first byte of a row: how the rest is written.
const boxesFormat = 1

// encodeBoxes writes for each box, as variable-length integers, how far it is
// from the one before: text offset, length, page, left and upper edge, width,
// height; measures in tenths of a point, which is finer than any eye. A box
// takes about 11 bytes.
func encodeBoxes(boxes []report.Box) []byte {
	if len(boxes) == 0 {
		return nil
	}
	out := []byte{boxesFormat}
	put := func(n int) { out = binary.AppendVarint(out, int64(n)) }
	end, page, x, y := 0, 0, 0, 0
	for _, b := range boxes {
		if b.Offset < 0 || b.End < b.Offset {
			continue // of no text
		}
		x0, y0 := tenths(b.X0), tenths(b.Y0)
		put(b.Offset - end)
		put(b.End - b.Offset)
		put(b.Page - page)
		put(x0 - x)
		put(y0 - y)
		put(tenths(b.X1) - x0)
		put(tenths(b.Y1) - y0)
		end, page, x, y = b.End, b.Page, x0, y0
	}
	return out
}

// tenths takes what is no number, or none of a page, for 0: a mark in the
// wrong place is no reason to refuse a report.
func tenths(points float64) int {
	if math.IsNaN(points) || math.Abs(points) > 1e6 {
		return 0
	}
	return int(math.Round(points * 10))
}

func decodeBoxes(b []byte) ([]report.Box, error) {
	if len(b) == 0 || b[0] != boxesFormat {
		return nil, fmt.Errorf("%w: boxes of an unknown format", ErrDamaged)
	}
	b = b[1:]
	var out []report.Box
	var last report.Box
	x, y := 0, 0
	for len(b) > 0 {
		var v [7]int
		for i := range v {
			n, size := binary.Varint(b)
			if size <= 0 {
				return nil, fmt.Errorf("%w: boxes that end in the middle", ErrDamaged)
			}
			v[i], b = int(n), b[size:]
		}
		x, y = x+v[3], y+v[4]
		last = report.Box{
			Offset: last.End + v[0], End: last.End + v[0] + v[1], Page: last.Page + v[2],
			X0: points(x), Y0: points(y), X1: points(x + v[5]), Y1: points(y + v[6]),
		}
		if last.Offset < 0 || last.End < last.Offset {
			return nil, fmt.Errorf("%w: a box of no text", ErrDamaged)
		}
		out = append(out, last)
	}
	return out, nil
}

func points(tenths int) float64 { return float64(tenths) / 10 }

// Boxes returns where the passage's text stands on its pages; none when its
// report has no pages or the passage is not there.
func (s *Store) Boxes(ctx context.Context, passageID string) ([]report.Box, error) {
	out, err := scanBoxes(s.read.QueryRowContext(ctx, `SELECT b.passage_id, b.data, b.sum
		FROM boxes b JOIN passages p ON p.id = b.passage_id JOIN reports r ON r.id = p.report_id
		WHERE b.passage_id = ? AND r.visible_from <= ?`, passageID, s.now()))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read boxes of passage %s: %w", passageID, explain(err))
	}
	return out, nil
}

func scanBoxes(row scanner) ([]report.Box, error) {
	var id string
	var data []byte
	var want int64
	if err := row.Scan(&id, &data, &want); err != nil {
		return nil, err
	}
	if sum(boxesRow(id, data)) != want {
		return nil, changed{"places of passage " + id}
	}
	return decodeBoxes(data)
}
