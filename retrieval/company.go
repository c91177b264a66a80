package retrieval

import (
	"slices"
	"strings"

	"reportbot/ingest/security"
)

// companies are those that may be named in a scope.
type companies struct {
	directory *security.Directory
	covered   map[string]bool // codes and names of those that a report is on
}

// Know makes the companies of a directory known in every scope, beside those
// that the reports name. The directory must not change afterwards.
func (s *Searcher) Know(base *security.Directory) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.base, s.known = base, map[string]*companies{}
}

// mentions adds the known securities named in the question to q.Securities,
// by all their names, and returns those that a report in the scope is on. What
// is asked about any other is looked for by its words alone. An answer insists
// on the companies it is given and does not weigh their names: on news whose
// companies no metadata names that cost it 2.9 points of the right answers
// (80.5 to 77.6) for 0.4 points of better refusals.
func (s *Searcher) mentions(q *Query) []security.Mention {
	known := s.companies(q.Scope)
	q.Securities = slices.Clone(q.Securities)
	var out []security.Mention
	for _, m := range known.directory.Find(q.Text) {
		covered := false
		for _, name := range append([]string{m.Code, m.Name}, m.Others...) { // a report may print one without the other
			if name != "" {
				q.Securities = append(q.Securities, name)
				covered = covered || known.covered[name] || known.covered[security.Name(name)]
			}
		}
		if covered {
			out = append(out, m)
		}
	}
	return out
}

// companies knows the securities of the reports in the scope, those of Know,
// and no others: a name or code that only a hidden report gives must not be
// told, nor take the place of a visible one. Where reports differ the newest
// is right.
func (s *Searcher) companies(scope Scope) *companies {
	key := strings.Join(slices.Compact(slices.Sorted(slices.Values(scope))), "\x00")
	s.mu.RLock()
	c := s.known[key]
	s.mu.RUnlock()
	if c != nil {
		return c
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c = &companies{directory: s.base.Clone(), covered: map[string]bool{}}
	for _, r := range s.visible(scope) {
		c.directory.Add(r.Securities)
		c.directory.Add(r.Mentions)
		for _, sec := range r.Securities {
			c.covered[sec.Code] = true
			c.covered[security.Name(sec.Name)] = true
		}
	}
	delete(c.covered, "") // of securities without code, or without name
	s.known[key] = c
	return c
}
