package answer

import (
	"regexp"
	"strings"
	"unicode"

	"reportbot/ingest/text"
	"reportbot/prompts"
)

// A model's sentence is posted as plain text. Marks that only format are taken
// off; what could act where it is shown (markup, addresses, calls to a whole
// channel) or is no sentence (rows of a table) is not posted at all.
var (
	link     = regexp.MustCompile(`!?\[([^\[\]]*)\]\([^()\s]*\)`)
	leading  = regexp.MustCompile(`^\s*(?:[-•●◆▪➢–—+]\s*|\*+\s+|#{1,6}\s+|>+\s*|\d{1,2}[.)]\s+|[（(]?\d{1,2}[）)]\s*|\d{1,2}、)+`)
	emphasis = regexp.MustCompile("\\*\\*|__|~~|`+")
	tag      = regexp.MustCompile(`(?i)</?(?:b|i|u|p|em|strong|br|sup|sub|span|li|ul|ol)\s*/?>`)
	unsafe   = regexp.MustCompile(`<[A-Za-z!@#/]|://|(?i:\bwww\.|javascript:)|@(?i:channel|here|everyone)\b|\]\(|^\s*\|.*\||\|.*\|\s*$`)
	heading  = regexp.MustCompile(`^\s*#{1,6}\s|[:：]\s*$`)
)

// unlinked leaves the words of a link; those of a marker stay a marker.
func unlinked(s string) string {
	words := link.FindStringSubmatch(s)[1]
	if m := "[" + words + "]"; marker.MatchString(m) {
		return m
	}
	return words
}

func plain(s string) string {
	s = tag.ReplaceAllString(text.Clean(s), "")
	s = emphasis.ReplaceAllString(s, "")
	if at := leading.FindString(s); at != "" && !cutsFigure(at, s[len(at):]) {
		s = s[len(at):]
	}
	return s
}

// cutsFigure reports whether what looks like an item's number is part of a
// figure: 2、3月份, -5%.
func cutsFigure(lead, rest string) bool {
	r, _ := firstRune(rest)
	lead = strings.TrimRight(lead, " ")
	return unicode.IsDigit(r) && (strings.HasSuffix(lead, "、") || strings.HasSuffix(lead, "-") || strings.HasSuffix(lead, "+"))
}

func firstRune(s string) (rune, bool) {
	for _, r := range s {
		return r, true
	}
	return 0, false
}

// kindOf is the sort of a sentence of a model's reply.
type kindOf int

const (
	claimed  kindOf = iota // says something that can be checked
	aside                  // a heading, an introduction, a word: not worth checking
	refusal                // the word that says that the passages do not answer
	declined               // the same in words of the model's own
	unfit                  // may not be posted, whatever it says
)

var (
	// of the passages themselves: no report speaks so
	onPassages = regexp.MustCompile(`(?:资料|材料|上下文|文段|段落|所给|提供的|给出的).{0,16}(?:没有|未|无法|不包含|不足|缺乏|缺少)|(?i:\b(?:passages?|context|(?:provided|given) (?:information|documents?|reports?|sources?|materials?|text))\b.{0,40}\b(?:not|no|n't|lack|without)\b|\bnot? .{0,40}\b(?:passages?|context|provided (?:information|documents?|reports?|sources?))\b)`)
	declines   = regexp.MustCompile(`(?:无法|不能|难以)(?:回答|作答|确定|得知|判断|提供|给出)|(?:没有|未|并未|尚未|未能)(?:找到|提及|提到|涉及|说明|披露|给出|提供|包含|包括|回答)|没有(?:相关|任何)|^\W*(?:抱歉|对不起|很遗憾|不知道)|(?i:\b(?:i(?:'m| am)? (?:sorry|unable|afraid)|i (?:cannot|can't|could not|do not|don't)|cannot (?:answer|determine|be determined|be answered)|unable to (?:answer|determine)|no (?:information|mention|answer|data)|not (?:mentioned|stated|specified|disclosed|available|provided|given|found|covered)|(?:does|do|did) not (?:mention|say|state|contain|provide|specify|address|answer|disclose))\b)`)
	noAnswer   = regexp.MustCompile(`(?i)` + strings.ReplaceAll(regexp.QuoteMeta(prompts.NoAnswer), "_", `[_ -]`))
)

// sortOf sorts a sentence by its form; fence is the word of this prompt, which
// no answer has reason to say.
func sortOf(s said, fence string) (kindOf, string) {
	switch {
	case s.raw == overlong:
		return unfit, "length"
	case noAnswer.MatchString(s.text) || noAnswer.MatchString(s.raw):
		// Inside another sentence it is our rules that are recited.
		if rest := noAnswer.ReplaceAllString(s.text, ""); letters(rest) <= 6 || declines.MatchString(rest) && !strings.Contains(rest, "回复") {
			return refusal, ""
		}
		return unfit, "leak"
	case strings.Contains(s.raw, fence):
		return unfit, "leak"
	case !hasWords(s.text):
		return aside, ""
	case unsafe.MatchString(s.text), strings.Count(s.text, "[") != strings.Count(s.text, "]"): // half a marker: a piece came twice
		return unfit, "markup"
	case len(s.marks) == 0 && (heading.MatchString(s.raw) || letters(s.text) < 6 && !strings.ContainsFunc(s.text, unicode.IsDigit)):
		return aside, ""
	case onPassages.MatchString(s.text):
		return declined, ""
	}
	return claimed, ""
}

// letters counts letters and Han characters.
func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// stutter returns the first piece of a sentence that stands twice in a row, as
// when a server sends a piece of the stream twice: three characters with Han or
// a percent sign, six of others; 600600 is a code, not a stutter.
func stutter(s string) string {
	r := []rune(s)
	for n := 3; n <= min(len(r)/2, 60); n++ {
		same := 0
		for i := n; i < len(r); i++ {
			if r[i] != r[i-n] {
				same = 0
				continue
			}
			if same++; same < n {
				continue
			}
			piece := string(r[i-n+1 : i+1])
			han := strings.ContainsFunc(piece, func(c rune) bool { return text.IsHan(c) || c == '%' })
			if han || n >= 6 && strings.ContainsFunc(piece, unicode.IsLetter) {
				return piece
			}
		}
	}
	return ""
}
