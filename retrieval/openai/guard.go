package openai

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
)

// The breaker opens after breakAfter failures in a row and lets one call
// through every breakFor. More than the tries of one call at the default
// settings, so that one unlucky call does not speak for the server.
const (
	breakAfter = 5
	breakFor   = 15 * time.Second
)

// guard is what every call goes through: retries around a breaker.
type guard struct {
	failsafe.Executor[any]
}

func newGuard(o Options, label string) guard {
	var breaker circuitbreaker.CircuitBreaker[any]
	breaker = circuitbreaker.NewBuilder[any]().
		HandleIf(func(_ any, err error) bool {
			// A probe the asker gave up proves nothing; counted as a
			// success it would close the breaker.
			return outage(err) || err != nil && errors.Is(err, context.Canceled) && breaker.IsHalfOpen()
		}).
		WithFailureThreshold(breakAfter).
		WithSuccessThreshold(1).
		WithDelay(breakFor).
		Build()
	retry := retrypolicy.NewBuilder[any]().
		HandleIf(func(_ any, err error) bool { return again(err) }).
		WithMaxRetries(o.Retries).
		ReturnLastFailure().
		WithDelayFunc(func(e failsafe.ExecutionAttempt[any]) time.Duration {
			return pause(e.LastError(), e.Retries(), o.Backoff)
		}).
		OnRetryScheduled(func(e failsafe.ExecutionScheduledEvent[any]) {
			o.Log.Warn("model call failed, trying again",
				"call", label, "try", e.Attempts(), "wait", e.Delay, "err", e.LastError())
		}).
		Build()
	return guard{failsafe.With[any](retry, breaker)}
}

// do calls try until it succeeds, may not be tried again, or s.Timeout is over.
func (s *server) do(ctx context.Context, try func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	var last error
	err := s.guard.WithContext(limited).Run(func() error {
		err := try(limited)
		var status *StatusError
		if deadline, _ := limited.Deadline(); errors.As(err, &status) && status.RetryAfter*5/4 > time.Until(deadline) {
			err = &finalError{err} // it would only be waited for in vain
		}
		if limited.Err() == nil {
			last = err
		}
		return err
	})
	switch {
	case err == nil:
		return nil
	case errors.Is(err, circuitbreaker.ErrOpen):
		err = ErrDown
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", s.label, context.Cause(ctx))
	case limited.Err() != nil:
		err = fmt.Errorf("no whole reply within %s: %w", s.Timeout, context.DeadlineExceeded)
	default:
		return fmt.Errorf("%s: %w", s.label, err)
	}
	if last != nil {
		return fmt.Errorf("%s: %w; before that: %w", s.label, err, last)
	}
	return fmt.Errorf("%s: %w", s.label, err)
}

// finalError is not worth another try, whatever its cause.
type finalError struct{ err error }

func (e *finalError) Error() string { return e.err.Error() }
func (e *finalError) Unwrap() error { return e.err }

// again tells whether the same call may succeed if tried again.
func again(err error) bool {
	var final *finalError
	var cert *tls.CertificateVerificationError
	switch {
	case err == nil, errors.As(err, &final), errors.As(err, &cert),
		errors.Is(err, errNotAPI), errors.Is(err, errTooBig), errors.Is(err, errVectors):
		return false
	case errors.Is(err, ErrMalformed), errors.Is(err, errNothing):
		return true
	}
	var status *StatusError
	if errors.As(err, &status) && status.Status == http.StatusTooManyRequests {
		return status.Code != "insufficient_quota" // an empty account stays empty
	}
	return outage(err)
}

// outage tells whether the fault shows a server in trouble, unlike a request
// it refuses, a limit it enforces or a reply it got wrong.
func outage(err error) bool {
	var status *StatusError
	var stream *StreamError
	var lost *lostError
	switch {
	case errors.As(err, &status):
		return passing(status.Status)
	case errors.As(err, &stream):
		code, _ := strconv.Atoi(stream.Code)
		return code == 0 || passing(code) || code == http.StatusTooManyRequests
	case errors.Is(err, ErrCut), errors.Is(err, ErrStalled):
		return true
	}
	return errors.As(err, &lost) && !errors.Is(err, context.Canceled)
}

func passing(status int) bool {
	return status == http.StatusRequestTimeout || status >= 500 && status != http.StatusNotImplemented
}

// pause is how long to wait before retry number retries+1: a random part of a
// ceiling that doubles ("full jitter"), but never less than the server asks.
func pause(err error, retries int, backoff time.Duration) time.Duration {
	jitter := rand.N(backoff << min(max(retries, 0), 4))
	var status *StatusError
	if errors.As(err, &status) && status.RetryAfter > 0 {
		return status.RetryAfter + min(jitter, status.RetryAfter/4)
	}
	return jitter
}
