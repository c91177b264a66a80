package ticker

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	"reportbot/retrieval/question"
)

// book is what a scope knows: its reports and the securities that may be asked
// for. Nothing of a report outside the scope is in it. It does not change.
type book struct {
	moment    retrieval.Moment
	reports   []*report.Report // newest first
	directory *security.Directory
	listings  []listing
	words     question.Known
	full      map[string]string // number -> the one code with an exchange, "" for several
}

// listing is a security and what it is called.
type listing struct {
	report.Security
	names   []string // folded
	reports int      // that cover it
	last    string   // day of the newest of them
}

// book returns what the scope knows, made anew after a change of the corpus.
func (t *Ticker) book(ctx context.Context, scope retrieval.Scope) (*book, error) {
	moment, err := t.corpus.Moment(ctx)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprintf("%q", slices.Compact(slices.Sorted(slices.Values(scope))))
	t.mu.Lock()
	b := t.books[key]
	t.mu.Unlock()
	if b != nil && b.moment == moment {
		return b, nil
	}
	reports, err := t.corpus.Reports(ctx, scope)
	if err != nil {
		return nil, err
	}
	b = newBook(t.known, reports)
	b.moment = moment
	t.mu.Lock()
	defer t.mu.Unlock()
	for k, old := range t.books { // of scopes that nobody asks in any more
		if old.moment != moment {
			delete(t.books, k)
		}
	}
	t.books[key] = b
	return b, nil
}

func newBook(known *security.Directory, reports []*report.Report) *book {
	b := &book{directory: known.Clone(), words: question.Known{Undated: true}}
	b.reports = slices.Clone(reports)
	slices.SortStableFunc(b.reports, newer)
	b.numbers(known)
	for _, r := range b.reports {
		b.directory.Add(b.coded(r.Securities))
		b.directory.Add(b.coded(r.Mentions))
		b.words.Undated = b.words.Undated && r.Published == ""
		if r.Publisher != "" && !slices.Contains(b.words.Publishers, r.Publisher) {
			b.words.Publishers = append(b.words.Publishers, r.Publisher)
		}
	}
	covered := map[string]*listing{}
	for _, r := range b.reports {
		for key := range b.covers(r) {
			l := covered[key]
			if l == nil {
				l = &listing{last: r.Published}
				covered[key] = l
			}
			l.reports++
		}
	}
	b.directory.Each(func(s report.Security, names []string) {
		l := listing{Security: s, names: names}
		if c := covered[keyOf(s)]; c != nil {
			l.reports, l.last = c.reports, c.last
		}
		if brand := retrieval.Brand(s.Name); brand != "" && l.reports > 0 {
			l.names = append(l.names, brand)
		}
		b.listings = append(b.listings, l)
	})
	return b
}

// numbers learns which exchange a bare number belongs to: reports print 999230
// where others print 999230.SZ.
func (b *book) numbers(known *security.Directory) {
	b.full = map[string]string{}
	learn := func(code string) {
		number, _, dotted := strings.Cut(code, ".")
		if have, ok := b.full[number]; dotted && ok && have != code {
			b.full[number] = ""
		} else if dotted {
			b.full[number] = code
		}
	}
	known.Each(func(s report.Security, _ []string) { learn(s.Code) })
	for _, r := range b.reports {
		for _, s := range slices.Concat(r.Securities, r.Mentions) {
			learn(s.Code)
		}
	}
}

// code is a code as the book knows it: with its exchange where one report
// prints it.
func (b *book) code(code string) string {
	if full := b.full[code]; full != "" {
		return full
	}
	return code
}

func (b *book) coded(in []report.Security) []report.Security {
	out := slices.Clone(in)
	for i := range out {
		out[i].Code = b.code(out[i].Code)
	}
	return out
}

// keyOf tells securities apart: by their codes, by their names where one has
// no code.
func keyOf(s report.Security) string {
	if s.Code != "" {
		return s.Code
	}
	return security.Name(s.Name)
}

// covers returns the keys of the securities that a report covers.
func (b *book) covers(r *report.Report) map[string]bool {
	out := map[string]bool{}
	for _, s := range r.Securities {
		s.Code = b.code(s.Code)
		out[keyOf(s)] = true
		if s.Name != "" && s.Code == "" {
			if known, ok := b.directory.Lookup(s.Name); ok {
				out[keyOf(known)] = true
			}
		}
	}
	delete(out, "")
	return out
}

// is reports whether a report's security is the one asked for.
func (b *book) is(s, asked report.Security) bool {
	s.Code = b.code(s.Code)
	if s.Code != "" && asked.Code != "" {
		return s.Code == asked.Code
	}
	return s.Name != "" && security.Name(s.Name) == security.Name(asked.Name)
}

// lookup returns the listing of a security that a mention found.
func (b *book) lookup(s report.Security) *listing {
	for i := range b.listings {
		if keyOf(b.listings[i].Security) == keyOf(s) {
			return &b.listings[i]
		}
	}
	return nil
}

// publisher reports whether folded words name a house of the scope.
func (b *book) publisher(words string) bool {
	return slices.ContainsFunc(b.words.Publishers, func(p string) bool {
		return text.Fold(p) == words || question.ShortPublisher(p) == words
	})
}

// newer orders reports: newest first, those of one company before shared ones
// of the same day, then as lists have them.
func newer(a, b *report.Report) int {
	if c := strings.Compare(b.Published, a.Published); c != 0 {
		return c
	}
	if c := min(len(a.Securities), 2) - min(len(b.Securities), 2); c != 0 {
		return c
	}
	if c := strings.Compare(a.Publisher, b.Publisher); c != 0 {
		return c
	}
	if c := strings.Compare(a.Title, b.Title); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}
