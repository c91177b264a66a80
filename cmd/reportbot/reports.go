package main

import (
	"context"
	"errors"
	"fmt"

	"reportbot/retrieval/store"
)

func runReports(ctx context.Context, c call) error {
	f := newFlags("reports")
	f.existing, f.owner = true, true
	return f.orNone(c, listReports(ctx, f, c))
}

func listReports(ctx context.Context, f *flags, c call) error {
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
		title := v.Title
		if r.Report.VisibleFrom.After(f.now) {
			title += "  (visible from " + r.Report.VisibleFrom.Format(minute) + ")"
		}
		rows = append(rows, []string{v.ID, v.Published, cut(v.Publisher, 32), rated(v), fmt.Sprint(v.Passages), title})
	}
	return table(c.out, rows)
}

// minute is how the end of an embargo is shown: with its zone.
const minute = "2006-01-02 15:04 -07:00"

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
	f.existing, f.owner = true, true
	a, args, err := f.start(ctx, c, 1, 1)
	if err != nil {
		return err
	}
	defer a.close()
	d, err := a.find(ctx, f, args[0])
	if errors.Is(err, store.ErrDamaged) { // nothing can be said of it, but it can go, by its full ID
		d.Report.ID, err = args[0], nil
	}
	if err != nil {
		return err
	}
	if _, err := a.store.Remove(ctx, d.Report.ID); err != nil {
		return err
	}
	if err := a.wipe(ctx); err != nil { // it is gone all the same
		fmt.Fprintf(c.err, "reportbot remove: the report is removed, but words of it may still be in the data folder: %s\n", printable(oneLine(err)))
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
