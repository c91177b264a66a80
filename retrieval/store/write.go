package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Replace stores the document in one transaction: what its ID held before is
// gone, and so is the report its path held before unless another file still
// holds that one. Offering what is stored already (same report, file hash and
// version) writes nothing new, so two processes may read the same files at
// once.
//
// When the collection holds the same report from another file (see findTwin),
// the better copy is kept, whichever came first, and both files are sources
// of it.
//
// The first document sets the embedder of the store; another one is an
// *EmbedderError. A full disk is ErrFull and leaves the store as it was.
func (s *Store) Replace(ctx context.Context, d Document) (p Placed, err error) {
	if err := d.check(); err != nil {
		return p, fmt.Errorf("store %s: %w", d.Source.Path, err)
	}
	err = s.changeOrMend(ctx, "store report "+d.Report.ID, func(tx *sql.Tx) error {
		p = Placed{Report: d.Report.Header()}
		if err := useEmbedder(ctx, tx, d.Embedder, d.Vectors); err != nil {
			return err
		}
		now, err := nextGeneration(ctx, tx)
		if err != nil {
			return err
		}
		stored, err := isStored(ctx, tx, d)
		if err != nil {
			return err
		}
		if !stored {
			if err := settle(ctx, tx, d, &p, now); err != nil {
				return err
			}
		}
		d.Source.ReportID, d.Source.VisibleFrom = p.Report.ID, since(d.Report.VisibleFrom)
		changed, stale, err := setSource(ctx, tx, d.Report.Collection, d.Source, now)
		p.Stale = append(p.Stale, stale...)
		if err != nil {
			return err
		}
		moved, err := settleEmbargo(ctx, tx, p.Report.ID)
		if err != nil || (stored || p.Lost) && !changed && !moved {
			return err
		}
		return touch(ctx, tx, p.Report.ID, now)
	})
	return p, err
}

// settle writes the document, unless a better copy of it is there.
func settle(ctx context.Context, tx *sql.Tx, d Document, p *Placed, now int64) error {
	t, found, err := findTwin(ctx, tx, d)
	if err != nil {
		return err
	}
	if found && t.origin != d.Source.Path {
		p.Twin = t.origin
	}
	if found && !d.better(&t) {
		p.Lost, p.Report = true, t.report.Header()
		return nil
	}
	if err := putReport(ctx, tx, d, now); err != nil || !found {
		return err
	}
	p.Stale, err = succeed(ctx, tx, &t, d.Report.ID, d.Source.Path, now)
	return err
}

// Remove deletes the report with exactly this ID; false when there is none.
func (s *Store) Remove(ctx context.Context, id string) (ok bool, err error) {
	err = s.changeOrMend(ctx, "remove report "+id, func(tx *sql.Tx) error {
		now, err := nextGeneration(ctx, tx)
		if err != nil {
			return err
		}
		if ok, err = drop(ctx, tx, id, now); err != nil || !ok {
			return err
		}
		return setMeta(ctx, tx, "generation", now)
	})
	return ok && err == nil, err
}

// isStored reports whether the document's report is as it was read from the
// same bytes by the same rules before. The embedder has been checked.
func isStored(ctx context.Context, tx *sql.Tx, d Document) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM reports r JOIN sources s ON s.report_id = r.id AND s.path = r.origin
		WHERE r.id = ? AND s.collection = ? AND s.hash = ? AND s.version = ?`,
		d.Report.ID, d.Report.Collection, d.Source.Hash, d.Source.Version).Scan(&n)
	return n > 0, err
}

// putReport writes the report and all that hangs on it in place of what its
// ID held.
func putReport(ctx context.Context, tx *sql.Tx, d Document, now int64) error {
	r := d.Report
	meta, outline, err := encodeReport(r, d.Passages)
	if err != nil {
		return err
	}
	if err := clearDamaged(ctx, tx, r.ID); err != nil {
		return err
	}
	// An ID in another collection would move a report out of sight, or into
	// the sight of others. IDs cover the collection, so this is a bug.
	res, err := tx.ExecContext(ctx, `INSERT INTO reports
		(id, collection, generation, published, publisher, title, meta, outline, origin) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET published = excluded.published, publisher = excluded.publisher,
			title = excluded.title, meta = excluded.meta, outline = excluded.outline, origin = excluded.origin
		WHERE collection = excluded.collection`,
		r.ID, r.Collection, now, r.Published, r.Publisher, r.Title, meta, outline, d.Source.Path)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return errors.Join(err, errors.New("the ID is taken by a report of another collection"))
	}
	for _, del := range []string{`DELETE FROM passages WHERE report_id = ?`, `DELETE FROM removed WHERE report_id = ?`} {
		if _, err := tx.ExecContext(ctx, del, r.ID); err != nil {
			return err
		}
	}
	if err := putPassages(ctx, tx, d); err != nil {
		return err
	}
	if err := putSketch(ctx, tx, r.ID, d.Sketch); err != nil {
		return err
	}
	if err := putFacts(ctx, tx, r.ID, d.Facts); err != nil {
		return err
	}
	return sealReport(ctx, tx, r.ID)
}

func putPassages(ctx context.Context, tx *sql.Tx, d Document) error {
	passage, err := tx.PrepareContext(ctx, `INSERT INTO passages
		(id, report_id, ord, number, path, kind, page_from, page_to, turns, text, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer passage.Close()
	vector, err := tx.PrepareContext(ctx, `INSERT INTO vectors (passage_id, embedder, vec, sum) VALUES (?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer vector.Close()
	box, err := tx.PrepareContext(ctx, `INSERT INTO boxes (passage_id, data, sum) VALUES (?, ?, ?)`)
	if err != nil {
		return err
	}
	defer box.Close()
	for i := range d.Passages {
		p := &d.Passages[i]
		path, err := encodeList(p.Path)
		if err != nil {
			return err
		}
		turns, err := encodeList(p.Turns)
		if err != nil {
			return err
		}
		if _, err := passage.ExecContext(ctx, sealed(passageRow(p, i, path, turns))...); err != nil {
			return fmt.Errorf("passage %s: %w", p.ID, err)
		}
		if _, err := vector.ExecContext(ctx, sealed(vectorRow(p.ID, d.Embedder, encodeVector(d.Vectors[i])))...); err != nil {
			return fmt.Errorf("vector of passage %s: %w", p.ID, err)
		}
		if data := encodeBoxes(p.Boxes); data != nil {
			if _, err := box.ExecContext(ctx, sealed(boxesRow(p.ID, data))...); err != nil {
				return fmt.Errorf("boxes of passage %s: %w", p.ID, err)
			}
		}
	}
	return nil
}

// drop deletes a report with all that hangs on it and leaves a note for the
// searchers.
func drop(ctx context.Context, tx *sql.Tx, id string, now int64) (bool, error) {
	res, err := tx.ExecContext(ctx, `DELETE FROM reports WHERE id = ?`, id)
	if err != nil {
		return false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO removed (report_id, generation) VALUES (?, ?)`, id, now)
	return true, err
}

// touch marks a report as changed in generation now.
func touch(ctx context.Context, tx *sql.Tx, id string, now int64) error {
	if _, err := tx.ExecContext(ctx, `UPDATE reports SET generation = ? WHERE id = ?`, now, id); err != nil {
		return err
	}
	return setMeta(ctx, tx, "generation", now)
}
