// Package slacktest is a Slack for tests: Socket Mode and the part of the Web
// API that the bot uses, with the limits, states and moods of the real one. It
// keeps to the clock of the time package and connects through pipes, so that a
// test in a synctest bubble waits five minutes in no time. It is our reading
// of Slack's documentation, not Slack.
package slacktest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// The workspace of the stand-in.
const (
	Team     = "T1"
	BotUser  = "UBOT"
	BotID    = "BBOT"
	BotToken = "xoxb-1111-2222-canaryBot4Tq9xZ8Lm" // in their right shape: tests look for them where they must not be
	AppToken = "xapp-1-A0CANARY-3333-app9Lm2Kd7Wq"
)

// Message is a message as Slack would show it.
type Message struct {
	Channel, TS, Thread string
	User                string // who wrote it; BotUser for the bot's
	To                  string // the only reader of an ephemeral message
	Text                string // text or what was streamed
	Blocks              []map[string]any
	Metadata            map[string]any
	Streaming           bool
	streamed            bool // its text was streamed, and is shown above the blocks
	Edits               int
	Files               []File
	Deleted             bool
	At                  time.Time
	hook                string    // response_url that made it
	seen                time.Time // from when on look-ups show it
}

// Hook is the response URL that made a message, without its host; "" for others.
func (m Message) Hook() string { return m.hook }

// Call is one call of the Web API.
type Call struct {
	Method string
	Form   url.Values
	Error  string // what the stand-in answered, "" for ok
	At     time.Time
}

// Fault makes calls of a method fail.
type Fault struct {
	Method string
	Skip   int           // calls that go well before
	Times  int           // calls that fail; 0 for one
	Status int           // HTTP status, e.g. 503; 0 for 200 with Code
	Code   string        // Slack's word
	After  time.Duration // Retry-After of a 429
	Landed bool          // the call takes effect before it fails
	Cut    bool          // the connection ends without a reply
	Slow   time.Duration // passes before the call takes effect
	Wait   time.Duration // passes between that and the reply
}

// well reports whether the fault is no failure but slowness.
func (f *Fault) well() bool { return f == nil || f.Status == 0 && f.Code == "" && !f.Cut }

// Server is the stand-in. Set its fields before the first call.
type Server struct {
	Lacks    []string // methods this workspace does not have
	Archived []string // channels
	Base     string   // of response URLs; set it where the stand-in listens on a port
	Pace     float64  // how many times faster than Slack allows posts may follow each other; 0 is 1
	Quiet    bool     // remembers no calls, of which a test may make many
	// Late is how long after a post look-ups show it; nil: at once.
	Late func() time.Duration
	// Mood is the fault of a call that Fail says nothing of; nil, or one that
	// returns nil: none. Response URLs are the method "hook".
	Mood func(method string) *Fault

	mu       sync.Mutex
	external []string // channels shared with another organisation
	revoked  bool
	messages []*Message
	calls    []Call
	faults   []*Fault
	status   map[string]string    // by channel/thread
	shownAt  map[string]time.Time // when a status was set
	posted   map[string]time.Time // last post of a channel
	triggers map[string]time.Time
	views    []map[string]any
	prompts  []string
	hooks    map[string]*hook
	seq      int
	conns    map[*conn]bool
	sent     map[string]*Envelope
	lost     int
	files    map[string]*File    // announced, by ID
	groups   map[string][]string // members of user groups, by ID

	web   *http.Server
	pipes *pipes
	quit  chan struct{}
	all   sync.WaitGroup
}

// hook is a response_url.
type hook struct {
	channel, user string
	at            time.Time
	used          int
}

// New starts a stand-in; Close ends it.
func New() *Server {
	s := &Server{status: map[string]string{}, shownAt: map[string]time.Time{}, posted: map[string]time.Time{}, triggers: map[string]time.Time{},
		hooks: map[string]*hook{}, conns: map[*conn]bool{}, sent: map[string]*Envelope{}, files: map[string]*File{}, groups: map[string][]string{}, quit: make(chan struct{}), Base: "http://slack.test",
		pipes: &pipes{next: make(chan net.Conn), done: make(chan struct{})}}
	s.web = &http.Server{Handler: s}
	s.all.Go(func() { _ = s.web.Serve(s.pipes) }) // ends with Close
	return s
}

// URL is the base of the Web API, for Dial.
func (s *Server) URL() string { return "http://slack.test/api/" }

// Close ends the stand-in and all its connections.
func (s *Server) Close() {
	close(s.quit)
	_ = s.web.Close()
	s.Disconnect("")
	s.all.Wait()
}

// Dial connects to the stand-in.
func (s *Server) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case s.pipes.next <- there:
		return here, nil
	case <-s.pipes.done:
		return nil, errors.New("slack is closed")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// pipes is a listener of pipes.
type pipes struct {
	next chan net.Conn
	once sync.Once
	done chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.next:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "slack.test"} }

// ServeHTTP is the Web API, the sockets and the response URLs.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasPrefix(r.URL.Path, "/api/"):
		s.serveAPI(w, r, strings.TrimPrefix(r.URL.Path, "/api/"))
	case strings.HasPrefix(r.URL.Path, "/link"):
		s.serveSocket(w, r)
	case strings.HasPrefix(r.URL.Path, "/upload/"):
		s.serveUpload(w, r)
	case strings.HasPrefix(r.URL.Path, "/hook/"):
		s.serveHook(w, r)
	default:
		http.NotFound(w, r)
	}
}

// serveAPI answers one call, with the faults that wait for it.
func (s *Server) serveAPI(w http.ResponseWriter, r *http.Request, method string) {
	if err := form(r); err != nil {
		http.Error(w, "bad form", http.StatusBadRequest)
		return
	}
	f := s.meet(method)
	s.mu.Lock()
	out, word, after := map[string]any{}, "", time.Duration(0)
	if f == nil || f.Landed || f.well() {
		out, word, after = s.call(method, r)
	}
	if !f.well() {
		if word, after = f.Code, f.After; f.Status == http.StatusTooManyRequests {
			word = "ratelimited"
		} else if word == "" {
			word = fmt.Sprint(f.Status)
		}
	}
	if !s.Quiet {
		s.calls = append(s.calls, Call{Method: method, Form: r.Form, Error: word, At: time.Now()})
	}
	s.mu.Unlock()
	f.part()
	switch {
	case word == "ratelimited":
		w.Header().Set("Retry-After", fmt.Sprint(int((after+time.Second-1)/time.Second)))
		w.WriteHeader(http.StatusTooManyRequests)
		return
	case !f.well() && f.Status >= 400:
		w.WriteHeader(f.Status)
		return
	case word != "":
		out = map[string]any{"ok": false, "error": word}
	default:
		out["ok"] = true
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(out)
}

// meet is the fault that meets a call, after the time it takes to get there.
func (s *Server) meet(method string) *Fault {
	s.mu.Lock()
	f := s.fault(method)
	s.mu.Unlock()
	if f == nil && s.Mood != nil {
		f = s.Mood(method)
	}
	if f != nil {
		time.Sleep(f.Slow)
	}
	return f
}

// part is how the reply to a call leaves us.
func (f *Fault) part() {
	if f == nil {
		return
	}
	time.Sleep(f.Wait)
	if f.Cut {
		panic(http.ErrAbortHandler) // ends the connection
	}
}

// form reads the parameters of a call, which may come as JSON.
func form(r *http.Request) error {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return r.ParseForm()
	}
	var all map[string]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&all); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	r.Form = url.Values{}
	for k, raw := range all {
		var s string
		if json.Unmarshal(raw, &s) != nil {
			s = string(raw)
		}
		r.Form.Set(k, s)
	}
	return nil
}

// fault is the fault that meets a call, nil for none.
func (s *Server) fault(method string) *Fault {
	for i, f := range s.faults {
		if f.Method != method {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Times--; f.Times <= 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		return f
	}
	return nil
}

// Fail adds a fault.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Mend takes all faults away.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// Revoke refuses the tokens from now on, or takes them again.
func (s *Server) Revoke(yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = yes
}

// Share makes these the channels that another organisation reads as well.
func (s *Server) Share(channels ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.external = channels
}

// Messages are the messages of a channel that stand there now, in order.
func (s *Server) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, m := range s.messages {
		if m.Channel == channel && !m.Deleted {
			out = append(out, *m)
		}
	}
	return out
}

// All are the messages of all channels that stand there now, in order.
func (s *Server) All() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, m := range s.messages {
		if !m.Deleted {
			out = append(out, *m)
		}
	}
	return out
}

// Said are the bot's messages of a channel, those for one reader included.
func (s *Server) Said(channel string) []Message {
	return slices.DeleteFunc(s.Messages(channel), func(m Message) bool { return m.User != BotUser })
}

// Calls are the calls of a method, all of them for "".
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.calls), func(c Call) bool { return method != "" && c.Method != method })
}

// Marks are the working marks shown now: statuses by channel/thread.
func (s *Server) Marks() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]string{}
	for k, v := range s.status {
		if time.Since(s.shownAt[k]) < 2*time.Minute {
			out[k] = v
		}
	}
	return out
}

// Views are the modals that were opened.
func (s *Server) Views() []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.views)
}

// Prompts are the suggested prompts last set.
func (s *Server) Prompts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.prompts)
}

// ts names a message by its time, as Slack does.
func (s *Server) ts() string {
	s.seq++
	return fmt.Sprintf("%d.%06d", time.Now().Unix(), s.seq)
}
