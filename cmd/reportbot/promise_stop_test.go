package main

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Told to end while it answers, serve ends in time and without a failure,
// leaves no goroutine behind, and what it had no time for is answered once by
// the next one. Of some the model says nothing more when the end comes.
func TestPromiseStops(t *testing.T) {
	t.Parallel()
	const each = 20
	c := newCrowd(t)
	most, open, held := time.Duration(0), 0, 0
	for n := range promiseStops {
		label := fmt.Sprint("stop ", n)
		here := n%4 != 3
		l := (*life)(nil)
		if here {
			l = c.beginHere(promisePace, label)
		} else {
			l = c.begin(promisePace, false)
		}
		c.life.Store(l)
		c.office()
		for range each {
			c.ask(len(c.all))
		}
		release := make(chan struct{})
		if n%8 == 1 {
			held++
			c.held.Store(&release)
		}
		time.Sleep(time.Duration(c.roll(300)) * time.Millisecond) // anything may happen until then
		told := time.Now()
		l.stop()
		select {
		case <-l.done:
		case <-time.After(20 * time.Second):
			t.Fatalf("%s: it does not end\n%s", label, strings.Join(goroutines(t, label), "\n\n"))
		}
		took := time.Since(told)
		most = max(most, took)
		c.held.Store(nil)
		close(release)
		if took > 10*time.Second || l.code != exitDone {
			t.Errorf("%s: ended after %v with exit code %d\n%s", label, took, l.code, l.text())
		}
		if here && !within(t, 5*time.Second, func() bool { return len(goroutines(t, label)) == 0 }) {
			t.Errorf("%s: goroutines are left:\n%s\n%s", label, strings.Join(goroutines(t, label), "\n\n"), l.text())
		}
		open += c.count().lost
	}
	l := c.begin(promisePace, false)
	c.life.Store(l)
	got := c.end(l)
	t.Logf("%d times told to end, %d of them while the model was silent, with %.0f questions open each: the slowest took %v; of %d questions %d answered, %d told to ask again, %d lost, %d doubled, %d halves",
		promiseStops, held, float64(open)/promiseStops, most.Round(10*time.Millisecond), len(c.all), got.answered, got.told, got.lost, got.doubled, got.halves)
	c.mustBeWell(got, l)
}
