package bot_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/prompts"
)

// sheet is a ledger in memory.
type sheet struct {
	mu       sync.Mutex
	reserved map[int64]int64
	day      string
	spent    bot.Use
	last     bot.Use
	next     int64
}

func (s *sheet) Reserve(_ context.Context, day string, tokens, limit int64) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if day != s.day {
		s.day, s.reserved, s.spent = day, map[int64]int64{}, bot.Use{}
	}
	all := s.spent.Prompt + s.spent.Completion
	for _, n := range s.reserved {
		all += n
	}
	if all >= limit {
		return 0, answer.ErrSpent
	}
	s.next++
	s.reserved[s.next] = tokens
	return s.next, nil
}

func (s *sheet) Settle(ctx context.Context, id int64, u bot.Use) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.reserved, id)
	s.spent = bot.Use{Prompt: s.spent.Prompt + u.Prompt, Completion: s.spent.Completion + u.Completion, Cost: s.spent.Cost + u.Cost}
	s.last = u
	return ctx.Err()
}

// told is a model that says something of so many bytes.
type told struct {
	said  answer.Said
	bytes int
	err   error
}

func (m *told) Ask(ctx context.Context, _ prompts.Prompt, say func(string)) (answer.Said, error) {
	for n := 0; n < m.bytes && ctx.Err() == nil; n += 100 {
		say(strings.Repeat("x", min(100, m.bytes-n)))
	}
	return m.said, m.err
}

// What counts of a call is what the server counts, if that can be; else bytes,
// which are no fewer.
func TestBudgetCounts(t *testing.T) {
	broke := errors.New("broke off")
	prompt := prompts.Prompt{System: strings.Repeat("s", 900), User: strings.Repeat("u", 3000)} // 4,000 with what is added
	for _, c := range []struct {
		name string
		told
		want bot.Use
	}{
		{"counted", told{answer.Said{PromptTokens: 1200, CompletionTokens: 80}, 240, nil}, bot.Use{Prompt: 1200, Completion: 80, Cost: 2_000_000}},
		{"not counted", told{answer.Said{}, 240, nil}, bot.Use{Prompt: 4000, Completion: 240, Cost: 6_400_000}},
		{"too few", told{answer.Said{PromptTokens: 1, CompletionTokens: 1}, 240, nil}, bot.Use{Prompt: 4000, Completion: 240, Cost: 6_400_000}},
		{"a prompt alone", told{answer.Said{PromptTokens: 1200}, 240, nil}, bot.Use{Prompt: 4000, Completion: 240, Cost: 6_400_000}},
		{"it thinks", told{answer.Said{PromptTokens: 1200, CompletionTokens: 50_000}, 240, nil}, bot.Use{Prompt: 1200, Completion: 50_000, Cost: 501_200_000}},
		{"broke off", told{answer.Said{Lost: 1}, 240, broke}, bot.Use{Prompt: 4000, Completion: 20_000, Cost: 204_000_000}},
		{"broke off, though counted", told{answer.Said{PromptTokens: 1200, CompletionTokens: 80}, 240, broke}, bot.Use{Prompt: 1200, Completion: 80, Cost: 2_000_000}},
		{"three tries in vain", told{answer.Said{Lost: 3}, 0, broke}, bot.Use{Prompt: 12_000, Completion: 20_000, Cost: 212_000_000}},
		{"two tries in vain, then counted", told{answer.Said{PromptTokens: 1200, CompletionTokens: 80, Lost: 2}, 240, nil}, bot.Use{Prompt: 9200, Completion: 80, Cost: 10_000_000}},
		{"not reached", told{answer.Said{}, 0, broke}, bot.Use{}},
		{"rambles", told{answer.Said{Lost: 1}, 100_000, context.Canceled}, bot.Use{Prompt: 4000, Completion: 20_000, Cost: 204_000_000}},
	} {
		s := &sheet{}
		b := &bot.Budget{Chat: &c.told, Ledger: s, Limit: 1, Now: func() time.Time { return noon }, Price: func(p, c int) float64 { return float64(p+10*c) / 1000 }}
		heard := 0
		said, err := b.Ask(t.Context(), prompt, func(d string) { heard += len(d) })
		if said != c.said || !errors.Is(err, c.err) || heard > 20_000 {
			t.Errorf("%s: %+v, %v, %d bytes heard", c.name, said, err, heard)
		}
		if s.last != c.want || len(s.reserved) != 0 {
			t.Errorf("%s: counted %+v, want %+v; reserved %v", c.name, s.last, c.want, s.reserved)
		}
	}
}

// An asker who goes away leaves the call counted.
func TestBudgetCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := &sheet{}
	b := &bot.Budget{Chat: &told{answer.Said{Lost: 1}, 300, context.Canceled}, Ledger: s, Limit: 1, Now: func() time.Time { return noon }, Failed: func(err error) { t.Error(err) }}
	_, err := b.Ask(ctx, prompts.Prompt{}, func(string) { cancel() })
	if !errors.Is(err, context.Canceled) || s.last != (bot.Use{Prompt: 100, Completion: 20_000}) {
		t.Errorf("%v, counted %+v", err, s.last)
	}
}

// When the day's tokens are used up the reports' own words answer, follow-ups
// are understood by rules, nobody's log is filled, and the next day the model is
// back.
func TestBudgetSpent(t *testing.T) {
	d := newDesk(t)
	model := &chat{reply: "星河智能的目标价是多少？"}
	now, refused, days := noon, 0, []string{}
	b := &bot.Budget{Chat: model, Ledger: &sheet{}, Limit: 1, Now: func() time.Time { return now }, Spent: func() { refused++ }, Day: func(day string) { days = append(days, day) }}
	if _, err := b.Ask(t.Context(), prompts.Prompt{}, func(string) {}); err != nil {
		t.Fatal(err)
	}
	a := answer.New(d, b, d.known, answer.Options{})
	th := &thread{t: t, b: bot.New(a, d, b, bot.Options{}), name: "t", now: noon}
	for _, c := range []struct {
		text string
		asks bool
	}{{"星河智能的主要风险有哪些？", true}, {"那望江怎么看？", false}} { // the view of a house is a quote in any case
		r := th.say(both, c.text)
		if r.Answer.Usage.PromptTokens != 0 || len(r.Answer.Notes) > 0 || len(r.Answer.Record.Prompts) > 0 {
			t.Errorf("%s: usage %+v, notes %q, prompts %v", c.text, r.Answer.Usage, r.Answer.Notes, r.Answer.Record.Prompts)
		}
		if spent := r.Answer.Usage.Spent; spent != c.asks || r.Answer.Status != answer.Answered {
			t.Errorf("%s: %s, spent %v: %q", c.text, r.Answer.Status, spent, r.Answer.Text)
		}
	}
	if len(model.sent) != 1 || refused < 2 || len(days) != 1 || days[0] != noon.Format(time.DateOnly) {
		t.Errorf("%d calls of the model, %d refused, days %v", len(model.sent), refused, days)
	}
	now = now.AddDate(0, 0, 1)
	if th.say(both, "星河智能的主要风险有哪些？"); len(model.sent) != 2 {
		t.Errorf("%d calls of the model a day later", len(model.sent))
	}
}
