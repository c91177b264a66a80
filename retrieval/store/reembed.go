package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"reportbot/ingest/report"
)

// pending is a passage without a vector of the coming embedder.
type pending struct {
	passage    string
	generation int64 // of its report when the text was read
	text       string
}

// place is where a sweep over all passages stands.
type place struct {
	report string
	ord    int
}

// Reembed gives every passage a vector of the embedder name and then makes
// that one the store's. The new vectors are written beside the old ones in
// transactions of batch passages, so searches go on as before and a stopped
// call goes on where it ended when called again. One last transaction
// switches over, deletes all other vectors and marks every report changed.
//
// embed gets report.EmbedText of each passage and returns one vector for
// each, in order; it is called without any lock held. progress may be nil.
// When name is the store's embedder already nothing is done.
func (s *Store) Reembed(ctx context.Context, name string, batch int,
	embed func(ctx context.Context, texts []string) ([][]float32, error), progress func(done, total int)) error {
	if name == "" || batch < 1 {
		return fmt.Errorf("re-embed: embedder %q in batches of %d", name, batch)
	}
	if progress == nil {
		progress = func(int, int) {}
	}
	have, err := s.Embedder(ctx)
	if err != nil || have == name {
		return err
	}
	done, total, err := s.progress(ctx, name)
	if err != nil {
		return err
	}
	// A report that another process replaces meanwhile loses its new vectors,
	// so sweep until nothing is missing.
	for at := (place{}); ; {
		work, next, err := s.missing(ctx, name, at, batch)
		if err != nil {
			return err
		}
		if len(work) == 0 {
			if at != (place{}) {
				at = place{}
				continue
			}
			if done, err := s.activate(ctx, name); err != nil || done {
				return err
			}
			continue
		}
		at = next
		if err := s.embedBatch(ctx, name, work, embed); err != nil {
			return err
		}
		done += len(work)
		total = max(total, done) // reports may come in meanwhile
		progress(done, total)
	}
}

// missing returns up to batch passages after the place at that have no
// vector of the embedder, and where the next call goes on.
func (s *Store) missing(ctx context.Context, name string, at place, batch int) (work []pending, next place, err error) {
	err = s.view(ctx, "re-embed: read passages", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT `+passageColumns+`, p.ord, r.generation, r.meta
			FROM passages p JOIN reports r ON r.id = p.report_id
			WHERE (p.report_id, p.ord) > (?, ?)
				AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.passage_id = p.id AND v.embedder = ?)
			ORDER BY p.report_id, p.ord LIMIT ?`, at.report, at.ord, name, batch)
		if err != nil {
			return err
		}
		defer rows.Close()
		var r report.Report
		for rows.Next() {
			var w pending
			var meta sql.RawBytes
			p, _, err := scanPassage(rows, &next.ord, &w.generation, &meta)
			if err != nil {
				return err
			}
			if r.ID != p.ReportID {
				if r, err = decodeReport(meta); err != nil {
					return named(p.ReportID, err)
				}
			}
			next.report = p.ReportID
			w.passage, w.text = p.ID, report.EmbedText(&r, &p)
			work = append(work, w)
		}
		return rows.Err()
	})
	return work, next, err
}

func (s *Store) embedBatch(ctx context.Context, name string, work []pending,
	embed func(ctx context.Context, texts []string) ([][]float32, error)) error {
	texts := make([]string, len(work))
	for i, w := range work {
		texts[i] = w.text
	}
	vecs, err := embed(ctx, texts)
	if err == nil {
		err = checkVectors(name, vecs, len(work))
	}
	if err != nil {
		return fmt.Errorf("re-embed with %s: %w", name, err)
	}
	return s.change(ctx, "re-embed: store vectors", func(tx *sql.Tx) error {
		var dim int
		err := tx.QueryRowContext(ctx, `SELECT length(vec) / 4 FROM vectors WHERE embedder = ? LIMIT 1`, name).Scan(&dim)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err == nil && dim != len(vecs[0]) {
			return fmt.Errorf("embedder %s gave vectors of %d dimensions, before %d", name, len(vecs[0]), dim)
		}
		// A passage whose report changed since its text was read is left for
		// the next sweep.
		put, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO vectors (passage_id, embedder, vec, sum)
			SELECT ?1, ?2, ?3, ?4 FROM passages p JOIN reports r ON r.id = p.report_id WHERE p.id = ?1 AND r.generation = ?5`)
		if err != nil {
			return err
		}
		defer put.Close()
		for i, w := range work {
			if _, err := put.ExecContext(ctx, append(sealed(vectorRow(w.passage, name, encodeVector(vecs[i]))), w.generation)...); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Store) progress(ctx context.Context, name string) (done, total int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM vectors WHERE embedder = ?),
		(SELECT count(*) FROM passages)`, name).Scan(&done, &total)
	if err != nil {
		err = fmt.Errorf("re-embed: %w", explain(err))
	}
	return done, total, err
}

// activate makes the embedder the store's; false when a passage came in
// meanwhile that lacks a vector.
func (s *Store) activate(ctx context.Context, name string) (done bool, err error) {
	err = s.change(ctx, "re-embed: switch over", func(tx *sql.Tx) error {
		var lacking bool
		var dim int
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM passages p WHERE NOT EXISTS
				(SELECT 1 FROM vectors v WHERE v.passage_id = p.id AND v.embedder = ?1)),
			coalesce((SELECT length(vec) / 4 FROM vectors WHERE embedder = ?1 LIMIT 1), 0)`, name).
			Scan(&lacking, &dim); err != nil || lacking {
			return err
		}
		now, err := nextGeneration(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM vectors WHERE embedder <> ?`, name); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE reports SET generation = ?`, now); err != nil {
			return err
		}
		if err := setEmbedder(ctx, tx, name, dim); err != nil {
			return err
		}
		done = true
		return setMeta(ctx, tx, "generation", now)
	})
	return done && err == nil, err
}
