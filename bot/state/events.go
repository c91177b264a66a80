package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Event is something the bot was told, to be answered once.
type Event struct {
	ID     string // names it; Slack delivers it again under the same ID
	Thread string // the conversation, "" for none
	Body   []byte // the normalised event as JSON; kept byte for byte
	At     time.Time
}

func (e *Event) sum() int64 {
	return sum(e.ID, e.Thread, string(e.Body), itoa(encodeTime(e.At)))
}

// Record stores an event; fresh is false, and nothing is changed, when its ID
// is known. It is committed before Record returns: then it may be
// acknowledged. After an error it is not stored, so Slack's next delivery is
// fresh again; cancelling ctx cannot leave that in doubt.
func (s *Store) Record(ctx context.Context, e Event) (fresh bool, err error) {
	if err := name("event ID", e.ID); err != nil {
		return false, fmt.Errorf("record event: %w", err)
	}
	e.Thread = clean(e.Thread)
	err = s.change(ctx, fmt.Sprintf("record event %q", e.ID), true, func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `INSERT INTO events (id, thread, body, at, sum) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (id) DO NOTHING`, e.ID, e.Thread, blob(e.Body), encodeTime(e.At), e.sum())
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		fresh = n == 1
		return err
	})
	return fresh && err == nil, err
}

// Finish notes what became of an event: answered, abstained, refused,
// failed:REASON. The first outcome stays; finishing again changes nothing. An
// event that was never recorded is ErrUnknown. The entries are added to the audit
// with it.
func (s *Store) Finish(ctx context.Context, id, outcome string, at time.Time, entries ...Entry) error {
	return s.change(ctx, fmt.Sprintf("finish event %q", id), false, func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE events SET outcome = coalesce(outcome, ?), finished = coalesce(finished, ?)
			WHERE id = ?`, clean(outcome), encodeTime(at), id)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrUnknown)
		}
		return addEntries(ctx, tx, entries)
	})
}

const eventColumns = `id, thread, body, at, sum`

// Pending returns the events that were recorded and not finished, in the
// order they were recorded. Asked before a run's first Record it returns what
// the last run left; later, what is being answered stands among them. A damaged one is left out and named in the error,
// which is ErrDamaged; the others come back even so.
func (s *Store) Pending(ctx context.Context) (out []Event, err error) {
	var bad []error
	err = s.view(ctx, "pending events", func(tx *sql.Tx) error {
		return eachRow(ctx, tx, func(r scanner) error {
			e, err := scanEvent(r)
			if err != nil {
				bad = append(bad, explain(err))
				return nil
			}
			out = append(out, e)
			return nil
		}, `SELECT `+eventColumns+` FROM events WHERE outcome IS NULL ORDER BY seq`)
	})
	return out, joined(append(bad, err))
}

func scanEvent(row scanner) (e Event, err error) {
	var at, want int64
	if err := row.Scan(&e.ID, &e.Thread, &e.Body, &at, &want); err != nil {
		return e, err
	}
	if e.At = decodeTime(at); e.sum() != want {
		return e, changed("event %q", e.ID)
	}
	return e, nil
}

// Posted says how far the answer to an event has got in Slack. Written before
// the first post, it tells a restart to look for that post before it makes
// another.
type Posted struct {
	EventID string
	Channel string
	TS      string // "" until Slack has named the message
	Stage   string // opening, posting, whispering, streaming, refused, done: as bot/slack uses them
	At      time.Time
}

func (p *Posted) sum() int64 {
	return sum(p.EventID, p.Channel, p.TS, p.Stage, itoa(encodeTime(p.At)))
}

// Mark notes how far the post for an event has got; the last mark counts. It
// is on disk before Mark returns. The entries are added to the audit with it.
func (s *Store) Mark(ctx context.Context, p Posted, entries ...Entry) error {
	if err := name("event ID", p.EventID); err != nil {
		return fmt.Errorf("mark post: %w", err)
	}
	p.Channel, p.TS, p.Stage = clean(p.Channel), clean(p.TS), clean(p.Stage)
	return s.change(ctx, fmt.Sprintf("mark post of event %q", p.EventID), false, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO posted (event_id, channel, ts, stage, at, sum)
			VALUES (?, ?, ?, ?, ?, ?)`, p.EventID, p.Channel, p.TS, p.Stage, encodeTime(p.At), p.sum())
		if err != nil {
			return err
		}
		return addEntries(ctx, tx, entries)
	})
}

// Posting returns the last mark of an event; false when there is none.
func (s *Store) Posting(ctx context.Context, eventID string) (Posted, bool, error) {
	p, err := scanPosted(s.read.QueryRowContext(ctx, `SELECT `+postedColumns+` FROM posted WHERE event_id = ?`, eventID))
	if errors.Is(err, sql.ErrNoRows) {
		return Posted{}, false, nil
	}
	if err != nil {
		return Posted{}, false, fmt.Errorf("post of event %q: %w", eventID, explain(err))
	}
	return p, true, nil
}

const postedColumns = `event_id, channel, ts, stage, at, sum`

func scanPosted(row scanner) (p Posted, err error) {
	var at, want int64
	if err := row.Scan(&p.EventID, &p.Channel, &p.TS, &p.Stage, &at, &want); err != nil {
		return p, err
	}
	if p.At = decodeTime(at); p.sum() != want {
		return p, changed("post of event %q", p.EventID)
	}
	return p, nil
}
