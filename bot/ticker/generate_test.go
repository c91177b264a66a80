package ticker_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"reportbot/bot/ticker"
	"reportbot/ingest/report"
	"reportbot/retrieval/store"
)

// said is what the generator lets a house say, for a card to be held against.
type said struct {
	house, day, rating string
	target             float64
	profit             float64 // of 2027, 0 for none
	shared             bool
}

// generated is a desk with reports of many houses, and what they say by code.
type generated struct {
	*desk
	codes, names []string
	truth        map[string][]said
}

var (
	genHouses  = strings.Fields("青岚证券 望江证券 采薇证券 听涛证券 玄圃证券 鹿鸣证券 云岫证券 临渊证券 凌霄证券 朔风证券 望川证券 棠溪证券")
	genRatings = strings.Fields("买入 增持 中性 减持 推荐 卖出")
)

// generate fills a desk with n reports on so many securities: one in five is on
// several companies, one in four gives no target, one in three no estimates.
func generate(t testing.TB, n, securities int) *generated {
	t.Helper()
	g := &generated{desk: newDesk(t), truth: map[string][]said{}}
	r := rand.New(rand.NewPCG(7, 11)) //nolint:gosec // the same corpus every time
	one := []rune("星河澜海云栖朔方北屿禾穗九霄青禾朗玥寒川极昼铜岭长汀沅江槐序霁川琅琊沧溟")
	two := []rune("智能储能算力电芯食品医疗光子材料能源重工生物电池股份科技传媒网络软件装备")
	for i := range securities {
		name := string([]rune{one[i%len(one)], one[(i/len(one)+i*7)%len(one)], two[2*(i%(len(two)/2))], two[2*(i%(len(two)/2))+1]})
		if slices.Contains(g.names, name) {
			name += string(two[(i*3)%len(two)])
		}
		g.codes, g.names = append(g.codes, fmt.Sprintf("%06d.SZ", 990000+i)), append(g.names, name)
	}
	for i := range n {
		day := today.AddDate(0, 0, -r.IntN(700)).Format(time.DateOnly)
		house := genHouses[r.IntN(len(genHouses))]
		if i%5 == 0 {
			g.shared(r, i, house, day)
		} else {
			g.single(r, i, house, day)
		}
	}
	return g
}

// price is a target with two digits; none in one of four.
func genPrice(r *rand.Rand) float64 {
	if r.IntN(4) == 0 {
		return 0
	}
	return float64(1000+r.IntN(9000)) / 100
}

func (g *generated) single(r *rand.Rand, i int, house, day string) {
	k := r.IntN(len(g.codes))
	s := said{house: house, day: day, rating: genRatings[r.IntN(len(genRatings))], target: genPrice(r)}
	id := fmt.Sprintf("g%05d", i)
	sec := report.Security{Code: g.codes[k], Name: g.names[k]}
	front := "评级：" + s.rating + "（维持）"
	rep := &report.Report{
		ID: id, Title: g.names[k] + "点评：第" + fmt.Sprint(i) + "期", Publisher: house, Published: day, Rating: s.rating, RatingAction: "维持",
		Securities: []report.Security{sec}, Language: "zh", Pages: 3, Collection: "default",
		Read: []report.Reading{{Field: "rating", Page: 1, Text: front}},
	}
	var facts []report.Fact
	if s.target > 0 {
		line := fmt.Sprintf("目标价：%.2f元", s.target)
		rep.TargetPrice, rep.Currency = s.target, "CNY"
		rep.Read = append(rep.Read, report.Reading{Field: "target_price", Page: 1, Text: line})
		front += "\n" + line
		facts = append(facts, report.Fact{Security: sec, Metric: report.TargetPrice, Value: s.target, Unit: "元", Currency: "CNY", ReportID: id, PassageID: id + "a", Page: 1, Quote: line})
	}
	passages := []report.Passage{
		{ID: id + "a", Kind: report.List, PageFrom: 1, PageTo: 1, Text: front},
		{ID: id + "b", Path: []string{"投资要点"}, Kind: report.Prose, PageFrom: 1, PageTo: 1, Text: g.names[k] + "订单饱满，我们预计全年出货量同比增长三成。产能爬坡顺利，费用率下降。"},
		{ID: id + "c", Path: []string{"风险提示"}, Kind: report.Risk, PageFrom: 3, PageTo: 3, Text: "原材料价格上涨；海外需求不及预期。"},
	}
	if r.IntN(3) > 0 {
		s.profit = float64(100+r.IntN(900)) / 100
		row := fmt.Sprintf("归母净利润（亿元）\t%.2f", s.profit)
		passages = append(passages, report.Passage{ID: id + "d", Path: []string{"盈利预测"}, Kind: report.Table, PageFrom: 2, PageTo: 2, Text: "会计年度\t2027E\n" + row})
		facts = append(facts, report.Fact{Security: sec, Metric: report.NetProfit, Period: "2027", Value: s.profit, Unit: "亿元", Currency: "CNY", Forecast: true, ReportID: id, PassageID: id + "d", Page: 2, Quote: row})
	}
	g.truth[g.codes[k]] = append(g.truth[g.codes[k]], s)
	g.put(rep, passages, facts)
}

func (g *generated) shared(r *rand.Rand, i int, house, day string) {
	id := fmt.Sprintf("g%05d", i)
	rep := &report.Report{
		ID: id, Title: "行业周报：第" + fmt.Sprint(i) + "期", Publisher: house, Published: day, Rating: "推荐", RatingAction: "维持",
		Language: "zh", Pages: 2, Collection: "default", Read: []report.Reading{{Field: "rating", Page: 1, Text: "推荐（维持）"}},
	}
	table := "公司\t代码\t评级\t目标价"
	for range 3 + r.IntN(3) {
		k := r.IntN(len(g.codes))
		if strings.Contains(table, g.codes[k]) {
			continue
		}
		s := said{house: house, day: day, rating: genRatings[r.IntN(len(genRatings))], target: genPrice(r), shared: true}
		target := "—"
		if s.target > 0 {
			target = fmt.Sprintf("%.2f元", s.target)
		}
		table += "\n" + g.names[k] + "\t" + g.codes[k] + "\t" + s.rating + "\t" + target
		rep.Securities = append(rep.Securities, report.Security{Code: g.codes[k], Name: g.names[k]})
		g.truth[g.codes[k]] = append(g.truth[g.codes[k]], s)
	}
	g.put(rep, []report.Passage{
		{ID: id + "a", Path: []string{"投资要点"}, Kind: report.Prose, PageFrom: 1, PageTo: 1, Text: "推荐（维持）\n行业景气回升，我们预计需求改善。"},
		{ID: id + "b", Path: []string{"重点公司"}, Kind: report.Table, PageFrom: 2, PageTo: 2, Text: table},
	}, nil)
}

func (g *generated) put(r *report.Report, passages []report.Passage, facts []report.Fact) {
	g.t.Helper()
	vectors := make([][]float32, len(passages))
	for i := range passages {
		passages[i].ReportID, vectors[i] = r.ID, []float32{1, float32(i)}
	}
	_, err := g.Store.Replace(g.t.Context(), store.Document{
		Report: r, Passages: passages, Vectors: vectors, Facts: facts, Embedder: "two", Source: store.Source{Path: r.ID, Hash: r.ID, Version: 1},
	})
	if err != nil {
		g.t.Fatal(err)
	}
}

// Of 2,000 reports on 500 securities a card holds what the newest report of
// each house says, and what is said of one company stands on no other's card.
func TestGenerated(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 2,000 reports")
	}
	g := generate(t, 2000, 500)
	for k, code := range g.codes {
		truth := g.truth[code]
		if len(truth) == 0 {
			continue
		}
		typed := []string{code, code[:6], g.names[k]}[k%3]
		c, err := g.Card(t.Context(), ticker.Query{Text: typed, Scope: everything, Now: today})
		if err != nil || c.Status != ticker.Answered || c.Security.Code != code {
			t.Fatalf("%q: %s %v %s", typed, c.Status, err, c.Reason)
		}
		if c.Counts.All != len(truth) {
			t.Errorf("%s: %d reports, want %d", code, c.Counts.All, len(truth))
		}
		g.hold(t, &c, truth)
		if k%10 == 0 {
			sound(t, g.desk, &c)
		}
	}
}

// hold compares the rows of a card with what the houses said.
func (g *generated) hold(t *testing.T, c *ticker.Card, truth []said) {
	t.Helper()
	newest := func(house string, is func(said) bool) (all []said) {
		for _, s := range truth {
			switch {
			case s.house != house || !is(s):
			case len(all) > 0 && s.day < all[0].day:
			case len(all) > 0 && s.day == all[0].day:
				all = append(all, s)
			default:
				all = []said{s}
			}
		}
		return all
	}
	for _, house := range genHouses {
		rated := newest(house, func(said) bool { return true })
		aimed := newest(house, func(s said) bool { return s.target > 0 })
		seen := slices.IndexFunc(c.Ratings, func(r ticker.Rating) bool { return r.Publisher == house })
		if (seen >= 0) != (len(rated) > 0) || seen >= 0 && !slices.ContainsFunc(rated, func(s said) bool {
			return s.rating == c.Ratings[seen].Rating && s.day == c.Ratings[seen].Date
		}) {
			t.Errorf("%s %s: got rating %d of %+v, want one of %+v", c.Security.Code, house, seen, c.Ratings, rated)
		}
		seen = slices.IndexFunc(c.Targets, func(r ticker.Target) bool { return r.Publisher == house })
		if (seen >= 0) != (len(aimed) > 0) || seen >= 0 && !slices.ContainsFunc(aimed, func(s said) bool {
			return s.target == c.Targets[seen].Value && s.day == c.Targets[seen].Date
		}) {
			t.Errorf("%s %s: got target %d of %+v, want one of %+v", c.Security.Code, house, seen, c.Targets, aimed)
		}
		guessed := newest(house, func(s said) bool { return s.profit > 0 })
		seen = slices.IndexFunc(c.Forecasts, func(f ticker.Forecast) bool { return f.Publisher == house })
		if (seen >= 0) != (len(guessed) > 0) || seen >= 0 && !slices.ContainsFunc(guessed, func(s said) bool {
			return s.profit == c.Forecasts[seen].Value && s.day == c.Forecasts[seen].Date
		}) {
			t.Errorf("%s %s: got forecast %d of %+v, want one of %+v", c.Security.Code, house, seen, c.Forecasts, guessed)
		}
	}
}

// p95 runs f over all codes as often as the benchmark asks and reports the
// time that 95 of 100 keep.
func p95(b *testing.B, codes []string, f func(code string)) {
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		f(codes[i%len(codes)])
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
}

func BenchmarkCard(b *testing.B) {
	g := generate(b, 2000, 500)
	p95(b, g.codes, func(code string) {
		if _, err := g.Card(b.Context(), ticker.Query{Text: code, Scope: everything, Now: today}); err != nil {
			b.Fatal(err)
		}
	})
}

// A company that 12 houses write 300 reports on.
func BenchmarkCardOfMany(b *testing.B) {
	g := generate(b, 300, 1)
	p95(b, g.codes, func(code string) {
		if _, err := g.Card(b.Context(), ticker.Query{Text: code, Scope: everything, Now: today}); err != nil {
			b.Fatal(err)
		}
	})
}

// The first card after a change reads the reports of the scope again.
func BenchmarkFirstCard(b *testing.B) {
	g := generate(b, 2000, 500)
	p95(b, g.codes, func(code string) {
		if _, err := ticker.New(g.corpus, known(), nil).Card(b.Context(), ticker.Query{Text: code, Scope: everything, Now: today}); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkResolve(b *testing.B) {
	g := generate(b, 2000, 500)
	p95(b, append(slices.Clone(g.names), "星河", "999999", "科大迅飞", "星河智能 望江 近三个月"), func(typed string) {
		if _, err := g.Resolve(b.Context(), ticker.Query{Text: typed, Scope: everything, Now: today}); err != nil {
			b.Fatal(err)
		}
	})
}
