// Package vector finds the passages whose vectors lie nearest to a question's:
// an index in memory, filled from the store, and the embedder that needs no
// server.
//
// It is the only user of chromem-go and uses it in memory only. chromem
// v0.7.0 takes vectors of any dimension and fails at every later query, ranks
// a zero vector first as NaN, refuses to return more than it holds, deletes
// everything on an empty filter, breaks ties at random, and hands back half a
// result without an error when its context ends. The guards against each are
// here; its filters, which cost more than the search, are not used.
//
// Text is not kept: a caller reads passages from the store by ID.
package vector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/philippgille/chromem-go"

	"reportbot/retrieval"
)

// Index ranks passages by the cosine of their vectors. All its vectors are of
// one dimension, set by the first report. Its methods may be called from many
// goroutines; a search sees every report whole or not at all.
type Index struct {
	mu          sync.RWMutex
	db          *chromem.DB
	collections map[string]*chromem.Collection // one for each report collection with passages
	reports     map[string]held                // by report ID
	owner       map[string]string              // passage ID -> report ID
	dim         int                            // 0 while there is no passage
}

// held is what the index has of a report.
type held struct {
	collection string
	passages   []string
}

// New returns an empty index.
func New() *Index {
	return &Index{
		db:          chromem.NewDB(),
		collections: make(map[string]*chromem.Collection),
		reports:     make(map[string]held),
		owner:       make(map[string]string),
	}
}

// Len returns the number of passages.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.owner)
}

// Replace puts the report in the place of what its ID held, in whatever
// collection. A refused entry changes nothing. The vectors are copied.
//
// A store that was embedded anew changes every report, and vectors of two
// embedders do not compare: the caller then fills a new Index.
func (x *Index) Replace(ctx context.Context, e retrieval.Entry) error {
	docs, err := documents(e)
	if err != nil {
		return fmt.Errorf("index report %s: %w", e.Report.ID, err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.fits(e); err != nil {
		return fmt.Errorf("index report %s: %w", e.Report.ID, err)
	}
	if err := x.remove(ctx, e.Report.ID); err != nil {
		return err
	}
	if len(docs) == 0 {
		return nil
	}
	c, err := x.collection(e.Report.Collection)
	if err != nil {
		return fmt.Errorf("index report %s: %w", e.Report.ID, err)
	}
	h := held{collection: e.Report.Collection}
	for _, d := range docs {
		if err := c.AddDocument(ctx, d); err != nil {
			return fmt.Errorf("index passage %s: %w", d.ID, err)
		}
		h.passages = append(h.passages, d.ID)
		x.owner[d.ID] = e.Report.ID
	}
	x.reports[e.Report.ID] = h
	x.dim = len(e.Vectors[0])
	return nil
}

// Remove forgets the report; one that is not there is no error.
func (x *Index) Remove(ctx context.Context, reportID string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.remove(ctx, reportID)
}

// Search returns up to limit passages of the collections in scope, best
// first and by ID where the score is equal; Score is the cosine. It is nil
// for an empty scope, an empty index and a limit below one. A vector of
// another dimension, zero or not finite is an error.
func (x *Index) Search(ctx context.Context, vec []float32, scope retrieval.Scope, limit int) ([]retrieval.Scored, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if len(scope) == 0 || len(x.owner) == 0 || limit < 1 {
		return nil, nil
	}
	if len(vec) != x.dim {
		return nil, fmt.Errorf("vector search: the question has %d dimensions, the index %d", len(vec), x.dim)
	}
	unit, err := normalize(vec)
	if err != nil {
		return nil, fmt.Errorf("vector search: the question's vector %w", err)
	}
	var out []retrieval.Scored
	for name, c := range x.collections {
		if !scope.Has(name) {
			continue
		}
		found, err := nearest(ctx, c, unit, limit)
		if err != nil {
			return nil, fmt.Errorf("vector search: collection %s: %w", name, err)
		}
		for _, r := range found {
			out = append(out, retrieval.Scored{PassageID: r.ID, ReportID: x.owner[r.ID], Score: float64(r.Similarity)})
		}
	}
	slices.SortFunc(out, func(a, b retrieval.Scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.PassageID, b.PassageID))
	})
	if len(out) > limit {
		out = slices.Clip(out[:limit])
	}
	return out, nil
}

// nearest returns at least the limit best of a collection, and all that tie
// with the last of them: which of several equals chromem returns is random.
func nearest(ctx context.Context, c *chromem.Collection, unit []float32, limit int) ([]chromem.Result, error) {
	limit = min(limit, c.Count())
	for ask := limit + 1; ; ask *= 2 {
		ask = min(ask, c.Count())
		found, err := c.QueryEmbedding(ctx, unit, ask, nil, nil)
		if err = errors.Join(err, ctx.Err()); err != nil {
			return nil, err
		}
		if ask == c.Count() || found[ask-1].Similarity < found[limit-1].Similarity {
			return found, nil
		}
	}
}

// documents checks an entry and turns it into chromem's form.
func documents(e retrieval.Entry) ([]chromem.Document, error) {
	if e.Report.ID == "" || e.Report.Collection == "" {
		return nil, fmt.Errorf("ID %q or collection %q is empty", e.Report.ID, e.Report.Collection)
	}
	if len(e.Vectors) != len(e.Passages) {
		return nil, fmt.Errorf("%d vectors for %d passages", len(e.Vectors), len(e.Passages))
	}
	seen := make(map[string]bool, len(e.Passages))
	docs := make([]chromem.Document, len(e.Passages))
	for i := range e.Passages {
		id := e.Passages[i].ID
		if id == "" || seen[id] {
			return nil, fmt.Errorf("passage %d: ID %q is empty or used twice", i, id)
		}
		seen[id] = true
		if len(e.Vectors[i]) != len(e.Vectors[0]) {
			return nil, fmt.Errorf("passage %s has %d dimensions, the first %d", id, len(e.Vectors[i]), len(e.Vectors[0]))
		}
		unit, err := normalize(e.Vectors[i])
		if err != nil {
			return nil, fmt.Errorf("vector of passage %s %w", id, err)
		}
		docs[i] = chromem.Document{ID: id, Embedding: unit}
	}
	return docs, nil
}

// fits checks an entry against what else the index holds.
func (x *Index) fits(e retrieval.Entry) error {
	others := len(x.owner) - len(x.reports[e.Report.ID].passages)
	if len(e.Vectors) > 0 && others > 0 && len(e.Vectors[0]) != x.dim {
		return fmt.Errorf("its vectors have %d dimensions, the index %d", len(e.Vectors[0]), x.dim)
	}
	for i := range e.Passages {
		if r, ok := x.owner[e.Passages[i].ID]; ok && r != e.Report.ID {
			return fmt.Errorf("passage %s belongs to report %s", e.Passages[i].ID, r)
		}
	}
	return nil
}

func (x *Index) collection(name string) (*chromem.Collection, error) {
	if c, ok := x.collections[name]; ok {
		return c, nil
	}
	c, err := x.db.CreateCollection(name, nil, func(context.Context, string) ([]float32, error) {
		return nil, errors.New("chromem was asked to embed") // unreachable: all documents and questions come with vectors
	})
	if err == nil {
		x.collections[name] = c
	}
	return c, err
}

func (x *Index) remove(ctx context.Context, reportID string) error {
	h, ok := x.reports[reportID]
	if !ok {
		return nil
	}
	c := x.collections[h.collection]
	// IDs only: with a filter, even an empty one, chromem ignores them.
	if err := c.Delete(ctx, nil, nil, h.passages...); err != nil {
		return fmt.Errorf("remove report %s: %w", reportID, err)
	}
	for _, id := range h.passages {
		delete(x.owner, id)
	}
	delete(x.reports, reportID)
	if c.Count() == 0 {
		delete(x.collections, h.collection)
		if err := x.db.DeleteCollection(h.collection); err != nil {
			return fmt.Errorf("remove collection %s: %w", h.collection, err)
		}
	}
	return nil
}

// normalize returns a copy of length one. In float64 the squares neither
// overflow nor vanish, as they do in chromem's own.
func normalize(v []float32) ([]float32, error) {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	norm := math.Sqrt(sum)
	switch {
	case math.IsNaN(norm) || math.IsInf(norm, 0):
		return nil, errors.New("is not finite")
	case norm == 0:
		return nil, errors.New("is zero")
	}
	out := make([]float32, len(v))
	for i, x := range v {
		out[i] = float32(float64(x) / norm)
	}
	return out, nil
}
