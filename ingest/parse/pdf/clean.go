package pdf

import (
	"strings"
	"unicode"

	"reportbot/ingest/text"
)

// Marks PDFium puts into text.
const (
	hyphen  = '\uFFFE' // a hyphen at a line's end; the line break after it is left out
	unknown = '\uFFFD' // half of a surrogate pair, or a glyph without meaning
)

// cleanRune returns the character to keep for one of a PDF's, or -1 for none.
// Blanks of all kinds become a plain one.
func cleanRune(r rune) rune {
	switch {
	case r < 0x7f && r >= 0x20:
		return r
	case r == '\u00ad':
		// What is in a PDF's text is drawn, so this is a hyphen that somebody's
		// font table calls soft.
		return '-'
	case r >= 0xf020 && r <= 0xf0ff:
		return text.Bullet // a symbol font's own code; see cleanWord for which are kept
	case unicode.Is(unicode.Zs, r) || r == '\t':
		return ' '
	case r == unknown, r == 0xffff, unicode.IsControl(r), unicode.Is(unicode.Cf, r),
		unicode.Is(unicode.Co, r), r == '\u2028', r == '\u2029', unicode.Is(unicode.Variation_Selector, r),
		r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe:
		return -1
	}
	return r
}

// cleanWord drops what is not text from a word of a PDF: unknown glyphs,
// control and format characters, private-use characters. A symbol font's
// character that begins the word becomes a bullet, as in Wingdings lists; in
// the middle it is a formula's and dropped.
func cleanWord(word string) string {
	var b strings.Builder
	b.Grow(len(word))
	for _, r := range word {
		kept := cleanRune(r)
		if kept < 0 || kept == text.Bullet && r != text.Bullet && b.Len() > 0 {
			continue
		}
		b.WriteRune(kept)
	}
	return b.String()
}
