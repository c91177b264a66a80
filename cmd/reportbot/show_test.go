package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
)

func TestPrintedAs(t *testing.T) {
	for _, c := range []struct{ labels, want string }{
		{"", ""},
		{"1 2 3", ""},
		{"- 1 2 3", "p.2-4 printed as 1-3"},
		{"- - 1 4 5", "p.3 printed as 1"},
		{"i ii 1 2", "p.1 printed as i; p.2 printed as ii; p.3-4 printed as 1-2"},
		{"12 13 - 15", "p.1-2 printed as 12-13; p.4 printed as 15"},
		{"2 2 2", "p.1 printed as 2; p.3 printed as 2"},
	} {
		labels := strings.Fields(c.labels)
		for i := range labels {
			labels[i] = strings.Trim(labels[i], "-")
		}
		if got := strings.Join(printedAs(labels), "; "); got != c.want {
			t.Errorf("printedAs(%s) = %s, want %s", c.labels, got, c.want)
		}
	}
}

func TestPrintDetail(t *testing.T) {
	price := 45.1
	var b strings.Builder
	err := printDetail(&b, detailView{
		reportView: reportView{ID: "r1", Publisher: "青岚证券", Title: "储能月报", Published: "2026-03-31", Currency: "CNY", Pages: 3, Collection: "default"},
		Price:      &price, Labels: []string{"", "1", "2"}, Related: []report.Related{{Title: "储能周报", Published: "2026-03-20"}, {Title: "无日期"}},
		Parse: report.Loss{
			CharsIn: 100, CharsKept: 80, NumbersIn: 20, NumbersKept: 18, CellsIn: 6, CellsKept: 6,
			Dropped: map[string]int{"contents": 5, "disclaimer": 15}, LowTextPages: []int{3},
		},
		Facts: []factView{
			{Security: report.Security{Code: "999230.SZ"}, Metric: report.NetProfit, Period: "2026", Value: 1234.5, Unit: "百万元", Forecast: true, Page: 2},
			{Metric: report.PE, Period: "2025", Value: 18, Rival: "previous"},
			{Metric: report.TargetPrice, Value: 52.3, Currency: "CNY", Page: 1, Forecast: true},
		},
		Outline: []headingView{{Title: "要点", Level: 1, Page: 1, Passages: 1}},
	})
	want := `r1  青岚证券 《储能月报》 2026-03-31
  price      45.1 CNY
  collection default
  pages      3
             p.2-3 printed as 1-2
  related    2026-03-20 储能周报
  related    无日期
  characters 100 read, 80 kept, disclaimer 15, contents 5
  numbers    20 read, 18 kept
  cells      6 read, 6 kept (of tables)
  no text on page 3

METRIC         PERIOD  VALUE   UNIT    PAGE  SECURITY
net_profit     2026E   1234.5  百万元  2     999230.SZ
pe (previous)  2025    18
target_price           52.3    CNY     1

  要点  p.1  (1 passage)
`
	if diff := cmp.Diff(want, b.String()); diff != "" || err != nil {
		t.Errorf("printDetail (-want +got), %v:\n%s", err, diff)
	}
}
