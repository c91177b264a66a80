package bot_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"reportbot/bot"
)

// questionsOf reads the field text of a JSONL file, or the first column of a
// table.
func questionsOf(t *testing.T, file string) []string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(b)) {
		q := struct{ Text string }{}
		if filepath.Ext(file) == ".tsv" {
			q.Text, _, _ = strings.Cut(line, "\t")
		} else if err := json.Unmarshal([]byte(line), &q); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if q.Text != "" && !strings.HasPrefix(q.Text, "#") {
			out = append(out, q.Text)
		}
	}
	return out
}

// Questions that were written to stand alone stay as they are after another
// one of their list.
func TestCompleteQuestionsStay(t *testing.T) {
	d := newDesk(t)
	stay(t, d, "../ingest/testdata/questions.jsonl", 0)
	stay(t, d, "../retrieval/question/testdata/phrasings.tsv", 1) // 002230 alone may be a follow-up
	root := os.Getenv("REPORTBOT_SHARED")
	if root == "" {
		t.Skip("REPORTBOT_SHARED names no folder of real questions")
	}
	for name, most := range map[string]int{"fin-news-zh": 0, "fin-rageval-zh": 1, "rgb-zh": 0} { // one begins 公司在2018年10月: no company is named
		stay(t, d, filepath.Join(root, "eval", name, "queries.jsonl"), most)
	}
}

func stay(t *testing.T, d desk, file string, most int) {
	t.Helper()
	all := questionsOf(t, file)
	changed := 0
	for i := 1; i < len(all); i++ {
		m := bot.Message{Text: all[i], Scope: both, Now: noon}
		if u := bot.Understand(t.Context(), d, nil, m, []bot.Turn{{Question: all[i-1]}}); u.Question != all[i] {
			changed++
			t.Logf("after %s\n  %s\n  is understood as %s", all[i-1], all[i], u.Question)
		}
	}
	t.Logf("%s: %d of %d are rewritten", filepath.Base(file), changed, len(all)-1)
	if changed > most {
		t.Errorf("%s: %d of %d are rewritten, at most %d wanted", filepath.Base(file), changed, len(all)-1, most)
	}
}
