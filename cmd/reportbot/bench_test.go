package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// BenchmarkIngest is the whole ingest of a folder into a fresh data folder
// with a warm cache, in CPU time of the program and its reading process: wall
// time says little on a busy machine. It includes the start of both and the
// loading of the compiled engine (loading-s, the same ingest of one small PDF),
// which a folder of any size pays once. The folder is the shared corpus where
// REPORTBOT_SHARED names one, else the sample reports.
//
// The engine's own time is measured beside it by the benchmarks of
// ingest/parse.
func BenchmarkIngest(b *testing.B) {
	folder := sampleReports(b)
	if dir := os.Getenv("REPORTBOT_SHARED"); dir != "" {
		folder = filepath.Join(dir, "corpus")
	}
	small := b.TempDir()
	if err := os.WriteFile(filepath.Join(small, "a.pdf"), pdf(strings.Repeat("A page of words. ", 20)), 0o600); err != nil {
		b.Fatal(err)
	}
	ingestCPU(b, small) // warms the cache
	var whole, start time.Duration
	pages := 0
	for b.Loop() {
		cpu, data := ingestCPU(b, folder)
		whole += cpu
		pages += countPages(b, data)
		cpu, _ = ingestCPU(b, small)
		start += cpu
	}
	b.ReportMetric(float64(pages)/whole.Seconds(), "pages/cpu-s")
	b.ReportMetric(float64(pages)/(whole-start).Seconds(), "warm-pages/cpu-s")
	b.ReportMetric(float64(pages)/float64(b.N), "pages")
	b.ReportMetric(start.Seconds()/float64(b.N), "loading-s")
}

// ingestCPU ingests into a fresh data folder and returns the CPU time of the
// program, to which the kernel adds that of the reading process it waited for.
func ingestCPU(b *testing.B, folder string) (cpu time.Duration, data string) {
	b.Helper()
	data = b.TempDir()
	cmd := reportbot(b, data, "ingest", "--data", data, folder)
	mustRun(b, cmd, 0)
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), data
}

func countPages(b *testing.B, data string) int {
	b.Helper()
	var all []reportView
	decode(b, mustRun(b, reportbot(b, data, "reports", "--json", "--data", data), 0), &all)
	n := 0
	for _, r := range all {
		n += r.Pages
	}
	return n
}
