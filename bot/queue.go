package bot

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// Job is one piece of work. Its context ends shortly before Run returns.
type Job = func(ctx context.Context)

// Queue runs jobs of one thread one after the other, of different threads at
// once. Threads take turns: one with many jobs does not hold up another. It is
// safe for concurrent use.
type Queue struct {
	Log *slog.Logger // hears of jobs that panic; nil: slog.Default. To be set before Run.

	workers, most int

	mu      sync.Mutex
	changed sync.Cond        // a thread became ready, or the end came
	threads map[string]*line // those with a job that waits or runs
	ready   []*line          // with a job waiting and none running; who was served last is last
	waiting int
	running int
	alone   int // names the jobs without a thread
	stopped bool
}

// line are the jobs of one thread.
type line struct {
	name string
	jobs []Job // that wait, in the order they came
	busy bool  // one of them runs
}

// NewQueue returns a queue that runs as many jobs at once as it has workers and
// keeps at most so many waiting. Both are at least 1.
func NewQueue(workers, most int) *Queue {
	q := &Queue{workers: max(1, workers), most: max(1, most), threads: map[string]*line{}}
	q.changed.L = &q.mu
	return q
}

// Add puts a job in line; "" is no thread, and such a job waits for no other. The
// place is 0 for a job that starts at once, 1 for the next one, and so on, as
// things stand now: threads that are new meanwhile are served in their turn. It
// is false when the queue is full or has ended.
func (q *Queue) Add(thread string, job Job) (place int, ok bool) {
	return q.add(thread, job, q.most)
}

// Keep is Add for a job that was accepted earlier, before a restart say: it is
// not refused for want of room.
func (q *Queue) Keep(thread string, job Job) bool {
	_, ok := q.add(thread, job, math.MaxInt)
	return ok
}

func (q *Queue) add(thread string, job Job, most int) (place int, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.stopped || q.waiting >= most {
		return 0, false
	}
	if thread == "" {
		q.alone++
		thread = fmt.Sprint("\x00", q.alone) // no name of a thread begins so
	}
	l := q.threads[thread]
	if l == nil {
		l = &line{name: thread}
		q.threads[thread] = l
	}
	place = q.place(l)
	l.jobs = append(l.jobs, job)
	q.waiting++
	if !l.busy && len(l.jobs) == 1 {
		q.ready = append(q.ready, l)
		q.changed.Signal()
	}
	return place, true
}

// place is where the next job of a line would stand: everybody else is served as
// often as its own thread before it.
func (q *Queue) place(l *line) int {
	own := len(l.jobs)
	if !l.busy && own == 0 && q.running+len(q.ready) < q.workers {
		return 0
	}
	n, passed := 1+own, false // lines behind l have a turn less before its next one
	for _, other := range q.ready {
		switch {
		case other == l:
			passed = true
		case passed:
			n += min(len(other.jobs), own)
		default:
			n += min(len(other.jobs), own+1)
		}
	}
	for _, other := range q.threads {
		if other.busy && other != l {
			n += min(len(other.jobs), own)
		}
	}
	return n
}

// Ended reports whether the queue takes no jobs any more, however few wait.
func (q *Queue) Ended() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.stopped
}

// Len is the number of jobs that wait.
func (q *Queue) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting
}

// Run works until ctx ends, once. From then on no job starts, and those that run
// have the time of grace: after four fifths of it their context ends, the rest is
// for saying so. An error tells of jobs that still run. Those that never started
// are what Len counts.
func (q *Queue) Run(ctx context.Context, grace time.Duration) error {
	jobs, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, q.stop)()
	var all sync.WaitGroup
	for range q.workers { // goroutines of their own: a job that hears of no end must not hold up Run
		all.Go(func() { q.work(jobs) })
	}
	ended := make(chan struct{})
	go func() {
		all.Wait()
		close(ended)
	}()
	<-ctx.Done()
	soft := time.AfterFunc(grace-grace/5, cancel)
	defer soft.Stop()
	hard := time.NewTimer(grace)
	defer hard.Stop()
	select {
	case <-ended:
	case <-hard.C:
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running > 0 {
		return fmt.Errorf("%d jobs still ran %s after the end", q.running, grace)
	}
	return nil
}

// stop ends the queue.
func (q *Queue) stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stopped = true
	q.changed.Broadcast()
}

// work runs one job after the other until the queue ends.
func (q *Queue) work(ctx context.Context) {
	for {
		l, job := q.next()
		if l == nil {
			return
		}
		q.do(ctx, l.name, job)
		q.done(l)
	}
}

// next waits for a job and takes it; nil when the queue has ended.
func (q *Queue) next() (*line, Job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.ready) == 0 && !q.stopped {
		q.changed.Wait()
	}
	if q.stopped {
		return nil, nil
	}
	l := q.ready[0]
	q.ready = slices.Delete(q.ready, 0, 1)
	job := l.jobs[0]
	l.jobs = slices.Delete(l.jobs, 0, 1)
	l.busy = true
	q.waiting--
	q.running++
	return l, job
}

// done lets the next job of a line take its turn, behind all others.
func (q *Queue) done(l *line) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.running--
	l.busy = false
	if len(l.jobs) == 0 {
		delete(q.threads, l.name)
		return
	}
	q.ready = append(q.ready, l)
	q.changed.Signal()
}

// do runs a job. One that panics is logged, by the kind of the value and not
// the value, which may hold what somebody asked.
func (q *Queue) do(ctx context.Context, thread string, job Job) {
	defer func() {
		if v := recover(); v != nil {
			log := q.Log
			if log == nil {
				log = slog.Default()
			}
			log.Error("job panicked", "thread", thread, "kind", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
		}
	}()
	job(ctx)
}
