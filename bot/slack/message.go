package slack

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"reportbot/bot/answer"
	"reportbot/bot/state"
	"reportbot/ingest/report"
)

// message is one reply on its way into Slack: a working mark, then text as it
// comes, then the whole with its sources. It is written by one goroutine after
// the other; only claim may come from elsewhere.
type message struct {
	s       *Slack
	event   string // ID
	channel string
	thread  string // "" for the channel itself
	team    string
	user    string // who asked
	since   string // ts before any post of ours
	reply   string // response_url of a command
	private bool   // only the asker is to see it
	came    time.Time

	ts        string   // of the message, "" before it is there
	streaming bool     // chat.appendStream goes on it
	doubtful  bool     // text may stand there twice
	shown     string   // text that stands there
	status    bool     // a status is shown in the thread
	whispered bool     // a working mark only the asker sees
	opened    bool     // a stream was begun, which names no event until it is closed
	parts     []string // ts of the further messages it took

	before time.Time         // until when what we do not remember was posted: by the process before us; zero for nothing
	doubt  map[int]time.Time // the same by part, where it differs

	about   state.Entry // what its entries in the audit begin with
	audited bool        // one says that something is about to be shown

	mu    sync.Mutex
	said  []string          // claims that wait to be shown
	cites []report.Citation // of claims, not in the audit yet
	wake  chan struct{}     // something waits
}

// every is how long text is collected before it is shown.
const every = time.Second

// claim takes a checked claim. It is an answer.Post.
func (m *message) claim(c answer.Claim, cites []report.Citation) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.said = append(m.said, c.Marked())
	m.cites = append(m.cites, cites...)
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// take is the text to be shown now with what stands there already, if it fits.
func (m *message) take() (string, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := m.shown
	for len(m.said) > 0 {
		next := strings.TrimPrefix(all+"\n"+m.said[0], "\n")
		if cost(next) > mostText {
			break // the rest comes with the end
		}
		all, m.said = next, m.said[1:]
	}
	return all, all != m.shown
}

// write shows first that we are at it, if mark says anything, and then claims
// as they come until quit is closed.
func (m *message) write(ctx context.Context, mark string, quit <-chan struct{}) {
	if mark != "" {
		if err := m.working(ctx, mark); err != nil {
			m.s.opt.Log.Warn("working mark not shown", "id", m.event, "error", brief(err))
		}
		m.s.observe("first_sign_seconds", m.came)
	}
	for {
		select {
		case <-quit:
			return
		case <-m.wake:
		}
		if text, ok := m.take(); ok && !m.private {
			if err := m.show(ctx, text); err != nil {
				m.s.opt.Log.Warn("text not shown yet", "id", m.event, "error", brief(err))
			}
		}
		t := time.NewTimer(every)
		select {
		case <-quit:
			t.Stop()
			return
		case <-t.C:
		}
	}
}

// show makes text what stands in Slack.
func (m *message) show(ctx context.Context, text string) error {
	if err := m.reveal(ctx); err != nil {
		return err
	}
	switch {
	case m.ts == "" && m.thread != "" && m.s.api.has("chat.startStream"):
		if err := m.open(ctx, text); err == nil || code(err) == "" || leaves(err) {
			return err
		}
		_, err := m.post(ctx, text, nil, 0)
		return err
	case m.ts == "":
		_, err := m.post(ctx, text, nil, 0)
		return err
	case m.streaming:
		err := m.append(ctx, text)
		if err == nil || m.streaming {
			return err
		}
	}
	return m.update(ctx, text, nil)
}

// open starts a stream with a text.
func (m *message) open(ctx context.Context, text string) error {
	opts := []slack.MsgOption{slack.MsgOptionTS(m.thread), slack.MsgOptionMarkdownText(defuse(text)),
		slack.MsgOptionRecipientUserID(m.user), slack.MsgOptionRecipientTeamID(m.team)}
	m.opened = true
	ts, stood, err := m.appear(ctx, call{method: "chat.startStream"}, 0, "opening", func(ctx context.Context) (string, error) {
		_, ts, err := m.s.api.client.StartStreamContext(ctx, m.channel, opts...)
		return ts, err
	})
	if err != nil {
		return err
	}
	m.ts, m.streaming, m.shown = ts, true, text
	if stood { // with what an earlier try said
		m.doubtful, m.shown = true, ""
	}
	m.note(ctx, "streaming")
	return nil
}

// append adds what text has more than what is shown. A stream that Slack has
// closed, as it does after five minutes, is no stream any more.
func (m *message) append(ctx context.Context, text string) error {
	more := strings.TrimPrefix(text, m.shown)
	tried := 0
	_, err := m.s.api.do(ctx, call{method: "chat.appendStream", channel: m.channel}, func(ctx context.Context) (string, error) {
		tried++
		_, _, err := m.s.api.client.AppendStreamContext(ctx, m.channel, m.ts, slack.MsgOptionMarkdownText(defuse(more)))
		return "", err
	})
	m.doubtful = m.doubtful || tried > 1 // one that failed may have been taken
	if err == nil {
		m.shown = text
		return nil
	}
	if c := code(err); c != "" {
		m.streaming = false
	}
	m.doubtful = true
	return err
}

// update puts text in the place of what stands there.
func (m *message) update(ctx context.Context, text string, blocks []slack.Block) error {
	err := m.rewrite(ctx, m.ts, text, blocks, 0)
	if err == nil {
		m.shown = text
	}
	return err
}

// rewrite puts text in the place of a part that stands at ts.
func (m *message) rewrite(ctx context.Context, ts, text string, blocks []slack.Block, part int) error {
	if blocks == nil {
		blocks = sections(text)
	}
	_, err := m.s.api.do(ctx, call{method: "chat.update", channel: m.channel}, func(ctx context.Context) (string, error) {
		_, _, _, err := m.s.api.client.UpdateMessageContext(ctx, m.channel, ts, m.options(text, blocks, part)...)
		return ts, err
	})
	return err
}

// post makes a new message; part 0 is the one that is written on. One that an
// earlier try made is written anew.
func (m *message) post(ctx context.Context, text string, blocks []slack.Block, part int) (string, error) {
	if blocks == nil {
		blocks = sections(text)
	}
	ts, stood, err := m.appear(ctx, call{method: "chat.postMessage"}, part, "posting", func(ctx context.Context) (string, error) {
		_, ts, err := m.s.api.client.PostMessageContext(ctx, m.channel, m.options(text, blocks, part)...)
		return ts, err
	})
	if err != nil {
		return "", err
	}
	if part == 0 {
		m.ts, m.shown, m.streaming = ts, text, stood && m.opened
		m.note(ctx, "streaming")
	} else {
		m.parts = append(m.parts, ts)
	}
	if stood {
		err = m.rewrite(ctx, ts, text, blocks, part)
	}
	return ts, err
}

// metadata names the event in a message, so that a post whose reply was lost
// is found again.
func (m *message) metadata(part int) slack.MsgOption {
	return slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "reportbot_reply", EventPayload: map[string]any{"event": m.event, "part": part}})
}

// options are those of every message: in its thread, with nothing unfurled.
func (m *message) options(text string, blocks []slack.Block, part int) []slack.MsgOption {
	out := []slack.MsgOption{slack.MsgOptionText(escape(trim(text, 3500)), false), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(), m.metadata(part)}
	if blocks != nil { // none at all takes away those that stand there
		out = append(out, slack.MsgOptionBlocks(blocks...))
	}
	if m.thread != "" {
		out = append(out, slack.MsgOptionTS(m.thread))
	}
	return out
}

// landed looks for a post whose reply was lost: one of ours that names the
// event, or the stream that was begun, which names none until it is closed.
func (m *message) landed(part int) func(context.Context) (string, bool, error) {
	return func(ctx context.Context) (string, bool, error) {
		me := m.s.self()
		ts, ok, err := m.s.api.find(ctx, m.channel, m.thread, m.since, func(f found) bool {
			if f.User != me.User && (me.Bot == "" || f.BotID != me.Bot) || f.TS <= m.since {
				return false
			}
			event, _ := f.Metadata.Payload["event"].(string)
			n, _ := f.Metadata.Payload["part"].(float64)
			return event == m.event && int(n) == part || event == "" && part == 0 && m.opened && len(f.Files) == 0
		})
		if code(err) == "thread_not_found" { // the question was deleted, with no reply under it
			return "", false, nil
		}
		return ts, ok, err
	}
}

// mark notes on disk how far the message is: a restart looks for it before it
// posts another. What the audit must hold by then goes with it.
func (m *message) mark(ctx context.Context, stage string) error {
	due := m.due(ctx, stage)
	return m.noted(due, m.s.state.Mark(ctx, state.Posted{EventID: m.event, Channel: m.channel, TS: m.ts, Stage: stage, At: m.s.opt.Now()}, due...))
}

// note is mark where nothing is left to be done about an error: a restart looks
// for what it does not find noted.
func (m *message) note(ctx context.Context, stage string) {
	if err := m.mark(ctx, stage); err != nil {
		m.s.opt.Log.Error("post not noted", "id", m.event, "error", err.Error())
	}
}

// reason is an error for outcomes: Slack's word for it, if it has one.
func reason(err error) string {
	if c := code(err); c != "" {
		return c
	}
	return "network"
}

// brief is an error for the log: Slack's word for it, never
// an address, since a response_url is as good as a token.
func brief(err error) string {
	if c := code(err); c != "" {
		return c
	}
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err.Error()
	}
	return err.Error()
}
