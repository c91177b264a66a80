package bot_test

import (
	"fmt"
	"testing"
	"time"

	"reportbot/bot"
)

// Each row is one question after the other: who asks where, after how many
// seconds since the start, and what becomes of it.
func TestLimiter(t *testing.T) {
	type ask struct {
		at            int
		user, channel string
		want          string // "" for taken, else whose rate, the wait in seconds, and whether it is told
	}
	for name, c := range map[string]struct {
		rates bot.Rates
		asks  []ask
	}{
		"none": {bot.Rates{}, []ask{{0, "A", "C", ""}, {0, "A", "C", ""}, {0, "A", "C", ""}}},
		"user": {bot.Rates{User: 2}, []ask{
			{0, "A", "C", ""}, {0, "A", "D", ""}, {0, "A", "C", "user 30 true"}, {10, "A", "D", "user 20 false"},
			{10, "B", "C", ""},                                 // somebody else is not held up
			{30, "A", "C", ""}, {30, "A", "C", "user 30 true"}, // told anew, since one was taken meanwhile
			{95, "A", "C", ""}, {95, "A", "C", ""}, // both tokens are back
			{95, "A", "C", "user 30 true"}, {96, "A", "C", "user 29 false"},
		}},
		"channel": {bot.Rates{User: 9, Channel: 2}, []ask{
			{0, "A", "C", ""}, {0, "B", "C", ""}, {0, "A", "C", "channel 30 true"}, {0, "B", "C", "channel 30 true"},
			{0, "B", "C", "channel 30 false"}, {0, "A", "D", ""}, {0, "A", "C", "channel 30 true"},
		}},
		"workspace": {bot.Rates{Workspace: 1}, []ask{{0, "A", "C", ""}, {0, "B", "D", "workspace 60 true"}, {60, "B", "D", ""}}},
		// what the channel refuses costs the user nothing
		"refused for nothing": {bot.Rates{User: 2, Channel: 1}, []ask{
			{0, "A", "C", ""}, {0, "A", "C", "channel 60 true"}, {0, "A", "C", "channel 60 false"}, {0, "A", "D", ""}, {0, "A", "E", "user 30 true"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			l, start := bot.NewLimiter(c.rates), time.Date(2026, 4, 2, 7, 30, 0, 0, time.UTC)
			for i, a := range c.asks {
				got := ""
				p := bot.Place{Team: "T", Channel: a.channel, User: a.user}
				if r := l.Take(p, start.Add(time.Duration(a.at)*time.Second)); r != nil {
					got = fmt.Sprintf("%s %.0f %v", r.Whose, r.Wait.Seconds(), r.Tell)
				} else {
					l.Queued(p)
				}
				if got != a.want {
					t.Errorf("question %d: %q, want %q", i, got, a.want)
				}
			}
		})
	}
}

// Whoever is refused since too many wait hears of it once, too.
func TestLimiterTellsOnce(t *testing.T) {
	l, now, p := bot.NewLimiter(bot.Rates{}), time.Now(), bot.Place{User: "A"}
	if !l.Tell(p, now) || l.Tell(p, now) {
		t.Error("not told once")
	}
	if l.Take(p, now) != nil || l.Tell(p, now) {
		t.Error("told again though no question was in line")
	}
	if l.Queued(p); !l.Tell(p, now) {
		t.Error("not told again after one was")
	}
	var none *bot.Limiter
	if none.Take(p, now) != nil || !none.Tell(p, now) {
		t.Error("without a limiter something is refused")
	}
}

// However many people ask, few buckets stay.
func TestLimiterForgets(t *testing.T) {
	l, at := bot.NewLimiter(bot.Rates{User: 60, Channel: 60}), time.Now()
	for i := range 100_000 {
		at = at.Add(time.Millisecond)
		p := bot.Place{User: fmt.Sprint("U", i), Channel: fmt.Sprint("C", i)}
		if l.Take(p, at) != nil {
			t.Fatal(i)
		}
	}
	if n := l.Len(); n > 22_000 {
		t.Errorf("%d buckets", n)
	}
}
