package slack_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
	"reportbot/bot/state"
	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// scripted answers every question with claims at times.
type scripted struct {
	mu     sync.Mutex
	asked  []bot.Message
	claims []string      // "%s" becomes the question
	every  time.Duration // before each claim
	cites  int           // citations, all on the first claim
	err    error
	change func(m bot.Message, r *bot.Reply)
}

func (b *scripted) Count(context.Context, retrieval.Scope) int { return 12 }

func (b *scripted) Suggest(context.Context, retrieval.Scope, string) []string {
	return []string{"星河智能的目标价是多少？", "云栖算力的评级？"}
}

func (b *scripted) Handle(ctx context.Context, m bot.Message) (bot.Reply, error) {
	b.mu.Lock()
	b.asked = append(b.asked, m)
	b.mu.Unlock()
	r := bot.Reply{Kind: m.Kind, Lang: "zh", Searched: 12}
	if m.Kind == bot.Help || strings.TrimSpace(m.Text) == "" {
		r.Kind, r.Suggestions = bot.Help, b.Suggest(ctx, m.Scope, "zh")
		r.Answer = answer.Answer{Status: answer.Abstained, Text: "我根据研报回答问题。"}
		return r, nil
	}
	if b.err != nil {
		return bot.Reply{}, b.err
	}
	a := answer.Answer{Status: answer.Answered}
	for n := range b.cites {
		a.Citations = append(a.Citations, citation(n+1))
	}
	var lines []string
	for n, text := range b.claims {
		select {
		case <-time.After(b.every):
		case <-ctx.Done():
			return bot.Reply{}, context.Cause(ctx)
		}
		c := answer.Claim{Text: strings.ReplaceAll(text, "%s", m.Text), Supported: true}
		var cites []report.Citation
		if n == 0 {
			cites = a.Citations
			for _, k := range cites {
				c.Citations = append(c.Citations, k.N)
			}
		}
		a.Claims = append(a.Claims, c)
		lines = append(lines, c.Marked())
		if m.Post != nil {
			m.Post(c, cites)
		}
	}
	a.Text = strings.Join(lines, "\n")
	r.Answer = a
	if b.change != nil {
		b.change(m, &r)
	}
	return r, nil
}

func (b *scripted) heard() []bot.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]bot.Message(nil), b.asked...)
}

func citation(n int) report.Citation {
	return report.Citation{N: n, PassageID: fmt.Sprint("p", n), Report: report.Header{ID: fmt.Sprint("r", n), Publisher: "青岚证券", Title: fmt.Sprint("星河智能点评", n), Published: "2026-03-26"},
		SectionNumber: "2.1", SectionTitle: "盈利预测", Page: 5, Quote: fmt.Sprintf("目标价%d.40元 <!channel>", n)}
}

// rig is a bot in a workspace.
type rig struct {
	*slacktest.Server
	t     *testing.T
	dir   string // of the state
	bot   *scripted
	state *state.Store
	slack *slack.Slack
	log   *logged
	meter meter
	set   bot.Settings
	stop  func()
	with  func(s *slack.Slack) // before it runs; nil: nothing
}

// meter counts what it hears.
type meter struct {
	mu  sync.Mutex
	all map[string]int
}

func (m *meter) Count(name string, labels ...string) {
	m.add(strings.Join(append([]string{name}, labels...), " "))
}

func (m *meter) Observe(name string, _ float64) { m.add(name) }

func (m *meter) add(s string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all == nil {
		m.all = map[string]int{}
	}
	m.all[s]++
}

func (m *meter) of(s string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.all[s]
}

// logged keeps log lines.
type logged struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var public = bot.Settings{Public: []string{"default"}}

// inSlack runs a test in a bubble, with a bot connected to a workspace.
func inSlack(t *testing.T, set bot.Settings, b *scripted, test func(t *testing.T, r *rig)) {
	t.Helper()
	inSlackWith(t, set, b, func(t *testing.T, r *rig) {
		r.bot = b
		test(t, r)
	})
}

func inSlackWith(t *testing.T, set bot.Settings, b slack.Bot, test func(t *testing.T, r *rig)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{Server: slacktest.New(), t: t, dir: dir, set: set, log: &logged{}}
		defer r.Close()
		st, err := state.Open(t.Context(), dir, state.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r.state = st
		defer func() {
			if err := st.Close(); err != nil {
				t.Error(err)
			}
		}()
		r.start(b, slack.Options{AppToken: slacktest.AppToken})
		defer func() { r.stop() }()
		test(t, r)
		if m := r.Marks(); len(m) > 0 {
			t.Errorf("working marks left: %v", m)
		}
		for _, secret := range []string{slacktest.BotToken, slacktest.AppToken, question, "/hook/", "目标价为86.40"} {
			if strings.Contains(r.log.String(), secret) {
				t.Errorf("the log holds %q:\n%s", secret, r.log)
			}
		}
	})
}

// start runs a bot in the workspace.
func (r *rig) start(b slack.Bot, opt slack.Options) {
	opt.BotToken, opt.APIURL = slacktest.BotToken, r.URL()
	if opt.Dial == nil {
		opt.Dial = r.Dial
	}
	opt.Meter, opt.Notice = &r.meter, notice
	opt.Log = slog.New(slog.NewTextHandler(r.log, nil))
	s, err := slack.New(b, r.state, func() bot.Settings { return r.set }, opt)
	if err != nil {
		r.t.Fatal(err)
	}
	if r.with != nil {
		r.with(s)
	}
	ctx, cancel := context.WithCancel(r.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Run(ctx); err != nil {
			r.t.Log(err)
		}
	}()
	r.slack = s
	r.stop = func() { cancel(); <-done }
	r.settle(time.Second)
}

// settle lets time pass and everything that is due happen.
func (r *rig) settle(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// one is the only message of the bot's in a channel.
func (r *rig) one(channel string) slacktest.Message {
	r.t.Helper()
	all := r.Said(channel)
	if len(all) != 1 {
		r.t.Fatalf("%d messages of the bot, want one: %+v\nlog: %s", len(all), all, r.log)
	}
	return all[0]
}

func wantAll(t *testing.T, got string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(got, w) {
			t.Errorf("%q is missing in:\n%s", w, got)
		}
	}
}
