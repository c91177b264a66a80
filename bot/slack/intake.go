package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/state"
)

// decode reads an event from its record.
func decode(body []byte) (Event, error) {
	var e Event
	if err := json.Unmarshal(body, &e); err != nil {
		return Event{}, fmt.Errorf("read event: %w", err)
	}
	return e, nil
}

// take records an event that is for us and starts what it asks for. When it
// returns nil the event may be acked: it is on disk, or nobody's business. A
// second delivery, or the message beside a mention, is known by its ID.
func (s *Slack) take(ctx context.Context, e Event) error {
	switch e.Kind { // nothing is to be done of which anybody hears
	case Members:
		s.groups.drop(e.Group)
		return nil
	case Shared:
		s.sharing.drop(e.Channel)
		return nil
	}
	if s.opt.Mask != nil {
		e.Text = s.opt.Mask(e.Text)
	}
	ok, err := s.wanted(ctx, e)
	if err != nil || !ok {
		return err
	}
	e.At = s.opt.Now().Unix()
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	fresh, err := s.state.Record(ctx, state.Event{ID: e.ID, Thread: s.thread(e), Body: body, At: s.opt.Now()})
	if err != nil {
		return fmt.Errorf("record %s: %w", e.ID, err)
	}
	if !fresh {
		s.count("slack_duplicates")
		return nil
	}
	s.start(ctx, e, false)
	return nil
}

// place is where an event happened.
func place(e Event) bot.Place {
	return bot.Place{Team: e.Team, Channel: e.Channel, User: e.User, Direct: e.Direct, External: e.External != nil && *e.External}
}

// root is the thread an event is answered in, "" for the channel itself.
func (s *Slack) root(e Event) string {
	switch {
	case e.Slash, e.Kind == Joined:
		return ""
	case e.Hidden, e.Kind == Ticker: // of what one person sees there is no thread; a card stands where it was offered
		return e.Thread
	}
	ch, _, _ := s.set().At(place(e))
	if e.Thread != "" || ch.InChannel && !e.Direct {
		return e.Thread
	}
	return e.TS
}

// thread names the conversation an event belongs to. A command belongs to
// none: nobody sees in the channel what it was an answer to.
func (s *Slack) thread(e Event) string {
	if e.Slash {
		return ""
	}
	return strings.Join([]string{e.Team, e.Channel, s.root(e)}, "/")
}

// asks finds what makes a message a question, in channels where every question
// is answered. It errs towards silence: nobody asked the bot by name.
var asks = regexp.MustCompile(`(?i)[?？]|吗|什么|多少|如何|怎么|怎样|哪[些个家篇份]|是否|为何|为什么|^\s*(what|which|who|how|when|where|why|does|do|did|is|are|can)\b`)

// wanted reports whether an event is for the bot.
func (s *Slack) wanted(ctx context.Context, e Event) (bool, error) {
	switch e.Kind {
	case Edited, Deleted:
		return s.live.has(messageID(e.Channel, e.TS)), nil
	case Ask:
	default:
		return true, nil
	}
	if e.Slash || e.Direct || e.Mention {
		return true, nil
	}
	ch, _, ok := s.set().At(place(e))
	if !ok || e.Others || e.Text == "" || bot.SmallTalk(e.Text) {
		return false, nil
	}
	if ch.Every && asks.MatchString(e.Text) {
		return true, nil
	}
	if !ch.FollowUps || e.Thread == "" {
		return false, nil
	}
	return s.state.AnsweredIn(ctx, s.thread(e))
}

// start sets to work what an event asks for. again: it was recorded before a
// restart, and part of it may be done.
func (s *Slack) start(ctx context.Context, e Event, again bool) {
	switch e.Kind {
	case Edited, Deleted:
		s.change(ctx, e)
		return
	case Opened, Sources, Passages, Feedback:
		if again && e.Kind != Feedback { // a trigger lives for three seconds
			s.finish(ctx, e.ID, "expired")
			return
		}
		if _, ok := s.side.Add("", func(ctx context.Context) { s.finish(ctx, e.ID, s.beside(ctx, e)) }); !ok {
			s.noRoom(ctx, e)
		}
		return
	}
	w := &work{event: e, text: e.Text, again: again, came: s.opt.Now()}
	switch {
	case !s.admit(ctx, w):
	case e.Kind == Digests:
		s.startDigests(ctx, w)
	default:
		s.enqueue(ctx, w)
	}
}

// enqueue puts a question in line.
func (s *Slack) enqueue(ctx context.Context, w *work) {
	e := w.event
	s.live.add(w)
	s.count("questions", "kind", string(e.Kind))
	if w.again {
		s.queue.Keep(s.line(e), func(ctx context.Context) { s.work(ctx, w) }) // else the next start takes it up
		return
	}
	n, ok := s.queue.Add(s.line(e), func(ctx context.Context) { s.work(ctx, w) })
	switch {
	case !ok && s.queue.Ended(): // the next start takes it up
		s.live.remove(e.ID)
		return
	case !ok:
		s.turnAway(ctx, w, "refused:full", s.opt.Limiter.Tell(place(e), w.came), bot.Full(s.lang(e), e.ID))
		return
	}
	s.opt.Limiter.Queued(place(e))
	if n > 0 {
		s.side.Add(s.thread(e), func(ctx context.Context) { s.inLine(ctx, w, n) })
	}
}

// line names those questions that are answered one after the other.
func (s *Slack) line(e Event) string {
	return cmp.Or(s.thread(e), "command/"+e.Channel+"/"+e.User)
}

// lang is the language our own words about an event are in before there is an
// answer.
func (s *Slack) lang(e Event) string {
	ch, _, _ := s.set().At(place(e))
	if ch.Language != "" {
		return ch.Language
	}
	if e.Text == "" {
		return "zh"
	}
	return answer.Language(e.Text)
}

// change tells a question that is not answered yet that it was edited or
// deleted. What is answered stays as it is: the answer quotes its sources, not
// the question.
func (s *Slack) change(ctx context.Context, e Event) {
	if !s.live.change(messageID(e.Channel, e.TS), e) {
		s.finish(ctx, e.ID, "late")
	}
}

// finishAll records what became of a question, and of what changed it: until
// then a restart must hear of that again.
func (s *Slack) finishAll(ctx context.Context, w *work, outcome string) {
	s.finish(ctx, w.event.ID, outcome)
	w.mu.Lock()
	w.ended = true
	all := w.changes
	w.mu.Unlock()
	for _, id := range all {
		s.finish(ctx, id, "noted")
	}
}

// finish records what became of an event.
func (s *Slack) finish(ctx context.Context, id, outcome string, entries ...state.Entry) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	s.count("outcomes", "outcome", outcome)
	if err := s.state.Finish(ctx, id, outcome, s.opt.Now(), entries...); err != nil {
		s.opt.Log.Error("outcome not recorded", "id", id, "error", err.Error())
	}
}

// The causes of a question's context ending.
var (
	errEdited  = errors.New("the question was edited")
	errDeleted = errors.New("the question was deleted")
)

// work is one question on its way.
type work struct {
	event Event
	again bool      // it was begun before
	tried time.Time // when it was left, by this process; zero: it never was
	came  time.Time

	refused, refusal string // of one that is turned away: its outcome, and what is said of it

	mu      sync.Mutex
	changes []string // the events of its edits
	text    string
	deleted bool
	ended   bool // nothing is to be shown any more
	cancel  context.CancelCauseFunc
}

// live are the questions that are waiting or being answered.
type live struct {
	mu  sync.Mutex
	all map[string]*work
}

func (l *live) add(w *work) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all[w.event.ID] = w
}

func (l *live) remove(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.all, id)
}

func (l *live) has(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all[id] != nil
}

// change applies an edit or a deletion; it is false when the question is
// answered already, or is none of ours.
func (l *live) change(id string, e Event) bool {
	l.mu.Lock()
	w := l.all[id]
	l.mu.Unlock()
	if w == nil {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return false
	}
	cause := errEdited
	if e.Kind == Deleted {
		w.deleted, cause = true, errDeleted
	}
	w.text = e.Text
	w.changes = append(w.changes, e.ID)
	if w.cancel != nil {
		w.cancel(cause)
	}
	return true
}
