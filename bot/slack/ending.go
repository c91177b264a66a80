package slack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// working shows that we are at it: a status in the thread where Slack has
// them, else a message that the answer will replace.
func (m *message) working(ctx context.Context, text string) error {
	if m.reply != "" {
		if err := m.begin(ctx); err != nil {
			return err
		}
		m.whispered = m.whisper(ctx, text, nil, false, false) == nil || m.whispered
		return nil
	}
	if m.ts != "" {
		if m.streaming || m.status {
			return nil
		}
		err := m.update(ctx, text, nil)
		m.shown = ""
		return err
	}
	if m.thread != "" && m.s.api.has(setStatus) {
		err := m.setStatus(ctx, text)
		if err == nil {
			m.status = true
			return nil
		}
		if why, _ := trouble(err, 0); why == "rate" {
			return nil // a message more would not help
		}
	}
	if _, err := m.post(ctx, text, nil, 0); err != nil {
		return err
	}
	m.shown = ""
	return nil
}

const setStatus = "assistant.threads.setStatus"

// setStatus shows a status, or removes it for "". A status that takes long to
// show is not worth the wait: the text is behind it.
func (m *message) setStatus(ctx context.Context, text string) error {
	if text != "" {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
	}
	_, err := m.s.api.do(ctx, call{method: setStatus, channel: m.channel, once: text != ""}, func(ctx context.Context) (string, error) {
		return "", m.s.api.client.SetAssistantThreadsStatusContext(ctx, slack.AssistantThreadsSetStatusParameters{ChannelID: m.channel, ThreadTS: m.thread, Status: status(text)})
	})
	return err
}

// status is a text as it reads behind our name, where Slack puts it: the
// English ones begin with a participle and need a verb before it.
func status(text string) string {
	if text == "" || text[0] < 'A' || text[0] > 'Z' {
		return text
	}
	return "is " + strings.ToLower(text[:1]) + text[1:]
}

// clear removes the working marks that are not the message itself.
func (m *message) clear(ctx context.Context) {
	if m.status {
		if err := m.setStatus(ctx, ""); err != nil {
			m.s.opt.Log.Warn("status not cleared", "id", m.event, "error", brief(err))
		}
		m.status = false
	}
	if m.whispered {
		_, _, err := m.s.api.client.PostMessageContext(ctx, m.channel, slack.MsgOptionDeleteOriginal(m.reply))
		if err != nil {
			m.s.opt.Log.Warn("working mark not removed", "id", m.event, "error", brief(err))
		}
		m.whispered = false
	}
}

// remove takes back what stands in Slack: the question is gone.
func (m *message) remove(ctx context.Context) {
	m.clear(ctx)
	if tried := m.earlier(0); m.ts == "" && !tried.IsZero() {
		ts, _, err := m.s.api.look(ctx, m.landed(0), tried)
		if m.ts = ts; err != nil {
			m.s.opt.Log.Warn("not known whether a message is left", "id", m.event, "error", brief(err))
		}
	}
	m.spare(ctx, 1)
	if m.ts == "" {
		return
	}
	_ = m.record(ctx, auditRemoved, "")
	if m.streaming {
		_ = m.stop(ctx, "", nil) // it is deleted next; chat.delete tells if that fails
	}
	m.delete(ctx, m.ts)
}

func (m *message) delete(ctx context.Context, ts string) {
	_, err := m.s.api.do(ctx, call{method: "chat.delete", channel: m.channel}, func(ctx context.Context) (string, error) {
		_, _, err := m.s.api.client.DeleteMessageContext(ctx, m.channel, ts)
		return "", err
	})
	if err != nil && code(err) != "message_not_found" {
		m.s.opt.Log.Warn("message not removed", "id", m.event, "error", brief(err))
	}
}

// interrupt says in what stands there that the answer goes on after a restart.
func (m *message) interrupt(ctx context.Context, lang string) {
	note := say(lang, "（服务正在重启，回答稍后自动继续。）", "(The service is restarting; the answer will go on by itself.)")
	_ = m.record(ctx, auditNotice, "interrupted")
	var err error
	switch {
	case m.reply != "":
		err = m.whisper(ctx, note, nil, m.whispered, false)
		m.whispered = false
	case m.streaming:
		err = m.stop(ctx, "\n"+note, nil)
	case m.ts != "":
		err = m.update(ctx, strings.TrimSpace(m.shown+"\n"+note), nil)
	default:
		_, err = m.post(ctx, note, nil, 0)
	}
	if err != nil {
		m.s.opt.Log.Warn("interruption not told", "id", m.event, "error", brief(err))
	}
	m.clear(ctx)
}

// end makes text with its closing what stands in Slack, in as many messages as
// that takes, and removes the working marks.
func (m *message) end(ctx context.Context, text string, c closing) error {
	err := m.finish(ctx, text, c)
	m.clear(ctx)
	if err == nil {
		m.note(ctx, "done")
	}
	return err
}

func (m *message) finish(ctx context.Context, text string, c closing) error {
	if m.private {
		return m.confide(ctx, text, c)
	}
	parts := c.parts(text)
	if rest, ok := strings.CutPrefix(text, m.shown); m.streaming && ok && !m.doubtful {
		head := m.shown
		if cost(text) > mostText {
			parts = append([]string{head}, split(rest, mostText)...)
			rest = ""
		}
		err := m.stop(ctx, rest, m.under(c, len(parts) == 1, true))
		if err == nil {
			return m.further(ctx, parts[1:], c)
		}
		m.s.opt.Log.Info("stream not closed with its sources", "id", m.event, "error", brief(err))
		m.streaming = code(err) != "message_not_in_streaming_state"
	}
	if m.streaming {
		_ = m.stop(ctx, "", nil) // what stands there is replaced next
	}
	m.streaming = false
	parts, err := m.put(ctx, parts, c, 0)
	if err != nil {
		return err
	}
	return m.further(ctx, parts[1:], c)
}

// under are the blocks under the last part.
func (m *message) under(c closing, last, buttons bool) []slack.Block {
	if !last {
		return nil
	}
	return c.blocks(buttons)
}

// stop closes the stream with a last piece of text and blocks.
func (m *message) stop(ctx context.Context, text string, blocks []slack.Block) error {
	opts := []slack.MsgOption{m.metadata(0)}
	if text != "" {
		opts = append(opts, slack.MsgOptionMarkdownText(defuse(text)))
	}
	if len(blocks) > 0 {
		opts = append(opts, slack.MsgOptionBlocks(blocks...))
	}
	_, err := m.s.api.do(ctx, call{method: "chat.stopStream", channel: m.channel}, func(ctx context.Context) (string, error) {
		_, _, err := m.s.api.client.StopStreamContext(ctx, m.channel, m.ts, opts...)
		return "", err
	})
	return err
}

// further posts the parts that did not fit into the message.
func (m *message) further(ctx context.Context, parts []string, c closing) error {
	n := 1
	for ; len(parts) > 0; n++ {
		left, err := m.put(ctx, parts, c, n)
		if err != nil {
			return err
		}
		parts = left[1:]
	}
	m.spare(ctx, n)
	return nil
}

// The words with which Slack refuses blocks, and those for too much text.
var (
	badBlocks = []string{"invalid_blocks", "invalid_blocks_format", "invalid_arguments", "unsupported_block_type"}
	tooLong   = []string{"msg_too_long", "msg_blocks_too_long"}
	lost      = []string{"message_not_found", "cant_update_message", "edit_window_closed", "streaming_state_conflict"}
)

// put writes the first of the parts. What Slack does not take is written more
// plainly, what is too long for it cut in two; it returns the parts as they
// are then.
func (m *message) put(ctx context.Context, parts []string, c closing, n int) ([]string, error) {
	last := func() bool { return len(parts) == 1 }
	for form, stopped := 0, false; ; {
		text, blocks := parts[0], []slack.Block{} // empty, not nil: none
		switch {
		case form < 2:
			if n == 0 {
				blocks = append(blocks, c.head()...)
			}
			blocks = slices.Concat(blocks, c.body(text, form == 0), m.under(c, last(), form == 0))
		case last():
			text = strings.TrimSpace(text + "\n" + c.plainly())
		}
		err := m.place(ctx, text, blocks, n)
		switch {
		case err == nil:
			return parts, nil
		case n == 0 && code(err) == "streaming_state_conflict" && !stopped:
			stopped = true
			_ = m.stop(ctx, "", nil) // the next try tells
		case n == 0 && m.ts != "" && slices.Contains(lost, code(err)):
			m.ts = ""
		case slices.Contains(badBlocks, code(err)) && form < 2:
			form++
		case slices.Contains(tooLong, code(err)) && c.card() != nil && form < 2: // it cannot be cut
			form = 2
		case slices.Contains(tooLong, code(err)) && cost(parts[0]) > 400:
			parts = append(split(parts[0], (cost(parts[0])+1)/2), parts[1:]...)
		default:
			return parts, err
		}
		m.s.opt.Log.Warn("message written anew", "id", m.event, "reason", code(err))
	}
}

// place updates the message, or posts it.
func (m *message) place(ctx context.Context, text string, blocks []slack.Block, n int) error {
	if n == 0 && m.ts != "" {
		return m.update(ctx, text, blocks)
	}
	_, err := m.post(ctx, text, blocks, n)
	return err
}

// confide tells the asker alone. Whether it was told cannot be looked up: it is
// told at most once.
func (m *message) confide(ctx context.Context, text string, c closing) error {
	if err := m.mark(ctx, "whispering"); err != nil {
		return fmt.Errorf("%w: %w", errUnnoted, err)
	}
	parts := c.parts(text)
	for i, part := range parts {
		blocks := func(rich bool) (out []slack.Block) {
			if i == 0 {
				out = c.head()
			}
			return slices.Concat(out, c.body(part, rich), m.under(c, i == len(parts)-1, true))
		}
		replace := i == 0 && m.whispered
		err := m.whisper(ctx, part, blocks(true), replace, false)
		if err != nil && c.card() != nil && !leaves(err) { // Slack may take no table here
			err = m.whisper(ctx, part, blocks(false), replace, false)
		}
		if err != nil {
			if leaves(err) {
				m.whispered = false // what would be removed may be the answer
			} else if i == 0 { // nothing was shown
				m.note(ctx, "refused")
			}
			return err
		}
		m.whispered = false // it was replaced
	}
	return nil
}

// whisper shows the asker a message that nobody else sees. A response_url
// works five times in half an hour, and in channels we are no member of. What
// may have been shown is not shown again, unless it is again that says so.
func (m *message) whisper(ctx context.Context, text string, blocks []slack.Block, replace, again bool) error {
	if m.reply != "" {
		opts := []slack.MsgOption{slack.MsgOptionText(escape(trim(text, 3500)), false)}
		if len(blocks) > 0 {
			opts = append(opts, slack.MsgOptionBlocks(blocks...))
		}
		how := slack.MsgOptionResponseURL(m.reply, slack.ResponseTypeEphemeral)
		if replace {
			how = slack.MsgOptionReplaceOriginal(m.reply)
		}
		_, err := m.s.api.do(ctx, call{method: "response_url", channel: m.channel, hidden: !again}, func(ctx context.Context) (string, error) {
			_, _, err := m.s.api.client.PostMessageContext(ctx, m.channel, append(opts, how)...)
			return "", err
		})
		if err == nil || errors.Is(err, errUnsure) {
			return err
		}
	}
	_, err := m.s.api.do(ctx, call{method: "chat.postEphemeral", channel: m.channel, hidden: !again}, func(ctx context.Context) (string, error) {
		return m.s.api.client.PostEphemeralContext(ctx, m.channel, m.user, m.options(text, blocks, 0)...)
	})
	return err
}
