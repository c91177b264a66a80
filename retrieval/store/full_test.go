package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// The file may grow to a number of pages, at every number: reports go in
// until it is full, what is refused leaves no trace, what was acknowledged
// stays, and after removing some there is room again.
func TestPromiseDiskFull(t *testing.T) {
	const emptyPages = 24 // of the schema alone: below, Open itself must say so
	for pages := 4; pages < 80; pages += 1 + pages/8 {
		dir := t.TempDir()
		s, err := Open(t.Context(), dir, Options{MaxPages: pages})
		if err != nil {
			if !errors.Is(err, ErrFull) || pages > emptyPages {
				t.Fatalf("%d pages: Open = %v", pages, err)
			}
			mustBe(t, open(t, dir, Options{})) // space is back: it works
			continue
		}
		var stored []string
		for i := range 100 {
			d := doc(fmt.Sprintf("r%03d", i), fmt.Sprintf("/%d", i), "h", 1+i%5)
			d.Passages[0].Text += strings.Repeat("长", 1000*(i%4))
			if _, err = s.Replace(t.Context(), d); err != nil {
				break
			}
			stored = append(stored, d.Report.ID)
		}
		if !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), "disk full") {
			t.Fatalf("%d pages: Replace = %v", pages, err)
		}
		mustHold(t, s, stored)
		for i, id := range stored { // make room
			if i%2 == 0 {
				if ok, err := s.Remove(t.Context(), id); err != nil && !errors.Is(err, ErrFull) || !ok && err == nil {
					t.Fatalf("%d pages: Remove = %v, %v", pages, ok, err)
				}
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = open(t, dir, Options{})
		mustBeWhole(t, s)
		replace(t, s, doc("zzzz", "/z", "h", 5))
		mustBeWhole(t, s)
		s.Close()
	}
}

// mustHold checks that exactly these reports are there, and whole.
func mustHold(t *testing.T, s *Store, ids []string) {
	t.Helper()
	mustBeWhole(t, s)
	all, err := s.AllReports(t.Context())
	if err != nil || len(all) != len(ids) {
		t.Fatalf("%d reports, %v, want %d", len(all), err, len(ids))
	}
	for _, id := range ids {
		e, ok, err := s.Entry(t.Context(), id)
		var i int
		fmt.Sscanf(id, "r%d", &i)
		if !ok || err != nil || len(e.Passages) != 1+i%5 {
			t.Errorf("report %s: %v, %v, %d passages", id, ok, err, len(e.Passages))
		}
	}
}

// A full disk in the middle of re-embedding leaves the old vectors in use.
func TestDiskFullReembed(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	d := doc("aaaa", "/1", "h", 100)
	replace(t, s, d)
	s.Close()
	s = open(t, dir, Options{MaxPages: 45})
	if err := s.Reembed(t.Context(), "wide", 10, fixed(1000), nil); !errors.Is(err, ErrFull) {
		t.Fatalf("Reembed = %v", err)
	}
	mustBe(t, s, want(d, "/1"))
}
