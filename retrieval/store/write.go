package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Source returns what is known of the file at path in the collection; ok is
// false when nothing is.
func (s *Store) Source(ctx context.Context, collection, path string) (src Source, ok bool, err error) {
	src, ok, err = sourceAt(ctx, s.read, collection, path)
	if err != nil {
		err = fmt.Errorf("look up source %s: %w", path, explain(err))
	}
	return src, ok, err
}

// Adopt records the file as one more source of a report already read from
// the same bytes (Hash and Version) in the same collection. ok is false when
// there is none, and then nothing is changed.
func (s *Store) Adopt(ctx context.Context, collection string, src Source) (ok bool, err error) {
	err = s.change(ctx, "adopt source "+src.Path, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT report_id FROM sources
			WHERE collection = ? AND hash = ? AND version = ? ORDER BY path LIMIT 1`,
			collection, src.Hash, src.Version).Scan(&src.ReportID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		ok = true
		now, err := nextGeneration(ctx, tx)
		if err != nil {
			return err
		}
		changed, err := setSource(ctx, tx, collection, src, now)
		if err != nil || !changed {
			return err
		}
		return touch(ctx, tx, src.ReportID, now)
	})
	return ok && err == nil, err
}

// Replace stores the document in one transaction: what its ID held before is
// gone, and so is the report its path held before unless another file still
// holds that one. Sources of the same report add up. Offering what is stored
// already (same report, file hash and version) writes nothing new, so two
// processes may read the same files at once.
//
// The first document sets the embedder of the store; another one is an
// *EmbedderError. A full disk is ErrFull and leaves the store as it was.
func (s *Store) Replace(ctx context.Context, d Document) error {
	if err := d.check(); err != nil {
		return fmt.Errorf("store %s: %w", d.Source.Path, err)
	}
	id := d.Report.ID
	d.Source.ReportID = id
	return s.change(ctx, "store report "+id, func(tx *sql.Tx) error {
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
			if err := putReport(ctx, tx, d, now); err != nil {
				return err
			}
		}
		changed, err := setSource(ctx, tx, d.Report.Collection, d.Source, now)
		if err != nil || stored && !changed {
			return err
		}
		return touch(ctx, tx, id, now)
	})
}

// Remove deletes the report with exactly this ID; false when there is none.
func (s *Store) Remove(ctx context.Context, id string) (ok bool, err error) {
	err = s.change(ctx, "remove report "+id, func(tx *sql.Tx) error {
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

func sourceAt(ctx context.Context, q querier, collection, path string) (src Source, ok bool, err error) {
	err = q.QueryRowContext(ctx, `SELECT path, size, mtime, hash, version, report_id FROM sources
		WHERE collection = ? AND path = ?`, collection, path).
		Scan(&src.Path, &src.Size, &src.ModTime, &src.Hash, &src.Version, &src.ReportID)
	if errors.Is(err, sql.ErrNoRows) {
		return Source{}, false, nil
	}
	return src, err == nil, err
}

// setSource writes the row of a file. When the file held another report
// before, that one loses it, and is deleted when it was its last. changed is
// false when the report had the file already: a new time stamp alone is
// nothing the searchers need to hear of.
func setSource(ctx context.Context, tx *sql.Tx, collection string, src Source, now int64) (changed bool, err error) {
	before, ok, err := sourceAt(ctx, tx, collection, src.Path)
	if err != nil || ok && before == src {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO sources
		(collection, path, size, mtime, hash, version, report_id) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		collection, src.Path, src.Size, src.ModTime, src.Hash, src.Version, src.ReportID)
	if err != nil || ok && before.ReportID == src.ReportID {
		return false, err
	}
	if !ok {
		return true, nil
	}
	var left int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM sources WHERE report_id = ?`, before.ReportID).Scan(&left); err != nil {
		return false, err
	}
	if left > 0 {
		return true, touch(ctx, tx, before.ReportID, now)
	}
	_, err = drop(ctx, tx, before.ReportID, now)
	return true, err
}

// isStored reports whether the document's report was read from the same
// bytes by the same rules before. The embedder has been checked.
func isStored(ctx context.Context, tx *sql.Tx, d Document) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM sources
		WHERE report_id = ? AND collection = ? AND hash = ? AND version = ?`,
		d.Report.ID, d.Report.Collection, d.Source.Hash, d.Source.Version).Scan(&n)
	return n > 0, err
}

// putReport writes the report, its passages and vectors in place of what its
// ID held.
func putReport(ctx context.Context, tx *sql.Tx, d Document, now int64) error {
	r := d.Report
	meta, outline, err := encodeReport(r, d.Passages)
	if err != nil {
		return err
	}
	// An ID in another collection would move a report out of sight, or into
	// the sight of others. IDs cover the collection, so this is a bug.
	res, err := tx.ExecContext(ctx, `INSERT INTO reports
		(id, collection, generation, published, publisher, title, meta, outline) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET published = excluded.published, publisher = excluded.publisher,
			title = excluded.title, meta = excluded.meta, outline = excluded.outline
		WHERE collection = excluded.collection`,
		r.ID, r.Collection, now, r.Published, r.Publisher, r.Title, meta, outline)
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
	return putPassages(ctx, tx, d)
}

func putPassages(ctx context.Context, tx *sql.Tx, d Document) error {
	passage, err := tx.PrepareContext(ctx, `INSERT INTO passages
		(id, report_id, ord, number, path, kind, page_from, page_to, turns, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer passage.Close()
	vector, err := tx.PrepareContext(ctx, `INSERT INTO vectors (passage_id, embedder, vec) VALUES (?, ?, ?)`)
	if err != nil {
		return err
	}
	defer vector.Close()
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
		if _, err := passage.ExecContext(ctx, p.ID, p.ReportID, i, p.Number, path, p.Kind, p.PageFrom, p.PageTo, turns, p.Text); err != nil {
			return fmt.Errorf("passage %s: %w", p.ID, err)
		}
		if _, err := vector.ExecContext(ctx, p.ID, d.Embedder, encodeVector(d.Vectors[i])); err != nil {
			return fmt.Errorf("vector of passage %s: %w", p.ID, err)
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
