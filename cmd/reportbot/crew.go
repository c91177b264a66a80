package main

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// crew are the goroutines of serve. They all end when its context does, and the
// first that ends before, or fails, ends it.
type crew struct {
	stop context.CancelCauseFunc
	wg   sync.WaitGroup
}

// newCrew returns a crew and the context to start them with.
func newCrew(ctx context.Context) (*crew, context.Context) {
	ctx, stop := context.WithCancelCause(ctx)
	return &crew{stop: stop}, ctx
}

// add starts one; its error is told with its name.
func (c *crew) add(ctx context.Context, name string, work func(ctx context.Context) error) {
	c.wg.Go(func() {
		err := work(ctx)
		switch {
		case ctx.Err() != nil: // as it was told to; what it says of that is no failure
		case err != nil:
			c.stop(fmt.Errorf("%s: %w", name, err))
		default:
			c.stop(fmt.Errorf("%s ended by itself", name))
		}
	})
}

// wait waits for the end of their context, and from there up to grace for all
// to finish; late is true when some had to be left behind.
func (c *crew) wait(ctx context.Context, grace time.Duration) (late bool) {
	<-ctx.Done()
	done := make(chan struct{})
	go func() {
		c.wg.Wait()
		close(done)
	}()
	t := time.NewTimer(grace)
	defer t.Stop()
	select {
	case <-done:
		return false
	case <-t.C:
		return true
	}
}
