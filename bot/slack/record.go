package slack

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/slack-go/slack"

	"reportbot/bot"
	"reportbot/bot/state"
)

// keep is the record of an answer. Its ID follows from the event: writing it
// again after a restart replaces it.
func (s *Slack) keep(ctx context.Context, e Event, ask bot.Message, reply bot.Reply) state.Answer {
	a := reply.Answer
	id, text := sha256.Sum256([]byte(e.ID)), sha256.Sum256([]byte(a.Text))
	out := state.Answer{ID: hex.EncodeToString(id[:8]), EventID: e.ID, Team: e.Team, Channel: e.Channel, Thread: s.thread(e), User: e.User,
		Asked: ask.Text, Question: cmp.Or(reply.Question, ask.Text), Status: string(a.Status), TextHash: hex.EncodeToString(text[:]),
		Model: a.Usage.Model, PromptVersion: a.Usage.PromptVersion, Scope: ask.Scope, At: s.opt.Now()}
	of := map[string]string{}
	var ids []string
	for _, p := range a.Record.Passages {
		ids = append(ids, p.ID)
	}
	if s.opt.Reader != nil {
		found, err := s.opt.Reader.Passages(ctx, ids)
		if err != nil {
			s.opt.Log.Warn("passages not read", "id", e.ID, "error", err.Error())
		}
		for _, p := range found {
			of[p.ID] = p.ReportID
		}
	}
	cited := map[string]bool{}
	for _, k := range a.Citations {
		of[k.PassageID], cited[k.PassageID] = k.Report.ID, true
	}
	for _, p := range a.Record.Passages {
		out.Passages = append(out.Passages, state.Shown{PassageID: p.ID, ReportID: of[p.ID], Score: p.Score, Cited: cited[p.ID]})
		delete(cited, p.ID)
	}
	for _, k := range a.Citations { // of what was not searched for: a rating, a figure
		if id := k.PassageID; id == "" || cited[id] {
			out.Passages = append(out.Passages, state.Shown{PassageID: id, ReportID: k.Report.ID, Cited: true})
			delete(cited, id)
		}
	}
	return out
}

// save keeps an answer on disk, and its sources in memory for the modals, if it
// has any. The entries are added to the audit with it.
func (s *Slack) save(ctx context.Context, a state.Answer, c closing, entries ...state.Entry) error {
	if c.answer == "" {
		return s.state.Append(ctx, entries...)
	}
	s.recent.add(a.ID, c.reply)
	return s.state.SaveAnswer(ctx, a, entries...)
}

// title names a conversation in the assistant pane after its first question.
func (s *Slack) title(ctx context.Context, e Event, ask bot.Message) {
	const method = "assistant.threads.setTitle"
	if !e.Direct || e.Thread == "" || ask.Kind != bot.Question || !s.api.has(method) {
		return
	}
	if named, err := s.state.AnsweredIn(ctx, ask.Thread); err != nil || named {
		return
	}
	s.side.Add("", func(ctx context.Context) {
		_, err := s.api.do(ctx, call{method: method, channel: e.Channel}, func(ctx context.Context) (string, error) {
			return "", s.api.client.SetAssistantThreadsTitleContext(ctx, slack.AssistantThreadsSetTitleParameters{ChannelID: e.Channel, ThreadTS: e.Thread, Title: bare(trim(ask.Text, 60))})
		})
		if err != nil {
			s.opt.Log.Info("conversation not named", "id", e.ID, "error", brief(err))
		}
	})
}
