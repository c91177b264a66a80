package lexical

import (
	"fmt"
	"testing"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

func TestCoverage(t *testing.T) {
	x := New()
	for i, s := range []string{"算力需求增长", "芯片需求", "2026年算力", "需求", "gross margin"} {
		id := fmt.Sprint("r", i)
		x.Replace(retrieval.Entry{
			Report:   report.Report{ID: id, Title: "青岚", Collection: "a"},
			Passages: []report.Passage{{ID: id + "-0", ReportID: id, Text: "无"}, {ID: id + "-1", ReportID: id, Text: s}},
		})
	}
	for _, row := range []struct {
		question, report string
		want             float64
	}{
		{"算力需求增长", "r0", 1},
		{"算力需求增长?", "r1", 0.18}, // 需求 stands in three passages of ten
		{"芯片需求", "r3", 0.25},
		{"芯片需求", "r2", 0},
		{"芯片需求", "gone", 0},
		{"青岚芯片", "r1", 1},            // the title's words count
		{"2025年算力", "r2", 1},         // years are not said otherwise; 年 stands there
		{"2025", "r2", 1},            // nothing to hold
		{"margins", "r4", 1},         // by its stem
		{"裁员", "r0", 0},              // in no passage
		{"gross profit", "r4", 0.29}, // profit, which none holds, is the rarer
	} {
		q := retrieval.Query{Text: row.question, Scope: retrieval.Scope{"a"}}
		got := x.Coverage(q, retrieval.Scored{PassageID: row.report + "-1", ReportID: row.report})
		if fmt.Sprintf("%.2f", got) != fmt.Sprintf("%.2f", row.want) {
			t.Errorf("Coverage(%s, %s) = %.2f, want %.2f", row.question, row.report, got, row.want)
		}
	}
}
