package digest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"reportbot/bot/state"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/retrieval"
)

// Shelf is the corpus as a digest sees it. It is safe for concurrent use.
type Shelf interface {
	Corpus
	// Reports returns the metadata of those in a scope.
	Reports(ctx context.Context, scope retrieval.Scope) ([]*report.Report, error)
	// Names returns the names every report goes by, by its ID: once one of them
	// was seen, the report is not new.
	Names(ctx context.Context) (map[string][]string, error)
}

// Book keeps who wants what, and what has come. See state.Store, whose methods
// these are.
type Book interface {
	Subscriptions(ctx context.Context, channel string) ([]state.Subscription, error)
	Pause(ctx context.Context, id, reason, last string) error
	Arrive(ctx context.Context, all [][]string) error
	Arrivals(ctx context.Context) (map[string]int64, error)
}

// Outbox keeps what was sent, so that it is sent once. See state.Store, whose
// methods these are.
type Outbox interface {
	OpenSlots(ctx context.Context) ([]state.Slot, error)
	Begin(ctx context.Context, slot state.Slot, cursor int64, onDemand bool) error
	End(ctx context.Context, subscription, slot, stage string) error
	Pass(ctx context.Context, slot state.Slot, cursor int64) error
}

// Delivery is a digest on its way into a channel.
type Delivery struct {
	ID      string // the same for every try, whatever process makes it
	Channel string
	Digest  Digest
	Scope   retrieval.Scope // what its readers may see
	Begun   time.Time       // when it was decided
	Again   bool            // an earlier try may have posted some of it
}

// Poster posts digests. Errors that are a *Closed say that the channel takes
// none; every other one, that it is worth another try.
type Poster interface {
	// Landed reports whether some of the delivery stands in the channel.
	Landed(ctx context.Context, d Delivery) (bool, error)
	// Post posts what of the delivery does not stand there yet.
	Post(ctx context.Context, d Delivery) error
}

// Closed says why nothing can be posted in a channel: the bot left it, it was
// archived.
type Closed struct{ Reason string }

func (c *Closed) Error() string { return "the channel is closed to the bot: " + c.Reason }

// Options are the settings of a Runner. Scope is needed.
type Options struct {
	// Scope is what may be seen where a subscription is delivered, asked anew
	// each time; false where its maker may not see anything any more. While it
	// cannot be told, nothing is delivered.
	Scope func(ctx context.Context, s state.Subscription) (retrieval.Scope, bool, error)
	Known *security.Directory // companies known besides those of the reports; may be nil
	Model *Model              // nil: digests are in the reports' own words
	Empty bool                // say so when there is nothing new; else be silent
	Now   func() time.Time    // nil: time.Now
	Log   *slog.Logger        // nil: silent
}

// notPermitted is why a subscription is paused whose maker may see nothing.
const notPermitted = "not permitted any more"

const (
	tooLate  = 12 * time.Hour   // what is later is left to the next digest
	giveUp   = 24 * time.Hour   // after which a digest that stands there in part is left so
	interval = 20 * time.Second // between looks at the clock, which may jump
	mostWait = 30 * time.Minute // between tries of a delivery
	patience = 5 * time.Minute  // with one delivery; the others wait for it
)

// Runner delivers what is due. It is safe for concurrent use; two runners over
// one state are not, and package state lets no second process open it.
type Runner struct {
	shelf  Shelf
	book   Book
	outbox Outbox
	poster Poster
	opt    Options

	mu    sync.Mutex // held while something is delivered: what one delivers is not new to the next
	tries map[string]try
}

// try is when a delivery that failed is tried again.
type try struct {
	at   time.Time
	wait time.Duration
}

// NewRunner returns a runner.
func NewRunner(shelf Shelf, book Book, outbox Outbox, poster Poster, opt Options) *Runner {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	return &Runner{shelf: shelf, book: book, outbox: outbox, poster: poster, opt: opt, tries: map[string]try{}}
}

// Run delivers what is due until ctx ends. What fails is logged and tried
// again.
func (r *Runner) Run(ctx context.Context) error {
	t := time.NewTicker(interval)
	defer t.Stop()
	for {
		if err := r.Tick(ctx); err != nil && ctx.Err() == nil {
			r.opt.Log.Error("digests not looked after", "error", err.Error())
		}
		select {
		case <-t.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// Tick goes on with what was begun and delivers what is due now.
func (r *Runner) Tick(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	subs, err := r.book.Subscriptions(ctx, "")
	if err != nil && len(subs) == 0 { // a damaged one does not stop the others
		return err
	}
	open, err2 := r.outbox.OpenSlots(ctx)
	bad := []error{err, err2}
	for _, slot := range open {
		if err := r.goOn(ctx, subs, slot); err != nil {
			bad = append(bad, fmt.Errorf("subscription %s: %w", slot.Subscription, err))
		}
	}
	for _, sub := range subs {
		if ctx.Err() != nil {
			break
		}
		if sub.Paused != "" {
			continue
		}
		if err := r.due(ctx, sub); err != nil {
			bad = append(bad, fmt.Errorf("subscription %s: %w", sub.ID, err))
		}
	}
	return errors.Join(bad...)
}

// due delivers the last slot of a subscription, unless it is decided.
func (r *Runner) due(ctx context.Context, sub state.Subscription) error {
	spec, _, err := ParseSpec(sub.Spec)
	if err != nil {
		return r.pause(ctx, sub, err.Error())
	}
	now := r.opt.Now()
	slot := spec.Last(now)
	// A day that is not after the last one decided is never due, so a clock
	// that goes back repeats nothing.
	if slot.Date <= sub.Last {
		return nil
	}
	late := now.Sub(slot.At)
	if late >= tooLate {
		r.opt.Log.Warn("digest too late, the next one says what it would have said", "subscription", sub.ID, "channel", sub.Channel, "slot", slot.Date)
		return moved(r.outbox.Pass(ctx, state.Slot{Subscription: sub.ID, Name: slot.Date, Stage: state.Passed, At: now}, sub.Cursor))
	}
	_, err = r.deliver(ctx, sub, state.Slot{Subscription: sub.ID, Name: slot.Date, At: now}, Digest{Slot: slot.Date, Due: slot.At, Late: late})
	return settled(err)
}

// settled hides that a channel is closed, of which the log has been told.
func settled(err error) error {
	if closed := (*Closed)(nil); errors.As(err, &closed) {
		return nil
	}
	return err
}

// moved hides that somebody else decided: then all is well.
func moved(err error) error {
	if errors.Is(err, state.ErrMoved) {
		return nil
	}
	return err
}

// deliver decides a slot and posts its digest; n is how many reports it tells
// of.
func (r *Runner) deliver(ctx context.Context, sub state.Subscription, slot state.Slot, as Digest) (n int, err error) {
	news, ok, err := r.news(ctx, sub)
	switch {
	case err != nil:
		return 0, err
	case !ok:
		return 0, r.pause(ctx, sub, notPermitted)
	}
	slot.Upto = news.upto
	onDemand := as.Slot == ""
	if len(news.fresh) == 0 && (onDemand || !r.opt.Empty) {
		slot.Stage = state.Delivered
		if onDemand {
			return 0, nil
		}
		return 0, moved(r.outbox.Pass(ctx, slot, sub.Cursor))
	}
	as.Lang, as.Filter = cmp.Or(sub.Lang, "zh"), news.shown
	d, err := Compose(ctx, r.shelf, r.opt.Model, news.fresh, news.all, as)
	if err != nil {
		return 0, err
	}
	if slot.Body, err = json.Marshal(d); err != nil {
		return 0, err
	}
	if err := r.outbox.Begin(ctx, slot, sub.Cursor, onDemand); err != nil {
		if onDemand {
			return 0, err
		}
		return 0, moved(err)
	}
	return d.Total, r.post(ctx, sub, slot, Delivery{ID: deliveryID(slot), Channel: sub.Channel, Digest: d, Scope: news.scope, Begun: slot.At})
}

// deliveryID names the delivery of a slot, in messages too.
func deliveryID(slot state.Slot) string { return "digest-" + slot.Subscription + "-" + slot.Name }

// post posts a digest that is decided, and closes its slot.
func (r *Runner) post(ctx context.Context, sub state.Subscription, slot state.Slot, d Delivery) error {
	within, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := r.poster.Post(within, d)
	var closed *Closed
	switch {
	case err == nil:
		delete(r.tries, d.ID)
		r.opt.Log.Info("digest delivered", "subscription", sub.ID, "channel", sub.Channel, "slot", slot.Name, "reports", d.Digest.Total, "late", d.Digest.Late.Round(time.Second).String())
		return moved(r.outbox.End(ctx, slot.Subscription, slot.Name, state.Delivered)) // unsubscribed meanwhile
	case errors.As(err, &closed):
		if err := r.closed(ctx, sub, slot, closed); err != nil {
			return err
		}
		return closed
	}
	r.again(d.ID)
	return fmt.Errorf("post the digest of %s: %w", slot.Name, err)
}

// closed ends a delivery into a channel that takes none: whoever takes the
// subscription up again gets what it would have said.
func (r *Runner) closed(ctx context.Context, sub state.Subscription, slot state.Slot, why *Closed) error {
	return errors.Join(moved(r.outbox.End(ctx, slot.Subscription, slot.Name, state.Passed)), r.pause(ctx, sub, why.Reason))
}

// pause stops a subscription and says so in the log.
func (r *Runner) pause(ctx context.Context, sub state.Subscription, why string) error {
	r.opt.Log.Warn("digest paused", "subscription", sub.ID, "channel", sub.Channel, "reason", why)
	return r.book.Pause(ctx, sub.ID, why, "")
}
