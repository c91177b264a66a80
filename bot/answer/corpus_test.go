package answer

import (
	"context"
	"slices"
	"strings"
	"testing"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	"reportbot/retrieval/lexical"
)

// memory is a store that holds all entries from its first generation on.
type memory struct {
	entries  []retrieval.Entry
	passages map[string]report.Passage
}

func (m *memory) Moment(context.Context) (retrieval.Moment, error) {
	return retrieval.Moment{Generation: 1}, nil
}

func (m *memory) Entries(_ context.Context, _ retrieval.Moment, f func(retrieval.Entry) error) (retrieval.Changes, error) {
	for _, e := range m.entries {
		if err := f(e); err != nil {
			return retrieval.Changes{}, err
		}
	}
	return retrieval.Changes{Moment: retrieval.Moment{Generation: 1}}, nil
}

func (m *memory) Passages(_ context.Context, ids []string) ([]report.Passage, error) {
	var out []report.Passage
	for _, id := range ids {
		if p, ok := m.passages[id]; ok {
			out = append(out, p)
		}
	}
	return out, nil
}

func (m *memory) Embedder(context.Context) (string, error) { return "", nil }

// noVectors stands for the vectors that the shipped weight of 0 leaves out.
type noVectors struct{}

func (noVectors) Replace(context.Context, retrieval.Entry) error { return nil }
func (noVectors) Remove(context.Context, string) error           { return nil }
func (noVectors) Search(context.Context, []float32, retrieval.Scope, int) ([]retrieval.Scored, error) {
	return nil, nil
}

// searcher is retrieval.Searcher with the rarities of the words.
type searcher struct {
	*retrieval.Searcher
	words *lexical.Index
}

func (s searcher) Rarity(scope retrieval.Scope, t text.Token) float64 {
	return s.words.Rarity(scope, t)
}

// add makes an entry of a report and the texts of its passages. A text that
// holds a tab is a table.
func (m *memory) add(r report.Report, texts ...string) {
	if m.passages == nil {
		m.passages = map[string]report.Passage{}
	}
	r.Collection = "default"
	if r.Language == "" {
		r.Language = "zh"
	}
	e := retrieval.Entry{Report: r}
	for i, s := range texts {
		p := report.Passage{ID: r.ID + "/" + itoa(i+1), ReportID: r.ID, Number: itoa(i + 1), Path: []string{"第" + itoa(i+1) + "节"}, Kind: report.Prose, PageFrom: i + 1, Text: s}
		if slices.Contains([]byte(s), '\t') {
			p.Kind = report.Table
		}
		e.Passages = append(e.Passages, p)
		m.passages[p.ID] = p
	}
	m.entries = append(m.entries, e)
}

func (m *memory) searcher(t testing.TB) searcher {
	t.Helper()
	words := lexical.New()
	s, err := retrieval.NewSearcher(t.Context(), m, words, noVectors{}, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return searcher{Searcher: s, words: words}
}

// desk is a small made-up corpus of two brokers on two companies.
func desk() *memory {
	m := &memory{}
	xinghe := []report.Security{{Code: "999230.SZ", Name: "星河智能"}}
	m.add(report.Report{ID: "q1", Title: "星河智能：首次覆盖", Publisher: "青岚证券", Published: "2026-03-26", Securities: xinghe},
		"我们首次覆盖星河智能，给予“增持”评级，目标价38.60元。公司总部位于云岭市。",
		"会计年度\t2025A\t2026E\t2027E\n营业收入（亿元）\t80.36\t103.50\t129.80\n每股收益（元）\t0.90\t1.21\t1.57",
		"星图软件采用买断制，买断价为单车1280元；公司同时提供订阅，订阅价为每月68元。")
	m.add(report.Report{ID: "q2", Title: "星河智能：中报点评", Publisher: "青岚证券", Published: "2026-08-28", Securities: xinghe},
		"上半年星河智能收入同比增长36.2%。我们将目标价由38.60元上调至52.30元，维持“买入”评级。",
		"会计年度\t2025A\t2026E\t2027E\n营业收入（亿元）\t80.36\t110.20\t140.10\n每股收益（元）\t0.90\t1.35\t1.80")
	m.add(report.Report{ID: "w1", Title: "星河智能：应收高企", Publisher: "望江证券", Published: "2026-09-02", Securities: xinghe},
		"我们将星河智能评级由“增持”下调至“中性”，目标价36.00元。",
		"我们预计星河智能2026年域控出货365万套，低于公司指引。")
	m.add(report.Report{ID: "w2", Title: "云栖算力：租赁价格企稳", Publisher: "望江证券", Published: "2026-09-11", Securities: []report.Security{{Code: "999519.SH", Name: "云栖算力"}}},
		"云栖算力8月签订三年期租赁合同，合同总金额21.6亿元，含预付款20%。")
	return m
}

// reply answers a question from the desk with an optional model.
func reply(t *testing.T, question string, model Chat) Answer {
	t.Helper()
	out, err := New(desk().searcher(t), model, nil, Options{}).Answer(t.Context(), queryOf(question))
	if err != nil {
		t.Fatalf("%s: %v", question, err)
	}
	return out
}

func queryOf(question string) retrieval.Query {
	return retrieval.Query{Text: question, Scope: retrieval.Scope{"default"}}
}

// Copies are one piece of evidence and as many reports.
func TestCountOfCopies(t *testing.T) {
	m := &memory{}
	for i := range 5 {
		m.add(report.Report{ID: "n" + string(rune('0'+i)), Title: "晨会纪要", Publisher: "青岚证券", Published: "2026-03-0" + string(rune('1'+i))},
			"本周碳酸锂价格企稳，动力电池排产环比增长，下游备货意愿回升，我们维持对电池环节的积极看法，关注海外需求与储能订单的兑现节奏。")
	}
	a := New(m.searcher(t), nil, nil, Options{})
	got, err := a.Answer(t.Context(), retrieval.Query{Text: "有多少篇研报提到碳酸锂", Scope: retrieval.Scope{"default"}})
	if err != nil || !strings.Contains(got.Text, " 5 篇") {
		t.Errorf("answer %q, error %v, want five reports", got.Text, err)
	}
}

// A run of Han that no report holds is looked for in linear time.
func TestPieces(t *testing.T) {
	long := strings.Repeat("公司储能系统订单增长", 50)
	if pieces(long, []rune(long[:300*3]+"谬")) {
		t.Error("found what is not there")
	}
	if !pieces("储能系统的价格", []rune("储能系统价格")) {
		t.Error("parts that make up the word are not found")
	}
}

// Unchanged is always true.
func (m *memory) Unchanged(context.Context, []*report.Report) (bool, error) { return true, nil }
