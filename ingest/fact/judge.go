package fact

import (
	"slices"

	"reportbot/ingest/report"
)

// facts judges the candidates together and returns those that hold.
func (rd *reader) facts() []report.Fact {
	attributable := map[report.Security]bool{}
	marked := map[int]bool{}     // tables whose heads say E or A
	estimates := map[slot]bool{} // periods that a head of the table says E of
	for _, c := range rd.found {
		if c.Metric == report.NetProfit && !c.plain {
			attributable[c.Security] = true
		}
		if c.period.Estimate || c.period.Actual {
			marked[c.table] = true
		}
		if c.period.Estimate {
			estimates[slot{table: c.table, period: c.Period}] = true
		}
	}
	rd.found = slices.DeleteFunc(rd.found, func(c candidate) bool {
		return c.plain && attributable[c.Security]
	})
	rd.unsettle()
	rd.orphans()
	var out []report.Fact
	for _, c := range rd.found {
		c.Forecast = estimates[slot{table: c.table, period: c.Period}] || rd.forecast(c, marked[c.table])
		out = append(out, c.Fact)
	}
	return out
}

// forecast reports whether a figure is an estimate. Where no head of a table
// is marked, a period that ends after the report is one; only in Chinese
// reports, though, whose business year is that of the calendar by law.
func (rd *reader) forecast(c candidate, marked bool) bool {
	published := rd.report.Published
	switch {
	case c.period.Actual || c.Period == "" || len(published) < len("2024"):
		return false
	case c.Period[:4] > published[:4]:
		return true
	}
	return !marked && rd.report.Language == "zh" && c.period.End() > published
}

// slot is what a table should say once.
type slot struct {
	table    int
	security report.Security
	metric   report.Metric
	period   string
	rival    string
}

// unsettle takes out what a table says twice with different values. Under
// one name that is a table of parts (businesses, regions) of which no row is
// the company's; under two names (营业总收入, 营业收入) the first is kept.
func (rd *reader) unsettle() {
	type named struct {
		table    int
		security report.Security
		base     string
		metric   report.Metric
	}
	first := map[slot]candidate{}
	again := map[named]bool{}
	for _, c := range rd.found {
		s := slot{c.table, c.Security, c.Metric, c.Period, c.Rival}
		if f, ok := first[s]; !ok {
			first[s] = c
		} else if f.base == c.base && f.row != c.row && f.Value != c.Value {
			again[named{c.table, c.Security, c.base, c.Metric}] = true
		}
	}
	rd.found = slices.DeleteFunc(rd.found, func(c candidate) bool {
		return again[named{c.table, c.Security, c.base, c.Metric}]
	})
	clear(first)
	rd.found = slices.DeleteFunc(rd.found, func(c candidate) bool {
		s := slot{c.table, c.Security, c.Metric, c.Period, c.Rival}
		f, ok := first[s]
		if !ok {
			first[s] = c
		}
		return ok && f.Value != c.Value
	})
}

// orphans takes out the figures of nobody unless their table looks like a
// company's forecast: two metrics and an estimate. A single row of 营业收入 in
// an industry's report is the industry's. The figures of a table that nothing
// introduces need two metrics as well to be the subject's.
func (rd *reader) orphans() {
	metrics := map[int]map[report.Metric]bool{}
	estimates := map[int]bool{}
	for _, c := range rd.found {
		if metrics[c.table] == nil {
			metrics[c.table] = map[report.Metric]bool{}
		}
		if c.Metric != report.RevenueGrowth && c.Metric != report.NetProfitGrowth {
			metrics[c.table][c.Metric] = true
		}
		estimates[c.table] = estimates[c.table] || c.period.Estimate
	}
	rd.found = slices.DeleteFunc(rd.found, func(c candidate) bool {
		lone := len(metrics[c.table]) < 2
		return c.loose && lone || c.Security == (report.Security{}) && (lone || !estimates[c.table])
	})
}
