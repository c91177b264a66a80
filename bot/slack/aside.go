package slack

import (
	"cmp"
	"context"

	"reportbot/bot"
	"reportbot/bot/answer"
)

// aside asks once more for whoever may see more than the channel in which the
// question was refused, and tells the asker alone what that gives. It is tried
// once: after a restart nobody can tell whether an ephemeral message was shown.
// It has no "Share here": the channel's own answer stands above it.
func (s *Slack) aside(ctx context.Context, e Event, asked bot.Message, refused bot.Reply) {
	if refused.Answer.Status != answer.Abstained || refused.Kind != bot.Question || e.Kind != Ask || e.Direct || e.Slash {
		return
	}
	if strangers, _ := s.external(ctx, e.Channel, e.External); strangers { // the asker may be one
		return
	}
	wide := s.union(ctx, e, asked.Scope)
	if !beyond(wide, asked.Scope) {
		return
	}
	ask := bot.Message{ID: e.ID, Text: cmp.Or(refused.Question, asked.Text), Scope: wide, Now: asked.Now, Lang: asked.Lang}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	reply, err := s.bot.Handle(ctx, ask)
	if err != nil {
		s.opt.Log.Warn("not asked again for the asker alone", "id", e.ID, "error", err.Error())
		return
	}
	if reply.Answer.Status != answer.Answered {
		return
	}
	own := e
	own.ID += ":private" // the channel's answer has a record of its own
	m := s.message(own)
	m.private = true
	kept := s.keep(ctx, own, ask, reply)
	c := closing{lang: reply.Lang, reply: reply, event: e.ID, private: true, answer: kept.ID, asked: asked.Text, notice: s.opt.Notice}
	m.about.Asked, m.about.Scope = trim(asked.Text, mostAsked), wide
	if err := s.save(ctx, kept, c, m.audit(ctx, own, kept, reply)); err != nil {
		s.opt.Log.Error("answer for the asker alone not kept, so not shown", "id", e.ID, "error", err.Error())
		return
	}
	m.audited = true
	if err := m.end(ctx, reply.Answer.Text, c); err != nil {
		s.opt.Log.Warn("answer for the asker alone not shown", "id", e.ID, "error", brief(err))
	}
}
