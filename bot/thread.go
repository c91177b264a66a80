package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// Turn is one message of a thread and what was made of it. It holds nothing
// but plain values, so that it can be written down.
type Turn struct {
	ID         string // of the message; may be ""
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

// Memory keeps turns on disk, so that a restart does not forget what a thread
// was about. It is safe for concurrent use.
type Memory interface {
	// Turns returns the last turns of a thread, at most so many, oldest first.
	// What can be read comes back beside an error.
	Turns(ctx context.Context, thread string, most int) ([][]byte, error)
	// SaveTurn adds a turn to a thread; the body comes back byte for byte.
	SaveTurn(ctx context.Context, thread string, body []byte, at time.Time) error
}

// threads keeps the turns of the threads that were active last in memory, and
// all of them where it is given a Memory. It is safe for concurrent use.
type threads struct {
	most, turns int           // threads kept, turns of each
	age         time.Duration // of the oldest turn kept
	disk        Memory        // nil: a restart forgets all

	mu  sync.Mutex
	all map[string][]Turn // oldest first; never empty
}

// earlier returns the turns of a thread that an asker with this scope may
// know of, oldest first. Turns come back beside an error, those that could be
// read; a message that is answered anew does not follow itself.
func (t *threads) earlier(ctx context.Context, m Message) ([]Turn, error) {
	turns, err := t.recall(ctx, m.Thread)
	var out []Turn
	for _, turn := range turns {
		if m.Now.Sub(turn.At) <= t.age && turn.within(m.Scope) && (m.ID == "" || turn.ID != m.ID) {
			out = append(out, turn)
		}
	}
	return out, err
}

// recall returns the turns of a thread, from disk where memory has none.
func (t *threads) recall(ctx context.Context, thread string) ([]Turn, error) {
	t.mu.Lock()
	turns := t.all[thread]
	t.mu.Unlock()
	if len(turns) > 0 || t.disk == nil {
		return turns, nil
	}
	bodies, err := t.disk.Turns(ctx, thread, t.turns)
	for _, body := range bodies {
		var turn Turn
		if e := json.Unmarshal(body, &turn); e != nil { // of a version that wrote otherwise
			err = fmt.Errorf("read turn of thread %q: %w", thread, e)
			continue
		}
		turns = append(turns, turn)
	}
	return turns, err
}

// add notes a turn and forgets what the bounds leave no room for. Its error
// means that the turn does not survive a restart.
func (t *threads) add(ctx context.Context, thread string, turn Turn) error {
	turns, _ := t.recall(ctx, thread) // its error was told when the question was read
	turns = slices.DeleteFunc(slices.Clone(turns), func(old Turn) bool { return turn.ID != "" && old.ID == turn.ID })
	t.remember(thread, append(turns, turn))
	if t.disk == nil {
		return nil
	}
	body, err := json.Marshal(turn)
	if err != nil {
		return fmt.Errorf("write turn: %w", err)
	}
	return t.disk.SaveTurn(ctx, thread, body, turn.At)
}

// remember makes kept, which is not empty, the turns of a thread in memory.
func (t *threads) remember(thread string, kept []Turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all[thread] = kept[max(0, len(kept)-t.turns):]
	turn := kept[len(kept)-1]
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
