package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"reportbot/ingest/report"
)

// sketchSize is how many hashes a sketch has at most; ingest makes them so.
// The estimate is off by 0.03 (one standard deviation near the bound).
const sketchSize = 256

// sameReport is the similarity from which two files hold the same report. Of
// 18 reports, 12 of them real ones, read as PDF and as the text that three
// modes of another reader make of it, the least alike had 0.65, as columns and
// tables come in another order; two notes of one house on one company have
// 0.11, and a weekly one that repeats half of its words 0.33.
const sameReport = 0.6

// similar estimates the Jaccard similarity of two sets of which each sketch
// holds the smallest hashes, ascending: the share of common ones among the
// smallest of the union.
func similar(a, b []uint64) float64 {
	both, all := 0, 0
	for (len(a) > 0 || len(b) > 0) && all < sketchSize {
		all++
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			a = a[1:]
		case len(a) == 0 || b[0] < a[0]:
			b = b[1:]
		default:
			both++
			a, b = a[1:], b[1:]
		}
	}
	if all == 0 {
		return 0
	}
	return float64(both) / float64(all)
}

// twin is a stored report that the document is another copy of.
type twin struct {
	report report.Report
	origin string // the file it was read from
	held   bool   // whether that file is still one of its sources
	aided  bool   // whether that file has a sidecar
}

// findTwin returns the report that the document is another copy of: that of
// the same ID, or the most similar one of the collection. Reports whose dates
// or securities contradict are two reports however much they share, such as a
// monthly one that repeats last month's words. What only the document's own
// file holds is its past and no copy.
func findTwin(ctx context.Context, tx *sql.Tx, d Document) (t twin, ok bool, err error) {
	id, err := mostSimilar(ctx, tx, d)
	if err != nil || id == "" {
		return t, false, err
	}
	r, err := scanReport(tx.QueryRowContext(ctx, `SELECT `+reportColumns+`, r.origin, s.path IS NOT NULL, coalesce(s.sidecar, '') <> ''
		FROM reports r LEFT JOIN sources s ON s.collection = r.collection AND s.path = r.origin AND s.report_id = r.id
		WHERE r.id = ?`, id), &t.origin, &t.held, &t.aided)
	switch {
	case errors.Is(err, ErrDamaged): // no copy to hold this one against
		return twin{}, false, nil
	case err != nil:
		return t, false, err
	}
	t.report = r.report
	return t, id == d.Report.ID || agree(t.report.Securities, d.Report.Securities), nil
}

func mostSimilar(ctx context.Context, tx *sql.Tx, d Document) (id string, err error) {
	r := d.Report
	err = tx.QueryRowContext(ctx, `SELECT id FROM reports WHERE id = ? AND collection = ?`, r.ID, r.Collection).Scan(&id)
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT r.id, k.data FROM reports r CROSS JOIN sketches k ON k.report_id = r.id
		WHERE r.collection = ?1 AND (?2 = '' OR r.published IN ('', ?2))
			AND EXISTS (SELECT 1 FROM sources s WHERE s.report_id = r.id AND s.path <> ?3)
		ORDER BY r.id`, r.Collection, r.Published, d.Source.Path)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	best := 0.0
	for rows.Next() {
		var one string
		var data sql.RawBytes
		if err := rows.Scan(&one, &data); err != nil {
			return "", err
		}
		sketch, err := decodeSketch(data)
		if err != nil {
			continue // damaged, which Check says; it is like nothing
		}
		if s := similar(sketch, d.Sketch); s >= sameReport && s > best {
			id, best = one, s
		}
	}
	return id, rows.Err()
}

// agree reports whether two lists of securities may be of one report: they
// name a common one, or one of them names none by its code. Names alone are
// read in too many ways.
func agree(a, b []report.Security) bool {
	codes := func(list []report.Security) (out []string) {
		for _, s := range list {
			if s.Code != "" {
				out = append(out, s.Code)
			}
		}
		return out
	}
	x, y := codes(a), codes(b)
	return len(x) == 0 || len(y) == 0 || slices.ContainsFunc(x, func(code string) bool { return slices.Contains(y, code) })
}

// better tells whether the document is to take the twin's place. The order of
// two copies does not depend on which came first: pages are known, fewer of
// them lack text, more text was kept, somebody corrected it by a sidecar, and
// then what is left to tell two files apart.
func (d *Document) better(t *twin) bool {
	if !t.held || t.origin == d.Source.Path {
		return true // the stored copy is of a file that has changed or gone
	}
	r, o := d.Report, &t.report
	yes := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return cmp.Or(
		yes(r.Pages > 0)-yes(o.Pages > 0),
		cmp.Compare(len(o.Parse.LowTextPages), len(r.Parse.LowTextPages)),
		cmp.Compare(r.Parse.CharsKept, o.Parse.CharsKept),
		yes(d.Source.Sidecar != "")-yes(t.aided),
		cmp.Compare(o.ID, r.ID),
		cmp.Compare(t.origin, d.Source.Path),
	) > 0
}

// succeed gives the sources of the twin to the report with the ID and removes
// the twin. The copies that had lost to it are held against the new text when
// they are read again.
func succeed(ctx context.Context, tx *sql.Tx, t *twin, id, path string, now int64) (stale []string, err error) {
	if t.report.ID != id {
		if _, err := tx.ExecContext(ctx, `UPDATE sources SET report_id = ? WHERE report_id = ?`, id, t.report.ID); err != nil {
			return nil, err
		}
		if _, err := drop(ctx, tx, t.report.ID, now); err != nil {
			return nil, err
		}
	}
	if t.origin != path {
		return nil, nil
	}
	return outdate(ctx, tx, id, path)
}

func putSketch(ctx context.Context, tx *sql.Tx, id string, sketch []uint64) error {
	data := make([]byte, 0, 8*len(sketch))
	for _, h := range sketch {
		data = binary.LittleEndian.AppendUint64(data, h)
	}
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO sketches (report_id, data) VALUES (?, ?)`, id, data)
	return err
}

func decodeSketch(data []byte) ([]uint64, error) {
	if len(data)%8 != 0 {
		return nil, fmt.Errorf("%w: a sketch of %d bytes", ErrDamaged, len(data))
	}
	out := make([]uint64, len(data)/8)
	for i := range out {
		out[i] = binary.LittleEndian.Uint64(data[8*i:])
	}
	return out, nil
}
