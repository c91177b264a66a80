package openai

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"time"

	goopenai "github.com/sashabaranov/go-openai"
)

// Request is one question to the model. Empty parts are left out, a MaxTokens
// of 0 leaves the length to the server.
type Request struct {
	System, User string
	MaxTokens    int
}

// Completion is what the model said. FinishReason tells why it stopped: "stop"
// at its own end, "length" at a token limit, "content_filter" when the server
// held words back. Token counts are 0 when the server does not tell them.
type Completion struct {
	Text             string
	FinishReason     string
	PromptTokens     int
	CompletionTokens int
	Model            string // as the server calls it, else as asked for
	Lost             int    // tries that failed and may be paid for all the same; of those nothing is counted
}

// Chat asks a model. It may be used by many goroutines at once.
type Chat struct {
	*server
	manners atomic.Pointer[manners] // what worked last
}

// NewChat asks nobody yet.
func NewChat(o Options) *Chat {
	o.Timeout = positive(o.Timeout, 2*time.Minute)
	o.FirstToken = positive(o.FirstToken, 30*time.Second)
	c := &Chat{server: newServer("chat", o)}
	c.manners.Store(&manners{})
	return c
}

// Stream asks at temperature 0 and hands each piece of the answer to onDelta as
// it comes; onDelta may be nil and is called by one goroutine. A nil error means
// that the answer is whole as far as the server let it be: see FinishReason.
// With an error the Completion holds what was said until then. A call is tried
// again only as long as onDelta has heard nothing.
func (c *Chat) Stream(ctx context.Context, r Request, onDelta func(string)) (Completion, error) {
	var done Completion
	lost := 0
	err := c.do(ctx, func(ctx context.Context) (err error) {
		done, err = c.polite(ctx, r, onDelta)
		if err != nil && !unpaid(err) {
			lost++
		}
		if err != nil && done.Text != "" {
			err = &finalError{err}
		}
		return err
	})
	done.Lost = lost
	return done, err
}

// unpaid reports whether an error says that the model did nothing: the server was
// not reached, or refused.
func unpaid(err error) bool {
	var status *StatusError
	var dial *net.OpError
	return errors.As(err, &status) || errors.As(err, &dial) && dial.Op == "dial"
}

// polite asks, and asks again without what the server refused: that is no
// retry, as the server did nothing yet. What worked is kept for the next call.
func (c *Chat) polite(ctx context.Context, r Request, onDelta func(string)) (Completion, error) {
	m := *c.manners.Load()
	for {
		done, err := c.once(ctx, m, r, onDelta)
		next, name := m.without(err)
		if name == "" {
			if err == nil {
				c.manners.Store(&m)
			}
			return done, err
		}
		c.Log.Info("model refuses a parameter, asking without it", "call", c.label, "parameter", name)
		m = next
	}
}

// once sends one request and hears it out.
func (c *Chat) once(ctx context.Context, m manners, r Request, onDelta func(string)) (Completion, error) {
	w := newWatch(ctx, c.FirstToken, "no first word within %s")
	defer w.stop()
	client := c.client(&exchange{fit: func(body io.Reader) (io.Reader, error) {
		return &events{server: c.server, src: bufio.NewReader(body), alive: w.alive}, nil
	}})
	stream, err := client.CreateChatCompletionStream(w.ctx, m.request(c.Model, r))
	if err != nil {
		return Completion{Model: c.Model}, w.explain(err)
	}
	defer stream.Close()
	h := hearing{Completion: Completion{Model: c.Model}, onDelta: onDelta}
	for {
		chunk, err := stream.Recv()
		if err != nil {
			return h.end(w.explain(err), c.server)
		}
		switch h.take(chunk); {
		case h.FinishReason != "":
			// All that may follow is the count of tokens.
			w.expect(min(c.BetweenTokens, 2*time.Second), "no end within %s")
		case h.spoke:
			w.expect(c.BetweenTokens, "no further word within %s")
		}
	}
}

// hearing collects one streamed answer.
type hearing struct {
	Completion
	onDelta func(string)
	text    strings.Builder
	refusal strings.Builder
	spoke   bool // the model has begun, be it to think
}

// take adds one chunk. Of several choices only the first is ours, and what
// follows the end of the answer is not part of it.
func (h *hearing) take(chunk goopenai.ChatCompletionStreamResponse) {
	h.Model = or(chunk.Model, h.Model)
	if chunk.Usage != nil {
		h.PromptTokens = or(chunk.Usage.PromptTokens, h.PromptTokens)
		h.CompletionTokens = or(chunk.Usage.CompletionTokens, h.CompletionTokens)
	}
	for _, c := range chunk.Choices {
		if c.Index != 0 || h.FinishReason != "" {
			continue
		}
		h.FinishReason = string(c.FinishReason)
		h.refusal.WriteString(c.Delta.Refusal)
		h.spoke = h.spoke || c.Delta.Content != "" || c.Delta.ReasoningContent != ""
		if c.Delta.Content == "" {
			continue
		}
		h.text.WriteString(c.Delta.Content)
		if h.onDelta != nil {
			h.onDelta(c.Delta.Content)
		}
	}
}

// end judges the answer by how its stream ended.
func (h *hearing) end(err error, s *server) (Completion, error) {
	h.Text = h.text.String()
	silent := strings.TrimSpace(h.Text) == ""
	switch {
	case h.FinishReason == "error": // OpenRouter's word for a model that failed
		return h.Completion, &StreamError{}
	case h.FinishReason != "" && !silent:
		return h.Completion, nil // however the connection went afterwards
	case h.FinishReason != "" && h.refusal.Len() > 0:
		return h.Completion, fmt.Errorf("%w: the model refuses: %s", ErrEmpty, s.quote(h.refusal.String()))
	case h.FinishReason != "":
		return h.Completion, fmt.Errorf("%w, finish reason %s", ErrEmpty, s.quote(h.FinishReason))
	case err == io.EOF && silent:
		return h.Completion, errNothing
	case err == io.EOF, errors.Is(err, io.ErrUnexpectedEOF):
		return h.Completion, fmt.Errorf("%w after %d characters", ErrCut, len([]rune(h.Text)))
	}
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	if errors.As(err, &syntax) || errors.As(err, &shape) {
		err = malformed(err)
	}
	return h.Completion, err
}
