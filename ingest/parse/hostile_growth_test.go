package parse

import (
	"flag"
	"testing"
	"time"

	"reportbot/ingest/parse/pdf/pdftest"
)

// growBytes is how much of each shape the test of growth reads; more tells
// smaller squares apart, and takes longer.
var growBytes = flag.Int("hostile.bytes", 64<<10, "bytes of each shape whose reading is timed")

const (
	// growSteps is by how much the larger text of a pair is larger. Reading it
	// takes as many times as long, or the square of it: 8 or 64.
	growSteps = 8
	growMost  = 28
	// growLeast is the time below which nothing can be said. Reading 64 KiB
	// takes 0.02 to 0.3 s of the processor.
	growLeast = 400 * time.Millisecond
	// swell is how many bytes of text a byte of a file may become: a cell that
	// spans columns becomes a tab for each.
	swell = 20
)

// TestTextGrowth reads shapes of two sizes: the time and the text may grow as
// the file does, not as its square.
func TestTextGrowth(t *testing.T) {
	if pdftest.Race {
		t.Skip("times mean nothing under -race")
	}
	for _, s := range shapes() {
		t.Run(s.name, func(t *testing.T) {
			small, large := []byte(s.make(*growBytes/growSteps)), []byte(s.make(*growBytes))
			first, _ := readTime(t, s.file, small)
			second, out := readTime(t, s.file, large)
			if second > growLeast && second > growMost*first {
				t.Errorf("%d bytes took %v, %d bytes %v", len(small), first, len(large), second)
			}
			if out > swell*len(large) {
				t.Errorf("%d bytes became %d bytes of text", len(large), out)
			}
		})
	}
}

// The account of what is unseen costs as much as the file is long: at the size
// of the test above copying hides behind the rest.
func TestHiddenGrowth(t *testing.T) {
	if pdftest.Race {
		t.Skip("times mean nothing under -race")
	}
	const n = 2 << 20
	text := again(n, "<!--一条-->")
	before := pdftest.CPUTime(t)
	_, hidden := dropMarkup(text)
	if took := pdftest.CPUTime(t) - before; took > 4*time.Second || len(hidden) < n/4 {
		t.Errorf("%d hidden bytes of %d took %v", len(hidden), n, took)
	}
}

// readTime is the processor time of reading one text, and how many bytes of
// text came out.
func readTime(t *testing.T, name string, data []byte) (took time.Duration, out int) {
	t.Helper()
	before := pdftest.CPUTime(t)
	r, err := readText(name, data)
	took = pdftest.CPUTime(t) - before
	if err != nil {
		return took, 0 // a refusal is an answer, too
	}
	for _, s := range r.Sections {
		for _, b := range s.Blocks {
			out += len(b.Text)
		}
	}
	return took, out
}
