package openai

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// wire stands for the network where time is fake: real sockets do not work in
// a synctest bubble.
type wire func(n int, r *http.Request) (status int, header, body string)

// overWire makes options whose requests go to w; calls counts them.
func overWire(w wire) (o Options, calls *int) {
	calls = new(int)
	o = Options{Model: "m-1", BaseURL: "http://fake/v1", Client: &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
		*calls++
		status, header, body := w(*calls, r)
		if status == 0 {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}
		if name, value, ok := strings.Cut(header, ": "); ok {
			resp.Header.Set(name, value)
		}
		return resp, nil
	})}}
	return o, calls
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

var whole = delta("ok") + fin("stop") + done

func TestRetryAfterIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, calls := overWire(func(n int, _ *http.Request) (int, string, string) {
			if n <= 2 {
				return 429, "Retry-After: 20", ""
			}
			return 200, "", whole
		})
		o.Retries = 2
		start := time.Now()
		if _, err := NewChat(o).Stream(t.Context(), ask, nil); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 40*time.Second || took > 50*time.Second || *calls != 3 {
			t.Errorf("%d calls in %v, want 3 in 40 s and a little", *calls, took)
		}
	})
}

func TestPausesGrowAndVary(t *testing.T) {
	seen := map[time.Duration]bool{}
	for retries := range 8 {
		ceiling := time.Second << min(retries, 4)
		for range 200 {
			d := pause(ErrCut, retries, time.Second)
			if d < 0 || d >= ceiling {
				t.Fatalf("pause before retry %d = %v, want below %v", retries+1, d, ceiling)
			}
			seen[d.Round(time.Second)] = true
		}
	}
	if len(seen) < 10 {
		t.Errorf("pauses take only %d values", len(seen))
	}
}

func TestTimeout(t *testing.T) {
	silent := func(int, *http.Request) (int, string, string) { return 0, "", "" }
	synctest.Test(t, func(t *testing.T) {
		o, calls := overWire(silent)
		o.Retries = 9
		start := time.Now()
		_, err := NewChat(o).Stream(t.Context(), ask, nil)
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrStalled) || time.Since(start) != 2*time.Minute || *calls < 4 {
			t.Errorf("%v after %v and %d calls, want the deadline after 2m and several", err, time.Since(start), *calls)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		o, calls := overWire(silent)
		start := time.Now()
		_, err := NewEmbedder(o).Embed(t.Context(), []string{"a"})
		if !errors.Is(err, ErrStalled) || time.Since(start) != 30*time.Second || *calls != 1 {
			t.Errorf("%v after %v and %d calls, want stalled after 30s and 1", err, time.Since(start), *calls)
		}
	})
}

func TestAskerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, calls := overWire(func(int, *http.Request) (int, string, string) { return 503, "Retry-After: 60", "" })
		o.Retries = 3
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(5*time.Second, cancel)
		start := time.Now()
		_, err := NewChat(o).Stream(ctx, ask, nil)
		if !errors.Is(err, context.Canceled) || time.Since(start) != 5*time.Second || *calls != 1 {
			t.Errorf("%v after %v and %d calls, want canceled after 5s and 1", err, time.Since(start), *calls)
		}
	})
}

func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		healthy := false
		o, calls := overWire(func(int, *http.Request) (int, string, string) {
			if healthy {
				return 200, "", whole
			}
			return 500, "", ""
		})
		c := NewChat(o)
		call := func() error { _, err := c.Stream(t.Context(), ask, nil); return err }
		for range breakAfter {
			if err := call(); errors.Is(err, ErrDown) {
				t.Fatalf("down after %d calls, want %d", *calls, breakAfter)
			}
		}
		for round := range 3 { // one probe each time the delay is over
			for range 100 {
				if err := call(); !errors.Is(err, ErrDown) {
					t.Fatalf("round %d: %v, want %v", round, err, ErrDown)
				}
			}
			if want := breakAfter + round; *calls != want {
				t.Fatalf("round %d: %d calls went out, want %d", round, *calls, want)
			}
			time.Sleep(breakFor)
			call()
		}
		healthy = true
		time.Sleep(breakFor)
		if err := call(); err != nil {
			t.Fatalf("healthy again: %v", err)
		}
		if err := call(); err != nil {
			t.Errorf("after the probe: %v", err)
		}
	})
}

// A probe that its asker gave up says nothing of the server's health.
func TestBreakerProbeGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, calls := overWire(func(n int, _ *http.Request) (int, string, string) {
			if n <= breakAfter {
				return 500, "", ""
			}
			return 0, "", ""
		})
		c := NewChat(o)
		for range breakAfter {
			c.Stream(t.Context(), ask, nil)
		}
		time.Sleep(breakFor)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		if _, err := c.Stream(ctx, ask, nil); !errors.Is(err, context.Canceled) {
			t.Fatalf("probe: %v, want canceled", err)
		}
		if _, err := c.Stream(t.Context(), ask, nil); !errors.Is(err, ErrDown) || *calls != breakAfter+1 {
			t.Errorf("after the probe: %v, %d calls; want %v and no further one", err, *calls, ErrDown)
		}
	})
}

func TestBreakerIgnores(t *testing.T) {
	for _, status := range []int{400, 401, 404, 429} {
		o, calls := overWire(func(int, *http.Request) (int, string, string) { return status, "", "" })
		c := NewChat(o)
		for range 3 * breakAfter {
			c.Stream(t.Context(), ask, nil)
		}
		if *calls != 3*breakAfter {
			t.Errorf("status %d: %d calls went out, want %d", status, *calls, 3*breakAfter)
		}
	}
}

// slowly says its parts with the same gap before each, and hears when it is
// hung up on.
type slowly struct {
	ctx   context.Context
	gap   time.Duration
	parts []string
}

func (s *slowly) Read(p []byte) (int, error) {
	if len(s.parts) == 0 {
		return 0, io.EOF
	}
	select {
	case <-time.After(s.gap):
	case <-s.ctx.Done():
		return 0, s.ctx.Err()
	}
	n := copy(p, s.parts[0])
	s.parts = s.parts[1:]
	return n, nil
}

func (*slowly) Close() error { return nil }

func TestSlowStreams(t *testing.T) {
	ping := ": ping\n\n"
	tests := []struct {
		name  string
		gap   time.Duration
		parts []string
		want  error
		after time.Duration
	}{
		{"slow words", 19 * time.Second, []string{delta("a"), delta("b"), fin("stop"), done}, nil, 59 * time.Second},
		{"pings before", 29 * time.Second, []string{ping, ping, delta("a") + fin("stop") + done}, nil, 87 * time.Second},
		{"pings between", 19 * time.Second, []string{delta("a"), ping, ping, delta("b"), fin("stop") + done}, nil, 95 * time.Second},
		{"pings for ever", 19 * time.Second, strings.SplitAfter(strings.Repeat(ping, 50), "\n\n"), context.DeadlineExceeded, 2 * time.Minute},
		{"too slow to begin", 31 * time.Second, []string{delta("a"), fin("stop")}, ErrStalled, 30 * time.Second},
		{"too slow to go on", 21 * time.Second, []string{delta("a"), delta("b"), fin("stop")}, ErrStalled, 41 * time.Second},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			c := NewChat(Options{Model: "m-1", Client: &http.Client{Transport: tripper(func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 200, Header: http.Header{}, Body: &slowly{r.Context(), tt.gap, tt.parts}, Request: r}, nil
			})}})
			start := time.Now()
			_, err := c.Stream(t.Context(), ask, nil)
			if !errors.Is(err, tt.want) || time.Since(start) != tt.after {
				t.Errorf("%s: %v after %v, want %v after %v", tt.name, err, time.Since(start), tt.want, tt.after)
			}
		})
	}
}
