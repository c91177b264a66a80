package security

import (
	"sort"
	"strings"
	"sync"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// Directory maps the names and codes seen in the corpus to securities. It is
// safe for concurrent use.
type Directory struct {
	mu    sync.RWMutex
	names map[string]report.Security // folded name or code
}

// NewDirectory returns a directory that knows nobody yet.
func NewDirectory() *Directory {
	return &Directory{names: map[string]report.Security{}}
}

// Add makes the securities of one report known.
func (d *Directory) Add(ss []report.Security) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range ss {
		for _, k := range keys(s) {
			if old, ok := d.names[k]; !ok || old.Name == "" {
				d.names[k] = s
			}
		}
	}
}

func keys(s report.Security) []string {
	var out []string
	if n := text.Fold(s.Name); utf8.RuneCountInString(n) >= 2 {
		out = append(out, n)
	}
	if s.Code != "" {
		number, _, _ := strings.Cut(s.Code, ".")
		out = append(out, strings.ToLower(s.Code))
		if len(number) >= 4 {
			out = append(out, strings.ToLower(number))
		}
	}
	return out
}

// Mention is a security named in a text: its folded words and what they mean.
type Mention struct {
	report.Security
	Words string
}

// Find returns the known securities named in s, longest words first where
// names overlap, in the order they stand.
func (d *Directory) Find(s string) []Mention {
	s = text.Fold(s)
	d.mu.RLock()
	defer d.mu.RUnlock()
	type place struct{ from, to int }
	var found []place
	for k := range d.names {
		for at := 0; ; {
			i := strings.Index(s[at:], k)
			if i < 0 {
				break
			}
			if i += at; whole(s, i, i+len(k)) {
				found = append(found, place{i, i + len(k)})
			}
			at = i + len(k)
		}
	}
	sort.Slice(found, func(i, j int) bool {
		if found[i].from != found[j].from {
			return found[i].from < found[j].from
		}
		return found[i].to > found[j].to
	})
	var out []Mention
	end := 0
	for _, f := range found {
		if f.from < end {
			continue
		}
		end = f.to
		out = append(out, Mention{Security: d.names[s[f.from:f.to]], Words: s[f.from:f.to]})
	}
	return out
}

// whole reports whether s[i:j] is not a part of a longer Latin word or number.
func whole(s string, i, j int) bool {
	word := func(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' }
	return !(i > 0 && word(s[i-1]) && word(s[i]) || j < len(s) && word(s[j-1]) && word(s[j]))
}
