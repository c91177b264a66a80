package lexical

import (
	"context"
	"iter"
	"math"
	"sync"

	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// A posting says how often a token stands in a passage: the passage's number
// in 24 bits, the times in the report's title in 3 and in the passage in 5.
// Both counts stop at their largest value; by then a score is within 4 % of
// where more of them would take it. 24 bits hold 16 million passages of a
// collection, far beyond what fits in memory.
type posting = uint32

const (
	docShift   = 8
	textMask   = 1<<5 - 1
	titleShift = 5
	titleMask  = 1<<3 - 1
)

// draft is a report made ready for a shard: its distinct tokens and, for
// each, the postings with passages numbered from 0.
type draft struct {
	row        row
	collection string
	ids        []string // of the passages
	lengths    []uint16 // of the passages, in tokens
	dated      []bool   // passages that give a date
	title      int      // length of the title in tokens
	tokens     []text.Token
	starts     []uint32 // postings[starts[i]:starts[i+1]] are tokens[i]'s
	postings   []posting
}

// drafter makes drafts; it keeps its scratch space from one to the next.
type drafter struct {
	dict   dict   // -> seen
	seen   []seen // the distinct tokens so far
	stream []use  // one per token and passage
}

func newDrafter() *drafter { return &drafter{dict: newDict(1 << 10)} }

type seen struct {
	token text.Token
	last  uint32 // its newest use, plus 1
	uses  uint32
	title uint32 // times in the report's title
}

type use struct{ token, passage, times uint32 } // token is a place in seen

// sectionWeight is how often a section title counts as said by its passages.
const sectionWeight = 1

func (dr *drafter) draft(e *retrieval.Entry) *draft {
	dr.dict.reset()
	dr.seen, dr.stream = dr.seen[:0], dr.stream[:0]
	d := &draft{row: newRow(&e.Report), collection: e.Report.Collection}
	for t := range text.Tokens(text.Fold(e.Report.Title)) {
		dr.seen[dr.find(t)].title++
		d.title += width(t)
	}
	for i := range e.Passages {
		p := &e.Passages[i]
		n, dated := dr.passage(uint32(i), p.Text, 1)
		for _, title := range p.Path {
			m, _ := dr.passage(uint32(i), title, sectionWeight)
			n += m
		}
		d.ids = append(d.ids, p.ID)
		d.lengths = append(d.lengths, uint16(min(n, math.MaxUint16)))
		d.dated = append(d.dated, dated)
	}
	dr.finish(d)
	return d
}

// width is what a token adds to a length: bigrams only repeat characters.
func width(t text.Token) int {
	if t.Kind() == text.HanBigram {
		return 0
	}
	return 1
}

// passage counts the tokens of s, weight times each, as passage's. It returns
// their number and whether one is a date.
func (dr *drafter) passage(passage uint32, s string, weight uint32) (length int, dated bool) {
	for t := range text.Tokens(text.Fold(s)) {
		length += width(t) * int(weight)
		dated = dated || t.Kind() == text.NumberDate
		place := dr.find(t)
		entry := &dr.seen[place]
		if entry.last > 0 {
			if u := &dr.stream[entry.last-1]; u.passage == passage {
				u.times += weight
				continue
			}
		}
		entry.uses++
		dr.stream = append(dr.stream, use{place, passage, weight})
		entry.last = uint32(len(dr.stream))
	}
	return length, dated
}

// finish sorts the stream by token into d. A token of the title stands in
// every passage's title, whether or not in its text.
func (dr *drafter) finish(d *draft) {
	passages := uint32(len(d.ids))
	d.tokens = make([]text.Token, len(dr.seen))
	d.starts = make([]uint32, len(dr.seen)+1)
	for i, s := range dr.seen {
		d.tokens[i] = s.token
		n := s.uses
		if s.title > 0 {
			n = passages
		}
		d.starts[i+1] = d.starts[i] + n
	}
	d.postings = make([]posting, d.starts[len(dr.seen)])
	for i, s := range dr.seen {
		if s.title > 0 {
			for p := range passages {
				d.postings[d.starts[i]+p] = p<<docShift | min(s.title, titleMask)<<titleShift
			}
		}
		dr.seen[i].uses = 0
	}
	for _, u := range dr.stream {
		s, times := &dr.seen[u.token], min(u.times, textMask)
		if s.title > 0 {
			d.postings[d.starts[u.token]+u.passage] |= times
			continue
		}
		d.postings[d.starts[u.token]+s.uses] = u.passage<<docShift | times
		s.uses++
	}
}

// find returns the place of t in seen, where it puts it if it is new.
func (dr *drafter) find(t text.Token) uint32 {
	place, added := dr.dict.put(t)
	if added {
		dr.seen = append(dr.seen, seen{token: t})
	}
	return place
}

// drafts makes the drafts of entries with some workers and yields them as
// they are ready, in no fixed order. It ends early when ctx does.
func drafts(ctx context.Context, entries []retrieval.Entry, workers int) iter.Seq[*draft] {
	return func(yield func(*draft) bool) {
		next, done := make(chan *retrieval.Entry), make(chan *draft, 2*workers)
		var group sync.WaitGroup
		for range workers {
			group.Go(func() {
				dr := newDrafter()
				for e := range next {
					done <- dr.draft(e)
				}
			})
		}
		go func() {
			defer close(done)
			defer group.Wait()
			defer close(next)
			for i := range entries {
				select {
				case next <- &entries[i]:
				case <-ctx.Done():
					return
				}
			}
		}()
		for d := range done {
			if !yield(d) {
				panic("unreachable: Load takes every draft")
			}
		}
	}
}
