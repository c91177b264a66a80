package lexical

import (
	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// shard is the index of one collection. Passages are numbered in the order
// they came; those of a report stand together. A removed one keeps its number
// and its postings until the shard is packed, but is marked dead and counts
// in no statistic: df is counted when it is asked for.
type shard struct {
	terms      dict             // -> lists
	lists      [][]posting      // of one token, in order of passages
	ids        []string         // by passage
	lengths    []uint16         // by passage
	titles     []uint8          // by passage: length of its report's title
	dated      []bool           // by passage
	dead       []bool           // by passage
	languages  []language       // by passage
	rows       []row            // in order of passages
	byID       map[string]int   // live rows
	named      map[string][]int // folded code or name of a security -> rows, maybe dead
	live       int              // passages
	inLanguage [english + 1]int // live reports
	sumText    int              // of the lengths of live passages
	sumTitle   int
}

// row is a report in a shard. Names are folded, to be compared.
type row struct {
	id, published               string
	language                    language
	publisher, rating, industry string
	securities                  []string // codes and names
	first, last                 int      // its passages are first up to, not with, last
	dead                        bool
}

func newRow(r *report.Report) row {
	out := row{
		id: r.ID, published: r.Published, language: languageOf(r.Language),
		publisher: text.Fold(r.Publisher), rating: text.Fold(r.Rating), industry: text.Fold(r.Industry),
	}
	for _, sec := range r.Securities {
		for _, name := range []string{sec.Code, sec.Name} {
			if name = text.Fold(name); name != "" {
				out.securities = append(out.securities, name)
			}
		}
	}
	return out
}

func newShard() *shard {
	return &shard{
		terms: newDict(0),
		byID:  make(map[string]int),
		named: make(map[string][]int),
	}
}

// deadShare is the share of passages that only take up room.
func (s *shard) deadShare() float64 {
	if len(s.ids) == 0 {
		return 0
	}
	return 1 - float64(s.live)/float64(len(s.ids))
}

// df is the number of live passages that hold the token of list.
func (s *shard) df(list []posting) int {
	n := len(list)
	if s.live == len(s.ids) {
		return n
	}
	for _, p := range list {
		if s.dead[p>>docShift] {
			n--
		}
	}
	return n
}

// insert adds d, whose report the shard does not hold.
func (s *shard) insert(d *draft) {
	first := len(s.ids)
	r := d.row
	r.first, r.last = first, first+len(d.ids)
	s.addRow(r)
	s.ids = append(s.ids, d.ids...)
	s.lengths = append(s.lengths, d.lengths...)
	s.dated = append(s.dated, d.dated...)
	title := uint8(min(d.title, 255))
	for _, n := range d.lengths {
		s.titles, s.dead = append(s.titles, title), append(s.dead, false)
		s.languages = append(s.languages, r.language)
		s.sumText += int(n)
		s.sumTitle += int(title)
	}
	s.live += len(d.ids)

	// Finding all lists before touching any lets the processor wait for many
	// cache misses at once.
	at := make([]uint32, len(d.tokens))
	for i, t := range d.tokens {
		at[i], _ = s.terms.put(t)
	}
	for len(s.lists) < s.terms.n {
		s.lists = append(s.lists, nil)
	}
	base := posting(first) << docShift
	for i, n := range at {
		list := s.lists[n]
		for _, p := range d.postings[d.starts[i]:d.starts[i+1]] {
			list = append(list, base+p)
		}
		s.lists[n] = list
	}
}

// addRow adds a live row and makes it known by its names.
func (s *shard) addRow(r row) {
	n := len(s.rows)
	s.rows = append(s.rows, r)
	s.byID[r.id] = n
	s.inLanguage[r.language]++
	for _, name := range r.securities {
		s.named[name] = append(s.named[name], n)
	}
}

// remove marks a report the shard holds as dead.
func (s *shard) remove(reportID string) {
	r := &s.rows[s.byID[reportID]]
	delete(s.byID, reportID)
	r.dead = true
	s.inLanguage[r.language]--
	for i := r.first; i < r.last; i++ {
		s.dead[i] = true
		s.sumText -= int(s.lengths[i])
		s.sumTitle -= int(s.titles[i])
	}
	s.live -= r.last - r.first
}

// packed returns a copy without the dead, its postings in one piece of memory.
func (s *shard) packed() *shard {
	out := newShard()
	out.live, out.sumText, out.sumTitle = s.live, s.sumText, s.sumTitle
	out.ids, out.lengths = make([]string, 0, s.live), make([]uint16, 0, s.live)
	out.titles, out.dated = make([]uint8, 0, s.live), make([]bool, 0, s.live)
	out.dead, out.languages = make([]bool, s.live), make([]language, 0, s.live)
	moved := make([]posting, len(s.ids)) // by passage: its new number
	for _, r := range s.rows {
		if r.dead {
			continue
		}
		first := len(out.ids)
		for i := r.first; i < r.last; i++ {
			moved[i] = posting(len(out.ids))
			out.ids = append(out.ids, s.ids[i])
			out.lengths = append(out.lengths, s.lengths[i])
			out.titles = append(out.titles, s.titles[i])
			out.dated = append(out.dated, s.dated[i])
			out.languages = append(out.languages, r.language)
		}
		r.first, r.last = first, len(out.ids)
		out.addRow(r)
	}
	s.packLists(out, moved)
	return out
}

// packLists copies the live postings to out with their passages' new numbers.
func (s *shard) packLists(out *shard, moved []posting) {
	postings, lists := 0, 0
	for _, list := range s.lists {
		if n := s.df(list); n > 0 {
			postings += n
			lists++
		}
	}
	arena := make([]posting, 0, postings)
	out.terms = newDict(lists)
	out.lists = make([][]posting, 0, lists)
	tokens := make([]text.Token, len(s.lists))
	for _, slot := range s.terms.slots {
		if slot.place != 0 {
			tokens[slot.place-1] = slot.token
		}
	}
	for i, list := range s.lists {
		from := len(arena)
		if s.live == len(s.ids) {
			arena = append(arena, list...)
			list = nil
		}
		for _, p := range list {
			if doc := p >> docShift; !s.dead[doc] {
				arena = append(arena, moved[doc]<<docShift|p&(1<<docShift-1))
			}
		}
		if n := len(arena); n > from {
			out.terms.put(tokens[i])
			out.lists = append(out.lists, arena[from:n:n])
		}
	}
}
