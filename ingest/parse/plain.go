package parse

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/text"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

var (
	mdHeading  = regexp.MustCompile(`^(#{1,6})\s+(.*?)\s*#*$`)
	mdRule     = regexp.MustCompile(`^\s*([-*_=]\s*){3,}$`)
	mdDivider  = regexp.MustCompile(`^\s*\|?\s*(:?-{2,}:?|:-:?|-:)\s*(\|\s*(:?-{2,}:?|:-:?|-:)\s*)*\|?\s*$`)
	mdBold     = regexp.MustCompile(`\*\*(\S(?:[^*\n]*?\S)?)\*\*|__(\S(?:[^_\n]*?\S)?)__`)
	mdItalic   = regexp.MustCompile(`(^|[\s\p{Han}（(：，、。])\*([^\s*](?:[^*\n]*?[^\s*])?)\*`)
	mdImage    = regexp.MustCompile(`!\[[^\]]*\]\([^)]*\)`)
	mdLink     = regexp.MustCompile(`\[([^\]]*)\]\((?:[^)\s]+)(?:\s+"[^"]*")?\)`)
	mdComment  = regexp.MustCompile(`(?s)<!--.*?-->`)
	mdScript   = regexp.MustCompile(`(?is)<script\b.*?</script\s*>|<style\b.*?</style\s*>|<template\b.*?</template\s*>|<noscript\b.*?</noscript\s*>|<textarea\b.*?</textarea\s*>|<title\b.*?</title\s*>`)
	mdDefined  = regexp.MustCompile(`^ {0,3}\[[^\]]+\]:\s*<?(?:https?://|#|/|mailto:)`) // of a link, which is not shown
	mdOpen     = regexp.MustCompile(`(?i)<(span|div|p|font|b|i|em|strong|u|s|small|big|sub|sup|a|section|center)\b[^<>]*>`)
	mdTag      = regexp.MustCompile(`<!--|-->|<[^<>]*>`)
	mdBullet   = regexp.MustCompile(`^\s*[-*+•●■▪◆➢]\s+`)
	htmlTag    = regexp.MustCompile(`</?(?:br|b|i|u|s|a|em|strong|small|big|p|div|span|section|sup|sub|center|font|img|input|hr)\b[^>]*>`)
	longBlanks = regexp.MustCompile(`[ \x{3000}\x{A0}]{2,}`)
)

// paragraphs reads plain text or Markdown: both hold one paragraph, list
// item, heading or table row a line, and text converted from PDF mixes the
// two, so one reader serves them.
func paragraphs(s string) []para {
	s, hidden := dropMarkup(s)
	front := ""
	if rest, ok := strings.CutPrefix(s, "---\n"); ok {
		if head, body, ok := strings.Cut(rest, "\n---\n"); ok {
			front, s = head, body
		}
	}
	var out []para
	for _, l := range strings.Split(front, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, para{text: l})
		}
	}
	gap := true
	rows, inTables := htmlTables(s)
	for _, raw := range strings.Split(strings.ReplaceAll(rows, "\f", "\n"), "\n") {
		p := plainLine(raw)
		if p.text == "" {
			gap = gap || strings.TrimSpace(raw) == ""
			continue
		}
		p.gap = gap
		gap = false
		out = append(out, p)
	}
	out = wrapped(out)
	if _, unseen := text.Cleaned(s); hidden+inTables+unseen != "" {
		out = append(out, para{text: hidden + inTables + unseen, drop: dropHidden})
	}
	return out
}

// cutHidden takes out the elements that a style of their own or an attribute
// hides. One that does not end is left.
func cutHidden(s string, unseen func(string)) string {
	var out strings.Builder
	endless := map[string]bool{} // names of which no end is left
	for {
		at := mdOpen.FindStringSubmatchIndex(s)
		if at == nil {
			out.WriteString(s)
			return out.String()
		}
		name, rest := strings.ToLower(s[at[2]:at[3]]), s[at[1]:]
		var end []int
		if !endless[name] && hiddenTag(s[at[0]:at[1]]) {
			end = mdClose[name].FindStringIndex(rest)
			endless[name] = end == nil
		}
		if end == nil {
			out.WriteString(s[:at[1]])
			s = rest
			continue
		}
		out.WriteString(s[:at[0]])
		unseen(rest[:end[0]])
		s = rest[end[1]:]
	}
}

// mdClose finds the end of an element that mdOpen finds, by its name.
var mdClose = func() map[string]*regexp.Regexp {
	out := map[string]*regexp.Regexp{}
	for _, name := range strings.Split("span|div|p|font|b|i|em|strong|u|s|small|big|sub|sup|a|section|center", "|") {
		out[name] = regexp.MustCompile(`(?i)</` + name + `\s*>`)
	}
	return out
}()

// hiddenTag reports whether an opening tag hides what it holds.
func hiddenTag(tag string) bool {
	if !strings.Contains(tag, "=") && !strings.Contains(strings.ToLower(tag), "hidden") {
		return false
	}
	t := html.NewTokenizer(strings.NewReader(tag))
	t.Next()
	token := t.Token()
	page := styleSheet{}
	return page.inside(&html.Node{Type: html.ElementNode, Data: token.Data, DataAtom: token.DataAtom, Attr: token.Attr}, place{}).hidden()
}

// dropMarkup takes out of Markdown what its reader never sees: comments,
// scripts, and elements whose style hides them.
func dropMarkup(s string) (rest, hidden string) {
	if !strings.Contains(s, "<") {
		return s, ""
	}
	var unseen strings.Builder // there may be a million comments
	note := func(m string) {
		unseen.WriteString(strings.Join(strings.Fields(mdTag.ReplaceAllString(m, "")), " "))
	}
	s = mdComment.ReplaceAllStringFunc(s, func(m string) string { note(m); return "" })
	s = mdScript.ReplaceAllString(s, "")
	return cutHidden(s, note), unseen.String()
}

// plainLine reads one line; its text is empty for blanks and pure markup.
func plainLine(raw string) para {
	if mdDefined.MatchString(raw) || mdRule.MatchString(raw) || mdDivider.MatchString(raw) && strings.Contains(raw, "-") {
		return para{}
	}
	var p para
	l := text.DropFields(raw)
	if m := mdHeading.FindStringSubmatch(strings.TrimSpace(l)); m != nil {
		p.mark, l = len(m[1]), m[2]
	}
	l = htmlTag.ReplaceAllString(l, "")
	l = mdImage.ReplaceAllString(l, "")
	l = mdLink.ReplaceAllString(l, "$1")
	l = mdBold.ReplaceAllString(l, "$1$2")
	l = mdItalic.ReplaceAllString(l, "$1$2")
	l = unradical(text.Clean(l))
	if t := strings.TrimSpace(l); strings.HasPrefix(t, "|") && strings.Count(t, "|") > 1 {
		p.row, l = true, pipeRow(t)
	} else if strings.Contains(strings.Trim(l, "\t "), "\t") {
		p.row, l = true, tabRow(l)
	} else {
		l = strings.TrimPrefix(strings.TrimSpace(l), "> ")
		l = longBlanks.ReplaceAllString(mdBullet.ReplaceAllString(l, ""), " ")
	}
	p.text = strings.Trim(l, " \u3000\u00a0")
	if !p.row {
		p.text = strings.TrimSpace(p.text)
	}
	return p
}

// unradical writes the Kangxi radicals that some fonts map common characters
// to as those characters, as NFKC does. Radicals of the supplement (⻓, ⺠)
// stay as printed: NFKC keeps them, so whoever looks for a quote in the file
// would not find it; search folds them.
func unradical(s string) string {
	isRadical := func(r rune) bool { return r >= 0x2F00 && r <= 0x2FDF }
	if !strings.ContainsFunc(s, isRadical) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isRadical(r) {
			r, _ = utf8.DecodeRuneInString(norm.NFKC.String(string(r)))
		}
		return r
	}, s)
}

// pipeRow turns a Markdown table row into cells separated by tabs.
func pipeRow(s string) string {
	s = strings.ReplaceAll(strings.Trim(strings.TrimSpace(s), "|"), `\|`, "\x00")
	cells := strings.Split(s, "|")
	for i := range cells {
		cells[i] = strings.ReplaceAll(strings.TrimSpace(cells[i]), "\x00", "|")
	}
	return strings.Join(cells, "\t")
}

func tabRow(s string) string {
	cells := strings.Split(strings.TrimRight(s, "\t "), "\t")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return strings.Join(cells, "\t")
}

// wrapped joins the lines of files that break paragraphs at a fixed width:
// there, most lines are nearly equally long and a blank line parts paragraphs.
func wrapped(in []para) []para {
	var long []int
	for i := range in {
		if n := in[i].runes(); n > 20 && !in[i].row && in[i].mark == 0 {
			long = append(long, n)
		}
	}
	width := commonWidth(long)
	if width == 0 {
		return in
	}
	var out []para
	last := 0 // length of the line read before
	for _, p := range in {
		n := len(out)
		if n > 0 && last*10 >= width*8 && !p.gap && !p.row && p.mark == 0 &&
			!out[n-1].row && out[n-1].mark == 0 && !startsItem(p.text) && len(out[n-1].text) < maxBlock {
			out[n-1].extend(p)
		} else {
			out = append(out, p)
		}
		last = p.runes()
	}
	return out
}

// commonWidth returns the line width of a hard-wrapped file, 0 for others:
// at least 60 % of its long lines must lie within 15 % of the longest and
// the longest must be no more than 120 characters.
func commonWidth(lengths []int) int {
	longest, near := 0, 0
	for _, n := range lengths {
		longest = max(longest, n)
	}
	if len(lengths) < 10 || longest > 120 {
		return 0
	}
	for _, n := range lengths {
		if n*100 >= longest*85 {
			near++
		}
	}
	if near*100 < len(lengths)*60 {
		return 0
	}
	return longest
}
