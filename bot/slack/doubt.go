package slack

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"reportbot/bot"
)

// What is posted when the reply is lost, or the process dies before it comes,
// may stand in Slack or not. Whether it does is looked up, by the event that its
// metadata names, before anything is posted in its place. What cannot be looked
// up is not posted.

// errUnsure is the error of a post that may stand in Slack: its event stays
// unfinished, and is looked for again.
var errUnsure = errors.New("not known whether it was posted")

// errUnnoted is the error of a post that was not made, as the disk did not take
// the note that it is about to be: its event stays unfinished, too.
var errUnnoted = errors.New("the post could not be noted on disk")

func unsure(method string, err error) error {
	return fmt.Errorf("%s: %w: %w", method, errUnsure, err)
}

const (
	// surfaces is how long a post may take until a look-up shows it. Slack
	// promises nothing; a post that shows later than this is posted twice.
	surfaces = 10 * time.Second
	// looking bounds how long one look-up is tried again while it fails.
	looking = time.Minute
	// relook is how long what is still not known then is left alone.
	relook = time.Minute
)

// mayHaveLanded reports whether a call that failed may have had its effect.
func mayHaveLanded(err error) bool {
	var way *net.OpError
	if errors.As(err, &way) && way.Op == "dial" {
		return false // it was never sent
	}
	var limited *slack.RateLimitedError
	var status slack.StatusCodeError
	switch {
	case errors.As(err, &limited):
		return false
	case errors.As(err, &status):
		return status.Code >= 500
	}
	c := code(err)
	return c == "" || slices.Contains(serverTrouble, c)
}

// look looks for what may have been posted until tried, and no later. Only a
// look-up after the time that a post takes to show says that it is not there.
func (a *api) look(ctx context.Context, landed func(context.Context) (string, bool, error), tried time.Time) (string, bool, error) {
	begun := time.Now()
	for wait := time.Second; ; wait = min(2*wait, 8*time.Second) {
		ts, ok, err := landed(ctx)
		switch left := a.opt.paced(surfaces) - time.Since(tried); {
		case ok:
			return ts, true, nil
		case err != nil && (final(err) || time.Since(begun) >= a.opt.paced(looking)):
			return "", false, err
		case err == nil && left <= 0:
			return "", false, nil
		case err == nil:
			err = pause(ctx, min(left, a.opt.paced(wait)))
			if err != nil {
				return "", false, err
			}
		default:
			if pause(ctx, a.opt.paced(wait)) != nil {
				return "", false, err
			}
		}
	}
}

// final reports whether Slack refuses a call for a reason that waiting does not
// change.
func final(err error) bool {
	why, _ := trouble(err, 0)
	return why == "" && code(err) != "" && !slices.Contains(deniedToken, code(err))
}

// earlier is when a part of a message may have been posted without our knowing
// where it stands; the zero time when it was not.
func (m *message) earlier(part int) time.Time {
	if t, ok := m.doubt[part]; ok {
		return t
	}
	return m.before
}

// settle notes that it is known by now whether a part stands in Slack.
func (m *message) settle(part int) { m.suspect(part, time.Time{}) }

func (m *message) suspect(part int, at time.Time) {
	if m.doubt == nil {
		m.doubt = map[int]time.Time{}
	}
	m.doubt[part] = at
}

// appear makes a part of the message appear in Slack with a call, once. stood
// is true when an earlier try turns out to have done it, with what it said.
func (m *message) appear(ctx context.Context, c call, part int, stage string, f func(ctx context.Context) (string, error)) (ts string, stood bool, err error) {
	c.channel, c.posts, c.landed = m.channel, true, m.landed(part)
	if tried := m.earlier(part); !tried.IsZero() {
		ts, ok, err := m.s.api.look(ctx, c.landed, tried)
		if err != nil {
			return "", false, unsure(c.method, err)
		}
		m.settle(part)
		if ok {
			return ts, true, nil
		}
	}
	if part == 0 {
		if err := m.mark(ctx, stage); err != nil {
			return "", false, fmt.Errorf("%w: %w", errUnnoted, err)
		}
	}
	ts, err = m.s.api.do(ctx, c, f)
	if errors.Is(err, errUnsure) {
		m.suspect(part, time.Now())
	}
	return ts, false, err
}

// spare removes the parts from n on that an answer had before a restart, when
// it was longer.
func (m *message) spare(ctx context.Context, n int) {
	for ; !m.before.IsZero(); n++ {
		ts, ok, err := m.landed(n)(ctx)
		if err != nil {
			m.s.opt.Log.Warn("not known whether a part is left over", "id", m.event, "error", brief(err))
		}
		if !ok {
			return
		}
		m.delete(ctx, ts)
	}
}

// leaves reports whether an error leaves an event unfinished.
func leaves(err error) bool { return errors.Is(err, errUnsure) || errors.Is(err, errUnnoted) }

// left are the events whose answers could not be posted for now.
type left struct {
	mu  sync.Mutex
	all []*work
}

func (l *left) add(w *work) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, w)
}

func (l *left) take() []*work {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.all
	l.all = nil
	return out
}

// leave puts an event aside until it is looked for again.
func (s *Slack) leave(w *work) {
	w.mu.Lock()
	w.again, w.ended, w.cancel, w.tried = true, false, nil, time.Now()
	w.mu.Unlock()
	s.opt.Log.Warn("question left for later", "id", w.event.ID)
	s.left.add(w)
}

// takeUp takes up what was left, now and then, until ctx ends.
func (s *Slack) takeUp(ctx context.Context) {
	for pause(ctx, s.opt.paced(relook)) == nil {
		for _, w := range s.left.take() {
			switch {
			case w.refused != "": // it is still not taken
				s.sayBeside(ctx, w, w.refused, w.refusal)
			case w.event.Kind == Digests:
				s.startDigests(ctx, w)
			default:
				s.queue.Keep(s.line(w.event), func(ctx context.Context) { s.work(ctx, w) })
			}
		}
	}
}

// found looks for what was posted of an answer before. The outcome is "" when
// the answer is still to be written.
func (s *Slack) found(ctx context.Context, w *work, m *message) string {
	lang := s.lang(w.event)
	p, ok, err := s.state.Posting(ctx, m.event)
	if err != nil {
		s.opt.Log.Error("not known what was posted", "id", m.event, "error", err.Error())
		p.Stage = "posting"
	} else if !ok || p.Stage == "refused" {
		return ""
	}
	m.before, m.opened = w.tried, p.Stage == "opening"
	if m.before.IsZero() {
		m.before = s.begun
	}
	switch p.Stage {
	case "done":
		return "answered"
	case "whispering":
		return s.askAgain(ctx, m, lang)
	}
	if m.ts = p.TS; m.ts == "" {
		ts, ok, err := s.api.look(ctx, m.landed(0), m.before)
		switch {
		case err != nil && ctx.Err() != nil:
			return stopped
		case err != nil && final(err): // who does not let us look may still let us post: twice, then
			return s.askAgain(ctx, m, lang)
		case err != nil:
			s.opt.Log.Warn("not known whether a post landed", "id", m.event, "error", brief(err))
			return later
		case ok:
			m.ts = ts
		}
	}
	m.settle(0)
	// What was being streamed may still be open: it is closed and written whole.
	m.streaming = m.ts != ""
	m.doubtful = m.ts != ""
	return ""
}

// unsaid says what becomes of an event whose answer was not posted, "" when it
// has failed for good. What nobody can look up is not said again, and the asker
// told so; else Slack or our disk may be well later.
func (s *Slack) unsaid(out context.Context, m *message, lang string, err error) string {
	switch why, _ := trouble(err, 0); {
	case out.Err() != nil:
		return stopped
	case m.private && errors.Is(err, errUnsure):
		return s.askAgain(out, m, lang)
	case leaves(err), why != "":
		s.opt.Log.Warn("answer not posted yet", "id", m.event, "error", brief(err))
		return later
	}
	return ""
}

// askAgain tells the asker, alone, that the answer may not have been shown. It
// is told rather twice than never.
func (s *Slack) askAgain(ctx context.Context, m *message, lang string) string {
	out, cancel := s.lasting(ctx)
	defer cancel()
	_ = m.record(out, auditNotice, "failed:unsure")
	if err := m.whisper(out, bot.AskAgain(lang, m.event), nil, false, true); err != nil {
		if out.Err() != nil {
			return stopped
		}
		s.opt.Log.Error("nothing could be said", "id", m.event, "outcome", "failed:unsure", "error", brief(err))
	}
	m.clear(out)
	return "failed:unsure"
}

// last is how long what is being said goes on after the time of a job is over:
// somewhat less than the queue waits then.
const last = 1200 * time.Millisecond

// lasting is a context that ends some time after ctx does: a sentence that is
// being said is said to its end.
func (s *Slack) lasting(ctx context.Context) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		_ = pause(out, last) // either way it ends
		cancel()
	})
	return out, func() { stop(); cancel() }
}
