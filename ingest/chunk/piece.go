package chunk

import (
	"strings"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// piece is a run of a block's text with the pages it stands on.
type piece struct {
	text  string
	kind  report.Kind
	runes int
	page  int
	turns []report.PageTurn
	boxes []report.Box
}

func whole(b *report.Block) piece { return sub(b, 0, len(b.Text)) }

// sub is the piece of b between two bytes.
func sub(b *report.Block, from, to int) piece {
	s := b.Text[from:to]
	p := piece{text: s, kind: b.Kind, runes: utf8.RuneCountInString(s), page: b.Page}
	for _, t := range b.Turns {
		switch {
		case t.Offset <= from:
			p.page = t.Page
		case t.Offset < to:
			p.turns = append(p.turns, report.PageTurn{Offset: t.Offset - from, Page: t.Page})
		}
	}
	p.boxes = report.Shift(report.Clip(b.Text, b.Boxes, from, to), -from)
	return p
}

// pieces cuts a block of more than room runes at sentence ends, into pieces
// of up to target where sentences allow and never more than room.
func pieces(b *report.Block, room int) []piece {
	if utf8.RuneCountInString(b.Text) <= room {
		return []piece{whole(b)}
	}
	var spans []text.Span
	for _, s := range text.Sentences(b.Text) {
		spans = append(spans, clauses(b.Text, s, room)...)
	}
	var out []piece
	for first, i := 0, 1; i <= len(spans); i++ {
		from := spans[first].From
		if i == len(spans) || utf8.RuneCountInString(b.Text[from:spans[i].To]) > min(target, room) {
			out = append(out, sub(b, from, spans[i-1].To))
			first = i
		}
	}
	return out
}

// clauses cuts a span of more than most runes: after the last comma, blank
// or tab in the second half of what fits, or else where it is full. Blank
// ones are left out.
func clauses(s string, span text.Span, most int) []text.Span {
	var out []text.Span
	add := func(from, to int) {
		if strings.TrimSpace(s[from:to]) != "" {
			out = append(out, text.Span{From: from, To: to})
		}
	}
	from, n, cut := span.From, 0, 0
	for i, r := range s[span.From:span.To] {
		i += span.From
		if n == most {
			if cut <= from {
				cut = i
			}
			add(from, cut)
			from, n = cut, utf8.RuneCountInString(s[cut:i])
		}
		n++
		if n > most/2 && strings.ContainsRune("，、,; \t", r) {
			cut = i + utf8.RuneLen(r)
		}
	}
	add(from, span.To)
	return out
}
