package parse

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"reportbot/ingest/parse/pdf/pdftest"
)

// speedFiles are the PDFs that reading is timed on: the corpus where
// REPORTBOT_SHARED names one, else the samples.
func speedFiles(b *testing.B) (names []string, files map[string][]byte) {
	files = pdftest.Corpus(b)
	if len(files) == 0 {
		files = map[string][]byte{}
		paths, err := filepath.Glob(filepath.Join(testdata, "reports", "*.pdf"))
		if err != nil || len(paths) == 0 {
			b.Fatalf("%d samples, error %v", len(paths), err)
		}
		for _, p := range paths {
			if files[filepath.Base(p)], err = os.ReadFile(p); err != nil {
				b.Fatal(err)
			}
		}
	}
	return slices.Sorted(maps.Keys(files)), files
}

// BenchmarkReading sets the whole reading of PDFs beside the bare engine's text
// of the same pages, in time of the processor: lines with their places, hidden
// print, structure and metadata are to cost less than one and a half times the
// text alone (ratio 0.40). Both take turns file by file, so that a busy machine
// slows them alike.
func BenchmarkReading(b *testing.B) {
	names, files := speedFiles(b)
	e := withEngine(b)
	r := NewReader("", Limits{})
	r.pdf = e
	var bare, whole time.Duration
	pages := 0
	engine := pdftest.NewBare(b)
	engine.Text(b, files[names[0]]) // warm
	for b.Loop() {
		for _, name := range names {
			before := pdftest.CPUTime(b)
			pages += len(engine.Text(b, files[name]))
			between := pdftest.CPUTime(b)
			if _, err := r.Read(b.Context(), name, files[name]); err != nil {
				b.Fatal(err)
			}
			bare += between - before
			whole += pdftest.CPUTime(b) - between
		}
	}
	b.ReportMetric(float64(pages)/bare.Seconds(), "engine-pages/cpu-s")
	b.ReportMetric(float64(pages)/whole.Seconds(), "read-pages/cpu-s")
	b.ReportMetric(bare.Seconds()/whole.Seconds(), "ratio")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkStart is how long the first answer of a reading process takes whose
// engine is compiled: its start, loading the engine, one small page.
func BenchmarkStart(b *testing.B) {
	page := pdftest.One(pdftest.Show(72, 700, 12, "Good"))
	warm := testWorker(b, "real", Limits{})
	if _, err := warm.Read(b.Context(), "a.pdf", page); err != nil { // fills the cache
		b.Fatal(err)
	}
	var took []time.Duration
	for b.Loop() {
		w := testWorker(b, "real", Limits{})
		began := time.Now()
		if _, err := w.Read(context.WithoutCancel(b.Context()), "a.pdf", page); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
		b.StopTimer()
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2].Seconds(), "median-s")
	b.ReportMetric(took[len(took)-1].Seconds(), "worst-s")
}
