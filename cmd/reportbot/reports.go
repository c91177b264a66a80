package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"reportbot/retrieval"
	"reportbot/retrieval/store"
)

func runReports(ctx context.Context, c call) error {
	f := newFlags("reports")
	a, _, err := f.start(ctx, c, 0, 0)
	if err != nil {
		return err
	}
	defer a.close()
	scope, err := a.scope(ctx, f)
	if err != nil {
		return err
	}
	all, err := a.store.Reports(ctx, scope)
	if err != nil {
		return err
	}
	if f.json {
		views := []reportView{}
		for _, r := range all {
			views = append(views, viewReport(r))
		}
		return writeJSON(c.out, views)
	}
	if len(all) == 0 {
		fmt.Fprintln(c.err, "reportbot: no reports; \"reportbot ingest PATH\" brings some in")
		return nil
	}
	rows := [][]string{{"ID", "DATE", "PUBLISHER", "RATING", "PASSAGES", "TITLE"}}
	for _, r := range all {
		v := viewReport(r)
		rows = append(rows, []string{v.ID, v.Published, cut(v.Publisher, 32), rated(v), fmt.Sprint(v.Passages), v.Title})
	}
	return table(c.out, rows)
}

func rated(v reportView) string {
	s := v.Rating
	if v.RatingAction != "" {
		s += "（" + v.RatingAction + "）"
	}
	if v.TargetPrice != nil {
		s += fmt.Sprintf(" %.2f %s", *v.TargetPrice, v.Currency)
	}
	return s
}

// find returns the report of that ID, or of the only ID that begins so,
// among the collections asked for.
func (a *app) find(ctx context.Context, f *flags, id string) (store.Detail, error) {
	scope, err := a.scope(ctx, f)
	if err != nil {
		return store.Detail{}, err
	}
	d, err := a.store.Report(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && !scope.Has(d.Report.Collection) {
		return store.Detail{}, fmt.Errorf("no report %q; \"reportbot reports\" lists them", id)
	}
	return d, err
}

func runRemove(ctx context.Context, c call) error {
	f := newFlags("remove")
	f.existing = true
	a, args, err := f.start(ctx, c, 1, 1)
	if err != nil {
		return err
	}
	defer a.close()
	d, err := a.find(ctx, f, args[0])
	if err != nil {
		return err
	}
	if _, err := a.store.Remove(ctx, d.Report.ID); err != nil {
		return err
	}
	if f.json {
		return writeJSON(c.out, map[string]string{"removed": d.Report.ID})
	}
	fmt.Fprintf(c.out, "removed %s %s\n", d.Report.ID, headline(d.Report.Header(), "zh"))
	for _, path := range d.Report.Sources {
		fmt.Fprintf(c.out, "  its file stays: %s\n", printable(path))
	}
	return nil
}

// mostHits bounds what one search lists.
const mostHits = 1000

func runSearch(ctx context.Context, c call) error {
	f := newFlags("search")
	explain := f.Bool("explain", false, "show the parts of each score")
	limit := f.Int("limit", 0, "most passages listed (default from the settings)")
	args, err := f.parse(c, 1, 1)
	if err != nil {
		return err
	}
	if *limit < 0 || f.Changed("limit") && *limit == 0 || *limit > mostHits {
		return usageError{fmt.Sprintf("--limit goes from 1 to %d", mostHits)}
	}
	if strings.TrimSpace(args[0]) == "" {
		return usageError{"the query is blank"}
	}
	a, err := f.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.close()
	s, err := a.searcher(ctx)
	if err != nil {
		return err
	}
	scope, err := a.scope(ctx, f)
	if err != nil {
		return err
	}
	if *limit == 0 {
		*limit = a.cfg.Retrieval.Limit
	}
	q := retrieval.Query{Text: args[0], Scope: scope, Now: f.now, Limit: *limit}
	found, err := s.Search(ctx, q)
	if err != nil {
		return err
	}
	if found.Note != "" {
		fmt.Fprintln(c.err, "reportbot: "+found.Note)
	}
	if *explain {
		s.Explain(ctx, q, found.Hits)
	}
	if f.json {
		return writeJSON(c.out, viewHits(found.Hits))
	}
	if len(found.Hits) == 0 {
		fmt.Fprintln(c.err, "reportbot: nothing found")
	}
	printHits(c.out, found.Hits, *explain)
	return nil
}

// printHits lists passages with their places and the beginnings of their
// texts.
func printHits(w io.Writer, hits []retrieval.Hit, explain bool) {
	for i, h := range hits {
		section := h.Passage.Header()
		if section != "" {
			section = "  §" + section
		}
		fmt.Fprintf(w, "%d. %.3f  %s%s%s\n", i+1, h.Score, headline(h.Report.Header(), "zh"), section, pages(h.Passage.PageFrom, h.Passage.PageTo))
		if explain {
			parts := ""
			for _, name := range slices.Sorted(maps.Keys(h.Parts)) {
				parts += fmt.Sprintf("  %s %.3f", name, h.Parts[name])
			}
			fmt.Fprintf(w, "  %s\n", parts)
		}
		fmt.Fprintf(w, "   %s\n", strings.Join(strings.Fields(preview(h.Passage.Text, 120)), " "))
	}
}

// preview is the beginning of a passage in a list.
func preview(text string, runes int) string {
	if r := []rune(text); len(r) > runes {
		return string(r[:runes]) + "…"
	}
	return text
}
