package state

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 123456789, time.UTC)

func open(t testing.TB, dir string, opt Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func event(i int) Event {
	return Event{ID: fmt.Sprintf("Ev%06d", i), Thread: fmt.Sprintf("T1/C1/%d", i%7),
		Body: []byte(fmt.Sprintf(`{"text":"兴业银行的目标价是多少？ %d"}`, i)), At: noon.Add(time.Duration(i) * time.Second)}
}

func record(t testing.TB, s *Store, e Event, want bool) {
	t.Helper()
	if fresh, err := s.Record(t.Context(), e); fresh != want || err != nil {
		t.Fatalf("Record(%s) = %v, %v, want %v", e.ID, fresh, err, want)
	}
}

func mustPend(t testing.TB, s *Store, want ...Event) {
	t.Helper()
	got, err := s.Pending(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same := func(a, b Event) bool {
		return a.ID == b.ID && a.Thread == b.Thread && bytes.Equal(a.Body, b.Body) && a.At.Equal(b.At)
	}
	if slices.EqualFunc(got, want, same) { // cmp takes seconds over bodies
		return
	}
	if d := cmp.Diff(got, want, cmpopts.EquateEmpty()); d != "" {
		t.Fatalf("Pending (-got +want):\n%s", d)
	}
}

func mustBeWhole(t testing.TB, s *Store) {
	t.Helper()
	if problems, err := s.Check(t.Context()); len(problems) > 0 || err != nil {
		t.Fatalf("Check = %q, %v", problems, err)
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Each of 100 events is delivered ten times, all 1,000 at once: each is fresh
// exactly once.
func TestRecordOnce(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	var fresh [100]atomic.Int32
	var wg sync.WaitGroup
	for i := range 1000 {
		wg.Go(func() {
			ok, err := s.Record(t.Context(), event(i%100))
			if err != nil {
				t.Error(err)
			}
			if ok {
				fresh[i%100].Add(1)
			}
		})
	}
	wg.Wait()
	for i := range fresh {
		if n := fresh[i].Load(); n != 1 {
			t.Errorf("event %d was fresh %d times", i, n)
		}
	}
}

// One event delivered 1,000 times, before and after it is finished.
func TestRedelivered(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	var fresh atomic.Int32
	var wg sync.WaitGroup
	for range 1000 {
		wg.Go(func() {
			if ok, err := s.Record(t.Context(), event(1)); err != nil {
				t.Error(err)
			} else if ok {
				fresh.Add(1)
				if err := s.Finish(t.Context(), event(1).ID, "answered", noon); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := fresh.Load(); n != 1 {
		t.Errorf("fresh %d times", n)
	}
	mustPend(t, s)
}

func TestFinishAcrossReopen(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	later := event(3)
	later.At = noon.Add(-time.Hour) // the clock went back: the order of recording counts
	for _, e := range []Event{event(1), event(2), later, event(4)} {
		record(t, s, e, true)
	}
	ok(t, s.Finish(t.Context(), event(2).ID, "answered", noon))
	mustPend(t, s, event(1), later, event(4))
	ok(t, s.Close())
	s = open(t, dir, Options{})
	mustPend(t, s, event(1), later, event(4))
	record(t, s, event(1), false)
	record(t, s, event(2), false)
	ok(t, s.Finish(t.Context(), event(1).ID, "failed:model down", noon))
	ok(t, s.Finish(t.Context(), event(1).ID, "answered", noon)) // the first outcome stays
	ok(t, s.Close())
	s = open(t, dir, Options{})
	mustPend(t, s, later, event(4))
	if err := s.Finish(t.Context(), "Ev-other", "answered", noon); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), "Ev-other") {
		t.Errorf("Finish of an unknown event = %v", err)
	}
	var outcome string
	ok(t, s.read.QueryRow(`SELECT outcome FROM events WHERE id = ?`, event(1).ID).Scan(&outcome))
	if outcome != "failed:model down" {
		t.Errorf("outcome %q", outcome)
	}
}

func TestMark(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	if p, found, err := s.Posting(t.Context(), "Ev1"); found || err != nil {
		t.Errorf("Posting = %v, %v, %v", p, found, err)
	}
	for _, p := range []Posted{
		{EventID: "Ev1", Channel: "C1", Stage: "posting", At: noon},
		{EventID: "Ev2", Channel: "C2", Stage: "posting", At: noon},
		{EventID: "Ev1", Channel: "C1", TS: "1700000000.000100", Stage: "streaming", At: noon.Add(time.Second)},
	} {
		ok(t, s.Mark(t.Context(), p))
		ok(t, s.Close())
		s = open(t, dir, Options{})
		if got, found, err := s.Posting(t.Context(), p.EventID); got != p || !found || err != nil {
			t.Errorf("Posting = %v, %v, %v, want %v", got, found, err, p)
		}
	}
}

func answer(i int) Answer {
	return Answer{ID: fmt.Sprintf("A%04d", i), EventID: event(i).ID, Team: "T1", Channel: "C1", Thread: fmt.Sprintf("T1/C1/%d", i),
		TS: "1700000000.000100", User: "U1", Asked: "目标价呢？", Question: "兴业银行的目标价是多少？", Status: "answered", TextHash: "ab12",
		Model: "m-1", PromptVersion: "v3", Scope: []string{"default", "研究所"}, At: noon,
		Passages: []Shown{{"p1", "r1", 1.0 / 3, true}, {"p2", "r1", -0.25, false}, {"p1", "r1", math.Inf(1), false}, {"p4", "r2", math.NaN(), true}}}
}

func mustAnswer(t *testing.T, s *Store, want Answer) {
	t.Helper()
	got, found, err := s.Answer(t.Context(), want.ID)
	if !found || err != nil {
		t.Fatalf("Answer(%s) = %v, %v", want.ID, found, err)
	}
	if d := cmp.Diff(got, want, cmpopts.EquateNaNs()); d != "" {
		t.Fatalf("Answer(%s) (-got +want):\n%s", want.ID, d)
	}
}

// Saving twice is saving once; another answer of the same ID takes the place
// of the first with all its passages; feedback stays.
func TestSaveAnswer(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	if a, found, err := s.Answer(t.Context(), "A0001"); found || err != nil {
		t.Errorf("Answer = %v, %v, %v", a, found, err)
	}
	bare := Answer{ID: "bare"}
	for range 2 {
		ok(t, s.SaveAnswer(t.Context(), answer(1)))
		ok(t, s.SaveAnswer(t.Context(), bare))
		ok(t, s.SaveFeedback(t.Context(), Feedback{"A0001", "U1", true, noon}))
	}
	mustAnswer(t, s, answer(1))
	again := answer(1)
	again.Status, again.TS, again.Passages, again.Scope = "abstained", "2", again.Passages[1:2], []string{}
	ok(t, s.SaveAnswer(t.Context(), again))
	ok(t, s.Close())
	s = open(t, dir, Options{})
	mustAnswer(t, s, again)
	mustAnswer(t, s, bare)
	if fb, err := s.Feedback(t.Context(), "A0001"); len(fb) != 1 || err != nil {
		t.Errorf("Feedback = %v, %v", fb, err)
	}
	mustBeWhole(t, s)
	for thread, want := range map[string]bool{"T1/C1/1": true, "T1/C1/2": false, "": false} {
		if got, err := s.AnsweredIn(t.Context(), thread); got != want || err != nil {
			t.Errorf("AnsweredIn(%q) = %v, %v, want %v", thread, got, err, want)
		}
	}
}

func TestFeedbackLastWins(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	late := noon.Add(time.Minute)
	for _, f := range []Feedback{
		{"A1", "U2", false, noon}, {"A1", "U1", true, noon}, {"A2", "U1", true, noon},
		{"A1", "U1", false, late},
		{"A1", "U1", true, noon}, // delivered late: given before the last
		{"A2", "U1", false, noon},
	} {
		ok(t, s.SaveFeedback(t.Context(), f))
	}
	for id, want := range map[string][]Feedback{
		"A1": {{"A1", "U1", false, late}, {"A1", "U2", false, noon}},
		"A2": {{"A2", "U1", false, noon}}, // of the same moment: the later call
		"A3": nil,
	} {
		got, err := s.Feedback(t.Context(), id)
		if d := cmp.Diff(got, want); d != "" || err != nil {
			t.Errorf("Feedback(%s): %v (-got +want):\n%s", id, err, d)
		}
	}
}

func TestTurns(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	for i := range 9 {
		ok(t, s.SaveTurn(t.Context(), "T/C/"+string(rune('0'+i%2)), []byte{byte('0' + i)}, noon))
	}
	ok(t, s.Close())
	s = open(t, dir, Options{})
	for _, c := range []struct {
		thread string
		most   int
		want   string
	}{{"T/C/0", 9, "02468"}, {"T/C/0", 2, "68"}, {"T/C/1", 4, "1357"}, {"T/C/1", 0, ""}, {"T/C/1", -1, ""}, {"T/C/2", 5, ""}} {
		turns, err := s.Turns(t.Context(), c.thread, c.most)
		got := ""
		for _, turn := range turns {
			got += string(turn)
		}
		if got != c.want || err != nil {
			t.Errorf("Turns(%s, %d) = %q, %v, want %q", c.thread, c.most, got, err, c.want)
		}
	}
}

// Prune removes finished events, posts of theirs and turns older than the
// bound, more than one step of each, and nothing else.
func TestPrune(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	const n = pruneStep + 50
	var keep []Event
	for i := range n + 10 { // at noon + i seconds
		record(t, s, event(i), true)
		ok(t, s.Mark(t.Context(), Posted{EventID: event(i).ID, Channel: "C", Stage: "done", At: event(i).At}))
		ok(t, s.SaveTurn(t.Context(), "T", []byte(event(i).ID), event(i).At))
		if i%100 == 99 {
			keep = append(keep, event(i)) // old and not finished
			continue
		}
		ok(t, s.Finish(t.Context(), event(i).ID, "answered", event(i).At))
	}
	ok(t, s.SaveAnswer(t.Context(), answer(1)))
	ok(t, s.SaveFeedback(t.Context(), Feedback{"A0001", "U1", true, noon}))

	for _, want := range []int{n - 2, 0} {
		if got, err := s.Prune(t.Context(), event(n).At); got != want || err != nil {
			t.Fatalf("Prune = %d, %v, want %d", got, err, want)
		}
		mustPend(t, s, keep...)
		var events, posts int
		ok(t, s.read.QueryRow(`SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM posted)`).Scan(&events, &posts))
		if events != 12 || posts != 12 {
			t.Errorf("%d events and %d posts are left, want 12", events, posts)
		}
		if turns, err := s.Turns(t.Context(), "T", 1000); len(turns) != 10 || string(turns[0]) != event(n).ID || err != nil {
			t.Errorf("%d turns are left, %v", len(turns), err)
		}
	}
	record(t, s, event(n), false) // not older than the bound: known
	record(t, s, event(99), false)
	record(t, s, event(1), true) // forgotten
	mustAnswer(t, s, answer(1))
	if fb, err := s.Feedback(t.Context(), "A0001"); len(fb) != 1 || err != nil {
		t.Errorf("Feedback = %v, %v", fb, err)
	}
	mustBeWhole(t, s)
}
