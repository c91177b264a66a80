package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"reportbot/bot/answer"
	"reportbot/prompts"
)

// Ledger keeps count of what a model used, on disk. It is safe for concurrent
// use.
type Ledger interface {
	// Reserve counts tokens towards a day until they are settled. It is
	// answer.ErrSpent when limit tokens are counted already.
	Reserve(ctx context.Context, day string, tokens, limit int64) (id int64, err error)
	// Settle puts what was used in the place of what was reserved. What is never
	// settled counts until the day is over.
	Settle(ctx context.Context, id int64, u Use) error
}

// Use is what a call of a model used: tokens, and what they cost in millionths.
type Use struct {
	Prompt, Completion, Cost int64
}

// Budget is a model that may use so many tokens a day: from midnight to midnight
// by the clock of Now. What a call may use at most is reserved on disk before
// it, and what it used counted after it. So neither a kill nor calls at once get
// past the limit by more than one call.
//
// A token is at least a byte: a call may use as many as its prompt has bytes, and
// as many again as the model is listened to. Where the server does not count, or
// counts less than can be, the bytes count. A server that counts more, as one
// does whose model thinks unheard, is believed, and later calls reserve as much.
// Tries that broke off before the one that counts are as many prompts more.
type Budget struct {
	Chat   answer.Chat
	Ledger Ledger
	Limit  int64
	Now    func() time.Time
	Price  func(prompt, completion int) float64 // nil: nothing is counted
	Spent  func()                               // called with each call that was not made; nil: nothing is
	Day    func(day string)                     // called with the first of a day; nil: nothing is
	Failed func(err error)                      // called when what was used could not be counted; nil: nothing is

	mu  sync.Mutex
	day string // that Day was called for
}

const (
	// mostReply is where a model is no longer listened to, in bytes; the answerer
	// stops earlier.
	mostReply = 20_000
	// aside is what a server adds to a prompt, in tokens: roles and the like.
	aside = 100
	// fewest is how many bytes make a token at most. In English four are one, in
	// Chinese three; a server that counts less than a quarter of that is not
	// believed.
	fewest = 16
	// settleWithin bounds how long a call whose asker is gone is counted.
	settleWithin = 5 * time.Second
)

// errRambles is why a model is not listened to any more. To the server it is a
// cancellation.
var errRambles error = ramblesError{}

type ramblesError struct{}

func (ramblesError) Error() string        { return "the model does not come to an end" }
func (ramblesError) Is(target error) bool { return target == context.Canceled }

// Ask asks the model, or is answer.ErrSpent.
func (b *Budget) Ask(ctx context.Context, p prompts.Prompt, say func(delta string)) (answer.Said, error) {
	day := b.Now().Format(time.DateOnly)
	sent := int64(len(p.System)+len(p.User)) + aside
	id, err := b.Ledger.Reserve(ctx, day, sent+mostReply, b.Limit)
	if errors.Is(err, answer.ErrSpent) {
		b.refused(day)
	}
	if err != nil {
		return answer.Said{}, err
	}
	asking, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	heard := 0
	said, err := b.Chat.Ask(asking, p, func(delta string) {
		if heard += len(delta); heard > mostReply {
			stop(errRambles)
			return
		}
		say(delta)
	})
	if heard > mostReply {
		err = errRambles
	}
	settling, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleWithin)
	defer cancel()
	if bad := b.Ledger.Settle(settling, id, b.use(said, sent, int64(heard), err)); bad != nil && b.Failed != nil {
		b.Failed(bad) // it stays reserved
	}
	return said, err
}

// use is what counts of a call.
func (b *Budget) use(said answer.Said, sent, heard int64, err error) (u Use) {
	prompt, completion := int64(said.PromptTokens), int64(said.CompletionTokens)
	switch {
	case prompt >= sent/fewest && completion >= heard/fewest && completion > 0:
		u = Use{Prompt: prompt, Completion: completion}
	case err == nil:
		u = Use{Prompt: sent, Completion: heard}
	case heard == 0 && said.Lost == 0: // the server was not reached, or refused
		return Use{}
	default: // it may have said more than was heard
		u = Use{Prompt: sent, Completion: mostReply}
	}
	lost := said.Lost
	if err != nil {
		lost = max(0, lost-1) // the last one is counted
	}
	u.Prompt += int64(lost) * sent
	if b.Price != nil {
		u.Cost = int64(b.Price(int(u.Prompt), int(u.Completion)) * 1e6)
	}
	return u
}

// refused tells of a call that was not made.
func (b *Budget) refused(day string) {
	if b.Spent != nil {
		b.Spent()
	}
	b.mu.Lock()
	first := b.day != day
	b.day = day
	b.mu.Unlock()
	if first && b.Day != nil {
		b.Day(day)
	}
}
