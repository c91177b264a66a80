package chunk

import (
	"slices"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// tableAt returns how many blocks the table takes that blocks begin with: its
// caption, the rows and the source line under it; 0 when they begin with none.
func tableAt(blocks []report.Block) int {
	n := 0
	if short(&blocks[0]) && len(blocks) > 1 {
		n++
	}
	if blocks[n].Kind != report.Table {
		return 0
	}
	n++
	if n < len(blocks) && short(&blocks[n]) && isSource(blocks[n].Text) {
		n++
	}
	return n
}

// short reports whether b is a caption that a table may carry along.
func short(b *report.Block) bool {
	return b.Kind == report.Caption && utf8.RuneCountInString(b.Text) <= target
}

func isSource(s string) bool {
	s, _, _ = strings.Cut(s, "\n")
	for _, w := range []string{"来源", "Source", "source", "SOURCE", "注："} {
		if i := strings.Index(s, w); i >= 0 && i < 13 {
			return true
		}
	}
	return false
}

// table makes one passage of a table with its caption and source, or several
// that repeat caption and header when it is too long.
func (c *cutter) table(blocks []report.Block) {
	if blocks[0].Kind == report.Caption {
		c.parts, blocks = append(c.parts, whole(&blocks[0])), blocks[1:]
	}
	rows := &blocks[0]
	spans := lines(rows.Text)
	header := sub(rows, spans[0].From, spans[0].To)
	repeated := slices.Clone(c.parts)
	if header.runes <= target { // a longer one would crowd out the rows
		repeated = append(repeated, header)
	}
	first := 0 // of the spans of this passage
	for i, s := range spans {
		if i > first && utf8.RuneCountInString(rows.Text[spans[first].From:s.To]) > tableMax {
			c.parts = append(c.parts, sub(rows, spans[first].From, spans[i-1].To))
			c.flush()
			c.parts = append(c.parts, repeated...)
			first = i
		}
	}
	c.parts = append(c.parts, sub(rows, spans[first].From, spans[len(spans)-1].To))
	if len(blocks) > 1 {
		c.parts = append(c.parts, whole(&blocks[1]))
	}
	c.flush()
}

// lines returns the rows of a table that are not blank, those cut that are
// too long for any passage.
func lines(s string) []text.Span {
	var out []text.Span
	at := 0
	for line := range strings.SplitAfterSeq(s, "\n") {
		row := text.Span{From: at, To: at + len(strings.TrimSuffix(line, "\n"))}
		out = append(out, clauses(s, row, tableMax)...)
		at += len(line)
	}
	return out
}
