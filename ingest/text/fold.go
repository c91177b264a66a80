// Package text knows characters: it folds what looks alike, cuts text into the
// tokens search runs on, splits sentences, and reads numbers with units,
// numerals and periods. Nothing here knows reports.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// radicals maps glyphs of the CJK Radicals Supplement that NFKC leaves alone
// to the characters PDF fonts mean by them. The Kangxi block (U+2F00) needs
// no table: NFKC folds it. Seen in 135 of 2,255 passages of real PDFs.
var radicals = strings.NewReplacer(
	"⺟", "母", "⺠", "民", "⻁", "虎", "⻄", "西", "⻅", "见", "⻆", "角", "⻉", "贝",
	"⻋", "车", "⻓", "长", "⻔", "门", "⻘", "青", "⻙", "韦", "⻚", "页", "⻛", "风",
	"⻜", "飞", "⻝", "食", "⻢", "马", "⻣", "骨", "⻤", "鬼", "⻥", "鱼", "⻦", "鸟",
	"⻨", "麦", "⻩", "黄", "⻬", "齐", "⻰", "龙", "⻳", "龟", "⺒", "巳", "⻌", "辶",
)

// Fold returns the form in which two texts are compared: NFKC, lower case,
// without format characters, thousands commas, or blanks between Han
// characters and digits or letters ("2022 年 9 月" = "2022年9月"). Runs of
// white space become one blank. Folding twice changes nothing more.
func Fold(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		// Invisible characters go first: they keep apart what NFKC would join.
		s = strings.Map(func(r rune) rune {
			if invisible(r) {
				return -1
			}
			return r
		}, s)
		s = radicals.Replace(norm.NFKC.String(s))
	}
	out := make([]byte, 0, len(s))
	var before, last rune // the two characters written last
	for i, r := range s {
		next := i + utf8.RuneLen(r)
		if fullwidth(r) {
			r -= '！' - '!'
		}
		switch {
		case common(r):
		case r == ',' && thousands(s[:i], s[next:]):
			continue
		case unicode.IsSpace(r):
			if len(out) == 0 || last == ' ' {
				continue
			}
			r = ' '
		default:
			r = unicode.ToLower(r)
		}
		if last == ' ' && joins(before, r) {
			out = out[:len(out)-1]
		}
		out = utf8.AppendRune(out, r)
		before, last = last, r
	}
	return strings.TrimSuffix(string(out), " ")
}

// common reports whether r is one of the characters that make up nearly all
// Chinese text and that folding leaves alone.
func common(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
}

// plain reports whether r is all that NFKC need not see: characters it leaves
// alone wherever they stand, and full-width ASCII, for which a subtraction
// does (but digits, between which commas are looked at). Most Chinese text has no others; NFKC takes three times as long as
// all the rest.
func plain(r rune) bool {
	return r < 0x7F || common(r) || fullwidth(r) && r > '９' || fullwidth(r) && r < '０' ||
		r >= '、' && r <= '〃' || r >= '〈' && r <= '】' ||
		r >= '‘' && r <= '”' || r == '—' || r == '·'
}

// fullwidth reports whether r is the full-width form of an ASCII character.
func fullwidth(r rune) bool { return r >= '！' && r <= '～' }

func invisible(r rune) bool { return r == utf8.RuneError || unicode.In(r, unicode.Cf, unicode.Co) }

// joins reports whether a blank between a and b is only typography.
func joins(a, b rune) bool {
	return IsHan(a) && (IsHan(b) || alnum(b)) || alnum(a) && IsHan(b)
}

func alnum(r rune) bool { return r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// thousands reports whether a comma between before and after parts a number:
// it has a digit on its left and exactly three on its right.
func thousands(before, after string) bool {
	return before != "" && isDigit(rune(before[len(before)-1])) && digits(after) == 3
}

// IsHan reports whether r is a Han character.
func IsHan(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r > 0x2E00 && unicode.Is(unicode.Han, r)
}
