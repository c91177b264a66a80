package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/state"
)

// ledger lets the bot's budget be kept in the state.
type ledger struct{ *state.Store }

func (l ledger) Reserve(ctx context.Context, day string, tokens, limit int64) (int64, error) {
	id, err := l.Store.Reserve(ctx, day, tokens, limit)
	if errors.Is(err, state.ErrSpent) {
		err = fmt.Errorf("%w: %s", answer.ErrSpent, day)
	}
	return id, err
}

func (l ledger) Settle(ctx context.Context, id int64, u bot.Use) error {
	return l.Store.Settle(ctx, id, state.Use(u))
}

// budgeted is the configured model within limits.tokens_per_day; nil where there
// is no model or no limit. Whatever asks a model in serve shares it.
func (s *service) budgeted(st *state.Store) answer.Chat {
	limit, model := s.cfg.Limits.TokensPerDay, s.model()
	if limit == 0 || model == nil {
		return nil
	}
	return &bot.Budget{
		Chat: model, Ledger: ledger{st}, Limit: int64(limit), Now: time.Now, Price: s.cfg.Chat.Cost,
		Spent: func() { s.metrics.Count("budget_refused") },
		Day: func(day string) {
			s.log.Warn("the tokens of the day are used up: reports are quoted until tomorrow", "day", day, "limit", limit)
		},
		Failed: func(err error) { s.log.Error("tokens not counted; they stay reserved", "error", err.Error()) },
	}
}
