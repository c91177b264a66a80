package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

const factColumns = "f.code, f.name, f.metric, f.label, f.period, f.value, f.unit, f.currency, f.forecast, f.rival, f.report_id, f.passage_id, f.page, f.quote, f.ord, f.sum"

// Facts returns the facts of a report in the order they were read. Where one
// of them is damaged or missing it is an error that names the report.
func (s *Store) Facts(ctx context.Context, reportID string) (out []report.Fact, err error) {
	err = s.view(ctx, "read facts of report "+reportID, func(tx *sql.Tx) error {
		if there, err := s.isVisible(ctx, tx, reportID); !there {
			return err
		}
		out, err = factsOf(ctx, tx, reportID)
		return err
	})
	return out, err
}

func factsOf(ctx context.Context, tx *sql.Tx, reportID string) (out []report.Fact, err error) {
	var sums []int64
	err = eachRow(ctx, tx, func(row scanner) error {
		f, seal, err := scanFact(row)
		out, sums = append(out, f), append(sums, seal)
		return err
	}, `SELECT `+factColumns+` FROM facts f WHERE f.report_id = ? ORDER BY f.ord`, reportID)
	if err == nil {
		err = mustBeAll(ctx, tx, "facts", reportID, sums)
	}
	return out, err
}

// SecurityFacts returns what the reports of the collections in scope say of
// the security with the code: newest report first, then by its ID, each
// report's facts in the order they were read. An empty scope sees nothing.
func (s *Store) SecurityFacts(ctx context.Context, scope retrieval.Scope, code string) ([]report.Fact, error) {
	if len(scope) == 0 || code == "" {
		return nil, nil
	}
	in, err := json.Marshal(scope)
	if err != nil {
		return nil, err
	}
	var out []report.Fact
	err = s.view(ctx, "read facts on "+code, func(tx *sql.Tx) error {
		return eachRow(ctx, tx, func(row scanner) error {
			f, _, err := scanFact(row)
			if err != nil {
				return s.leaveOut(err)
			}
			out = append(out, f)
			return nil
		}, `SELECT `+factColumns+` FROM facts f JOIN reports r ON r.id = f.report_id
			WHERE f.code = ? AND r.collection IN (SELECT value FROM json_each(?)) AND r.visible_from <= ?
			ORDER BY r.published DESC, r.id, f.ord`, code, string(in), s.now())
	})
	return out, err
}

// scanFact reads factColumns; it returns the row's checksum, too.
func scanFact(row scanner) (f report.Fact, seal int64, err error) {
	var ord int
	err = row.Scan(&f.Security.Code, &f.Security.Name, &f.Metric, &f.Label, &f.Period, &f.Value, &f.Unit,
		&f.Currency, &f.Forecast, &f.Rival, &f.ReportID, &f.PassageID, &f.Page, &f.Quote, &ord, &seal)
	if err == nil && sum(factRow(&f, ord)) != seal {
		err = changed{fmt.Sprintf("fact %d of report %s", ord, f.ReportID)}
	}
	return f, seal, err
}

// checkFacts refuses facts of another report, or of passages that are not
// there: a citation of them would lead nowhere.
func checkFacts(reportID string, facts []report.Fact, passages map[string]bool) error {
	for i, f := range facts {
		switch {
		case f.ReportID != reportID:
			return fmt.Errorf("fact %d: belongs to report %q", i, f.ReportID)
		case f.Metric == "":
			return fmt.Errorf("fact %d: without a metric", i)
		case math.IsNaN(f.Value) || math.IsInf(f.Value, 0):
			return fmt.Errorf("fact %d: its value is not finite", i)
		case f.PassageID != "" && !passages[f.PassageID]:
			return fmt.Errorf("fact %d: there is no passage %q", i, f.PassageID)
		}
	}
	return nil
}

// putFacts writes the facts in place of those the report had.
func putFacts(ctx context.Context, tx *sql.Tx, reportID string, facts []report.Fact) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM facts WHERE report_id = ?`, reportID); err != nil || len(facts) == 0 {
		return err
	}
	put, err := tx.PrepareContext(ctx, `INSERT INTO facts (report_id, ord, code, name, metric, label, period, value,
		unit, currency, forecast, rival, passage_id, page, quote, sum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer put.Close()
	for i, f := range facts {
		if _, err := put.ExecContext(ctx, sealed(factRow(&f, i))...); err != nil {
			return fmt.Errorf("fact %d: %w", i, err)
		}
	}
	return nil
}
