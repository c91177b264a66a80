package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Span is a piece of a text: the bytes from From up to To.
type Span struct{ From, To int }

// Sentences cuts s into sentences: at 。！？； and line ends, and at .!? where
// white space follows and the word before is no abbreviation. Closing quotes
// and brackets stay with their sentence. Spans carry no white space at their
// ends, are in order, and cover every other character of s.
func Sentences(s string) []Span {
	var out []Span
	from := 0
	cut := func(to int) {
		f, t := from, to
		for f < t {
			r, n := utf8.DecodeRuneInString(s[f:t])
			if !unicode.IsSpace(r) {
				break
			}
			f += n
		}
		t = f + len(strings.TrimRightFunc(s[f:t], unicode.IsSpace))
		if f < t {
			out = append(out, Span{f, t})
		}
		from = to
	}
	for i, r := range s {
		if i < from {
			continue
		}
		end := i + utf8.RuneLen(r)
		switch {
		case r == '\n':
			cut(end)
		case strings.ContainsRune("。！？；", r):
			cut(closing(s, end))
		case r == '.' || r == '!' || r == '?' || r == ';':
			if e := closing(s, end); stops(s, i, e, r) {
				cut(e)
			}
		}
	}
	cut(len(s))
	return out
}

// closing returns the index after the quotes and brackets that follow i.
func closing(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !strings.ContainsRune("”’」』）)】]》\"'", r) {
			return i
		}
		i += n
	}
	return i
}

// stops reports whether the ASCII mark r at i, with what closes it ending at
// e, ends a sentence.
func stops(s string, i, e int, r rune) bool {
	if e < len(s) {
		next, _ := utf8.DecodeRuneInString(s[e:])
		if !unicode.IsSpace(next) && !(r != '.' && IsHan(next)) {
			return false
		}
	}
	if r != '.' {
		return true
	}
	word := i
	for word > 0 && s[word-1] < utf8.RuneSelf && (alnum(rune(s[word-1])) || s[word-1] == '.') {
		word--
	}
	return !abbreviation(s[word:i])
}

var abbreviations = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "dr": true, "inc": true, "ltd": true, "co": true, "corp": true, "vs": true,
	"no": true, "fig": true, "est": true, "approx": true, "jan": true, "feb": true, "mar": true, "apr": true, "jun": true,
	"jul": true, "aug": true, "sep": true, "sept": true, "oct": true, "nov": true, "dec": true, "e.g": true, "i.e": true,
	"u.s": true, "u.k": true, "st": true, "etc": true,
}

func abbreviation(word string) bool {
	w := strings.ToLower(word)
	if abbreviations[w] {
		return true
	}
	return len(w) == 1 && w[0] >= 'a' && w[0] <= 'z' || len(w) > 0 && len(w) <= 2 && strings.Trim(w, "0123456789") == ""
}
