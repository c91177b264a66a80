package ticker_test

import (
	"strings"
	"testing"

	"reportbot/ingest/report"
)

// industry puts a report on two companies into the desk, with one table of
// estimates and what else is to stand in it.
func industry(d *desk, id, table string, facts []report.Fact, passages ...report.Passage) {
	g := generated{desk: d}
	passages = append(passages, report.Passage{ID: id + "t", Path: []string{"重点公司"}, Kind: report.Table, PageFrom: 2, PageTo: 2, Text: table})
	for i := range facts {
		facts[i].ReportID, facts[i].PassageID, facts[i].Page, facts[i].Metric = id, id+"t", 2, report.EPS
		facts[i].Period, facts[i].Forecast, facts[i].Unit, facts[i].Currency = "2027", true, "元", "CNY"
	}
	g.put(&report.Report{
		ID: id, Title: "储能行业深度：需求向好", Publisher: "青岚证券", Published: "2026-10-08", Rating: "推荐", RatingAction: "维持", Language: "zh", Pages: 2, Collection: "default",
		Securities: []report.Security{{Code: "999777.SZ", Name: "澜海储能"}, {Code: "999405.SZ", Name: "北屿电源"}},
		Read:       []report.Reading{{Field: "rating", Page: 1, Text: "推荐（维持）"}},
	}, passages, facts)
}

// The rating of an industry report is the industry's; a company's is that of
// its row or its section.
func TestRatingOfAnIndustryIsNoCompanys(t *testing.T) {
	d := newDesk(t)
	industry(d, "r0001", "公司\t代码\t投资评级\t目标价（港元）\n北屿电源\t999405.SZ\t增持\t41.50", nil,
		report.Passage{ID: "r0001a", Path: []string{"投资建议"}, Kind: report.Prose, PageFrom: 1, PageTo: 1, Text: "推荐（维持）\n维持行业“推荐”评级，首选澜海储能。"},
		report.Passage{ID: "r0001b", Path: []string{"公司", "澜海储能：海外放量"}, Kind: report.Prose, PageFrom: 2, PageTo: 2,
			Text: "预计公司2026-2027年EPS分别为3.84元、4.92元，评级由“增持”上调至“买入”，目标价由76.00元上调至86.40元。"})
	c := d.card("北屿电源")
	if len(c.Ratings) != 1 || c.Ratings[0].Rating != "增持" || len(c.Targets) != 1 || c.Targets[0].Value != 41.5 || c.Targets[0].Currency != "HKD" {
		t.Errorf("北屿电源: %+v %+v", c.Ratings, c.Targets)
	}
	c = d.card("澜海储能")
	if len(c.Ratings) != 1 || c.Ratings[0].Rating != "买入" || c.Ratings[0].Was != "增持" || len(c.Targets) != 1 || c.Targets[0].Value != 86.4 || c.Targets[0].Was != 76 || len(c.Forecasts) != 2 {
		t.Errorf("澜海储能: %+v %+v %+v", c.Ratings, c.Targets, c.Forecasts)
	}
	sound(t, d, &c)
}

// What the market expects is no house's estimate, be it all of a table or the
// rows with a mark.
func TestConsensusIsNoHouses(t *testing.T) {
	row := func(name, eps string) string { return "999\t" + name + "\t" + eps }
	fact := func(code, name, row string, v float64) report.Fact {
		return report.Fact{Security: report.Security{Code: code, Name: strings.Trim(name, "*")}, Value: v, Quote: row}
	}
	for _, tt := range []struct {
		name, first, second, source string
		lanhai, beiyu               int // estimates on their cards
	}{
		{"the house's own", "澜海储能", "北屿电源", "资料来源：青岚证券研究所", 1, 1},
		{"all the market's", "澜海储能", "北屿电源", "资料来源：Wind一致预期", 0, 0},
		{"marked rows", "*澜海储能", "北屿电源", "资料来源：青岚证券，标*的公司为 wind 一致预期", 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			a, b := row(tt.first, "4.92"), row(tt.second, "1.83")
			industry(d, "r0001", "代码\t公司\t2027E EPS\n"+a+"\n"+b+"\n"+tt.source, []report.Fact{fact("999777.SZ", tt.first, a, 4.92), fact("999405.SZ", tt.second, b, 1.83)},
				report.Passage{ID: "r0001a", Path: []string{"澜海储能"}, Kind: report.Prose, PageFrom: 1, PageTo: 1, Text: "澜海储能是龙头，在手订单充裕，出货量稳步增长。"},
				report.Passage{ID: "r0001b", Path: []string{"北屿电源"}, Kind: report.Prose, PageFrom: 1, PageTo: 1, Text: "北屿电源以变流器起家，份额稳步提升，毛利率改善。"})
			if c := d.card("999777"); len(c.Forecasts) != tt.lanhai {
				t.Errorf("澜海储能: %+v, want %d", c.Forecasts, tt.lanhai)
			}
			if c := d.card("999405"); len(c.Forecasts) != tt.beiyu {
				t.Errorf("北屿电源: %+v, want %d", c.Forecasts, tt.beiyu)
			}
		})
	}
}
