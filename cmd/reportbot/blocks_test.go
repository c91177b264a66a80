package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"reportbot/bot"
	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
	"reportbot/bot/state"
	"reportbot/config"
	"reportbot/retrieval/store"
)

// aDesk is a workspace in which more is seen than in its channel C12.
var aDesk = bot.Settings{Public: []string{"default"}, Default: bot.Channel{Collections: []string{"desk"}}, Channels: map[string]bot.Channel{"C12": {}}}

// What the bot shows of the sample reports goes to the file $REPORTBOT_SHOWN,
// for .ci/npm/blocks.mjs to hold against Slack's own types.
func TestShown(t *testing.T) {
	out := os.Getenv("REPORTBOT_SHOWN")
	if out == "" {
		t.Skip("REPORTBOT_SHOWN is not set")
	}
	s := slacktest.New()
	defer s.Close()
	defer inProcess(t, s)()
	until(t, "connected", func() bool { return s.Connected() == 1 })

	// a channel each: Slack takes a message a second in each
	s.Say("D1", "U1", "help", "")
	s.Say("C2", "U1", slacktest.Mention("What is the target price of FarSail?"), "")
	s.Say("C3", "U1", slacktest.Mention("溪谷光学的食堂今天有什么菜？"), "")
	s.Command("/report", "C4", "U1", "青岚")
	s.Command("/ask", "C5", "U1", "星河智能的目标价是多少？")
	s.Command("/ticker", "C9", "U1", "星河智能")
	s.Command("/ticker", "C10", "U1", "中芯国际")
	s.Command("/ticker", "C11", "U1", "没有这家公司")
	s.Say("C6", "U1", slacktest.Mention("总结一下星河智能的研报要点"), "")
	s.Say("C7", "U1", slacktest.Mention("青岚证券的目标价是多少？"), "")
	s.Event(map[string]any{"type": "assistant_thread_started", "event_ts": "1.2", "assistant_thread": map[string]any{"user_id": "U1", "channel_id": "D8", "thread_ts": "1.1"}})
	s.Command("/ask", "C12", "U1", "星河智能的目标价是多少？")
	shownIn := func(channel string) []slacktest.Message {
		return slices.DeleteFunc(s.Said(channel), func(m slacktest.Message) bool { return m.Streaming || len(m.Blocks) == 0 })
	}
	for _, channel := range []string{"D1", "C2", "C3", "C4", "C5", "C6", "C7", "C9", "C10", "C11", "C12"} {
		until(t, "an answer in "+channel, func() bool { return len(shownIn(channel)) > 0 })
	}
	press(t, s, shownIn("C6")[0], "passages", func() bool { return len(s.Views()) == 1 })
	press(t, s, shownIn("C6")[0], "sources", func() bool { return len(s.Views()) == 2 })
	press(t, s, shownIn("C12")[0], "share", func() bool { return len(shownIn("C12")) > 1 })
	press(t, s, shownIn("C7")[0], "wider", func() bool { return len(shownIn("C7")) > 1 })
	var shown []any
	for _, channel := range []string{"D1", "C2", "C3", "C4", "C5", "C6", "C7", "D8", "C9", "C10", "C11", "C12"} {
		for _, m := range shownIn(channel) {
			shown = append(shown, map[string]any{"where": channel, "blocks": m.Blocks})
		}
	}
	for _, v := range s.Views() {
		shown = append(shown, map[string]any{"where": "a modal", "view": v})
	}
	b, err := json.MarshalIndent(shown, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(out, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// press presses a button and waits for what it does.
func press(t *testing.T, s *slacktest.Server, m slacktest.Message, action string, done func() bool) {
	t.Helper()
	if !m.Has(action) {
		t.Fatalf("no button %s under\n%s", action, m.Everything())
	}
	s.Press(m, "U1", action, true)
	until(t, action, done)
}

// inProcess runs the bot over the sample reports beside the test and returns
// what ends it: the stand-in's response URLs can be dialled from here alone.
func inProcess(t *testing.T, s *slacktest.Server) func() {
	t.Helper()
	dir := t.TempDir()
	mustRun(t, reportbot(t, dir, "ingest", sampleReports(t)), exitDone)
	cfg, err := config.Load("", func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	cfg.Data, cfg.Answer.MaxUnits, cfg.Answer.MaxChars = filepath.Join(dir, "data"), 8, 3000 // more sources than a message shows
	var log strings.Builder
	a := newApp(cfg, serveLog(&log, cfg), call{getenv: func(string) string { return "" }})
	if a.store, err = store.Open(t.Context(), cfg.Data, store.Options{Log: a.log}); err != nil {
		t.Fatal(err)
	}
	found, err := a.searcher(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	st, err := state.Open(t.Context(), cfg.Data, state.Options{Log: a.log})
	if err != nil {
		t.Fatal(err)
	}
	front, err := slack.New(a.bot(found, bot.Options{Memory: st, Cards: cards(shelf{a.store, found.Reports}, found.known, nil)}), st, func() bot.Settings { return aDesk }, slack.Options{
		BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, APIURL: s.URL(), Dial: s.Dial, Log: a.log,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- front.Run(ctx) }()
	return func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		_ = st.Close()
		a.close()
		t.Logf("the log:\n%s", log.String())
	}
}
