package answer

import (
	"context"
	"errors"
	"strings"
	"testing"

	"reportbot/ingest/report"
)

// unreadable are facts that cannot be read.
type unreadable struct{}

func (unreadable) Facts(context.Context, string) ([]report.Fact, error) {
	return nil, errors.New("disk on fire")
}

func (unreadable) Passages(context.Context, []string) ([]report.Passage, error) { return nil, nil }

// Figures that cannot be read leave the quotes, and are told.
func TestFiguresUnreadable(t *testing.T) {
	out, err := New(desk().searcher(t), nil, nil, Options{Facts: unreadable{}}).Answer(t.Context(), queryOf("星河智能的目标价是多少？"))
	if err != nil {
		t.Fatal(err)
	}
	if out.Status != Answered || !strings.Contains(strings.Join(out.Notes, "\n"), "disk on fire") {
		t.Errorf("got %s, notes %q", out.Status, out.Notes)
	}
}

// typedFacts are the same two target prices in every report: another company's
// and, by the report's day, that of the one asked about.
type typedFacts struct{}

func (typedFacts) Facts(_ context.Context, id string) ([]report.Fact, error) {
	value := map[string]float64{"q1": 38.6, "q2": 52.3, "w1": 36}[id]
	price := func(code string, v float64) report.Fact {
		return report.Fact{Security: report.Security{Code: code}, Metric: report.TargetPrice, Label: "目标价", Value: v, Unit: "元", Currency: "CNY", ReportID: id, PassageID: id, Quote: "目标价"}
	}
	return []report.Fact{price("600000.SH", 10), price("999230", value)}, nil
}

func (typedFacts) Passages(_ context.Context, ids []string) ([]report.Passage, error) {
	return []report.Passage{{ID: ids[0], Text: "其目标价如下"}}, nil
}

// Houses' figures are of the company asked about alone, whether its code is
// printed with its market or not.
func TestFiguresOfCompany(t *testing.T) {
	out, err := New(desk().searcher(t), nil, nil, Options{Facts: typedFacts{}}).Answer(t.Context(), queryOf("星河智能的目标价是多少？"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "望江证券 2026-09-02 目标价 36元 [1]\n青岚证券 2026-08-28 目标价 52.3元 [2]"; out.Text != want || out.Reason.Code != "differ" {
		t.Errorf("got %s (%s), want %s", out.Text, out.Reason.Code, want)
	}
	if out.Citations[1].Quote != "目标价" || out.Citations[1].PassageID != "q2" {
		t.Errorf("cited %+v", out.Citations[1])
	}
}
