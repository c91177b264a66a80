package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"reportbot/bot"
	"reportbot/bot/slack/slacktest"
	"reportbot/config"
)

// settingsAt begins to follow a settings file.
func settingsAt(t *testing.T, path string, log *strings.Builder) *access {
	t.Helper()
	load := func() (config.Config, error) { return config.Load(path, func(string) string { return "" }) }
	cfg, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return newAccess(path, cfg, load, slog.New(slog.NewTextHandler(log, nil)))
}

// What the settings say of who may see what holds from the next look on; a file
// that is not valid, or not there, leaves what was said before.
func TestAccess(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "c.yaml")
	write(t, dir, "c.yaml", "public: [a]\nusers: {U1: {collections: [b]}}\n")
	var log strings.Builder
	a := settingsAt(t, path, &log)
	seen := func() string {
		_, scope, _ := a.settings().At(bot.Place{User: "U1", Direct: true, Groups: []string{"S1"}})
		return fmt.Sprint(scope)
	}
	for n, step := range []struct{ file, want, log string }{
		{"public: [a]\nusers: {U1: {collections: [b]}}\n", "[a b]", ""},
		{"public: [a]\nusers: {U2: {collections: [b]}}\n", "[a]", "settings read again"},
		{"public: [x]\nusers: {U1: {collections: [b]}}\n", "[b x]", ""}, // of the same size
		{"public: [a]\ngroups: {S1: {collections: [c]}}\nchannels: {default: {collections: [d]}}\n", "[a c d]", ""},
		{"public: [a]\nusers: {U1: {collection: [b]}}\n", "[a c d]", "users.U1.collection: is no setting"},
		{"public: [", "[a c d]", "settings not read again"},
		{"", "[default]", ""},
		{"public: []\n", "[]", ""},
		{"gone", "[]", "no such file"},
		{"public: [z]\nslack: {workers: 3}\nchannels: {C1: {digest: [weekdays 08:30]}}\n", "[z]", `settings="slack, channels.ID.digest"`},
	} {
		log.Reset()
		switch {
		case step.file == "gone":
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		case n%2 == 0: // as an editor does: written anew in its place
			write(t, dir, "c.yaml", step.file)
		default: // as a careful one does
			write(t, dir, "new.yaml", step.file)
			if err := os.Rename(filepath.Join(dir, "new.yaml"), path); err != nil {
				t.Fatal(err)
			}
		}
		for range 3 {
			if got := seen(); got != step.want {
				t.Fatalf("step %d: %s, want %s\n%s", n, got, step.want, log.String())
			}
		}
		if got := strings.Count(log.String(), "level=ERROR") + strings.Count(log.String(), "level=WARN"); step.log != "" && !strings.Contains(log.String(), step.log) || got > 1 {
			t.Errorf("step %d: the log should say %q, and once:\n%s", n, step.log, log.String())
		}
	}
}

// A file that is being written may be valid half way and let everybody in: it
// is not believed before it is at rest.
func TestAccessHalfWritten(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "c.yaml")
	whole := "channels:\n  C1:\n    collections: [secret]\n    members: [U9]\npublic: []\n"
	write(t, dir, "c.yaml", whole)
	var log strings.Builder
	a := settingsAt(t, path, &log)
	seen := func() (retrievalScope string, ok bool) {
		_, scope, ok := a.settings().At(bot.Place{Channel: "C1", User: "U1"})
		return fmt.Sprint(scope), ok
	}
	if _, ok := seen(); ok {
		t.Fatal("U1 may ask in C1")
	}
	load, cut := a.load, 0
	a.load = func() (config.Config, error) { // while it is read, it is written
		if cut += 9; cut < len(whole) {
			write(t, dir, "c.yaml", whole[:cut])
		} else {
			write(t, dir, "c.yaml", whole)
			a.load = load
		}
		return load()
	}
	write(t, dir, "c.yaml", "")
	if got, ok := seen(); ok {
		t.Errorf("U1 may ask in C1, and sees %s", got)
	}
}

// Serve heeds a grant and its end with the next question, without a restart.
func TestServeRevokes(t *testing.T) {
	d := newDesk(t)
	set := func(s string) {
		write(t, d.dir, "c.yaml", "serve: {admin: '127.0.0.1:0', http: '127.0.0.1:0'}\n"+s)
	}
	set("public: []\nusers: {U1: {collections: [default]}}\n")
	s := serveAs(t, d.dir, d.api, "OPENAI_BASE_URL="+d.url, "SLACK_BOT_TOKEN="+slacktest.BotToken, "SLACK_APP_TOKEN="+slacktest.AppToken)
	until(t, "ready", func() bool { code, _ := s.page("/readyz"); return code == 200 })
	ask := func(channel, user string, want bool) {
		t.Helper()
		n, had := len(d.slack.Said(channel)), len(d.answers(channel))
		d.slack.Say(channel, user, askedFor, "")
		until(t, "a reply", func() bool {
			all := d.slack.Said(channel)
			return len(all) > n && !all[len(all)-1].Streaming && len(d.slack.Marks()) == 0
		})
		if got := len(d.answers(channel)) > had; got != want {
			t.Errorf("%s in %s: answered %v, want %v", user, channel, got, want)
		}
	}
	ask("D1", "U1", true)
	ask("D2", "U2", false)
	set("public: []\nusers: {U2: {collections: [default]}}\n")
	ask("D1", "U1", false)
	ask("D2", "U2", true)
	set("public: [\n")
	ask("D2", "U2", true)
	if code, page := s.page("/readyz"); code != 200 {
		t.Errorf("not ready for a broken settings file: %d %s", code, page)
	}
	s.end()
	if log := s.text(); strings.Count(log, "settings not read again") != 1 {
		t.Errorf("the broken file should be in the log once:\n%s", log)
	}
}
