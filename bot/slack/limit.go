package slack

import (
	"context"
	"sync"
	"time"
)

// rate is how often something may happen: burst times at once, then once a gap.
type rate struct {
	gap   time.Duration
	burst int
}

// at is a rate at the pace of the options.
func (r rate) at(o Options) rate { return rate{o.paced(r.gap), r.burst} }

// paced is a wait at the pace of the options.
func (o Options) paced(d time.Duration) time.Duration {
	if o.Pace <= 0 {
		return d
	}
	return time.Duration(float64(d) / o.Pace)
}

// The rates Slack documents: about a message a second in a channel, and tiers
// per method and workspace. The gap of a channel is a little more than a
// second, since it is Slack's clock that counts, not ours.
var (
	perChannel = rate{1100 * time.Millisecond, 1}
	tiers      = map[string]rate{
		"chat.update":           {1200 * time.Millisecond, 20}, // tier 3: 50 a minute
		"chat.appendStream":     {600 * time.Millisecond, 40},  // tier 4: 100 a minute
		"chat.delete":           {1200 * time.Millisecond, 20},
		getUploadURL:            {600 * time.Millisecond, 40},
		completeUpload:          {600 * time.Millisecond, 40},
		"chat.postEphemeral":    {600 * time.Millisecond, 40},
		"conversations.replies": {1200 * time.Millisecond, 20},
		"conversations.history": {1200 * time.Millisecond, 20},
		infoOf:                  {1200 * time.Millisecond, 20},
		membersOf:               {3 * time.Second, 10}, // tier 2: 20 a minute
	}
)

// limiter spaces calls, by key. It is safe for concurrent use.
type limiter struct {
	mu  sync.Mutex
	due map[string]time.Time // when the key is idle again if nothing else comes
}

// wait waits for a turn of key. Turns are given in the order they are asked for.
func (l *limiter) wait(ctx context.Context, key string, r rate) error {
	l.mu.Lock()
	now := time.Now()
	due := l.due[key]
	if due.Before(now) {
		due = now
	}
	at := due.Add(-time.Duration(r.burst-1) * r.gap)
	l.due[key] = due.Add(r.gap)
	l.forget(now)
	l.mu.Unlock()
	return pause(ctx, at.Sub(now))
}

// hold lets nobody take a turn of key for d: Slack said so.
func (l *limiter) hold(key string, d time.Duration, r rate) {
	l.mu.Lock()
	defer l.mu.Unlock()
	until := time.Now().Add(d + time.Duration(r.burst-1)*r.gap)
	if l.due[key].Before(until) {
		l.due[key] = until
	}
}

// forget drops keys that are idle: a workspace has many channels.
func (l *limiter) forget(now time.Time) {
	if len(l.due) < 1000 {
		return
	}
	for k, t := range l.due {
		if t.Before(now) {
			delete(l.due, k)
		}
	}
}
