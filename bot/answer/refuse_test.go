package answer

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

func TestRefuse(t *testing.T) {
	for _, row := range []struct {
		question, code string
		missing        []string
	}{
		{"今晚吃火锅还是烧烤？", "off_topic", nil},
		{"星河智能星图软件的存货周转是多少？", "not_covered", []string{"存货周转"}},
		{"星河智能2031年的营业收入是多少", "not_covered", []string{"2031"}},
		{"月湾生物的目标价是多少？", "not_covered", []string{"月湾生物"}},
		{"星河智能在Nasdaq的目标价是多少", "not_covered", []string{"nasdaq"}},
		{"星河智能的域控收入占比是多少？", "no_value", nil},
		{"星河智能在《星海漫游》里的目标价是多少", "not_covered", []string{"《星海漫游》"}},
	} {
		out := reply(t, row.question, nil)
		if out.Status != Abstained || out.Reason.Code != row.code {
			t.Errorf("%s: got %s %q (%s), want %q refused", row.question, out.Status, out.Reason.Code, out.Text, row.code)
		}
		if d := cmp.Diff(row.missing, out.Reason.Missing); d != "" {
			t.Errorf("%s: missing (-want +got):\n%s", row.question, d)
		}
		if len(out.Nearest) == 0 || len(out.Nearest) > 3 || len(out.Citations) > 0 {
			t.Errorf("%s: got %d nearest reports and %d citations, want 1 to 3 and none", row.question, len(out.Nearest), len(out.Citations))
		}
	}
}

// only finds one passage whatever is asked.
type only struct {
	searcher
	passage string
}

func (o only) Search(ctx context.Context, q retrieval.Query) (retrieval.Found, error) {
	q.Limit = 100
	found, err := o.searcher.Search(ctx, q)
	found.Hits = slices.DeleteFunc(found.Hits, func(h retrieval.Hit) bool { return h.Passage.ID != o.passage })
	return found, err
}

// A company that is known, but of which the passages found do not speak.
func TestRefuseCompany(t *testing.T) {
	out, err := New(only{desk().searcher(t), "w2/1"}, nil, nil, Options{}).Answer(t.Context(), retrieval.Query{Text: "星河智能的合同总金额", Scope: retrieval.Scope{"default"}})
	if err != nil {
		t.Fatal(err)
	}
	if out.Reason.Code != "company_missing" {
		t.Errorf("got %s %q, want company_missing", out.Status, out.Reason.Code)
	}
	if d := cmp.Diff([]string{"星河智能"}, out.Reason.Missing); d != "" {
		t.Errorf("missing (-want +got):\n%s", d)
	}
}

func TestUnavailable(t *testing.T) {
	for _, row := range []struct {
		question string
		corpus   *memory
		scope    retrieval.Scope
		code     string
	}{
		{" ", desk(), retrieval.Scope{"default"}, "empty_question"},
		{"目标价？", &memory{}, retrieval.Scope{"default"}, "empty_corpus"},
		{"目标价？", desk(), nil, "empty_corpus"},
	} {
		out, err := New(row.corpus.searcher(t), nil, nil, Options{}).Answer(t.Context(), retrieval.Query{Text: row.question, Scope: row.scope})
		if err != nil || out.Status != Unavailable || out.Reason.Code != row.code || out.Text == "" {
			t.Errorf("%q: got %s %q, %v, want unavailable %q", row.question, out.Status, out.Reason.Code, err, row.code)
		}
	}
}

// Texts give dates without calling them so: such a noun cannot be missing.
func TestNouns(t *testing.T) {
	for _, row := range []struct {
		q    question
		want []string
	}{
		{question{folded: "星河智能的毛利率是多少?"}, []string{"毛利率"}},
		{question{folded: "星河智能的评级和目标价是多少"}, []string{"评级", "目标价"}},
		{question{folded: "合同的签订时间是什么", value: aDate}, nil},
		{question{folded: "what dividend does zenquix pay"}, []string{"dividend"}},
	} {
		if d := cmp.Diff(row.want, row.q.nouns()); d != "" {
			t.Errorf("%s (-want +got):\n%s", row.q.folded, d)
		}
	}
}

func TestOtherYear(t *testing.T) {
	h := hitOf(report.Prose, "收入增长。\n2025年收入增长。")[0]
	h.Report.Published = "2026-08-28"
	for _, row := range []struct {
		years          []string
		quote, context string
		want           bool
	}{
		{nil, "2025年收入增长。", "", false},
		{[]string{"2025"}, "2025年收入增长。", "", false},
		{[]string{"2027"}, "2025年收入增长。", "", true},
		{[]string{"2027"}, "收入\t80\t103", "年度 2026E 2027E", false},
		{[]string{"2027"}, "收入\t80\t103", "fy26e fy27e", false},
		{[]string{"2025"}, "收入增长。", "", false}, // the passage speaks of 2025
		{[]string{"2026"}, "收入增长。", "", false}, // the report is of 2026
		{[]string{"2019"}, "收入增长。", "", true},
	} {
		c := candidate{unit: unit{quote: row.quote, context: row.context}}
		if got := c.otherYear(question{years: row.years}, &h, row.quote); got != row.want {
			t.Errorf("%v in %q under %q: got %v, want %v", row.years, row.quote, row.context, got, row.want)
		}
	}
}

func TestMissing(t *testing.T) {
	h := hitOf(report.Prose, "OpenAI的GPT-3用户数突破一亿。")
	h[0].Report.Published = "2026-08-28"
	for _, row := range []struct {
		question string
		want     []string
	}{
		{"OpenAI的用户数是多少", []string{}},
		{"Anthropic的用户数是多少", []string{"anthropic"}},
		{"How many users does GPT-4 have?", []string{"gpt-4"}},
		{"How many customers does OpenAI have?", []string{}}, // the reports speak Chinese
		{"2026年OpenAI的用户数", []string{}},
		{"2024年OpenAI的用户数", []string{"2024"}},
		{"OpenAI的亏损额是多少", []string{"亏损额"}},
		{"月湾生物有多少用户", []string{"月湾生物"}},
	} {
		a := New(desk().searcher(t), nil, nil, Options{})
		found := retrieval.Found{Hits: h}
		if d := cmp.Diff(row.want, a.missing(a.analyse(retrieval.Query{Text: row.question, Scope: retrieval.Scope{"default"}}, found), found)); d != "" {
			t.Errorf("%s (-want +got):\n%s", row.question, d)
		}
	}
}

// Each bound on what is covered refuses by itself.
func TestBounds(t *testing.T) {
	h := hitOf(report.Prose, "电价")
	for _, row := range []struct {
		why   string
		held  float64 // of the question by the passage
		value value
		c     candidate
		want  string
	}{
		{"all is covered", 1, anAmount, candidate{cover: 0.5, typed: true}, ""},
		{"the passage is on something else", 0.1, anAmount, candidate{cover: 0.5, typed: true}, "off_topic"},
		{"no value beside the words", 1, anAmount, candidate{cover: 0.9}, "no_value"},
		{"the value stands beside other words", 1, anAmount, candidate{cover: 0.3, typed: true}, "no_value"},
		{"which does for other questions", 1, anything, candidate{cover: 0.3, typed: true}, ""},
		{"too few words", 1, anything, candidate{cover: 0.1, typed: true}, "not_covered"},
		{"no person beside few words", 1, aPerson, candidate{cover: 0.3}, "not_covered"},
	} {
		q := question{value: row.value, total: 1, tokens: map[text.Token]float64{}}
		for tok := range text.Tokens("电") {
			q.tokens[tok] = row.held
		}
		got := New(nil, nil, nil, Options{}).refuse(q, []candidate{row.c}, retrieval.Found{Hits: h}, "zh")
		if got.Code != row.want {
			t.Errorf("%s: got %q, want %q", row.why, got.Code, row.want)
		}
	}
}

// What texts say in other words must be covered by more, beside those words.
func TestBoundCued(t *testing.T) {
	for _, row := range []struct {
		c    candidate
		want string
	}{
		{candidate{cover: 0.4, typed: true, cued: true}, ""},
		{candidate{cover: 0.35, typed: true, cued: true}, "no_value"},
		{candidate{cover: 0.9, typed: true}, "no_value"},
		{candidate{cover: 0.9, typed: true, cued: true, far: true}, "no_value"},
	} {
		q := question{asked: "质权方", total: 1, tokens: map[text.Token]float64{}}
		for tok := range text.Tokens("电") {
			q.tokens[tok] = 1
		}
		got := New(nil, nil, nil, Options{}).refuse(q, []candidate{row.c}, retrieval.Found{Hits: hitOf(report.Prose, "电价")}, "zh")
		if got.Code != row.want {
			t.Errorf("%+v: got %q, want %q", row.c, got.Code, row.want)
		}
	}
}
