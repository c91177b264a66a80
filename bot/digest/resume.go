package digest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"reportbot/bot/state"
	"reportbot/ingest/report"
)

// again notes when a delivery is tried again.
func (r *Runner) again(id string) {
	wait := min(2*max(r.tries[id].wait, interval), mostWait)
	r.tries[id] = try{r.opt.Now().Add(wait), wait}
}

// waits reports whether a delivery is not to be tried yet. A clock that went
// back is no reason to wait for longer than was meant.
func (r *Runner) waits(id string) bool {
	t, ok := r.tries[id]
	left := t.at.Sub(r.opt.Now())
	return ok && left > 0 && left <= t.wait
}

// goOn takes up a delivery that was begun and not ended.
func (r *Runner) goOn(ctx context.Context, subs []state.Subscription, slot state.Slot) error {
	d := Delivery{ID: deliveryID(slot), Begun: slot.At, Again: true}
	if _, known := r.tries[d.ID]; !known {
		// Of another process, which may have ended a moment ago: what it sent
		// last may still be on its way.
		r.again(d.ID)
	}
	if r.waits(d.ID) {
		return nil
	}
	var sub state.Subscription
	for _, s := range subs {
		if s.ID == slot.Subscription {
			sub = s
		}
	}
	if sub.ID == "" { // damaged, or gone since: nobody knows where it goes
		return nil
	}
	if err := json.Unmarshal(slot.Body, &d.Digest); err != nil {
		return errors.Join(err, r.outbox.End(ctx, slot.Subscription, slot.Name, state.Passed))
	}
	d.Channel = sub.Channel
	landed, err := r.poster.Landed(ctx, d)
	var closed *Closed
	switch {
	case errors.As(err, &closed):
		return r.closed(ctx, sub, slot, closed)
	case err != nil && r.opt.Now().Sub(slot.At) < giveUp: // not known: posting now might double it
		r.again(d.ID)
		return fmt.Errorf("look for the digest of %s: %w", slot.Name, err)
	}
	may, err := r.may(ctx, sub, &d)
	if err != nil {
		return err
	}
	since := d.Digest.Due
	if since.IsZero() {
		since = slot.At
	}
	late := r.opt.Now().Sub(since)
	switch {
	case landed && (late >= giveUp || !may):
		r.opt.Log.Error("digest left as it is, in part", "subscription", sub.ID, "channel", sub.Channel, "slot", slot.Name)
		return r.outbox.End(ctx, slot.Subscription, slot.Name, state.Delivered)
	case landed:
	case late >= tooLate || !may:
		r.opt.Log.Warn("digest not sent, the next one says what it would have said", "subscription", sub.ID, "channel", sub.Channel, "slot", slot.Name, "late", late.Round(time.Second).String(), "permitted", may)
		return r.outbox.End(ctx, slot.Subscription, slot.Name, state.Passed)
	case !d.Digest.Due.IsZero():
		d.Digest.Late = max(late, 0)
	}
	return settled(r.post(ctx, sub, slot, d))
}

// may reports whether all that a digest tells of may still be seen where it
// goes, and notes what that is: a restart may have come with other settings.
func (r *Runner) may(ctx context.Context, sub state.Subscription, delivery *Delivery) (bool, error) {
	scope, ok, err := r.opt.Scope(ctx, sub)
	if err != nil || !ok {
		return false, err
	}
	delivery.Scope = scope
	d := &delivery.Digest
	reports, err := r.shelf.Reports(ctx, scope)
	if err != nil {
		return false, err
	}
	d.Filter = d.Filter.shown(KnownOf(reports, scope, r.opt.Known))
	there := map[string]bool{}
	for _, rep := range reports {
		there[rep.ID] = true
	}
	for _, c := range d.Citations {
		if !there[c.Report.ID] {
			return false, nil
		}
	}
	return !slices.ContainsFunc(d.Further, func(h report.Header) bool { return !there[h.ID] }), nil
}
