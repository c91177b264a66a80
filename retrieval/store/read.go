package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
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
	return s.list(ctx, `collection IN (SELECT value FROM json_each(?)) AND visible_from <= ?`, string(in), s.now())
}

// AllReports lists every report in the order of Reports. It is for the owner
// at the command line: a search on behalf of somebody has a scope. Reports
// under embargo are in it.
func (s *Store) AllReports(ctx context.Context) ([]Summary, error) {
	return s.list(ctx, `true`)
}

func (s *Store) list(ctx context.Context, where string, args ...any) ([]Summary, error) {
	var out []Summary
	err := s.view(ctx, "list reports", func(tx *sql.Tx) error {
		found, damaged, err := details(ctx, tx, where, args...)
		for _, d := range found {
			out = append(out, d.Summary)
		}
		for _, bad := range damaged {
			err = errors.Join(err, s.leaveOut(bad))
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
	now := s.now()
	err := s.view(ctx, "look up report "+idPrefix, func(tx *sql.Tx) (err error) {
		var damaged []error
		if found, damaged, err = details(ctx, tx, `id = ? AND visible_from <= ?`, idPrefix, now); err != nil || len(found)+len(damaged) > 0 || len(idPrefix) < minPrefix {
			return errors.Join(append(damaged, err)...)
		}
		found, damaged, err = details(ctx, tx, `substr(id, 1, length(?1)) = ?1 AND visible_from <= ?2`, idPrefix, now)
		return errors.Join(append(damaged, err)...)
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

// details returns the reports that match, and an error for each that is
// damaged.
func details(ctx context.Context, tx *sql.Tx, where string, args ...any) (out []Detail, damaged []error, err error) {
	sources, bad, err := sourcesOf(ctx, tx, `IN (SELECT id FROM reports r WHERE `+where+`)`, args...)
	if err != nil {
		return nil, nil, err
	}
	err = eachRow(ctx, tx, func(row scanner) error {
		var passages int
		r, err := scanReport(row, &passages)
		d := Detail{Summary: Summary{Report: r.report, Passages: passages}}
		d.Report.Sources = sources[r.id]
		if err == nil {
			err = bad[r.id]
		}
		if err == nil && len(sources[r.id]) == 0 {
			err = changed{"list of its files"}
		}
		if err == nil {
			err = json.Unmarshal(r.outline, &d.Outline)
		}
		if err != nil {
			damaged = append(damaged, named(r.id, explain(err)))
			return nil
		}
		d.Sections = len(d.Outline)
		out = append(out, d)
		return nil
	}, `SELECT `+reportColumns+`, (SELECT count(*) FROM passages WHERE report_id = r.id)
		FROM reports r WHERE `+where+` ORDER BY published DESC, publisher, title, id`, args...)
	return out, damaged, err
}

// sourcesOf returns the sorted paths of the files of reports, by their ID,
// and of which reports one is damaged.
func sourcesOf(ctx context.Context, tx *sql.Tx, whose string, args ...any) (paths map[string][]string, damaged map[string]error, err error) {
	paths, damaged = map[string][]string{}, map[string]error{}
	err = eachRow(ctx, tx, func(row scanner) error {
		src, err := scanSource(row)
		if err = explain(err); errors.Is(err, ErrDamaged) {
			damaged[src.ReportID] = err
			return nil
		}
		paths[src.ReportID] = append(paths[src.ReportID], src.Path)
		return err
	}, `SELECT `+sourceColumns+` FROM sources WHERE report_id `+whose+` ORDER BY report_id, path`, args...)
	return paths, damaged, err
}

// Passages returns the passages with these IDs in the order asked. Those
// that are not there (any more) are left out; so are damaged ones, which the
// log names.
func (s *Store) Passages(ctx context.Context, ids []string) ([]report.Passage, error) {
	out, err := s.passages(ctx, ids)
	if !errors.Is(err, ErrDamaged) {
		return out, err
	}
	out = nil
	for _, id := range ids {
		one, err := s.passages(ctx, []string{id})
		if err != nil {
			if err := s.leaveOut(err); err != nil {
				return nil, err
			}
			continue
		}
		out = append(out, one...)
	}
	return out, nil
}

func (s *Store) passages(ctx context.Context, ids []string) (out []report.Passage, err error) {
	asked, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	err = eachRow(ctx, s.read, func(row scanner) error {
		p, _, err := scanPassage(row)
		out = append(out, p)
		return err
		// CROSS JOIN keeps SQLite from turning the join round.
	}, `SELECT `+passageColumns+` FROM json_each(?) a CROSS JOIN passages p ON p.id = a.value
		CROSS JOIN reports r ON r.id = p.report_id WHERE r.visible_from <= ? ORDER BY a.key`, string(asked), s.now())
	if err != nil {
		return nil, fmt.Errorf("read passages: %w", explain(err))
	}
	return out, nil
}

// ReportPassages returns the passages of a report in reading order. Where one
// of them is damaged or missing it is an error that names the report.
func (s *Store) ReportPassages(ctx context.Context, id string) (out []report.Passage, err error) {
	err = s.view(ctx, "read passages of report "+id, func(tx *sql.Tx) error {
		if there, err := s.isVisible(ctx, tx, id); !there {
			return err
		}
		var sums []int64
		err := eachRow(ctx, tx, func(row scanner) error {
			p, seal, err := scanPassage(row)
			out, sums = append(out, p), append(sums, seal)
			return err
		}, `SELECT `+passageColumns+` FROM passages p WHERE p.report_id = ? ORDER BY p.ord`, id)
		if err != nil {
			return err
		}
		return mustBeAll(ctx, tx, "passages", id, sums)
	})
	return out, err
}

// Unchanged reports whether all of the reports, each as it was read from the
// store, are there at one moment and may be seen. Where they are, what was read
// of any of them since then is of that version, too.
func (s *Store) Unchanged(ctx context.Context, reports []*report.Report) (bool, error) {
	versions := map[string]int64{}
	for _, r := range reports {
		if have, ok := versions[r.ID]; ok && have != r.Generation {
			return false, nil
		}
		versions[r.ID] = r.Generation
	}
	asked, err := json.Marshal(versions)
	if err != nil {
		return false, err
	}
	var n int
	err = s.read.QueryRowContext(ctx, `SELECT count(*) FROM json_each(?) a CROSS JOIN reports r ON r.id = a.key
		WHERE r.generation = a.value AND r.visible_from <= ?`, string(asked), s.now()).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look for changes: %w", explain(err))
	}
	return n == len(versions), nil
}

// mustBeAll reports whether these are the checksums of all rows of a table
// that belong to a report.
func mustBeAll(ctx context.Context, tx *sql.Tx, table, reportID string, sums []int64) error {
	var want int64
	err := tx.QueryRowContext(ctx, `SELECT `+table+`_sum FROM reports WHERE id = ?`, reportID).Scan(&want)
	switch {
	case errors.Is(err, sql.ErrNoRows) && len(sums) == 0:
		return nil
	case err == nil && together(sums) != want:
		err = changed{"number or order of its " + table}
	}
	return err
}

// Collections returns the names of the collections that hold a report,
// sorted.
func (s *Store) Collections(ctx context.Context) ([]string, error) {
	var joined sql.NullString
	err := s.read.QueryRowContext(ctx, `SELECT json_group_array(collection)
		FROM (SELECT DISTINCT collection FROM reports WHERE visible_from <= ? ORDER BY collection)`, s.now()).Scan(&joined)
	var out []string
	if err == nil {
		err = decodeList(joined.String, &out)
	}
	if err != nil {
		return nil, fmt.Errorf("list collections: %w", explain(err))
	}
	return out, nil
}
