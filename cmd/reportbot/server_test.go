package main

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// fakeAPI speaks the two calls of the OpenAI API that reportbot makes.
type fakeAPI struct {
	reply      func() string // what the model says
	dimension  int           // of the embedder's vectors; 0 refuses
	refuseFrom int           // number of the first embedding request that is refused; 0: none
	down       bool          // the chat answers 503
	finish     string        // the reason the reply ends with; empty cuts it off
	hold       func(n int)   // called with the number of each embedding request before it is answered
	pause      func(string)  // called with what the model said until then, after each event

	mu    sync.Mutex
	chats []string // the bodies of the chat requests
	keys  []string // the Authorization headers
	embed int
}

func (f *fakeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client is gone
	}
	f.mu.Lock()
	f.keys = append(f.keys, r.Header.Get("Authorization"))
	switch r.URL.Path {
	case "/v1/chat/completions":
		f.chats = append(f.chats, string(body))
	case "/v1/embeddings":
		f.embed++
	}
	n := f.embed
	f.mu.Unlock()
	switch r.URL.Path {
	case "/v1/chat/completions":
		if f.down {
			http.Error(w, "come back later", http.StatusServiceUnavailable)
			return
		}
		f.chat(w)
	case "/v1/embeddings":
		if f.hold != nil {
			f.hold(n)
		}
		f.embeddings(w, n, body)
	default:
		http.NotFound(w, r)
	}
}

// chat streams the reply, a few characters an event.
func (f *fakeAPI) chat(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/event-stream")
	event := func(v string) { fmt.Fprintf(w, "data: %s\n\n", v) }
	said := ""
	for r := []rune(f.reply()); len(r) > 0; {
		n := 1
		if f.pause == nil {
			n = min(7, len(r))
		}
		said += string(r[:n])
		piece, err := json.Marshal(string(r[:n]))
		if err != nil {
			panic("unreachable: a string is JSON")
		}
		r = r[n:]
		event(fmt.Sprintf(`{"model":"fake-1","choices":[{"index":0,"delta":{"content":%s},"finish_reason":null}]}`, piece))
		if f.pause != nil {
			_ = http.NewResponseController(w).Flush() // the client may be gone
			f.pause(said)
		}
	}
	if f.finish == "" {
		return
	}
	event(fmt.Sprintf(`{"choices":[{"index":0,"delta":{},"finish_reason":%q}]}`, f.finish))
	event(`{"choices":[],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}}`)
	event("[DONE]")
}

// embeddings returns vectors that count characters, so that like texts have
// like vectors.
func (f *fakeAPI) embeddings(w http.ResponseWriter, n int, body []byte) {
	var q struct {
		Model string   `json:"model"`
		Input []string `json:"input"`
	}
	if err := json.Unmarshal(body, &q); err != nil || f.dimension == 0 || f.refuseFrom > 0 && n >= f.refuseFrom {
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, `{"error":{"message":"no such embedder here","type":"invalid_request_error"}}`)
		return
	}
	type item struct {
		Object    string    `json:"object"`
		Index     int       `json:"index"`
		Embedding []float32 `json:"embedding"`
	}
	out := map[string]any{"object": "list", "model": q.Model}
	var data []item
	for i, text := range q.Input {
		v := make([]float32, f.dimension)
		for _, r := range text {
			h := fnv.New32a()
			io.WriteString(h, string(r))
			v[h.Sum32()%uint32(len(v))]++
		}
		data = append(data, item{"embedding", i, v})
	}
	out["data"] = data
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(out) // the client may be gone
}

// server NAME [reply=FILE] [dimension=N] [finish=REASON] [down] starts a fake API
// and puts its base URL into the variable NAME. The file is read anew for each
// request; an empty REASON cuts every reply off.
func server(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: server NAME [reply=FILE] [dimension=N] [finish=REASON] [down]")
	}
	f := &fakeAPI{finish: "stop", reply: func() string { return "" }}
	for _, arg := range args[1:] {
		name, value, _ := strings.Cut(arg, "=")
		switch name {
		case "reply":
			path := ts.MkAbs(value)
			f.reply = func() string {
				b, err := os.ReadFile(path)
				if err != nil {
					return err.Error()
				}
				return strings.TrimSpace(string(b))
			}
		case "dimension":
			n, err := strconv.Atoi(value)
			ts.Check(err)
			f.dimension = n
		case "down":
			f.down = true
		case "finish":
			f.finish = value
		default:
			ts.Fatalf("server: no option %q", name)
		}
	}
	s := httptest.NewServer(f)
	ts.Defer(s.Close)
	ts.Setenv(args[0], s.URL+"/v1")
	fakes.Store(s.URL+"/v1", f)
}

// fakes are the running servers by URL; scripts run at the same time.
var fakes sync.Map

// asked URL writes what the server at URL was sent to standard output: the
// Authorization headers and the bodies of chat requests.
func asked(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: asked URL")
	}
	v, ok := fakes.Load(args[0])
	if !ok {
		ts.Fatalf("no server at %s", args[0])
	}
	f := v.(*fakeAPI)
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, k := range f.keys {
		fmt.Fprintf(ts.Stdout(), "Authorization: %s\n", k)
	}
	fmt.Fprintf(ts.Stdout(), "embeddings: %d\nchats: %d\n%s\n", f.embed, len(f.chats), strings.Join(f.chats, "\n"))
}
