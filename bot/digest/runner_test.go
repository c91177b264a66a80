package digest_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"reportbot/bot/digest"
	"reportbot/bot/state"
	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// morning is a world with one daily subscription at 08:30 in Shanghai, at
// 08:00 there on 1 January 2026.
func morning(t *testing.T) *world {
	w := newWorld(t)
	w.empty = false
	w.subscribe("s", "C1", "daily 08:30 Asia/Shanghai")
	return w
}

// on starts a process at a time of January 2026 in Shanghai, and lets it run
// for two minutes.
func (w *world) on(day, hour, minute int) {
	w.real = time.Date(2026, 1, day, hour-8, minute, 0, 0, time.UTC)
	r := w.runner()
	for range 4 {
		w.tick(r)
		w.real = w.real.Add(40 * time.Second)
	}
}

func (w *world) sub() state.Subscription {
	w.t.Helper()
	subs, err := w.store.Subscriptions(w.t.Context(), "C1")
	if err != nil || len(subs) != 1 {
		w.t.Fatalf("%+v, %v", subs, err)
	}
	return subs[0]
}

// heard are the reports that a channel was told of, in order of their names;
// one told twice is there twice.
func (w *world) heard(channel string) (out []string) {
	for id, n := range w.told[channel] {
		for range n {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

func (w *world) mustHear(why string, want ...string) {
	w.t.Helper()
	if got := w.heard("C1"); !slices.Equal(got, want) {
		w.t.Errorf("%s: heard of %v, want %v", why, got, want)
	}
}

// What was there before the subscription is not new, and nothing new is
// silence.
func TestNothingNewIsSilent(t *testing.T) {
	w := newWorld(t)
	w.empty = false
	w.come("old", "default")
	w.subscribe("s", "C1", "daily 08:30 Asia/Shanghai")
	w.on(1, 8, 31)
	if len(w.posts) > 0 || w.sub().Last != "2026-01-01" {
		t.Errorf("posts %v, %+v", w.posts, w.sub())
	}
	w.empty = true
	w.on(2, 8, 31)
	if w.posts["digest-s-2026-01-02"] != 1 {
		t.Errorf("where a line is wanted: posts %v", w.posts)
	}
	w.mustHear("nothing came")
}

func TestLateness(t *testing.T) {
	w := morning(t)
	w.come("r1", "default")
	w.on(1, 20, 29)
	w.mustHear("11 h 59 min late", "r1")
	if late := w.late["digest-s-2026-01-01"]; late != 11*time.Hour+59*time.Minute {
		t.Errorf("late by %s", late)
	}
	w.come("r2", "default")
	w.on(2, 20, 30)
	w.mustHear("12 h late: not told yet", "r1")
	w.on(3, 8, 30)
	w.mustHear("the next one says it", "r1", "r2")
	if late := w.late["digest-s-2026-01-03"]; late != 0 {
		t.Errorf("late by %s", late)
	}
	w.come("r3", "default")
	w.on(7, 9, 0)
	w.mustHear("after days of silence", "r1", "r2", "r3")
	if len(w.posts) != 3 {
		t.Errorf("posts %v", w.posts)
	}
}

// Whatever is done to the corpus, what came once has come: read anew by other
// rules, replaced by its better copy, put back from a backup.
func TestOldReportsStayOld(t *testing.T) {
	w := morning(t)
	r := w.come("r1", "default")
	w.on(1, 8, 30)
	r.ID = "r1-read-anew"
	w.names = map[string][]string{"r1-read-anew": {"r1-read-anew", "default/hash-of-r1"}}
	w.on(2, 8, 30)
	w.mustHear("read anew", "r1")
	r.ID = "r1-better-copy"
	w.names = map[string][]string{"r1-better-copy": {"r1-better-copy", "default/hash-of-pdf", "default/hash-of-r1"}}
	w.on(3, 8, 30)
	w.mustHear("a better copy", "r1")
	r.ID = "r1-better-copy" // the text it was found with is gone
	w.names = map[string][]string{"r1-better-copy": {"r1-better-copy", "default/hash-of-pdf"}}
	w.on(4, 8, 30)
	w.mustHear("of which one file is left", "r1")
	w.reports, w.names = nil, map[string][]string{}
	w.on(5, 8, 30)
	r.ID = "r1"
	w.reports, w.names = []*report.Report{r}, map[string][]string{"r1": {"r1", "default/hash-of-r1"}}
	w.on(6, 8, 30)
	w.mustHear("put back", "r1")
	w.come("r2", "default")
	w.on(7, 8, 30)
	w.mustHear("new", "r1", "r2")
}

// The collections are those that the channel sees at the time.
func TestScopeIsAskedAnew(t *testing.T) {
	w := morning(t)
	w.scopes = map[string]retrieval.Scope{"C1": {"default"}}
	w.come("r1", "desk")
	w.come("r2", "default")
	w.on(1, 8, 30)
	w.mustHear("of its own", "r2")
	w.scopes["C1"] = retrieval.Scope{"default", "desk"}
	w.come("r3", "desk")
	w.on(2, 8, 30)
	w.mustHear("what comes from now on, not what came before", "r2", "r3")
	w.scopes["C1"] = retrieval.Scope{"desk"}
	w.come("r4", "default")
	w.on(3, 8, 30)
	w.mustHear("taken away", "r2", "r3")
	w.scopes["C1"] = retrieval.Scope{}
	w.on(4, 8, 30)
	if s := w.sub(); s.Paused == "" {
		t.Errorf("not paused: %+v", s)
	}
}

// A channel that the bot left pauses the subscription; what it missed is told
// when it is taken up again.
func TestClosedChannel(t *testing.T) {
	w := morning(t)
	w.come("r1", "default")
	w.gone = "not_in_channel"
	w.on(1, 8, 30)
	if s := w.sub(); s.Paused != "not_in_channel" || len(w.posts) > 0 {
		t.Fatalf("%+v, posts %v", s, w.posts)
	}
	w.gone = ""
	w.on(2, 8, 30)
	w.mustHear("paused")
	if err := w.store.Pause(t.Context(), "s", "", "2026-01-02"); err != nil {
		t.Fatal(err)
	}
	w.on(2, 9, 0)
	w.mustHear("resumed: not at once")
	w.on(3, 8, 30)
	w.mustHear("but the next time", "r1")
}

// A delivery that Slack refuses for longer than a digest may be late is left
// to the next one; one that stands there in part is ended, not doubled.
func TestSlackDownForADay(t *testing.T) {
	for _, landed := range []bool{false, true} {
		w := morning(t)
		w.come("r1", "default")
		w.failPost = func(digest.Delivery) (bool, bool) { return !landed, landed }
		for h := range 23 {
			w.on(1, 8+h, 31)
		}
		w.failPost = nil
		w.on(2, 8, 31)
		w.mustHear("after a day", "r1")
		open, err := w.store.OpenSlots(t.Context())
		if err != nil || len(open) > 0 || len(w.posts) != 1 {
			t.Errorf("landed %v: open %v, %v, posts %v", landed, open, err, w.posts)
		}
	}
}

// A try that failed is made again after a while, not at every look at the
// clock.
func TestTriesAreSpaced(t *testing.T) {
	w := morning(t)
	w.come("r1", "default")
	tries := 0
	w.failPost = func(digest.Delivery) (bool, bool) { tries++; return true, false }
	w.real = time.Date(2026, 1, 1, 0, 30, 0, 0, time.UTC)
	r := w.runner()
	for range 3 * 60 * 3 { // three hours
		w.tick(r)
		w.real = w.real.Add(20 * time.Second)
	}
	if tries < 7 || tries > 15 {
		t.Errorf("%d tries in three hours", tries)
	}
}

func TestNow(t *testing.T) {
	w := morning(t)
	r := w.runner()
	now := func(key string, want int) {
		t.Helper()
		if n, err := r.Now(t.Context(), w.sub(), key); n != want || err != nil {
			t.Errorf("%s: %d reports, %v, want %d", key, n, err, want)
		}
	}
	now("k0", 0)
	w.come("r1", "default")
	now("k1", 1)
	now("k1", 0) // delivered again by Slack
	now("k2", 0)
	w.come("r2", "default")
	w.on(1, 8, 30)
	w.mustHear("on demand and on time", "r1", "r2")
	w.come("r3", "default")
	w.failPost = func(digest.Delivery) (bool, bool) { return false, true }
	if n, err := r.Now(t.Context(), w.sub(), "k3"); n != 1 || err == nil {
		t.Errorf("lost reply: %d, %v", n, err)
	}
	if _, err := r.Now(t.Context(), w.sub(), "k4"); !errors.Is(err, state.ErrMoved) {
		t.Errorf("while another one is open: %v", err)
	}
	w.failPost = nil
	w.on(1, 9, 0)
	w.mustHear("finished by the schedule", "r1", "r2", "r3")
}

// A preview is what would be delivered, and changes nothing.
func TestPreview(t *testing.T) {
	w := morning(t)
	w.come("r1", "default")
	for range 2 {
		d, err := w.runner().Preview(t.Context(), w.sub())
		if err != nil || d.Total != 1 || d.Groups[0].Items[0].Report.ID != "r1" {
			t.Errorf("%+v, %v", d, err)
		}
	}
	w.on(1, 8, 30)
	w.mustHear("previewed before", "r1")
	// nothing is new now: what it would look like
	w.come("hidden", "desk")
	d, err := w.runner().Preview(t.Context(), w.sub())
	if err != nil || !d.Example || d.Total != 1 || d.Groups[0].Items[0].Report.ID != "r1" || !strings.Contains(d.Text(), "没有新研报，以下以最近的研报为例") {
		t.Errorf("%+v, %v", d, err)
	}
	w.on(2, 8, 30)
	w.mustHear("previewed as an example", "r1")
}

// A second process finds the state locked.
func TestSecondProcess(t *testing.T) {
	w := morning(t)
	if s, err := state.Open(t.Context(), w.dir, state.Options{}); !errors.Is(err, state.ErrLocked) {
		t.Errorf("%v, %v", s, err)
	}
}

// What may not be seen any more after a restart is not posted, nor what stands
// beside it; the next digest says the rest.
func TestResumedWithinItsScope(t *testing.T) {
	for _, landed := range []bool{false, true} {
		w := morning(t)
		w.scopes = map[string]retrieval.Scope{"C1": {"default", "desk"}}
		w.come("r1", "desk")
		w.come("r2", "default")
		w.failPost = func(digest.Delivery) (bool, bool) { return !landed, landed }
		w.on(1, 8, 30)
		w.failPost = nil
		w.scopes["C1"] = retrieval.Scope{"default"}
		w.on(1, 9, 30)
		w.on(2, 8, 30)
		want := []string{"r2"}
		if landed { // it stood there before
			want = []string{"r1", "r2"}
		}
		w.mustHear("after a restart with other settings", want...)
		if open, err := w.store.OpenSlots(t.Context()); err != nil || len(open) > 0 {
			t.Errorf("open %v, %v", open, err)
		}
	}
}

// The same report in two collections is told once, whichever comes first.
func TestCopiesInCollections(t *testing.T) {
	w := morning(t)
	w.scopes = map[string]retrieval.Scope{"C1": {"default", "desk"}}
	a := w.come("r1", "default")
	b := w.come("r2", "desk")
	b.Title = a.Title
	w.on(1, 8, 30)
	w.mustHear("both at once", "r1")
	c := w.come("r3", "desk")
	c.Title, c.Published = a.Title, a.Published
	d := w.come("r4", "desk")
	d.Title, d.Published, d.Securities = a.Title, a.Published, nil
	w.on(2, 8, 30)
	w.mustHear("another copy, and one on something else", "r1", "r4")
}

// Whoever unsubscribes while a digest is being posted is no trouble.
func TestUnsubscribedMeanwhile(t *testing.T) {
	w := morning(t)
	w.come("r1", "default")
	w.step = func(what string) {
		if what == "after the post" {
			if err := w.store.Unsubscribe(t.Context(), "s"); err != nil {
				t.Error(err)
			}
		}
	}
	w.real = w.real.Add(time.Hour)
	if err := w.runner().Tick(t.Context()); err != nil {
		t.Error(err)
	}
}
