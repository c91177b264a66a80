package retrieval_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"reportbot/ingest/report"
	"reportbot/retrieval"
	"reportbot/retrieval/store"
	"reportbot/retrieval/vector"
)

// size is how much generated writes.
type size struct {
	reports  int
	passages int // of each
	on       int // securities that the reports are on, as many reports on each
}

var benchSize = size{reports: 500, passages: 20, on: 100}

// generated fills a store with passages of about 300 Chinese characters, the
// same every time. Words are drawn by Zipf's law, so that common characters
// stand in most passages, as they do in real text. It returns questions of 20
// characters: pieces of passages with a name before, and plain ones.
func generated(tb testing.TB, st *store.Store, n size) (named, plain []string) {
	tb.Helper()
	rnd := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(rnd, 1.1, 8, 40_000)
	words := make([]string, 40_001)
	for i := range words {
		char := func() rune { return 0x4E00 + rune(math.Pow(rnd.Float64(), 3)*4000) }
		words[i] = string([]rune{char(), char()})
	}
	write := func(n int) string {
		var b strings.Builder
		for i := range n {
			switch {
			case i%10 == 9:
				fmt.Fprintf(&b, "%d年", 2000+rnd.IntN(30))
			case i%8 == 7:
				b.WriteString("，")
			default:
				b.WriteString(words[zipf.Uint64()])
			}
		}
		return b.String()
	}
	for i := range n.reports {
		var texts []string
		for range n.passages {
			texts = append(texts, write(137))
		}
		company := i * n.on / n.reports
		name := words[20_000+company] + "股份"
		put(tb, st, fmt.Sprintf("r%04d", i), func(r *report.Report) {
			r.Title, r.Published = write(12), fmt.Sprintf("2026-%02d-%02d", 1+i%12, 1+i%28)
			r.Securities = []report.Security{{Code: fmt.Sprintf("%06d.SZ", company), Name: name}}
		}, texts...)
		piece := []rune(texts[i%n.passages])[i%200:]
		named, plain = append(named, name+string(piece[:16])), append(plain, string(piece[:20]))
	}
	return named, plain
}

// bare fills a vector index with what the store holds: its Search is one
// chromem-go QueryEmbedding over all vectors and little else, and the nearest
// to bare chromem-go that the import rule allows.
func bare(tb testing.TB, st *store.Store) *vector.Index {
	tb.Helper()
	x := vector.New()
	if _, err := st.Entries(tb.Context(), retrieval.Moment{}, func(e retrieval.Entry) error { return x.Replace(tb.Context(), e) }); err != nil {
		tb.Fatal(err)
	}
	if x.Len() != benchSize.reports*benchSize.passages {
		tb.Fatalf("%d vectors", x.Len())
	}
	return x
}

// timed runs f and returns how long it took.
func timed(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

func median(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}

// BenchmarkSearch is a whole search with the passages' texts read from the
// store: with words alone, with vectors and the built-in embedder, and next
// to it chromem-bare.
func BenchmarkSearch(b *testing.B) {
	st := open(b, b.TempDir())
	questions, _ := generated(b, st, benchSize)
	run := func(name string, search func(question string) (int, error)) {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				took = append(took, timed(func() {
					if n, err := search(questions[i%len(questions)]); n != 8 || err != nil {
						b.Fatal(n, err)
					}
				}))
			}
			b.ReportMetric(float64(median(took).Microseconds()), "p50-us")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "p95-us")
		})
	}
	for _, w := range []float64{0, 0.3} {
		s := searcher(b, st, &embedder{}, w)
		run(fmt.Sprintf("weight-%v", w), func(question string) (int, error) {
			f, err := s.Search(b.Context(), retrieval.Query{Text: question, Scope: scopeA})
			return len(f.Hits), err
		})
	}
	x := bare(b, st)
	vecs, err := vector.Builtin{}.Embed(b.Context(), questions[:1])
	if err != nil {
		b.Fatal(err)
	}
	run("chromem-bare", func(string) (int, error) {
		hits, err := x.Search(b.Context(), vecs[0], scopeA, 8)
		return len(hits), err
	})
}

// BenchmarkOpen is the start of a program on 10,000 passages, its store open.
func BenchmarkOpen(b *testing.B) {
	st := open(b, b.TempDir())
	generated(b, st, benchSize)
	for _, w := range []float64{0, 0.3} {
		b.Run(fmt.Sprintf("weight-%v", w), func(b *testing.B) {
			b.ReportAllocs()
			var before, after runtime.MemStats
			for b.Loop() {
				b.StopTimer()
				runtime.GC()
				runtime.ReadMemStats(&before)
				b.StartTimer()
				s := searcher(b, st, &embedder{}, w)
				b.StopTimer()
				runtime.GC()
				runtime.ReadMemStats(&after)
				b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-held")
				runtime.KeepAlive(s)
				b.StartTimer()
			}
		})
	}
}

// BenchmarkFollow is the first search after one of 500 reports changed.
func BenchmarkFollow(b *testing.B) {
	st := open(b, b.TempDir())
	questions, _ := generated(b, st, benchSize)
	for _, w := range []float64{0, 0.3} {
		b.Run(fmt.Sprintf("weight-%v", w), func(b *testing.B) {
			s := searcher(b, st, &embedder{}, w)
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				put(b, st, "r0003", func(r *report.Report) { r.Title = fmt.Sprint(i, w) }, questions[:benchSize.passages]...)
				b.StartTimer()
				if _, err := s.Search(b.Context(), retrieval.Query{Text: questions[9], Scope: scopeA}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A search costs at most three bare vector queries. The two are timed in
// turns and by their medians, so that a busy machine slows both.
func TestSearchAgainstBare(t *testing.T) {
	if testing.Short() || raceEnabled {
		t.Skip("takes seconds, and says nothing under the race detector")
	}
	st := open(t, t.TempDir())
	questions, _ := generated(t, st, benchSize)
	s, x := searcher(t, st, &embedder{}, 0.3), bare(t, st)
	vecs, err := vector.Builtin{}.Embed(t.Context(), questions)
	if err != nil {
		t.Fatal(err)
	}
	var ratio float64
	for try := range 5 { // one calm moment is proof enough
		var ours, theirs []time.Duration
		for i := range 40 {
			i += 40 * try
			theirs = append(theirs, timed(func() {
				if hits, err := x.Search(t.Context(), vecs[i], scopeA, 8); len(hits) != 8 || err != nil {
					t.Fatal(len(hits), err)
				}
			}))
			ours = append(ours, timed(func() { find(t, s, retrieval.Query{Text: questions[i], Scope: scopeA}) }))
		}
		if ratio = float64(median(ours)) / float64(median(theirs)); ratio <= 3 {
			t.Logf("search %v, bare %v: %.2f times", median(ours), median(theirs), ratio)
			return
		}
	}
	t.Errorf("a search takes %.1f times a bare vector query, want at most 3", ratio)
}
