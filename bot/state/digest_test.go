package state

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func subscription(id, channel, spec string) Subscription {
	return Subscription{ID: id, Channel: channel, Origin: "slack", User: "U1", Spec: spec, Filter: "{}", Lang: "zh", Cursor: 3, Last: "2026-01-01", At: time.Unix(5, 6).UTC()}
}

func digests(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func mustSubscribe(t *testing.T, s *Store, sub Subscription) Subscription {
	t.Helper()
	sub, err := s.Subscribe(t.Context(), sub)
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

func subscriptions(t *testing.T, s *Store, channel string) []Subscription {
	t.Helper()
	all, err := s.Subscriptions(t.Context(), channel)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestSubscribe(t *testing.T) {
	s := digests(t)
	a := mustSubscribe(t, s, subscription("a", "C1", "daily"))
	b := mustSubscribe(t, s, subscription("b", "C1", "weekly"))
	c := mustSubscribe(t, s, subscription("c", "C2", "daily"))
	if a.Number != 1 || b.Number != 2 || c.Number != 1 {
		t.Errorf("numbers %d, %d, %d", a.Number, b.Number, c.Number)
	}
	if have, err := s.Subscribe(t.Context(), subscription("d", "C1", "daily")); !errors.Is(err, ErrTaken) || have.ID != "a" {
		t.Errorf("the same again: %+v, %v", have, err)
	}
	changed := subscription("a", "C1", "weekdays")
	changed.Cursor, changed.Last = 99, "2030-01-01"
	if a = mustSubscribe(t, s, changed); a.Spec != "weekdays" || a.Cursor != 3 || a.Last != "2026-01-01" || a.Number != 1 {
		t.Errorf("changed: %+v", a)
	}
	if d := cmp.Diff(subscriptions(t, s, "C1"), []Subscription{a, b}); d != "" {
		t.Errorf("(-got +want):\n%s", d)
	}
	if d := cmp.Diff(subscriptions(t, s, ""), []Subscription{a, b, c}); d != "" {
		t.Errorf("(-got +want):\n%s", d)
	}
	if err := s.Pause(t.Context(), "b", "why", "2025-01-01"); err != nil {
		t.Fatal(err)
	}
	if b = subscriptions(t, s, "C1")[1]; b.Paused != "why" || b.Last != "2026-01-01" {
		t.Errorf("paused: %+v", b)
	}
	for _, err := range []error{s.Pause(t.Context(), "x", "", ""), s.Unsubscribe(t.Context(), "x")} {
		if !errors.Is(err, ErrUnknown) {
			t.Errorf("unknown: %v", err)
		}
	}
	if _, err := s.Subscribe(t.Context(), Subscription{Channel: "C1"}); !errors.Is(err, ErrInvalid) {
		t.Errorf("without an ID: %v", err)
	}
}

// Of all who begin a slot one succeeds, and none of those who come too late or
// have read too early.
func TestBeginOnce(t *testing.T) {
	s := digests(t)
	mustSubscribe(t, s, subscription("a", "C1", "daily"))
	slot := Slot{Subscription: "a", Name: "2026-01-02", Upto: 7, Body: []byte("body"), At: time.Unix(9, 0).UTC()}
	var won, lost int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			err := s.Begin(t.Context(), slot, 3, false)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				won++
			case errors.Is(err, ErrMoved):
				lost++
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won != 1 || lost != 19 {
		t.Errorf("%d began it, %d did not", won, lost)
	}
	moved := func(why string, err error) {
		t.Helper()
		if !errors.Is(err, ErrMoved) {
			t.Errorf("%s: %v", why, err)
		}
	}
	next := Slot{Subscription: "a", Name: "2026-01-03", Upto: 8}
	moved("while one is open", s.Begin(t.Context(), next, 3, false))
	moved("on demand, while one is open", s.Begin(t.Context(), Slot{Subscription: "a", Name: "now-1"}, 3, true))
	open, err := s.OpenSlots(t.Context())
	slot.Stage = Posting
	if d := cmp.Diff(open, []Slot{slot}); d != "" || err != nil {
		t.Errorf("open: %v (-got +want):\n%s", err, d)
	}
	if err := s.End(t.Context(), "a", "2026-01-02", Delivered); err != nil {
		t.Fatal(err)
	}
	moved("ended twice", s.End(t.Context(), "a", "2026-01-02", Delivered))
	if sub := subscriptions(t, s, "C1")[0]; sub.Cursor != 7 || sub.Last != "2026-01-02" {
		t.Errorf("delivered: %+v", sub)
	}
	moved("with a cursor of before", s.Begin(t.Context(), next, 3, false))
	moved("a day that was decided", s.Begin(t.Context(), slot, 7, false))
	moved("a day before it", s.Pass(t.Context(), Slot{Subscription: "a", Name: "2026-01-01", Stage: Passed}, 7))
	next.Stage = Passed
	if err := s.Pass(t.Context(), next, 7); err != nil {
		t.Fatal(err)
	}
	if sub := subscriptions(t, s, "C1")[0]; sub.Cursor != 7 || sub.Last != "2026-01-03" {
		t.Errorf("passed: %+v", sub)
	}
	if err := s.Begin(t.Context(), Slot{Subscription: "a", Name: "2026-01-04", Upto: 9}, 7, false); err != nil {
		t.Fatal(err)
	}
	if err := s.End(t.Context(), "a", "2026-01-04", Passed); err != nil {
		t.Fatal(err)
	}
	if sub := subscriptions(t, s, "C1")[0]; sub.Cursor != 7 || sub.Last != "2026-01-04" {
		t.Errorf("begun and passed: %+v", sub)
	}
	if err := s.Pause(t.Context(), "a", "why", ""); err != nil {
		t.Fatal(err)
	}
	moved("while paused", s.Begin(t.Context(), Slot{Subscription: "a", Name: "2026-01-05"}, 7, false))
	if err := s.Unsubscribe(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if err := s.Begin(t.Context(), next, 7, false); !errors.Is(err, ErrUnknown) {
		t.Errorf("after it is gone: %v", err)
	}
}

func TestArrive(t *testing.T) {
	s := digests(t)
	for _, all := range [][][]string{{{"r1", "h1"}, {"r2", "h2", "h2"}}, {{"r1b", "h1"}, {"r3"}}, {{"r1b", "h9"}, {"", "r4"}}} {
		if err := s.Arrive(t.Context(), all); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Arrivals(t.Context())
	want := map[string]int64{"r1": 1, "h1": 1, "r1b": 1, "h9": 1, "r2": 2, "h2": 2, "r3": 3, "r4": 4}
	if d := cmp.Diff(got, want); d != "" || err != nil {
		t.Errorf("%v (-got +want):\n%s", err, d)
	}
}

// A row that changed on the disk is told, not acted on; the others are.
func TestDamagedDigests(t *testing.T) {
	s := digests(t)
	for _, id := range []string{"a", "b"} {
		mustSubscribe(t, s, subscription(id, "C-"+id, "daily"))
		if err := s.Begin(t.Context(), Slot{Subscription: id, Name: "2026-01-02"}, 3, false); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Arrive(t.Context(), [][]string{{"r1"}}); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveSummary(t.Context(), "r1/m", []byte("[]"), time.Unix(9, 0)); err != nil {
		t.Fatal(err)
	}
	if body, ok, err := s.Summary(t.Context(), "r1/m"); string(body) != "[]" || !ok || err != nil {
		t.Errorf("summary %q, %v, %v", body, ok, err)
	}
	if _, ok, err := s.Summary(t.Context(), "r2/m"); ok || err != nil {
		t.Errorf("no summary: %v, %v", ok, err)
	}
	for _, q := range []string{`UPDATE summaries SET body = x'00'`, `UPDATE subscriptions SET cursor = 8 WHERE id = 'a'`, `UPDATE slots SET upto = 8 WHERE subscription = 'a'`, `UPDATE arrivals SET seq = 8`} {
		if _, err := s.write.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	subs, err := s.Subscriptions(t.Context(), "")
	if !errors.Is(err, ErrDamaged) || len(subs) != 1 || subs[0].ID != "b" {
		t.Errorf("subscriptions %+v, %v", subs, err)
	}
	open, err := s.OpenSlots(t.Context())
	if !errors.Is(err, ErrDamaged) || len(open) != 1 || open[0].Subscription != "b" {
		t.Errorf("slots %+v, %v", open, err)
	}
	if _, err := s.Arrivals(t.Context()); !errors.Is(err, ErrDamaged) {
		t.Errorf("arrivals: %v", err)
	}
	if _, _, err := s.Summary(t.Context(), "r1/m"); !errors.Is(err, ErrDamaged) {
		t.Errorf("summary: %v", err)
	}
	if problems, err := s.Check(t.Context()); len(problems) != 4 || err != nil {
		t.Errorf("check: %q, %v", problems, err)
	}
}

// Slots that are delivered are forgotten; what is open, and what was decided,
// is not.
func TestPruneSlots(t *testing.T) {
	s := digests(t)
	ctx := context.WithoutCancel(t.Context())
	mustSubscribe(t, s, subscription("a", "C1", "daily"))
	if err := s.Pass(ctx, Slot{Subscription: "a", Name: "2026-01-02", Stage: Delivered, Upto: 4, At: time.Unix(10, 0)}, 3); err != nil {
		t.Fatal(err)
	}
	if err := s.Begin(ctx, Slot{Subscription: "a", Name: "2026-01-03", Upto: 5, At: time.Unix(10, 0)}, 4, false); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Prune(ctx, time.Unix(20, 0)); err != nil {
		t.Fatal(err)
	}
	left, err := s.OpenSlots(ctx)
	var n int
	if err2 := s.read.QueryRowContext(ctx, `SELECT count(*) FROM slots`).Scan(&n); err != nil || err2 != nil || n != 1 || len(left) != 1 {
		t.Errorf("%d left, open %+v, %v, %v", n, left, err, err2)
	}
	if err := s.Pass(ctx, Slot{Subscription: "a", Name: "2026-01-02"}, 4); !errors.Is(err, ErrMoved) {
		t.Errorf("a day that was forgotten: %v", err)
	}
}
