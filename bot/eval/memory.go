package eval

import (
	"context"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// Memory is a store of entries that never change, for measuring without a
// data folder.
type Memory struct {
	entries  []retrieval.Entry
	passages map[string]report.Passage
	embedder string
}

// NewMemory returns a store that holds the entries, whose vectors embedder
// made.
func NewMemory(entries []retrieval.Entry, embedder string) *Memory {
	m := &Memory{entries: entries, passages: map[string]report.Passage{}, embedder: embedder}
	for _, e := range entries {
		for _, p := range e.Passages {
			m.passages[p.ID] = p
		}
	}
	return m
}

// Moment is always the same.
func (m *Memory) Moment(context.Context) (retrieval.Moment, error) {
	return retrieval.Moment{Generation: 1}, nil
}

// Embedder names who made the vectors.
func (m *Memory) Embedder(context.Context) (string, error) { return m.embedder, nil }

// Entries calls f for every entry.
func (m *Memory) Entries(_ context.Context, _ retrieval.Moment, f func(retrieval.Entry) error) (retrieval.Changes, error) {
	c := retrieval.Changes{Moment: retrieval.Moment{Generation: 1}}
	for _, e := range m.entries {
		c.Changed = append(c.Changed, e.Report.ID)
		if err := f(e); err != nil {
			return retrieval.Changes{}, err
		}
	}
	return c, nil
}

// Passages returns the passages in the order asked, without unknown ones.
func (m *Memory) Passages(_ context.Context, ids []string) ([]report.Passage, error) {
	var out []report.Passage
	for _, id := range ids {
		if p, ok := m.passages[id]; ok {
			out = append(out, p)
		}
	}
	return out, nil
}

// Unchanged is always true.
func (m *Memory) Unchanged(context.Context, []*report.Report) (bool, error) { return true, nil }
