package store

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"
)

const childEnv = "REPORTBOT_STORE_TEST_CHILD"

// TestMain lets the test binary run itself as the process to be killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		os.Exit(child(dir))
	}
	os.Exit(m.Run())
}

// crashPassages is how many passages report number i of the child has.
func crashPassages(i int) int { return 5 + i%20 }

// child stores reports until it is killed and prints the number of each one
// after it was acknowledged. Every third time it re-reads its last report.
func child(dir string) int {
	ctx := context.Background() // a process of its own
	s, err := Open(ctx, dir, Options{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	have, err := s.AllReports(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for i := len(have); ; i++ {
		id := fmt.Sprintf("r%05d", i)
		for version := 1; version <= 1+i%3/2; version++ {
			d := doc(id, "/"+id, "h", crashPassages(i))
			d.Source.Version = version
			if _, err := s.Replace(ctx, d); err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
		}
		fmt.Println(i)
	}
}

// kill -9 at any moment: the folder opens, every report is whole, none that
// was acknowledged is missing.
func TestPromiseKill(t *testing.T) {
	n := kills
	if testing.Short() {
		n = 3
	}
	dir := t.TempDir()
	rnd := rand.New(rand.NewPCG(1, 2))
	acked := -1
	for range n {
		// After so many acknowledgements and a random while, which lands in
		// the middle of a transaction more often than not.
		last := killAfter(t, dir, 1+rnd.IntN(10), time.Duration(rnd.IntN(3000))*time.Microsecond)
		acked = max(acked, last)
		var log bytes.Buffer
		s := open(t, dir, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
		if log.Len() > 0 {
			t.Errorf("a kill is no damage: %s", log.String())
		}
		all, err := s.AllReports(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(all) <= acked || len(all) > acked+2 {
			t.Errorf("%d reports after number %d was acknowledged", len(all), acked)
		}
		for _, r := range all {
			var i int
			fmt.Sscanf(r.Report.ID, "r%d", &i)
			if r.Passages != crashPassages(i) {
				t.Errorf("report %s has %d passages, want %d", r.Report.ID, r.Passages, crashPassages(i))
			}
		}
		mustBeWhole(t, s)
		s.Close()
	}
	t.Logf("%d kills, %d reports acknowledged", n, acked+1)
}

// killAfter runs the child, waits for n acknowledgements and then some time,
// kills it and returns the number of the last report it acknowledged.
func killAfter(t *testing.T, dir string, n int, then time.Duration) (last int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childEnv+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last = -1
	lines := bufio.NewScanner(out)
	for seen := 0; lines.Scan(); {
		fmt.Sscan(lines.Text(), &last)
		if seen++; seen == n {
			time.AfterFunc(then, func() { cmd.Process.Kill() })
		}
	}
	cmd.Wait() // "signal: killed" is what we want
	if last < 0 {
		t.Fatal("the child acknowledged nothing")
	}
	return last
}
