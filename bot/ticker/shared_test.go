package ticker_test

import (
	"strings"
	"sync"
	"testing"

	"reportbot/bot/ticker"
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

// A note that has a company in its title and rates several in a table has the
// company's rating there; what stands under a heading within the company's
// chapter is about the company.
func TestTitledNoteRatesInItsTable(t *testing.T) {
	d := newDesk(t)
	g := generated{desk: d}
	g.put(&report.Report{
		ID: "r0001", Title: "晨会纪要：澜海储能订单超预期", Publisher: "青岚证券", Published: "2026-10-08", Language: "zh", Pages: 2, Collection: "default",
		Securities: []report.Security{{Code: "999777.SZ", Name: "澜海储能"}, {Code: "999405.SZ", Name: "北屿电源"}},
	}, []report.Passage{
		{ID: "a", Kind: report.Table, PageFrom: 1, PageTo: 1, Text: "公司\t评级\t变动\n澜海储能\t买入\t上调\n北屿电源\t增持\t维持"},
		{ID: "b", Path: []string{"澜海储能：订单超预期", "估值"}, Kind: report.Prose, PageFrom: 1, PageTo: 1, Text: "我们给予公司2027年20倍市盈率，目标价上行空间充足，维持看好。"},
		{ID: "c", Path: []string{"澜海储能：订单超预期", "与北屿电源的比较"}, Kind: report.Prose, PageFrom: 2, PageTo: 2, Text: "北屿电源的毛利率更高，我们预计其明年增速更快。"},
	}, nil)
	c := d.card("澜海储能")
	if len(c.Ratings) != 1 || c.Ratings[0].Rating != "买入" || c.Ratings[0].Action != "上调" {
		t.Errorf("ratings %+v, want the table's", c.Ratings)
	}
	if len(c.Points) != 1 || !strings.Contains(c.Points[0].Text, "20倍市盈率") {
		t.Errorf("points %+v, want those of the company's chapter", c.Points)
	}
	if c = d.card("北屿电源"); len(c.Ratings) != 1 || c.Ratings[0].Rating != "增持" {
		t.Errorf("ratings of the other %+v", c.Ratings)
	}
}

// Cards may be made side by side while reports come in.
func TestSideBySide(t *testing.T) {
	d := newDesk(t)
	g := generated{desk: d}
	sec := report.Security{Code: "999777.SZ", Name: "澜海储能"}
	put := func(i int) {
		id := "r000" + string(rune('a'+i))
		g.put(&report.Report{ID: id, Title: "澜海储能点评" + id, Publisher: "青岚证券", Published: "2026-10-0" + string(rune('1'+i)), Rating: "买入", Language: "zh", Collection: "default", Securities: []report.Security{sec}},
			[]report.Passage{{ID: id + "p", Kind: report.Prose, Text: "澜海储能订单充裕，我们预计出货量增长三成。" + id}}, nil)
	}
	put(0)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				if c, err := d.Card(t.Context(), ticker.Query{Text: "澜海储能", Scope: everything, Now: today}); err != nil || c.Status != ticker.Answered {
					t.Errorf("%v %s", err, c.Status)
				}
			}
		})
	}
	for i := range 5 {
		put(i + 1)
	}
	wg.Wait()
	if c := d.card("澜海储能"); c.Counts.All != 6 {
		t.Errorf("%d reports, want 6", c.Counts.All)
	}
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
