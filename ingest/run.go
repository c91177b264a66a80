package ingest

import (
	"context"
	"errors"
	"slices"
)

// Summary counts what a run over several files came to.
type Summary struct {
	Added, Unchanged, Duplicate, Failed int
	Failures                            []Failure
}

// Done is the number of files whose reports are in the store.
func (s *Summary) Done() int { return s.Added + s.Unchanged + s.Duplicate }

// Run ingests everything under the paths and tells each about every file.
// It goes on after a file that fails and stops after an error that would
// meet every file; that error is returned. A file that was being ingested
// when ctx ended is neither counted nor told of. A file that must be read
// again since a better copy of its report has gone is told of twice and
// counted once.
func (g *Ingester) Run(ctx context.Context, collection string, paths []string, each func(done, total int, o Outcome)) (Summary, error) {
	files, failures := Find(ctx, paths)
	last := map[string]Outcome{}
	for i := 0; i < len(files) && ctx.Err() == nil; i++ {
		f := files[i]
		o := g.take(ctx, collection, f)
		if o.State == Failed && ctx.Err() != nil {
			break
		}
		last[f.Path] = o
		for _, path := range o.Stale {
			if _, past := last[path]; past {
				files = append(files, files[slices.IndexFunc(files, func(f Found) bool { return f.Path == path })])
			}
		}
		each(i+1, len(files), o)
		if errors.Is(o.Err, ErrStop) {
			return tally(files, last, failures), Failure{f.Path, o.Err}
		}
	}
	return tally(files, last, failures), ctx.Err()
}

// tally counts the last outcome of each file.
func tally(files []Found, last map[string]Outcome, failures []Failure) Summary {
	sum := Summary{Failures: failures, Failed: len(failures)}
	for _, f := range files {
		o, ok := last[f.Path]
		if !ok {
			continue
		}
		delete(last, f.Path)
		switch o.State {
		case Added:
			sum.Added++
		case Unchanged:
			sum.Unchanged++
		case Duplicate:
			sum.Duplicate++
		case Failed:
			sum.Failed++
			sum.Failures = append(sum.Failures, Failure{f.Path, o.Err})
		}
	}
	return sum
}
