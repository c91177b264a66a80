package bot

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// kinds are what a company may be called by once its name, which ends so, was
// said.
var kinds = map[string]bool{"集团": true, "银行": true, "学院": true}

// pronoun completes a message that calls a company, or a house, by a pronoun.
// A pronoun behind a company's name means that one.
func (r *rules) pronoun(message string) (string, bool) {
	body := message[len(leads.FindString(message)):]
	s := r.read(body)
	from, to, ok := pronounAt(&s)
	if !ok {
		return "", false
	}
	word := body[from:to]
	name := ""
	if meansHouse(&s, from, to) {
		name = r.latest(house)
	}
	ofHouse := name != ""
	if name == "" && !s.has(company) || name == "" && !isThey(word) {
		name = r.antecedent()
	}
	switch {
	case kinds[word] && !strings.HasSuffix(name, word): // 银行 after 招商银行 is that one
		return "", false
	case name == "":
		return "", true
	}
	full := body[:from] + inflected(name, word) + body[to:]
	if ofHouse && !s.has(company) { // what is left may still want its company
		for _, step := range []func(string) (string, bool){r.view, r.ellipsis} {
			if question, follows := step(full); follows {
				return question, true
			}
		}
		return full, true
	}
	noun := ending.ReplaceAllString(tail.ReplaceAllString(full, ""), "")
	s = r.read(noun)
	if s.add(company, from, from+len(name)) { // a name that no list knows
		slices.SortFunc(s.spans, func(a, b span) int { return a.from - b.from })
	}
	named := tail.MatchString(full) || s.lang == "en" && len(body) < len(message) && !asksEn.MatchString(full)
	switch {
	case named && (s.rest() != "" || s.has(metric)):
		return r.composed(&s, false), true
	case tail.MatchString(full):
		return r.slots(s), true
	}
	return full, true
}

// antecedent is what it stands for: the company spoken of last, or what no
// list knows if a question since was about that: 朔方储电的目标价.
func (r *rules) antecedent() string {
	for i := len(r.told) - 1; i >= 0; i-- {
		s := &r.told[i]
		if s.has(company) {
			break
		}
		m := orgName.FindStringSubmatchIndex(s.text)
		if m == nil {
			m = subjectOf.FindStringSubmatchIndex(s.text)
		}
		if m == nil || asksZh.MatchString(s.text[m[2]:m[3]]) || slices.ContainsFunc(s.spans, func(sp span) bool { return sp.from < m[3] }) {
			continue
		}
		r.used[i] = true
		return s.text[m[2]:m[3]]
	}
	return r.latest(company)
}

// pronounAt returns where the first pronoun stands that no company's name
// explains.
func pronounAt(s *said) (from, to int, ok bool) {
	first := len(s.text)
	if g, named := s.group(company); named {
		first = g.from
	}
	for _, at := range append(pronounZh.FindAllStringIndex(s.text, -1), pronounEn.FindAllStringIndex(s.text, -1)...) {
		word := strings.TrimLeft(s.text[at[0]:at[1]], "，,")
		from, to = at[1]-len(word), at[1]
		switch {
		case from > first:
		case word == "其" && (noneAfter.MatchString(s.text[to:]) || noneBefore.MatchString(s.text[:from])):
		case (word == "公司" || kinds[word]) && !ofCompany.MatchString(s.text[to:]):
		case ownTopic(s, word, from):
		case (word == "it" || word == "It") && expletive.MatchString(s.text):
		default:
			return from, to, true
		}
	}
	return 0, 0, false
}

// ownTopic reports whether what stands before a pronoun gives it its meaning.
func ownTopic(s *said, word string, from int) bool {
	before := said{text: s.text[:from], spans: slices.DeleteFunc(slices.Clone(s.spans), func(sp span) bool { return sp.to > from })}
	rest := before.rest()
	if s.lang == "en" {
		return len(strings.Fields(rest)) > 3
	}
	n := utf8.RuneCountInString(rest)
	return orgs.MatchString(before.text) || n > 6 || word == "其" && n > 2
}

func isThey(word string) bool {
	switch strings.ToLower(word) {
	case "they", "their", "them", "他们", "她们":
		return true
	}
	return houseZh.MatchString(word)
}

// meansHouse reports whether a pronoun for several stands for a house: it does
// what houses do, or a company is named beside it.
func meansHouse(s *said, from, to int) bool {
	word := s.text[from:to]
	return isThey(word) && (houseZh.MatchString(word) && theyDoZh.MatchString(s.text[to:]) || theyDo.MatchString(s.text[to:]) || s.has(company))
}

// inflected is name in the place of a pronoun.
func inflected(name, word string) string {
	switch w := strings.ToLower(word); {
	case w == "its", w == "their", strings.HasSuffix(w, "'s"):
		return name + "'s"
	case w == "其":
		return name + "的"
	}
	return name
}
