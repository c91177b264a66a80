package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"reportbot/ingest"
)

// follow starts a watcher for each collection that has folders. They share one
// reading process: it is what costs memory.
func (s *service) follow(ctx context.Context, crew *crew, found searcher) error {
	folders := map[string][]string{}
	for _, w := range s.cfg.Serve.Watch {
		folders[w.Collection] = append(folders[w.Collection], w.Folder)
	}
	if len(folders) == 0 {
		s.holdings(ctx)
		return nil
	}
	g, stop, err := s.ingester()
	if err != nil {
		return err
	}
	readers, reading := newCrew(ctx)
	var unread atomic.Int64 // collections
	unread.Store(int64(len(folders)))
	for _, collection := range slices.Sorted(maps.Keys(folders)) {
		n := notes{s, found, collection}
		first := sync.OnceFunc(func() {
			if unread.Add(-1) == 0 {
				s.holdings(ctx)
			}
		})
		w := &ingest.Watcher{
			Ingester: g, Shelf: corpus{s.store}, Poll: s.cfg.Ingest.Poll, Settle: settle, Retry: retry, Notice: true,
			Each: func(o ingest.Outcome) { n.each(ctx, o) }, Warn: n.warn, Rest: func(lost []string) { n.rest(lost); first() },
		}
		readers.add(reading, "watch "+collection, func(ctx context.Context) error { return w.Run(ctx, collection, folders[collection]) })
	}
	crew.add(ctx, "watch", func(ctx context.Context) error {
		readers.wait(reading, endWithin)
		stop()
		return context.Cause(reading)
	})
	return nil
}

// holdings says once, when all folders have been read, that there is nothing to
// answer from. That is no reason not to be ready: every question is told so.
func (s *service) holdings(ctx context.Context) {
	held, err := s.store.Collections(ctx)
	if err == nil && len(held) == 0 {
		s.log.Warn(`no reports yet: questions are refused until a followed folder or "reportbot ingest PATH" brings some in`)
	}
}

// notes logs what a watcher does, in figures and names of files.
type notes struct {
	*service
	found      searcher
	collection string
}

func (n notes) each(ctx context.Context, o ingest.Outcome) {
	n.metrics.Count("reports", "state", string(o.State))
	switch {
	case o.State == ingest.Unchanged:
		return
	case o.Err != nil:
		n.log.Warn("report not taken in", "collection", n.collection, "file", o.Path, "error", oneLine(o.Err))
		return
	}
	n.log.Info("report "+string(o.State), "collection", n.collection, "file", o.Path, "report", o.Report.ID, "passages", o.Passages)
	// Now, so that the next question need not wait for it.
	if err := n.found.CatchUp(ctx); err != nil && ctx.Err() == nil {
		n.log.Warn("indexes not caught up", "error", err.Error())
	}
}

func (n notes) warn(f ingest.Failure) {
	if errors.Is(f.Err, ingest.ErrKind) {
		n.log.Warn("report not taken in", "collection", n.collection, "file", f.Path, "error", oneLine(f.Err))
		return
	}
	n.log.Warn("folder not followed", "collection", n.collection, "path", f.Path, "error", oneLine(f.Err))
}

// rest says that all is read, or that not all could be, which is tried again.
func (n notes) rest(lost []string) {
	if len(lost) > 0 {
		n.log.Warn("watching, but not all folders can be read", "collection", n.collection, "not_read", lost, "again_every", n.cfg.Ingest.Poll)
		return
	}
	n.log.Info("folders read, watching", "collection", n.collection)
}
