package openai

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// watch ends its context with ErrStalled when nothing is heard for too long.
type watch struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer

	mu   sync.Mutex
	gap  time.Duration
	text string // what did not happen within the gap
}

func newWatch(ctx context.Context, gap time.Duration, text string) *watch {
	w := &watch{gap: gap, text: text}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	w.timer = time.AfterFunc(gap, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.cancel(fmt.Errorf("%w: "+w.text, ErrStalled, w.gap))
	})
	return w
}

// alive starts the gap anew.
func (w *watch) alive() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer.Reset(w.gap)
}

// expect starts a gap of another length.
func (w *watch) expect(gap time.Duration, text string) {
	w.mu.Lock()
	w.gap, w.text = gap, text
	w.mu.Unlock()
	w.alive()
}

func (w *watch) stop() {
	w.timer.Stop()
	w.cancel(nil)
}

// explain returns why a call under this watch failed: net/http reports just
// that its context ended.
func (w *watch) explain(err error) error {
	if cause := context.Cause(w.ctx); cause != nil && errors.Is(cause, ErrStalled) {
		return cause
	}
	return withoutURL(err)
}
