package text

import "strings"

// IsWord reports whether s[from:to], of folded text, is no part of a longer
// Latin word or number. Han characters stand alone.
func IsWord(s string, from, to int) bool {
	latin := func(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' }
	return !(latin(s[from]) && from > 0 && latin(s[from-1])) && !(latin(s[to-1]) && to < len(s) && latin(s[to]))
}

// HasWord reports whether folded text s holds w as a word, as IsWord sees it.
func HasWord(s, w string) bool {
	for from := 0; w != ""; {
		i := strings.Index(s[from:], w)
		if i < 0 {
			return false
		}
		if i += from; IsWord(s, i, i+len(w)) {
			return true
		}
		from = i + 1
	}
	return false
}
