package bot_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/bot/state"
)

// A thread goes on after a restart where it was, for whoever may see its
// sources; a message that is answered anew after it does not follow itself.
func TestThreadsOutliveTheProcess(t *testing.T) {
	d := newDesk(t)
	dir := t.TempDir()
	open := func() (*thread, func()) {
		st, err := state.Open(t.Context(), dir, state.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return &thread{t: t, b: bot.New(d.answerer(), d, nil, bot.Options{Memory: st}), name: "t", now: noon}, func() { _ = st.Close() }
	}
	ask := func(th *thread, id, text string) string {
		t.Helper()
		r, err := th.b.Handle(t.Context(), bot.Message{ID: id, Thread: "t", Text: text, Scope: both, Now: noon, Limit: 8})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Answer.Notes) > 0 {
			t.Errorf("%s: notes %q", text, r.Answer.Notes)
		}
		return r.Question
	}
	th, end := open()
	ask(th, "1", "How many weeks is the channel inventory of Zenquix?")
	ask(th, "2", "云栖算力的目标价是多少？")
	end()

	th, end = open()
	defer end()
	if r := th.say(public, "它的评级呢？"); r.Question != "云栖算力的评级是什么？" {
		t.Errorf("after the restart: %q", r.Question)
	}
	ask(th, "3", "澜海储能的目标价是多少？")
	if got := ask(th, "3", "它的评级呢？"); strings.Contains(got, "澜海") { // edited, or answered again
		t.Errorf("a message follows its own first version: %q", got)
	}
	if got := ask(th, "4", "它的目标价呢？"); strings.Contains(got, "澜海") {
		t.Errorf("the version that was replaced is remembered: %q", got)
	}
}

// broken is a memory whose disk is full, with a turn of another version on it.
type broken struct{}

func (broken) Turns(context.Context, string, int) ([][]byte, error) {
	return [][]byte{[]byte(`{"At":7}`)}, nil
}

func (broken) SaveTurn(context.Context, string, []byte, time.Time) error {
	return errors.New("disk full")
}

// An answer does not suffer from a memory that fails; whoever reads the log is told.
func TestMemoryFails(t *testing.T) {
	d := newDesk(t)
	th := &thread{t: t, b: bot.New(d.answerer(), d, nil, bot.Options{Memory: broken{}}), name: "t", now: noon}
	r := th.say(both, "云栖算力的目标价是多少？")
	if notes := strings.Join(r.Answer.Notes, "\n"); len(r.Answer.Claims) == 0 || !strings.Contains(notes, "disk full") || !strings.Contains(notes, `turn of thread "t"`) {
		t.Errorf("claims %d, notes %q", len(r.Answer.Claims), r.Answer.Notes)
	}
	if r := th.say(both, "它的评级呢？"); r.Question == "" {
		t.Error("what memory holds is lost with the disk")
	}
}
