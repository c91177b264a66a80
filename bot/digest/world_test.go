package digest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"reportbot/bot/digest"
	"reportbot/bot/state"
	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// world is a desk and a Slack in memory around a real state.db: reports come,
// digests are posted, the clock jumps, and things fail when a test wants it.
type world struct {
	t     testing.TB
	dir   string
	store *state.Store
	real  time.Time     // what happens is ordered by it
	off   time.Duration // of the clock we see
	empty bool

	shelf   digest.Shelf // nil: reports and names
	reports []*report.Report
	names   map[string][]string
	scopes  map[string]retrieval.Scope // by channel; all see "default" else

	posts    map[string]int            // delivery -> times it stands in the channel
	told     map[string]map[string]int // channel -> report -> times
	late     map[string]time.Duration
	gone     string // reason why no channel takes anything
	failPost func(d digest.Delivery) (before, after bool)
	failLook func() bool
	step     func(what string) // hears of every step of a delivery; a crash is a panic
}

// crashed is the end of a process in the middle of something.
type crashed struct{}

func newWorld(t testing.TB) *world {
	w := &world{t: t, dir: t.TempDir(), real: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), empty: true,
		names: map[string][]string{}, posts: map[string]int{}, told: map[string]map[string]int{}, late: map[string]time.Duration{}}
	w.open()
	t.Cleanup(func() { w.store.Close() })
	return w
}

func (w *world) open() {
	var err error
	if w.store, err = state.Open(w.t.Context(), w.dir, state.Options{}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) now() time.Time { return w.real.Add(w.off) }

// runner is a fresh process over what is on the disk.
func (w *world) runner() *digest.Runner {
	var shelf digest.Shelf = w
	if w.shelf != nil {
		shelf = w.shelf
	}
	return digest.NewRunner(shelf, w.store, stepped{w.store, w}, w, digest.Options{Now: w.now, Empty: w.empty,
		Scope: func(_ context.Context, s state.Subscription) (retrieval.Scope, bool, error) {
			if scope, ok := w.scopes[s.Channel]; ok {
				return scope, len(scope) > 0, nil
			}
			return retrieval.Scope{"default"}, true, nil
		}})
}

// tick runs one, and reports whether the process survived it.
func (w *world) tick(r *digest.Runner) (alive bool) {
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(crashed); !ok {
				panic(p)
			}
			alive = false
		}
	}()
	_ = r.Tick(w.t.Context()) // what fails is tried again; the end counts
	return true
}

func (w *world) at(what string) {
	if w.step != nil {
		w.step(what)
	}
}

// come adds a report of a day to the corpus.
func (w *world) come(id, collection string) *report.Report {
	r := &report.Report{ID: id, Title: "标题 " + id, Publisher: "青岚证券", Published: w.real.Format(time.DateOnly), Collection: collection,
		Securities: []report.Security{{Code: "999230.SZ", Name: "星河智能"}}, Industry: "电子"}
	w.reports = append(w.reports, r)
	w.names[id] = []string{id, collection + "/hash-of-" + id}
	return r
}

func (w *world) Reports(_ context.Context, scope retrieval.Scope) ([]*report.Report, error) {
	var out []*report.Report
	for _, r := range w.reports {
		if scope.Has(r.Collection) {
			out = append(out, r)
		}
	}
	return out, nil
}

func (w *world) Names(context.Context) (map[string][]string, error) { return w.names, nil }

func (w *world) ReportPassages(_ context.Context, id string) ([]report.Passage, error) {
	return []report.Passage{{ID: id + "-1", ReportID: id, Path: []string{"投资要点"}, PageFrom: 1, Text: "我们预计 " + id + " 的公司收入在下半年增长12%。"}}, nil
}

func (w *world) Facts(context.Context, string) ([]report.Fact, error) { return nil, nil }

func (w *world) Landed(_ context.Context, d digest.Delivery) (bool, error) {
	w.at("look")
	if w.gone != "" {
		return false, &digest.Closed{Reason: w.gone}
	}
	if w.failLook != nil && w.failLook() {
		return false, errors.New("slack does not answer")
	}
	return w.posts[d.ID] > 0, nil
}

func (w *world) Post(_ context.Context, d digest.Delivery) error {
	w.at("before the post")
	if w.gone != "" {
		return &digest.Closed{Reason: w.gone}
	}
	before, after := false, false
	if w.failPost != nil {
		before, after = w.failPost(d)
	}
	if before {
		return errors.New("slack refused it")
	}
	if !d.Again || w.posts[d.ID] == 0 { // a real poster looks, when it was told that it may be there
		w.posts[d.ID]++
		w.late[d.ID] = d.Digest.Late
		if w.told[d.Channel] == nil {
			w.told[d.Channel] = map[string]int{}
		}
		for _, g := range d.Digest.Groups {
			for _, i := range g.Items {
				w.told[d.Channel][i.Report.ID]++
			}
		}
		for _, h := range d.Digest.Further {
			w.told[d.Channel][h.ID]++
		}
	}
	if after {
		return errors.New("the reply was lost")
	}
	w.at("after the post")
	return nil
}

// stepped tells of every change of the outbox before and after it.
type stepped struct {
	*state.Store
	w *world
}

func (s stepped) Begin(ctx context.Context, slot state.Slot, cursor int64, onDemand bool) error {
	s.w.at("before posting is written")
	err := s.Store.Begin(ctx, slot, cursor, onDemand)
	s.w.at("after posting is written")
	return err
}

func (s stepped) End(ctx context.Context, sub, slot, stage string) error {
	s.w.at("before the cursor moves")
	err := s.Store.End(ctx, sub, slot, stage)
	s.w.at("after the cursor moved")
	return err
}

func (s stepped) Pass(ctx context.Context, slot state.Slot, cursor int64) error {
	s.w.at("before a slot is passed")
	err := s.Store.Pass(ctx, slot, cursor)
	s.w.at("after a slot was passed")
	return err
}

// subscribe makes a subscription that begins now.
func (w *world) subscribe(id, channel, schedule string) digest.Spec {
	w.t.Helper()
	cursor, err := w.runner().Mark(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	s := spec(w.t, schedule)
	if _, err := w.store.Subscribe(w.t.Context(), state.Subscription{ID: id, Channel: channel, Origin: "slack", User: "U1", Spec: s.String(), Filter: "{}", Lang: "zh",
		Cursor: cursor, Last: s.Last(w.now()).Date, At: w.now()}); err != nil {
		w.t.Fatal(err)
	}
	return s
}

// Two years, four zones with their clock changes, a clock that jumps by two
// hours, processes that end anywhere, a Slack that fails: every slot is
// delivered exactly once, and every report told exactly once.
func TestEverySlotOnce(t *testing.T) {
	days, seeds := 30, []uint64{1}
	if long {
		days, seeds = 2*365, []uint64{1, 2, 3}
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			if days < 365 {
				simulate(t, seed, time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), days) // over both changes of spring
				simulate(t, seed, time.Date(2026, 10, 20, 0, 0, 0, 0, time.UTC), 16) // and of autumn
				return
			}
			simulate(t, seed, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), days)
		})
	}
}

func simulate(t *testing.T, seed uint64, begin time.Time, days int) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 7))
	chance := func(p float64) bool { return rng.Float64() < p }
	w := newWorld(t)
	w.real = begin
	w.failPost = func(digest.Delivery) (bool, bool) { return chance(0.1), chance(0.1) }
	w.failLook = func() bool { return chance(0.1) }
	w.step = func(string) {
		if chance(0.03) {
			panic(crashed{})
		}
	}
	specs := map[string]digest.Spec{}
	for i, s := range []string{"daily 08:30 Asia/Shanghai", "daily 02:30 America/New_York", "daily 01:30 Europe/London", "daily 23:50 Asia/Kolkata",
		"daily 01:30 America/New_York", "weekdays 08:30 Europe/London", "weekly Sun 02:00 America/New_York"} {
		id := fmt.Sprint("s", i)
		specs[id] = w.subscribe(id, "C"+id, s)
	}
	end := begin.AddDate(0, 0, days)
	r, reports, restarts, ticks := w.runner(), 0, 0, 0
	var lastReport time.Time
	for w.real.Before(end) {
		switch {
		case chance(0.003): // down for a while, but never so long that a slot is passed over
			w.real = w.real.Add(time.Duration(rng.IntN(7*60)) * time.Minute)
			fallthrough
		case chance(0.02):
			if err := w.store.Close(); err != nil {
				t.Fatal(err)
			}
			w.open()
			r = w.runner()
			restarts++
		}
		if chance(0.02) {
			w.off = time.Duration(rng.IntN(3)-1) * 2 * time.Hour
		}
		if chance(0.1) {
			reports++
			w.come(fmt.Sprint("r", reports), "default")
			lastReport = w.real
		}
		if !w.tick(r) {
			r = w.runner()
			restarts++
		}
		ticks++
		w.real = w.real.Add(time.Duration(5+rng.IntN(50)) * time.Minute)
	}
	w.step, w.failPost, w.failLook, w.off = nil, nil, nil, 0
	for range 300 { // what is still on its way arrives
		w.real = w.real.Add(10 * time.Minute)
		w.tick(r)
	}
	slots := 0
	for id, s := range specs {
		for slot := s.Next(begin); slot.At.Before(w.real); slot = s.Next(slot.At) {
			slots++
			if n := w.posts["digest-"+id+"-"+slot.Date]; n != 1 {
				t.Errorf("%s: slot %s (%s) was delivered %d times", s, slot.Date, slot.At, n)
			}
		}
		for i := range reports {
			if n := w.told["C"+id][fmt.Sprint("r", i+1)]; n != 1 && (n > 1 || s.Last(w.real).At.After(lastReport)) {
				t.Errorf("%s: report %d was told %d times", s, i+1, n)
			}
		}
	}
	if total := len(w.posts); total != slots {
		t.Errorf("%d deliveries for %d slots", total, slots)
	}
	t.Logf("%d slots, %d reports, %d looks at the clock, %d restarts", slots, reports, ticks, restarts)
}

// At every step of a delivery the process may end: the next one finishes what
// it left, and the digest stands there once.
func TestCrashAtEveryStep(t *testing.T) {
	var all []string
	for n := 0; ; n++ {
		w := newWorld(t)
		w.subscribe("s", "C1", "daily 08:30 Asia/Shanghai")
		w.come("r1", "default")
		w.real = w.real.Add(time.Hour) // 09:00 there
		seen := 0
		w.step = func(what string) {
			if seen == n {
				all = append(all, what)
				seen++
				panic(crashed{})
			}
			seen++
		}
		r := w.runner()
		done := w.tick(r)
		w.step = nil
		r = w.runner()
		for range 3 {
			w.real = w.real.Add(time.Minute)
			w.tick(r)
		}
		if w.posts["digest-s-2026-01-01"] != 1 || w.told["C1"]["r1"] != 1 || len(w.posts) != 1 {
			t.Errorf("crash %d (%v): posts %v, told %v", n, all, w.posts, w.told)
		}
		subs, err := w.store.Subscriptions(t.Context(), "C1")
		open, err2 := w.store.OpenSlots(t.Context())
		if err != nil || err2 != nil || len(open) > 0 || subs[0].Cursor != 1 || subs[0].Last != "2026-01-01" {
			t.Errorf("crash %d: %+v, open %v, %v, %v", n, subs, open, err, err2)
		}
		if done {
			break
		}
	}
	want := []string{"before posting is written", "after posting is written", "before the post", "after the post", "before the cursor moves", "after the cursor moved"}
	if !slices.Equal(all, want) {
		t.Errorf("crashed %q, want %q", all, want)
	}
}
