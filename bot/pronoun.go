package bot

import (
	"regexp"
	"strings"
)

var houseLike = regexp.MustCompile(`(?i)证券|银行|国际|中金|资本|securities|capital`)

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
	if name == "" && !s.has(company) || name == "" && !isThey(word) {
		name = r.latest(company)
	}
	if name == "" {
		return "", true
	}
	full := body[:from] + inflected(name, word) + body[to:]
	s = r.read(full)
	rest := s.rest()
	switch {
	case !s.has(company): // a house took the pronoun's place
		for _, step := range []func(string) (string, bool){r.view, r.ellipsis} {
			if question, follows := step(full); follows {
				return question, true
			}
		}
	case (tail.MatchString(full) || s.lang == "en" && len(body) < len(message) && !asksEn.MatchString(full)) && (rest != "" || s.has(metric)):
		s = r.read(ending.ReplaceAllString(tail.ReplaceAllString(full, ""), ""))
		return r.composed(&s, false), true
	case tail.MatchString(full):
		return r.slots(s), true
	}
	return full, true
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
		case word == "公司" && !ofCompany.MatchString(s.text[to:]):
		case (word == "it" || word == "It") && expletive.MatchString(s.text):
		default:
			return from, to, true
		}
	}
	return 0, 0, false
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
