package retrieval_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"reportbot/bot/eval"
	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	"reportbot/retrieval/lexical"
	"reportbot/retrieval/openai"
	"reportbot/retrieval/vector"
)

// shippedWeight is the default of retrieval.vector_weight with a real embedder.
const shippedWeight = 0.3

// meaning is testdata/meaning.txt.
type meaning struct {
	pairs     [][2]string // folded
	questions []string
	passages  []string // of the questions, in their order, then of none
}

func readMeaning(t *testing.T) (m meaning) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "meaning.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var subjects, frames []string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if s, ok := strings.CutPrefix(line, "+ "); ok {
			subjects = append(subjects, s)
		} else if s, ok := strings.CutPrefix(line, "- "); ok {
			frames = append(frames, s)
		} else if f := strings.Split(line, " | "); len(f) == 3 && line[0] != '#' {
			a, b, _ := strings.Cut(text.Fold(f[0]), " = ")
			m.pairs = append(m.pairs, [2]string{a, b})
			m.questions, m.passages = append(m.questions, f[1]), append(m.passages, f[2])
		}
	}
	han := func(s string) bool { return strings.IndexFunc(s, text.IsHan) >= 0 }
	for _, s := range subjects {
		for _, f := range frames {
			if han(s) == han(f) {
				m.passages = append(m.passages, strings.Replace(f, "…", s, 1))
			}
		}
	}
	return m
}

// words are the tokens by which a reader would say that two texts share a
// word: pairs of characters, words and numbers.
func words(s string) map[text.Token]string {
	out := map[text.Token]string{}
	asked := text.Terms(s)
	for tok, surface := range text.Tokens(text.Fold(s)) {
		if tok.Kind() != text.HanChar && slices.Contains(asked, tok) {
			out[tok] = surface
		}
	}
	return out
}

// The file keeps its word: fifty pairs, no word shared by a question and its
// passage, no known word in the passages that answer none.
func TestMeaningFile(t *testing.T) {
	m := readMeaning(t)
	if n := len(m.questions); n != 50 || len(m.passages) < n+500 {
		t.Errorf("%d questions, %d passages", n, len(m.passages))
	}
	for i, q := range m.questions {
		if !strings.Contains(text.Fold(q), m.pairs[i][0]) || !strings.Contains(text.Fold(m.passages[i]), m.pairs[i][1]) {
			t.Errorf("%s: the pair %v does not stand in it", q, m.pairs[i])
		}
		in := words(m.passages[i])
		for tok, surface := range words(q) {
			if _, ok := in[tok]; ok {
				t.Errorf("%s: shares %s with its passage", q, surface)
			}
		}
	}
	for _, p := range m.passages[len(m.questions):] {
		for _, pair := range m.pairs {
			if strings.Contains(text.Fold(p), pair[0]) || strings.Contains(text.Fold(p), pair[1]) {
				t.Errorf("%s: holds one of %v", p, pair)
			}
		}
	}
}

const meaningDims = 512

// embedding adds up what the known words of a text mean, the same for both
// words of a pair, and a fifth as much for each other word, which means itself.
func (m meaning) embedding(s string) []float32 {
	vec := make([]float32, meaningDims)
	add := func(seed uint64, weight float32) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		for range 16 { // of length 1 nearly always
			if n := rnd.IntN(2 * meaningDims); n%2 == 0 {
				vec[n/2] += weight / 4
			} else {
				vec[n/2] -= weight / 4
			}
		}
	}
	folded := text.Fold(s)
	for i, pair := range m.pairs {
		rest := strings.NewReplacer(pair[0], " ", pair[1], " ").Replace(folded)
		if rest != folded {
			add(uint64(i), 1)
			folded = rest
		}
	}
	for tok := range text.Tokens(folded) {
		if tok.Kind() != text.HanChar {
			add(uint64(tok), 0.2)
		}
	}
	vec[0] += 1e-3 // a text without words has a direction, too
	return vec
}

// serve is a server of embeddings, asked as a real one is.
func (m meaning) serve(t *testing.T) *openai.Embedder {
	t.Helper()
	ts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var ask struct {
			Model string
			Input []string
		}
		if err := json.NewDecoder(r.Body).Decode(&ask); err != nil || r.URL.Path != "/v1/embeddings" {
			http.Error(w, fmt.Sprint(r.URL.Path, err), http.StatusBadRequest)
			return
		}
		type datum struct {
			Object    string    `json:"object"`
			Index     int       `json:"index"`
			Embedding []float32 `json:"embedding"`
		}
		reply := struct {
			Object string  `json:"object"`
			Model  string  `json:"model"`
			Data   []datum `json:"data"`
		}{Object: "list", Model: ask.Model}
		for i, s := range ask.Input {
			reply.Data = append(reply.Data, datum{"embedding", i, m.embedding(s)})
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(reply)
	}))
	t.Cleanup(ts.Close)
	return openai.NewEmbedder(openai.Options{BaseURL: ts.URL + "/v1", Model: "synonyms"})
}

// over searches entries in memory, with vectors where the weight is not 0.
func over(ctx context.Context, e *openai.Embedder, weight float64, entries []retrieval.Entry) (*retrieval.Searcher, error) {
	for i := range entries {
		var texts []string
		for k := range entries[i].Passages {
			texts = append(texts, report.EmbedText(&entries[i].Report, &entries[i].Passages[k]))
		}
		if weight > 0 {
			var err error
			if entries[i].Vectors, err = e.Embed(ctx, texts); err != nil {
				return nil, err
			}
		}
	}
	return retrieval.NewSearcher(ctx, eval.NewMemory(entries, e.Name()), lexical.New(), vector.New(), e, weight)
}

// What shares no word with its passage is found by its meaning, at the weight
// that is shipped.
func TestMeaningIsFound(t *testing.T) {
	m := readMeaning(t)
	var entries []retrieval.Entry
	for i, p := range m.passages {
		id := fmt.Sprintf("p%03d", i)
		entries = append(entries, retrieval.Entry{Report: report.Report{ID: id, Collection: "a"},
			Passages: []report.Passage{{ID: id, ReportID: id, Text: p}}})
	}
	e := m.serve(t)
	found := map[float64]int{}
	for _, w := range []float64{0, shippedWeight} {
		s, err := over(t.Context(), e, w, slices.Clone(entries))
		if err != nil {
			t.Fatal(err)
		}
		for i, q := range m.questions {
			f := find(t, s, retrieval.Query{Text: q, Scope: scopeA, Limit: 50})
			rank := 1 + slices.IndexFunc(f.Hits, func(h retrieval.Hit) bool { return h.Passage.ID == fmt.Sprintf("p%03d", i) })
			if rank >= 1 && rank <= 5 {
				found[w]++
			} else if w > 0 {
				t.Errorf("%s: rank %d, want 1 to 5; first %v", q, rank, f.Hits[0].Parts)
			}
		}
	}
	t.Logf("%d of %d among the first 5, by words alone %d", found[shippedWeight], len(m.questions), found[0])
	if found[0] > 15 {
		t.Errorf("%d are found by words alone: they prove nothing", found[0])
	}
}

// measured is a pipeline of eval that only searches.
type measured struct {
	eval.Pipeline
	*retrieval.Searcher
}

func (m measured) Search(ctx context.Context, q retrieval.Query) (retrieval.Found, error) {
	return m.Searcher.Search(ctx, q)
}

// Full leaves follow-ups as they are: the search is what is measured.
func (m measured) Full(_ context.Context, _ []string, text string) string { return text }

// Vectors that know little cost the graded sets nothing.
func TestMeaningNeverHarms(t *testing.T) {
	root := os.Getenv("REPORTBOT_SHARED")
	if root == "" {
		t.Skip("REPORTBOT_SHARED is not set")
	}
	e := readMeaning(t).serve(t)
	for _, folder := range []string{"fin-rageval-zh", "fin-news-zh", "rgb-zh", "conv-domainrag-zh"} {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			ndcg := map[float64]float64{}
			for _, w := range []float64{0, shippedWeight} {
				res, err := eval.Retrieval(t.Context(), filepath.Join(root, "eval", folder), func(ctx context.Context, entries []retrieval.Entry) (eval.Pipeline, error) {
					s, err := over(ctx, e, w, entries)
					return measured{Searcher: s}, err
				})
				if err != nil {
					t.Fatal(err)
				}
				ndcg[w] = 100 * res.Metrics["ndcg@10"]
			}
			t.Logf("nDCG@10 %.2f, by words alone %.2f", ndcg[shippedWeight], ndcg[0])
			if folder != "conv-domainrag-zh" && ndcg[shippedWeight] < ndcg[0]-0.2 { // 28 questions: one of them is 3.6 points
				t.Errorf("nDCG@10 %.2f, want at least %.2f less 0.2", ndcg[shippedWeight], ndcg[0])
			}
		})
	}
}
