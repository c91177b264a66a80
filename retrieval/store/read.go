package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// Summary is a report in a list.
type Summary struct {
	Report   report.Report // Sections is nil; Sources are sorted
	Sections int           // of every role
	Passages int
}

// Detail is one report with its outline.
type Detail struct {
	Summary
	Outline []Heading
}

// minPrefix is the shortest part of an ID that Report completes.
const minPrefix = 4

// Reports lists the reports of the collections in scope, newest first, then
// by publisher, title and ID. An empty scope sees nothing.
func (s *Store) Reports(ctx context.Context, scope retrieval.Scope) ([]Summary, error) {
	if len(scope) == 0 {
		return nil, nil
	}
	in, err := json.Marshal(scope)
	if err != nil {
		return nil, err
	}
	return s.list(ctx, `collection IN (SELECT value FROM json_each(?))`, string(in))
}

// AllReports lists every report in the order of Reports. It is for the owner
// at the command line: a search on behalf of somebody has a scope.
func (s *Store) AllReports(ctx context.Context) ([]Summary, error) {
	return s.list(ctx, `true`)
}

func (s *Store) list(ctx context.Context, where string, args ...any) ([]Summary, error) {
	var out []Summary
	err := s.view(ctx, "list reports", func(tx *sql.Tx) error {
		details, err := details(ctx, tx, where, args...)
		for _, d := range details {
			out = append(out, d.Summary)
		}
		return err
	})
	return out, err
}

// Report returns the report with the ID, or the only one whose ID begins
// with it when it has four characters or more; ErrNotFound when there is
// none, and an error naming the candidates when there are several.
func (s *Store) Report(ctx context.Context, idPrefix string) (Detail, error) {
	var found []Detail
	err := s.view(ctx, "look up report "+idPrefix, func(tx *sql.Tx) (err error) {
		if found, err = details(ctx, tx, `id = ?`, idPrefix); err != nil || len(found) > 0 || len(idPrefix) < minPrefix {
			return err
		}
		found, err = details(ctx, tx, `substr(id, 1, length(?1)) = ?1`, idPrefix)
		return err
	})
	switch {
	case err != nil:
		return Detail{}, err
	case len(found) == 0:
		return Detail{}, fmt.Errorf("%w: %q", ErrNotFound, idPrefix)
	case len(found) > 1:
		ids := make([]string, len(found))
		for i, d := range found {
			ids[i] = d.Report.ID
		}
		return Detail{}, fmt.Errorf("report %q is ambiguous: %s", idPrefix, strings.Join(ids, ", "))
	}
	return found[0], nil
}

func details(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]Detail, error) {
	sources, err := sources(ctx, tx, where, args...)
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT id, meta, outline,
			(SELECT count(*) FROM passages WHERE report_id = r.id)
		FROM reports r WHERE `+where+` ORDER BY published DESC, publisher, title, id`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Detail
	for rows.Next() {
		var d Detail
		var id string
		var meta, outline sql.RawBytes
		if err := rows.Scan(&id, &meta, &outline, &d.Passages); err != nil {
			return nil, err
		}
		if d.Report, err = decodeReport(meta, sources[id]); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(outline, &d.Outline); err != nil {
			return nil, fmt.Errorf("%w: outline of report %s: %w", ErrDamaged, id, err)
		}
		d.Sections = len(d.Outline)
		out = append(out, d)
	}
	return out, rows.Err()
}

// sources returns the sorted paths of the reports that match, by report ID.
func sources(ctx context.Context, q querier, where string, args ...any) (map[string][]string, error) {
	rows, err := q.QueryContext(ctx, `SELECT report_id, path FROM sources
		WHERE report_id IN (SELECT id FROM reports r WHERE `+where+`) ORDER BY report_id, path`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := make(map[string][]string)
	for rows.Next() {
		var id, path string
		if err := rows.Scan(&id, &path); err != nil {
			return nil, err
		}
		out[id] = append(out[id], path)
	}
	return out, rows.Err()
}

// Passages returns the passages with these IDs in the order asked. Those
// that are not there (any more) are left out.
func (s *Store) Passages(ctx context.Context, ids []string) ([]report.Passage, error) {
	asked, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	// CROSS JOIN keeps SQLite from turning the join round.
	return s.passages(ctx, `FROM json_each(?) a CROSS JOIN passages p ON p.id = a.value ORDER BY a.key`, string(asked))
}

// ReportPassages returns the passages of a report in reading order.
func (s *Store) ReportPassages(ctx context.Context, id string) ([]report.Passage, error) {
	return s.passages(ctx, `FROM passages p WHERE p.report_id = ? ORDER BY p.ord`, id)
}

func (s *Store) passages(ctx context.Context, from string, args ...any) ([]report.Passage, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT `+passageColumns+` `+from, args...)
	if err != nil {
		return nil, fmt.Errorf("read passages: %w", explain(err))
	}
	defer rows.Close()
	var out []report.Passage
	for rows.Next() {
		p, err := scanPassage(rows)
		if err != nil {
			return nil, fmt.Errorf("read passages: %w", explain(err))
		}
		out = append(out, p)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read passages: %w", explain(err))
	}
	return out, nil
}

// Collections returns the names of the collections that hold a report,
// sorted.
func (s *Store) Collections(ctx context.Context) ([]string, error) {
	var joined sql.NullString
	err := s.read.QueryRowContext(ctx, `SELECT json_group_array(collection)
		FROM (SELECT DISTINCT collection FROM reports ORDER BY collection)`).Scan(&joined)
	var out []string
	if err == nil {
		err = decodeList(joined.String, &out)
	}
	if err != nil {
		return nil, fmt.Errorf("list collections: %w", explain(err))
	}
	return out, nil
}
