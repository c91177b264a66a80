package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/digest"
	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
	"reportbot/bot/state"
	"reportbot/config"
	"reportbot/retrieval"
	"reportbot/retrieval/store"
)

const screensDir = "../../bot/slack/testdata/screens"

// The rooms of the office, and who sees what in them: the report on 云栖算力
// lies in the collection desk, which direct messages see and channels do not.
var rooms = bot.Settings{Public: []string{"default"}, Default: bot.Channel{Collections: []string{"desk"}}, Channels: map[string]bot.Channel{
	"C-research": {FollowUps: true}, "C-closed": {Members: []string{"Wei"}},
}}

// office is a workspace with the bot in it, and what was seen of it so far.
type office struct {
	*slacktest.Server
	t    *testing.T
	seen string
}

// TestScreens holds what people see of the bot in Slack, over the sample
// reports, to files that can be read like a conversation: a change of wording
// or order is a diff that somebody reads. Run it with -update to write the
// files anew.
func TestScreens(t *testing.T) {
	if testing.Short() {
		t.Skip("screens are looked at, not raced; the plain run holds them to their files")
	}
	dir := t.TempDir()
	const private = "望江证券-云栖算力(999519)-首次覆盖深度-2025-10-30.md"
	all, err := filepath.Glob(filepath.Join(sampleReports(t), "*"))
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"ingest"}
	for _, f := range all {
		if filepath.Base(f) != private {
			args = append(args, f)
		}
	}
	mustRun(t, reportbot(t, dir, args...), exitDone)
	mustRun(t, reportbot(t, dir, "ingest", "--collection", "desk", filepath.Join(sampleReports(t), private)), exitDone)
	for _, s := range screens {
		t.Run(s.name, func(t *testing.T) {
			kept := t.TempDir()
			synctest.Test(t, func(t *testing.T) {
				o := open(t, filepath.Join(dir, "data"), kept, s.model)
				s.play(o)
				sameScreen(t, filepath.Join(screensDir, s.name+".txt"), o.seen)
			})
		})
	}
}

// open starts the bot in a workspace; it ends with the test. The clock stands
// at the morning of 2026-11-23.
func open(t *testing.T, data, kept string, model answer.Chat) *office {
	t.Helper()
	return openTo(t, data, kept, model, nil)
}

// openTo is open, with all replies told to hear, which may be nil.
func openTo(t *testing.T, data, kept string, model answer.Chat, hear func(bot.Message, bot.Reply)) *office {
	t.Helper()
	cfg, err := config.Load("", func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	cfg.Data = data
	a := newApp(cfg, slog.New(slog.NewTextHandler(t.Output(), nil)), call{getenv: func(string) string { return "" }})
	if a.store, err = store.Open(t.Context(), cfg.Data, store.Options{Log: a.log}); err != nil {
		t.Fatal(err)
	}
	found, err := a.searcher(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	st, err := state.Open(t.Context(), kept, state.Options{Log: a.log})
	if err != nil {
		t.Fatal(err)
	}
	bounds := answer.Bounds(cfg.Answer.Refuse)
	quoting := answer.New(found, model, found.known, answer.Options{MaxUnits: cfg.Answer.MaxUnits, MaxChars: cfg.Answer.MaxChars, Bounds: &bounds, Facts: a.facts(), Licence: a.licence()})
	o := &office{Server: slacktest.New(), t: t}
	later := time.Until(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	now := func() time.Time { return time.Now().Add(later) }
	books := shelf{a.store, found.Reports}
	var writer *digest.Model
	if model != nil {
		writer = &digest.Model{Writer: written{quoting, "scripted", nil}, Kept: st, Most: 1000, Now: now, Log: a.log}
	}
	whole := bot.New(quoting, found, model, bot.Options{Licence: a.licence(), Cards: cards(books, found.known, writer)})
	front, err := slack.New(overheard{whole, hear}, st, func() bot.Settings { return rooms }, slack.Options{
		BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, APIURL: o.URL(), Dial: o.Dial, Log: a.log, Workers: 1,
		Reader: reader{found, a.store}, Now: now, Notice: a.notice(), Licence: a.licence(),
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := func(_ context.Context, s state.Subscription) (retrieval.Scope, bool, error) {
		scope, ok := rooms.Seen(s.Channel, false)
		return scope, ok, nil
	}
	front.TakeDigests(digest.NewDesk(digest.NewRunner(books, st, st, front, digest.Options{Scope: seen, Now: now, Model: writer}), st, found.known))
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- front.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		o.Close()
		_ = st.Close()
		a.close()
	})
	o.wait()
	return o
}

// overheard is the bot with somebody who hears its replies.
type overheard struct {
	*bot.Bot
	hear func(bot.Message, bot.Reply) // nil: nobody
}

// Handle answers as the bot does.
func (b overheard) Handle(ctx context.Context, m bot.Message) (bot.Reply, error) {
	r, err := b.Bot.Handle(ctx, m)
	if err == nil && b.hear != nil {
		b.hear(m, r)
	}
	return r, err
}

// eventID is the ID of an event, which a log knows; it holds the time.
var eventID = regexp.MustCompile(`(编号|reference) [A-Za-z]+-[\w.-]+`)

// sameScreen holds a screen to its file.
func sameScreen(t *testing.T, file, got string) {
	t.Helper()
	got = eventID.ReplaceAllString(got, "$1 …")
	if *updateRanks {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update writes it anew):\n%s", file, diff)
	}
}

// wait lets happen what is due.
func (o *office) wait() {
	time.Sleep(20 * time.Second)
	synctest.Wait()
}

// ask writes a message to the bot and waits for what comes of it.
func (o *office) ask(channel, user, text, thread string) (ts string) {
	if channel[0] != 'D' {
		text = slacktest.Mention(text)
	}
	ts, _ = o.Say(channel, user, text, thread)
	o.wait()
	return ts
}

// command types a slash command; nobody but the asker sees that.
func (o *office) command(command, channel, user, text string) {
	o.note(strings.TrimSpace(user + " types in " + channel + ": " + command + " " + text))
	o.Command(command, channel, user, text)
	o.wait()
}

// press presses a button of the last message of the bot's that has it.
func (o *office) press(channel, user, action, words string) {
	o.t.Helper()
	said := o.Said(channel)
	for i := len(said) - 1; i >= 0; i-- {
		if said[i].Has(action) {
			o.note(user + " presses [ " + words + " ]")
			o.Press(said[i], user, action, true)
			o.wait()
			return
		}
	}
	o.t.Fatalf("no button %s in %s:\n%s", action, channel, o.Screen(channel))
}

func (o *office) note(s string) { o.seen += "=== " + s + "\n\n" }

// look takes down a channel as it is now.
func (o *office) look(channel string) { o.seen += "=== " + channel + "\n\n" + o.Screen(channel) }

// modal takes down the modal that was opened last.
func (o *office) modal() {
	o.t.Helper()
	all := o.Views()
	if len(all) == 0 {
		o.t.Fatal("no modal was opened")
	}
	o.seen += slacktest.Modal(all[len(all)-1]) + "\n"
}
