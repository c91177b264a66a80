package state

import (
	"context"
	"database/sql"
	"time"
)

// pruneStep is how many rows Prune deletes in one transaction: Record waits
// for at most one of them.
const pruneStep = 200

// Prune forgets finished events older than before, with their bodies and
// posts, the turns, the delivered digests, the summaries and the budgets of days
// older than it; it returns how many events. What is not finished, answers and
// feedback stay, and the audit; PruneAudit forgets them. An event delivered again after it was
// forgotten is fresh: keep them for longer than Slack's retries, an hour.
func (s *Store) Prune(ctx context.Context, before time.Time) (int, error) {
	events, err := s.deleteAll(ctx, `DELETE FROM events WHERE seq IN
		(SELECT seq FROM events WHERE outcome IS NOT NULL AND at < ? ORDER BY seq LIMIT ?)`, before)
	if err != nil {
		return events, err
	}
	// After the events: a kill between the two leaves posts without an event,
	// which the next Prune finds.
	if _, err := s.deleteAll(ctx, `DELETE FROM posted WHERE event_id IN
		(SELECT event_id FROM posted WHERE at < ? AND event_id NOT IN (SELECT id FROM events) LIMIT ?)`, before); err != nil {
		return events, err
	}
	_, err = s.deleteAll(ctx, `DELETE FROM turns WHERE seq IN
		(SELECT seq FROM turns WHERE at < ? ORDER BY seq LIMIT ?)`, before)
	if err != nil {
		return events, err
	}
	if _, err := s.deleteAll(ctx, `DELETE FROM summaries WHERE key IN (SELECT key FROM summaries WHERE at < ? LIMIT ?)`, before); err != nil {
		return events, err
	}
	_, err = s.deleteAll(ctx, `DELETE FROM slots WHERE (subscription, slot) IN
		(SELECT subscription, slot FROM slots WHERE stage != 'posting' AND at < ? LIMIT ?)`, before)
	if err != nil {
		return events, err
	}
	return events, s.pruneBudget(ctx, before)
}

// deleteAll repeats del, whose parameters are a time and a limit, until it
// finds nothing more.
func (s *Store) deleteAll(ctx context.Context, del string, before time.Time) (deleted int, err error) {
	for n := int64(pruneStep); n == pruneStep; deleted += int(n) {
		err := s.change(ctx, "prune", false, func(ctx context.Context, tx *sql.Tx) error {
			res, err := tx.ExecContext(ctx, del, encodeTime(before), pruneStep)
			if err != nil {
				return err
			}
			n, err = res.RowsAffected()
			return err
		})
		if err != nil {
			return deleted, err
		}
	}
	return deleted, nil
}
