package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/mattn/go-isatty"

	"reportbot/ingest"
	"reportbot/ingest/parse"
)

// workerName is the hidden command the reading process is started with.
const workerName = "parse-worker"

func runWorker(ctx context.Context, c call) error {
	return parse.ServeWorker(ctx, c.in, c.out, parse.ServeOptions{})
}

func runIngest(ctx context.Context, c call) error {
	f := newFlags("ingest")
	watch := f.Bool("watch", false, "go on: take in what is new or changed in the folders, forget what goes, until Ctrl-C")
	args, err := f.parse(c, 1, -1)
	if err != nil {
		return err
	}
	collection, err := f.collection()
	if err != nil {
		return err
	}
	a, err := f.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.close()
	if *watch {
		return a.watch(ctx, collection, args, f.json, c)
	}
	sum, err := a.ingest(ctx, collection, args, c.err)
	if err != nil {
		return err
	}
	if f.json {
		err = writeJSON(c.out, viewSummary(sum))
	} else {
		_, err = fmt.Fprintln(c.out, counts(sum))
	}
	switch {
	case err != nil:
		return err
	case sum.Failed > 0 && sum.Done() == 0:
		return errors.New("none of the files could be ingested")
	case sum.Failed > 0:
		return errPartly
	}
	return nil
}

// counts is a summary in words. Second copies are rare and named only where
// there are some.
func counts(s ingest.Summary) string {
	line := fmt.Sprintf("%d added, %d unchanged, %d failed", s.Added, s.Unchanged, s.Failed)
	if s.Duplicate > 0 {
		line += fmt.Sprintf(", %d held already by another file", s.Duplicate)
	}
	return line
}

type failureView struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

type summaryView struct {
	Added     int           `json:"added"`
	Unchanged int           `json:"unchanged"`
	Duplicate int           `json:"duplicate"`
	Failed    int           `json:"failed"`
	Failures  []failureView `json:"failures"`
}

func viewSummary(s ingest.Summary) summaryView {
	v := summaryView{s.Added, s.Unchanged, s.Duplicate, s.Failed, []failureView{}}
	for _, f := range s.Failures {
		v.Failures = append(v.Failures, failureView{f.Path, oneLine(f.Err)})
	}
	return v
}

// ingest brings the paths into the store. Failures and warnings are told on
// w, one line each. What stops it half-way, such as a full disk, is told and
// counted like any failure: the reports before it are in the store.
func (a *app) ingest(ctx context.Context, collection string, paths []string, w io.Writer) (ingest.Summary, error) {
	if err := a.sameEmbedder(ctx); err != nil {
		return ingest.Summary{}, err
	}
	g, stop, err := a.ingester()
	if err != nil {
		return ingest.Summary{}, err
	}
	defer stop()
	st := newStatus(w)
	st.show("reading…")
	told, left := 0, 0
	sum, err := g.Run(ctx, collection, paths, func(done, total int, o ingest.Outcome) {
		st.show(fmt.Sprintf("%d/%d %s", done, total, filepath.Base(o.Path)))
		left = total - done
		switch {
		case ctx.Err() != nil: // the command says that it was interrupted
		case o.Err != nil:
			st.say(fmt.Sprintf("reportbot: %s: %s", o.Path, oneLine(o.Err)))
			told++
		case o.Warning != "":
			st.say(fmt.Sprintf("reportbot: %s: note: %s", o.Path, o.Warning))
		}
	})
	st.wipe()
	if ctx.Err() != nil {
		return sum, ctx.Err()
	}
	for _, f := range sum.Failures[:len(sum.Failures)-told] { // paths that never became files
		st.say(fmt.Sprintf("reportbot: %s: %s", f.Path, oneLine(f.Err)))
	}
	if errors.Is(err, ingest.ErrStop) {
		if left > 0 {
			st.say(fmt.Sprintf("reportbot: stopped there; files not tried: %d", left))
		}
		err = nil
	}
	return sum, err
}

func terminal(w io.Writer) bool {
	f, ok := w.(interface{ Fd() uintptr })
	return ok && isatty.IsTerminal(f.Fd())
}
