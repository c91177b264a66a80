package store

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"reportbot/retrieval"
)

// corpus fills dir with reports of 50 passages of 300 characters and 512
// dimensions.
func corpus(b *testing.B, dir string, reports int) {
	b.Helper()
	s := open(b, dir, Options{})
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range reports {
		replace(b, s, big(rnd, i, 1))
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

func big(rnd *rand.Rand, i, version int) Document {
	d := doc(fmt.Sprintf("report-%05d", i), fmt.Sprintf("/%d.pdf", i), "h", 50)
	d.Source.Version = version
	for j := range d.Passages {
		d.Passages[j].Text = strings.Repeat("算力需求增长强劲。", 33)
		d.Vectors[j] = make([]float32, 512)
		for k := range d.Vectors[j] {
			d.Vectors[j][k] = float32(rnd.NormFloat64())
		}
	}
	return d
}

// What a start costs: open the folder and read 10,000 passages with vectors.
func BenchmarkOpenAndLoad(b *testing.B) {
	dir := b.TempDir()
	corpus(b, dir, 200)
	b.ResetTimer()
	for b.Loop() {
		s, err := Open(b.Context(), dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		_, err = s.Entries(b.Context(), retrieval.Moment{}, func(e retrieval.Entry) error { n += len(e.Vectors); return nil })
		if n != 10_000 || err != nil {
			b.Fatal(n, err)
		}
		s.Close()
	}
	if info, err := os.Stat(filepath.Join(dir, File)); err == nil {
		b.ReportMetric(float64(info.Size())/1e6, "MB")
	}
}

// A report of 50 passages read anew, fsync included.
func BenchmarkReplace(b *testing.B) {
	dir := b.TempDir()
	corpus(b, dir, 20)
	s := open(b, dir, Options{})
	rnd := rand.New(rand.NewPCG(1, 2))
	version := 1
	for b.Loop() {
		version++
		replace(b, s, big(rnd, version%20, version))
	}
}

func BenchmarkGeneration(b *testing.B) {
	dir := b.TempDir()
	corpus(b, dir, 2)
	s := open(b, dir, Options{})
	for b.Loop() {
		if _, err := s.Generation(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

// The texts of a page of hits.
func BenchmarkPassages(b *testing.B) {
	dir := b.TempDir()
	corpus(b, dir, 200)
	s := open(b, dir, Options{})
	var ids []string
	for i := range 20 {
		ids = append(ids, fmt.Sprintf("report-%05d-%03d", i*9, i))
	}
	for b.Loop() {
		if got, err := s.Passages(b.Context(), ids); len(got) != len(ids) || err != nil {
			b.Fatal(len(got), err)
		}
	}
}

func BenchmarkReports(b *testing.B) {
	dir := b.TempDir()
	corpus(b, dir, 200)
	s := open(b, dir, Options{})
	for b.Loop() {
		if got, err := s.AllReports(b.Context()); len(got) != 200 || err != nil {
			b.Fatal(len(got), err)
		}
	}
}

// A report held against 5,000 others of which no date rules out any: 44 ms. The
// reports of one day are a few dozen.
func BenchmarkFindTwin(b *testing.B) {
	s := open(b, b.TempDir(), Options{})
	rnd := rand.New(rand.NewPCG(1, 2))
	sketch := func() []uint64 {
		out := make([]uint64, sketchSize)
		for i := range out {
			out[i] = rnd.Uint64()
		}
		slices.Sort(out)
		return out
	}
	for i := range 5000 {
		d := doc(fmt.Sprintf("r%05d", i), fmt.Sprintf("/%d", i), fmt.Sprint("h", i), 1)
		d.Report.Published, d.Sketch = "", sketch()
		replace(b, s, d)
	}
	d := doc("zzzz", "/z", "h", 1)
	d.Sketch = sketch()
	tx, err := s.write.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	defer tx.Rollback()
	for b.Loop() {
		if _, found, err := findTwin(b.Context(), tx, d); found || err != nil {
			b.Fatal(found, err)
		}
	}
}
