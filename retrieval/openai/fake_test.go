package openai

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// testKey must never come out of anything but an Authorization header.
const testKey = "sk-canary-0123456789"

// fake is a server over real HTTP. The n-th request gets the n-th reply, later
// ones the last.
type fake struct {
	url     string
	replies []http.HandlerFunc

	mu     sync.Mutex
	bodies []string
	heads  []http.Header
	paths  []string
}

func newFake(t *testing.T, replies ...http.HandlerFunc) *fake {
	t.Helper()
	f := &fake{replies: replies}
	ts := httptest.NewServer(f)
	t.Cleanup(ts.Close)
	f.url = ts.URL + "/v1"
	return f
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	n := len(f.bodies)
	f.bodies = append(f.bodies, string(body))
	f.heads = append(f.heads, r.Header.Clone())
	f.paths = append(f.paths, r.URL.Path)
	f.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	f.replies[min(n, len(f.replies)-1)](w, r)
}

func (f *fake) calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.bodies)
}

// options ask f with one retry and pauses too short to notice.
func (f *fake) options(t *testing.T) Options {
	t.Helper()
	log := &bytes.Buffer{}
	t.Cleanup(func() {
		if strings.Contains(log.String(), testKey) {
			t.Errorf("the log holds the key: %s", log)
		}
	})
	return Options{
		BaseURL: f.url, Key: testKey, Model: "m-1", Retries: 1, Backoff: time.Nanosecond,
		Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
}

// text replies with body as it stands.
func text(status int, contentType, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func refuse(status int, message string, headers ...string) http.HandlerFunc {
	body, _ := json.Marshal(map[string]any{"error": map[string]any{"message": message, "type": "t"}})
	return text(status, "application/json", string(body), headers...)
}

// stream replies with lines as server-sent events; the line "hang" holds the
// connection open until the client leaves, "reset" tears it down.
func stream(lines ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.WriteHeader(http.StatusOK)
		for _, line := range lines {
			switch line {
			case "hang":
				http.NewResponseController(w).Flush()
				<-r.Context().Done()
				return
			case "reset":
				http.NewResponseController(w).Flush()
				panic(http.ErrAbortHandler)
			}
			io.WriteString(w, line)
			http.NewResponseController(w).Flush()
		}
	}
}

// delta is one event with a piece of the answer, fin the one that ends it.
func delta(s string) string {
	b, _ := json.Marshal(s)
	return fmt.Sprintf(`data: {"model":"m-1-2026","choices":[{"index":0,"delta":{"content":%s},"finish_reason":null}]}`+"\n\n", b)
}

func fin(reason string) string {
	return fmt.Sprintf(`data: {"choices":[{"index":0,"delta":{},"finish_reason":%q}]}`+"\n\n", reason)
}

const (
	usage = `data: {"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}}` + "\n\n"
	done  = "data: [DONE]\n\n"
)

// oneLine checks what every error owes its reader.
func oneLine(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	s := err.Error()
	if strings.ContainsAny(s, "\n\r\x1b") || strings.Contains(s, testKey) ||
		!strings.Contains(s, "127.0.0.1:") || !strings.Contains(s, `"m-1"`) {
		t.Errorf("error %q: want one line with host and model, without the key", s)
	}
}
