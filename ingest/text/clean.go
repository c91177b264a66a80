package text

import (
	"regexp"
	"strings"
)

// Bullet stands for the many marks that symbol fonts put before an item.
const Bullet = '•'

// unseen reports whether a character shows nothing and can carry words all
// the same: zero-width and format characters, marks of direction, and tag
// characters, which spell ASCII, selectors of variants, and letters that are
// blank.
func unseen(r rune) bool {
	if r < 0x80 { // nearly all of a text in letters
		return false
	}
	return r < 0xA0 || r == 0xAD || r == 0x34F || r == 0x61C || r == 0x115F || r == 0x1160 || r == 0x17B4 || r == 0x17B5 || r >= 0x180B && r <= 0x180F ||
		r >= 0x200B && r <= 0x200F || r >= 0x2028 && r <= 0x202E || r >= 0x2060 && r <= 0x206F || r == 0x3164 || r >= 0xFE00 && r <= 0xFE0F ||
		r == 0xFEFF || r == 0xFFA0 || r >= 0xFFF9 && r <= 0xFFFB || r >= 0x1D173 && r <= 0x1D17A || r >= 0xE0000 && r <= 0xE0FFF
}

// Clean removes what no reader sees: format and control characters, private
// use glyphs and replacement characters.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r < ' ', r >= 0x7f && r < 0xA0, r == 0xFFFD, r >= 0xFFFE && r <= 0xFFFF, unseen(r):
			return -1
		case r >= 0xE000 && r <= 0xF8FF:
			return Bullet
		}
		return r
	}, s)
}

// Cleaned is Clean, with the unseen characters beside it for the account.
func Cleaned(s string) (text, hidden string) {
	if strings.ContainsFunc(s, unseen) {
		hidden = strings.Map(func(r rune) rune {
			if unseen(r) {
				return r
			}
			return -1
		}, s)
	}
	return Clean(s), hidden
}

// Names of the fields of Word templates, which some producers print at size 1
// over the text: [Table_Title], also cut in two by a line break.
var (
	wordField = regexp.MustCompile(`\[?Table_[A-Za-z0-9_]*\]?|^[A-Z][A-Za-z]+\]`)
	openField = regexp.MustCompile(`^\[([\p{Han}：:]+)$`)
)

// DropFields takes the names of template fields out of a line, and the
// bracket that one of them left before its label: [分析师：
func DropFields(s string) string {
	if !strings.ContainsAny(s, "[]") && !strings.Contains(s, "Table_") {
		return s
	}
	return openField.ReplaceAllString(strings.TrimSpace(wordField.ReplaceAllString(s, "")), "$1")
}
