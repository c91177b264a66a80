package digest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"reportbot/bot/state"
	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// news is what a subscription was not told of.
type news struct {
	fresh, all []*report.Report
	filter     Filter
	shown      Filter // as it may be told
	upto       int64  // the cursor when it is told of them
	scope      retrieval.Scope
}

// news looks for what has come since the cursor of a subscription; ok is false
// where it may see nothing any more.
func (r *Runner) news(ctx context.Context, sub state.Subscription) (n news, ok bool, err error) {
	scope, ok, err := r.opt.Scope(ctx, sub)
	if err != nil || !ok {
		return n, false, err
	}
	n.scope = scope
	if err := json.Unmarshal([]byte(cmp.Or(sub.Filter, "{}")), &n.filter); err != nil {
		return n, false, fmt.Errorf("filter: %w", err)
	}
	names, seqs, err := r.arrive(ctx)
	if err != nil {
		return n, false, err
	}
	n.upto = top(seqs)
	// After the names: what comes in between has no number yet, and is new the
	// next time. What has another ID since then has a number under it.
	if n.all, err = r.shelf.Reports(ctx, scope); err != nil {
		return n, false, err
	}
	if slices.ContainsFunc(n.all, func(rep *report.Report) bool { return names[rep.ID] == nil }) {
		if names, seqs, err = r.arrive(ctx); err != nil {
			return n, false, err
		}
	}
	n.shown = n.filter.shown(KnownOf(n.all, scope, r.opt.Known))
	seen, told := map[int64]bool{}, map[string]bool{} // a report may be there twice for a moment, or in two collections
	for _, rep := range n.all {
		seq := number(names[rep.ID], seqs)
		switch {
		case seq == 0 || seq > n.upto || seen[seq]:
		case !n.filter.Admits(rep):
		case seq <= sub.Cursor:
			told[same(rep)] = true
		default:
			seen[seq] = true
			n.fresh = append(n.fresh, rep)
		}
	}
	n.fresh = slices.DeleteFunc(n.fresh, func(rep *report.Report) bool {
		key := same(rep)
		again := key != "" && told[key]
		told[key] = true
		return again
	})
	return n, true, nil
}

// same is what the copies of a report in several collections have in common,
// "" where too little is known of it.
func same(r *report.Report) string {
	if r.Title == "" || r.Publisher == "" || r.Published == "" {
		return ""
	}
	key := text.Fold(r.Title) + "\x00" + text.Fold(r.Publisher) + "\x00" + r.Published
	for _, s := range r.Securities {
		key += "\x00" + s.Code
	}
	return key
}
