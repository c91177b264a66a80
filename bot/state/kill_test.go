package state

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
)

const childEnv = "REPORTBOT_STATE_TEST_CHILD"

// TestMain lets the test binary run itself as the process to be killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		os.Exit(child(dir))
	}
	os.Exit(m.Run())
}

// workers of the child write at once, so that commits hold several changes.
const workers = 4

func childEvent(w, i int) Event {
	return Event{ID: fmt.Sprintf("Ev-%d-%06d", w, i), Thread: fmt.Sprintf("T-%d", w),
		Body: []byte(fmt.Sprintf(`{"text":"问题 %d"}`, i)), At: noon}
}

// child records events, every third one twice, and finishes all but every
// fifth until it is killed. It prints a line for each fresh event and each
// finish after it was acknowledged. First it has the last events delivered
// again.
func child(dir string) int {
	ctx := context.Background() // a process of its own
	s, err := Open(ctx, dir, Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			if err := work(ctx, s, w); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
		})
	}
	wg.Wait()
	return 1
}

func work(ctx context.Context, s *Store, w int) error {
	var have int
	err := s.read.QueryRow(`SELECT count(*) FROM events WHERE thread = ?`, childEvent(w, 0).Thread).Scan(&have)
	if err != nil {
		return err
	}
	for i := max(0, have-10); ; i++ {
		e := childEvent(w, i)
		for range 1 + i%3/2 {
			fresh, err := s.Record(ctx, e)
			if err != nil {
				return err
			}
			if fresh {
				fmt.Println("fresh", w, i)
			}
		}
		if i < have {
			continue
		}
		if err := s.SaveTurn(ctx, e.Thread, e.Body, noon); err != nil {
			return err
		}
		if i%5 == 4 {
			continue
		}
		if err := s.Finish(ctx, e.ID, "answered", noon); err != nil {
			return err
		}
		fmt.Println("finished", w, i)
	}
}

// kill -9 at any moment: the file opens and is whole, nothing acknowledged is
// missing, no event is fresh twice.
func TestPromiseKill(t *testing.T) {
	n := kills
	if testing.Short() {
		n = 5
	}
	dir := t.TempDir()
	rnd := rand.New(rand.NewPCG(1, 2))
	fresh, finished := map[string]bool{}, map[string]bool{}
	for range n {
		// After so many acknowledgements and a random while, which lands in
		// the middle of a transaction more often than not.
		killAfter(t, dir, 1+rnd.IntN(40), time.Duration(rnd.IntN(3000))*time.Microsecond, func(what string, w, i int) {
			id := childEvent(w, i).ID
			if what == "finished" {
				finished[id] = true
				return
			}
			if fresh[id] {
				t.Errorf("event %s was fresh twice", id)
			}
			fresh[id] = true
		})
		s := open(t, dir, Options{})
		mustBeWhole(t, s)
		mustKnow(t, s, fresh, finished)
		ok(t, s.Close())
	}
	t.Logf("%d kills, %d events and %d finishes acknowledged", n, len(fresh), len(finished))
}

// mustKnow checks that the acknowledged events are there and finished, and
// that no more is there than each worker may have had under way.
func mustKnow(t *testing.T, s *Store, fresh, finished map[string]bool) {
	t.Helper()
	pending, err := s.Pending(t.Context())
	ok(t, err)
	open := map[string]bool{}
	for _, e := range pending {
		open[e.ID] = true
	}
	rows, err := s.read.QueryContext(t.Context(), `SELECT id, outcome IS NULL FROM events`)
	ok(t, err)
	defer rows.Close()
	all := 0
	stored := map[string]bool{}
	for rows.Next() {
		var id string
		var isOpen bool
		ok(t, rows.Scan(&id, &isOpen))
		if stored[id] = true; isOpen != open[id] || isOpen && finished[id] {
			t.Errorf("event %s: not finished: %v, among the pending: %v, finish acknowledged: %v", id, isOpen, open[id], finished[id])
		}
		all++
	}
	ok(t, rows.Err())
	for id := range fresh {
		if !stored[id] {
			t.Errorf("event %s was acknowledged and is lost", id)
		}
	}
}

// killAfter runs the child, waits for n acknowledgements and then some time,
// kills it and passes each line on.
func killAfter(t *testing.T, dir string, n int, then time.Duration, line func(what string, w, i int)) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	ok(t, err)
	ok(t, cmd.Start())
	seen := 0
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var what string
		var w, i int
		if _, err := fmt.Sscan(lines.Text(), &what, &w, &i); err != nil {
			t.Errorf("line %q: %v", lines.Text(), err)
		}
		line(what, w, i)
		if seen++; seen == n {
			time.AfterFunc(then, func() { cmd.Process.Kill() })
		}
	}
	cmd.Wait() // "signal: killed" is what we want
	if seen < n {
		t.Fatalf("the child acknowledged %d things", seen)
	}
}
