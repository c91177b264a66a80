package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/config"
	"reportbot/ingest"
	"reportbot/ingest/fact"
	"reportbot/ingest/parse"
	"reportbot/ingest/report"
	"reportbot/retrieval"
	"reportbot/retrieval/store"
)

// While reports are replaced, removed, put under embargo and corrected, whatever
// is found, answered, listed or drawn up is of whole reports of one version:
//
//   - of one file it draws on one version alone: every quote stands in the very
//     text that its citation's title is of, every passage in that of its hit's;
//   - that version was there between the question and its answer: not one that
//     was gone before it was asked, nor one that is yet to come.
//
// Each version has its number in its title, its paragraphs and its figures. The
// race detector watches in the run that has it.
func TestPromiseWholeReports(t *testing.T) {
	w := newWhole(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() { w.write(ctx, i, rand.New(rand.NewPCG(8, uint64(i)))) })
	}
	for i := range 4 {
		wg.Go(func() { w.read(ctx, rand.New(rand.NewPCG(9, uint64(i)))) })
	}
	for begun := time.Now(); time.Since(begun) < wholeFor || !w.enough(); { // on a busy machine it takes longer
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	wg.Wait()
	w.settled()
	t.Logf("%d changes; %d searches, %d answers, %d cards, %d lists were of whole reports, %d citations and %d passages checked; %d times the reports changed too often",
		w.changes.Load(), w.did[0].Load(), w.did[1].Load(), w.did[2].Load(), w.did[3].Load(), w.citations.Load(), w.passages.Load(), w.gaveUp.Load())
}

// enough reports whether so much was done that the test means something.
func (w *whole) enough() bool {
	for i := range w.did {
		if w.did[i].Load() < 3 {
			return false
		}
	}
	return w.citations.Load() > 0 && w.passages.Load() > 0 && w.changes.Load() > 2*int64(len(w.files))
}

const (
	writers = 2
	gone    = "" // the title of no report
)

// whole is a folder whose files change, and what may be seen of each.
type whole struct {
	t     *testing.T
	store *store.Store
	found searcher
	bot   *bot.Bot
	g     *ingest.Ingester
	dir   string
	files []*changing

	changes, citations, passages, gaveUp atomic.Int64
	did                                  [4]atomic.Int64
}

// changing is a file with all that its report was, in order: titles, or gone.
type changing struct {
	n     int
	topic string
	path  string
	mu    sync.Mutex
	past  []string
	begun int               // states up to here may be seen
	done  int               // those before this one may not any more
	texts map[string]string // title -> text, without blanks
}

var topics = []string{"镜头模组", "钠电池", "硅片切割", "风机叶片", "冷链仓储", "工业机床"}

// versions is how many texts a file has in turn: what was read once need not be
// parsed again, so that there are many changes in little time.
const versions = 5

// parsed parses a text once; what it returns is nobody else's.
type parsed struct {
	*parse.Reader
	known sync.Map // text -> JSON of the report
}

func (p *parsed) Read(ctx context.Context, name string, data []byte) (*report.Report, error) {
	kept, ok := p.known.Load(string(data))
	if !ok {
		r, err := p.Reader.Read(ctx, name, data)
		if err != nil {
			return nil, err
		}
		if kept, err = json.Marshal(r); err != nil {
			return nil, err
		}
		p.known.Store(string(data), kept)
	}
	var r report.Report
	return &r, json.Unmarshal(kept.([]byte), &r)
}

func newWhole(t *testing.T) *whole {
	cfg, err := config.Load("", func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	weight := 0.3
	cfg.Data, cfg.Retrieval.VectorWeight = t.TempDir(), &weight
	a := newApp(cfg, slog.New(slog.NewTextHandler(t.Output(), nil)), call{getenv: func(string) string { return "" }})
	if a.store, err = store.Open(t.Context(), cfg.Data, store.Options{Log: a.log}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.close)
	found, err := a.searcher(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w := &whole{t: t, store: a.store, found: found, dir: t.TempDir()}
	w.bot = a.bot(found, bot.Options{Cards: cards(shelf{a.store, found.Reports}, found.known, nil)})
	w.g = &ingest.Ingester{Store: corpus{a.store}, Reader: &parsed{Reader: parse.NewReader("", parse.Limits{})}, Embedder: a.embedder, Complete: found.known.Complete, Facts: fact.Read}
	for i, topic := range topics {
		f := &changing{n: i, topic: topic, path: filepath.Join(w.dir, fmt.Sprintf("%02d.md", i)), past: []string{gone}, texts: map[string]string{}}
		w.files = append(w.files, f)
		w.revise(t.Context(), f, 1)
	}
	return w
}

// note is version v of a file's report. Its paragraphs are of its topic alone,
// so that no two files are copies of one report.
func (f *changing) note(v int) (title, text string) {
	title = fmt.Sprintf("%s跟踪第%d号", f.topic, v)
	var b strings.Builder
	fmt.Fprintf(&b, "# 星河智能（999230.SZ）：%s\n\n%s证券 2026-%02d-02\n\n公司：星河智能（999230.SZ） 评级：买入 目标价：%d.%02d元\n\n", title, f.topic[:6], 1+f.n, 100+v, f.n)
	r := rand.New(rand.NewPCG(uint64(f.n), 1))
	for s := range 2 {
		fmt.Fprintf(&b, "## %d %s%d\n\n", s+1, f.topic, s)
		for range 2 {
			fmt.Fprintf(&b, "%s的良率在第%d号里是%d.%d%%，", f.topic, v, v, f.n)
			for range 30 {
				b.WriteRune('一' + rune(r.IntN(6000)))
			}
			fmt.Fprintf(&b, "，订单为%d万件。\n\n", 10*v+s)
		}
	}
	fmt.Fprintf(&b, "## 5 盈利预测\n\n| 指标 | 2025A | 2026E |\n|---|---|---|\n| EPS（元） | %d.%02d | %d.5 |\n\n", v, f.n, v)
	return "星河智能（999230.SZ）：" + title, b.String()
}

// become says that the file's report is about to be another one, and returns
// what to call when it is.
func (f *changing) become(title, text string) (done func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if title != gone && f.texts[title] == "" {
		f.texts[title] = unspaced(text + title)
	}
	f.past = append(f.past, title)
	f.begun = len(f.past) - 1
	at := f.begun
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.done = at
	}
}

func (f *changing) now() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.past[f.begun]
}

// unspaced is a text without blanks and what draws tables.
func unspaced(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("|", " ", "---", "").Replace(s)), "")
}

// put writes a file as of a time of its own and ingests the report.
func (w *whole) put(ctx context.Context, f *changing, title, text, sidecar string, version int) {
	done := f.become(title, text)
	err := os.WriteFile(f.path, []byte(text), 0o600)
	if side := f.path + ".meta.yaml"; sidecar == "" {
		_ = os.Remove(side)
	} else if err == nil {
		err = os.WriteFile(side, []byte(sidecar+fmt.Sprintf(" # %d", version)), 0o600)
	}
	if err != nil {
		w.t.Error(err)
		return
	}
	if o := w.g.File(ctx, "default", f.path); o.Err != nil || o.State != ingest.Added {
		w.t.Errorf("%s %s: %v %v", f.path, title, o.State, o.Err)
		return
	}
	done()
	w.changes.Add(1)
}

func (w *whole) revise(ctx context.Context, f *changing, v int) {
	title, text := f.note(v)
	w.put(ctx, f, title, text, "", v)
}

// write changes files, each of which has one writer. What it began it ends.
func (w *whole) write(ctx context.Context, me int, r *rand.Rand) {
	ctx2 := context.WithoutCancel(ctx)
	for n := 2; ctx.Err() == nil; n++ {
		f := w.files[writers*r.IntN(len(w.files)/writers)+me]
		v := 1 + n%versions
		title, text := f.note(v)
		if title == f.now() {
			continue
		}
		switch do := r.IntN(10); {
		case do < 5:
			w.revise(ctx2, f, v)
		case do < 6: // corrected: the same report by its text, another one by its title
			w.put(ctx2, f, title, text, "", v)
			corrected := title + "（修订）"
			w.put(ctx2, f, corrected, text, "title: "+corrected, n)
		case do < 8:
			w.put(ctx2, f, gone, text, "visible_from: 2200-01-01", n)
		case f.now() == gone:
			w.revise(ctx2, f, v)
		default:
			w.remove(ctx2, f)
		}
	}
}

func (w *whole) remove(ctx context.Context, f *changing) {
	src, ok, err := w.store.Source(ctx, "default", f.path)
	if err != nil || !ok {
		w.t.Errorf("%s: %v, %v", f.path, ok, err)
		return
	}
	done := f.become(gone, "")
	if ok, err := w.store.Remove(ctx, src.ReportID); err != nil || !ok {
		w.t.Errorf("remove %s: %v, %v", f.path, ok, err)
	}
	done()
	w.changes.Add(1)
}

// inquiry is a question under way: what could be seen of each file when it began.
type inquiry struct {
	w     *whole
	since []int
	seen  map[int]string // file -> the title that it was found under
	what  string
}

func (w *whole) ask(what string) *inquiry {
	q := &inquiry{w: w, seen: map[int]string{}, what: what}
	for _, f := range w.files {
		f.mu.Lock()
		q.since = append(q.since, f.done)
		f.mu.Unlock()
	}
	return q
}

// drew checks that something was drawn from a report with the title, in whose
// text these words stand.
func (q *inquiry) drew(title string, words ...string) {
	f := q.w.of(title)
	if f == nil {
		q.w.t.Errorf("%s: there never was a report %q", q.what, title)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if before, ok := q.seen[f.n]; ok && before != title {
		q.w.t.Errorf("%s: %q beside %q", q.what, title, before)
	}
	q.seen[f.n] = title
	if at := f.past[q.since[f.n] : f.begun+1]; !slices.Contains(at, title) {
		q.w.t.Errorf("%s: %q, while it was %q", q.what, title, at)
	}
	for _, s := range words {
		for line := range strings.Lines(s) { // blank lines and heads may stand between
			if line = unspaced(line); !strings.Contains(f.texts[title], line) {
				q.w.t.Errorf("%s: %q is not of %q", q.what, line, title)
			}
		}
	}
}

func (w *whole) of(title string) *changing {
	for _, f := range w.files {
		if strings.Contains(title, f.topic) {
			return f
		}
	}
	return nil
}

func (q *inquiry) cited(all []report.Citation) {
	q.w.citations.Add(int64(len(all)))
	for _, c := range all {
		q.drew(c.Report.Title, c.Quote)
	}
}

// read asks this and that.
func (w *whole) read(ctx context.Context, r *rand.Rand) {
	scope := retrieval.Scope{"default"}
	now := time.Date(2026, 12, 31, 9, 0, 0, 0, time.UTC)
	for ctx.Err() == nil {
		f := w.files[r.IntN(len(w.files))]
		kind := r.IntN(4)
		var err error
		switch kind {
		case 0:
			q := w.ask("search")
			var found retrieval.Found
			found, err = w.found.Search(ctx, retrieval.Query{Text: "星河智能" + f.topic + "的良率", Scope: scope, Now: now, Limit: 20})
			for _, h := range found.Hits {
				w.passages.Add(1)
				q.drew(h.Report.Title, h.Passage.Text)
			}
		case 1:
			questions := []string{f.topic + "的良率是多少？", "星河智能的目标价是多少？", "星河智能2026年的EPS预测是多少？", "最新的研报是哪一篇？", "各家对星河智能的评级是什么？"}
			err = w.handle(ctx, bot.Message{Text: questions[r.IntN(len(questions))], Scope: scope, Now: now})
		case 2:
			err = w.handle(ctx, bot.Message{Kind: bot.Ticker, Text: "999230.SZ", Scope: scope, Now: now})
		case 3:
			err = w.handle(ctx, bot.Message{Kind: bot.Reports, Text: f.topic[:6], Scope: scope, Now: now})
		}
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && strings.Contains(err.Error(), "a report on it was replaced each of"):
			w.gaveUp.Add(1)
		case err != nil:
			w.t.Error(err)
			return
		}
		w.did[kind].Add(1)
	}
}

// handle puts a message to the bot and checks what comes back.
func (w *whole) handle(ctx context.Context, m bot.Message) error {
	q := w.ask(fmt.Sprintf("%s %q", m.Kind, m.Text))
	reply, err := w.bot.Handle(ctx, m)
	if err != nil {
		return err
	}
	if reply.Answer.Reason.Code == "changing" {
		w.gaveUp.Add(1)
	}
	q.cited(reply.Answer.Citations)
	if reply.Card != nil {
		q.cited(reply.Card.Citations)
		for _, r := range reply.Card.Reports {
			q.drew(r.Title)
		}
	}
	for _, h := range reply.Answer.Nearest {
		q.drew(h.Title)
	}
	return nil
}

// settled checks what is there in the end.
func (w *whole) settled() {
	problems, err := w.store.Check(w.t.Context())
	if err != nil || len(problems) > 0 {
		w.t.Errorf("Check() = %q, %v", problems, err)
	}
	all, err := w.found.Reports(w.t.Context(), retrieval.Scope{"default"})
	if err != nil {
		w.t.Error(err)
	}
	got := map[string]bool{}
	for _, r := range all {
		got[r.Title] = true
	}
	for _, f := range w.files {
		if title := f.now(); title != gone && !got[title] {
			w.t.Errorf("%q is not there in the end", title)
		} else {
			delete(got, title)
		}
	}
	for title := range got {
		w.t.Errorf("%q is still there in the end", title)
	}
}
