package bot

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Rates are how many questions a minute are taken, and as many at once; 0 takes
// any number.
type Rates struct{ User, Channel, Workspace int }

// Limiter keeps some people's questions from costing everybody else theirs. It
// is safe for concurrent use. The nil Limiter takes everything.
type Limiter struct {
	rates Rates

	mu        sync.Mutex
	workspace *rate.Limiter
	users     map[string]*bucket
	channels  map[string]*bucket
}

// bucket is what is left to a user or a channel.
type bucket struct {
	*rate.Limiter
	told bool // of a refusal, since a question was last in line
}

// NewLimiter returns a limiter whose buckets are full.
func NewLimiter(r Rates) *Limiter {
	return &Limiter{rates: r, workspace: perMinute(r.Workspace), users: map[string]*bucket{}, channels: map[string]*bucket{}}
}

func perMinute(n int) *rate.Limiter {
	if n <= 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Limit(float64(n)/60), n)
}

// Refusal says why a question is not taken.
type Refusal struct {
	Whose string        // whose rate it is: user, channel or workspace
	Wait  time.Duration // until one is taken again if nobody else asks
	Tell  bool          // the asker has not heard of a refusal since a question was in line
}

// Take takes a question; nil when it is taken. What is refused counts against
// nobody's rate: whoever goes on asking waits no longer for it.
func (l *Limiter) Take(p Place, now time.Time) *Refusal {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	user, channel := l.of(l.users, p.Team+"/"+p.User, l.rates.User, now), l.of(l.channels, p.Team+"/"+p.Channel, l.rates.Channel, now)
	for _, b := range []struct {
		whose string
		of    *rate.Limiter
	}{{"user", user.Limiter}, {"channel", channel.Limiter}, {"workspace", l.workspace}} {
		if wait := lacking(b.of, now); wait > 0 {
			tell := !user.told
			user.told = true
			return &Refusal{Whose: b.whose, Wait: wait, Tell: tell}
		}
	}
	user.AllowN(now, 1)
	channel.AllowN(now, 1)
	l.workspace.AllowN(now, 1)
	return nil
}

// Queued notes that something p asked for is in line: the next refusal is told anew.
func (l *Limiter) Queued(p Place) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if b := l.users[p.Team+"/"+p.User]; b != nil {
		b.told = false
	}
}

// Tell reports whether an asker whose question was refused for another reason
// is to hear of it: once, until a question is in line again.
func (l *Limiter) Tell(p Place, now time.Time) bool {
	if l == nil {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	user := l.of(l.users, p.Team+"/"+p.User, l.rates.User, now)
	tell := !user.told
	user.told = true
	return tell
}

// lacking is the time until a limiter has a token, 0 when it has one.
func lacking(l *rate.Limiter, now time.Time) time.Duration {
	if l.Limit() == rate.Inf {
		return 0
	}
	missing := 1 - l.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return time.Duration(missing / float64(l.Limit()) * float64(time.Second))
}

// mostBuckets is how many are kept before the full ones are dropped, which a
// new one replaces without a difference.
const mostBuckets = 10_000

// of finds or makes a bucket.
func (l *Limiter) of(all map[string]*bucket, name string, n int, now time.Time) *bucket {
	b := all[name]
	if b != nil {
		return b
	}
	if len(all) >= mostBuckets {
		for k, b := range all {
			if b.Limit() == rate.Inf || b.TokensAt(now) >= float64(n) {
				delete(all, k)
			}
		}
	}
	b = &bucket{Limiter: perMinute(n)}
	all[name] = b
	return b
}
