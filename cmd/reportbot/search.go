package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	"reportbot/retrieval/question"
)

// mostHits bounds what one search lists.
const mostHits = 1000

func runSearch(ctx context.Context, c call) error {
	f := newFlags("search")
	f.existing = true
	return f.orNone(c, search(ctx, f, c))
}

func search(ctx context.Context, f *flags, c call) error {
	explain := f.Bool("explain", false, "show the parts of each score")
	limit := f.Int("limit", 0, "most passages listed (default from the settings)")
	var w wanted
	w.flags(f)
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
	reports, err := s.Reports(ctx, scope)
	if err != nil {
		return err
	}
	if err := w.put(a, &q, reports); err != nil {
		return err
	}
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
	return f.printFound(c, found, *explain)
}

func (f *flags) printFound(c call, found retrieval.Found, explain bool) error {
	if f.json {
		return writeJSON(c.out, viewHits(found.Hits))
	}
	if len(found.Hits) == 0 {
		fmt.Fprintln(c.err, "reportbot: nothing found")
	}
	if explain {
		printReading(c.out, found)
	}
	printHits(c.out, found.Hits, explain)
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

// wanted are the conditions of a command line; reports that do not meet them
// are not listed.
type wanted struct {
	securities, publishers, ratings, industries []string
	since, until                                string
}

func (w *wanted) flags(f *flags) {
	f.StringArrayVar(&w.securities, "security", nil, "only reports on this `CODE` or name")
	f.StringArrayVar(&w.publishers, "publisher", nil, "only reports of this `NAME`")
	f.StringArrayVar(&w.ratings, "rating", nil, "only reports with this `RATING`")
	f.StringArrayVar(&w.industries, "industry", nil, "only reports on this `INDUSTRY`")
	f.StringVar(&w.since, "since", "", "only reports from this `DAY` on, YYYY-MM-DD")
	f.StringVar(&w.until, "until", "", "only reports up to this `DAY`, YYYY-MM-DD")
}

// put makes them conditions of q. A security may be given in any form, with its
// number or name alone, a publisher by its short name.
func (w *wanted) put(a *app, q *retrieval.Query, reports []*report.Report) error {
	known, err := a.securities()
	if err != nil {
		return err
	}
	for _, name := range w.securities {
		q.Subjects = append(q.Subjects, name)
		for _, m := range known.Find(name) {
			q.Subjects = append(q.Subjects, m.Code, m.Name)
		}
	}
	q.Publishers = slices.Clone(w.publishers)
	for _, r := range reports {
		for _, s := range r.Securities {
			number, _, _ := strings.Cut(s.Code, ".")
			if slices.ContainsFunc(w.securities, func(n string) bool { return n != "" && (n == number || n == s.Name || strings.EqualFold(n, s.Code)) }) {
				q.Subjects = append(q.Subjects, s.Code, s.Name)
			}
		}
		if slices.ContainsFunc(w.publishers, func(n string) bool { return n != "" && text.Fold(n) == question.ShortPublisher(r.Publisher) }) {
			q.Publishers = append(q.Publishers, r.Publisher)
		}
	}
	q.Subjects = slices.DeleteFunc(q.Subjects, func(s string) bool { return s == "" })
	q.Ratings, q.Industries = w.ratings, w.industries
	for _, day := range []struct {
		name, value string
		to          *time.Time
	}{{"since", w.since, &q.Since}, {"until", w.until, &q.Until}} {
		if day.value == "" {
			continue
		}
		if *day.to, err = time.Parse(time.DateOnly, day.value); err != nil {
			return usageError{fmt.Sprintf("--%s: %q is no day of the form 2026-08-31", day.name, day.value)}
		}
	}
	if !q.Since.IsZero() && !q.Until.IsZero() && q.Until.Before(q.Since) {
		return usageError{fmt.Sprintf("--until %s is before --since %s", w.until, w.since)}
	}
	return nil
}

// printReading says what the question was read as.
func printReading(w io.Writer, found retrieval.Found) {
	var parts []string
	say := func(name string, values ...string) {
		values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
		if len(values) > 0 {
			parts = append(parts, name+" "+strings.Join(values, ", "))
		}
	}
	for _, m := range found.Securities {
		say("security", strings.TrimSpace(m.Code+" "+m.Name))
	}
	r := found.Reading
	say("publisher", r.Publishers...)
	say("since", r.Since)
	say("until", r.Until)
	say("period", r.Periods...)
	say("rating", r.Ratings...)
	say("action", r.Actions...)
	say("industry", r.Industries...)
	say("about the reports", string(r.Corpus))
	if r.History {
		parts = append(parts, "older reports too")
	}
	if len(parts) == 0 {
		parts = []string{"words alone"}
	}
	fmt.Fprintln(w, "read as: "+strings.Join(parts, "; "))
}
