package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Licence bounds how much of a report is shown at once: research is licensed to
// be read where it was published. 0 means no bound.
type Licence struct {
	Quote  int // characters of one quote
	Report int // characters of all quotes of one report together
}

// leastQuote is what a quote must hold to be worth a line.
const leastQuote = 12

// Cap returns the citations with their quotes within the bounds, in order: of a
// report that has used up its share no more words are shown, only the place.
func (l Licence) Cap(all []Citation) []Citation {
	if l == (Licence{}) {
		return all
	}
	out := make([]Citation, len(all))
	used := map[string]int{}
	for i, c := range all {
		most := utf8.RuneCountInString(c.Quote)
		if l.Quote > 0 {
			most = min(most, l.Quote)
		}
		if l.Report > 0 {
			most = min(most, l.Report-used[c.Report.ID])
		}
		if most < utf8.RuneCountInString(c.Quote) {
			c.Cut = true
			if c.Quote = Shorten(c.Quote, most); utf8.RuneCountInString(c.Quote) < leastQuote {
				c.Quote = ""
			}
		}
		used[c.Report.ID] += utf8.RuneCountInString(c.Quote)
		out[i] = c
	}
	return out
}

// Shorten returns the beginning of s in at most so many characters: up to the
// end of a sentence or row where one lies in its second half, else of a clause,
// else of a word. A figure is never cut: half of it is another figure.
func Shorten(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	if most <= 0 {
		return ""
	}
	sentence, clause := 0, 0
	for i := most / 2; i < most; i++ {
		next := r[i+1]
		switch {
		case strings.ContainsRune("。！？；!?;\n", r[i]), r[i] == '.' && unicode.IsSpace(next):
			sentence = i + 1
		case r[i] == '，', r[i] == '、', r[i] == '\t', r[i] == ' ' && !unicode.IsDigit(next), r[i] == ',' && !unicode.IsDigit(next):
			clause = i
		}
	}
	at := most
	for at > 0 && inWord(r[at-1]) && inWord(r[at]) { // a long word leaves nothing
		at--
	}
	switch {
	case sentence > 0:
		at = sentence
	case clause > 0:
		at = clause
	}
	return strings.TrimRightFunc(string(r[:at]), unicode.IsSpace)
}

// inWord reports whether a character joins with the next to a figure or a word
// that means something else when it is cut.
func inWord(r rune) bool {
	return unicode.IsDigit(r) || strings.ContainsRune(".,%％．，-−+", r) || unicode.IsLetter(r) && !unicode.Is(unicode.Han, r)
}
