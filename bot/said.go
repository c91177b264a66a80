package bot

import (
	"slices"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	"reportbot/retrieval/question"
)

// Reader says what a text names among what a scope holds. It is safe for
// concurrent use.
type Reader interface {
	// Named returns the known securities that the text names, in order.
	Named(q retrieval.Query) []security.Mention
	// Read says whose reports it wants, of when.
	Read(q retrieval.Query) question.Reading
}

// slot is a part of a question that a follow-up may give anew.
type slot int

const (
	company slot = iota
	house
	period
	metric
)

// span is where a text fills a slot.
type span struct {
	slot     slot
	from, to int
}

// said is a text taken apart.
type said struct {
	text      string
	lang      string
	spans     []span // in order, none over another
	named     []security.Mention
	publisher map[int]string // by where a span begins: how the corpus spells a house
	reading   question.Reading
}

// takeApart finds the slots of q's text.
func takeApart(r Reader, q retrieval.Query) said {
	s := said{text: q.Text, lang: text.Language(q.Text), named: r.Named(q), reading: r.Read(q), publisher: map[int]string{}}
	for _, p := range s.reading.Publishers {
		for _, words := range []string{text.Fold(p), question.ShortPublisher(p)} {
			for _, at := range locate(s.text, words) {
				if s.add(house, at[0], at[1]) {
					s.publisher[at[0]] = p
				}
			}
		}
	}
	seen := map[string]bool{}
	asked := metrics.FindAllStringIndex(s.text, -1)
	for _, m := range s.named {
		if seen[m.Words] {
			continue
		}
		seen[m.Words] = true
		for _, at := range locate(s.text, m.Words) {
			if s.text[at[0]:at[1]] == m.Words && slices.ContainsFunc(asked, func(a []int) bool { return a[0] <= at[0] && at[1] <= a[1] && a[1]-a[0] > at[1]-at[0] }) {
				continue // the target of a target price is no company
			}
			if isBroker(m.Words) && !strings.HasSuffix(m.Words, "证券") {
				continue // 兴业 is asked for its view more often than for its shares
			}
			s.add(company, at[0], at[1])
		}
	}
	for _, at := range brokers.FindAllStringIndex(s.text, -1) {
		switch after := s.text[at[1]:]; {
		case ofBroker.MatchString(after):
			s.add(company, at[0], at[1])
		case asBroker.MatchString(after):
			s.add(house, at[0], at[1])
		}
	}
	for _, at := range periods.FindAllStringIndex(s.text, -1) {
		if !amount.MatchString(s.text[at[1]:]) {
			s.add(period, at[0], at[1])
		}
	}
	for _, at := range asked {
		s.add(metric, at[0], at[1])
	}
	for _, at := range properNames(s.text) {
		s.add(company, at[0], at[1])
	}
	slices.SortFunc(s.spans, func(a, b span) int { return a.from - b.from })
	return s
}

// properNames returns where an English text has a name that nobody told us: a
// capital inside a sentence, or before 's.
func properNames(s string) [][]int {
	if text.Language(s) != "en" {
		return nil
	}
	var out [][]int
	for _, at := range capital.FindAllStringIndex(s, -1) {
		word, before := s[at[0]:at[1]], leads.ReplaceAllString(s[:at[0]], "")
		inside := strings.TrimSpace(before) != "" || len(before) < at[0]
		if !noName.MatchString(word) && (inside || strings.HasPrefix(s[at[1]:], "'s")) {
			out = append(out, at)
		}
	}
	return out
}

// isBroker reports whether s is the name of a house that many know.
func isBroker(s string) bool {
	return s != "" && brokers.FindString(s) == s
}

// asCompany takes houses for companies that the corpus has no reports of:
// after a question that asks no house, 平安呢 means the insurer.
func (s *said) asCompany() {
	for i, sp := range s.spans {
		if sp.slot == house && s.publisher[sp.from] == "" {
			s.spans[i].slot = company
		}
	}
}

// add notes a span unless one is there already, and reports whether it did.
func (s *said) add(k slot, from, to int) bool {
	if from == to || slices.ContainsFunc(s.spans, func(o span) bool { return from < o.to && o.from < to }) {
		return false
	}
	s.spans = append(s.spans, span{k, from, to})
	return true
}

// has reports whether the text fills the slot.
func (s *said) has(k slot) bool {
	return slices.ContainsFunc(s.spans, func(sp span) bool { return sp.slot == k })
}

// only reports whether the text fills no other slots than these.
func (s *said) only(ks ...slot) bool {
	return !slices.ContainsFunc(s.spans, func(sp span) bool { return !slices.Contains(ks, sp.slot) })
}

// group returns the first filling of a slot, with those that and joins to
// it: 青岚和望江. ok is false when there is none.
func (s *said) group(k slot) (g span, ok bool) {
	for _, sp := range s.spans {
		switch {
		case sp.slot != k:
		case !ok:
			g, ok = sp, true
		case g.to == sp.from || joint.MatchString(s.text[g.to:sp.from]):
			g.to = sp.to
		}
	}
	return g, ok
}

// words is how the text fills the slot, a house as the corpus spells it; ""
// when it does not.
func (s *said) words(k slot) string {
	g, ok := s.group(k)
	if !ok {
		return ""
	}
	if p := s.publisher[g.from]; k == house && p != "" && s.alone(g) {
		return p
	}
	return s.text[g.from:g.to]
}

// alone reports whether a group is a single span.
func (s *said) alone(g span) bool {
	return slices.Contains(s.spans, g)
}

// rest is the text without its slots and without words that carry none of its
// meaning.
func (s *said) rest() string {
	var b strings.Builder
	from := 0
	for _, sp := range s.spans {
		b.WriteString(s.text[from:sp.from] + " ")
		from = sp.to
	}
	b.WriteString(s.text[from:])
	out := fillers.ReplaceAllString(b.String(), " ")
	return strings.TrimSpace(marks.ReplaceAllString(out, " "))
}

// locate returns where the folded words stand in a text as it was typed.
func locate(s, words string) [][2]int {
	var out [][2]int
	if words == "" {
		return nil
	}
	for i := 0; i < len(s); {
		_, n := utf8.DecodeRuneInString(s[i:])
		to := ends(s[i:], words)
		if to == 0 || !wholeWord(s, i, i+to) {
			i += n
			continue
		}
		out = append(out, [2]int{i, i + to})
		i += to
	}
	return out
}

// ends returns how much of s, from its beginning, folds to the words; 0 for
// nothing.
func ends(s, words string) int {
	for j := 0; j < len(s); {
		_, n := utf8.DecodeRuneInString(s[j:])
		j += n
		switch f := text.Fold(s[:j]); {
		case f == words:
			return j
		case f == "" || !strings.HasPrefix(words, f):
			return 0
		}
	}
	return 0
}

// wholeWord reports whether s[i:j] is no part of a longer Latin word or number.
func wholeWord(s string, i, j int) bool {
	return (i == 0 || !alnum(s[i-1]) || !alnum(s[i])) && (j == len(s) || !alnum(s[j-1]) || !alnum(s[j]))
}

func alnum(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}
