package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// changes are what waits to be written. Whoever gets the turn commits for all
// that wait: 200 questions at once write some 1,400 changes, and with a
// commit for each an event waited 605 ms (p99, while reports were taken in);
// see BenchmarkRecord.
type changes struct {
	turn   chan struct{} // held by whoever commits
	mu     sync.Mutex
	urgent []*job // somebody waits for an acknowledgement
	others []*job
}

// job is one change. do may run twice: after a failed commit it is tried
// again alone.
type job struct {
	do   func(ctx context.Context, tx *sql.Tx) error
	done chan struct{} // closed when err is known
	err  error
}

// mostOthers bounds a commit: urgent jobs wait for no longer one.
const mostOthers = 16

func (c *changes) add(j *job, urgent bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if urgent {
		c.urgent = append(c.urgent, j)
	} else {
		c.others = append(c.others, j)
	}
}

// take returns what the next commit is made of.
func (c *changes) take() []*job {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := min(len(c.others), mostOthers)
	jobs := append(c.urgent, c.others[:n]...)
	c.urgent, c.others = nil, c.others[n:]
	return jobs
}

// drop takes j back; false: it is too late.
func (c *changes) drop(j *job) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, list := range []*[]*job{&c.urgent, &c.others} {
		if i := slices.Index(*list, j); i >= 0 {
			*list = slices.Delete(*list, i, i+1)
			return true
		}
	}
	return false
}

// change runs f in a write transaction, alone or with others waiting, and
// returns when it is on disk; what names the change in errors.
//
// Waiting for the turn ends with ctx, but the transaction itself does not: a
// write that came back as cancelled although it was committed would have its
// event delivered again, taken for known and never answered.
func (s *Store) change(ctx context.Context, what string, urgent bool, f func(ctx context.Context, tx *sql.Tx) error) error {
	err := ctx.Err()
	switch {
	case s.write == nil:
		err = errors.New(File + " is open for reading only")
	case err == nil:
		err = s.queue(ctx, &job{do: f, done: make(chan struct{})}, urgent)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", what, explain(err))
	}
	return nil
}

func (s *Store) queue(ctx context.Context, j *job, urgent bool) error {
	s.waiting.add(j, urgent)
	for {
		select {
		case <-j.done: // at once, before leading another commit
			return j.err
		default:
		}
		select {
		case <-j.done:
			return j.err
		case s.waiting.turn <- struct{}{}:
			// j is done, or among these unless many wait before it.
			s.commit(context.WithoutCancel(ctx), s.waiting.take())
			<-s.waiting.turn
		case <-ctx.Done():
			if s.waiting.drop(j) {
				return ctx.Err()
			}
			<-j.done
			return j.err
		}
	}
}

// commit makes the changes in one transaction. When one of them fails none of
// them is made, and each is tried alone, to succeed or to fail for itself.
func (s *Store) commit(ctx context.Context, jobs []*job) {
	if len(jobs) == 0 {
		return
	}
	if err := s.transact(ctx, jobs); err == nil || len(jobs) == 1 {
		jobs[0].err = err
	} else {
		for i, j := range jobs {
			j.err = s.transact(ctx, jobs[i:i+1])
		}
	}
	for _, j := range jobs {
		close(j.done)
	}
}

func (s *Store) transact(ctx context.Context, jobs []*job) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // nothing to do after Commit
	for _, j := range jobs {
		if err := j.do(ctx, tx); err != nil {
			return err
		}
	}
	return tx.Commit()
}
