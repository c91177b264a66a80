package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Whoever waits for the turn may give up; what it wanted is then not done. A
// change that has begun is made although its context ends.
func TestChangeCancelled(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	ctx, cancel := context.WithCancel(t.Context())
	err := s.change(ctx, "long change", false, func(within context.Context, tx *sql.Tx) error {
		waiting, giveUp := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			_, err := s.Record(waiting, event(2))
			done <- err
		}()
		giveUp()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("Record that gave up = %v", err)
		}
		cancel()
		e := event(1)
		_, err := tx.ExecContext(within, `INSERT INTO events (id, thread, body, at, sum) VALUES (?, ?, ?, ?, ?)`,
			e.ID, e.Thread, e.Body, encodeTime(e.At), e.sum())
		return err
	})
	if err != nil {
		t.Errorf("a change whose context ended in the middle = %v", err)
	}
	if _, err := s.Record(ctx, event(3)); !errors.Is(err, context.Canceled) {
		t.Errorf("Record after its context ended = %v", err)
	}
	mustPend(t, s, event(1))
}

// Of changes that wait together each fails or is made for itself.
func TestChangesTogether(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	s.waiting.turn <- struct{}{} // let them gather
	const n = 3 * mostOthers
	errs := make([]error, 3*n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { _, errs[3*i] = s.Record(t.Context(), event(i)) })
		wg.Go(func() { errs[3*i+1] = s.Finish(t.Context(), "no such", "answered", noon) })
		wg.Go(func() { errs[3*i+2] = s.SaveTurn(t.Context(), fmt.Sprint(i), []byte{1}, noon) })
	}
	for gathered := 0; gathered < 3*n; { // they need nothing but to be run
		s.waiting.mu.Lock()
		gathered = len(s.waiting.urgent) + len(s.waiting.others)
		s.waiting.mu.Unlock()
	}
	<-s.waiting.turn
	wg.Wait()
	for i, err := range errs {
		if unknown := i%3 == 1; unknown != errors.Is(err, ErrUnknown) || !unknown && err != nil {
			t.Errorf("change %d: %v", i, err)
		}
	}
	if pending, err := s.Pending(t.Context()); len(pending) != n || err != nil {
		t.Errorf("%d events, %v, want %d", len(pending), err, n)
	}
	var turns int
	ok(t, s.read.QueryRow(`SELECT count(*) FROM turns`).Scan(&turns))
	if turns != n {
		t.Errorf("%d turns, want %d", turns, n)
	}
	mustBeWhole(t, s)
}

// Close waits for what is being written; what comes later is an error.
func TestChangesAndClose(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	acked := make([]bool, 200)
	var wg sync.WaitGroup
	for i := range acked {
		wg.Go(func() { acked[i], _ = s.Record(t.Context(), event(i)) })
		if i == 100 {
			wg.Go(func() {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	if _, err := s.Record(t.Context(), event(300)); err == nil {
		t.Error("Record after Close = nil")
	}
	s = open(t, dir, Options{})
	for i, was := range acked {
		if fresh, err := s.Record(t.Context(), event(i)); err != nil || was == fresh {
			t.Errorf("event %d: acknowledged %v, fresh again %v, %v", i, was, fresh, err)
		}
	}
}

// A newer schema is reached with what was stored before; a step that fails
// leaves the file as it was.
func TestMigrate(t *testing.T) {
	released := migrations
	t.Cleanup(func() { migrations = released })
	dir := t.TempDir()
	fill(t, dir)
	s := open(t, dir, Options{})
	want, err := readAll(t, s)
	ok(t, err)
	ok(t, s.Close())
	mustRead := func() {
		t.Helper()
		s := open(t, dir, Options{})
		got, err := readAll(t, s)
		if d := cmp.Diff(fmt.Sprint(got), fmt.Sprint(want)); d != "" || err != nil {
			t.Fatalf("%v (-got +want):\n%s", err, d)
		}
		mustBeWhole(t, s)
		ok(t, s.Close())
	}

	column := `ALTER TABLE answers ADD COLUMN channel_name TEXT NOT NULL DEFAULT ''`
	migrations = append(released[:len(released):len(released)], column, `ALTER TABLE nowhere ADD COLUMN x`)
	if _, err := Open(t.Context(), dir, Options{}); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("to schema %d: ", len(released)+2)) {
		t.Errorf("Open = %v", err)
	}
	migrations = released
	mustRead()
	migrations = append(released[:len(released):len(released)], column, `CREATE TABLE other (day TEXT PRIMARY KEY) STRICT`)
	mustRead()
	mustRead()
	migrations = released
	if _, err := Open(t.Context(), dir, Options{}); !errors.Is(err, ErrVersion) {
		t.Errorf("Open of a newer schema = %v", err)
	}
}
