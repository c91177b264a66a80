package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestEval holds what the pipeline reaches on the shared folders, a little
// under what was measured when the answers were last changed. Figures are
// fractions; a bound named most is an upper one.
func TestEval(t *testing.T) {
	root := os.Getenv("REPORTBOT_SHARED")
	if root == "" {
		t.Skip("REPORTBOT_SHARED is not set")
	}
	for _, row := range []struct {
		kind, folder string
		least, most  map[string]float64
	}{
		{"retrieval", "fin-rageval-zh", map[string]float64{"ndcg@10": 0.914, "recall@5": 0.956}, nil},
		{"retrieval", "fin-news-zh", map[string]float64{"ndcg@10": 0.923, "recall@5": 0.967}, nil},
		{"retrieval", "rgb-zh", map[string]float64{"ndcg@10": 0.747, "recall@5": 0.478}, nil},
		{"retrieval", "conv-domainrag-zh", map[string]float64{"recall@5": 0.85}, nil},
		{"answers", "fin-rageval-zh", map[string]float64{"fact_answer_in_quote": 0.93, "fact_first_sentence_right": 0.85, "multihop_sentence_f1": 0.57, "summary_sentence_f1": 0.355},
			map[string]float64{"fact_sentences_per_answer": 1.7, "dangling": 0}},
		{"answers", "fin-news-zh", map[string]float64{"event_answer_in_quote": 0.835}, map[string]float64{"event_sentences_per_answer": 2.2, "dangling": 0}},
		{"claims", "claims-zh", map[string]float64{"benign_accepted": 0.985, "gold_accepted": 0.91},
			map[string]float64{"edited_accepted": 0.01, "flip_direction_accepted": 0.03, "number_from_same_passage_accepted": 0.03,
				"cite_same_report_accepted": 0.15, "cite_other_company_accepted": 0.001}},
		{"abstain", "abstain-fin-rageval-zh", map[string]float64{"balanced": 0.74, "answered": 0.93}, nil},
		{"abstain", "abstain-rgb-zh", map[string]float64{"balanced": 0.62}, nil},
		{"abstain", "abstain-fincuge", map[string]float64{"balanced": 0.57}, nil},
		{"abstain", "abstain-offtopic-zh", map[string]float64{"balanced": 0.955, "refused": 0.97}, nil},
	} {
		t.Run(row.kind+"/"+row.folder, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			out := mustRun(t, reportbot(t, dir, "eval", row.kind, filepath.Join(root, "eval", row.folder),
				"--json", "--out", filepath.Join(dir, "out.jsonl")), 0)
			var got struct {
				Items   int
				Metrics map[string]float64
			}
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatal(err)
			}
			for name, want := range row.least {
				if got.Metrics[name] < want {
					t.Errorf("%s: got %.4f, want at least %.4f", name, got.Metrics[name], want)
				}
			}
			for name, want := range row.most {
				if got.Metrics[name] > want {
					t.Errorf("%s: got %.4f, want at most %.4f", name, got.Metrics[name], want)
				}
			}
			if n := countLines(t, filepath.Join(dir, "out.jsonl")); n != got.Items || n == 0 {
				t.Errorf("--out has %d lines for %d items", n, got.Items)
			}
		})
	}
}

func countLines(t *testing.T, path string) int {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range b {
		if c == '\n' {
			n++
		}
	}
	return n
}
