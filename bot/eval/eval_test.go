package eval

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/bot/answer"
	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// canned answers by question, for measuring the measures.
type canned struct {
	entries []retrieval.Entry
	rank    map[string][]string
	answers map[string]answer.Answer
	prior   map[string][]string // as asked
	within  [][]string          // as asked
}

func (c *canned) Search(_ context.Context, q retrieval.Query) (retrieval.Found, error) {
	c.prior[q.Text] = q.Prior
	var f retrieval.Found
	for _, id := range c.rank[q.Text] {
		f.Hits = append(f.Hits, retrieval.Hit{Passage: report.Passage{ID: id}, Report: &report.Report{ID: "of-" + id}})
	}
	f.Hits = f.Hits[:min(len(f.Hits), q.Limit)]
	return f, nil
}

func (c *canned) Full(_ context.Context, earlier []string, text string) string {
	return strings.Join(append(earlier, text), "/")
}

func (c *canned) Answer(_ context.Context, q retrieval.Query) (answer.Answer, error) {
	return c.answers[q.Text], nil
}

func (c *canned) Within(passages []string) Pipeline {
	c.within = append(c.within, passages)
	return c
}

func (c *canned) build(_ context.Context, entries []retrieval.Entry) (Pipeline, error) {
	c.entries, c.prior = entries, map[string][]string{}
	return c, nil
}

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.TrimLeft(content, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const threePassages = `
{"id":"p1","title":"星河股份有限公司 2025年度报告","text":"收入62.40亿元。","doc":"d1"}
{"id":"p2","title":"星河股份有限公司 2025年度报告","text":"利润5.12亿元。","doc":"d1"}
{"id":"p3","title":"","text":"新闻一则。"}
`

func near(t *testing.T, name string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s: got %.6f, want %.6f", name, got, want)
	}
}

func TestRetrieval(t *testing.T) {
	dir := folder(t, map[string]string{
		"passages.jsonl": threePassages,
		"queries.jsonl": `
{"id":"q1","text":"第一问"}
{"id":"q2","text":"后续","history":[{"q":"前一问"}]}
`,
		"qrels.tsv": "q1\tp1\t1\nq1\tp2\t1\nq2\tp3\t1\n",
	})
	c := &canned{rank: map[string][]string{"第一问": {"x", "p1"}, "前一问/后续": {"p3"}, "前一问": {"p2", "p1"}}}
	got, err := Retrieval(t.Context(), dir, c.build)
	if err != nil {
		t.Fatal(err)
	}
	// q1: one of two relevant, at rank 2; q2: the only one, at rank 1.
	ideal := 1 + 1/math.Log2(3)
	near(t, "ndcg@10", got.Metrics["ndcg@10"], (1/math.Log2(3)/ideal+1)/2)
	near(t, "mrr@10", got.Metrics["mrr@10"], (0.5+1)/2)
	near(t, "recall@5", got.Metrics["recall@5"], (0.5+1)/2)
	if d := cmp.Diff([]any{Ranked{"q1", []string{"x", "p1"}}, Ranked{"q2", []string{"p3"}}}, got.Lines); d != "" {
		t.Errorf("lines (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"of-p2"}, c.prior["前一问/后续"]); d != "" {
		t.Errorf("reports carried over (-want +got):\n%s", d)
	}
	if len(c.entries) != 2 || len(c.entries[0].Passages) != 2 || c.entries[0].Report.Securities[0].Name != "星河股份有限公司" {
		t.Errorf("entries: got %+v, want two reports, the first of two passages about its issuer", c.entries)
	}
}

func TestRecallDepth(t *testing.T) {
	ids := strings.Fields("a b c d e p1 f g h i j p2")
	got := scores(ids, map[string]bool{"p1": true, "p2": true})
	near(t, "recall@5", got["recall@5"], 0)
	near(t, "recall@20", got["recall@20"], 1)
	near(t, "mrr@10", got["mrr@10"], 1.0/6)
	near(t, "ndcg@10", got["ndcg@10"], (1/math.Log2(7))/(1+1/math.Log2(3)))
}

func TestAgainst(t *testing.T) {
	dir := folder(t, map[string]string{"qrels.tsv": "q1\tp1\t1\nq2\tp2\t1\nq3\tp3\t1\n"})
	old := filepath.Join(t.TempDir(), "old.jsonl")
	before := []any{Ranked{"q1", []string{"p1"}}, Ranked{"q2", []string{"x"}}, Ranked{"q3", []string{"p3"}}}
	if err := WriteLines(old, before); err != nil {
		t.Fatal(err)
	}
	now := []any{Ranked{"q1", []string{"p1"}}, Ranked{"q2", []string{"p2"}}, Ranked{"q3", []string{"x"}}}
	got, err := Against(dir, now, old)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "better", got.Metrics["better"], 1)
	near(t, "worse", got.Metrics["worse"], 1)
	near(t, "difference", got.Metrics["ndcg@10_difference"], 0)
	near(t, "interval", got.Metrics["ndcg@10_interval95"], 1.96*math.Sqrt(1.0/3))
	if _, err := Against(dir, append(now, Ranked{"q4", nil}), old); err == nil {
		t.Error("a query the other file lacks: got no error")
	}
}

func TestAnswers(t *testing.T) {
	dir := folder(t, map[string]string{
		"passages.jsonl": threePassages,
		"queries.jsonl": `
{"id":"q1","text":"收入","type":"fact","answers":[["62.40 亿元","62.4"]],"refs":["收入62.40亿元。"]}
{"id":"q2","text":"利润","type":"fact","answers":[["5.12亿元"],["不在其中"]],"refs":["利润5.12亿元。"]}
{"id":"q3","text":"总结","type":"summary","answers":[["长文"]],"refs":["收入62.40亿元。","利润5.12亿元。"]}
{"id":"q4","text":"拒答","type":"fact","answers":[["甲"]]}
`,
		"qrels.tsv": "q1\tp1\t1\nq2\tp2\t1\nq3\tp1\t1\n",
	})
	cite := func(n int, id, quote string) report.Citation {
		return report.Citation{N: n, PassageID: id, Quote: quote}
	}
	c := &canned{answers: map[string]answer.Answer{
		"收入": {Status: answer.Answered, Claims: []answer.Claim{{Text: "收入", Citations: []int{1}}}, Citations: []report.Citation{cite(1, "p1", "收入 62.40 亿元。")}},
		"利润": {Status: answer.Answered, Claims: []answer.Claim{{Text: "利润", Citations: []int{1, 7}}}, Citations: []report.Citation{cite(1, "p3", "利润5.12亿元。")}},
		"总结": {Status: answer.Answered, Claims: []answer.Claim{{Text: "a", Citations: []int{1}}, {Text: "b", Citations: []int{2}}},
			Citations: []report.Citation{cite(1, "p1", "收入62.40亿元。"), cite(2, "p3", "新闻一则。")}},
		"拒答": {Status: answer.Abstained},
	}}
	got, err := Answers(t.Context(), dir, c.build)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]float64{
		"fact_items": 3, "fact_answered": 2.0 / 3, "fact_answer_in_quote": 1.0 / 3, "fact_first_sentence_right": 2.0 / 3,
		"fact_gold_citation_rate": 0.5, "fact_sentences_per_answer": 1, "dangling": 1,
		"summary_sentence_f1": 0.5, "summary_sentences_per_answer": 2, "summary_gold_citation_rate": 0.5,
	} {
		near(t, name, got.Metrics[name], want)
	}
	if len(got.Lines) != 4 {
		t.Errorf("lines: got %d, want one for each of 4 queries", len(got.Lines))
	}
}

func TestAbstain(t *testing.T) {
	dir := folder(t, map[string]string{
		"passages.jsonl": threePassages,
		"items.jsonl": `
{"id":"i1","text":"答","answerable":true}
{"id":"i2","text":"拒","answerable":true}
{"id":"i3","text":"答","answerable":false}
{"id":"i4","text":"拒","answerable":false,"passages":["p3"]}
{"id":"i5","text":"拒","answerable":false}
`,
	})
	c := &canned{answers: map[string]answer.Answer{"答": {Status: answer.Answered}, "拒": {Status: answer.Abstained}}}
	got, err := Abstain(t.Context(), dir, c.build)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "answered", got.Metrics["answered"], 0.5)
	near(t, "refused", got.Metrics["refused"], 2.0/3)
	near(t, "balanced", got.Metrics["balanced"], (0.5+2.0/3)/2)
	if d := cmp.Diff([][]string{{"p3"}}, c.within); d != "" {
		t.Errorf("passages searched alone (-want +got):\n%s", d)
	}
}

func TestBadFolder(t *testing.T) {
	c := &canned{}
	for name, files := range map[string]map[string]string{
		"passages.jsonl": {},
		"queries.jsonl":  {"passages.jsonl": threePassages},
		"qrels.tsv":      {"passages.jsonl": threePassages, "queries.jsonl": `{"id":"q"}`},
		"item 1":         {"passages.jsonl": "{no json"},
	} {
		if _, err := Retrieval(t.Context(), folder(t, files), c.build); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("folder without a good %s: got error %v, want one that names it", name, err)
		}
	}
}
