package fact

import (
	"strings"

	"reportbot/ingest/report"
)

// place is where a row stands in a passage.
type place struct {
	passage string
	page    int
}

// places finds the rows of tables in the passages that were cut from them.
type places struct{ byLine map[string][]place }

func newPlaces(passages []report.Passage) *places {
	p := &places{byLine: map[string][]place{}}
	for i := range passages {
		at := 0
		for s := range strings.SplitSeq(passages[i].Text, "\n") {
			if s != "" {
				p.byLine[s] = append(p.byLine[s], place{passages[i].ID, passages[i].PageAt(at)})
			}
			at += len(s) + 1
		}
	}
	return p
}

// take returns where a row that begins at byte from of b stands. Rows are
// asked for in reading order: of several equal ones on a page each is given
// once, the last again and again. A row no passage holds has a page only.
func (p *places) take(b *report.Block, row string, from int) place {
	page := b.Page
	for _, t := range b.Turns {
		if t.Offset <= from {
			page = t.Page
		}
	}
	all := p.byLine[row]
	for i, at := range all {
		if at.page != page && page != 0 {
			continue
		}
		if i+1 < len(all) {
			copy(all[1:i+1], all[:i]) // mostly nothing: a table may have a hundred thousand equal rows
			p.byLine[row] = all[1:]
		}
		return at
	}
	return place{page: page}
}
