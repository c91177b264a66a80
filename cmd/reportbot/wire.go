package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/digest"
	"reportbot/bot/metrics"
	"reportbot/bot/slack"
	"reportbot/bot/state"
	"reportbot/bot/ticker"
	"reportbot/config"
	"reportbot/ingest"
	"reportbot/ingest/fact"
	"reportbot/ingest/parse"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	"reportbot/retrieval/lexical"
	"reportbot/retrieval/openai"
	"reportbot/retrieval/store"
	"reportbot/retrieval/vector"
)

// Who satisfies what.
var (
	_ ingest.Store       = corpus{}
	_ ingest.Shelf       = corpus{}
	_ ingest.Reader      = (*parse.Worker)(nil)
	_ ingest.Embedder    = vector.Builtin{}
	_ ingest.Embedder    = (*openai.Embedder)(nil)
	_ retrieval.Store    = (*store.Store)(nil)
	_ retrieval.Words    = (*lexical.Index)(nil)
	_ retrieval.Vectors  = (*vector.Index)(nil)
	_ retrieval.Embedder = ingest.Embedder(nil)
	_ answer.Searcher    = searcher{}
	_ answer.Chat        = chat{}
	_ answer.Chat        = (*bot.Budget)(nil)
	_ bot.Ledger         = ledger{}
	_ bot.Corpus         = searcher{}
	_ bot.Answerer       = (*answer.Answerer)(nil)
	_ bot.Cards          = (*ticker.Ticker)(nil)
	_ answer.Facts       = (*store.Store)(nil)
	_ slack.Bot          = metered{}
	_ slack.Reader       = reader{}
	_ slack.Meter        = (*metrics.Metrics)(nil)
	_ ticker.Corpus      = shelf{}
	_ slack.Desk         = (*digest.Desk)(nil)
	_ digest.Shelf       = shelf{}
	_ digest.Book        = (*state.Store)(nil)
	_ digest.Outbox      = (*state.Store)(nil)
	_ digest.Ledger      = (*state.Store)(nil)
	_ digest.Summaries   = (*state.Store)(nil)
	_ digest.Writer      = written{}
	_ digest.Poster      = (*slack.Slack)(nil)
)

// app is the opened data folder with everything a command may need.
type app struct {
	cfg      config.Config
	log      *slog.Logger
	store    *store.Store
	embedder ingest.Embedder
	cache    string       // for the compiled PDF engine
	budget   answer.Chat  // of a serve whose model has a limit; else nil
	web      *http.Client // to model servers
}

// settings loads the settings; the app has no store yet.
func (f *flags) settings(c call) (*app, error) {
	cfg, err := f.load(c)
	if err != nil {
		return nil, err
	}
	// What a user must know is said in a line of its own; the log would say it
	// twice, with the stack of a reading process that died.
	level := slog.LevelError
	if f.verbose {
		level = slog.LevelDebug
	}
	return newApp(cfg, slog.New(slog.NewTextHandler(c.err, &slog.HandlerOptions{Level: level})), c), nil
}

// load reads the settings and over them the command line.
func (f *flags) load(c call) (config.Config, error) {
	cfg, err := config.Load(f.config, c.getenv)
	if err != nil {
		return cfg, settingsError{err}
	}
	if f.data != "" {
		cfg.Data = f.data
	}
	return cfg, nil
}

func newApp(cfg config.Config, log *slog.Logger, c call) *app {
	a := &app{cfg: cfg, log: log, cache: cacheDir(cfg.Data, c.getenv), embedder: vector.Builtin{}}
	a.web = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	if cfg.Embed.Remote() {
		a.embedder = openai.NewEmbedder(openai.Options{
			BaseURL: cfg.Embed.BaseURL, Key: cfg.Embed.Key.Reveal(), Model: cfg.Embed.Model,
			Timeout: cfg.Embed.Timeout, Batch: cfg.Embed.Batch, Log: a.log, Client: a.web,
		})
	}
	return a
}

// open loads the settings and opens the data folder.
func (f *flags) open(ctx context.Context, c call) (*app, error) {
	a, err := f.settings(c)
	if err != nil {
		return nil, err
	}
	if f.existing {
		if _, err := os.Stat(filepath.Join(a.cfg.Data, store.File)); errors.Is(err, fs.ErrNotExist) {
			return nil, absentError{en: fmt.Sprintf("data folder %s: there is none yet; \"reportbot ingest PATH\" makes it", a.cfg.Data)}
		}
	}
	a.store, err = store.Open(ctx, a.cfg.Data, store.Options{Log: a.log, Now: f.clock(), Owner: f.owner})
	return a, err
}

// clock is the time that is given, standing still; nil for the machine's own.
func (f *flags) clock() func() time.Time {
	if f.nowText == "" {
		return nil
	}
	return func() time.Time { return f.now }
}

// absentError says that a data folder or collection is not there: mostly a typo.
// zh is for answers, "" where none is made of it.
type absentError struct{ zh, en string }

func (e absentError) Error() string { return e.en }

// orNone makes an empty list of what is not there, and tells it beside.
func (f *flags) orNone(c call, err error) error {
	var absent absentError
	if !errors.As(err, &absent) {
		return err
	}
	fmt.Fprintln(c.err, "reportbot: "+printable(absent.en))
	if f.json {
		return writeJSON(c.out, []string{})
	}
	return nil
}

// start reads the command line, as parse does, and opens the data folder.
func (f *flags) start(ctx context.Context, c call, least, most int) (*app, []string, error) {
	args, err := f.parse(c, least, most)
	if err != nil {
		return nil, nil, err
	}
	a, err := f.open(ctx, c)
	return a, args, err
}

func (a *app) close() {
	a.web.CloseIdleConnections()
	_ = a.store.Close() // everything was committed where it was done
}

// sameEmbedder refuses to go on with vectors of another embedder.
func (a *app) sameEmbedder(ctx context.Context) error {
	have, err := a.store.Embedder(ctx)
	if err != nil || have == "" || have == a.embedder.Name() {
		return err
	}
	return &store.EmbedderError{Have: have, Want: a.embedder.Name()}
}

// ingester returns an ingester and the function that ends its child process.
func (a *app) ingester() (*ingest.Ingester, func(), error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, nil, fmt.Errorf("find the program to start the reading process: %w", err)
	}
	known, err := a.securities()
	if err != nil {
		return nil, nil, err
	}
	w := parse.NewWorker(parse.WorkerOptions{
		Command: []string{exe, workerName}, CacheDir: a.cache, Log: a.log,
		Limits: parse.Limits{
			Bytes: int64(a.cfg.Ingest.MaxFileMB) << 20, Pages: a.cfg.Ingest.MaxPages, PerFile: time.Duration(a.cfg.Ingest.SecondsPerFile) * time.Second,
		},
	})
	g := &ingest.Ingester{
		Store: corpus{a.store}, Reader: w, Embedder: a.embedder, Complete: known.Complete, Facts: fact.Read,
		MaxBytes: int64(a.cfg.Ingest.MaxFileMB) << 20,
	}
	return g, func() { _ = w.Close() }, nil // the child holds nothing that could be lost
}

// cacheDir is where compiled WebAssembly is kept: compiling it takes seconds,
// loading it a fraction of one. A container often has no home folder that can
// be written; there it lies beside the reports.
func cacheDir(data string, getenv func(string) string) string {
	if dir := getenv("REPORTBOT_WASM_CACHE"); dir != "" {
		return dir
	}
	if dir, err := os.UserCacheDir(); err == nil {
		dir = filepath.Join(dir, "reportbot")
		if os.MkdirAll(dir, 0o750) == nil {
			return dir
		}
	}
	return filepath.Join(data, "cache")
}

// searcher joins the ranking with what the word index knows of rarity.
type searcher struct {
	*retrieval.Searcher
	words *lexical.Index
	known *security.Directory
}

func (s searcher) Rarity(scope retrieval.Scope, t text.Token) float64 {
	return s.words.Rarity(scope, t)
}

// searcher fills the indexes from the store.
func (a *app) searcher(ctx context.Context) (searcher, error) {
	if err := a.sameEmbedder(ctx); err != nil {
		return searcher{}, err
	}
	words := lexical.New()
	known, err := a.securities()
	if err != nil {
		return searcher{}, err
	}
	s, err := retrieval.NewSearcher(ctx, a.store, words, vector.New(), a.embedder, a.weight())
	if err != nil {
		return searcher{}, err
	}
	s.Know(known)
	return searcher{s, words, known}, nil
}

// securities knows the shipped list and over it the user's own.
func (a *app) securities() (*security.Directory, error) {
	d := security.NewDirectory()
	d.AddKnown()
	if a.cfg.Ingest.Securities == "" {
		return d, nil
	}
	f, err := os.Open(a.cfg.Ingest.Securities)
	if err != nil {
		return nil, settingsError{fmt.Errorf("ingest.securities: %w", err)}
	}
	defer f.Close()
	list, err := security.ReadCSV(f)
	if err != nil {
		return nil, settingsError{fmt.Errorf("ingest.securities: %s: %w", a.cfg.Ingest.Securities, err)}
	}
	d.AddListed(list, security.Given)
	return d, nil
}

// weight is the vectors' share of the ranking: none for the built-in
// embedder, which sees the same characters as the words do and was measured
// to add nothing to them.
func (a *app) weight() float64 {
	if w := a.cfg.Retrieval.VectorWeight; w != nil {
		return *w
	}
	if !a.cfg.Embed.Remote() {
		return 0
	}
	return 0.3
}

// facts are the store's; a measured folder has no store.
func (a *app) facts() answer.Facts {
	if a.store == nil {
		return nil
	}
	return a.store
}

// answerer answers with the model when one is configured.
func (a *app) answerer(s answer.Searcher, known *security.Directory) *answer.Answerer {
	bounds := answer.Bounds(a.cfg.Answer.Refuse)
	return answer.New(s, a.model(), known, answer.Options{
		MaxUnits: a.cfg.Answer.MaxUnits, MaxChars: a.cfg.Answer.MaxChars, Bounds: &bounds, Facts: a.facts(), Licence: a.licence(),
	})
}

// licence bounds how much of a report is shown at once.
func (a *app) licence() report.Licence {
	return report.Licence{Quote: a.cfg.Answer.QuoteChars, Report: a.cfg.Answer.ReportChars}
}

// notice is the line under what shows the reports' content.
func (a *app) notice() bot.Notice {
	return bot.Notice{Zh: a.cfg.Answer.NoticeZh, En: a.cfg.Answer.NoticeEn}
}

// bot answers messages, with the model when one is configured.
func (a *app) bot(s searcher, opt bot.Options) *bot.Bot {
	opt.Licence = a.licence()
	return bot.New(a.answerer(s, s.known), s, a.model(), opt)
}

// scope is what the command line's user sees: every collection unless some
// are named, which must be there. Where nothing is, nothing is a typo.
func (a *app) scope(ctx context.Context, f *flags) (retrieval.Scope, error) {
	all, err := a.store.Collections(ctx)
	if err != nil || len(f.collections) == 0 {
		return all, err
	}
	for _, name := range f.collections {
		if len(all) > 0 && !slices.Contains(all, name) {
			return nil, absentError{
				zh: fmt.Sprintf("没有名为 %s 的集合；现有：%s", name, strings.Join(all, "、")),
				en: fmt.Sprintf("there is no collection %s; there are: %s", name, strings.Join(all, ", ")),
			}
		}
	}
	return f.collections, nil
}

// corpus lets ingest write to the store: the two know the same words by
// types of their own, since neither may import the other.
type corpus struct{ *store.Store }

func (c corpus) Source(ctx context.Context, collection, path string) (ingest.Source, bool, error) {
	s, ok, err := c.Store.Source(ctx, collection, path)
	return ingest.Source(s), ok, err
}

func (c corpus) Adopt(ctx context.Context, collection string, s ingest.Source) (bool, []string, error) {
	return c.Store.Adopt(ctx, collection, store.Source(s))
}

func (c corpus) Replace(ctx context.Context, d ingest.Document) (ingest.Placed, error) {
	p, err := c.Store.Replace(ctx, store.Document{
		Report: d.Report, Passages: d.Passages, Vectors: d.Vectors, Embedder: d.Embedder,
		Facts: d.Facts, Sketch: d.Sketch, Source: store.Source(d.Source),
	})
	return ingest.Placed(p), err
}

func (c corpus) Recorded(ctx context.Context, collection, under string) ([]ingest.Source, error) {
	list, err := c.Store.Recorded(ctx, collection, under)
	out := make([]ingest.Source, len(list))
	for i, s := range list {
		out[i] = ingest.Source(s)
	}
	return out, err
}

// reader lets the Slack side look up what an answer was drawn from.
type reader struct {
	searcher
	store *store.Store
}

func (r reader) Passages(ctx context.Context, ids []string) ([]report.Passage, error) {
	return r.store.Passages(ctx, ids)
}
