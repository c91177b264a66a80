package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Generation returns the number of the newest change. It is made to be
// called before every search.
func (s *Store) Generation(ctx context.Context) (int64, error) {
	var n int64
	if err := s.generation.QueryRowContext(ctx).Scan(&n); err != nil {
		return 0, fmt.Errorf("read generation: %w", explain(err))
	}
	return n, nil
}

// Embedder returns who made the vectors in the store; "" before the first
// report.
func (s *Store) Embedder(ctx context.Context) (string, error) {
	name, _, err := activeEmbedder(ctx, s.read)
	if err != nil {
		err = fmt.Errorf("read embedder: %w", explain(err))
	}
	return name, err
}

// activeEmbedder returns the name and dimension of the vectors in use; 0
// while there are none.
func activeEmbedder(ctx context.Context, q querier) (name string, dim int, err error) {
	err = q.QueryRowContext(ctx, `SELECT
		(SELECT value FROM meta WHERE key = 'embedder'),
		(SELECT value FROM meta WHERE key = 'dimension')`).Scan(&name, &dim)
	return name, dim, err
}

// useEmbedder refuses vectors of another embedder or dimension than the
// store holds. A store without reports takes any.
func useEmbedder(ctx context.Context, tx *sql.Tx, name string, vecs [][]float32) error {
	have, dim, err := activeEmbedder(ctx, tx)
	if err != nil {
		return err
	}
	want := dim
	if len(vecs) > 0 {
		want = len(vecs[0])
	}
	if have == name && dim == want {
		return nil
	}
	var some bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM reports)`).Scan(&some); err != nil {
		return err
	}
	switch {
	case some && have != name:
		return &EmbedderError{Have: have, Want: name}
	case some && dim != 0:
		return fmt.Errorf("embedder %s gave vectors of %d dimensions, the store holds %d", name, want, dim)
	}
	if len(vecs) == 0 {
		want = 0
	}
	return setEmbedder(ctx, tx, name, want)
}

func setEmbedder(ctx context.Context, tx *sql.Tx, name string, dim int) error {
	if err := setMeta(ctx, tx, "embedder", name); err != nil {
		return err
	}
	return setMeta(ctx, tx, "dimension", dim)
}

func setMeta(ctx context.Context, tx *sql.Tx, key string, value any) error {
	_, err := tx.ExecContext(ctx, `UPDATE meta SET value = ? WHERE key = ?`, value, key)
	return err
}

// nextGeneration is the number a change made in tx gets. The write lock is
// held, so nobody else takes it.
func nextGeneration(ctx context.Context, tx *sql.Tx) (int64, error) {
	var n int64
	err := tx.QueryRowContext(ctx, `SELECT value FROM meta WHERE key = 'generation'`).Scan(&n)
	return n + 1, err
}
