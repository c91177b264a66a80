package ingest_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"reportbot/ingest"
	"reportbot/ingest/report"
	"reportbot/retrieval"
	"reportbot/retrieval/store"
)

func (c corpus) Recorded(ctx context.Context, collection, under string) ([]ingest.Source, error) {
	list, err := c.Store.Recorded(ctx, collection, under)
	var out []ingest.Source
	for _, s := range list {
		out = append(out, ingest.Source(s))
	}
	return out, err
}

var _ ingest.Shelf = corpus{}

// guard is a watcher over a desk's folder, in a bubble of fake time.
type guard struct {
	*desk
	t      *testing.T
	mu     sync.Mutex
	news   []string
	cancel context.CancelFunc
	ended  chan error
}

const (
	poll   = 2 * time.Second
	settle = time.Second
	retry  = 30 * time.Second
)

// watching runs the test with a desk and a function that starts a watcher.
func watching(t *testing.T, test func(t *testing.T, g *guard)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := &guard{desk: newDesk(t, store.Options{}), t: t}
		test(t, g)
		g.stop()
	})
}

// start watches the paths, the desk's folder unless some are named.
func (g *guard) start(paths ...string) {
	if paths == nil {
		paths = []string{g.dir}
	}
	tell := func(s string) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.news = append(g.news, strings.ReplaceAll(s, g.dir+"/", ""))
	}
	w := &ingest.Watcher{
		Ingester: g.g, Shelf: corpus{g.st}, Poll: poll, Settle: settle, Retry: retry,
		Each: func(o ingest.Outcome) {
			s := o.Path + " " + string(o.State)
			if o.Err != nil {
				s += ": " + o.Err.Error()
			}
			tell(s)
		},
		Warn: func(f ingest.Failure) { tell("! " + filepath.Base(f.Path) + " " + f.Err.Error()) },
		Rest: func(lost []string) { tell(strings.Join(append([]string{"rest"}, lost...), " without ")) },
	}
	ctx, cancel := context.WithCancel(g.t.Context())
	g.cancel, g.ended = cancel, make(chan error, 1)
	go func() { g.ended <- w.Run(ctx, "default", paths) }()
}

// stop ends the watcher, which says only that it was ended.
func (g *guard) stop() {
	g.t.Helper()
	if g.cancel == nil {
		return
	}
	g.cancel()
	if err := <-g.ended; !errors.Is(err, context.Canceled) {
		g.t.Errorf("Run = %v", err)
	}
	g.cancel = nil
}

// after lets so much time pass and checks what was told meanwhile.
func (g *guard) after(d time.Duration, want ...string) {
	g.t.Helper()
	time.Sleep(d) // of the bubble
	synctest.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	if !slices.Equal(g.news, want) {
		g.t.Errorf("told %q, want %q", g.news, want)
	}
	g.news = nil
}

func (g *guard) remove(names ...string) {
	g.t.Helper()
	for _, n := range names {
		if err := os.RemoveAll(filepath.Join(g.dir, n)); err != nil {
			g.t.Fatal(err)
		}
	}
}

func (g *guard) move(from, to string) {
	g.t.Helper()
	if err := os.Rename(filepath.Join(g.dir, from), filepath.Join(g.dir, to)); err != nil {
		g.t.Fatal(err)
	}
}

// soon is within what users are promised.
const soon = 4 * time.Second

func TestWatch(t *testing.T) {
	watching(t, func(t *testing.T, g *guard) {
		g.write("a.md", "甲文", 1)
		g.start()
		g.after(soon, "a.md added", "rest")
		g.write("sub/b.md", "乙文", 1) // also in a new folder
		g.after(soon, "sub/b.md added")
		g.write("a.md", "丙文", 2)
		g.after(soon, "a.md added")
		g.holds("a.md: 丙文", "b.md: 乙文")
		g.write("a.meta.yaml", "title: 题名", 1)
		g.after(soon, "a.md added")
		g.write("a.meta.yaml", "stars: 1", 2)
		g.after(soon, `a.md failed: a.meta.yaml: line 1: "stars" cannot be set here`)
		g.after(time.Minute) // what failed is not tried again
		g.remove("a.meta.yaml")
		g.after(soon, "a.md added")
		g.remove("sub")
		g.after(soon, "sub/b.md removed")
		g.holds("a.md: 丙文")
		g.write("c.docx", "x", 1)
		g.after(soon, "! c.docx is a Word file, which is not read yet")
		g.after(time.Minute)
		if len(g.r.calls) != 5 {
			t.Errorf("read %q", g.r.calls)
		}
	})
}

// A sidecar that sets, moves or drops the time from which a report is visible
// takes effect without a change of the report's file; when the time comes
// nothing has to be done.
func TestWatchEmbargo(t *testing.T) {
	watching(t, func(t *testing.T, g *guard) {
		shown := func(why string, want int) {
			t.Helper()
			got, err := g.st.Reports(t.Context(), retrieval.Scope{"default"})
			if len(got) != want || err != nil {
				t.Errorf("%s: %d reports are shown, want %d; %v", why, len(got), want, err)
			}
		}
		in := func(d time.Duration) string { return "visible_from: " + time.Now().Add(d).Format(time.RFC3339) }
		g.write("a.md", "甲文", 1)
		g.write("a.md.meta.yaml", in(time.Hour), 1)
		g.start()
		g.after(soon, "a.md added", "rest")
		shown("set", 0)
		g.after(time.Hour)
		shown("over", 1)
		g.write("a.md.meta.yaml", in(2*time.Hour), 2)
		g.after(soon, "a.md added")
		shown("set again", 0)
		g.write("a.md.meta.yaml", in(time.Minute), 3)
		g.after(soon, "a.md added")
		shown("sooner", 0)
		g.after(time.Minute)
		shown("sooner, and over", 1)
		g.write("a.md.meta.yaml", in(time.Hour), 4)
		g.after(soon, "a.md added")
		shown("again", 0)
		g.write("a.md.meta.yaml", "visible_from: someday", 5)
		g.after(soon, "a.md failed: a.md.meta.yaml: line 1: visible_from: a time like 2026-12-01 08:00 (in the zone of this process) or 2026-12-01T08:00:00+08:00 is needed")
		shown("as it was, where the new time cannot be read", 0)
		g.remove("a.md.meta.yaml")
		g.after(soon, "a.md added")
		shown("dropped", 1)
		g.write("b.md", "甲文", 1) // the same report once more, which is kept back
		g.write("b.md.meta.yaml", in(time.Hour), 1)
		g.after(soon, "b.md added")
		shown("of two files one is kept back", 0)
		g.remove("b.md", "b.md.meta.yaml")
		g.after(soon, "b.md removed", "a.md added")
		shown("the other alone", 1)
	})
}

// A file is read when it has been at rest for a while.
func TestWatchHalfWritten(t *testing.T) {
	watching(t, func(t *testing.T, g *guard) {
		g.start()
		g.after(0, "rest")
		for i := range 40 { // a slow copy
			g.write("a.md", strings.Repeat("甲", 10+i), i)
			g.after(settle / 4)
		}
		g.write("a.md", "broken", 50)
		g.after(soon, "a.md failed: is broken")
		g.write("a.md", "broken now and then", 51)
		g.after(soon, "a.md failed: is broken")
		g.write("a.md", "甲文", 52)
		g.after(soon, "a.md added")
		if len(g.r.calls) != 3 {
			t.Errorf("read %d times", len(g.r.calls))
		}
	})
}

// What changed while nobody watched is made good at the start.
func TestWatchStart(t *testing.T) {
	watching(t, func(t *testing.T, g *guard) {
		for _, name := range []string{"a.md", "b.md", "c.md", "sub/d.md", "sub/odd.report", ".hidden.md"} {
			path := g.write(name, name+"文", 1)
			if o := g.g.File(t.Context(), "default", path); o.State != ingest.Added {
				t.Fatal(o)
			}
		}
		elsewhere := filepath.Join(t.TempDir(), "e.md")
		if err := os.WriteFile(elsewhere, []byte("戊文"), 0o644); err != nil {
			t.Fatal(err)
		}
		if o := g.g.File(t.Context(), "default", elsewhere); o.State != ingest.Added {
			t.Fatal(o)
		}
		if err := os.Remove(elsewhere); err != nil { // not below the watched folder
			t.Fatal(err)
		}
		g.remove("b.md", "sub/d.md")
		g.write("c.md", "新文", 2)
		g.start()
		g.after(soon, "a.md unchanged", "c.md added", "b.md removed", "sub/d.md removed", "rest")
		g.holds(".hidden.md: .hidden.md文", "a.md: a.md文", "c.md: 新文", "e.md: 戊文", "odd.report: sub/odd.report文")
	})
}

// A renamed file is the same report under another name: it is not read again.
func TestWatchRename(t *testing.T) {
	watching(t, func(t *testing.T, g *guard) {
		g.write("z.md", "甲文", 1)
		g.start()
		g.after(soon, "z.md added", "rest")
		g.move("z.md", "a.md")
		g.after(soon, "a.md unchanged", "z.md removed")
		g.move("a.md", "z.md")
		g.after(soon, "z.md unchanged", "a.md removed")
		g.holds("z.md: 甲文")
		if len(g.r.calls) != 1 {
			t.Errorf("read %q", g.r.calls)
		}
	})
}

// A file that is written anew by taking the old one away first is never
// missed.
func TestWatchReplaced(t *testing.T) {
	watching(t, func(t *testing.T, g *guard) {
		g.write("a.md", "甲文", 1)
		g.start()
		g.after(soon, "a.md added", "rest")
		for range 10 {
			g.remove("a.md")
			time.Sleep(settle * 3 / 4) // of the bubble; some looks do not see it
			g.write("a.md", "甲文", 1)
			time.Sleep(3 * settle)
			g.holds("a.md: 甲文")
		}
		g.stop()
		if slices.Contains(g.news, "a.md removed") {
			t.Errorf("told %q", g.news)
		}
	})
}

// An error that would meet every file is told, and tried again after a while.
func TestWatchRetry(t *testing.T) {
	watching(t, func(t *testing.T, g *guard) {
		var down atomic.Bool
		down.Store(true)
		g.e.fail = func(v [][]float32) ([][]float32, error) {
			if down.Load() {
				return nil, errors.New("connection refused")
			}
			return v, nil
		}
		g.write("a.md", "甲文", 1)
		g.write("b.md", "乙文", 1)
		g.start()
		g.after(retry, "! a.md embed: connection refused")
		down.Store(false)
		g.after(soon, "a.md added", "b.md added", "rest")
	})
}

// When the better copy of a report goes, the other one is read again.
func TestWatchBetterCopy(t *testing.T) {
	watching(t, func(t *testing.T, g *guard) {
		twin := &twins{reader: g.r}
		g.g.Reader = twin
		g.write("a.md", "甲文", 1)
		g.write("b.md", "乙文", 1) // "b" has the larger number of characters
		g.start()
		g.after(soon, "a.md added", "b.md added", "rest")
		g.holds("a.md b.md: 甲乙")
		g.remove("b.md")
		g.after(soon, "b.md removed", "a.md added")
		g.holds("a.md: 甲乙")
	})
}

// twins reads the same text from every file, more of it from b.md.
type twins struct{ *reader }

func (r *twins) Read(ctx context.Context, name string, data []byte) (*report.Report, error) {
	rep, err := r.reader.Read(ctx, name, []byte("甲乙"))
	if filepath.Base(name) == "b.md" {
		rep.Parse.CharsKept = 2
	}
	return rep, err
}

// Notices of the file system make it look at once.
func TestWatchNotices(t *testing.T) {
	d := newDesk(t, store.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	seen := make(chan string, 10)
	w := &ingest.Watcher{
		Ingester: d.g, Shelf: corpus{d.st}, Notice: true, Poll: time.Hour, Settle: 10 * time.Millisecond, Retry: time.Hour,
		Each: func(o ingest.Outcome) { seen <- string(o.State) }, Warn: func(f ingest.Failure) { seen <- f.Error() },
		Rest: func([]string) { seen <- "rest" },
	}
	ended := make(chan error)
	go func() { ended <- w.Run(ctx, "default", []string{d.dir}) }()
	next := func(want string) {
		t.Helper()
		select {
		case got := <-seen:
			if got != want {
				t.Errorf("told %q, want %q", got, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("not told %q: no notice came", want)
		}
	}
	next("rest")
	d.write("a.md", "甲文", 1) // an hour before the next look
	next("added")
	d.write("sub/b.md", "乙文", 1)
	next("added")
	if err := os.Remove(filepath.Join(d.dir, "sub", "b.md")); err != nil {
		t.Fatal(err)
	}
	next("removed")
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Run = %v", err)
	}
}
