// Package chunk cuts a parsed report into passages: pieces of one section,
// small enough to quote from, with tables whole and every piece knowing its
// section path and pages.
package chunk

import (
	"fmt"
	"slices"
	"strings"

	"reportbot/ingest/report"
)

// Version counts the changes to cutting that change what is stored.
const Version = 3

const (
	target   = 420  // runes after which a passage is closed at the next block
	longest  = 700  // runes of prose no passage exceeds
	tableMax = 1500 // runes of a table that stays whole; longer ones repeat their header
)

// Passages returns the report's evidence in reading order. Contents,
// disclaimers and adverts yield none. r.ID must be set.
func Passages(r *report.Report) []report.Passage {
	c := cutter{r: r}
	for i := range r.Sections {
		// What is no evidence does not end the sections around it: an advert
		// on a page of its own leaves 2.2 under 2.
		if s := &r.Sections[i]; s.Role == report.Body || s.Role == report.Front {
			c.enter(s)
			c.section(s)
		}
	}
	return c.out
}

type cutter struct {
	r     *report.Report
	stack []*report.Section // open sections, outermost first
	out   []report.Passage
	parts []piece // of the passage being made
}

// enter keeps the stack of headings above s.
func (c *cutter) enter(s *report.Section) {
	n := len(c.stack)
	for n > 0 && (c.stack[n-1].Level >= s.Level || c.stack[n-1].Role != s.Role) {
		n--
	}
	c.stack = append(c.stack[:n], s)
}

// place returns the number and path passages of the current section carry;
// a section without a number stands under the number of its parent.
func (c *cutter) place() (number string, path []string) {
	for _, s := range c.stack {
		if s.Number != "" {
			number = s.Number
		}
		if s.Title != "" {
			path = append(path, s.Title)
		}
	}
	return number, path
}

func (c *cutter) section(s *report.Section) {
	blocks := slices.DeleteFunc(slices.Clone(s.Blocks), func(b report.Block) bool {
		return strings.TrimSpace(b.Text) == ""
	})
	for i := 0; i < len(blocks); i++ {
		if n := tableAt(blocks[i:]); n > 0 {
			c.flush()
			c.table(blocks[i : i+n])
			i += n - 1
			continue
		}
		for _, p := range pieces(&blocks[i], c.room()) {
			c.add(p)
		}
	}
	c.flush()
}

// room is how much of what comes next can stand in one piece: after a lead
// so much that the two fit into one passage.
func (c *cutter) room() int {
	if c.lead() {
		if room := longest - 1 - c.parts[len(c.parts)-1].runes; room >= target/2 {
			return room
		}
	}
	return longest
}

// lead reports whether the passage being made ends in a lead such as 包括：.
func (c *cutter) lead() bool {
	if len(c.parts) == 0 {
		return false
	}
	s := c.parts[len(c.parts)-1].text
	return strings.HasSuffix(s, "：") || strings.HasSuffix(s, ":")
}

// add puts a piece into the passage being made or begins a new one. A lead
// goes on with what it leads to, if need be into the new passage.
func (c *cutter) add(p piece) {
	sum := p.runes
	for _, q := range c.parts {
		sum += q.runes + 1 // and a line end
	}
	kind := c.kind()
	switch last := len(c.parts) - 1; {
	case last < 0:
	case kind != p.kind && (kind == report.Risk || p.kind == report.Risk):
		c.flush()
	case sum <= target, sum <= longest && (c.lead() || p.kind == report.Caption):
	case c.lead() && c.parts[last].runes+1+p.runes <= longest:
		lead := c.parts[last]
		c.parts = c.parts[:last]
		c.flush()
		c.parts = []piece{lead}
	default:
		c.flush()
	}
	c.parts = append(c.parts, p)
}

// kind is that of the passage being made: the first of its parts that is no
// caption.
func (c *cutter) kind() report.Kind {
	for _, p := range c.parts {
		if p.kind != report.Caption {
			return p.kind
		}
	}
	return report.Caption
}

// flush ends the passage being made, if there is one.
func (c *cutter) flush() {
	if len(c.parts) == 0 {
		return
	}
	number, path := c.place()
	first := c.parts[0].page
	p := report.Passage{
		ID: fmt.Sprintf("%s-%04d", c.r.ID, len(c.out)+1), ReportID: c.r.ID,
		Number: number, Path: path, Kind: c.kind(), PageFrom: first, PageTo: first,
	}
	for _, part := range c.parts {
		if p.Text != "" {
			p.Text += "\n"
		}
		at := len(p.Text)
		p.Text += part.text
		p.Boxes = append(p.Boxes, report.Shift(part.boxes, at)...)
		for _, t := range append([]report.PageTurn{{Page: part.page}}, part.turns...) {
			if t.Page != p.PageTo {
				p.Turns = append(p.Turns, report.PageTurn{Offset: at + t.Offset, Page: t.Page})
				p.PageTo = t.Page
			}
		}
	}
	c.out, c.parts = append(c.out, p), nil
}
