package digest

import (
	"context"
	"maps"
	"slices"
)

// arrive notes what is in the corpus and has no number yet, and returns the
// names of every report and the numbers of names.
//
// A subscription's cursor is such a number: the last that it was told of. The
// corpus's own generation would not do, since it counts changes: a report that
// is read or embedded anew gets a higher one, and after a backup is put back
// new reports get those of before. Nor would a date, since the clock may jump.
// The limit of it: a report that is out of the corpus at the very time of a
// digest, and comes back later, counts as told.
func (r *Runner) arrive(ctx context.Context) (names map[string][]string, seqs map[string]int64, err error) {
	if names, err = r.shelf.Names(ctx); err != nil {
		return nil, nil, err
	}
	if seqs, err = r.book.Arrivals(ctx); err != nil {
		return nil, nil, err
	}
	var missing [][]string
	for _, id := range slices.Sorted(maps.Keys(names)) {
		if slices.ContainsFunc(names[id], func(n string) bool { return seqs[n] == 0 }) {
			missing = append(missing, names[id])
		}
	}
	if len(missing) == 0 {
		return names, seqs, nil
	}
	if err := r.book.Arrive(ctx, missing); err != nil {
		return nil, nil, err
	}
	seqs, err = r.book.Arrivals(ctx)
	return names, seqs, err
}

// number is that of a report: the first that one of its names got; 0 for none.
func number(names []string, seqs map[string]int64) (seq int64) {
	for _, n := range names {
		if at := seqs[n]; at > 0 && (seq == 0 || at < seq) {
			seq = at
		}
	}
	return seq
}

// top is the highest number given so far.
func top(seqs map[string]int64) (most int64) {
	for _, seq := range seqs {
		most = max(most, seq)
	}
	return most
}

// Mark notes what is there now and returns the cursor of whoever wants to be
// told of what comes from here on.
func (r *Runner) Mark(ctx context.Context) (int64, error) {
	_, seqs, err := r.arrive(ctx)
	return top(seqs), err
}
