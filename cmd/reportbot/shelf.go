package main

import (
	"context"

	"reportbot/bot/digest"
	"reportbot/bot/ticker"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/retrieval"
	"reportbot/retrieval/store"
)

// shelf is the corpus as cards and digests see it: the store, with the reports from wherever
// they are at hand.
type shelf struct {
	*store.Store
	reports func(ctx context.Context, scope retrieval.Scope) ([]*report.Report, error)
}

func (s shelf) Reports(ctx context.Context, scope retrieval.Scope) ([]*report.Report, error) {
	return s.reports(ctx, scope)
}

// stored reads the reports of a scope from the store itself.
func (a *app) stored(ctx context.Context, scope retrieval.Scope) ([]*report.Report, error) {
	all, err := a.store.Reports(ctx, scope)
	out := make([]*report.Report, len(all))
	for i := range all {
		out[i] = &all[i].Report
	}
	return out, err
}

// cards makes the cards of securities; w, which may be nil, writes arguments.
func cards(books shelf, known *security.Directory, w *digest.Model) *ticker.Ticker {
	if w == nil {
		return ticker.New(books, known, nil)
	}
	return ticker.New(books, known, argued{w})
}

// argued is a digest's model as a card sees it.
type argued struct{ model *digest.Model }

func (w argued) Write(ctx context.Context, r *report.Report, passages []report.Passage, lang string) []ticker.Sentence {
	said, _ := w.model.Sentences(ctx, r, passages, lang, true)
	var out []ticker.Sentence
	for _, s := range said {
		out = append(out, ticker.Sentence(s))
	}
	return out
}
