package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// The stages of a slot. One that is open is Posting; the others are final.
const (
	Posting   = "posting"   // it is being posted: a restart looks for it before it posts again
	Delivered = "delivered" // it was posted, or there was nothing to say
	Passed    = "passed"    // it was not posted; the next one says what it would have said
)

// Slot is one delivery of a subscription: the day it was due by the calendar
// of its zone (YYYY-MM-DD), or a name of its own for one on demand.
type Slot struct {
	Subscription string
	Name         string
	Stage        string
	Upto         int64  // the subscription's Cursor once it is delivered
	Body         []byte // what is posted, while it is Posting; kept byte for byte
	At           time.Time
}

func (s *Slot) sum() int64 {
	return sum(s.Subscription, s.Name, s.Stage, itoa(s.Upto), string(s.Body), itoa(encodeTime(s.At)))
}

const slotColumns = `subscription, slot, stage, upto, body, at, sum`

func scanSlot(row scanner) (s Slot, err error) {
	var at, want int64
	if err := row.Scan(&s.Subscription, &s.Name, &s.Stage, &s.Upto, &s.Body, &at, &want); err != nil {
		return s, err
	}
	if s.At = decodeTime(at); s.sum() != want {
		return s, changed("slot %q", s.Subscription+" "+s.Name)
	}
	return s, nil
}

// Begin decides that a slot is delivered now: of everybody who tries, one
// succeeds, and everybody else gets ErrMoved. So does whoever comes while
// another slot of the subscription is open, with a day not after the last that
// was decided, or with a cursor that has moved since it was read. The slot is
// Posting, and on disk, before Begin returns. onDemand is for a slot that is no
// day.
func (s *Store) Begin(ctx context.Context, slot Slot, cursor int64, onDemand bool) error {
	if err := name("slot", slot.Name); err != nil {
		return fmt.Errorf("begin a digest: %w", err)
	}
	slot.Stage = Posting
	return s.change(ctx, fmt.Sprintf("begin digest %s of subscription %q", slot.Name, slot.Subscription), false, func(ctx context.Context, tx *sql.Tx) error {
		sub, err := subscriptionOf(ctx, tx, slot.Subscription)
		if err != nil {
			return err
		}
		if sub.Cursor != cursor || sub.Paused != "" && !onDemand || !onDemand && slot.Name <= sub.Last {
			return ErrMoved
		}
		var open bool
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM slots WHERE subscription = ? AND stage = 'posting')`, sub.ID).Scan(&open); err != nil {
			return err
		}
		if open {
			return ErrMoved
		}
		if !onDemand {
			sub.Last = slot.Name
		}
		return errors.Join(insertSlot(ctx, tx, slot), sub.put(ctx, tx))
	})
}

// insertSlot writes a slot that nobody has decided; ErrMoved when somebody has.
func insertSlot(ctx context.Context, tx *sql.Tx, slot Slot) error {
	res, err := tx.ExecContext(ctx, `INSERT INTO slots (`+slotColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		slot.Subscription, slot.Name, slot.Stage, slot.Upto, blob(slot.Body), encodeTime(slot.At), slot.sum())
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, ErrMoved)
	}
	return nil
}

// End closes an open slot: Delivered moves the subscription's cursor in the
// same transaction, Passed leaves it, so that the next slot says what this one
// would have said. A slot that is closed already, or is gone with its
// subscription, is ErrMoved.
func (s *Store) End(ctx context.Context, subscription, slotName, stage string) error {
	return s.change(ctx, fmt.Sprintf("end digest %s of subscription %q", slotName, subscription), false, func(ctx context.Context, tx *sql.Tx) error {
		slot, err := scanSlot(tx.QueryRowContext(ctx, `SELECT `+slotColumns+` FROM slots WHERE subscription = ? AND slot = ? AND stage = 'posting'`, subscription, slotName))
		if errors.Is(err, sql.ErrNoRows) {
			return ErrMoved
		}
		if err != nil {
			return err
		}
		slot.Stage, slot.Body = stage, nil
		if _, err := tx.ExecContext(ctx, `UPDATE slots SET stage = ?, body = x'', sum = ? WHERE subscription = ? AND slot = ?`,
			slot.Stage, slot.sum(), subscription, slotName); err != nil || stage != Delivered {
			return err
		}
		sub, err := subscriptionOf(ctx, tx, subscription)
		if err != nil {
			return err
		}
		sub.Cursor = max(sub.Cursor, slot.Upto)
		return sub.put(ctx, tx)
	})
}

// Pass decides that a slot is not posted. Delivered says that there was
// nothing to say, and moves the cursor to slot.Upto; Passed that the next slot
// says it. ErrMoved is as of Begin.
func (s *Store) Pass(ctx context.Context, slot Slot, cursor int64) error {
	return s.change(ctx, fmt.Sprintf("pass digest %s of subscription %q", slot.Name, slot.Subscription), false, func(ctx context.Context, tx *sql.Tx) error {
		sub, err := subscriptionOf(ctx, tx, slot.Subscription)
		if err != nil {
			return err
		}
		if sub.Cursor != cursor || sub.Paused != "" || slot.Name <= sub.Last {
			return ErrMoved
		}
		sub.Last = slot.Name
		if slot.Stage == Delivered {
			sub.Cursor = max(sub.Cursor, slot.Upto)
		}
		return errors.Join(insertSlot(ctx, tx, slot), sub.put(ctx, tx))
	})
}

// OpenSlots returns the slots that are being posted, by subscription and slot:
// after a restart, those that the run before left. A damaged one is left out
// and named in the error, which is ErrDamaged; the others come back even so.
func (s *Store) OpenSlots(ctx context.Context) (out []Slot, err error) {
	var bad []error
	err = s.view(ctx, "open slots", func(tx *sql.Tx) error {
		return eachRow(ctx, tx, func(r scanner) error {
			slot, err := scanSlot(r)
			if err != nil {
				bad = append(bad, explain(err))
				return nil
			}
			out = append(out, slot)
			return nil
		}, `SELECT `+slotColumns+` FROM slots WHERE stage = 'posting' ORDER BY subscription, slot`)
	})
	return out, joined(append(bad, err))
}
