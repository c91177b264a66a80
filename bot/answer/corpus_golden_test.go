package answer

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/retrieval"
	reading "reportbot/retrieval/question" // question is a type of ours
)

var update = flag.Bool("update", false, "rewrite testdata/corpus.txt")

// goldenRow is a row of testdata/corpus.txt.
type goldenRow struct {
	head           string // its lines before the outcome
	question, read string
	status         string
	text           []string
}

// corpusGolden reads the reports and the rows; top is what stands before the rows.
func corpusGolden(t *testing.T, path string) (m *memory, top string, rows []goldenRow) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m = &memory{}
	var tops []string
	for _, block := range strings.Split(strings.TrimSpace(string(data)), "\n\n") {
		var row goldenRow
		for _, line := range strings.Split(block, "\n") {
			key, rest, _ := strings.Cut(line, "\t")
			switch {
			case key == "report":
				f := strings.Split(rest, "\t")
				r := report.Report{ID: f[0], Published: f[1], Publisher: f[2], Title: f[3], Rating: f[6], RatingAction: f[7], Industry: f[8]}
				if f[5] != "" {
					r.Securities = []report.Security{{Code: f[4], Name: f[5]}}
				}
				m.add(r, f[9])
				p := &m.entries[len(m.entries)-1].Passages[0]
				p.Path = []string{"投资要点"}
				m.passages[p.ID] = *p
			case key == "Q":
				row.question = rest
			case key == "R":
				row.read = rest
			case key == "S":
				row.status = rest
			case strings.HasPrefix(line, "> "):
				row.text = append(row.text, line[2:])
				continue
			}
			if key != "S" {
				row.head += line + "\n"
			}
		}
		if row.question == "" {
			tops = append(tops, block)
		} else {
			rows = append(rows, row)
		}
	}
	return m, strings.Join(tops, "\n\n") + "\n\n", rows
}

// readingOf reads corpus=list actions=上调 since=2026-08-01; _ is a blank
// within a value and a comma parts values.
func readingOf(t *testing.T, s string) reading.Reading {
	t.Helper()
	var r reading.Reading
	for _, f := range strings.Fields(s) {
		key, v, _ := strings.Cut(f, "=")
		values := strings.Split(strings.ReplaceAll(v, "_", " "), ",")
		switch key {
		case "corpus":
			r.Corpus = reading.Corpus(v)
		case "publishers":
			r.Publishers = values
		case "industries":
			r.Industries = values
		case "ratings":
			r.Ratings = values
		case "actions":
			r.Actions = values
		case "since":
			r.Since = v
		case "until":
			r.Until = v
		default:
			t.Fatalf("%q is no part of a reading", f)
		}
	}
	return r
}

// aboutCorpus answers a question with a given reading.
func aboutCorpus(t *testing.T, m *memory, asked string, read reading.Reading) (Answer, bool) {
	t.Helper()
	s := m.searcher(t)
	a := New(s, nil, nil, Options{})
	q := queryOf(asked)
	reports, err := s.Reports(t.Context(), q.Scope)
	if err != nil {
		t.Fatal(err)
	}
	q.Limit = 8
	found, err := a.find(t.Context(), q, reports)
	if err != nil {
		t.Fatal(err)
	}
	return a.corpus(t.Context(), q, read, found, reports, Language(asked))
}

func TestCorpusGolden(t *testing.T) {
	path := filepath.Join("testdata", "corpus.txt")
	m, top, rows := corpusGolden(t, path)
	if len(rows) < 24 {
		t.Fatalf("%d rows, want 24 and more", len(rows))
	}
	out := top
	for _, row := range rows {
		got, ok := aboutCorpus(t, m, row.question, readingOf(t, row.read))
		if !ok {
			t.Errorf("%s: not answered from the metadata", row.question)
		}
		status := []string{string(got.Status)}
		if got.Reason.Code != "" {
			status = append(status, got.Reason.Code)
		}
		for _, h := range got.Nearest {
			status = append(status, h.ID)
		}
		want := row.status + "\n" + strings.Join(row.text, "\n")
		have := strings.Join(status, " ") + "\n" + got.Text
		if d := cmp.Diff(want, have); d != "" && !*update {
			t.Errorf("%s (-want +got):\n%s", row.question, d)
		}
		out += row.head + "S\t" + strings.Join(status, " ") + "\n> " + strings.ReplaceAll(got.Text, "\n", "\n> ") + "\n\n"
		checkCited(t, row.question, got)
	}
	if *update {
		if err := os.WriteFile(path, []byte(strings.TrimSpace(out)+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// checkCited holds an answer to its form: every claim is cited, every
// citation has words and is used.
func checkCited(t *testing.T, asked string, a Answer) {
	t.Helper()
	used := map[int]bool{}
	for _, c := range a.Claims {
		if len(c.Citations) == 0 {
			t.Errorf("%s: claim %q has no citation", asked, c.Text)
		}
		for _, n := range c.Citations {
			used[n] = true
		}
	}
	for i, c := range a.Citations {
		if c.N != i+1 || !used[c.N] || c.Quote == "" || c.Report.ID == "" {
			t.Errorf("%s: citation %d is %+v, used: %v", asked, i+1, c, used[c.N])
		}
	}
	if (a.Status == Answered) != (len(a.Claims) > 0) {
		t.Errorf("%s: %s with %d claims", asked, a.Status, len(a.Claims))
	}
}

// A question about what reports say is none about the corpus.
func TestCorpusNone(t *testing.T) {
	if got, ok := aboutCorpus(t, desk(), "星河智能的目标价是多少", reading.Reading{}); ok {
		t.Errorf("got %q, want no answer from metadata", got.Text)
	}
}

// A citation quotes what the report prints: the topic's sentence, the
// rating's line, the title, and never a sidecar.
func TestCorpusQuotes(t *testing.T) {
	title := report.Reading{Field: "title", Page: 2, Text: "星河智能：中报"}
	rating := report.Reading{Field: "rating", Page: 1, Text: "评级：买入（上调）"}
	for _, row := range []struct {
		name, question, read string
		readings             []report.Reading
		quote                string
		page                 int
	}{
		{"title", "列出研报", "corpus=list", []report.Reading{title, rating}, "星河智能：中报", 2},
		{"rating", "谁上调了", "corpus=list actions=上调", []report.Reading{title, rating}, "评级：买入（上调）", 1},
		{"topic", "哪些讲算力", "corpus=list", []report.Reading{title}, "公司加大算力投入。", 1},
		{"topic in the title", "哪些讲点评二字", "corpus=list", []report.Reading{title}, "星河智能：中报", 2},
		{"sidecar", "列出研报", "corpus=list", []report.Reading{{Field: "title", Text: "a.meta.yaml: 星河"}, {Field: "published", Page: 3, Text: "2026年8月28日"}}, "2026年8月28日", 3},
		{"nothing known", "列出研报", "corpus=list", nil, "星河智能：点评二字", 1},
	} {
		m := &memory{}
		m.add(report.Report{ID: "a", Title: "星河智能：点评二字", RatingAction: "上调", Rating: "买入", Published: "2026-08-28", Pages: 9, Read: row.readings},
			"收入增长。公司加大算力投入。点评二字也在文中。")
		got, _ := aboutCorpus(t, m, row.question, readingOf(t, row.read))
		if len(got.Citations) == 0 || got.Citations[0].Quote != row.quote || got.Citations[0].Page != row.page {
			t.Errorf("%s: got %+v, want %q on page %d", row.name, got.Citations, row.quote, row.page)
		}
	}
}

// deaf fails every search.
type deaf struct{ searcher }

func (deaf) Search(context.Context, retrieval.Query) (retrieval.Found, error) {
	return retrieval.Found{}, errors.New("index gone")
}

// A topic whose search fails is still looked for in titles; the count is the
// least.
func TestCorpusSearchFails(t *testing.T) {
	a := New(deaf{desk().searcher(t)}, nil, nil, Options{})
	reports, err := a.search.Reports(t.Context(), retrieval.Scope{"default"})
	if err != nil {
		t.Fatal(err)
	}
	got, _ := a.corpus(t.Context(), queryOf("有多少篇讲应收的"), reading.Reading{Corpus: reading.Count}, retrieval.Found{}, reports, "zh")
	if !strings.HasPrefix(got.Text, "已入库的研报中符合“提到应收”的至少有 1 篇： [1]") || len(got.Notes) != 1 {
		t.Errorf("got %q with notes %q, want one report of the title, and a note", got.Text, got.Notes)
	}
	found := retrieval.Found{Hits: []retrieval.Hit{{Report: reports[0], Passage: report.Passage{Text: "资金面平稳。"}}}}
	got, _ = a.corpus(t.Context(), queryOf("有多少篇讲资金面的"), reading.Reading{Corpus: reading.Count}, found, reports, "zh")
	if len(got.Citations) != 1 || got.Citations[0].Quote != "资金面平稳。" {
		t.Errorf("got %q, want the report that was found for the question", got.Text)
	}
	if got, _ := a.corpus(t.Context(), queryOf("最新一篇"), reading.Reading{Corpus: reading.Latest}, retrieval.Found{}, reports, "zh"); got.Status != Answered || len(got.Claims) != 1 {
		t.Errorf("got %s %q, want the newest without key points", got.Status, got.Text)
	}
}

// Reports of one day are all the newest.
func TestCorpusLatestDay(t *testing.T) {
	m := &memory{}
	for _, id := range []string{"a", "b"} {
		m.add(report.Report{ID: id, Title: "周报" + id, Publisher: "青岚证券", Published: "2026-09-11"}, "订单落地。")
	}
	m.add(report.Report{ID: "c", Title: "月报", Publisher: "青岚证券", Published: "2026-09-10"}, "订单落地。")
	got, _ := aboutCorpus(t, m, "最新一篇", reading.Reading{Corpus: reading.Latest})
	want := "最新的 2 篇：2026-09-11，青岚证券《周报a》。 [1]\n2026-09-11，青岚证券《周报b》。 [2]"
	if d := cmp.Diff(want, got.Text); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// A report that only mentions a security is listed where mentions are asked for.
func TestCorpusMentions(t *testing.T) {
	xinghe := []report.Security{{Code: "999230.SZ", Name: "星河智能"}}
	m := &memory{}
	m.add(report.Report{ID: "on", Title: "中报点评", Publisher: "青岚证券", Published: "2026-09-11", Securities: xinghe}, "订单落地。")
	m.add(report.Report{ID: "by", Title: "行业周报", Publisher: "青岚证券", Published: "2026-09-10", Mentions: xinghe}, "订单落地。")
	m.add(report.Report{ID: "say", Title: "策略周报", Publisher: "青岚证券", Published: "2026-09-09"}, "看好星河智能。")
	m.add(report.Report{ID: "not", Title: "宏观周报", Publisher: "青岚证券", Published: "2026-09-08"}, "资金面平稳。")
	for question, want := range map[string]int{"列出星河智能的研报": 1, "哪些研报提到星河智能": 3, "which reports mention 999230.SZ": 3} {
		if got, _ := aboutCorpus(t, m, question, reading.Reading{Corpus: reading.List}); len(got.Claims) != want {
			t.Errorf("%s: got %q, want %d reports", question, got.Text, want)
		}
	}
}

func TestWiden(t *testing.T) {
	reports := []*report.Report{{ID: "a", Rating: "1"}, {ID: "b", Rating: "2"}, {ID: "c", Rating: "3"}}
	of := func(ratings string) condition {
		return condition{name: ratings, met: func(r *report.Report) bool { return strings.Contains(ratings, r.Rating) }}
	}
	for _, row := range []struct {
		conds, dropped, rest string
		alone                bool
	}{
		{"9 12", "9", "12", true},
		{"9 8 12", "9 8", "12", true},
		{"1 2", "2", "1", false},
		{"1 2 12", "2", "1 12", false}, // the last would not help
		{"1 2 3", "3 2", "1", false},   // none alone helps
		{"9 1 2", "9 2", "1", false},   // one is met by nothing, and more must go
		{"9", "9", "", true},           // nothing is left
		{"", "", "", false},            // nothing was asked
	} {
		var conds []condition
		for _, c := range strings.Fields(row.conds) {
			conds = append(conds, of(c))
		}
		dropped, rest, alone := widen(reports, conds)
		got := strings.Join(names(dropped), " ") + "|" + strings.Join(names(rest), " ")
		if got != row.dropped+"|"+row.rest || alone != row.alone {
			t.Errorf("widen(%q): got %s, alone %v, want %s|%s, %v", row.conds, got, alone, row.dropped, row.rest, row.alone)
		}
	}
}

func TestAction(t *testing.T) {
	for printed, want := range map[string]string{
		"上调": "上调", "调高": "上调", "Upgrade": "上调", "UPGRADED": "上调", "下调": "下调", "调低": "下调", "Downgraded": "下调",
		"首次": "首次", "首次覆盖": "首次", "Initiating coverage": "首次", "Initiated": "首次", "维持": "维持", "重申": "维持", "不变": "维持", "无变动": "维持",
		"Maintain": "维持", "Reiterated": "维持", "Unchanged": "维持", "Resumed": "", "": "",
	} {
		if got := action(printed); got != want {
			t.Errorf("action(%q): got %q, want %q", printed, got, want)
		}
	}
}

func TestTopic(t *testing.T) {
	for _, row := range []struct {
		question, read string
		want           []string
	}{
		{"最近谁上调了评级", "actions=上调", nil},
		{"有多少篇讲算力的", "", []string{"算力"}},
		{"最新一篇", "", nil},
		{"列出上周的研报", "", nil},
		{"which brokers initiated coverage on CATL", "actions=首次", []string{"catl"}},
		{"how many reports are there on banks", "", []string{"banks"}},
		{"how many reports are there on banks", "industries=Banks", nil},
		{"any bank reports", "industries=Banks", nil},
		{"how many reports are there on banks", "industries=银行", nil},
		{"近三个月青岚证券发布了哪些关于AI算力的研究报告？", "publishers=青岚证券", []string{"ai", "算力"}},
		{"2026年9月有几篇谈半导体设备的", "", []string{"半导体设备"}},
		{"库里有没有讲锂的", "", []string{"锂"}},
		{"哪些券商给了买入评级", "ratings=买入", nil},
		{"any buy ratings on solar", "ratings=买入", []string{"solar"}},
		{"上调至买入的有哪些", "ratings=买入 actions=上调", nil},
		{"which houses started coverage of solar lately", "actions=首次", []string{"solar"}},
		{"最近有啥值得看的报告", "", nil},
		{"gpt-4 有几篇", "", []string{"gpt-4"}},
		{"电子行业最新的研报", "industries=电子", nil},
	} {
		if d := cmp.Diff(row.want, topic(retrieval.Query{Text: row.question}, readingOf(t, row.read), retrieval.Found{})); d != "" {
			t.Errorf("%s (-want +got):\n%s", row.question, d)
		}
	}
}

func TestHolds(t *testing.T) {
	for _, row := range []struct {
		text, words string
		want        bool
	}{
		{"储能系统的价格见底", "储能系统价格", true},
		{"储能系统见底", "储能系统价格", false},
		{"碳酸锂与硫", "锂硫", false}, // single characters are no pieces
		{"碳酸锂", "锂", true},
		{"banks reprice deposits", "bank deposit", true},
		{"bankers", "bank deposit", false},
		{"gpt-4 and others", "gpt-4", true},
		{"gpt-3 of 4", "gpt-4", false},
		{"储能 and banks", "储能 bank", true},
		{"储能", "储能 bank", false},
	} {
		if got := holds(row.text, strings.Fields(row.words)); got != row.want {
			t.Errorf("holds(%q, %q): got %v, want %v", row.text, row.words, got, row.want)
		}
	}
}

func TestOnAny(t *testing.T) {
	byd := security.Mention{Security: report.Security{Code: "002594.SZ", Name: "比亚迪"}, Words: "byd", Others: []string{"比亚迪股份"}}
	for _, row := range []struct {
		of   report.Security
		want bool
	}{
		{report.Security{Code: "002594.SZ", Name: "BYD Company"}, true},
		{report.Security{Name: "比亚迪"}, true},
		{report.Security{Name: "BYD"}, true},
		{report.Security{Name: "比亚迪股份"}, true},
		{report.Security{Code: "300750.SZ", Name: "宁德时代"}, false},
		{report.Security{}, false},
	} {
		if got := onAny(&report.Report{Securities: []report.Security{row.of}}, []security.Mention{byd}); got != row.want {
			t.Errorf("onAny(%v): got %v, want %v", row.of, got, row.want)
		}
	}
}
