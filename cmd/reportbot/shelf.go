package main

import (
	"context"

	"reportbot/ingest/report"
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
