package bot

import (
	"slices"
	"sync"
	"time"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// Turn is one message of a thread and what was made of it. It holds nothing
// but plain values, so that it can be written down.
type Turn struct {
	At         time.Time
	Asked      string            // as it came
	Question   string            // the full question that was answered
	Securities []report.Security // that the question names
	Publishers []string          // that it names, else the only one its answer draws on
	Periods    []string          // business periods, as facts name them
	Metric     string            // what was asked for, in the question's words
	Sources    []Source          // of the answer, in the order of its citations
	Borrowed   []string          // collections of the turns from which Question took words
}

// Source is a report that an answer showed, with the collection it lies in.
// The collection is "" where the report was gone when the turn was noted.
type Source struct {
	report.Header
	Collection string
}

// within reports whether the scope covers everything the turn was made of.
func (t *Turn) within(scope retrieval.Scope) bool {
	for _, s := range t.Sources {
		if !scope.Has(s.Collection) {
			return false
		}
	}
	for _, c := range t.Borrowed {
		if !scope.Has(c) {
			return false
		}
	}
	return true
}

// collections are those the turn was made of, each once.
func (t *Turn) collections() []string {
	out := slices.Clone(t.Borrowed)
	for _, s := range t.Sources {
		out = append(out, s.Collection)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// threads keeps the turns of the threads that were active last. It is safe
// for concurrent use.
type threads struct {
	most, turns int           // threads kept, turns of each
	age         time.Duration // of the oldest turn kept

	mu  sync.Mutex
	all map[string][]Turn // oldest first; never empty
}

// earlier returns the turns of a thread that an asker with this scope may
// know of, oldest first.
func (t *threads) earlier(thread string, scope retrieval.Scope, now time.Time) []Turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []Turn
	for _, turn := range t.all[thread] {
		if now.Sub(turn.At) <= t.age && turn.within(scope) {
			out = append(out, turn)
		}
	}
	return out
}

// add notes a turn and forgets what the bounds leave no room for.
func (t *threads) add(thread string, turn Turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	kept := append(slices.Clone(t.all[thread]), turn)
	t.all[thread] = kept[max(0, len(kept)-t.turns):]
	for name, turns := range t.all {
		if turn.At.Sub(turns[len(turns)-1].At) > t.age {
			delete(t.all, name)
		}
	}
	for len(t.all) > t.most {
		delete(t.all, t.quietest())
	}
}

// quietest is the thread whose last turn is the oldest.
func (t *threads) quietest() string {
	var name string
	var last time.Time
	for n, turns := range t.all {
		at := turns[len(turns)-1].At
		if name == "" || at.Before(last) || at.Equal(last) && n < name {
			name, last = n, at
		}
	}
	return name
}
