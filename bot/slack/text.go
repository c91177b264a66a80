package slack

import (
	"regexp"
	"strings"
)

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// escape writes a text for Slack's mrkdwn: without its three signs no mention,
// link or <!channel> of the text's own comes to life.
func escape(s string) string { return escaper.Replace(s) }

// What a markdown renderer would make of a text that is nothing but text:
// links, images, headings, emphasis. A word joiner (U+2060) is not seen and
// keeps addresses from becoming links.
var (
	heading = regexp.MustCompile(`(?m)^(\s*)(#{1,6}\s|[-+]\s|={3,}|-{3,})`)
	address = regexp.MustCompile(`(?i)(\b[a-z][a-z0-9+.-]*:)(//)|\b(www)(\.)|(mailto|tel)(:)`)
	defuser = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "*", `\*`, "`", "\\`", "~~", `\~\~`, "__", `\_\_`,
		"![", "! [", "](", "] (", "]:", "] :", "@", "@\u2060")
)

// defuse writes a text for Slack's markdown, which streams take. Markers like
// [1] stay as they are.
func defuse(s string) string {
	s = address.ReplaceAllString(s, "$1$3$5\u2060$2$4$6")
	s = heading.ReplaceAllString(s, "$1\u2060$2")
	return defuser.Replace(s)
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
