package openai

import (
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestChatRequest(t *testing.T) {
	f := newFake(t, stream(delta("ok"), fin("stop"), done))
	o := f.options(t)
	o.BaseURL += "//"
	// A text that looks like the parameter must arrive as it was written.
	user := `say "temperature":1e-45, twice`
	if _, err := NewChat(o).Stream(t.Context(), Request{System: "s", User: user, MaxTokens: 9}, nil); err != nil {
		t.Fatal(err)
	}
	u, _ := json.Marshal(user)
	want := fmt.Sprintf(`{"model":"m-1","messages":[{"role":"system","content":"s"},{"role":"user","content":%s}],`+
		`"max_tokens":9,"temperature":0,"stream":true,"stream_options":{"include_usage":true}}`, u)
	if f.bodies[0] != want {
		t.Errorf("body %s\nwant %s", f.bodies[0], want)
	}
	if f.paths[0] != "/v1/chat/completions" || f.heads[0].Get("Authorization") != "Bearer "+testKey {
		t.Errorf("path %s, Authorization %q", f.paths[0], f.heads[0].Get("Authorization"))
	}
}

func TestNoKeyNoHeader(t *testing.T) {
	f := newFake(t, stream(delta("ok"), fin("stop"), done), vectors(`{"index":0,"embedding":[1,0]}`))
	o := f.options(t)
	o.Key = ""
	if _, err := NewChat(o).Stream(t.Context(), ask, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := NewEmbedder(o).Embed(t.Context(), []string{"a"}); err != nil {
		t.Fatal(err)
	}
	for i, h := range f.heads {
		if v, ok := h["Authorization"]; ok {
			t.Errorf("%s has Authorization %q, want none", f.paths[i], v)
		}
	}
}

// particular refuses a request that has one of the given parameters, in the
// words of real servers.
func particular(complaints map[string]http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		json.NewDecoder(r.Body).Decode(&body)
		for name, complain := range complaints {
			if _, ok := body[name]; ok {
				complain(w, r)
				return
			}
		}
		stream(delta("ok"), fin("stop"), done)(w, r)
	}
}

func TestRefusedParameters(t *testing.T) {
	tests := []struct {
		name    string
		model   string
		refuses map[string]http.HandlerFunc
		calls   int
		want    []string // parameters beside model, messages and stream
	}{
		{"temperature", "m-1", map[string]http.HandlerFunc{
			"temperature": refuse(400, "Unsupported value: 'temperature' does not support 0 with this model.")},
			2, []string{"max_tokens", "stream_options"}},
		{"temperature named apart", "m-1", map[string]http.HandlerFunc{
			"temperature": text(400, "application/json", `{"error":{"message":"Unsupported value","param":"temperature"}}`)},
			2, []string{"max_tokens", "stream_options"}},
		{"stream_options", "m-1", map[string]http.HandlerFunc{
			"stream_options": text(422, "application/json", `{"detail":[{"loc":["body","stream_options"],"msg":"extra fields not permitted"}]}`)},
			2, []string{"max_tokens", "temperature"}},
		{"max_tokens", "m-1", map[string]http.HandlerFunc{
			"max_tokens": refuse(400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.")},
			2, []string{"max_completion_tokens", "stream_options", "temperature"}},
		{"all", "m-1", map[string]http.HandlerFunc{
			"temperature": refuse(400, "temperature?"), "stream_options": refuse(400, "stream_options?"), "max_tokens": refuse(400, "max_tokens?")},
			4, []string{"max_completion_tokens"}},
		{"go-openai knows the model", "gpt-5-mini", nil, 1, []string{"max_completion_tokens", "stream_options"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t, particular(tt.refuses))
			o := f.options(t)
			o.Retries, o.Model = 0, tt.model
			c := NewChat(o)
			for i := range 2 { // the second call knows what the first learned
				if got, err := c.Stream(t.Context(), ask, nil); err != nil || got.Text != "ok" || f.calls() != tt.calls+i {
					t.Fatalf("call %d: %q, %v after %d requests, want ok after %d", i, got.Text, err, f.calls(), tt.calls+i)
				}
			}
			var sent map[string]any
			json.Unmarshal([]byte(f.bodies[tt.calls-1]), &sent)
			var got []string
			for _, name := range []string{"max_completion_tokens", "max_tokens", "stream_options", "temperature"} {
				if _, ok := sent[name]; ok {
					got = append(got, name)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRefusedForGood(t *testing.T) {
	f := newFake(t, refuse(400, "temperature, max_tokens and stream_options are fine, but no"))
	_, err := NewChat(f.options(t)).Stream(t.Context(), ask, nil)
	oneLine(t, err)
	var status *StatusError
	if !errors.As(err, &status) || status.Status != 400 || f.calls() != 4 {
		t.Errorf("%v after %d requests, want 400 after 4", err, f.calls())
	}
}

func TestStatusErrors(t *testing.T) {
	tests := []struct {
		name  string
		reply http.HandlerFunc
		says  string
		calls int
	}{
		{"key refused", refuse(401, "Incorrect API key provided: "+testKey+"."), `401 Unauthorized: "Incorrect API key provided: [key]."`, 1},
		{"no access", refuse(403, "not allowed"), `403 Forbidden: "not allowed"`, 1},
		{"no such model", refuse(404, "model not found"), `404 Not Found: "model not found"`, 1},
		{"Ollama's form", text(404, "application/json", `{"error":"model 'm-1' not found"}`), `"model 'm-1' not found"`, 1},
		{"FastAPI's form", text(422, "application/json", `{"detail":"bad input"}`), `"bad input"`, 1},
		{"older vLLM's form", text(400, "application/json", `{"object":"error","message":"too long","code":400}`), `400 Bad Request: "too long"`, 1},
		{"plain text", text(502, "text/plain", "upstream\r\nis\x00 down\x1b[0m\n"), `502 Bad Gateway: "upstream is down[0m"`, 2},
		{"long text", text(500, "text/plain", strings.Repeat("错", 900)), `"` + strings.Repeat("错", 200) + `…"`, 2},
		{"web page", text(503, "text/html", "<html>"), "503 Service Unavailable: a web page", 2},
		{"empty", text(500, "text/plain", ""), "500 Internal Server Error", 2},
		{"not implemented", text(501, "text/plain", ""), "501 Not Implemented", 1},
		{"rate", refuse(429, "slow down", "Retry-After", "0"), `429 Too Many Requests: "slow down"`, 2},
		{"no money", text(429, "application/json", `{"error":{"message":"pay","code":"insufficient_quota"}}`), `"pay"`, 1},
		{"wait beyond the limit", refuse(429, "slow down", "Retry-After", "3600"), `429 Too Many Requests (try again in 1h0m0s): "slow down"`, 1},
		{"redirected nowhere", text(304, "text/plain", ""), "304 Not Modified", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t, tt.reply)
			for what, call := range map[string]func() error{
				"chat":  func() error { _, err := NewChat(f.options(t)).Stream(t.Context(), ask, nil); return err },
				"embed": func() error { _, err := NewEmbedder(f.options(t)).Embed(t.Context(), []string{"a"}); return err },
			} {
				before := f.calls()
				err := call()
				oneLine(t, err)
				var status *StatusError
				if !errors.As(err, &status) || !strings.HasSuffix(err.Error(), tt.says) || f.calls()-before != tt.calls {
					t.Errorf("%s: %v after %d calls, want %q after %d", what, err, f.calls()-before, tt.says, tt.calls)
				}
			}
		})
	}
}

func TestBaseURLHint(t *testing.T) {
	f := newFake(t, text(404, "text/plain", "404 page not found"))
	o := f.options(t)
	o.BaseURL = strings.TrimSuffix(o.BaseURL, "/v1")
	_, err := NewChat(o).Stream(t.Context(), ask, nil)
	oneLine(t, err)
	if err == nil || !strings.Contains(err.Error(), "may need /v1") {
		t.Errorf("error %v, want a hint at /v1", err)
	}
}

func TestUnreachable(t *testing.T) {
	f := newFake(t, text(200, "", ""))
	o := f.options(t)
	o.BaseURL = "http://127.0.0.1:1/path-with-a-token/v1"
	_, err := NewChat(o).Stream(t.Context(), ask, nil)
	oneLine(t, err)
	if err == nil || strings.Contains(err.Error(), "token") || !strings.Contains(err.Error(), "refused") {
		t.Errorf("error %v, want connection refused without the path", err)
	}
	o.BaseURL = "http://user:" + testKey + "@ bad/v1"
	if _, err = NewChat(o).Stream(t.Context(), ask, nil); err == nil || strings.Contains(err.Error(), testKey) {
		t.Errorf("error %v, want one without the password", err)
	}
}

func TestBadCertificate(t *testing.T) {
	var tries atomic.Int32
	ts := httptest.NewUnstartedServer(nil)
	ts.Config.ErrorLog = log.New(io.Discard, "", 0)
	ts.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			tries.Add(1)
		}
	}
	ts.StartTLS()
	defer ts.Close()
	_, err := NewChat(Options{BaseURL: ts.URL + "/v1", Model: "m-1", Retries: 3, Backoff: time.Nanosecond}).Stream(t.Context(), ask, nil)
	oneLine(t, err)
	var cert *tls.CertificateVerificationError
	if !errors.As(err, &cert) || tries.Load() != 1 {
		t.Errorf("%v after %d tries, want a certificate error after 1", err, tries.Load())
	}
}

func TestReplyTooLarge(t *testing.T) {
	endless := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := io.WriteString(w, ": ping\n\n"); err != nil {
				return
			}
		}
	}
	f := newFake(t, endless)
	c := NewChat(f.options(t))
	c.limit = 1 << 20
	if _, err := c.Stream(t.Context(), ask, nil); !errors.Is(err, errTooBig) {
		t.Errorf("chat: %v, want %v", err, errTooBig)
	}
	e := NewEmbedder(f.options(t))
	e.limit = 1 << 20
	if _, err := e.Embed(t.Context(), []string{"a"}); !errors.Is(err, errTooBig) {
		t.Errorf("embed: %v, want %v", err, errTooBig)
	}
	if f.calls() != 2 {
		t.Errorf("%d calls, want 2: a reply too large is not asked for again", f.calls())
	}
}

func TestRetryAfterForms(t *testing.T) {
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	tests := []struct {
		header, value string
		want          time.Duration
	}{
		{"Retry-After", "7", 7 * time.Second},
		{"Retry-After", "0.5", 500 * time.Millisecond},
		{"Retry-After", "Sun, 01 Mar 2026 08:00:09 GMT", 9 * time.Second},
		{"Retry-After", "Sun, 01 Mar 2026 07:00:00 GMT", 0},
		{"Retry-After", "-3", 0},
		{"Retry-After", "NaN", 0},
		{"Retry-After", "1e300", 24 * time.Hour},
		{"Retry-After", "soon", 0},
		{"Retry-After-Ms", "250", 250 * time.Millisecond},
		{"X-Other", "7", 0},
	}
	for _, tt := range tests {
		h := http.Header{}
		h.Set(tt.header, tt.value)
		if got := retryAfter(h, now); got != tt.want {
			t.Errorf("%s: %s = %v, want %v", tt.header, tt.value, got, tt.want)
		}
	}
}
