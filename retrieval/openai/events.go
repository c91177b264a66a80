package openai

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	goopenai "github.com/sashabaranov/go-openai"
)

// events makes the body of a chat reply sound for go-openai's stream reader,
// which gives up after many comments, loses an error that follows a comment,
// drops a last line without its newline and calls any end a good one. It hands
// on `data:` lines with whole JSON, one at a time, and the closing [DONE]; a
// reply in one piece is turned into such a stream. An end without [DONE] is
// io.ErrUnexpectedEOF.
type events struct {
	*server
	src    *bufio.Reader
	alive  func() // called for each line that comes in, comments too
	out    []byte // read from src, not yet handed on
	err    error  // what Read returns once out is empty
	begun  bool
	failed bool // the line before was "event: error"
}

func (e *events) Read(p []byte) (int, error) {
	for len(e.out) == 0 && e.err == nil {
		if !e.begun {
			e.err = e.begin()
		} else {
			e.err = e.next()
		}
	}
	if len(e.out) == 0 {
		return 0, e.err
	}
	n := copy(p, e.out)
	e.out = e.out[n:]
	return n, nil
}

// begin looks at the first character: servers and proxies get the content type
// wrong too often to go by it.
func (e *events) begin() error {
	e.begun = true
	for {
		c, err := e.src.ReadByte()
		if err == io.EOF {
			return io.ErrUnexpectedEOF
		} else if err != nil {
			return err
		}
		switch c {
		case ' ', '\t', '\r', '\n', 0xEF, 0xBB, 0xBF: // blanks and a byte order mark
			continue
		case '<':
			return errNotAPI
		}
		if err := e.src.UnreadByte(); err != nil {
			return err
		}
		if c == '{' {
			return e.whole()
		}
		return nil
	}
}

// next takes one line from the stream.
func (e *events) next() error {
	line, err := e.src.ReadBytes('\n')
	if err != nil && err != io.EOF {
		return err
	}
	ended := err == io.EOF
	if ended && len(bytes.TrimSpace(line)) == 0 {
		return io.ErrUnexpectedEOF
	}
	e.alive()
	line = bytes.TrimSpace(line)
	payload, isData := bytes.CutPrefix(line, []byte("data:"))
	payload = bytes.TrimSpace(payload)
	switch {
	case string(line) == "event: error", string(line) == "event:error":
		e.failed = true
		return nil
	case isData && string(payload) == "[DONE]":
		e.out = []byte("data: [DONE]\n")
		return io.EOF
	case isData && len(payload) > 0:
	case bytes.HasPrefix(line, []byte("{")): // an error without its "data:"
		payload = line
	default: // a blank line, a comment, a field of no interest
		return nil
	}
	if err := e.complaint(payload); err != nil {
		return err
	}
	if !bytes.HasPrefix(payload, []byte("{")) || !json.Valid(payload) {
		if ended {
			return io.ErrUnexpectedEOF
		}
		return fmt.Errorf("%w: stream says %s", ErrMalformed, e.quote(string(payload)))
	}
	// The blank keeps the client from taking {"error":null,…} for an error.
	e.out = fmt.Appendf(nil, "data: { %s\n", bytes.TrimPrefix(payload, []byte("{")))
	return nil
}

// whole reads a reply in one piece, from a server that does not stream, and
// makes one event of it.
func (e *events) whole() error {
	body, err := io.ReadAll(e.src)
	if err != nil {
		return err
	}
	e.alive()
	if err := e.complaint(body); err != nil {
		return err
	}
	var reply goopenai.ChatCompletionResponse
	if err := json.Unmarshal(body, &reply); err != nil {
		return malformed(err)
	}
	chunk := goopenai.ChatCompletionStreamResponse{Model: reply.Model, Usage: &reply.Usage}
	for _, c := range reply.Choices {
		delta := goopenai.ChatCompletionStreamChoiceDelta{Content: c.Message.Content, Refusal: c.Message.Refusal}
		chunk.Choices = append(chunk.Choices, goopenai.ChatCompletionStreamChoice{
			Index: c.Index, Delta: delta, FinishReason: c.FinishReason,
		})
	}
	event, err := json.Marshal(chunk)
	if err != nil {
		return err
	}
	e.out = fmt.Appendf(nil, "data: %s\ndata: [DONE]\n", event)
	return io.EOF
}

// complaint returns the error that payload reports, if it does.
func (e *events) complaint(payload []byte) error {
	failed := e.failed
	e.failed = false
	if err := e.streamError(payload); err != nil || !failed {
		return err
	}
	return &StreamError{Message: e.quote(string(payload))}
}
