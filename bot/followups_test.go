package bot_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/retrieval"
)

// row is a message of the golden table.
type row struct {
	scope retrieval.Scope
	text  string
	want  []string // nil for a message that must stay as it is
	no    bool     // only there for those that follow
}

// readThreads reads the golden table; its head says how it is written.
func readThreads(t testing.TB) [][]row {
	t.Helper()
	b, err := os.ReadFile("testdata/followups.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out [][]row
	var thread []row
	scope := both
	for line := range strings.Lines(string(b) + "\n\n") {
		mark, s, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch s = strings.TrimSpace(s); mark {
		case "":
			if len(thread) > 0 {
				out = append(out, thread)
			}
			thread, scope = nil, both
		case "?", ">":
			thread = append(thread, row{scope: scope, text: s, no: mark == ">"})
		case "@":
			scope = strings.Fields(s)
		case "=":
			last := &thread[len(thread)-1]
			last.want = append(last.want, s)
		}
	}
	return out
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// The share of the table's rows that must be understood.
const least = 0.95

func TestFollowUps(t *testing.T) {
	d := newDesk(t)
	rows, right, kept, keptRight := 0, 0, 0, 0
	for _, thread := range readThreads(t) {
		b := bot.New(d.answerer(), d, nil, bot.Options{})
		for i, r := range thread {
			reply, err := b.Handle(t.Context(), bot.Message{Thread: "t", Text: r.text, Scope: r.scope, Now: noon.Add(time.Duration(i) * time.Minute), Limit: 8})
			if err != nil {
				t.Fatalf("%s: %v", r.text, err)
			}
			if r.no {
				continue
			}
			rows++
			ok := slices.Contains(r.want, reply.Question)
			if r.want == nil {
				kept++
				if ok = reply.Question == ""; ok {
					keptRight++
				}
			}
			if ok {
				right++
				continue
			}
			t.Logf("after %s\n  %s\n  is understood as %q\n  want %q", thread[max(0, i-1)].text, r.text, reply.Question, r.want)
		}
	}
	t.Logf("%d of %d rows right; of the %d that stay as they are, %d", right, rows, kept, keptRight)
	if float64(right) < least*float64(rows) {
		t.Errorf("%d of %d rows right, want %.0f %%", right, rows, 100*least)
	}
}
