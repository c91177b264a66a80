package store

import (
	"context"
	"fmt"
)

// Names returns the names that each report goes by, by its ID: the ID, and for
// each of its files the collection with the hash of its bytes. A report that is
// read again by better rules, or whose better copy takes its place, has another
// ID and still a name of before. Reports under embargo have none yet.
func (s *Store) Names(ctx context.Context) (map[string][]string, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT r.id, r.collection, coalesce(s.hash, '')
		FROM reports r LEFT JOIN sources s ON s.report_id = r.id
		WHERE r.visible_from <= ? ORDER BY r.id, s.path`, s.now())
	if err != nil {
		return nil, fmt.Errorf("read names: %w", explain(err))
	}
	defer rows.Close()
	out := map[string][]string{}
	for rows.Next() {
		var id, collection, hash string
		if err := rows.Scan(&id, &collection, &hash); err != nil {
			return nil, fmt.Errorf("read names: %w", explain(err))
		}
		if out[id] == nil {
			out[id] = []string{id}
		}
		if hash != "" {
			out[id] = append(out[id], collection+"/"+hash)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read names: %w", explain(err))
	}
	return out, nil
}
