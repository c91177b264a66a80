// Package openai asks an OpenAI-compatible server for embeddings and for
// answers. It is the only package that knows go-openai.
//
// What comes out is whole or an error: an answer counts only when the server
// said why it ended, vectors only when there is one good vector for each text.
// Calls have a time limit, try again where that can help, and stop asking a
// server that keeps failing. What the answers mean is left to others.
//
// Error texts are one line, name the server's host and the model, and never
// hold the key.
package openai

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	goopenai "github.com/sashabaranov/go-openai"
)

// DefaultBaseURL is where calls go when Options.BaseURL is empty.
const DefaultBaseURL = "https://api.openai.com/v1"

// maxReply bounds what is read of one reply. 64 vectors of 4096 numbers take
// about 6 MiB; 50,000 streamed tokens about 15 MiB.
const maxReply = 64 << 20

// Options say whom to ask and how patiently. The zero value of a field means
// its default, and so does a negative duration.
type Options struct {
	// BaseURL is everything before /chat/completions and /embeddings, used
	// as given but for slashes at the end: most servers want the /v1.
	// Default: DefaultBaseURL.
	BaseURL string
	// Key is sent as a bearer token. Empty: no Authorization header at all,
	// as Ollama, vLLM and llama.cpp allow.
	Key string
	// Model is sent as it is.
	Model string
	// Timeout is for one call with all its tries and pauses: one answer, or
	// one batch of texts. Default: 2 minutes for Chat, 1 for Embedder.
	Timeout time.Duration
	// FirstToken is how long one try may stay without its first word, or an
	// Embedder's try without its whole reply. Comments that keep the stream
	// alive start it anew, so a server that queues is waited for until
	// Timeout. Default: 30 seconds for Chat, half of Timeout for Embedder.
	FirstToken time.Duration
	// BetweenTokens is how long a stream that has begun may be silent;
	// comments count as for FirstToken. Default: 20 seconds.
	BetweenTokens time.Duration
	// Retries is how often a failed call is tried again. Default: never.
	Retries int
	// Backoff is the longest first pause before a retry; it doubles with
	// each retry up to 16 times as long. The pause is a random part of it, or
	// what the server's Retry-After asks for. Default: half a second.
	Backoff time.Duration
	// Client carries the requests. Default: one of our own with the proxy
	// settings of the environment. Its Timeout should be 0.
	Client *http.Client
	// Log hears of retries and of parameters that a server refuses.
	// Default: nobody.
	Log *slog.Logger
	// Batch is how many texts an Embedder sends at once. Default: 64.
	Batch int
	// Dim is the dimension an Embedder insists on; it is not sent. Default:
	// that of the first vectors it gets.
	Dim int
}

// server is one endpoint with one model, as both chat and embeddings see it.
type server struct {
	Options
	label string // begins every error: what, model, host
	limit int64  // bytes read of one reply
	guard guard  // retries and breaker
}

func newServer(what string, o Options) *server {
	o.BaseURL = strings.TrimRight(or(strings.TrimSpace(o.BaseURL), DefaultBaseURL), "/")
	o.BetweenTokens = positive(o.BetweenTokens, 20*time.Second)
	o.Backoff = positive(o.Backoff, 500*time.Millisecond)
	o.Retries = max(o.Retries, 0)
	if o.Client == nil {
		o.Client = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &server{Options: o, limit: maxReply}
	s.label = fmt.Sprintf("%s %s at %s", what, s.quote(o.Model), hostOf(o.BaseURL))
	s.guard = newGuard(o, s.label)
	return s
}

// client returns go-openai's client over x. It is cheap and made for each try,
// so that x can hold what belongs to that try alone.
func (s *server) client(x *exchange) *goopenai.Client {
	x.server = s
	c := goopenai.DefaultConfig(s.Key)
	c.BaseURL = s.BaseURL
	c.HTTPClient = x
	return goopenai.NewClientWithConfig(c)
}

// hostOf names the server in errors; a URL can hold a password, a host not.
func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return "an invalid base URL"
	}
	return u.Host
}

// positive returns v, or the default when v is none.
func positive(v, def time.Duration) time.Duration {
	if v <= 0 {
		return def
	}
	return v
}

// or returns v, or the default when v is the zero value.
func or[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}
