package parse

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// para is a paragraph, heading, list item or table row on its way from lines
// to blocks.
type para struct {
	text  string
	page  int               // physical page, 0 when the format has none
	turns []report.PageTurn // where it goes on to later pages
	size  float64           // font size in points, 0 when unknown
	mark  int               // level of a Markdown heading, 0 for none
	gap   bool              // a blank line or clear space stands before it
	role  report.Role       // set by the passes in furniture.go
	drop  string            // why it is left out altogether, "" to keep it
	row   bool              // a table row: cells separated by tabs
	edge  bool              // stands at the upper or lower edge of its page
	bold  bool              // begins in a bold font
	top   bool              // stands first in its column
	side  bool              // stands in the sidebar of the first page
	stray bool              // stands among the text and is none of it: an advert, boilerplate
	boxes []report.Box      // where the text stands, nil without pages
}

func (p *para) runes() int { return utf8.RuneCountInString(p.text) }

// ends reports whether the paragraph ends as a sentence or a lead does, so
// that what follows is not its continuation.
func (p *para) ends() bool {
	s := strings.TrimRightFunc(p.text, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("”’\"'」』)）】*", r)
	})
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune("。！？；：.!?;:…", r)
}

// extend appends the words of q, which may stand on a later page.
func (p *para) extend(q para) {
	glue := ""
	last, _ := utf8.DecodeLastRuneInString(p.text)
	first, _ := utf8.DecodeRuneInString(q.text)
	switch {
	case last == '-' && unicode.IsLower(first) && p.page > 0:
		p.text = strings.TrimSuffix(p.text, "-") // hyphenation of English print
	case wide(last) || wide(first):
	default:
		glue = " "
	}
	if n := len(p.boxes); n > 0 {
		p.boxes[n-1].End = min(p.boxes[n-1].End, len(p.text))
	}
	at := len(p.text) + len(glue)
	p.boxes = append(p.boxes, report.Shift(q.boxes, at)...)
	if q.page != p.lastPage() {
		p.turns = append(p.turns, report.PageTurn{Offset: at, Page: q.page})
	}
	for _, t := range q.turns {
		p.turns = append(p.turns, report.PageTurn{Offset: at + t.Offset, Page: t.Page})
	}
	p.text += glue + q.text
}

func (p *para) lastPage() int {
	if n := len(p.turns); n > 0 {
		return p.turns[n-1].Page
	}
	return p.page
}

// wide reports whether r is written without blanks around it.
func wide(r rune) bool {
	return text.IsHan(r) || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF ||
		strings.ContainsRune("“”‘’—…", r)
}
