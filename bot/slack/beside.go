package slack

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/slack-go/slack"

	"reportbot/bot"
	"reportbot/bot/state"
)

// beside does what does not wait behind questions, and returns the outcome.
func (s *Slack) beside(ctx context.Context, e Event) string {
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

// greet gives the assistant pane its questions.
func (s *Slack) greet(ctx context.Context, e Event) string {
	ch, scope, ok := s.set.At(place(e))
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
		r.Suggestions = nil // they stand under the pane
	}
	if !strings.HasPrefix(e.ID, "started-") { // greeted already; only what is looked at changed
		return "greeted"
	}
	if err := m.end(ctx, r.Answer.Text, closing{lang: lang, reply: r, event: e.ID}); err != nil {
		return "failed:" + reason(err)
	}
	return "greeted"
}

// prompt puts questions under the assistant pane; false where it cannot.
func (s *Slack) prompt(ctx context.Context, e Event, lang string, questions []string) bool {
	const method = "assistant.threads.setSuggestedPrompts"
	if len(questions) == 0 || !s.api.has(method) {
		return false
	}
	prompts := slack.AssistantThreadsSetSuggestedPromptsParameters{ChannelID: e.Channel, ThreadTS: e.Thread, Title: say(lang, "可以这样问：", "Try one of these:")}
	for _, q := range questions[:min(len(questions), 4)] { // Slack takes four
		prompts.AddPrompt(trim(q, 75), q)
	}
	_, err := s.api.do(ctx, call{method: method, channel: e.Channel}, func(ctx context.Context) (string, error) {
		return "", s.api.client.SetAssistantThreadsSuggestedPromptsContext(ctx, prompts)
	})
	if err != nil {
		s.opt.Log.Warn("prompts not set", "id", e.ID, "error", brief(err))
	}
	return err == nil
}

// modal opens the sources of an answer, or its passages. Whoever pressed must
// be allowed here, and see here all that the answer was searched in.
func (s *Slack) modal(ctx context.Context, e Event) string {
	_, scope, ok := s.set.At(place(e))
	lang := s.lang(e)
	got, have := s.recent.get(e.Answer)
	if e.Hidden {
		scope = s.union(e, scope)
	}
	var blocks []slack.Block
	switch {
	case !ok || have && slices.ContainsFunc(got.scope, func(c string) bool { return !slices.Contains(scope, c) }):
		blocks = []slack.Block{section(escape(bot.NotAllowed(lang)))}
	case !have: // the words of the reports are not kept in the state
		blocks = []slack.Block{section(say(lang, "这个回答的来源已不在内存中，请再问一次。", "The sources of this answer are no longer at hand; please ask again."))}
	default:
		lang = got.reply.Lang
		blocks = got.blocks(e.Kind)
	}
	view := slack.ModalViewRequest{Type: slack.VTModal, Title: plain(say(lang, "来源", "Sources")), Close: plain(say(lang, "关闭", "Close")), Blocks: slack.Blocks{BlockSet: blocks}}
	if e.Kind == Passages {
		view.Title = plain(say(lang, "原文段落", "Passages"))
	}
	_, err := s.api.do(ctx, call{method: "views.open"}, func(ctx context.Context) (string, error) {
		_, err := s.api.client.OpenViewContext(ctx, e.Trigger, view)
		return "", err
	})
	if err != nil {
		s.opt.Log.Warn("modal not opened", "id", e.ID, "error", brief(err))
		return "failed:" + reason(err)
	}
	return "shown"
}

// shown is what was posted of an answer, for its modals.
type shown struct {
	reply bot.Reply
	scope []string
}

// blocks are the modal's: each source, with all of its quote for Passages.
func (v shown) blocks(k Kind) []slack.Block {
	var out []slack.Block
	for _, c := range v.reply.Answer.Citations {
		if len(out) == 90 { // of Slack's 100
			break
		}
		quote := mostQuote
		if k == Passages {
			quote = mostSection - 500
		}
		out = append(out, section(source(c, v.reply.Lang, quote)))
	}
	if n := len(v.reply.Answer.Record.Passages); n > 0 && k == Passages {
		out = append(out, slack.NewContextBlock("", mrkdwn(strings.TrimSpace(say(v.reply.Lang,
			fmt.Sprintf("回答取自检索到的 %d 个段落。", n), fmt.Sprintf("The answer was drawn from %d passages.", n))))))
	}
	return out
}

// recent remembers the last answers. Their words are not kept on disk.
type recent struct {
	mu    sync.Mutex
	all   map[string]shown
	order []string
}

const mostRecent = 500

func (r *recent) add(id string, v shown) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.all[id]; !ok {
		r.order = append(r.order, id)
	}
	r.all[id] = v
	for len(r.order) > mostRecent {
		delete(r.all, r.order[0])
		r.order = r.order[1:]
	}
}

func (r *recent) get(id string) (shown, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.all[id]
	return v, ok
}
