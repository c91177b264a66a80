package bot_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"reportbot/bot"
)

// running starts a queue; stop ends it and returns what Run did.
func running(t *testing.T, q *bot.Queue, grace time.Duration) (stop func() error) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx, grace) }()
	synctest.Wait()
	return func() error {
		cancel()
		return <-ended
	}
}

// 200 jobs of 50 threads: none lost or doubled, each thread in its order and
// never two of it at once, never more at once than there are workers.
func TestQueue(t *testing.T) {
	const threads, each, workers = 50, 4, 8
	synctest.Test(t, func(t *testing.T) {
		q := bot.NewQueue(workers, threads*each)
		stop := running(t, q, time.Second)
		var mu sync.Mutex
		done, busy, atOnce, most := map[string][]int{}, map[string]bool{}, 0, 0
		for i := range each {
			for k := range threads {
				name := fmt.Sprint("thread ", k)
				_, ok := q.Add(name, func(context.Context) {
					mu.Lock()
					if busy[name] {
						t.Errorf("two jobs of %s at once", name)
					}
					busy[name] = true
					atOnce++
					most = max(most, atOnce)
					mu.Unlock()
					time.Sleep(time.Duration(1+(7*i+k)%5) * time.Second) // of the bubble's clock
					mu.Lock()
					defer mu.Unlock()
					busy[name] = false
					atOnce--
					done[name] = append(done[name], i)
				})
				if !ok {
					t.Errorf("job %d of %s was not taken", i, name)
				}
			}
		}
		time.Sleep(time.Hour)
		if err := stop(); err != nil {
			t.Error(err)
		}
		for name, got := range done {
			if fmt.Sprint(got) != "[0 1 2 3]" {
				t.Errorf("%s did %v", name, got)
			}
		}
		if len(done) != threads || most != workers || q.Len() != 0 {
			t.Errorf("%d threads were served, %d at once, %d wait", len(done), most, q.Len())
		}
	})
}

// A thread with many jobs lets others go before its second one, and the place
// that was told holds.
func TestQueueFair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := bot.NewQueue(1, 20)
		stop := running(t, q, time.Second)
		var order []string
		job := func(name string) bot.Job {
			return func(context.Context) {
				time.Sleep(time.Second)
				order = append(order, name)
			}
		}
		for i, c := range []struct {
			thread string
			place  int
		}{{"a", 0}, {"a", 1}, {"a", 2}, {"a", 3}, {"b", 1}, {"c", 2}, {"b", 4}, {"", 3}, {"", 4}} {
			place, ok := q.Add(c.thread, job(c.thread))
			if !ok || place != c.place {
				t.Errorf("job %d of %q has place %d, want %d", i, c.thread, place, c.place)
			}
			synctest.Wait() // the first has started
		}
		time.Sleep(time.Minute)
		if err := stop(); err != nil {
			t.Error(err)
		}
		if got := strings.Join(order, ","); got != "a,b,c,,,a,b,a,a" {
			t.Errorf("served %s", got)
		}
	})
}

func TestQueueBounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := bot.NewQueue(2, 3)
		var mu sync.Mutex
		served := 0
		job := func(context.Context) {
			time.Sleep(time.Second)
			mu.Lock()
			defer mu.Unlock()
			served++
		}
		stop := running(t, q, time.Second)
		for i := range 7 { // two run, three wait, two are too many
			place, ok := q.Add(fmt.Sprint(i), job)
			if want := max(0, i-1); ok != (i < 5) || ok && place != want {
				t.Errorf("job %d: place %d, %v", i, place, ok)
			}
			synctest.Wait()
		}
		if q.Len() != 3 {
			t.Errorf("%d wait", q.Len())
		}
		time.Sleep(time.Minute)
		if _, ok := q.Add("late", job); !ok {
			t.Error("full for ever")
		}
		time.Sleep(time.Minute)
		if err := stop(); err != nil || served != 6 {
			t.Errorf("%d served, %v", served, err)
		}
		if _, ok := q.Add("after", job); ok {
			t.Error("taken after the end")
		}
	})
}

// A job that panics harms no other, not even of its thread; what it said, which
// may be somebody's question, stays out of the log.
func TestQueuePanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		q := bot.NewQueue(1, 10)
		q.Log = slog.New(slog.NewTextHandler(&log, nil))
		stop := running(t, q, time.Second)
		served := 0
		for range 3 {
			q.Add("a", func(context.Context) { panic("secret question") })
			q.Add("a", func(context.Context) { served++ })
		}
		synctest.Wait()
		if err := stop(); err != nil || served != 3 {
			t.Errorf("%d served, %v", served, err)
		}
		if s := log.String(); strings.Count(s, "job panicked") != 3 || !strings.Contains(s, "queue_test.go") || strings.Contains(s, "secret") {
			t.Error(s)
		}
	})
}

// At the end what runs may finish, is told when its time is up, and cannot hold
// up the end; what waits does not start.
func TestQueueEnd(t *testing.T) {
	const grace = 10 * time.Second
	for _, c := range []struct {
		name  string
		job   time.Duration // how long it takes
		hears bool          // its context
		took  time.Duration
		err   string
	}{
		{"quick", 3 * time.Second, false, 3 * time.Second, ""},
		{"slow", time.Minute, true, 8 * time.Second, ""},
		{"deaf", time.Minute, false, grace, "1 jobs still ran 10s after the end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := bot.NewQueue(1, 10)
				stop := running(t, q, grace)
				q.Add("a", func(ctx context.Context) {
					heard := ctx.Done()
					if !c.hears {
						heard = nil
					}
					select {
					case <-time.After(c.job):
					case <-heard:
					}
				})
				q.Add("b", func(context.Context) { t.Error("started after the end") })
				synctest.Wait()
				start := time.Now()
				err := stop()
				if took := time.Since(start); took != c.took || (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
					t.Errorf("took %s, %v", took, err)
				}
				if q.Len() != 1 {
					t.Errorf("%d wait", q.Len())
				}
				time.Sleep(time.Hour) // the deaf one ends
			})
		})
	}
}

// BenchmarkQueue adds so many jobs, four to a thread, which all wait, and then
// runs them.
func BenchmarkQueue(b *testing.B) {
	for _, jobs := range []int{200, 2000} {
		b.Run(fmt.Sprint(jobs), func(b *testing.B) {
			for b.Loop() {
				q := bot.NewQueue(8, jobs)
				ctx, cancel := context.WithCancel(b.Context())
				var all sync.WaitGroup
				for i := range jobs {
					all.Add(1)
					q.Add(fmt.Sprint(i%(jobs/4)), func(context.Context) { all.Done() })
				}
				go func() {
					all.Wait()
					cancel()
				}()
				if err := q.Run(ctx, time.Second); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*jobs), "ns/job")
		})
	}
}
