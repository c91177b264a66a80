package slack

import (
	"context"

	"reportbot/bot"
)

// admit turns away what is one too many, but what was taken before a restart.
func (s *Slack) admit(ctx context.Context, w *work) bool {
	e := w.event
	if w.again || e.Kind == Joined {
		return true
	}
	r := s.opt.Limiter.Take(place(e), w.came)
	if r != nil {
		s.turnAway(ctx, w, "refused:rate_"+r.Whose, r.Tell, bot.TooMany(s.lang(e), r))
	}
	return r == nil
}

// turnAway refuses what nobody works on. Its asker hears of it once, until
// something is taken again: a line for each would be a flood of ours.
func (s *Slack) turnAway(ctx context.Context, w *work, outcome string, tell bool, text string) {
	s.live.remove(w.event.ID)
	if tell {
		s.sayBeside(ctx, w, outcome, text)
		return
	}
	s.refuse(ctx, w.event, outcome)
}

// noRoom refuses an event that found no room; when we are stopping, the next
// start has.
func (s *Slack) noRoom(ctx context.Context, e Event) {
	if !s.side.Ended() {
		s.refuse(ctx, e, "refused:full")
	}
}
