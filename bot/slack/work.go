package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/ticker"
	"reportbot/retrieval"
)

// patience bounds one question, model and all.
const patience = 10 * time.Minute

// work answers a question and records what became of it. Whatever happens, the
// asker hears of it, and no working mark stays. Only when we are stopped in
// the middle, or cannot tell whether the answer stands in Slack, the event stays
// unfinished: it is taken up later, or by the next start.
func (s *Slack) work(ctx context.Context, w *work) {
	e := w.event
	kept := false
	defer func() {
		if !kept {
			s.live.remove(e.ID)
		}
	}()
	m := s.message(e)
	m.came = w.came
	outcome := ""
	if w.again {
		outcome = s.found(ctx, w, m)
	}
	if outcome == "" {
		outcome = s.reply(ctx, w, m)
	}
	switch {
	case outcome == stopped, outcome == later && ctx.Err() != nil:
		s.opt.Log.Info("question left for the next start", "id", e.ID)
		return
	case outcome == later:
		kept = true
		s.leave(w)
		return
	}
	s.opt.Log.Info("question done", "id", e.ID, "kind", string(e.Kind), "outcome", outcome, "took", s.opt.Now().Sub(w.came).Round(time.Millisecond).String())
	s.observe("question_seconds", w.came)
	s.finishAll(ctx, w, outcome)
}

// message is an empty reply to an event.
func (s *Slack) message(e Event) *message {
	since := e.TS
	if since == "" { // of a command: an hour before, as our clock is not Slack's
		since = fmt.Sprintf("%d.000000", max(e.At-3600, 0))
	}
	m := &message{s: s, event: e.ID, channel: e.Channel, thread: s.root(e), team: cmp.Or(e.Team, s.self().Team), user: e.User, since: since, wake: make(chan struct{}, 1), about: s.about(e)}
	if e.Slash || e.Hidden && e.Kind != Share {
		m.reply = e.Reply
	}
	return m
}

// reply answers and returns the outcome.
func (s *Slack) reply(ctx context.Context, w *work, m *message) string {
	e := w.event
	ch, scope, ok := s.at(ctx, e)
	lang := s.lang(e)
	if !ok {
		m.private = m.reply != ""
		return s.tell(ctx, m, lang, bot.NotAllowed(lang), "refused:not_permitted")
	}
	if m.reply != "" {
		scope = s.union(ctx, e, scope)
		m.private = e.Hidden || beyond(scope, s.open(e))
	}
	m.about.Scope = scope
	ask, err := s.ask(ctx, w, scope)
	switch {
	case errors.Is(err, errGone):
		return s.tell(ctx, m, lang, gone(lang), "refused:gone")
	case err != nil:
		s.opt.Log.Error("question not read back", "id", e.ID, "error", err.Error())
		return s.tell(ctx, m, lang, bot.Failed(lang, e.ID), "failed:state")
	}
	ask.Lang = ch.Language
	job, text, going := w.begin(ctx)
	if !going {
		m.remove(context.WithoutCancel(ctx))
		return "deleted"
	}
	if e.Kind != Wider && e.Kind != Share {
		ask.Text = text
	}
	outcome, err := s.once(ctx, job, w, m, ask)
	switch {
	case errors.Is(err, errDeleted):
		m.remove(context.WithoutCancel(ctx))
		return "deleted"
	case errors.Is(err, errEdited):
		m.again()
		return s.reply(ctx, w, m) // by what may be seen now
	}
	return outcome
}

// ask is the message the bot is given.
func (s *Slack) ask(ctx context.Context, w *work, scope retrieval.Scope) (bot.Message, error) {
	e := w.event
	ask := bot.Message{ID: e.ID, Thread: s.thread(e), Scope: scope, Now: s.opt.Now()}
	switch e.Kind {
	case Reports:
		ask.Kind = bot.Reports
	case Ticker:
		ask.Kind = bot.Ticker
	case Help, Joined:
		ask.Kind = bot.Help
	case Wider, Share:
		a, ok, err := s.state.Answer(ctx, e.Answer)
		if err != nil {
			return ask, err
		}
		if !ok {
			return ask, errors.New("no such answer")
		}
		if e.Kind == Wider && beyond(a.Scope, scope) { // its full question may hold words of what is out of sight by now
			return ask, errGone
		}
		ask.Text, ask.Wide = cmp.Or(a.Question, a.Asked), e.Kind == Wider
		if e.Card {
			ask.Kind = bot.Ticker
		}
	}
	return ask, nil
}

// errGone says that what a button stands on is out of its presser's sight.
var errGone = errors.New("out of sight")

// begin says that a question is being answered from here on; job ends when it
// is edited or deleted. going is false when it is deleted already.
func (w *work) begin(ctx context.Context) (job context.Context, text string, going bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.deleted {
		return ctx, "", false
	}
	job, w.cancel = context.WithCancelCause(ctx)
	return job, w.text, true
}

// close says that nothing changes the answer any more; the cause is why it must
// not be given, nil when it may.
func (w *work) close(job context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	err := context.Cause(job)
	if errors.Is(err, errEdited) {
		return err
	}
	w.ended = true
	w.cancel(nil)
	return err
}

// again forgets what was said of the question as it was before an edit. What
// stands in Slack is replaced by what comes.
func (m *message) again() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.said, m.cites = nil, nil
	m.doubtful = true
}

// once asks the bot once and writes what it says.
func (s *Slack) once(ctx, job context.Context, w *work, m *message, ask bot.Message) (string, error) {
	e := w.event
	lang := cmp.Or(ask.Lang, answer.Language(cmp.Or(ask.Text, "问")))
	job, cancel := context.WithTimeout(job, patience)
	defer cancel()
	out, end := s.lasting(ctx) // what is said in the end is said even when we stop
	defer end()
	mark := ""
	if searches(e, ask) {
		mark = bot.Searching(lang, s.bot.Count(job, ask.Scope))
	}
	quit, written := make(chan struct{}), make(chan struct{})
	go func() { defer close(written); m.write(out, mark, quit) }()
	if !m.doubtful { // else it is written in one piece over what stands there
		ask.Post = m.claim
	}
	reply, err := s.bot.Handle(job, ask)
	close(quit)
	<-written
	if cause := w.close(job); errors.Is(cause, errEdited) || errors.Is(cause, errDeleted) {
		return "", cause
	}
	if err != nil {
		return s.failed(ctx, m, lang, err), nil
	}
	return s.deliver(out, w, m, ask, reply), nil
}

// searches reports whether a message has the reports searched: a greeting, or a
// mention without a word, does not.
func searches(e Event, ask bot.Message) bool {
	switch {
	case e.Kind == Joined, ask.Kind == bot.Help:
		return false
	case ask.Kind == bot.Question:
		return ask.Text != "" && !bot.SmallTalk(ask.Text)
	}
	return true
}

// No outcomes: the event stays unfinished.
const (
	stopped = "stopped" // the next start takes it up
	later   = "later"   // we take it up again
)

// failed tells that there is no answer.
func (s *Slack) failed(ctx context.Context, m *message, lang string, err error) string {
	if ctx.Err() != nil {
		out, cancel := s.lasting(ctx)
		defer cancel()
		m.interrupt(out, lang)
		return stopped
	}
	s.opt.Log.Error("question failed", "id", m.event, "error", err.Error())
	why := "failed:internal"
	if errors.Is(err, context.DeadlineExceeded) {
		why = "failed:timeout"
	}
	return s.tell(ctx, m, lang, bot.Failed(lang, m.event), why)
}

// tell ends a message with a sentence of our own.
func (s *Slack) tell(ctx context.Context, m *message, lang, text, outcome string) string {
	out, cancel := s.lasting(ctx)
	defer cancel()
	_ = m.record(out, told(outcome), outcome)
	err := m.end(out, text, closing{lang: lang, event: m.event})
	if err == nil {
		return outcome
	}
	if why := s.unsaid(out, m, lang, err); why != "" {
		return why
	}
	s.opt.Log.Error("nothing could be said", "id", m.event, "outcome", outcome, "error", brief(err))
	return "failed:" + reason(err)
}

// deliver writes the end of an answer and keeps it.
func (s *Slack) deliver(ctx context.Context, w *work, m *message, ask bot.Message, reply bot.Reply) string {
	e := w.event
	if e.Kind == Share && reply.Answer.Status != answer.Answered { // the asker's question is nobody else's business
		m.remove(ctx)
		m.ts, m.private = "", true
		return s.tell(ctx, m, reply.Lang, bot.NotShared(reply.Lang), string(reply.Answer.Status))
	}
	if e.Kind == Ticker && e.Answer != "" && reply.Card != nil && reply.Card.Status == ticker.Unknown { // what was offered is out of sight
		return s.tell(ctx, m, reply.Lang, gone(reply.Lang), "refused:gone")
	}
	c := closing{lang: reply.Lang, reply: reply, event: e.ID, private: m.private, notice: s.opt.Notice}
	switch {
	case ask.Wide:
		c.widened = ask.Text
	case (e.Slash || e.Hidden) && ask.Kind != bot.Help: // a command's text is not shown in the channel
		c.asked = ask.Text
	}
	kept := s.keep(ctx, e, ask, reply)
	if reply.Kind != bot.Help && e.Kind != Joined {
		c.answer, c.share = kept.ID, m.private && !e.Direct && (reply.Card == nil || c.card() != nil)
	}
	for _, n := range reply.Answer.Notes {
		s.opt.Log.Warn("made up for", "id", e.ID)
		s.opt.Log.Debug("made up for", "id", e.ID, "note", n)
	}
	s.title(ctx, e, ask)
	kept.TS = m.ts
	// before the buttons are there: nobody may press one that leads nowhere
	if err := s.save(ctx, kept, c, m.audit(ctx, e, kept, reply)); err != nil {
		s.opt.Log.Error("answer not kept, so not posted", "id", e.ID, "error", err.Error())
		return s.tell(ctx, m, reply.Lang, bot.Failed(reply.Lang, e.ID), "failed:state")
	}
	m.audited = true
	err := m.end(ctx, reply.Answer.Text, c)
	if err != nil && e.Slash && !m.private && slices.Contains(outside, code(err)) {
		m.private, c.private = true, true // we are no member there; the asker hears it all the same
		err = m.end(ctx, reply.Answer.Text, c)
	}
	if err != nil {
		if why := s.unsaid(ctx, m, c.lang, err); why != "" {
			return why
		}
		s.opt.Log.Error("answer not posted", "id", e.ID, "error", brief(err))
		s.regret(ctx, m, c.lang, err)
		return "failed:" + reason(err)
	}
	if c.answer != "" && kept.TS != m.ts {
		kept.TS = m.ts
		if err := s.save(ctx, kept, c); err != nil {
			s.opt.Log.Error("answer not kept", "id", e.ID, "error", err.Error())
		}
	}
	s.picture(ctx, m, reply.Card)
	if reply.Kind == bot.Help {
		return "help"
	}
	s.aside(ctx, e, ask, reply)
	return string(cmp.Or(reply.Answer.Status, answer.Answered))
}

// regret says that an answer could not be posted, in the place of what stands
// there: a working mark must not stay. Where nothing can be said it is not tried.
func (s *Slack) regret(ctx context.Context, m *message, lang string, why error) {
	if c := code(why); c == "is_archived" || slices.Contains(outside, c) || !s.api.takes() {
		return
	}
	_ = m.record(ctx, auditNotice, "failed:"+reason(why))
	if err := m.end(ctx, bot.Failed(lang, m.event), closing{lang: lang, event: m.event}); err != nil {
		s.opt.Log.Warn("failure not told", "id", m.event, "error", brief(err))
	}
}

// outside are Slack's words for a channel we are no member of.
var outside = []string{"not_in_channel", "channel_not_found"}

// inLine tells at which place a question waits.
func (s *Slack) inLine(ctx context.Context, w *work, n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended || w.cancel != nil || w.deleted { // its turn came meanwhile
		return
	}
	m := s.message(w.event)
	if m.reply == "" && m.thread != "" && s.api.has(setStatus) {
		lang := s.lang(w.event)
		if err := m.setStatus(ctx, bot.Busy(lang, n)); err != nil {
			s.opt.Log.Info("place in line not shown", "id", w.event.ID, "error", brief(err))
		}
	}
}

// sayBeside tells something to somebody whose question is not worked on: in a
// channel to the asker alone, whom it concerns.
func (s *Slack) sayBeside(ctx context.Context, w *work, outcome, text string) {
	e := w.event
	w.refused, w.refusal = outcome, text
	_, ok := s.side.Add("", func(ctx context.Context) {
		m := s.message(e)
		m.private = m.reply != "" || !e.Direct
		switch outcome := s.tell(ctx, m, s.lang(e), text, outcome); outcome {
		case stopped:
		case later:
			s.leave(w)
		default:
			s.finishAll(ctx, w, outcome)
		}
	})
	if !ok && !s.side.Ended() {
		s.opt.Log.Error("nothing could be said", "id", e.ID, "outcome", outcome)
		s.refuse(ctx, e, outcome)
	}
}
