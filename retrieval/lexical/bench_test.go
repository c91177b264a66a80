package lexical

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
)

// generated makes n passages of about 300 Chinese characters, 50 to a report.
// Words of two characters are drawn by Zipf's law, so that common characters
// stand in most passages as they do in real text; every tenth is a number.
func generated(n int) []retrieval.Entry {
	rng := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(rng, 1.1, 8, 40_000)
	words := make([]string, 40_001)
	for i := range words {
		char := func() rune { return 0x4E00 + rune(math.Pow(rng.Float64(), 3)*4000) }
		words[i] = string([]rune{char(), char()})
	}
	write := func(n int) string {
		var b strings.Builder
		for i := range n {
			switch {
			case i%10 == 9:
				fmt.Fprintf(&b, "%d年", 2000+rng.IntN(30))
			case i%8 == 7:
				b.WriteString("，")
			default:
				b.WriteString(words[zipf.Uint64()])
			}
		}
		return b.String()
	}
	var entries []retrieval.Entry
	for i := range n {
		if i%50 == 0 {
			id := fmt.Sprintf("r%05d", i/50)
			entries = append(entries, retrieval.Entry{Report: report.Report{
				ID: id, Title: write(12), Collection: "default",
				Securities: []report.Security{{Code: fmt.Sprintf("%06d.SZ", i/250)}},
			}})
		}
		e := &entries[len(entries)-1]
		e.Passages = append(e.Passages, report.Passage{ID: fmt.Sprintf("p%06d", i), ReportID: e.Report.ID, Text: write(137)})
	}
	return entries
}

// questions are pieces of 20 characters of the passages.
func questions(entries []retrieval.Entry) []string {
	var out []string
	for i := range 200 {
		p := entries[i*7%len(entries)].Passages[i%50]
		out = append(out, string([]rune(p.Text)[i:i+20]))
	}
	return out
}

func BenchmarkLoad10k(b *testing.B) {
	entries := generated(10_000)
	b.ReportAllocs()
	var before, after runtime.MemStats
	for b.Loop() {
		runtime.GC()
		runtime.ReadMemStats(&before)
		x := New()
		if err := x.Load(b.Context(), entries); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-held")
		runtime.KeepAlive(x)
		b.StartTimer()
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			entries := generated(n)
			x := New()
			if err := x.Load(b.Context(), entries); err != nil {
				b.Fatal(err)
			}
			asked := questions(entries)
			b.ReportAllocs()
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				start := time.Now()
				q := retrieval.Query{Text: asked[i%len(asked)], Scope: retrieval.Scope{"default"}, Securities: []string{"000003.SZ"}}
				if hits := x.Search(b.Context(), q, 20); len(hits) != 20 {
					b.Fatalf("got %d hits for %s, want 20", len(hits), q.Text)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds()), "p95-us")
		})
	}
}

func BenchmarkReplaceAt100k(b *testing.B) {
	entries := generated(100_000)
	x := New()
	if err := x.Load(b.Context(), entries); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	worst := time.Duration(0)
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		x.Replace(entries[i%len(entries)])
		worst = max(worst, time.Since(start))
	}
	b.ReportMetric(float64(worst.Microseconds()), "worst-us")
}
