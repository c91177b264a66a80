package ticker_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/bot/ticker"
	"reportbot/retrieval"
)

// note is a short report on a company as houses print it. Figures that are ""
// are left out.
func note(house, code, name, day, rating, action, target, profit string) string {
	var out strings.Builder
	line := func(format, value string) {
		if value != "" {
			fmt.Fprintf(&out, format+"\n", value)
		}
	}
	line("%s研究所", house)
	line("公司研究 / 证券研究报告%s", " ")
	line("%s（"+code+"）", name)
	line("订单充裕，产能爬坡符合预期%s", "——"+day)
	if rating != "" {
		line("评级：%s", rating+"（"+action+"）")
	}
	line("目标价：%s", target)
	line("报告日期：%s", day)
	line("分析师：%s", "宁知白")
	out.WriteString("\n投资要点\n\n1. 公司在手订单充裕，我们预计全年出货量同比增长三成以上，新产能按期投放。\n\n")
	if profit != "" {
		fmt.Fprintf(&out, "盈利预测\n\n会计年度\t2025A\t2026E\t2027E\n营业收入（亿元）\t80.00\t100.00\t120.00\n归母净利润（亿元）\t7.00\t%s\t11.00\nEPS（元）\t0.70\t0.90\t1.10\n\n", profit)
	}
	out.WriteString("风险提示\n\n1. 原材料价格大幅上涨；\n2. 海外需求不及预期。\n")
	return out.String()
}

func xinghe(house, day, rating, action, target, profit string) string {
	return note(house, "999230.SZ", "星河智能", day, rating, action, target, profit)
}

// short tells the rows of a card in lines.
func short(c ticker.Card) []string {
	var out []string
	mark := func(r ticker.Row) string {
		s := " " + r.Date
		if r.Stale {
			s += " stale"
		}
		return s
	}
	for _, r := range c.Ratings {
		out = append(out, strings.Join(strings.Fields(fmt.Sprint("rating ", r.Publisher, " ", r.Rating, " ", r.Action, " was:", r.Was, mark(r.Row))), " "))
	}
	for _, t := range c.Targets {
		out = append(out, fmt.Sprintf("target %s %.2f %s was:%.2f%s", t.Publisher, t.Value, t.Currency, t.Was, mark(t.Row)))
	}
	for _, r := range c.Ranges {
		out = append(out, fmt.Sprintf("range %s %.2f %.2f %.2f of %d", r.Currency, r.Low, r.Median, r.High, r.Houses))
	}
	for _, d := range c.Disagreements {
		out = append(out, fmt.Sprint(d.Kind, " ", d.Text))
	}
	out = append(out, fmt.Sprint("counts ", c.Counts))
	return out
}

// What a card makes of several reports of a house.
func TestWhichReportDecides(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files []string
		want  []string
	}{
		{"the newest", []string{
			"a.txt", xinghe("青岚证券", "2026年9月1日", "买入", "维持", "50.00元", "9.00"),
			"b.txt", xinghe("青岚证券", "2026年10月8日", "买入", "维持", "55.00元", "9.50"),
		}, []string{
			"rating 青岚证券 买入 维持 was: 2026-10-08",
			"target 青岚证券 55.00 CNY was:50.00 2026-10-08",
			"range CNY 55.00 55.00 55.00 of 1",
			"target_changed 青岚证券于 2026-10-08 将目标价由 50.00 改为 55.00 元。",
			"counts {0 2 2 2}",
		}},
		{"a newer report without a target does not take the older one's back", []string{
			"a.txt", xinghe("青岚证券", "2026年9月1日", "买入", "维持", "50.00元", ""),
			"b.txt", xinghe("青岚证券", "2026年11月2日", "增持", "下调", "", ""),
		}, []string{
			"rating 青岚证券 增持 下调 was:买入 2026-11-02",
			"target 青岚证券 50.00 CNY was:0.00 2026-09-01",
			"range CNY 50.00 50.00 50.00 of 1",
			"rating_changed 青岚证券于 2026-11-02 将评级由买入改为增持。",
			"counts {1 2 2 2}",
		}},
		{"two of one day are one word", []string{
			"a.txt", xinghe("青岚证券", "2026年10月8日", "买入", "维持", "50.00元", ""),
			"b.txt", xinghe("青岚证券", "2026年10月8日", "买入", "维持", "50.00元", "9.50"),
		}, []string{
			"rating 青岚证券 买入 维持 was: 2026-10-08",
			"target 青岚证券 50.00 CNY was:0.00 2026-10-08",
			"range CNY 50.00 50.00 50.00 of 1",
			"counts {0 2 2 2}",
		}},
		{"what is old is marked, and differs with nobody", []string{
			"a.txt", xinghe("青岚证券", "2026年10月8日", "买入", "维持", "50.00元", ""),
			"b.txt", xinghe("望江证券", "2026年5月1日", "卖出", "维持", "20.00元", ""),
		}, []string{
			"rating 青岚证券 买入 维持 was: 2026-10-08",
			"rating 望江证券 卖出 维持 was: 2026-05-01 stale",
			"target 青岚证券 50.00 CNY was:0.00 2026-10-08",
			"target 望江证券 20.00 CNY was:0.00 2026-05-01 stale",
			"range CNY 50.00 50.00 50.00 of 1",
			"counts {0 1 2 2}",
		}},
		{"no targets at all", []string{
			"a.txt", xinghe("青岚证券", "2026年10月8日", "买入", "维持", "", ""),
			"b.txt", xinghe("望江证券", "2026年10月9日", "增持", "首次", "", ""),
		}, []string{
			"rating 望江证券 增持 首次 was: 2026-10-09",
			"rating 青岚证券 买入 维持 was: 2026-10-08",
			"counts {0 2 2 2}",
		}},
		{"targets in different money are not set beside each other", []string{
			"a.txt", xinghe("青岚证券", "2026年10月8日", "买入", "维持", "50.00元", ""),
			"b.txt", xinghe("望江证券", "2026年10月9日", "买入", "维持", "90.00港元", ""),
			"c.txt", xinghe("采薇证券", "2026年10月7日", "买入", "维持", "52.00元", ""),
		}, []string{
			"rating 望江证券 买入 维持 was: 2026-10-09",
			"rating 青岚证券 买入 维持 was: 2026-10-08",
			"rating 采薇证券 买入 维持 was: 2026-10-07",
			"target 望江证券 90.00 HKD was:0.00 2026-10-09",
			"target 青岚证券 50.00 CNY was:0.00 2026-10-08",
			"target 采薇证券 52.00 CNY was:0.00 2026-10-07",
			"range CNY 50.00 51.00 52.00 of 2",
			"range HKD 90.00 90.00 90.00 of 1",
			"counts {0 3 3 3}",
		}},
		{"houses that differ", []string{
			"a.txt", xinghe("青岚证券", "2026年10月8日", "买入", "维持", "50.00元", "9.50"),
			"b.txt", xinghe("望江证券", "2026年10月9日", "中性", "维持", "40.00元", "8.00"),
		}, []string{
			"rating 望江证券 中性 维持 was: 2026-10-09",
			"rating 青岚证券 买入 维持 was: 2026-10-08",
			"target 望江证券 40.00 CNY was:0.00 2026-10-09",
			"target 青岚证券 50.00 CNY was:0.00 2026-10-08",
			"range CNY 40.00 45.00 50.00 of 2",
			"ratings 评级分歧：青岚证券 买入（2026-10-08），望江证券 中性（2026-10-09）。",
			"targets 目标价相差 25.0%：望江证券 40.00 元，青岚证券 50.00 元。",
			"estimates 2026 年归母净利润预测相差 18.8%：望江证券 8亿元，青岚证券 9.5亿元。",
			"counts {0 2 2 2}",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.add("default", tt.files...)
			c := d.card("星河智能")
			if diff := cmp.Diff(short(c), tt.want); diff != "" {
				t.Errorf("%s (-got +want):\n%s", c.Reason, diff)
			}
			sound(t, d, &c)
		})
	}
}

// Corrections count, and are cited for what they are.
func TestCorrections(t *testing.T) {
	d := newDesk(t)
	d.add("default", "a.txt", xinghe("青岚证券", "2026年10月8日", "买入", "维持", "50.00元", ""), "a.meta.yaml", "target_price: 45.5\nrating: 增持\n")
	c := d.card("999230")
	if len(c.Targets) != 1 || c.Targets[0].Value != 45.5 || len(c.Ratings) != 1 || c.Ratings[0].Rating != "增持" {
		t.Fatalf("got %v %v, want the corrected 45.5 and 增持", c.Targets, c.Ratings)
	}
	if q := c.Citations[c.Targets[0].Citation-1].Quote; !strings.Contains(q, "a.meta.yaml") || !strings.Contains(q, "45.5") {
		t.Errorf("the target is cited by %q, want the correction", q)
	}
}

// Reports outside the scope change nothing: no row, count, candidate, name
// that is near, nor number of securities covered.
func TestScope(t *testing.T) {
	files := []string{
		"a.txt", xinghe("青岚证券", "2026年10月8日", "买入", "维持", "50.00元", "9.00"),
		"b.txt", note("望江证券", "999777.SZ", "澜海储能", "2026年10月8日", "增持", "首次", "70.00元", ""),
	}
	alone, beside := newDesk(t), newDesk(t)
	alone.add("default", files...)
	beside.add("default", files...)
	beside.add("desk",
		"c.txt", xinghe("采薇证券", "2026年11月8日", "卖出", "下调", "10.00元", "1.00"),
		"d.txt", note("青岚证券", "999231.SZ", "星河装备", "2026年11月8日", "买入", "维持", "20.00元", ""),
		"e.txt", note("星槎证券", "999230.SH", "星河控股", "2026年11月8日", "买入", "维持", "20.00元", ""),
		"f.txt", note("星槎证券", "99881.HK", "澜海储能", "2026年11月8日", "买入", "维持", "20.00港元", ""),
	)
	for _, typed := range []string{"999230", "星河智能", "星河", "星河装备", "999231", "999230.SH", "星河智能 采薇", "澜海储能", "澜海储藏", "星河之能", "贵州茅台", "", "无名之辈", "星河智能 星槎证券"} {
		q := ticker.Query{Text: typed, Scope: everything, Now: today}
		want, err := alone.Card(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		got, err := beside.Card(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("%q tells of reports outside the scope (-got +want):\n%s", typed, diff)
		}
	}
	for _, scope := range []retrieval.Scope{nil, {"other"}} {
		c, err := beside.Card(t.Context(), ticker.Query{Text: "999231 星河", Scope: scope, Now: today})
		if err != nil || c.Covered != 0 || len(c.Nearest)+len(c.Candidates) > 0 {
			t.Errorf("scope %v: %+v %v, want nothing", scope, c, err)
		}
	}
	c, err := beside.Card(t.Context(), ticker.Query{Text: "星河", Scope: retrieval.Scope{"default", "desk"}, Now: today})
	if err != nil || len(c.Candidates) != 3 {
		t.Errorf("both collections: %v %v, want three to choose from", c.Candidates, err)
	}
}

// sound checks what holds of every card: each row has a citation whose words
// stand in its passage, and the value of a row stands in its words.
func sound(t *testing.T, d *desk, c *ticker.Card) {
	t.Helper()
	for i, cite := range c.Citations {
		if cite.N != i+1 || cite.Quote == "" {
			t.Errorf("citation %d: %+v", i+1, cite)
		}
		if cite.PassageID == "" {
			continue
		}
		ps, err := d.Passages(t.Context(), []string{cite.PassageID})
		if err != nil || len(ps) != 1 || !strings.Contains(ps[0].Text, cite.Quote) {
			t.Errorf("citation %d quotes %q, which its passage does not hold (%v)", cite.N, cite.Quote, err)
		}
	}
	cited := func(what string, r ticker.Row) {
		if r.Citation < 1 || r.Citation > len(c.Citations) || c.Citations[r.Citation-1].Report.ID != r.ReportID || c.Citations[r.Citation-1].Page != r.Page {
			t.Errorf("%s of %s has citation %d of %d, or one of another report", what, r.Publisher, r.Citation, len(c.Citations))
		}
	}
	for _, r := range c.Ratings {
		cited("rating", r.Row)
		if q := c.Citations[r.Citation-1].Quote; !strings.Contains(q, r.Rating) {
			t.Errorf("%s's %s is cited by %q", r.Publisher, r.Rating, q)
		}
	}
	for _, r := range c.Targets {
		cited("target", r.Row)
		if q := c.Citations[r.Citation-1].Quote; !prints(q, r.Value) {
			t.Errorf("%s's target %v is cited by %q", r.Publisher, r.Value, q)
		}
	}
	for _, r := range c.Forecasts {
		cited("forecast", r.Row)
		if q := c.Citations[r.Citation-1].Quote; !prints(q, r.Value) {
			t.Errorf("%s's %s %s %v is cited by %q", r.Publisher, r.Metric, r.Period, r.Value, q)
		}
	}
	for _, d := range c.Disagreements {
		if len(d.Sides) != 2 || len(d.Citations) == 0 || d.Text == "" {
			t.Errorf("disagreement %+v", d)
		}
		for _, s := range d.Sides {
			cited("a side", s.Row)
		}
	}
	for _, s := range append(c.Points, c.Risks...) {
		if len(s.Citations) == 0 || s.Text == "" {
			t.Errorf("%+v has no citation", s)
		}
	}
}

// prints reports whether words hold a number of that value.
func prints(words string, value float64) bool {
	for _, w := range numbers.FindAllString(strings.ReplaceAll(words, ",", ""), -1) {
		if v, err := strconv.ParseFloat(w, 64); err == nil && v == value {
			return true
		}
	}
	return false
}

var numbers = regexp.MustCompile(`\d+(?:\.\d+)?`)

// Every sample card is sound.
func TestSampleCardsAreSound(t *testing.T) {
	d := samples(t)
	for _, code := range []string{"999230", "999777", "999519", "99988", "ZZQX", "999356", "999612", "999405", "999633", "99651", "999471"} {
		c := d.card(code)
		if c.Status != ticker.Answered {
			t.Fatalf("%s: %s", code, c.Reason)
		}
		sound(t, d, &c)
	}
}

// A query that leads to no card says why in one sentence, in its language.
func TestReasons(t *testing.T) {
	d := newDesk(t)
	d.add("default", "a.txt", xinghe("青岚证券", "2026年10月8日", "买入", "维持", "50.00元", ""))
	for _, tt := range []struct {
		text, lang string
		status     ticker.Status
		want       string
	}{
		{"", "", ticker.Blank, "请给出证券代码或名称，例如 999230.SZ 或 星河智能。"},
		{" ？ ", "en", ticker.Blank, "Give a code or a name, such as 999230.SZ or 星河智能."},
		{"888888", "", ticker.Unknown, "没有叫“888888”的证券；库中研报覆盖 1 只证券。"},
		{"999231", "", ticker.Unknown, "没有叫“999231”的证券，相近的有 星河智能（999230.SZ）；库中研报覆盖 1 只证券。"},
		{"Nobody Ltd", "", ticker.Unknown, "No security is called “Nobody Ltd”; the reports cover 1 security."},
		{"退市海润", "", ticker.Unknown, "没有叫“退市海润”的证券（似为已退市证券，可试其原名或代码）；库中研报覆盖 1 只证券。"},
		{"星河", "", ticker.Ambiguous, "“星河”不能确定是哪只证券，是否指 星河智能（999230.SZ）？"},
		{"999230.SH", "en", ticker.Ambiguous, "“999230.SH” is not certain; do you mean 星河智能 (999230.SZ)?"},
		{"星河智能 贵州茅台", "", ticker.Ambiguous, "“星河智能 贵州茅台”可能指 2 只证券，请选一只：星河智能（999230.SZ）、贵州茅台（600519.SH）。"},
		{"贵州茅台", "", ticker.Empty, "没有覆盖贵州茅台（600519.SH）的研报；库中研报覆盖 1 只证券。"},
		{"Moutai", "en", ticker.Empty, "No report covers 贵州茅台 (600519.SH); the reports cover 1 security."},
		{"星河智能 上周", "", ticker.Empty, "没有符合条件（2026-11-16 至 2026-11-22）的星河智能（999230.SZ）研报。"},
		{"星河智能 兴业 近三个月", "", ticker.Empty, "没有符合条件（兴业证券、2026-08-23 至 2026-11-23）的星河智能（999230.SZ）研报。"},
		{strings.Repeat("长", 200), "", ticker.Unknown, "没有叫“" + strings.Repeat("长", 40) + "…”的证券；库中研报覆盖 1 只证券。"},
	} {
		c, err := d.Card(t.Context(), ticker.Query{Text: tt.text, Lang: tt.lang, Scope: everything, Now: today})
		if err != nil || c.Status != tt.status || c.Reason != tt.want {
			t.Errorf("%q: %s %v\n\t got %s\n\twant %s", tt.text, c.Status, err, c.Reason, tt.want)
		}
	}
}

// Filters leave out reports of other houses and times, and say so.
func TestFilters(t *testing.T) {
	d := newDesk(t)
	d.add("default",
		"a.txt", xinghe("青岚证券", "2026年10月8日", "买入", "维持", "50.00元", ""),
		"b.txt", xinghe("望江证券", "2026年3月9日", "中性", "维持", "40.00元", ""))
	for text, want := range map[string]string{
		"星河智能 望江":          "望江证券 | 仅含：望江证券。",
		"星河智能 近三个月":        "青岚证券 | 仅含：2026-08-23 至 2026-11-23。",
		"999230 买入":        "青岚证券 | 仅含：买入。",
		"星河智能，青岚，2026年10月": "青岚证券 | 仅含：青岚证券、2026-10-01 至 2026-10-31。",
		"星河智能 哈哈哈":         "青岚证券 望江证券 | “哈哈哈”没有读懂，未作为条件。",
		"星河智能":             "青岚证券 望江证券 | ",
	} {
		c := d.card(text)
		var houses []string
		for _, r := range c.Ratings {
			houses = append(houses, r.Publisher)
		}
		if got := strings.Join(houses, " ") + " | " + c.Note; got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}
