package answer

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// The first quotes of an answer from the reports' own words.
func TestExtract(t *testing.T) {
	for _, row := range []struct {
		why, question string
		want          []string // passage and quote, of the first citations
	}{
		{"the newest report comes first", "星河智能的目标价是多少？", []string{"w1/1 我们将星河智能评级由“增持”下调至“中性”，目标价36.00元。"}},
		{"the row that is called what is asked for", "星河智能2026E每股收益是多少", []string{"q2/2 每股收益（元）\t0.90\t1.35\t1.80"}},
		{"the report of the month asked for", "2026年3月那篇研报里星河智能2026E每股收益是多少", []string{"q1/2 每股收益（元）\t0.90\t1.21\t1.57"}},
		{"one of each house, its newest", "星河智能的目标价，青岚和望江分别给多少", []string{
			"w1/1 我们将星河智能评级由“增持”下调至“中性”，目标价36.00元。",
			"q2/1 我们将目标价由38.60元上调至52.30元，维持“买入”评级。"}},
		{"a change has two ends", "青岚把星河智能的目标价从多少调到多少", []string{"q2/1 我们将目标价由38.60元上调至52.30元，维持“买入”评级。"}},
		{"both things asked for", "星图软件的买断价和订阅价分别是多少", []string{"q1/3 星图软件采用买断制，买断价为单车1280元；公司同时提供订阅，订阅价为每月68元。"}},
		{"by code", "999519.SH的合同总金额是多少", []string{"w2/1 云栖算力8月签订三年期租赁合同，合同总金额21.6亿元，含预付款20%。"}},
	} {
		out := reply(t, row.question, nil)
		var got []string
		for _, c := range out.Citations[:min(len(row.want), len(out.Citations))] {
			got = append(got, c.PassageID+" "+c.Quote)
		}
		if d := cmp.Diff(row.want, got); d != "" {
			t.Errorf("%s: %s: %s (-want +got):\n%s", row.why, row.question, out.Status, d)
		}
	}
}

func TestCitation(t *testing.T) {
	const s = "收入增长。\n利润下降。"
	h := retrieval.Hit{
		Report: &report.Report{ID: "r", Title: "星河智能：点评", Publisher: "青岚证券", Published: "2026-08-28"},
		Passage: report.Passage{ID: "p", Number: "2.1", Path: []string{"经营", "收入"}, PageFrom: 3, Text: s,
			Turns: []report.PageTurn{{Offset: len("收入增长。\n"), Page: 4}}},
	}
	got := []report.Citation{cite(1, &h, 0, "收入增长。"), cite(2, &h, len("收入增长。\n"), "利润下降。")}
	of := report.Header{ID: "r", Title: "星河智能：点评", Publisher: "青岚证券", Published: "2026-08-28"}
	want := []report.Citation{
		{N: 1, PassageID: "p", Report: of, SectionNumber: "2.1", SectionTitle: "收入", Page: 3, Quote: "收入增长。"},
		{N: 2, PassageID: "p", Report: of, SectionNumber: "2.1", SectionTitle: "收入", Page: 4, Quote: "利润下降。"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("citations (-want +got):\n%s", d)
	}
}

// Quotes are verbatim, and claims carry the numbers of theirs.
func TestAnswerIsCited(t *testing.T) {
	m := desk()
	out := reply(t, "星河智能的目标价，青岚和望江分别给多少", nil)
	if len(out.Claims) != len(out.Citations) || len(out.Claims) < 2 {
		t.Fatalf("got %d claims and %d citations, want as many, at least 2", len(out.Claims), len(out.Citations))
	}
	for i, c := range out.Citations {
		if !strings.Contains(m.passages[c.PassageID].Text, c.Quote) {
			t.Errorf("quote %q does not stand in %s", c.Quote, c.PassageID)
		}
		if d := cmp.Diff([]int{i + 1}, out.Claims[i].Citations); d != "" || c.N != i+1 {
			t.Errorf("claim %d cites (-want +got):\n%s", i, d)
		}
	}
	if !strings.Contains(out.Text, "\n") || !strings.HasSuffix(out.Text, " ["+itoa(len(out.Citations))+"]") {
		t.Errorf("got text %q, want one line a claim with its number", out.Text)
	}
}

func listed(score float64, quote string) candidate {
	return candidate{unit: unit{quote: quote, shown: quote}, score: score, cover: 1}
}

func TestChoose(t *testing.T) {
	a := New(nil, nil, nil, Options{})
	distinct := []string{"甲乙丙丁", "戊己庚辛", "子丑寅卯", "辰巳午未", "申酉戌亥", "春夏秋冬"}
	var even, falling []candidate
	for i, s := range distinct {
		even = append(even, listed(1, s))
		falling = append(falling, listed(1-0.2*float64(i), s))
	}
	apart := []candidate{listed(1, "甲乙丙丁"), listed(0.75, "戊己庚辛"), listed(0.72, "子丑寅卯")}
	apart[1].hit = 1
	afar := []candidate{listed(1, "甲乙丙丁"), listed(0.82, "戊己庚辛"), listed(0.72, "子丑寅卯")}
	afar[1].far = true
	long := strings.Repeat("赤橙黄绿青蓝紫", 100)
	byHouse := []candidate{listed(1, "甲乙丙丁"), listed(0.9, "戊己庚辛"), listed(0.8, "子丑寅卯")}
	byHouse[1].by, byHouse[2].by = "望江", "望江"
	list := []candidate{listed(1, "1）甲乙"), listed(0.1, "2）丙丁"), listed(0.1, "庚辛")}
	list[0].item, list[0].list, list[1].item, list[1].list = 1, 1, 2, 1
	for _, row := range []struct {
		why    string
		q      question
		ranked []candidate
		want   []string
	}{
		{"a fact takes four at most", question{}, even, distinct[:4]},
		{"more is asked for, four at most", question{kind: several}, even, distinct[:4]},
		{"a summary takes twice as many", question{kind: summary}, even, distinct},
		{"those near the best", question{}, falling, distinct[:2]},
		{"of another passage only what comes close", question{}, apart, []string{"甲乙丙丁", "子丑寅卯"}},
		{"likewise with values away from what is asked", question{}, afar, []string{"甲乙丙丁", "子丑寅卯"}},
		{"only what the house says that is asked for", question{houses: []string{"望江"}}, byHouse, []string{"戊己庚辛", "子丑寅卯"}},
		{"others only if it says nothing", question{houses: []string{"青岚"}}, even, distinct[:4]},
		{"nothing twice", question{}, []candidate{listed(1, "甲乙丙丁"), listed(1, "甲乙丙丁"), listed(1, "戊己庚辛")}, []string{"甲乙丙丁", "戊己庚辛"}},
		{"what does not fit is left out", question{}, []candidate{listed(1, "甲乙丙丁"), listed(1, long), listed(1, "戊己庚辛")}, []string{"甲乙丙丁", "戊己庚辛"}},
		{"but a long best unit is clipped", question{}, []candidate{listed(1, long)}, []string{string([]rune(long)[:600])}},
		{"a list brings its other items", question{value: aList}, list, []string{"1）甲乙", "2）丙丁"}},
	} {
		var got []string
		for _, c := range a.choose(row.q, row.ranked, make([]retrieval.Hit, 2)) {
			got = append(got, c.quote)
		}
		if d := cmp.Diff(row.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", row.why, d)
		}
	}
}

// A second ask is met by the unit that says what the first leaves open,
// though others score better.
func TestComplement(t *testing.T) {
	q := question{double: true, tokens: map[text.Token]float64{}, total: 4}
	for tok := range text.Tokens("电价产能") {
		if tok.Kind() == text.HanChar {
			q.tokens[tok] = 1
		}
	}
	got := New(nil, nil, nil, Options{MaxUnits: 2}).choose(q, []candidate{listed(1, "锁定电价三毛"), listed(0.9, "综合电价四毛"), listed(0.6, "设计产能八吉瓦时")}, nil)
	if len(got) != 2 || got[1].quote != "设计产能八吉瓦时" {
		t.Errorf("got %v, want the second ask met", got)
	}
}

func TestClip(t *testing.T) {
	s := strings.Repeat("收入增长，", 30) + "目标价五十二元，" + strings.Repeat("利润下降，", 30)
	q := question{tokens: map[text.Token]float64{}}
	for tok := range text.Tokens("目标价") {
		q.tokens[tok] = 1
	}
	c := candidate{unit: unit{from: 7, quote: s}}
	c.clip(q, 20)
	if !utf8.ValidString(c.quote) || c.quote != "目标价五十二元，利润下降，利润下降" || !c.cut {
		t.Errorf("got %q, want whole clauses in 20 characters from the asked-for clause on", c.quote)
	}
	if at := c.from - 7; s[at:at+len(c.quote)] != c.quote {
		t.Errorf("quote %q does not stand at its offset", c.quote)
	}
}

func TestDoubled(t *testing.T) {
	for _, row := range []struct {
		a, b string
		want bool
	}{
		{"目标价52.30元，维持买入评级。", "目标价52.30元，维持买入评级", true},
		{"公司的目标价52.30元，维持买入评级。", "目标价52.30元，维持买入评级。", true},
		{"目标价52.30元，维持买入评级。", "目标价36.00元，下调至中性评级。", false},
	} {
		if got := doubled([]candidate{listed(1, row.a)}, listed(1, row.b)); got != row.want {
			t.Errorf("doubled(%q, %q): got %v, want %v", row.a, row.b, got, row.want)
		}
	}
}

func TestNewest(t *testing.T) {
	c := func(score float64, by, published string) candidate {
		return candidate{score: score, cover: 1, by: by, published: published}
	}
	ranked := []candidate{c(1, "青岚", "2026-09-01"), c(0.9, "望江", "2025-08-18"), c(0.8, "望江", "2026-08-28"), c(0.2, "望江", "2026-10-01")}
	got, ok := newest("望江", ranked)
	if !ok || got.published != "2026-08-28" {
		t.Errorf("got %v %v, want the newest of those nearly as good as the best", got.published, ok)
	}
	if _, ok := newest("北辰", ranked); ok {
		t.Error("got a unit of a house that says nothing")
	}
}

// A number the report prints in brackets must not pass for a citation.
func TestPrintedMarks(t *testing.T) {
	m := &memory{}
	m.add(report.Report{ID: "r1", Title: "储能调研", Publisher: "青岚证券"}, "据行业调研[3]，澜海储能2025年出货19.2GWh。")
	out, err := New(m.searcher(t), nil, nil, Options{}).Answer(t.Context(), queryOf("澜海储能2025年出货多少GWh"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "据行业调研〔3〕，澜海储能2025年出货19.2GWh。 [1]"; out.Text != want {
		t.Errorf("text: got %q, want %q", out.Text, want)
	}
	if len(out.Citations) != 1 || out.Citations[0].Quote != "据行业调研[3]，澜海储能2025年出货19.2GWh。" {
		t.Errorf("citations: got %+v, want the one quote as printed", out.Citations)
	}
}
