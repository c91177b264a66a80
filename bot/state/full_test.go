package state

import (
	"errors"
	"strings"
	"testing"
)

// The file may grow to a number of pages, at every number: events go in until
// it is full, the error says so in one line, what was acknowledged stays and
// nothing else is there; after a Prune there is room again.
func TestPromiseDiskFull(t *testing.T) {
	const emptyPages = 28 // of the schema alone: below, Open itself must say so
	for pages := 2; pages < 60; pages += 1 + pages/8 {
		dir := t.TempDir()
		s, err := Open(t.Context(), dir, Options{MaxPages: pages})
		if err != nil {
			if !errors.Is(err, ErrFull) || pages > emptyPages || !strings.Contains(err.Error(), "data folder "+dir+": ") {
				t.Fatalf("%d pages: Open = %v", pages, err)
			}
			record(t, open(t, dir, Options{}), event(1), true) // space is back: it works
			continue
		}
		var stored []Event
		for i := 0; err == nil; i++ {
			e := event(i)
			e.Body = []byte(strings.Repeat("长", 1000*(i%4)))
			var fresh bool
			if fresh, err = s.Record(t.Context(), e); err == nil && !fresh || err != nil && fresh {
				t.Fatalf("%d pages: Record = %v, %v", pages, fresh, err)
			}
			if err == nil {
				stored = append(stored, e)
			}
		}
		if !errors.Is(err, ErrFull) || !strings.Contains(err.Error(), "record event") || strings.Contains(err.Error(), "\n") {
			t.Fatalf("%d pages: Record = %v", pages, err)
		}
		for _, err := range []error{
			s.SaveAnswer(t.Context(), Answer{ID: "A", Asked: strings.Repeat("长", 20000)}),
			s.SaveTurn(t.Context(), "T", make([]byte, 60000), noon),
		} {
			if !errors.Is(err, ErrFull) {
				t.Fatalf("%d pages: %v", pages, err)
			}
		}
		mustPend(t, s, stored...)
		mustBeWhole(t, s)
		ok(t, s.Close())
		s = open(t, dir, Options{MaxPages: pages + 4}) // room to finish one and to forget it
		mustPend(t, s, stored...)
		for _, e := range stored {
			ok(t, s.Finish(t.Context(), e.ID, "answered", noon))
		}
		if n, err := s.Prune(t.Context(), event(1000).At); n != len(stored) || err != nil {
			t.Fatalf("%d pages: Prune = %d, %v", pages, n, err)
		}
		record(t, s, event(2000), true)
		mustBeWhole(t, s)
		ok(t, s.Close())
	}
}
