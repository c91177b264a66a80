package figure

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

func parse(s string) (float64, bool) {
	n, ok := text.ParseNumber(s)
	return n.Value, ok
}

// row makes the facts of a table's row, periods ending in E being forecasts.
func row(m report.Metric, unit, quote string, periods ...string) []report.Fact {
	cells := strings.Split(quote, "\t")
	var out []report.Fact
	for i, p := range periods {
		v, ok := parse(cells[i+1])
		if !ok {
			panic("not a figure: " + cells[i+1])
		}
		period, forecast := strings.CutSuffix(p, "E")
		out = append(out, report.Fact{Metric: m, Label: cells[0], Period: period, Forecast: forecast, Value: v, Unit: unit, Currency: "CNY", PassageID: "p", Quote: quote})
	}
	return out
}

func price(m report.Metric, rival, label, value string) report.Fact {
	v, _ := parse(value)
	return report.Fact{Metric: m, Rival: rival, Label: label, Value: v, Unit: "元", Currency: "CNY", PassageID: "p", Quote: label + "\t" + value}
}

func all(facts ...[]report.Fact) []report.Fact {
	var out []report.Fact
	for _, f := range facts {
		out = append(out, f...)
	}
	return out
}

// desk is three houses on one company; 青岚 and 望江 have an older report as well.
func desk() []Source {
	return []Source{
		{Publisher: "青岚证券", Published: "2025-03-01", Facts: all(
			row(report.NetProfit, "亿元", "归母净利润（亿元）\t5.00\t6.00", "2024", "2025E"),
			[]report.Fact{price(report.TargetPrice, "", "目标价", "40.00")})},
		{Publisher: "青岚证券", Published: "2026-03-01", Facts: all(
			row(report.NetProfit, "亿元", "归母净利润（亿元）\t7.50\t9.00\t-1.20", "2025", "2026E", "2027E"),
			row(report.GrossMargin, "%", "毛利率\t30.5%\t32.0%", "2025", "2026E"),
			[]report.Fact{price(report.TargetPrice, "", "目标价", "50.00"), price(report.Price, "", "收盘价", "41.00")})},
		{Publisher: "望江证券", Published: "2025-06-01", Facts: []report.Fact{price(report.Price, "", "收盘价", "45.00")}},
		{Publisher: "望江证券", Published: "2026-02-01", Facts: all(
			row(report.NetProfit, "亿元", "归母净利润（亿元）\t7.50\t8.10", "2025", "2026E"),
			[]report.Fact{price(report.TargetPrice, "previous", "前次目标价", "50.00"), price(report.TargetPrice, "", "目标价", "36.00")})},
		{Publisher: "澄海证券", Published: "2026-01-01", Facts: row(report.NetProfit, "百万元", "净利润\t(120.0)\t30.0", "2025", "2026E")},
	}
}

func TestWork(t *testing.T) {
	for _, r := range []struct {
		question string
		periods  []string
		want     []string
	}{
		{"2026年净利润比2025年增长多少", []string{"2026", "2025"}, []string{
			"青岚证券 2026-03-01 2025A 归母净利润 7.50亿元 → 2026E 归母净利润 9.00亿元：(9.00 − 7.50) / 7.50 = +20.0%",
			"望江证券 2026-02-01 2025A 归母净利润 7.50亿元 → 2026E 归母净利润 8.10亿元：(8.10 − 7.50) / 7.50 = +8.0%",
			"澄海证券 2026-01-01 2025A 净利润 (120.0)百万元 → 2026E 净利润 30.0百万元：30.0 − (120.0) = +150.0百万元"}},
		{"净利润从2024年到2026年增长多少", []string{"2024", "2025", "2026"}, []string{ // 2024 stands in the older report alone
			"青岚证券 2026-03-01 2024A 归母净利润 5.00亿元 → 2026E 归母净利润 9.00亿元：(9.00 − 5.00) / 5.00 = +80.0%"}},
		{"净利润2024到2026年复合增速", []string{"2024", "2025", "2026"}, []string{
			"青岚证券 2026-03-01 2024A 归母净利润 5.00亿元 → 2026E 归母净利润 9.00亿元：(9.00 / 5.00)^(1/2) − 1 = +34.2%"}},
		{"2027年净利润比2026年下降多少", []string{"2027", "2026"}, []string{
			"青岚证券 2026-03-01 2026E 归母净利润 9.00亿元 → 2027E 归母净利润 −1.20亿元：((−1.20) − 9.00) / 9.00 = −113.3%"}},
		{"毛利率2026年比2025年提高多少", []string{"2026", "2025"}, []string{
			"青岚证券 2026-03-01 2025A 毛利率 30.5% → 2026E 毛利率 32.0%：32.0% − 30.5% = +1.5 个百分点"}},
		{"目标价上调了多少", nil, []string{ // a house's former price may stand in its older report
			"青岚证券 2026-03-01 目标价 40.00元 → 目标价 50.00元：(50.00 − 40.00) / 40.00 = +25.0%",
			"望江证券 2026-02-01 前次目标价 50.00元 → 目标价 36.00元：(36.00 − 50.00) / 50.00 = −28.0%"}},
		{"还有多少上涨空间", nil, []string{ // 望江 prints no price: another day's would be another upside
			"青岚证券 2026-03-01 收盘价 41.00元 → 目标价 50.00元：(50.00 − 41.00) / 41.00 = +22.0%"}},
		{"目标价是多少", nil, []string{"青岚证券 2026-03-01 目标价 50.00元", "望江证券 2026-02-01 目标价 36.00元"}},
		{"谁的目标价最低", nil, []string{"望江证券 2026-02-01 目标价 36.00元", "青岚证券 2026-03-01 目标价 50.00元"}},
		{"2026年净利润预测", []string{"2026"}, []string{
			"青岚证券 2026-03-01 2026E 归母净利润 9.00亿元", "望江证券 2026-02-01 2026E 归母净利润 8.10亿元", "澄海证券 2026-01-01 2026E 净利润 30.0百万元"}},
		{"2026年毛利率", []string{"2026"}, nil},                                // one house alone
		{"2024年净利润", []string{"2024"}, nil},                                // likewise
		{"净利润是多少", nil, nil},                                               // of which year?
		{"2025、2026、2027年净利润各增长多少", []string{"2025", "2026", "2027"}, nil}, // no two ends
		{"历史目标价", nil, nil},
		{"目标价和净利润是多少", nil, nil},
		{"公司有几个工厂", nil, nil},
	} {
		var got []string
		if a, ok := Read(r.question, r.periods); ok {
			for _, l := range a.Work(desk(), "zh") {
				got = append(got, l.Text)
				if len(l.Facts) == 0 {
					t.Errorf("%s: %s rests on nothing", r.question, l.Text)
				}
			}
		}
		if d := cmp.Diff(r.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", r.question, d)
		}
	}
}

// Views that all houses share are none.
func TestAgreed(t *testing.T) {
	a, ok := Read("2025年净利润是多少", []string{"2025"})
	if !ok || !a.Differs() {
		t.Fatalf("got %+v, %v", a, ok)
	}
	if lines := a.Work([]Source{desk()[1], desk()[3]}, "zh"); lines != nil { // both 7.50亿元
		t.Errorf("got %v, want none", lines)
	}
}

func TestEnglish(t *testing.T) {
	f := func(period string, v float64, quote string) report.Fact {
		return report.Fact{Metric: report.NetProfit, Label: "Net profit (HK$ mn)", Period: period, Forecast: true, Value: v, Unit: "mn", Currency: "HKD", PassageID: "p", Quote: quote}
	}
	quote := "Net profit (HK$ mn)\t1,200\t1,500"
	a, ok := Read("How much does net profit grow from FY26 to FY27?", []string{"2026", "2027"})
	if !ok {
		t.Fatal("not read")
	}
	got := a.Work([]Source{{Publisher: "Beichen", Published: "2026-07-20", Facts: []report.Fact{f("2026", 1200, quote), f("2027", 1500, quote)}}}, "en")
	want := "Beichen 2026-07-20 2026E Net profit HKD 1,200 mn → 2027E Net profit HKD 1,500 mn: (1,500 − 1,200) / 1,200 = +25.0%"
	if len(got) != 1 || got[0].Text != want {
		t.Errorf("got %+v, want %s", got, want)
	}
}

// A target price is no longer the house's when a newer report has another one
// that was not read as a fact; where quoting failed, when there is a newer one.
func TestStaleTarget(t *testing.T) {
	a, ok := Read("目标价是多少", nil)
	if !ok {
		t.Fatal("not read")
	}
	old := Source{Publisher: "青岚证券", Published: "2026-03-01", Facts: []report.Fact{price(report.TargetPrice, "", "目标价", "50.00")}}
	other := Source{Publisher: "望江证券", Published: "2026-02-01", Facts: []report.Fact{price(report.TargetPrice, "", "目标价", "36.00")}}
	for _, row := range []struct {
		name  string
		ask   Ask
		newer []Source
		want  string // houses
	}{
		{"nothing newer", a, nil, "青岚证券 望江证券"},
		{"newer without a target", a, []Source{{Publisher: "青岚证券", Published: "2026-04-01"}}, "青岚证券 望江证券"},
		{"newer with one not read", a, []Source{{Publisher: "青岚证券", Published: "2026-04-01", Untyped: true}}, ""}, // one house alone is quoted
		{"anyway", a.Anyway(), []Source{{Publisher: "青岚证券", Published: "2026-04-01"}}, "望江证券"},
	} {
		var got []string
		for _, l := range row.ask.Work(append(row.newer, old, other), "zh") {
			house, _, _ := strings.Cut(l.Text, " ")
			got = append(got, house)
		}
		if s := strings.Join(got, " "); s != row.want {
			t.Errorf("%s: got %q, want %q", row.name, s, row.want)
		}
	}
}
