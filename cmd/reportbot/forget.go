package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"reportbot/bot/state"
	"reportbot/retrieval/store"
)

// forgetEvery is how often serve looks for reports that are gone. Another
// process may have removed them.
const forgetEvery = time.Minute

// compactEvery is how often the reports are written anew if they changed; see
// store.Compact. The command remove does it at once.
const compactEvery = 24 * time.Hour

// forget wipes what is left of reports that are gone, now and whenever the
// reports have changed. What fails, or finds a reader in its way, is tried again.
func (s *service) forget(ctx context.Context, st *state.Store) error {
	t := time.NewTicker(forgetEvery)
	defer t.Stop()
	wiped, compacted := int64(-1), int64(0)
	compact := time.Now().Add(compactEvery) // not at a start, which has enough to do
	for {
		now, err := s.store.Generation(ctx)
		if err == nil && now != wiped {
			var done bool
			if done, err = wipe(ctx, s.store, st); done {
				wiped = now
			}
		}
		if err == nil && now != compacted && !time.Now().Before(compact) {
			compact = time.Now().Add(compactEvery)
			if _, err = s.store.Compact(ctx); err == nil {
				compacted = now
			}
		}
		if err != nil && ctx.Err() == nil {
			s.log.Warn("what is left of removed reports not wiped yet", "error", oneLine(err))
		}
		select {
		case <-t.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// wipe deletes what a model said of reports that are gone, and empties the logs
// of both databases. done is false where a log could not be emptied yet.
func wipe(ctx context.Context, reports *store.Store, st *state.Store) (done bool, err error) {
	ids, err := reports.IDs(ctx)
	if err != nil {
		return false, err
	}
	if _, err := st.ForgetSummaries(ctx, ids); err != nil {
		return false, err
	}
	a, err := reports.Scrub(ctx)
	b, err2 := st.Scrub(ctx)
	return a && b, errors.Join(err, err2)
}

// wipe is that of a command. Where serve runs it does the rest itself, within a
// minute.
func (a *app) wipe(ctx context.Context) error {
	if _, err := a.store.Compact(ctx); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(a.cfg.Data, state.File)); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	st, err := state.Open(ctx, a.cfg.Data, state.Options{Log: a.log})
	if errors.Is(err, state.ErrLocked) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = wipe(ctx, a.store, st)
	return errors.Join(err, st.Close())
}
