package slack

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"reportbot/bot"
	"reportbot/bot/digest"
	"reportbot/bot/state"
	"reportbot/ingest/report"
)

// The kinds of entries in the audit. Before anything of ours is shown, an entry
// about it is on disk; where that cannot be, it is not shown. So a kill leaves
// no message without its entry, but may leave an entry without its message:
// only a posted says that it stands in Slack.
//
// An answer that is streamed has begun entries with the passages of the
// sentences that are shown next, each before them, and at its end the answer.
const (
	auditBegun    = "begun"    // something is about to be shown, with the passages of its sentences so far
	auditAnswer   = "answer"   // the whole of an answer is about to be shown
	auditShare    = "share"    // the same, in a channel at the wish of one who had it alone
	auditHelp     = "help"     // what we do and what may be asked
	auditRefusal  = "refusal"  // who asked may not, or too much is asked; outcome says why
	auditNotice   = "notice"   // another sentence of our own instead of an answer
	auditDigest   = "digest"   // a digest, in its channel
	auditPreview  = "preview"  // what a digest would hold, to whom wants one
	auditSources  = "sources"  // all sources of an answer, in a window of who pressed
	auditPassages = "passages" // what it was drawn from, likewise
	auditChart    = "chart"    // the picture of a card
	auditRemoved  = "removed"  // what was posted is taken back: its question was deleted
	auditPosted   = "posted"   // all of it stands in Slack
)

// mostAsked bounds a question in the audit, in characters: longer ones are not
// answered.
const mostAsked = 2000

// about is what all entries about an event have.
func (s *Slack) about(e Event) state.Entry {
	return state.Entry{Event: e.ID, Answer: e.Answer, Team: cmp.Or(e.Team, s.self().Team), User: e.User, Channel: e.Channel, Thread: s.root(e),
		Direct: e.Direct, Asked: trim(e.Text, mostAsked)}
}

// entry is one about a message, of a kind.
func (m *message) entry(kind string) state.Entry {
	out := m.about
	out.Kind, out.At, out.Private = kind, m.s.opt.Now(), m.private
	return out
}

// record notes what is said in place of an answer. Its error is in the log.
func (m *message) record(ctx context.Context, kind, outcome string) error {
	e := m.entry(kind)
	e.Outcome = outcome
	err := m.s.state.Append(ctx, e)
	if err != nil {
		m.s.opt.Log.Error("not audited", "id", m.event, "kind", kind, "error", err.Error())
	}
	m.audited = m.audited || err == nil
	return err
}

// told is the kind of what is said with an outcome.
func told(outcome string) string {
	if strings.HasPrefix(outcome, "refused:") {
		return auditRefusal
	}
	return auditNotice
}

// refuse finishes an event that is refused without a word.
func (s *Slack) refuse(ctx context.Context, e Event, outcome string) {
	out := s.about(e)
	out.Kind, out.At, out.Outcome = auditRefusal, s.opt.Now(), outcome
	s.finish(ctx, e.ID, outcome, out)
}

// due are the entries that go with a mark: that something is about to be shown,
// unless an entry has said so, and that it was.
func (m *message) due(ctx context.Context, stage string) []state.Entry {
	switch stage {
	case "streaming", "refused": // it stands there already, or not at all
		return nil
	case "done":
		e := m.entry(auditPosted)
		e.Asked, e.Scope = "", nil
		if m.ts != "" {
			e.TS = append([]string{m.ts}, m.parts...)
		}
		return []state.Entry{e}
	}
	next := m.next()
	if m.audited && len(next) == 0 {
		return nil
	}
	e := m.entry(auditBegun)
	e.Passages = m.s.exhibits(ctx, next)
	return []state.Entry{e}
}

// begin notes that something is about to be shown to the asker alone, unless an
// entry has said so.
func (m *message) begin(ctx context.Context) error {
	if due := m.due(ctx, "whispering"); len(due) > 0 {
		return m.noted(due, m.s.state.Append(ctx, due...))
	}
	return nil
}

// noted heeds whether entries were written: if not, their passages are due again.
func (m *message) noted(due []state.Entry, err error) error {
	if err == nil {
		m.audited = m.audited || len(due) > 0
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range due {
		for _, p := range e.Passages {
			m.cites = append(m.cites, report.Citation{PassageID: p.Passage, Report: report.Header{ID: p.Report}})
		}
	}
	return err
}

// next are the passages of the sentences that are about to be shown for the
// first time.
func (m *message) next() (out []state.Shown) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.cites {
		out = append(out, state.Shown{PassageID: c.PassageID, ReportID: c.Report.ID, Cited: true})
	}
	m.cites = nil
	return out
}

// reveal notes the passages of the sentences that are shown next in a message
// that stands there.
func (m *message) reveal(ctx context.Context) error {
	if m.ts == "" { // they are noted with the post
		return nil
	}
	next := m.next()
	if len(next) == 0 {
		return nil
	}
	e := m.entry(auditBegun)
	e.Passages = m.s.exhibits(ctx, next)
	return m.noted([]state.Entry{e}, m.s.state.Append(ctx, e))
}

// audit is the entry of an answer that is about to be shown.
func (m *message) audit(ctx context.Context, e Event, kept state.Answer, reply bot.Reply) state.Entry {
	kind := auditAnswer
	switch {
	case reply.Kind == bot.Help:
		kind = auditHelp
	case e.Kind == Share:
		kind = auditShare
	}
	m.next() // it has them all
	out := m.entry(kind)
	u := reply.Answer.Usage
	out.Answer, out.Asked, out.Question, out.Scope, out.Outcome, out.Text = kept.ID, trim(kept.Asked, mostAsked), trim(kept.Question, mostAsked), kept.Scope, kept.Status, kept.TextHash
	out.Model, out.Prompt, out.PromptTokens, out.CompletionTokens = kept.Model, kept.PromptVersion, u.PromptTokens, u.CompletionTokens
	if m.s.opt.Price != nil {
		out.Cost = m.s.opt.Price(u.PromptTokens, u.CompletionTokens)
	}
	out.Passages = m.s.exhibits(ctx, kept.Passages)
	for _, h := range reply.Answer.Nearest {
		out.Reports = append(out.Reports, h.ID)
	}
	return out
}

// auditModal notes who is about to see which passages in a window.
func (s *Slack) auditModal(ctx context.Context, e Event, scope []string, seen []state.Shown, outcome string) error {
	out := s.about(e)
	out.Kind, out.At, out.Scope, out.Private, out.Passages = auditSources, s.opt.Now(), scope, true, s.exhibits(ctx, seen)
	if e.Kind == Passages {
		out.Kind = auditPassages
	}
	if outcome != "shown" {
		out.Kind, out.Outcome = auditRefusal, outcome
	}
	return s.state.Append(ctx, out)
}

// exhibits are passages with the hashes of their text. Of one that is not there
// any more, or where there is no Reader, there is none.
func (s *Slack) exhibits(ctx context.Context, all []state.Shown) (out []state.Exhibit) {
	var ids []string
	for _, p := range all {
		if p.PassageID != "" {
			ids = append(ids, p.PassageID)
		}
	}
	hashes := map[string]string{}
	if s.opt.Reader != nil && len(ids) > 0 {
		found, err := s.opt.Reader.Passages(ctx, ids)
		if err != nil {
			s.opt.Log.Warn("passages not read", "error", err.Error())
		}
		for _, p := range found {
			hashes[p.ID] = textHash(p.Text)
		}
	}
	for _, p := range all {
		out = append(out, state.Exhibit{Passage: p.PassageID, Report: p.ReportID, SHA256: hashes[p.PassageID], Cited: p.Cited})
	}
	return out
}

func textHash(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:])
}

// cited are the passages of citations.
func cited(all []report.Citation) (out []state.Shown) {
	for _, c := range all {
		out = append(out, state.Shown{PassageID: c.PassageID, ReportID: c.Report.ID, Cited: true})
	}
	return out
}

// recordDigest notes a digest that is about to be shown.
func (m *message) recordDigest(ctx context.Context, kind string, d digest.Digest, text string) error {
	e := m.entry(kind)
	e.Passages, e.Text = m.s.exhibits(ctx, cited(d.Citations)), textHash(text)
	e.Reports = digested(d)
	err := m.s.state.Append(ctx, e)
	m.audited = m.audited || err == nil
	return err
}

// digested are the IDs of the reports that a digest tells of.
func digested(d digest.Digest) (out []string) {
	for _, g := range d.Groups {
		for _, i := range g.Items {
			out = append(out, i.Report.ID)
		}
	}
	for _, h := range d.Further {
		out = append(out, h.ID)
	}
	for _, c := range d.Changes {
		out = append(out, c.Report.ID)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
