package lexical

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// graded is a folder of questions with the passages that answer them.
type graded struct {
	entries   []retrieval.Entry
	questions []question
	relevant  map[string]map[string]bool // question -> passages
	names     []string                   // of companies
}

type question struct {
	ID, Text string
	History  []struct{ Q string }
}

// readGraded reads a folder of the shared evaluation data, which is not part
// of this repository; without it the test is skipped.
func readGraded(t *testing.T, folder string) *graded {
	t.Helper()
	root := os.Getenv("REPORTBOT_SHARED")
	if root == "" {
		t.Skip("REPORTBOT_SHARED is not set")
	}
	dir := filepath.Join(root, "eval", folder)
	g := &graded{relevant: make(map[string]map[string]bool)}
	var runs titleRuns
	byDoc := make(map[string]int)
	lines(t, filepath.Join(dir, "passages.jsonl"), func(line []byte) {
		var p struct{ ID, Title, Text, Doc string }
		if err := json.Unmarshal(line, &p); err != nil {
			t.Fatal(err)
		}
		if p.Doc == "" && folder == "conv-domainrag-zh" {
			p.Doc = runs.of(p.Title)
		}
		if p.Doc == "" {
			p.Doc = p.ID
		}
		i, ok := byDoc[p.Doc]
		if !ok {
			i = len(g.entries)
			byDoc[p.Doc] = i
			r := report.Report{ID: p.Doc, Title: p.Title, Collection: "default"}
			// 某某有限公司 2020年度公司财务报告: the company stands first.
			if name, _, ok := strings.Cut(p.Title, " "); ok && folder == "fin-rageval-zh" {
				r.Securities = []report.Security{{Name: name}}
				g.names = append(g.names, name)
			}
			g.entries = append(g.entries, retrieval.Entry{Report: r})
		}
		e := &g.entries[i]
		e.Passages = append(e.Passages, report.Passage{ID: p.ID, ReportID: p.Doc, Text: p.Text})
	})
	lines(t, filepath.Join(dir, "queries.jsonl"), func(line []byte) {
		var q question
		if err := json.Unmarshal(line, &q); err != nil {
			t.Fatal(err)
		}
		g.questions = append(g.questions, q)
	})
	lines(t, filepath.Join(dir, "qrels.tsv"), func(line []byte) {
		f := strings.Fields(string(line))
		if g.relevant[f[0]] == nil {
			g.relevant[f[0]] = make(map[string]bool)
		}
		g.relevant[f[0]][f[1]] = true
	})
	return g
}

// titleRuns names documents that are only known by their titles: passages of
// one title in a row are one document.
type titleRuns struct {
	title string
	n     int
}

func (r *titleRuns) of(title string) string {
	if title != r.title {
		r.title, r.n = title, r.n+1
	}
	return strconv.Itoa(r.n)
}

func lines(t *testing.T, path string, each func([]byte)) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<22)
	for s.Scan() {
		each(s.Bytes())
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}

// measure asks all questions and returns the means in percent.
func (g *graded) measure(t *testing.T) (ndcg, r5, r20 float64) {
	t.Helper()
	x := New()
	if err := x.Load(t.Context(), g.entries); err != nil {
		t.Fatal(err)
	}
	for _, q := range g.questions {
		hits := g.ask(t, x, q)
		relevant := g.relevant[q.ID]
		var gain, ideal float64
		var in5, in20 int
		for i, h := range hits {
			if i < 10 && i < len(relevant) {
				ideal += 1 / math.Log2(float64(i)+2)
			}
			if !relevant[h.PassageID] {
				continue
			}
			if i < 5 {
				in5++
			}
			if i < 10 {
				gain += 1 / math.Log2(float64(i)+2)
			}
			in20++
		}
		for i := len(hits); i < min(10, len(relevant)); i++ {
			ideal += 1 / math.Log2(float64(i)+2)
		}
		ndcg += gain / ideal
		r5 += float64(in5) / float64(len(relevant))
		r20 += float64(in20) / float64(len(relevant))
	}
	n := float64(len(g.questions)) / 100
	return ndcg / n, r5 / n, r20 / n
}

// ask searches for q, after its history as earlier turns would have been.
func (g *graded) ask(t *testing.T, x *Index, q question) []retrieval.Scored {
	t.Helper()
	var prior []string
	for _, turn := range q.History {
		if hits := g.search(t, x, turn.Q, prior); len(hits) > 0 {
			prior = slices.Insert(prior, 0, hits[0].ReportID)
		}
	}
	return g.search(t, x, q.Text, prior)
}

func (g *graded) search(t *testing.T, x *Index, s string, prior []string) []retrieval.Scored {
	t.Helper()
	q := retrieval.Query{Text: s, Scope: retrieval.Scope{"default"}, Prior: prior}
	for _, name := range g.names {
		if strings.Contains(s, name) && !slices.Contains(q.Securities, name) {
			q.Securities = append(q.Securities, name)
		}
	}
	return x.Search(t.Context(), q, 20)
}

// TestGraded holds the quality of the ranking: a little under what was
// reached when the weights were last looked at.
func TestGraded(t *testing.T) {
	for _, row := range []struct {
		folder   string
		ndcg, r5 float64
	}{
		{"fin-rageval-zh", 91.5, 95.7},
		{"fin-news-zh", 92.3, 96.7},
		{"rgb-zh", 74.7, 47.8},
		{"conv-domainrag-zh", 72, 85},
	} {
		t.Run(row.folder, func(t *testing.T) {
			g := readGraded(t, row.folder)
			ndcg, r5, r20 := g.measure(t)
			t.Logf("%-18s nDCG@10 %.1f  R@5 %.1f  R@20 %.1f  (%d questions)", row.folder, ndcg, r5, r20, len(g.questions))
			if ndcg < row.ndcg || r5 < row.r5 {
				t.Errorf("%s: got nDCG@10 %.2f, R@5 %.2f, want at least %.2f, %.2f", row.folder, ndcg, r5, row.ndcg, row.r5)
			}
		})
	}
}
