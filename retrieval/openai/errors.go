package openai

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode"
)

var (
	// ErrCut: the stream ended before the server said why it ends. What was
	// said until then is no answer.
	ErrCut = errors.New("the reply was cut off")
	// ErrStalled: the server took the request, then stayed silent too long.
	ErrStalled = errors.New("the server fell silent")
	// ErrEmpty: a regular reply in which nothing was said.
	ErrEmpty = errors.New("the reply is empty")
	// ErrMalformed: the reply is not what the API promises.
	ErrMalformed = errors.New("malformed reply")
	// ErrDown: the server failed several times in a row and is not asked
	// for a while.
	ErrDown = errors.New("not asked, it failed too often just now")
)

// errNothing is an ErrEmpty without a finish reason, which may be an accident.
var errNothing = fmt.Errorf("%w and gives no finish reason", ErrEmpty)

// Faults that another try would only repeat.
var (
	errNotAPI  = fmt.Errorf("%w: a web page, not the API; is the base URL right?", ErrMalformed)
	errTooBig  = fmt.Errorf("%w: larger than the limit", ErrMalformed)
	errVectors = fmt.Errorf("%w: unusable vectors", ErrMalformed)
)

// StatusError is an answer with an HTTP status other than success.
type StatusError struct {
	Status     int
	Code       string        // the API's own code, if any
	Message    string        // what the server said, cleaned and shortened
	RetryAfter time.Duration // how long the server asks to wait; 0: it does not say
	param      string
}

func (e *StatusError) Error() string {
	s := fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))
	if e.RetryAfter > 0 {
		s += fmt.Sprintf(" (try again in %s)", e.RetryAfter)
	}
	return join(s, e.Message)
}

// StreamError is an error object inside a reply that began as a success.
type StreamError struct {
	Code    string // the API's own code, if any
	Message string // what the server said, cleaned and shortened
}

func (e *StreamError) Error() string { return join("the server broke off", e.Message) }

func join(s, message string) string {
	if message == "" {
		return s
	}
	return s + ": " + message
}

// said is what servers put into a failed reply. Beside the API's own
// {"error":{"message"}} there are {"error":"text"} (Ollama), {"message"} (older
// vLLM) and {"detail"} (FastAPI).
type said struct {
	Error   json.RawMessage `json:"error"`
	Object  string          `json:"object"`
	Message json.RawMessage `json:"message"`
	Detail  json.RawMessage `json:"detail"`
	Code    any             `json:"code"`
	Param   any             `json:"param"`
}

// read returns the message, code and parameter that body complains of; ok is
// false when it is no complaint.
func (s *server) read(body []byte) (message, code, param string, ok bool) {
	var v said
	if json.Unmarshal(body, &v) != nil {
		return "", "", "", false
	}
	if len(v.Error) > 0 && string(v.Error) != "null" {
		var inner said
		if json.Unmarshal(v.Error, &inner) != nil || inner.Message == nil {
			inner.Message = v.Error
		}
		v.Message, v.Code, v.Param = inner.Message, inner.Code, inner.Param
	} else if v.Object != "error" && v.Detail == nil {
		return "", "", "", false
	} else if v.Message == nil {
		v.Message = v.Detail
	}
	var text string
	if json.Unmarshal(v.Message, &text) != nil {
		text = string(v.Message)
	}
	return s.quote(text), s.word(v.Code), s.word(v.Param), true
}

// streamError returns the error object in a reply that began as a success.
func (s *server) streamError(payload []byte) error {
	if !bytes.Contains(payload, []byte(`"error"`)) { // nearly always
		return nil
	}
	if message, code, _, ok := s.read(payload); ok {
		return &StreamError{Code: code, Message: message}
	}
	return nil
}

// malformed explains a reply that is JSON of another shape or none at all.
func malformed(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF || err.Error() == "unexpected end of JSON input" {
		return ErrCut
	}
	return fmt.Errorf("%w: %w", ErrMalformed, err)
}

// word shows a code or a parameter, which may be a string, a number or null.
func (s *server) word(v any) string {
	if v == nil {
		return ""
	}
	return strings.Trim(s.quote(fmt.Sprint(v)), `"`)
}

// quote makes text from outside fit for one line of an error: no key, no
// control or invisible characters, at most 200 of them.
func (s *server) quote(text string) string {
	if s.Key != "" {
		text = strings.ReplaceAll(text, s.Key, "[key]")
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > 200 {
		text = string(runes[:200]) + "…"
	}
	if text == "" {
		return ""
	}
	return `"` + text + `"`
}
