// Package lexical finds passages by their words. It keeps an inverted index
// of all passages in memory, made from the store's entries and thrown away at
// exit: reports go in whole, ranked passages of the asker's scope come out.
// How a question gets its words is ingest/text's business; joining with other
// searches is the caller's.
//
// A score is the sum of two BM25F scores, one over Han bigrams and one over
// single Han characters, both also over words, numbers and numbers with
// units, plus small sums for neighbouring passages, the security asked about,
// dates, and the reports earlier turns hit. Every collection is a shard of its
// own and all statistics are taken over the scope alone, so what the asker may
// not see changes neither the hits nor their scores.
package lexical

import (
	"context"
	"runtime"
	"sync"

	"reportbot/retrieval"
)

// Index ranks passages by words. All methods may be called from many
// goroutines; a search sees each report either before or after a change.
// The same reports give the same scores whatever order they came in.
type Index struct {
	slots  chan struct{} // full while as many search as there are processors
	write  sync.Mutex    // held by the one writer, also while it compacts
	mu     sync.RWMutex  // guards what is below
	shards map[string]*shard
	home   map[string]string // report ID -> collection
	pool   sync.Pool         // of *[]float32, score buffers
}

// New returns an empty index.
func New() *Index {
	return &Index{
		slots:  make(chan struct{}, runtime.GOMAXPROCS(0)),
		shards: make(map[string]*shard),
		home:   make(map[string]string),
	}
}

// Len is the number of passages in the index.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	n := 0
	for _, s := range x.shards {
		n += s.live
	}
	return n
}

// Replace puts a whole report in, in place of what its ID held, also if that
// was in another collection. Vectors are not looked at.
func (x *Index) Replace(e retrieval.Entry) {
	d := newDrafter().draft(&e)
	x.write.Lock()
	defer x.write.Unlock()
	x.mu.Lock()
	x.put(d)
	x.mu.Unlock()
	x.compact(maxDead)
}

// Load replaces many reports, tokenising on all processors, and leaves the
// index packed. It returns early with ctx's error; what was loaded stays.
func (x *Index) Load(ctx context.Context, entries []retrieval.Entry) error {
	x.write.Lock()
	defer x.write.Unlock()
	for d := range drafts(ctx, entries, runtime.GOMAXPROCS(0)) {
		x.mu.Lock()
		x.put(d)
		x.mu.Unlock()
	}
	x.compact(maxDead)
	return ctx.Err()
}

// Remove takes a report out. An unknown ID is no error.
func (x *Index) Remove(reportID string) {
	x.write.Lock()
	defer x.write.Unlock()
	x.mu.Lock()
	x.drop(reportID)
	x.mu.Unlock()
	x.compact(maxDead)
}

// put inserts d under x.mu, after what its report held before.
func (x *Index) put(d *draft) {
	x.drop(d.row.id)
	s := x.shards[d.collection]
	if s == nil {
		s = newShard()
		x.shards[d.collection] = s
	}
	s.insert(d)
	x.home[d.row.id] = d.collection
}

func (x *Index) drop(reportID string) {
	collection, ok := x.home[reportID]
	if !ok {
		return
	}
	x.shards[collection].remove(reportID)
	delete(x.home, reportID)
}

// maxDead is the share of removed passages a shard carries before it is
// rewritten without them.
const maxDead = 0.25

// compact rewrites the shards of which more than limit is dead or, with limit
// 0, wherever memory can be given back. It reads a shard without x.mu, which
// only a writer may do, so searches go on meanwhile.
func (x *Index) compact(limit float64) {
	for name, s := range x.shards {
		if limit > 0 && s.deadShare() <= limit {
			continue
		}
		packed := s.packed()
		x.mu.Lock()
		if len(packed.byID) == 0 {
			delete(x.shards, name)
		} else {
			x.shards[name] = packed
		}
		x.mu.Unlock()
	}
}
