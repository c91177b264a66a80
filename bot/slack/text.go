package slack

import (
	"regexp"
	"strings"
	"unicode"
)

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// visible is a text without what nobody sees: control and format characters,
// marks of direction, tags, fillers and selectors, all of which can carry words.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector), strings.ContainsRune("\u034f\u115f\u1160\u3164\uffa0\ufffd", r), r >= 0xE0000 && r <= 0xE0FFF:
			return -1
		}
		return r
	}, s)
}

// What Slack makes something of wherever it stands: addresses, with or without
// their scheme, names of emoji, and the beginnings of its own <…>. Codes like
// 0700.HK are no addresses.
var (
	address   = regexp.MustCompile(`(?i)([a-z0-9]:)(//)|(www)(\.)|((?:mailto|tel|javascript|data):)`)
	domain    = regexp.MustCompile(`(?i)([\p{L}\p{N}-]\.)((?:com|net|org|io|cn|co|cc|xyz|top|info|biz|app|dev|ai|me|tv|ly|gl|ru|example|test|link|click|site|online|shop|icu|vip|club|live|page|zip)\b|[a-z]{2,}/)`)
	shortcode = regexp.MustCompile(`:([a-zA-Z0-9_+'-]+:)`)
	special   = regexp.MustCompile(`<([!@#a-zA-Z])`)
)

// inert is a text that Slack makes nothing of but text. A word joiner (U+2060),
// which is not seen, parts what would be an address, a mention or an emoji.
func inert(s string) string {
	s = address.ReplaceAllString(visible(s), "$1$3$5\u2060$2$4")
	for range 2 { // the second time those that shared a part with the one before
		s = domain.ReplaceAllString(s, "$1\u2060$2")
		s = shortcode.ReplaceAllString(s, ":\u2060$1")
	}
	return strings.ReplaceAll(s, "@", "@\u2060")
}

// bare is a text for where Slack reads no markup and nothing can be escaped:
// plain_text, titles, questions to choose from.
func bare(s string) string { return special.ReplaceAllString(inert(s), "<\u2060$1") }

// escape writes a text for Slack's mrkdwn: without its three signs no mention,
// link or <!channel> of the text's own comes to life.
func escape(s string) string { return escaper.Replace(inert(s)) }

// What a markdown renderer would make of a text that is nothing but text:
// links, images, headings, emphasis.
var (
	heading = regexp.MustCompile(`(?m)^(\s*)(#{1,6}\s|[-+]\s|={3,}|-{3,})`)
	defuser = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "*", `\*`, "`", "\\`", "~~", `\~\~`, "__", `\_\_`,
		"![", "! [", "](", "] (", "][", "] [", "]:", "] :")
)

// defuse writes a text for Slack's markdown, which streams take. Markers like
// [1] stay as they are.
func defuse(s string) string {
	return defuser.Replace(heading.ReplaceAllString(inert(s), "$1\u2060$2"))
}

// cost is the length of a text as Slack counts it, escaped and in characters.
func cost(s string) int {
	n := 0
	for _, r := range s {
		n += costOf(r)
	}
	return n
}

func costOf(r rune) int {
	switch r {
	case '&':
		return 5
	case '<', '>':
		return 4
	case '@', ':': // a word joiner may stand behind it
		return 2
	}
	return 1
}

// trim cuts a text to a length, with … where something is missing.
func trim(s string, most int) string {
	if cost(s) <= most {
		return s
	}
	n := 0
	for i, r := range s {
		if n += costOf(r); n > most-1 {
			return strings.TrimSpace(s[:i]) + "…"
		}
	}
	return s // unreachable: it costs more than most
}

// split cuts a text into pieces of at most so much, each at the end of a line
// where there is one, else of a sentence, else between two characters.
func split(s string, most int) []string {
	var out []string
	for s = strings.TrimSpace(s); cost(s) > most; {
		at := cutAt(s, most)
		out = append(out, strings.TrimSpace(s[:at]))
		s = strings.TrimSpace(s[at:])
	}
	return append(out, s)
}

// cutAt is where a text that costs more than most is cut.
func cutAt(s string, most int) int {
	n, hard, sentence, line := 0, 0, 0, 0
	for i, r := range s {
		if n += costOf(r); n > most {
			break
		}
		hard = i + len(string(r))
		switch {
		case r == '\n':
			line = hard
		case strings.ContainsRune("。！？；!?;", r), r == '.' && strings.HasPrefix(s[hard:], " "):
			sentence = hard
		}
	}
	for _, at := range []int{line, sentence} {
		if at > hard/3 { // else the piece is too short to be worth it
			return at
		}
	}
	return max(hard, 1)
}
