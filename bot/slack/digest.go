package slack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"reportbot/bot"
	"reportbot/bot/digest"
	"reportbot/bot/state"
)

// Desk does what people ask for with /digest. It is safe for concurrent use.
type Desk interface {
	Handle(ctx context.Context, q digest.Request) (digest.Response, error)
}

// TakeDigests gives /digest to a desk. It is called before Run.
func (s *Slack) TakeDigests(d Desk) { s.desk = d }

// startDigests sets to work what /digest asks for. Nothing is done twice: what
// it asks for is named by the event.
func (s *Slack) startDigests(ctx context.Context, w *work) {
	e := w.event
	job := func(ctx context.Context) {
		m, outcome := s.message(e), ""
		if w.again {
			outcome = s.found(ctx, w, m)
		}
		if outcome == "" {
			outcome = s.digests(ctx, e, m)
		}
		switch outcome {
		case stopped: // the next start goes on with it
		case later:
			s.leave(w)
		default:
			s.finish(ctx, e.ID, outcome)
		}
	}
	if w.again { // it was taken once
		s.side.Keep("digest/"+e.Channel, job)
		return
	}
	if _, ok := s.side.Add("digest/"+e.Channel, job); !ok {
		s.noRoom(ctx, e)
		return
	}
	s.opt.Limiter.Queued(place(e))
}

// mostShown bounds a preview: a response_url works five times.
const mostShown = 4

// digests answers /digest, for the asker alone.
func (s *Slack) digests(ctx context.Context, e Event, m *message) string {
	m.private = true
	lang := s.lang(e)
	ch, scope, ok := s.at(ctx, e)
	switch {
	case !ok:
		return s.tell(ctx, m, lang, bot.NotAllowed(lang), "refused:not_permitted")
	case s.desk == nil:
		return s.tell(ctx, m, lang, say(lang, "这里没有开启摘要。", "There are no digests here."), "refused:none")
	}
	r, err := s.desk.Handle(ctx, digest.Request{
		ID: e.ID, Channel: e.Channel, User: e.User, Text: e.Text, Lang: lang, Scope: scope,
		May: len(ch.Managers) == 0 || slices.Contains(ch.Managers, e.User),
	})
	if err != nil {
		s.opt.Log.Error("digests not changed", "id", e.ID, "error", err.Error())
		return s.tell(ctx, m, lang, bot.Failed(lang, e.ID), "failed:internal")
	}
	if r.Preview != nil {
		parts := r.Preview.Parts(mostText, mostText, cost)
		if len(parts) > mostShown {
			parts = append(parts[:mostShown], say(lang, "……预览到此为止。", "… the preview ends here."))
		}
		r.Text = s.noticed(strings.Join(parts, "\n\n"), *r.Preview)
		m.about.Scope = scope
		if err := m.recordDigest(ctx, auditPreview, *r.Preview, r.Text); err != nil {
			s.opt.Log.Error("preview not audited, so not shown", "id", e.ID, "error", err.Error())
			return s.tell(ctx, m, lang, bot.Failed(lang, e.ID), "failed:state")
		}
	}
	return s.tell(ctx, m, lang, r.Text, "answered")
}

// noticed is the text of a digest with the notice under it, if there is one and
// the digest tells of a report.
func (s *Slack) noticed(text string, d digest.Digest) string {
	line := s.opt.Notice.In(d.Lang)
	if line == "" || d.Total == 0 && !d.Example {
		return text
	}
	return text + "\n\n" + line
}

// mostFirst is the length of a digest in its channel; the rest stands in the
// thread under it.
const mostFirst = 3500

// unreachable are Slack's words for a channel in which nothing can be posted.
var unreachable = append([]string{"is_archived", "user_disabled", "cannot_dm_bot", "account_inactive_in_channel", "restricted_action", "restricted_action_read_only_channel"}, outside...)

// closed tells an error of Slack's that no other try mends.
func closed(err error) error {
	if c := code(err); slices.Contains(unreachable, c) {
		return &digest.Closed{Reason: c}
	}
	return err
}

// digestMessage is the message of a delivery, part 0 of it.
func (s *Slack) digestMessage(d digest.Delivery) *message {
	// A day before: our clock is not Slack's, and may jump.
	since := fmt.Sprintf("%d.000000", max(d.Begun.Add(-24*time.Hour).Unix(), 0))
	return &message{s: s, event: d.ID, channel: d.Channel, team: s.self().Team, since: since, wake: make(chan struct{}, 1),
		about: state.Entry{Event: d.ID, Team: s.self().Team, Channel: d.Channel, Direct: strings.HasPrefix(d.Channel, "D"), Scope: d.Scope}}
}

// Landed reports whether the first part of a digest stands in its channel.
func (s *Slack) Landed(ctx context.Context, d digest.Delivery) (bool, error) {
	m := s.digestMessage(d)
	if p, ok, err := s.state.Posting(ctx, d.ID); err != nil || ok && p.TS != "" {
		return err == nil, err
	}
	_, ok, err := m.landed(0)(ctx)
	return ok, closed(err)
}

// Post posts what of a digest does not stand in Slack yet: its first part in
// the channel, the others in the thread under it.
func (s *Slack) Post(ctx context.Context, d digest.Delivery) error {
	m := s.digestMessage(d)
	parts := d.Digest.Parts(mostFirst, mostText, cost)
	parts[0] = s.noticed(parts[0], d.Digest) // in the channel, where all see it
	if d.Again {
		p, _, err := s.state.Posting(ctx, d.ID)
		if err != nil {
			return err
		}
		m.before = time.Now().Add(-surfaces) // each part is looked for first; the runner has waited
		m.ts = p.TS
	}
	if err := m.recordDigest(ctx, auditDigest, d.Digest, strings.Join(parts, "\n\n")); err != nil {
		return err
	}
	if m.ts == "" {
		if _, err := m.post(ctx, parts[0], nil, 0); err != nil {
			return closed(err)
		}
	}
	m.thread = m.ts
	for n := 1; n < len(parts); n++ {
		if _, err := m.post(ctx, parts[n], nil, n); err != nil {
			return closed(err)
		}
	}
	m.note(ctx, "done")
	s.keepDigest(ctx, m, d, strings.Join(parts, "\n\n"))
	return nil
}

// keepDigest keeps what was shown, as of an answer: whoever writes in its
// thread asks about it.
func (s *Slack) keepDigest(ctx context.Context, m *message, d digest.Delivery, text string) {
	id, hash := sha256.Sum256([]byte(d.ID)), sha256.Sum256([]byte(text))
	a := state.Answer{ID: hex.EncodeToString(id[:8]), EventID: d.ID, Team: m.team, Channel: m.channel, Thread: strings.Join([]string{m.team, m.channel, m.ts}, "/"),
		TS: m.ts, Status: "digest", TextHash: hex.EncodeToString(hash[:]), Scope: d.Scope, At: s.opt.Now()}
	for _, c := range d.Digest.Citations {
		a.Passages = append(a.Passages, state.Shown{PassageID: c.PassageID, ReportID: c.Report.ID, Cited: true})
	}
	if err := s.state.SaveAnswer(ctx, a); err != nil {
		s.opt.Log.Error("digest not kept", "id", d.ID, "error", err.Error())
	}
}
