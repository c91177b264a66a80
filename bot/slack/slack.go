// Package slack puts the bot into Slack: events come in over Socket Mode or
// HTTP, are recorded on disk before Slack hears that we have them, and end in
// one answer each, written while it is checked and closed with its sources.
// What is answered is package bot's business, who may see what where its
// Settings'. Nothing of slack-go leaves this package.
package slack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"reportbot/bot"
	"reportbot/bot/state"
	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// Options are the ways to Slack and the bounds of our work. Workers and Queue
// have defaults.
type Options struct {
	BotToken      string
	AppToken      string           // Socket Mode
	SigningSecret string           // HTTP, without AppToken
	APIURL        string           // of the Web API; "" for Slack's own
	Now           func() time.Time // nil: time.Now
	Log           *slog.Logger     // nil: slog.Default
	Workers       int              // questions answered at once; default 8
	Queue         int              // questions waiting; default 200
	Licence       report.Licence   // of the words that the passages of an answer show; 0: no bound
	Notice        bot.Notice       // under all that shows what reports say
	Meter         Meter            // nil: nothing is measured
	Limiter       *bot.Limiter     // of questions; nil: all are taken
	Reader        Reader           // nil: "Show passages" shows the quotes alone
	Pace          float64          // how many times faster than Slack allows calls may follow each other; 0 is 1, tests hurry
	// Mask takes secrets out of a question before anything is done with it; nil:
	// as it is.
	Mask func(string) string
	// Price is what a model's tokens cost, for the audit; nil: nothing.
	Price func(prompt, completion int) float64
	// Dial connects to Slack; nil for the network. Tests connect through pipes.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Bot answers messages. It is safe for concurrent use.
type Bot interface {
	Handle(ctx context.Context, m bot.Message) (bot.Reply, error)
	Count(ctx context.Context, s retrieval.Scope) int
	Suggest(ctx context.Context, s retrieval.Scope, lang string) []string
}

// Reader looks up what answers were drawn from. It is safe for concurrent use.
type Reader interface {
	// Passages returns them in the order asked, without unknown ones.
	Passages(ctx context.Context, ids []string) ([]report.Passage, error)
	Reports(ctx context.Context, scope retrieval.Scope) ([]*report.Report, error)
}

// Meter hears what happens: labels are names and values in turn. It is safe
// for concurrent use and must return soon.
type Meter interface {
	Count(name string, labels ...string)
	Observe(name string, seconds float64)
}

// Slack connects a Bot with a workspace.
type Slack struct {
	bot     Bot
	state   *state.Store
	set     func() bot.Settings
	opt     Options
	api     *api
	queue   *bot.Queue // questions
	rolls   *bot.Queue // Slack is asked who is in a user group
	side    *bot.Queue // what must not wait for questions: marks, modals, feedback
	live    live
	left    left
	begun   time.Time // who had the state before us posted nothing later
	desk    Desk      // nil: /digest is not to be had
	recent  recent
	sharing sharing
	groups  groups

	mu      sync.Mutex
	me      self
	trouble error // why we are not connected; nil when we are
}

// New checks the options; nothing is contacted before Run. set is asked anew
// for each event, by many at once, and must return soon: what it says of who
// may see what holds from the next question on.
func New(b Bot, st *state.Store, set func() bot.Settings, opt Options) (*Slack, error) {
	var bad []error
	if opt.BotToken == "" {
		bad = append(bad, errors.New("no bot token: set SLACK_BOT_TOKEN"))
	}
	if opt.AppToken == "" && opt.SigningSecret == "" {
		bad = append(bad, errors.New("no way in: set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP"))
	}
	if err := errors.Join(bad...); err != nil {
		return nil, err
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	opt.Log = cmp.Or(opt.Log, slog.Default())
	opt.APIURL = strings.TrimSuffix(cmp.Or(opt.APIURL, slack.APIURL), "/") + "/"
	s := &Slack{bot: b, state: st, set: set, opt: opt, begun: time.Now(), trouble: errors.New("not connected yet")}
	s.queue = bot.NewQueue(cmp.Or(opt.Workers, 8), cmp.Or(opt.Queue, 200))
	s.side, s.rolls = bot.NewQueue(16, 2000), bot.NewQueue(4, 1000)
	s.queue.Log, s.side.Log, s.rolls.Log = opt.Log, opt.Log, opt.Log
	s.live.all = map[string]*work{}
	s.groups.all = map[string]*roll{}
	s.recent.all = map[string]bot.Reply{}
	s.api = newAPI(opt, s.refused, func() { s.connected(nil) })
	return s, nil
}

// grace is how long answers that are being written may go on when we stop.
const grace = 8 * time.Second

// Run connects, takes up what was left unfinished and answers until ctx ends,
// and at most ten seconds longer. Trouble with Slack does not end it: Ready
// tells.
func (s *Slack) Run(ctx context.Context) error {
	var all sync.WaitGroup
	var queued, beside, looking error
	all.Go(func() { queued = s.queue.Run(ctx, grace) })
	all.Go(func() { beside = s.side.Run(ctx, grace) })
	all.Go(func() { looking = s.rolls.Run(ctx, grace) })
	unfinished := s.unfinished(ctx) // before anything new is taken
	all.Go(func() { s.takeUp(ctx) })
	if s.identify(ctx) {
		s.resume(ctx, unfinished)
		if s.opt.AppToken != "" {
			s.listen(ctx)
		} else {
			s.connected(nil)
		}
	}
	<-ctx.Done()
	all.Wait()
	s.api.http.CloseIdleConnections()
	s.connected(errors.New("stopped"))
	return errors.Join(queued, beside, looking)
}

// identify learns who we are; it is false when ctx ended before.
func (s *Slack) identify(ctx context.Context) bool {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		r, err := s.api.client.AuthTestContext(ctx)
		if err == nil {
			s.mu.Lock()
			s.me = self{User: r.UserID, Bot: r.BotID, Team: r.TeamID}
			s.mu.Unlock()
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		err = unreached("SLACK_BOT_TOKEN", err)
		s.connected(err)
		s.opt.Log.Error("not connected to slack", "error", err.Error())
		if pause(ctx, wait) != nil {
			return false
		}
	}
}

// unfinished are the events that were recorded and not finished. A damaged one
// does not keep us from the others.
func (s *Slack) unfinished(ctx context.Context) []state.Event {
	events, err := s.state.Pending(ctx)
	if err != nil {
		s.opt.Log.Error("unfinished events not read", "error", err.Error())
	}
	return events
}

// resume takes up what was left unfinished.
func (s *Slack) resume(ctx context.Context, events []state.Event) {
	for _, e := range events {
		ev, err := decode(e.Body)
		if err != nil {
			s.finish(ctx, e.ID, "failed:unreadable")
			continue
		}
		s.start(ctx, ev, true)
	}
}

// Ready is nil when we are connected, else it says in one line why not.
func (s *Slack) Ready() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.trouble
}

// Waiting is the number of questions in line.
func (s *Slack) Waiting() int { return s.queue.Len() }

// connected notes that we are connected, or why not.
func (s *Slack) connected(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.trouble = err
}

// refused notes that Slack no longer takes our token. Nothing but a new token
// and a restart, or Slack's administrator, mends that.
func (s *Slack) refused(code string) {
	s.connected(fmt.Errorf("Slack refuses SLACK_BOT_TOKEN: %s", code))
}

// self is who we are.
func (s *Slack) self() self {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.me
}

// count and observe tell the meter, if there is one.
func (s *Slack) count(name string, labels ...string) {
	if s.opt.Meter != nil {
		s.opt.Meter.Count(name, labels...)
	}
}

func (s *Slack) observe(name string, since time.Time) {
	if s.opt.Meter != nil {
		s.opt.Meter.Observe(name, s.opt.Now().Sub(since).Seconds())
	}
}

// client returns an HTTP client that dials as the options say.
func (o Options) client() *http.Client {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: o.Dial, MaxIdleConnsPerHost: 32, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: 10 * time.Second}
	return &http.Client{Transport: t, Timeout: 20 * time.Second}
}

// pause waits, or returns the error of ctx.
func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
