package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/digest"
	"reportbot/bot/metrics"
	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
	"reportbot/bot/state"
	"reportbot/retrieval"
	"reportbot/retrieval/openai"
	"reportbot/retrieval/store"
)

// world is a workspace with the whole bot in it, and everything that comes out
// of it: what the model is asked, what Slack is told, what is logged, counted
// and kept.
type world struct {
	*slacktest.Server
	t     *testing.T
	rand  *rand.Rand
	dir   string  // data folder
	model *parrot // nil: none
	near  bool    // vectors are searched beside the words
	meter *metrics.Metrics
	clock func() time.Time

	app    *app
	state  *state.Store
	front  *slack.Slack
	runner *digest.Runner
	rows   *sql.DB
	stop   func()

	mu      sync.Mutex
	policy  *policy
	log     strings.Builder
	handled int      // questions the bot was handed since the last look
	asked   []prompt // since the last look

	embargoes []embargo
	plan      []func(d *deed) // what is done next, see lure

	calls int             // of Slack's API that were looked at
	seen  map[string]bool // messages by way of response URLs that were looked at
	last  map[string]int64
}

// prompt is what the model was asked while the n-th question was answered; 0
// while none was, as for a digest.
type prompt struct {
	text string
	n    int
}

// parrot is a model that says back all it is told: first the prompt as it is,
// then sentences of each passage with its number, which pass the check.
type parrot struct {
	heard func(string)
}

var (
	fencedOff = regexp.MustCompile(`(?s)<\S+ (\d+)>\n(.*?)\n</`)
	follows   = regexp.MustCompile(`(?:追问：|Follow-up: )(.*)`)
)

func (p *parrot) RoundTrip(r *http.Request) (*http.Response, error) {
	var q struct {
		Messages []struct{ Content string }
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
		return nil, err
	}
	var all []string
	for _, m := range q.Messages {
		all = append(all, m.Content)
	}
	text := strings.Join(all, "\n")
	p.heard(text)
	w := httptest.NewRecorder()
	(&fakeAPI{finish: "stop", reply: func() string { return repeated(text) }}).chat(w)
	return w.Result(), nil
}

// repeated is what the parrot says.
func repeated(text string) string {
	passages := fencedOff.FindAllStringSubmatch(text, -1)
	if m := follows.FindStringSubmatch(text); m != nil { // the full question of a follow-up
		said := ""
		for _, q := range passages {
			said += q[2]
		}
		return said + m[1]
	}
	said := ""
	for _, p := range passages {
		for n, s := range strings.FieldsFunc(p[2], func(r rune) bool { return r == '。' || r == '\n' }) {
			if s = strings.TrimSpace(s); n < 4 && s != "" {
				said += s + "[" + p[1] + "]。"
			}
		}
	}
	return said + text
}

// noted tells the world which question is being answered.
type noted struct {
	slack.Bot
	w *world
}

func (b noted) Handle(ctx context.Context, m bot.Message) (bot.Reply, error) {
	b.w.mu.Lock()
	b.w.handled++
	b.w.mu.Unlock()
	return b.Bot.Handle(ctx, m)
}

// heard notes a prompt.
func (w *world) heard(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, prompt{text, w.handled})
}

// Write takes the log.
func (w *world) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(b)
}

func (w *world) settings() bot.Settings {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.policy.settings()
}

// newWorld opens a copy of the corpus; it is called in a bubble.
func newWorld(t *testing.T, data string, seed uint64, model, near bool) *world {
	w := &world{Server: slacktest.New(), t: t, rand: rand.New(rand.NewPCG(seed, 8)), dir: data, near: near, policy: newPolicy(), seen: map[string]bool{}, last: map[string]int64{}}
	later := time.Until(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	w.clock = func() time.Time { return time.Now().Add(later) }
	if model {
		w.model = &parrot{heard: w.heard}
	}
	w.meter = metrics.New(metrics.Options{})
	w.open()
	return w
}

// open starts the bot; what was kept of an earlier one is there.
func (w *world) open() {
	t := w.t
	t.Helper()
	log := slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.app = theApp(t, w.dir, w.clock)
	w.app.log, w.app.cfg.Chat.BaseURL = log, ""
	if w.near {
		share := 0.3
		w.app.cfg.Retrieval.VectorWeight = &share
	}
	found, err := w.app.searcher(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if w.state, err = state.Open(t.Context(), w.dir, state.Options{Log: log}); err != nil {
		t.Fatal(err)
	}
	if w.rows, err = sql.Open("sqlite", "file:"+filepath.Join(w.dir, "state.db")+"?mode=ro"); err != nil {
		t.Fatal(err)
	}
	var model answer.Chat
	if w.model != nil {
		model = chat{openai.NewChat(openai.Options{BaseURL: "http://model.test/v1", Model: "parrot", Client: &http.Client{Transport: w.model}, Log: log})}
		w.app.cfg.Chat.BaseURL = "http://model.test/v1" // there is a model to sum up reports
	}
	bounds := answer.Bounds(w.app.cfg.Answer.Refuse)
	by := answer.New(found, model, found.known, answer.Options{MaxUnits: w.app.cfg.Answer.MaxUnits, MaxChars: w.app.cfg.Answer.MaxChars, Bounds: &bounds, Facts: w.app.facts()})
	books := shelf{w.app.store, found.Reports}
	sums := w.app.summaries(by, w.state, w.meter)
	b := bot.New(by, found, model, bot.Options{Memory: w.state, Cards: cards(books, found.known, sums)})
	w.front, err = slack.New(noted{metered{b, w.meter}, w}, w.state, w.settings, slack.Options{
		BotToken: slacktest.BotToken, AppToken: slacktest.AppToken, APIURL: w.URL(), Dial: w.Dial, Log: log, Now: w.clock, Meter: w.meter, Reader: reader{found, w.app.store},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.runner = digest.NewRunner(books, w.state, w.state, w.front, digest.Options{Known: found.known, Model: sums, Now: w.clock, Log: log,
		Scope: func(ctx context.Context, s state.Subscription) (retrieval.Scope, bool, error) {
			return w.front.Seen(ctx, s.Channel, s.User, strings.HasPrefix(s.Channel, "D"))
		}})
	w.front.TakeDigests(digest.NewDesk(w.runner, w.state, found.known))
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() { _ = w.front.Run(ctx) })
	w.stop = func() {
		cancel()
		all.Wait()
		_ = w.rows.Close()
		_ = w.state.Close()
		w.app.close()
	}
	w.wait(2 * time.Second)
}

// close ends the world and looks at what it counted.
func (w *world) close() {
	w.stop()
	w.Server.Close()
	page := httptest.NewRecorder()
	w.meter.Handler().ServeHTTP(page, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if got := heldIn(page.Body.String()); len(got) > 0 {
		w.t.Errorf("the metrics hold canaries of %v", got)
	}
}

func (w *world) wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// embargo is a report that nobody may see before its time.
type embargo struct {
	mark string
	of   int // its collection
	from time.Time
}

// ingest adds a report on the company that all cover to a collection; some are
// under embargo, or have been.
func (w *world) ingest(i, n int) {
	dir := filepath.Join(w.dir, "in", fmt.Sprint(n))
	if w.rand.IntN(3) > 0 {
		e := embargo{fmt.Sprintf("vqz%c%cz", 'a'+n/26, 'a'+n%26), i, w.clock().Add(time.Duration(w.rand.IntN(20)-4) * time.Minute).Truncate(time.Second)}
		w.embargoes = append(w.embargoes, e)
		marked(w.t, dir, e.mark, "late", sharedName, sharedCode, "55.50", 1+n%28, 7, "visible_from: "+e.from.Format(time.RFC3339)+"\n")
		takeIn(w.t, w.app, folders[i], dir)
		return
	}
	one(w.t, dir, i, fmt.Sprint("late", n), sharedName, sharedCode, prices(i)[1], 1+n%28)
	takeIn(w.t, w.app, folders[i], dir)
}

// kept are the rows that were added to the state since the last look, each as
// one text.
func (w *world) kept(query string) (out []string) {
	w.t.Helper()
	rows, err := w.rows.QueryContext(w.t.Context(), query, w.last[query])
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var n int64
		var text string
		if err := rows.Scan(&n, &text); err != nil {
			w.t.Fatal(err)
		}
		w.last[query] = max(w.last[query], n)
		out = append(out, text)
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return out
}

var _ = store.File // the corpus's file lies beside the state's
