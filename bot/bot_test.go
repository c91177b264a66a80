package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/prompts"
	"reportbot/retrieval"
)

// heard passes questions on to the real answerer and keeps them.
type heard struct {
	*answer.Answerer
	mu      sync.Mutex
	queries []retrieval.Query
}

func (h *heard) Stream(ctx context.Context, q retrieval.Query, post answer.Post) (answer.Answer, error) {
	h.mu.Lock()
	h.queries = append(h.queries, q)
	h.mu.Unlock()
	return h.Answerer.Stream(ctx, q, post)
}

func (h *heard) last() retrieval.Query { return h.queries[len(h.queries)-1] }

// chat replies with a text and keeps what it was sent.
type chat struct {
	reply string
	err   error
	sent  []prompts.Prompt
}

func (c *chat) Ask(_ context.Context, p prompts.Prompt, say func(string)) (answer.Said, error) {
	c.sent = append(c.sent, p)
	if c.err != nil {
		return answer.Said{}, c.err
	}
	say(c.reply)
	return answer.Said{Text: c.reply, Model: "fake-1", PromptTokens: 7, CompletionTokens: 3}, nil
}

// thread says messages to a bot, a minute apart.
type thread struct {
	t    *testing.T
	b    *bot.Bot
	name string
	now  time.Time
}

func (th *thread) say(scope retrieval.Scope, text string) bot.Reply {
	th.t.Helper()
	th.now = th.now.Add(time.Minute)
	r, err := th.b.Handle(th.t.Context(), bot.Message{Thread: th.name, Text: text, Scope: scope, Now: th.now, Limit: 8})
	if err != nil {
		th.t.Fatal(err)
	}
	return r
}

var public = retrieval.Scope{"default"}

// A turn that draws on what the asker may not see is no context: not for the
// rules, not for the model, not for the ranking, and not by way of another turn
// that took words from it.
func TestHiddenTurnsAreNoContext(t *testing.T) {
	d := newDesk(t)
	h := &heard{Answerer: d.answerer()}
	model := &chat{err: errors.New("down")}
	th := &thread{t: t, b: bot.New(h, d, model, bot.Options{}), name: "t", now: noon}

	th.say(public, "星河智能的目标价是多少？")
	if r := th.say(both, "How many weeks is the channel inventory of Zenquix?"); len(r.Answer.Citations) == 0 || r.Answer.Citations[0].Report.ID != "beichen-zenquix-ZZQX-initiation-2026-05-12.md" {
		t.Fatalf("the hidden report is not cited: %+v", r.Answer)
	}
	// Its words went into a question which public reports alone answer.
	r := th.say(both, "青岚给它的评级是什么？")
	if r.Question != "青岚给Zenquix的评级是什么？" {
		t.Fatalf("Question = %q; the turn should have borrowed from the hidden one", r.Question)
	}
	for _, c := range r.Answer.Citations {
		if strings.Contains(c.Report.ID, "ZZQX") {
			t.Fatalf("the borrowing turn cites a hidden report itself: %+v", c.Report)
		}
	}
	model.sent = nil
	r = th.say(public, "目标价呢？")
	if want := "星河智能的目标价是多少？"; r.Question != want {
		t.Errorf("Question = %q, want %q", r.Question, want)
	}
	if len(model.sent) != 1 || strings.Contains(strings.ToLower(model.sent[0].User), "zenquix") || !strings.Contains(model.sent[0].User, "星河智能") {
		t.Errorf("the model was sent %+v", model.sent)
	}
	for _, id := range h.last().Prior {
		if strings.Contains(id, "ZZQX") {
			t.Errorf("Prior = %v", h.last().Prior)
		}
	}
	if r := th.say(retrieval.Scope{"other"}, "它的评级呢？"); r.Question != "" || len(h.last().Prior) > 0 {
		t.Errorf("in a scope without any turn: %q, prior %v", r.Question, h.last().Prior)
	}
}

func TestPrior(t *testing.T) {
	d := newDesk(t)
	h := &heard{Answerer: d.answerer()}
	th := &thread{t: t, b: bot.New(h, d, nil, bot.Options{}), name: "t", now: noon}
	first := th.say(both, "星河智能的目标价是多少？").Answer.Citations[0].Report.ID
	second := th.say(both, "云栖算力呢？").Answer.Citations[0].Report.ID
	for _, c := range []struct {
		text string
		want []string
	}{
		{"它的评级呢", []string{second, first}},
		{"澜海储能的目标价是多少？", nil}, // a topic of its own
	} {
		th.say(both, c.text)
		if diff := cmp.Diff(c.want, h.last().Prior); diff != "" {
			t.Errorf("%s: prior (-want +got):\n%s", c.text, diff)
		}
	}
}

func TestNoThread(t *testing.T) {
	d := newDesk(t)
	th := &thread{t: t, b: bot.New(d.answerer(), d, nil, bot.Options{}), now: noon}
	th.say(both, "星河智能的目标价是多少？")
	if r := th.say(both, "评级呢？"); r.Question != "" {
		t.Errorf("a question without a thread was understood as %q", r.Question)
	}
}

// What is remembered is bounded by number and age.
func TestBounds(t *testing.T) {
	d := newDesk(t)
	b := bot.New(d.answerer(), d, nil, bot.Options{Threads: 2, Turns: 2, Age: time.Hour})
	const question, follow, want = "星河智能的目标价是多少？", "它的评级呢？", "星河智能的评级是什么？"
	a := &thread{t: t, b: b, name: "a", now: noon}
	a.say(both, question)
	a.now = noon.Add(50 * time.Minute)
	if got := a.say(both, follow).Question; got != want {
		t.Errorf("within the age: %q", got)
	}
	old := &thread{t: t, b: b, name: "old", now: noon.Add(time.Hour)}
	old.say(both, question)
	old.now = old.now.Add(time.Hour)
	if got := old.say(both, follow).Question; got != "" {
		t.Errorf("after the age: %q", got)
	}
	long := &thread{t: t, b: b, name: "long", now: noon.Add(3 * time.Hour)}
	for _, s := range []string{question, "2025年国内智算规模预计多少？", "单卡租赁毛利率是多少？"} {
		long.say(both, s)
	}
	if got := long.say(both, follow).Question; got != "" {
		t.Errorf("of the turn before the last two: %q", got)
	}
	for i, name := range []string{"x", "y", "z"} {
		(&thread{t: t, b: b, name: name, now: noon.Add(4*time.Hour + time.Duration(i)*time.Second)}).say(both, question)
	}
	for _, c := range []struct{ name, want string }{{"y", want}, {"z", want}, {"x", ""}} {
		th := &thread{t: t, b: b, name: c.name, now: noon.Add(4*time.Hour + time.Minute)}
		if got := th.say(both, follow).Question; got != c.want {
			t.Errorf("thread %s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestConcurrent(t *testing.T) {
	d := newDesk(t)
	b := bot.New(d.answerer(), d, nil, bot.Options{Threads: 3})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for k, s := range []string{"星河智能的目标价是多少？", "评级呢", "那云栖算力呢"} {
				m := bot.Message{Thread: fmt.Sprint(i % 4), Text: s, Scope: both, Now: noon.Add(time.Duration(k) * time.Second)}
				if _, err := b.Handle(t.Context(), m); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
