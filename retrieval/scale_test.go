package retrieval_test

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"reportbot/retrieval"
	"reportbot/retrieval/lexical"
	"reportbot/retrieval/store"
	"reportbot/retrieval/vector"
)

const (
	bareLimit = 8  // what the bare query is asked for, as many as a search returns
	rounds    = 50 // of each kind of question, at least
	askers    = 8
	added     = 20 // reports
)

// BenchmarkScale is what a search costs at three sizes, as shares of a bare
// vector query on the same machine at the same time: the kinds of question
// take turns. It makes its stores first, which takes minutes at 100k.
func BenchmarkScale(b *testing.B) {
	for _, n := range []size{{20, 50, 20}, {200, 50, 50}, {2000, 50, 500}} {
		b.Run(fmt.Sprintf("%dk", n.reports*n.passages/1000), func(b *testing.B) {
			dir := b.TempDir()
			sc := &scale{b: b, figures: make(map[string]float64)}
			func() {
				st, err := store.Open(b.Context(), dir, store.Options{})
				if err != nil {
					b.Fatal(err)
				}
				defer st.Close()
				sc.named, sc.plain = generated(b, st, n)
			}()
			sc.start(dir)
			sc.compare()
			sc.crowd("words", sc.words)
			sc.crowd("both", sc.both)
			sc.follow(n)
			sc.show()
		})
	}
}

// scale is one size of BenchmarkScale.
type scale struct {
	b            *testing.B
	named, plain []string
	st           *store.Store
	vectors      *vector.Index
	words, both  *retrieval.Searcher // without vectors, and with
	figures      map[string]float64
}

// report keeps a figure for show: b.Loop forgets those reported before it.
func (sc *scale) report(v float64, name string) { sc.figures[name] = v }

func (sc *scale) show() {
	for name, v := range sc.figures {
		sc.b.ReportMetric(v, name)
	}
}

func (sc *scale) ask(s *retrieval.Searcher, question string) {
	f, err := s.Search(sc.b.Context(), retrieval.Query{Text: question, Scope: scopeA})
	if err != nil || len(f.Hits) == 0 || f.Note != "" {
		sc.b.Fatal(len(f.Hits), err, f.Note)
	}
}

// start opens the store as a program does and asks the first question, then
// looks at the memory. What the generator left behind is given back before.
func (sc *scale) start(dir string) {
	b := sc.b
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // lets the peak begin anew; elsewhere there is none
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	took := timed(func() {
		sc.st = open(b, dir)
		sc.vectors = vector.New()
		var err error
		sc.both, err = retrieval.NewSearcher(b.Context(), sc.st, lexical.New(), sc.vectors, &embedder{}, 0.3)
		if err != nil {
			b.Fatal(err)
		}
		sc.ask(sc.both, sc.named[0])
	})
	sc.report(took.Seconds(), "open-s")
	runtime.GC()
	runtime.ReadMemStats(&after)
	sc.report(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "heap-MB")
	sc.report(resident("VmRSS"), "rss-MB")
	sc.report(resident("VmHWM"), "rss-peak-MB")
	sc.words = searcher(b, sc.st, &embedder{}, 0)
}

// resident reads a line of the process's memory, in MB; 0 where there is none.
func resident(field string) float64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, line, _ := strings.Cut(string(status), field+":")
	var kb float64
	_, _ = fmt.Sscan(line, &kb)
	return kb * 1024 / 1e6
}

// compare asks the kinds of question in turns.
func (sc *scale) compare() {
	b := sc.b
	vecs, err := vector.Builtin{}.Embed(b.Context(), sc.plain)
	if err != nil {
		b.Fatal(err)
	}
	var bare, words, both, security []time.Duration
	for i := 0; b.Loop(); {
		for range rounds {
			n := i % len(sc.plain)
			bare = append(bare, timed(func() {
				if hits, err := sc.vectors.Search(b.Context(), vecs[n], scopeA, bareLimit); len(hits) != bareLimit || err != nil {
					b.Fatal(len(hits), err)
				}
			}))
			words = append(words, timed(func() { sc.ask(sc.words, sc.plain[n]) }))
			both = append(both, timed(func() { sc.ask(sc.both, sc.plain[n]) }))
			security = append(security, timed(func() { sc.ask(sc.words, sc.named[n]) }))
			i += 7
		}
	}
	unit := float64(median(bare))
	sc.report(unit/1e3, "bare-us")
	sc.report(float64(median(words))/unit, "words/bare")
	sc.report(float64(median(both))/unit, "both/bare")
	sc.report(float64(median(security))/unit, "security/bare")
}

// crowd asks the same questions one after the other, then from several askers
// at once.
func (sc *scale) crowd(name string, s *retrieval.Searcher) {
	each := 16
	took := make([][]time.Duration, askers)
	ask := func(a int) {
		for i := range each {
			question := sc.plain[(a*each+i)*7%len(sc.plain)]
			took[a] = append(took[a], timed(func() { sc.ask(s, question) }))
		}
	}
	for a := range askers {
		ask(a)
	}
	one := p95(took)
	clear(took)
	var group sync.WaitGroup
	for a := range askers {
		group.Go(func() { ask(a) })
	}
	group.Wait()
	sc.report(float64(p95(took))/float64(one), name+"-crowd/one")
	sc.report(float64(one.Microseconds()), name+"-p95-us")
}

func p95(took [][]time.Duration) time.Duration {
	all := slices.Concat(took...)
	slices.Sort(all)
	return all[len(all)*95/100]
}

// follow adds and replaces reports while somebody asks. The store's share is
// the transaction; the index's is the next search's, less a search's own.
func (sc *scale) follow(n size) {
	b := sc.b
	stop, done := make(chan struct{}), make(chan []time.Duration)
	go func() {
		var waits []time.Duration
		for i := 0; ; i++ {
			select {
			case <-stop:
				done <- waits
				return
			default:
				waits = append(waits, timed(func() { sc.ask(sc.words, sc.plain[i*7%len(sc.plain)]) }))
			}
		}
	}()
	var stored, index []time.Duration
	for i := range added {
		id := fmt.Sprintf("r%04d", i/2) // in turns one replaced and one new
		if i%2 == 1 {
			id = fmt.Sprintf("new%d", i)
		}
		d := document(b, id, nil, sc.texts(n.reports-1-i%n.reports)...)
		stored = append(stored, timed(func() {
			if _, err := sc.st.Replace(b.Context(), d); err != nil {
				b.Fatal(err)
			}
		}))
		index = append(index, timed(func() {
			if err := sc.both.CatchUp(b.Context()); err != nil {
				b.Fatal(err)
			}
		}))
	}
	close(stop)
	waits := <-done
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }
	sc.report(ms(median(stored)), "add-store-ms")
	sc.report(ms(median(index)), "add-index-ms")
	sc.report(ms(slices.MaxFunc(index, cmp.Compare)), "add-index-worst-ms")
	sc.report(ms(slices.MaxFunc(waits, cmp.Compare)), "reader-worst-ms")
}

// texts are the passages of a report of generated.
func (sc *scale) texts(report int) (out []string) {
	passages, err := sc.st.ReportPassages(sc.b.Context(), fmt.Sprintf("r%04d", report))
	if err != nil || len(passages) == 0 {
		sc.b.Fatal(report, len(passages), err)
	}
	for _, p := range passages {
		out = append(out, p.Text)
	}
	return out
}
