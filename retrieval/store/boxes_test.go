package store

import (
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
)

// lines are boxes as a page of print has them, from page 3 on.
func lines(n int) []report.Box {
	var out []report.Box
	for i := range n {
		y := 70.1 + 15.6*float64(i%40)
		out = append(out, report.Box{Offset: 100 * i, End: 100*i + 99, Page: 3 + i/40, X0: 90, Y0: y, X1: 505.3, Y1: y + 10.5})
	}
	for i := range out { // as the parser gives them
		b := &out[i]
		b.Y0, b.Y1 = math.Round(b.Y0*10)/10, math.Round(b.Y1*10)/10
	}
	return out
}

func TestBoxes(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	d := doc("aaaa", "/1.pdf", "h1", 3)
	d.Passages[0].Boxes = lines(100)
	d.Passages[2].Boxes = []report.Box{
		{Offset: 5, End: 9, Page: 7, X0: -3.5, Y0: 12, X1: 0, Y1: 841.9},
		{Offset: 9, End: 9, Page: 6, X0: 100, Y0: 2.1, X1: 90, Y1: 1}, // nonsense comes back as it was
	}
	replace(t, s, d)
	mustBeWhole(t, s)
	for i := range d.Passages {
		got, err := s.Boxes(t.Context(), d.Passages[i].ID)
		if diff := cmp.Diff(d.Passages[i].Boxes, got); diff != "" || err != nil {
			t.Errorf("Boxes(%d) (-want +got), %v:\n%s", i, err, diff)
		}
	}
	if got, err := s.Passages(t.Context(), []string{"aaaa-000"}); err != nil || got[0].Boxes != nil {
		t.Errorf("Passages hold boxes, %v: searchers would keep them in memory", err)
	}
	replace(t, s, doc("aaaa", "/1.pdf", "h2", 3)) // read anew, without
	if got, err := s.Boxes(t.Context(), "aaaa-000"); got != nil || err != nil {
		t.Errorf("Boxes after Replace = %v, %v", got, err)
	}
}

// The figure in the comment of encodeBoxes.
func TestBoxesAreSmall(t *testing.T) {
	boxes := lines(200)
	if n := len(encodeBoxes(boxes)); n > 12*len(boxes) {
		t.Errorf("%d boxes take %d bytes", len(boxes), n)
	}
}

func TestBoxesWithoutPlace(t *testing.T) {
	in := []report.Box{{Offset: -1, End: 3}, {Offset: 3, End: 2}, {End: 4, Page: 1, X0: math.NaN(), Y0: math.Inf(1), X1: 10, Y1: 1e300}}
	got, err := decodeBoxes(encodeBoxes(in))
	if want := []report.Box{{End: 4, Page: 1, X1: 10}}; err != nil || !cmp.Equal(want, got) {
		t.Errorf("decode(encode) = %v, %v, want %v", got, err, want)
	}
}

func FuzzDecodeBoxes(f *testing.F) {
	f.Add(encodeBoxes(lines(3)))
	f.Add([]byte{boxesFormat})
	f.Add([]byte{boxesFormat, 1, 2})
	f.Add([]byte{9})
	f.Add([]byte{boxesFormat, 1, 0, 0, 0, 0, 0, 0}) // begins before the text
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		boxes, err := decodeBoxes(b)
		if err != nil && !errors.Is(err, ErrDamaged) {
			t.Error(err)
		}
		for _, b := range boxes {
			if b.Offset < 0 || b.End < b.Offset {
				t.Errorf("a box of the text from %d to %d", b.Offset, b.End)
			}
		}
	})
}
