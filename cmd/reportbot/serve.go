package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"reportbot/bot"
	"reportbot/bot/metrics"
	"reportbot/bot/slack"
	"reportbot/bot/state"
	"reportbot/config"
	"reportbot/retrieval/store"
)

const (
	// endWithin is how long serve may take to end after it was told to. The
	// Slack side gives answers that are being written less than that; ten
	// seconds is what Docker and Kubernetes' defaults leave at least.
	endWithin = 9500 * time.Millisecond
	// keepEvents is how long what Slack sent is kept; Slack sends again within
	// minutes. Answers and feedback stay.
	keepEvents = 30 * 24 * time.Hour
)

// runServe is the one process that a team runs: the Slack bot, the watched
// folders, and the pages for whoever looks after them.
func runServe(ctx context.Context, c call) error {
	f := newFlags("serve")
	f.without("collection")
	folders := f.StringArray("watch", nil, "take in the reports of `[COLLECTION=]FOLDER` and follow it, besides those of serve.watch")
	if _, err := f.parse(c, 0, 0); err != nil {
		return err
	}
	if len(f.collections) > 0 {
		return usageError{"--collection means nothing here: the settings public, channels, users and groups say who sees what"}
	}
	cfg, err := f.load(c)
	if err != nil {
		return err
	}
	read := cfg // as the file and the environment say, and can say again
	for _, v := range *folders {
		w, err := config.ParseWatch(v)
		if err != nil {
			return usageError{fmt.Sprintf("--watch %q: %s", v, err)}
		}
		cfg.Serve.Watch = append(cfg.Serve.Watch, w)
	}
	if err := tokens(cfg.Slack); err != nil {
		return err
	}
	if f.verbose {
		cfg.Serve.Log = slog.LevelDebug
	}
	if err := checkDigests(cfg); err != nil {
		return err
	}
	s := &service{app: newApp(cfg, serveLog(c.err, cfg), c)}
	s.access = newAccess(f.config, read, func() (config.Config, error) { return f.load(c) }, s.log)
	s.pace, _ = ctx.Value(paceKey{}).(float64)
	return s.run(ctx)
}

// tokens says in one line what is missing.
func tokens(s config.Slack) error {
	const where = "; the README's \"In Slack in ten minutes\" says where to find it"
	switch {
	case s.BotToken.Reveal() == "" && s.AppToken.Reveal() == "" && s.SigningSecret.Reveal() == "":
		return errors.New("set SLACK_BOT_TOKEN (xoxb-…) and SLACK_APP_TOKEN (xapp-…) in the environment" + where)
	case s.BotToken.Reveal() == "":
		return errors.New("set SLACK_BOT_TOKEN (xoxb-…) in the environment" + where)
	case s.AppToken.Reveal() == "" && s.SigningSecret.Reveal() == "":
		return errors.New("set SLACK_APP_TOKEN (xapp-…) for Socket Mode, or SLACK_SIGNING_SECRET for HTTP, in the environment" + where)
	}
	return nil
}

// paceKey finds in the context how many times faster than Slack allows its
// calls may follow each other: 0 but for tests.
type paceKey struct{}

// service is a running serve.
type service struct {
	*app
	pace    float64
	ready   readiness
	metrics *metrics.Metrics
	access  *access
	slack   atomic.Pointer[slack.Slack] // nil until it is there
}

// run serves until ctx ends, which is how it is meant to end. The state comes
// first, as its lock is the data folder's: a second serve must hear of the first
// one, and not of the address that it has taken. The admin pages come next and
// go last: reading the reports takes a while, and what is not ready yet, or no
// more, is alive.
func (s *service) run(ctx context.Context) error {
	s.ready.set(errStarting, nil)
	st, err := state.Open(ctx, s.cfg.Data, state.Options{Log: s.log})
	if err != nil {
		return s.ended(ctx, err)
	}
	s.metrics = metrics.New(metrics.Options{
		Ready:       func() bool { return s.ready.err() == nil },
		Waiting:     s.waiting,
		PricePrompt: s.cfg.Chat.PricePrompt, PriceCompletion: s.cfg.Chat.PriceCompletion, Version: version(),
	})
	showCounted(s.metrics)
	l, err := listen(ctx, "serve.admin", s.cfg.Serve.Admin)
	if err != nil {
		_ = st.Close() // nothing was done with it
		return err
	}
	pages, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan error, 1)
	go func() { ended <- answerHTTP(pages, l, admin(&s.ready, s.metrics.Handler()), s.log) }()
	err = s.work(ctx, st, func() { s.listening("serve.admin", l) })
	stop()
	return errors.Join(err, <-ended)
}

// waiting is the number of questions in the queue.
func (s *service) waiting() int {
	if front := s.slack.Load(); front != nil {
		return front.Waiting()
	}
	return 0
}

// work opens the reports, calls opened when they are, and runs the crew over
// them and the state, which it closes.
func (s *service) work(ctx context.Context, st *state.Store, opened func()) error {
	begun := time.Now()
	var err error
	if s.store, err = store.Open(ctx, s.cfg.Data, store.Options{Log: s.log}); err != nil {
		_ = st.Close() // nothing was done with it
		return s.ended(ctx, err)
	}
	opened()
	shut := func() { _ = st.Close(); s.close() } // everything was committed where it was done
	found, err := s.searcher(ctx)
	if err == nil {
		err = s.checkNames(ctx)
	}
	if err != nil {
		shut()
		return s.ended(ctx, err)
	}
	front, err := s.front(found, st)
	if err != nil {
		shut()
		return err
	}
	s.log.Info("started", "version", version(), "took", time.Since(begun))
	crew, working := newCrew(ctx)
	defer context.AfterFunc(working, func() { s.ready.set(errStopping, nil) })()
	if err := s.begin(working, crew, front, found, st); err != nil {
		crew.stop(err)
	}
	if crew.wait(working, endWithin) {
		s.log.Error("not all ended in time", "within", endWithin)
	} else {
		shut() // else somebody may still use it; nothing is lost by not closing
	}
	return s.ended(ctx, context.Cause(working))
}

// front connects the bot with Slack.
func (s *service) front(found searcher, st *state.Store) (*slack.Slack, error) {
	c := s.cfg.Slack
	s.budget = s.budgeted(st)
	written := s.summaries(s.answerer(found, found.known), st, s.metrics)
	b := s.bot(found, bot.Options{Memory: st, Cards: cards(shelf{s.store, found.Reports}, found.known, written)})
	return slack.New(metered{b, s.metrics}, st, s.access.settings, slack.Options{
		BotToken: c.BotToken.Reveal(), AppToken: c.AppToken.Reveal(), SigningSecret: c.SigningSecret.Reveal(), APIURL: c.APIURL,
		Log: s.log, Workers: c.Workers, Queue: c.Queue, Meter: s.metrics, Notice: s.notice(), Licence: s.licence(), Reader: reader{found, s.store}, Pace: s.pace,
		Limiter: bot.NewLimiter(rates(s.cfg.Limits)), Price: s.cfg.Chat.Cost, Mask: newMask(nil, secrets(s.cfg)...).typed,
	})
}

// begin starts everything that runs.
func (s *service) begin(ctx context.Context, crew *crew, front *slack.Slack, found searcher, st *state.Store) error {
	s.slack.Store(front)
	s.ready.set(nil, front.Ready)
	digests := s.digests(ctx, front, found, st)
	if s.cfg.Slack.AppToken.Reveal() == "" {
		l, err := listen(ctx, "serve.http", s.cfg.Serve.HTTP)
		if err != nil {
			return err
		}
		s.listening("serve.http", l)
		crew.add(ctx, "serve.http", func(ctx context.Context) error {
			return answerHTTP(ctx, l, whileRunning(ctx, front.Handler()), s.log)
		})
	}
	crew.add(ctx, "slack", func(ctx context.Context) error {
		err := front.Run(ctx)
		if err != nil && ctx.Err() != nil {
			s.log.Warn("not all was answered; the next start goes on with it", "error", err.Error())
		}
		return err
	})
	crew.add(ctx, "digests", digests.Run)
	crew.add(ctx, "forget", func(ctx context.Context) error { return s.forget(ctx, st) })
	crew.add(ctx, "state", func(ctx context.Context) error { return s.prune(ctx, st) })
	return s.follow(ctx, crew, found)
}

// ended is the error of serve: none when it was told to end.
func (s *service) ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		s.log.Info("ended")
		return nil
	}
	return err
}

// whileRunning turns Slack away once the end has come: it sends again to
// whoever runs then.
func whileRunning(ctx context.Context, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ctx.Err() != nil {
			http.Error(w, errStopping.Error(), http.StatusServiceUnavailable)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// prune forgets old events, once a day. What fails is tried again a day later.
func (s *service) prune(ctx context.Context, st *state.Store) error {
	t := time.NewTicker(24 * time.Hour)
	defer t.Stop()
	for {
		n, err := st.Prune(ctx, time.Now().Add(-keepEvents))
		if err != nil && ctx.Err() == nil {
			s.log.Warn("old events not forgotten", "error", err.Error())
		} else if n > 0 {
			s.log.Info("old events forgotten", "events", n)
		}
		s.pruneAudit(ctx, st)
		select {
		case <-t.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// places says who sees what where, in the bot's words.
func places(c config.Config) bot.Settings {
	of := func(c *config.Channel) bot.Channel {
		return bot.Channel{
			Collections: c.Collections, Every: c.Every, InChannel: c.InChannel, FollowUps: c.FollowUps, Language: c.Language, Members: c.Members, External: c.External,
			Managers: c.DigestManagers,
		}
	}
	granted := func(all map[string]*config.Grant) map[string][]string {
		out := map[string][]string{}
		for id, g := range all {
			out[id] = g.Collections
		}
		return out
	}
	out := bot.Settings{Public: c.Public, Channels: map[string]bot.Channel{}, Default: of(c.Channels[config.OtherChannels]), Users: granted(c.Users), Groups: granted(c.Groups)}
	for id, ch := range c.Channels {
		if id != config.OtherChannels {
			out.Channels[id] = of(ch)
		}
	}
	return out
}

// pruneAudit forgets what was shown to whom years ago.
func (s *service) pruneAudit(ctx context.Context, st *state.Store) {
	if s.cfg.Audit.Years == 0 {
		return
	}
	n, err := st.PruneAudit(ctx, time.Now().AddDate(-s.cfg.Audit.Years, 0, 0))
	if err != nil && ctx.Err() == nil {
		s.log.Error("old records of the audit not forgotten", "error", oneLine(err))
	} else if n > 0 {
		s.log.Info("old records of the audit forgotten", "records", n)
	}
}

// rates are the limits on questions, in the bot's words.
func rates(c config.Limits) bot.Rates {
	return bot.Rates{User: c.User, Channel: c.Channel, Workspace: c.Workspace}
}

// metered is the bot with its stages timed and its tokens counted.
type metered struct {
	*bot.Bot
	to *metrics.Metrics
}

// Handle answers as the bot does.
func (b metered) Handle(ctx context.Context, m bot.Message) (bot.Reply, error) {
	start := time.Now()
	r, err := b.Bot.Handle(ctx, m)
	b.to.Observe("handle", time.Since(start).Seconds())
	a := r.Answer
	for stage, took := range map[string]time.Duration{"search": a.Timings.Search, "answer": a.Timings.Answer, "check": a.Timings.Own, "first_claim": a.Timings.First} {
		if took > 0 {
			b.to.Observe(stage, took.Seconds())
		}
	}
	if u := a.Usage; u.PromptTokens+u.CompletionTokens > 0 {
		b.to.Tokens(u.PromptTokens, u.CompletionTokens)
	}
	return r, err
}
