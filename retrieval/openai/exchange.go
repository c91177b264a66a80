package openai

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// exchange carries one request for go-openai's client and hands back only
// replies the client reads right: a status other than success becomes a
// StatusError, the body is bounded, and fit makes the rest sound. The client
// by itself reads without limit, drops Retry-After and takes a stream that
// breaks off for one that ended.
type exchange struct {
	*server
	fit func(io.Reader) (io.Reader, error) // makes a good reply's body sound
}

// Do implements goopenai.HTTPDoer.
func (x *exchange) Do(req *http.Request) (*http.Response, error) {
	if err := sendZero(req); err != nil {
		return nil, err
	}
	resp, err := x.Client.Do(req)
	if err != nil {
		return nil, &lostError{withoutURL(err)}
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		defer resp.Body.Close()
		return nil, x.statusError(resp)
	}
	body, err := x.fit(&bounded{src: resp.Body, left: x.limit})
	if err != nil {
		resp.Body.Close()
		return nil, err
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{body, resp.Body}
	return resp, nil
}

// almostZero is how go-openai wants a temperature of 0 to be written, as it
// leaves a real 0 out. On the wire that is 1e-45, which vLLM raises to 0.01.
var almostZero, zero = []byte(`"temperature":1e-45,`), []byte(`"temperature":0,`)

// sendZero writes the temperature as 0. The pattern cannot be part of a text:
// inside a JSON string its quotes would be escaped.
func sendZero(req *http.Request) error {
	if req.Body == nil {
		return nil
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return err
	}
	body = bytes.Replace(body, almostZero, zero, 1)
	req.ContentLength = int64(len(body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	req.Body, err = req.GetBody()
	return err
}

func (x *exchange) statusError(resp *http.Response) error {
	// What a failure says beyond this is not worth reading, nor is a
	// connection that breaks meanwhile.
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	e := &StatusError{Status: resp.StatusCode, RetryAfter: retryAfter(resp.Header, time.Now())}
	var ok bool
	if e.Message, e.Code, e.param, ok = x.read(body); !ok {
		if e.Message = x.quote(string(body)); isPage(body) {
			e.Message = "a web page"
		}
	}
	if e.Status == http.StatusNotFound && !strings.Contains(x.BaseURL, "/v") {
		e.Message = strings.TrimSpace(e.Message + " (the base URL may need /v1)")
	}
	return e
}

// retryAfter reads the header in its two forms, seconds and a date, and the
// retry-after-ms that OpenAI adds.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil {
		return seconds(ms / 1000)
	}
	v := h.Get("Retry-After")
	if s, err := strconv.ParseFloat(v, 64); err == nil {
		return seconds(s)
	}
	if t, err := http.ParseTime(v); err == nil {
		return max(0, t.Sub(now))
	}
	return 0
}

// seconds bounds what a header says, so that no number overflows a Duration.
func seconds(s float64) time.Duration {
	if !(s > 0) {
		return 0
	}
	return time.Duration(min(s, 24*60*60) * float64(time.Second))
}

func isPage(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<"))
}

// withoutURL drops the URL that net/http puts before its errors: the host is
// named already, and the rest may be confidential.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// lostError is a connection that could not be made or did not last.
type lostError struct{ err error }

func (e *lostError) Error() string { return e.err.Error() }
func (e *lostError) Unwrap() error { return e.err }

// bounded reads up to left bytes of a reply and tells a lost connection from
// the end.
type bounded struct {
	src  io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooBig
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.src.Read(p)
	b.left -= int64(n)
	if err != nil && err != io.EOF {
		err = &lostError{fmt.Errorf("read the reply: %w", err)}
	}
	return n, err
}
