package security

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"reportbot/ingest/report"
)

// Directory maps names and codes to securities. It is safe for concurrent
// use.
//
// Where sources differ, a user's list is right before the reports and those
// before the shipped list; within one source what was added first is. What a
// company was called by a source that is not right stays an alias. An alias
// that two companies have in one source means neither of them, unless it is
// the name of one.
type Directory struct {
	mu        sync.Mutex
	companies map[string]*company // by code, by name where there is none
	order     []*company          // as they were added
	nobody    []string            // phrases that hold a name and mean nobody
	found     *index              // nil after a change
}

// company is what all sources say of one security.
type company struct {
	code   string
	labels []label
}

// label is one name a source gives to a company.
type label struct {
	name   string   // for display
	words  string   // folded, see Name
	short  []string // see shorter
	from   Source
	alias  bool
	strict bool
}

// NewDirectory returns a directory that knows nobody yet.
func NewDirectory() *Directory {
	return &Directory{companies: map[string]*company{}}
}

// AddKnown makes the shipped list known.
func (d *Directory) AddKnown() {
	d.AddListed(Known(), BuiltIn)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.nobody, d.found = nobody(), nil
}

// AddListed makes the companies of a list known.
func (d *Directory) AddListed(ls []Listed, from Source) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, l := range ls {
		c := d.company(l.Code, "")
		c.learn(label{name: printed(l.Name), words: Name(l.Name), from: from, strict: l.Strict})
		for _, a := range l.Aliases {
			c.learn(label{name: a, words: Name(a), from: from, alias: true})
		}
	}
	d.found = nil
}

// Add makes the securities of one report known.
func (d *Directory) Add(ss []report.Security) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range ss {
		words := Name(s.Name)
		if s.Code == "" && words == "" {
			continue
		}
		c := d.company(s.Code, words)
		if words != "" {
			c.learn(label{name: s.Name, words: words, from: Harvested})
		}
	}
	d.found = nil
}

// Clone returns a directory that knows the same and learns apart from d.
func (d *Directory) Clone() *Directory {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := &Directory{companies: make(map[string]*company, len(d.companies)), nobody: d.nobody, found: d.found}
	for _, c := range d.order {
		mine := &company{code: c.code, labels: slices.Clone(c.labels)}
		out.companies[cmp.Or(c.code, c.labels[0].words)] = mine
		out.order = append(out.order, mine)
	}
	return out
}

// company returns the company of a code, or of the words of a name that has
// none, and makes it if need be. The caller holds d.mu.
func (d *Directory) company(code, words string) *company {
	key := cmp.Or(code, words)
	c := d.companies[key]
	if c == nil {
		c = &company{code: code}
		d.companies[key] = c
		d.order = append(d.order, c)
	}
	return c
}

// learn adds a label, unless its source said so before.
func (c *company) learn(l label) {
	if utf8.RuneCountInString(l.words) < 2 && c.code != "" {
		return // one character is no name
	}
	for i, old := range c.labels {
		if old.words == l.words && old.from == l.from {
			c.labels[i].alias = old.alias && l.alias
			return
		}
	}
	if c.code != "" { // a title's full name stays whole: a question that says both is about one
		l.short = shorter(l.words)
	}
	c.labels = append(c.labels, l)
}

// official is the name the best source gives; zero when none gives one.
func (c *company) official() label {
	var best label
	for _, l := range c.labels {
		if !l.alias && l.from > best.from {
			best = l
		}
	}
	return best
}

// security is the company with its official name.
func (c *company) security() report.Security {
	return report.Security{Code: c.code, Name: c.official().name}
}

// Lookup returns the company that is called exactly name, by whatever name of
// it; ok is false when none or more than one is.
func (d *Directory) Lookup(name string) (s report.Security, ok bool) {
	ix := d.index()
	words := Name(name)
	for _, w := range append([]string{words}, shorter(words)...) {
		if e := ix.words[w]; e != nil && e.kind <= strictName && e.company != nil {
			return e.company.security(), true
		}
	}
	return s, false
}

// index returns what Find works on, made anew after a change.
func (d *Directory) index() *index {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.found == nil {
		d.found = newIndex(d.order, d.nobody)
	}
	return d.found
}

// number is the part of a code before its exchange, folded.
func number(code string) string {
	n, _, _ := strings.Cut(strings.ToLower(code), ".")
	return n
}
