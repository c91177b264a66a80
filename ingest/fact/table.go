package fact

import (
	"slices"
	"strconv"
	"strings"

	"reportbot/ingest/report"
)

// table is one table being read, with all that its rows depend on.
type table struct {
	*reader
	number  int
	caption string
	around  string // the words just before it
	units   units
	owner   report.Security
	owned   bool // false when nobody knows whose it is

	panels []panel  // of the head in force; nil without one
	above  []string // cells of the last row without figures above the head
	fresh  bool     // the head has had no row yet
	row    int
	named  []rowName // for each panel the name of its last row
	peers  *peers    // when companies go down and metrics across
	down   []label   // when years go down and metrics across
	block  *report.Block
	first  *report.Block // where the table begins
	begun  bool          // the block has had a row of figures

	lead    string // the line that parted the block from the last one
	section string // the title over it
}

// rowName is what the rows below take from the one above: its metric for a
// growth or a version, and the heading it stands under.
type rowName struct {
	label
	growing bool    // under 成长能力: a sum in per cent is a growth
	below   string  // the rival whose figures the heading says stand below it
	shares  bool    // under a heading of parts or per share data: no sums here
	over    string  // the text of the line just above, if it had no figures
	stated  measure // by the heading for all below it: 每股指标（元）
}

// read reads the rows of one block.
func (t *table) read(b *report.Block) {
	t.begun = false
	if t.block = b; t.first == nil {
		t.first = b
	}
	lines := linesOf(b)
	if p, n := readPeers(t, lines); p != nil {
		t.peers, t.panels, t.down = p, nil, nil
		lines = lines[n:]
	}
	for _, l := range lines {
		t.row++
		t.line(l)
	}
}

// line reads one row: as a head, as the versions under one, as a heading, as
// a pair of name and value, or as figures.
func (t *table) line(l line) {
	if len(l.cells) == 1 && (captionLead.MatchString(l.text) || isSource(l.text)) {
		t.retitle(l.text)
		return
	}
	if panels := parseHead(l.cells, t.units); panels != nil && !t.disguised(l.cells, panels) {
		if t.block != t.first && !t.begun && (t.lead != "" || !slices.EqualFunc(panels, t.panels, samePanel)) {
			t.anew("") // another table, not more of the one before
			panels = parseHead(l.cells, t.units)
		}
		t.head(panels, l)
		return
	}
	if down := metricHead(l.cells); down != nil {
		t.panels, t.peers, t.down, t.above = nil, nil, down, nil
		return
	}
	if t.fresh {
		if panels := under(t.panels, l.cells); panels != nil {
			panels[0].units = panels[0].units.read(l.cells[0])
			t.panels, t.fresh = panels, false
			t.named = make([]rowName, 1)
			return
		}
	}
	if t.pairs(l) {
		return
	}
	if !hasNumber(l.cells) {
		t.above = l.cells
	} else {
		t.begun = true
	}
	switch {
	case t.peers != nil:
		t.peer(l)
	case t.down != nil:
		t.yearRow(l)
	case t.panels != nil:
		t.fresh = t.fresh && !hasNumber(l.cells)
		t.figures(l)
	}
}

// disguised reports whether what looks like a head are figures that happen
// to look like years: they have a metric's name or follow a head, and do not
// count up or down by one.
func (t *table) disguised(cells []string, panels []panel) bool {
	if len(panels) > 1 || t.panels == nil && readLabel(cells[0]).metric == "" {
		return false
	}
	year := 0
	for i, c := range panels[0].columns {
		next, err := strconv.Atoi(c.period.Name)
		if err != nil || c.period.Estimate || c.period.Actual {
			return false
		}
		if i > 0 && next != year+1 && next != year-1 {
			return true
		}
		year = next
	}
	return false
}

// retitle begins what is a new table in the same block.
func (t *table) retitle(s string) {
	if t.panels, t.peers, t.down, t.above = nil, nil, nil, nil; isSource(s) {
		return
	}
	t.anew(s)
}

// anew begins another table under a caption.
func (t *table) anew(caption string) {
	t.reader.table++
	t.number, t.caption, t.around, t.units = t.reader.table, caption, caption+t.lead, units{}.read(caption)
	t.owner, t.owned = t.companies.owner(caption, t.lead, t.section)
	t.first, t.lead = t.block, ""
}

// head puts panels in force. Rows go on under the names of the old ones only
// when the head is repeated.
func (t *table) head(panels []panel, l line) {
	around := t.around + "\n" + strings.Join(t.above, " ") + "\n" + l.text
	if len(t.above) > 0 && len(panels) == 1 && panels[0].units == t.units {
		panels[0].units = t.units.read(t.above[0])
	}
	t.peers, t.down = nil, nil
	t.panels = nil
	t.fresh = true
	if fits(panels, around) {
		// The versions may also stand below; then periods come once.
		t.panels = settle(panels, t.above)
	}
	t.named = make([]rowName, len(t.panels))
	t.above = nil
}

// segment is one name with the cells that follow it in a row.
type segment struct {
	names  []string
	values []string
}

// segments cuts a row where a name follows figures.
func segments(cells []string) []segment {
	var out []segment
	for i, c := range cells {
		value := isValue(c) || c == "" && i > 0
		last := len(out) - 1
		switch {
		case value && last < 0:
			out = append(out, segment{values: []string{c}})
		case value:
			out[last].values = append(out[last].values, c)
		case last < 0 || len(out[last].values) > 0 && !blank(out[last].values):
			out = append(out, segment{names: []string{c}})
		default:
			// Empty cells between two names belong to neither.
			out[last].names, out[last].values = append(out[last].names, c), nil
		}
	}
	return out
}

// trim takes empty cells off the ends while there are more than n: the empty
// cell of a unit, and one at the end of each row.
func (s *segment) trim(n int) {
	for len(s.values) > n && s.values[0] == "" && !blank(s.values) {
		s.values = s.values[1:]
	}
	for last := len(s.values) - 1; last >= n && s.values[last] == ""; last-- {
		s.values = s.values[:last]
	}
}

func blank(cells []string) bool { return strings.Join(cells, "") == "" }

// figures reads a row under the panels in force.
func (t *table) figures(l line) {
	cells := l.cells
	if len(t.panels) > 1 {
		cells = behead(cells, t.panels)
	}
	parts := segments(cells)
	// A remark, or the title of what begins beside the table.
	for len(parts) > len(t.panels) && blank(parts[len(parts)-1].values) {
		parts = parts[:len(parts)-1]
	}
	if len(parts) > len(t.panels) {
		return
	}
	for i := range parts {
		s := &parts[i]
		if len(t.panels) == 1 {
			s.trim(len(t.panels[0].columns))
		}
		at := t.panelOf(i, len(parts), len(s.values))
		switch {
		case blank(s.values):
			t.heading(i, len(parts), s.names)
		case at < 0:
			t.forget(i, len(parts))
		default:
			t.segment(l, at, *s)
		}
	}
}

// panelOf says which panel part i of n in a row belongs to, or -1 when its
// figures are not as many as the columns of one, or when it could be of
// several that differ.
func (t *table) panelOf(i, n, figures int) int {
	if n == len(t.panels) {
		if figures != len(t.panels[i].columns) {
			return -1
		}
		return i
	}
	at := -1
	for k := range t.panels {
		if len(t.panels[k].columns) != figures {
			continue
		}
		if at >= 0 && !samePanel(t.panels[at], t.panels[k]) {
			return -1
		}
		// What is left over stands in the last panel: the longer one.
		at = k
	}
	return at
}

func samePanel(a, b panel) bool { return slices.Equal(a.columns, b.columns) }
