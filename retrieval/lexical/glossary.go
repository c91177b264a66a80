package lexical

import (
	_ "embed" // of the table
	"iter"
	"slices"
	"strings"
	"sync"

	"reportbot/ingest/text"
)

// language is what a report or a question is written in.
type language uint8

const (
	unknown language = iota // as good as the question's own: nothing is translated for it
	chinese
	english
)

// languageOf reads the language that a report gives.
func languageOf(code string) language {
	switch code {
	case "zh":
		return chinese
	case "en":
		return english
	}
	return unknown
}

// asked is the language of a question.
func asked(question string) language { return languageOf(text.Language(question)) }

// translated is the weight of a term's translation beside the term itself: a
// word of another language may mean something else, and several of its
// spellings are looked for at once. From 0.1 to 1 the questions of
// glossary_test.go find the same.
const translated = 0.25

//go:embed glossary.txt
var glossaryTable string

// glossary finds terms in a question: entries by the first token of theirs,
// the longest first.
type glossary map[text.Token][]glossaryEntry

// glossaryEntry is a term as units of it are read, with the tokens of what it
// is called in the other language.
type glossaryEntry struct{ term, means []text.Token }

// glossaries are the table by the language of the question.
var glossaries = sync.OnceValue(func() map[language]glossary {
	out := map[language]glossary{chinese: {}, english: {}}
	for line := range strings.Lines(glossaryTable) {
		en, zh, ok := strings.Cut(line, "=")
		if !ok || line[0] == '#' {
			continue
		}
		out[english].learn(en, zh)
		out[chinese].learn(zh, en)
	}
	for _, g := range out {
		for _, entries := range g {
			slices.SortStableFunc(entries, func(a, b glossaryEntry) int { return len(b.term) - len(a.term) })
		}
	}
	return out
})

// learn adds the spellings of a line of the table. A spelling that an earlier
// line has gains the meanings of this one.
func (g glossary) learn(terms, meanings string) {
	var means []text.Token
	for meaning := range strings.SplitSeq(meanings, ";") {
		for _, t := range text.Terms(meaning) {
			if !slices.Contains(means, t) {
				means = append(means, t)
			}
		}
	}
	for term := range strings.SplitSeq(terms, ";") {
		units := slices.Collect(units(term))
		entries := g[units[0]]
		i := slices.IndexFunc(entries, func(e glossaryEntry) bool { return slices.Equal(e.term, units) })
		if i < 0 {
			g[units[0]] = append(entries, glossaryEntry{units, slices.Clone(means)})
			continue
		}
		entries[i].means = append(entries[i].means, means...)
	}
}

// units yields the tokens that s consists of one after the other: those of
// two characters and of numbers with units repeat what others say.
func units(s string) iter.Seq[text.Token] {
	return func(yield func(text.Token) bool) {
		for t := range text.Tokens(text.Fold(s)) {
			switch t.Kind() {
			case text.HanChar, text.LatinWord, text.PlainNumber:
				if !yield(t) {
					return
				}
			}
		}
	}
}

// translations are the tokens of what the terms in a question are called in
// the other language, each once. Of terms that overlap the first counts, of
// those that begin in one place the longest: 毛利率 is not 毛利.
func translations(question string) []text.Token {
	g := glossaries()[asked(question)]
	var out []text.Token
	for rest := slices.Collect(units(question)); len(rest) > 0; {
		n := 1
		for _, e := range g[rest[0]] {
			if len(e.term) <= len(rest) && slices.Equal(e.term, rest[:len(e.term)]) {
				n = len(e.term)
				for _, t := range e.means {
					if !slices.Contains(out, t) {
						out = append(out, t)
					}
				}
				break
			}
		}
		rest = rest[n:]
	}
	return out
}

// translate adds to the question what its terms are called in the language of
// the reports in scope that are not in its own. They count in those reports
// alone, so that the others keep their scores among themselves, and nothing is
// added where all reports are in one language with the question.
func (sc *scorer) translate() {
	sc.foreign = chinese
	if asked(sc.query.Text) == chinese {
		sc.foreign = english
	}
	if !slices.ContainsFunc(sc.shards, func(s *shard) bool { return s.inLanguage[sc.foreign] > 0 }) {
		return
	}
	for _, token := range translations(sc.query.Text) {
		if !slices.ContainsFunc(sc.terms, func(have term) bool { return have.token == token }) {
			sc.terms = append(sc.terms, term{token: token, times: translated, foreign: true})
		}
	}
}

// in keeps of a list the passages in a language.
func (s *shard) in(l language, list []posting) (out []posting) {
	for _, p := range list {
		if s.languages[p>>docShift] == l {
			out = append(out, p)
		}
	}
	return out
}
