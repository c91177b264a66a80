package main

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"reportbot/bot/slack/slacktest"
)

// canaries are secrets that must be found nowhere but where they belong.
var canaries = map[string]string{
	"SLACK_BOT_TOKEN":      slacktest.BotToken,
	"SLACK_APP_TOKEN":      slacktest.AppToken,
	"SLACK_SIGNING_SECRET": "c4nary742231b10e8888abcd99yyyzzz",
	"OPENAI_API_KEY":       "sk-proj-canaryChat8Wn3Vb7Rt5",
	"OPENAI_EMBED_API_KEY": "sk-canaryEmbed6Hg1Jk4Pl8Xz",
}

// typed is what somebody pastes into a question, or into a file of settings.
const typed = "xoxp-9917-4411-canaryTyped5Bv8Nc2Mx"

// leaks counts where secrets were found.
type leaks struct {
	t      *testing.T
	mu     sync.Mutex
	places int
	hits   int
}

// search looks for secrets in a text.
func (s *leaks) search(what, text string) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.places++
	for _, secret := range append([]string{typed, "c4naryPassw0rd", "sk-canary-0123456789"}, slices.Collect(maps.Values(canaries))...) {
		if i := strings.Index(text, secret); i >= 0 {
			s.hits++
			s.t.Errorf("%s: %s in …%s…", what, secret, text[max(0, i-120):min(len(text), i+120)])
		}
	}
}

// searchFolder looks into all files, byte by byte.
func (s *leaks) searchFolder(dir string) {
	s.t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.HasSuffix(path, ".yaml") { // of the test
			return err
		}
		b, err := os.ReadFile(path)
		s.search(filepath.Base(path), string(b))
		return err
	})
	if err != nil {
		s.t.Error(err)
	}
}

// echo is a server that refuses everything in every form it can, each time with
// the key that it was sent.
func echo(t *testing.T) *httptest.Server {
	t.Helper()
	n := 0
	t.Cleanup(func() {
		if n == 0 {
			t.Error("nothing was sent to the server that repeats it")
		}
	})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what there is of it
		said := r.Header.Get("Authorization") + " " + string(body)
		n++
		switch n % 5 {
		case 0:
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprintf(w, "data: {\"error\":{\"message\":%q}}\n\n", said)
		case 1:
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprintf(w, `{"ok":false,"error":{"message":%q,"code":%q}}`, said, r.Header.Get("Authorization"))
		case 2:
			http.Error(w, said, http.StatusBadGateway)
		case 3:
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"ok":false,"error":%q}`, said)
		default:
			w.Header().Set("Location", "/"+url.QueryEscape(said)+"?"+said)
			w.WriteHeader(http.StatusFound)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// Neither what is set nor what is typed by mistake stands in anything that
// leaves the program: not in what commands write, the log, the pages, the data
// folder, a backup, a message, a request's body.
func TestPromiseSecrets(t *testing.T) {
	t.Parallel()
	s := &leaks{t: t}
	t.Run("commands", s.commands)
	t.Run("settings", s.settings)
	t.Run("refused", s.refused)
	t.Run("typed", s.typed)
	t.Logf("%d places searched for %d secrets, found %d times", s.places, len(canaries)+3, s.hits)
}

// run runs a command with all secrets set and looks at what it writes.
func (s *leaks) run(t *testing.T, dir string, env []string, args ...string) {
	t.Helper()
	cmd := reportbot(t, dir, args...)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Stdin = strings.NewReader("溪谷光学二号产线的良率是多少？\n")
	for name, v := range canaries {
		cmd.Env = append(cmd.Env, name+"="+v)
	}
	cmd.Env = append(cmd.Env, env...)
	_ = cmd.Run() // most fail; what they write counts
	s.search(strings.Join(args, " "), out.String())
}

// here is run in this process, for what fails before it reads a file.
func (s *leaks) here(t *testing.T, env []string, args ...string) {
	t.Helper()
	set := maps.Clone(canaries)
	for _, e := range env {
		name, v, _ := strings.Cut(e, "=")
		set[name] = v
	}
	var out strings.Builder
	if code := run(t.Context(), args, func(name string) string { return set[name] }, streams{strings.NewReader(""), &out, &out}); code == exitDone {
		t.Errorf("%q went well", args)
	}
	s.search(strings.Join(args, " "), out.String())
}

// commands are all of them, with servers that repeat what they were sent.
func (s *leaks) commands(t *testing.T) {
	dir, refuser := t.TempDir(), echo(t)
	write(t, dir, "in/a.md", "# 溪谷光学点评\n\n青岚证券 2026-04-02\n\n## 1 产能\n\n溪谷光学二号产线的良率是91.3%。\n")
	mustRun(t, reportbot(t, dir, "ingest", "in"), exitDone)
	write(t, dir, "q/q.jsonl", `{"id":"1","question":"良率？"}`+"\n")
	args := map[string][][]string{
		"ask":    {{"良率是多少？"}, {"--json", "良率是多少？"}, {"-"}, {"--json", "-"}},
		"ingest": {{"in"}, {"--json", "in", "nowhere"}}, "show": {{"r1"}}, "search": {{"良率"}, {"良率", "--explain"}},
		"remove": {{"r1"}}, "ticker": {{"溪谷光学"}, {"--json", "溪谷光学"}}, "digest": {{"preview"}}, "health": {{"--url", refuser.URL + "/healthz"}},
		"backup": {{"b.zip"}}, "restore": {{"b.zip", "--force"}}, "eval": {{"retrieval", "q"}, {"answers", "q"}, {"abstain", "q"}},
		"serve": {{"--config", "taken.yaml"}},
	}
	write(t, dir, "taken.yaml", "serve: {admin: '192.0.2.1:1'}\n")
	write(t, dir, "embed.yaml", "embed: {model: e, base_url: '"+refuser.URL+"/v1'}\n")
	env := []string{"OPENAI_BASE_URL=" + refuser.URL + "/v1", "REPORTBOT_DATA=data"}
	for _, c := range commands() {
		if c.hidden {
			continue
		}
		all := args[c.name]
		if all == nil {
			all = [][]string{{}}
		}
		for _, a := range all {
			s.run(t, dir, env, append([]string{c.name, "--verbose"}, a...)...)
		}
	}
	for _, a := range [][]string{{"embed"}, {"ask", "良率？"}, {"ingest", "in"}} {
		s.run(t, dir, env, append(a, "--verbose", "--config", "embed.yaml", "--data", "other")...)
	}
	s.searchFolder(dir)
}

// settings are files and variables with secrets where none belong.
func (s *leaks) settings(t *testing.T) {
	dir := t.TempDir()
	key := canaries["OPENAI_API_KEY"]
	for i, text := range []string{
		"slack: {bot_token: " + slacktest.BotToken + "}", "chat: {api_key: " + key + "}", "chat: {base_url: 'https://user:c4naryPassw0rd@host/v1'}",
		"chat: {base_url: 'https://host/v1?key=" + key + "'}", "chat: [" + key + "]", "chat: {timeout: " + key + "}", key + ": x", key, "channels: {" + key + ": {}}",
		"channels: {C1: {" + typed + ": 1}}", "public: [" + typed + "]", "serve: {watch: '" + typed + "='}", "chat: {model: 'x\n" + key, "? " + typed + "\n: [", "serve: {admin: '" + typed + "'}",
		"slack: {api_url: 'https://user:c4naryPassw0rd@slack/api'}", "embed: {model: e, base_url: 'http://" + key + "@h/v1'}",
	} {
		name := fmt.Sprint(i, ".yaml")
		write(t, dir, name, text+"\n")
		for _, c := range []string{"check", "serve"} {
			s.here(t, nil, c, "--verbose", "--config", filepath.Join(dir, name), "--data", "/dev/null/x")
		}
	}
	for _, env := range []string{"SLACK_BOT_TOKEN=" + slacktest.AppToken, "SLACK_APP_TOKEN=" + slacktest.BotToken, "OPENAI_BASE_URL=https://user:c4naryPassw0rd@host/v1", "OPENAI_BASE_URL=" + key,
		"OPENAI_API_KEY=" + key + "\nx", "REPORTBOT_ADMIN=" + key, "REPORTBOT_LOG=" + key, "SLACK_API_URL=" + typed} {
		s.here(t, []string{env}, "serve", "--data", "/dev/null/x")
	}
	for _, args := range [][]string{{key}, {"--" + typed}, {"ask", "--" + typed}, {"check", "--data", "/dev/null/" + typed}, {"health", "--url", "http://user:c4naryPassw0rd@127.0.0.1:1/"}, {"serve", "--watch", typed + "="}} {
		s.here(t, nil, args...)
	}
}

// refused is a serve whose Slack and whose model refuse and repeat.
func (s *leaks) refused(t *testing.T) {
	for _, drop := range []string{"SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"} {
		dir, refuser := t.TempDir(), echo(t)
		env := []string{"OPENAI_BASE_URL=" + refuser.URL + "/v1"}
		for name, v := range canaries {
			if name != drop {
				env = append(env, name+"="+v)
			}
		}
		write(t, dir, "in/a.md", "# 溪谷光学点评\n\n青岚证券 2026-04-02\n\n## 1 产能\n\n溪谷光学二号产线的良率是91.3%。\n")
		write(t, dir, "c.yaml", "serve: {admin: '127.0.0.1:0', http: '127.0.0.1:0', log: debug}\nembed: {model: e, base_url: '"+refuser.URL+"/v1'}\n")
		p := serveAs(t, dir, refuser.URL+"/api", env...)
		for range 2 {
			p.next("not connected to slack")
			s.pages(p)
		}
		p.end()
		s.search("the log", p.text())
		s.searchFolder(dir)
	}
}

func (s *leaks) pages(p *serving) {
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/debug/pprof/", "/debug/pprof/goroutine?debug=2", "/debug/pprof/cmdline", "/debug/vars", "/"} {
		_, said := p.page(path)
		s.search(path, said)
	}
}

// typed are questions with a token in them, of people and of a model that says
// it again.
func (s *leaks) typed(t *testing.T) {
	d := newDesk(t)
	d.model.reply = func() string { return shown + "。[1] " + canaries["OPENAI_API_KEY"] + "。[1]" }
	write(t, d.dir, "c.yaml", "serve: {admin: '127.0.0.1:0', log: debug}\n")
	env := []string{"OPENAI_BASE_URL=" + d.url}
	for name, v := range canaries {
		env = append(env, name+"="+v)
	}
	p := serveAs(t, d.dir, d.api, env...)
	until(t, "ready", func() bool { code, _ := p.page("/readyz"); return code == 200 })
	text := typed + " " + askedFor + " " + canaries["OPENAI_API_KEY"]
	ts, _ := d.slack.Say("C1", "U1", slacktest.Mention(text), "")
	d.slack.Say("D1", "U1", text, "")
	d.slack.Command("/ask", "C2", "U1", text)
	d.slack.Command("/ticker", "C3", "U1", text)
	d.slack.Command("/digest", "C4", "U1", text)
	d.slack.Command("/report", "C5", "U1", text)
	until(t, "answers", func() bool {
		for _, c := range []string{"C1", "D1", "C2"} {
			if len(d.answers(c)) == 0 {
				return false
			}
		}
		return len(d.slack.Said("C3")) > 0 && len(d.slack.Said("C4")) > 0 && len(d.slack.Said("C5")) > 0
	})
	d.slack.Edit("C1", "U1", ts, text+"？")
	d.slack.Press(d.answers("C1")[0], "U1", "passages", true)
	until(t, "a modal", func() bool { return len(d.slack.Views()) > 0 })
	s.pages(p)
	mustRun(t, reportbot(t, d.dir, "backup", "b.zip"), exitDone)
	p.end()
	s.search("the log", p.text())
	s.searchFolder(d.dir)
	var posts []any
	for _, c := range d.slack.Calls("") {
		c.Form.Del("token")
		posts = append(posts, c)
	}
	for _, m := range d.slack.All() {
		if m.User == slacktest.BotUser {
			posts = append(posts, m)
		}
	}
	said, err := json.Marshal(append(posts, d.slack.Views()))
	if err != nil {
		t.Fatal(err)
	}
	s.search("posts", string(said))
	d.model.mu.Lock()
	defer d.model.mu.Unlock()
	if asked := strings.Join(d.model.chats, "\n"); strings.Contains(asked, typed) { // what it says itself is asked back
		t.Errorf("the model was sent what somebody typed: %s", asked)
	}
}

// watchedBy runs the program for scripts and keeps what it writes.
const watchedBy = `#!/bin/sh
d=$(mktemp -d "$REPORTBOT_TEST_SEEN/XXXXXX")
"$REPORTBOT_TEST_BIN" "$@" >"$d/out" 2>"$d/err"
code=$?
cat "$d/out"
cat "$d/err" >&2
exit $code
`

// watching is the program as the scripts run it: with secrets set, and all that
// it writes looked through in the end.
type watching struct {
	leaks
	dir, kept string
}

func watched(t *testing.T) *watching {
	t.Helper()
	w := &watching{leaks: leaks{t: t}, dir: t.TempDir(), kept: t.TempDir()}
	if err := os.WriteFile(filepath.Join(w.dir, "reportbot"), []byte(watchedBy), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.searchFolder(w.kept)
		t.Logf("%d places of the scripts searched for secrets, found %d times", w.places, w.hits)
		if w.places < 100 {
			t.Error("that is not all that they write")
		}
	})
	return w
}

// script sets secrets for a script, looks in the end into what it leaves, and
// returns where its program is: the bare one where only a terminal will do.
func (w *watching) script(e *testscript.Env) string {
	e.Setenv("REPORTBOT_TEST_BIN", bin)
	e.Setenv("REPORTBOT_TEST_SEEN", w.kept)
	for name, v := range canaries {
		if name != "OPENAI_API_KEY" && !strings.HasSuffix(e.WorkDir, "-serve") { // where it matters that none is set
			e.Setenv(name, v)
		}
	}
	e.Defer(func() { w.searchFolder(e.WorkDir) })
	if strings.HasSuffix(e.WorkDir, "-terminal") {
		return filepath.Dir(bin)
	}
	return w.dir
}
