package parse

import "strings"

// unseen reports whether a character shows nothing and can carry words all
// the same: zero-width and format characters, marks of direction, and tag
// characters, which spell ASCII.
func unseen(r rune) bool {
	return r == 0xAD || r == 0xFEFF || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E ||
		r >= 0x2060 && r <= 0x206F || r >= 0xE0000 && r <= 0xE0FFF
}

// clean removes what no reader sees: format and control characters, private
// use glyphs and replacement characters.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r < ' ', r == 0x7f, r == 0xFFFD, r >= 0xFFFE && r <= 0xFFFF, unseen(r):
			return -1
		case r >= 0xE000 && r <= 0xF8FF:
			return bullet
		}
		return r
	}, s)
}

// cleaned is clean, with the unseen characters beside it for the account.
func cleaned(s string) (text, hidden string) {
	if strings.ContainsFunc(s, unseen) {
		hidden = strings.Map(func(r rune) rune {
			if unseen(r) {
				return r
			}
			return -1
		}, s)
	}
	return clean(s), hidden
}
