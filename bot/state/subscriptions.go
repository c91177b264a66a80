package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Subscription is a digest that a channel wants regularly.
type Subscription struct {
	ID      string
	Channel string
	Number  int    // names it in its channel, from 1; given by Subscribe
	Origin  string // "slack", or "config" for one of the settings
	User    string // who made it, "" for one of the settings
	Spec    string // when it is due
	Filter  string // what it is about
	Lang    string // zh or en
	Cursor  int64  // the last arrival that it was told of; see Arrive
	Last    string // the slot that was decided last, "" for none
	Paused  string // why nothing is sent, "" when something is
	At      time.Time
}

func (s *Subscription) sum() int64 {
	return sum(s.ID, s.Channel, itoa(int64(s.Number)), s.Origin, s.User, s.Spec, s.Filter, s.Lang,
		itoa(s.Cursor), s.Last, s.Paused, itoa(encodeTime(s.At)))
}

const subscriptionColumns = `id, channel, number, origin, user, spec, filter, lang, cursor, last, paused, at, sum`

func scanSubscription(row scanner) (s Subscription, err error) {
	var at, want int64
	if err := row.Scan(&s.ID, &s.Channel, &s.Number, &s.Origin, &s.User, &s.Spec, &s.Filter, &s.Lang,
		&s.Cursor, &s.Last, &s.Paused, &at, &want); err != nil {
		return s, err
	}
	if s.At = decodeTime(at); s.sum() != want {
		return s, changed("subscription %q", s.ID)
	}
	return s, nil
}

// put writes a subscription that has changed.
func (s *Subscription) put(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO subscriptions (`+subscriptionColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET spec = excluded.spec, filter = excluded.filter, lang = excluded.lang, cursor = excluded.cursor,
			last = excluded.last, paused = excluded.paused, sum = excluded.sum`,
		s.ID, s.Channel, s.Number, s.Origin, s.User, s.Spec, s.Filter, s.Lang, s.Cursor, s.Last, s.Paused, encodeTime(s.At), s.sum())
	return err
}

func subscriptionOf(ctx context.Context, tx *sql.Tx, id string) (Subscription, error) {
	sub, err := scanSubscription(tx.QueryRowContext(ctx, `SELECT `+subscriptionColumns+` FROM subscriptions WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return sub, ErrUnknown
	}
	return sub, err
}

// Subscribe makes a subscription whose Number it sets, or sets the Spec, Filter
// and Lang of the one that has its ID; its Cursor, Last and Paused stay then.
// ErrTaken, with the one that is there, when the channel has one of the same
// Spec and Filter.
func (s *Store) Subscribe(ctx context.Context, sub Subscription) (made Subscription, err error) {
	if err := errors.Join(name("subscription", sub.ID), name("channel", sub.Channel)); err != nil {
		return sub, fmt.Errorf("subscribe: %w", err)
	}
	for _, t := range []*string{&sub.Origin, &sub.User, &sub.Spec, &sub.Filter, &sub.Lang, &sub.Last, &sub.Paused} {
		*t = clean(*t)
	}
	err = s.change(ctx, fmt.Sprintf("subscribe channel %q", sub.Channel), false, func(ctx context.Context, tx *sql.Tx) error {
		made = sub
		have, err := scanSubscription(tx.QueryRowContext(ctx, `SELECT `+subscriptionColumns+` FROM subscriptions
			WHERE channel = ? AND spec = ? AND filter = ? AND id != ?`, sub.Channel, sub.Spec, sub.Filter, sub.ID))
		if err == nil {
			made = have
			return ErrTaken
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		switch have, err = subscriptionOf(ctx, tx, sub.ID); {
		case err == nil:
			have.Spec, have.Filter, have.Lang = sub.Spec, sub.Filter, sub.Lang
			made = have
		case !errors.Is(err, ErrUnknown):
			return err
		default:
			if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(number), 0) + 1 FROM subscriptions WHERE channel = ?`, sub.Channel).Scan(&made.Number); err != nil {
				return err
			}
		}
		return made.put(ctx, tx)
	})
	return made, err
}

// Subscriptions returns those of a channel, of all for "", by channel and
// number. A damaged one is left out and named in the error, which is
// ErrDamaged; the others come back even so.
func (s *Store) Subscriptions(ctx context.Context, channel string) (out []Subscription, err error) {
	var bad []error
	err = s.view(ctx, "subscriptions", func(tx *sql.Tx) error {
		return eachRow(ctx, tx, func(r scanner) error {
			sub, err := scanSubscription(r)
			if err != nil {
				bad = append(bad, explain(err))
				return nil
			}
			out = append(out, sub)
			return nil
		}, `SELECT `+subscriptionColumns+` FROM subscriptions WHERE ?1 = '' OR channel = ?1 ORDER BY channel, number`, channel)
	})
	return out, joined(append(bad, err))
}

// Pause stops a subscription for a reason, or takes it up again for "". last,
// unless it is "" or earlier, is the slot that counts as decided from here on.
func (s *Store) Pause(ctx context.Context, id, reason, last string) error {
	return s.change(ctx, fmt.Sprintf("pause subscription %q", id), false, func(ctx context.Context, tx *sql.Tx) error {
		sub, err := subscriptionOf(ctx, tx, id)
		if err != nil {
			return err
		}
		sub.Paused, sub.Last = clean(reason), max(sub.Last, clean(last))
		return sub.put(ctx, tx)
	})
}

// Unsubscribe forgets a subscription and all its slots.
func (s *Store) Unsubscribe(ctx context.Context, id string) error {
	return s.change(ctx, fmt.Sprintf("unsubscribe %q", id), false, func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM subscriptions WHERE id = ?`, id)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrUnknown)
		}
		return nil
	})
}
