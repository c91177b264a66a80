// Package fact reads the typed figures that the tables of a report state: a
// forecast table becomes one report.Fact a cell. A report and its passages go
// in, facts come out in reading order. A figure whose metric, period or owner
// is not certain is left out: a missing fact costs less than a wrong one.
// Storing facts and answering from them is for others.
package fact

import (
	"strings"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// Version counts the changes to reading that change which facts are stored.
const Version = 2

// Read returns the facts that the tables and the lines beside the rating of r
// state, in reading order. passages are those of r; each fact names the one
// that holds its row. r is not changed; equal input gives equal facts.
func Read(r *report.Report, passages []report.Passage) []report.Fact {
	rd := &reader{report: r, companies: companiesOf(r), places: newPlaces(passages)}
	for i := range r.Sections {
		s := &r.Sections[i]
		if s.Role != report.Body && s.Role != report.Front {
			continue
		}
		rd.section(s, i)
	}
	return rd.facts()
}

// reader goes through a report and gathers what may become facts.
type reader struct {
	report    *report.Report
	companies companies
	places    *places
	found     []candidate
	table     int // number of the table being read
}

// candidate is a fact with what is needed to judge it among the others.
type candidate struct {
	report.Fact
	table  int
	row    int    // number of the row in its table
	base   string // bare name of its row
	plain  bool   // profit with the share of minorities
	loose  bool   // taken for the subject's only because nothing says whose it is
	period text.Period
}

// section reads the blocks of a section; a table goes on in the next block
// when nothing stands between.
func (rd *reader) section(s *report.Section, number int) {
	var t *table
	for i := range s.Blocks {
		b := &s.Blocks[i]
		if b.Kind != report.Table {
			// A short line between rows is a cell that reading lost hold of.
			if t != nil && b.Kind != report.Caption && brief(b.Text) {
				t.interrupt(b.Text)
			} else {
				t = nil
			}
			if front(s, b, number) {
				rd.pairsIn(b)
			}
			continue
		}
		if t == nil {
			t = rd.newTable(s, i)
		}
		t.read(b)
	}
}

// front reports whether a block stands where prices are printed beside the
// rating: on the first page, or near the head of a text without pages.
func front(s *report.Section, b *report.Block, number int) bool {
	return b.Page == 1 || b.Page == 0 && (s.Role == report.Front || number == 0)
}

// newTable begins a table at block i of a section.
func (rd *reader) newTable(s *report.Section, i int) *table {
	rd.table++
	t := &table{reader: rd, number: rd.table, section: s.Title}
	if i > 0 && s.Blocks[i-1].Kind != report.Table {
		before := s.Blocks[i-1].Text
		if s.Blocks[i-1].Kind == report.Caption {
			t.caption = before
		}
		// The last line before a table may state its unit or kind.
		if len(before) < 400 && (t.caption != "" || strings.Contains(before, "单位")) {
			t.units = t.units.read(before)
		}
		if t.caption != "" || brief(before) {
			t.around = before
		}
		if isSource(t.caption) {
			t.caption, t.around = "", ""
		}
	}
	lead := ""
	if i > 0 && t.caption == "" && brief(s.Blocks[i-1].Text) {
		lead = s.Blocks[i-1].Text
	}
	t.owner, t.owned = rd.companies.owner(t.caption, lead, s.Title)
	return t
}

// brief reports whether a block can be a title or a cell: no sentence.
func brief(s string) bool {
	return utf8.RuneCountInString(s) <= 40 && !strings.ContainsAny(s, "。；！？\n") && !strings.HasSuffix(s, ".")
}

// isSource reports whether a caption is the source line of what stands above.
func isSource(s string) bool {
	s = strings.ToLower(s)
	for _, w := range []string{"资料来源", "数据来源", "来源", "source", "注：", "note"} {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}
