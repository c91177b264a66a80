package slack

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"reportbot/bot"
	"reportbot/bot/state"
)

// beside does what does not wait behind questions, and returns the outcome. None
// of it is worth taking up later.
func (s *Slack) beside(ctx context.Context, e Event) string {
	outcome := s.act(ctx, e)
	if outcome == stopped || outcome == later {
		return "expired"
	}
	return outcome
}

func (s *Slack) act(ctx context.Context, e Event) string {
	switch e.Kind {
	case Feedback:
		f := state.Feedback{AnswerID: e.Answer, User: e.User, Good: e.Good, At: s.opt.Now()}
		if err := s.state.SaveFeedback(ctx, f); err != nil {
			s.opt.Log.Error("feedback not kept", "id", e.ID, "error", err.Error())
			return "failed:state"
		}
		s.count("feedback", "good", fmt.Sprint(e.Good))
		return "noted"
	case Opened:
		return s.greet(ctx, e)
	}
	return s.modal(ctx, e)
}

// greet gives a conversation its questions, and says hello when it is a new one.
func (s *Slack) greet(ctx context.Context, e Event) string {
	ch, scope, ok := s.at(ctx, e)
	lang := cmp.Or(ch.Language, "zh")
	m := s.message(e)
	if !ok {
		return s.tell(ctx, m, lang, bot.NotAllowed(lang), "refused:not_permitted")
	}
	r, err := s.bot.Handle(ctx, bot.Message{ID: e.ID, Kind: bot.Help, Scope: scope, Now: s.opt.Now(), Lang: lang})
	if err != nil {
		return s.failed(ctx, m, lang, err)
	}
	if s.prompt(ctx, e, lang, r.Suggestions) {
		r.Suggestions = nil // they stand under the conversation
	}
	if fresh, err := s.unknown(ctx, e); err != nil {
		s.opt.Log.Error("not known whether this user was greeted", "id", e.ID, "error", err.Error())
		return "failed:state"
	} else if !fresh {
		return "greeted"
	}
	_ = m.record(ctx, auditHelp, "greeted")
	if err := m.end(ctx, r.Answer.Text, closing{lang: lang, reply: r, event: e.ID}); err != nil {
		return "failed:" + reason(err)
	}
	return "greeted"
}

// unknown reports whether a conversation was not greeted yet. The pane says
// so itself; an agent's conversation is opened each time it is looked at, and
// greeted once, or again when the events of its greeting were forgotten.
func (s *Slack) unknown(ctx context.Context, e Event) (bool, error) {
	if !strings.HasPrefix(e.ID, "home-") {
		return strings.HasPrefix(e.ID, "started-"), nil
	}
	id := "greeted-" + e.Channel
	fresh, err := s.state.Record(ctx, state.Event{ID: id, Body: []byte("{}"), At: s.opt.Now()})
	if fresh {
		err = s.state.Finish(ctx, id, "greeted", s.opt.Now())
	}
	return fresh, err
}

// prompt puts questions under a conversation; false where it cannot. An agent's
// conversation has no thread: with one the call does nothing and says nothing.
func (s *Slack) prompt(ctx context.Context, e Event, lang string, questions []string) bool {
	const method = "assistant.threads.setSuggestedPrompts"
	if len(questions) == 0 || !s.api.has(method) {
		return false
	}
	prompts := slack.AssistantThreadsSetSuggestedPromptsParameters{ChannelID: e.Channel, ThreadTS: e.Thread, Title: tryThese(lang)}
	for _, q := range questions[:min(len(questions), 4)] { // Slack takes four
		prompts.AddPrompt(bare(trim(q, 75)), bare(q))
	}
	_, err := s.api.do(ctx, call{method: method, channel: e.Channel}, func(ctx context.Context) (string, error) {
		return "", s.api.client.SetAssistantThreadsSuggestedPromptsContext(ctx, prompts)
	})
	if err != nil {
		s.opt.Log.Warn("prompts not set", "id", e.ID, "error", brief(err))
	}
	return err == nil
}
