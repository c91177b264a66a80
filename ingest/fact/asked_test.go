package fact

import (
	"slices"
	"testing"

	"reportbot/ingest/report"
)

func TestAsked(t *testing.T) {
	for question, want := range map[string][]report.Metric{
		"星河智能2026年归母净利润预测是多少？":                                         {report.NetProfit},
		"星河智能 2026 年净利润比 2025 年增长多少":                                   {report.NetProfit},
		"2026年净利润增速是多少":                                                {report.NetProfitGrowth},
		"营收的同比增速":                                                      {report.RevenueGrowth},
		"毛利率和净利率哪个高":                                                   {report.GrossMargin, report.NetMargin},
		"目标价还有多少空间":                                                    {report.TargetPrice},
		"What is the price target?":                                    {report.TargetPrice},
		"How much does net profit grow from FY26 to FY27?":             {report.NetProfit},
		"EPS and P/E for 2026":                                         {report.EPS, report.PE},
		"net profit growth in FY27":                                    {report.NetProfitGrowth},
		"ROE是多少":                                                       {report.ROE},
		"扣非净利润是多少":                                                     {},
		"adjusted net profit in 2026":                                  {},
		"公司有几个工厂":                                                      {},
		"the specific share of perovskite":                             {}, // pe, per and price hide in other words
		"What EV/EBITDA multiple does it trade on?":                    {report.EVEBITDA},
		"Compare gross margin, revenue and earnings per share in 1H26": {report.GrossMargin, report.Revenue, report.EPS},
	} {
		if got := Asked(question); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", question, got, want)
		}
	}
}
