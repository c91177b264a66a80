package fact

import (
	"regexp"
	"slices"
	"strings"

	"reportbot/ingest/text"
)

// column is one column of figures: of a period, of the growth in the period
// before it, or of something that is not read.
type column struct {
	period text.Period // zero for what is not read
	rival  string
	head   string // of a column of growth: 同比
}

// panel is a table under one head: a column of names and those of figures.
// Two panels can stand side by side.
type panel struct {
	units   units
	columns []column
}

// periodWith finds a period that a unit or version follows: 2023 $ million,
// 2025E(原).
var periodWith = regexp.MustCompile(`^([^\s(（]+)[\s(（]+([^()（）]+)[)）]?$`)

// headPeriod reads the head of a column as a period.
func headPeriod(cell string) (text.Period, bool) {
	if p, ok := text.ParsePeriod(cell); ok {
		return p, true
	}
	if m := periodWith.FindStringSubmatch(cell); m != nil {
		if p, ok := text.ParsePeriod(m[1]); ok {
			_, _, isUnit := text.ParseUnit(m[2])
			_, isVersion := versionOf(m[2])
			return p, isUnit || isVersion
		}
	}
	return text.Period{}, false
}

// monthHead is the head of a business year of which no mark tells that it is
// none of a month: 12/24. It is one beside heads of the same month with marks.
var monthHead = regexp.MustCompile(`^(\d{1,2}/)\d\d([aefAEF])?$`)

// markMonths returns the cells with such heads written out: 12/24A.
func markMonths(cells []string) []string {
	marked := ""
	for _, c := range cells {
		if m := monthHead.FindStringSubmatch(c); m != nil && m[2] != "" {
			marked = m[1]
		}
	}
	if marked == "" {
		return cells
	}
	out := slices.Clone(cells)
	for i, c := range out {
		if m := monthHead.FindStringSubmatch(c); m != nil && m[2] == "" && m[1] == marked {
			out[i] = c + "A"
		}
	}
	return out
}

// unread finds the heads of columns that hold figures, but none of one
// period: 2023-2025E, 22A/E, TTM, CAGR, dates.
var unread = regexp.MustCompile(`(?i)^(?:(?:fy)?'?\d{2,4}[aef]?\s*[-–—~/至]|.*\b(?:ttm|ltm|cagr)\b|.*复合增|\d{2}\s?a/e|[a-z]+ \d{1,2},)`)

// parseHead reads a row as the head of panels: two periods at least and no
// figure that is not one.
func parseHead(cells []string, known units) []panel {
	var out []panel
	periods := 0
	cells = markMonths(cells)
	for i := 0; i < len(cells); i++ {
		cell := cells[i]
		p, ok := headPeriod(cell)
		last := len(out) - 1
		switch {
		case ok:
			periods++
			if last < 0 {
				out, last = append(out, panel{units: known}), 0
			}
			if m := periodWith.FindStringSubmatch(cell); m != nil && !isPeriod(cell) {
				rival, _ := versionOf(m[2])
				out[last].units = out[last].units.read(m[2])
				out[last].columns = append(out[last].columns, column{period: p, rival: rival})
				continue
			}
			out[last].columns = append(out[last].columns, column{period: p})
		case isValue(cell) && !unread.MatchString(cell):
			return nil
		case last < 0:
			out = append(out, panel{units: known.read(cell)})
		case len(out[last].columns) == 0: // more cells of the names' head
			out[last].units = out[last].units.read(cell)
		case unread.MatchString(cell) || qoqs[bare(cell)]:
			out[last].columns = append(out[last].columns, column{})
		case readLabel(cell).growth:
			out[last].columns = append(out[last].columns, column{head: cell})
		case i+1 < len(cells) && periodAt(cells[i+1]) && (cell != "" || out[last].has(cells[i+1])):
			out = append(out, panel{units: known.read(cell)})
		default:
			out[last].columns = append(out[last].columns, column{})
		}
	}
	if periods < 2 {
		return nil
	}
	for i := range out {
		out[i].trim(cells)
	}
	return out
}

// trim takes off the columns after the last that has a name: empty cells at
// the end of a head are no columns, as those of its rows are no figures.
func (p *panel) trim(cells []string) {
	for n := len(cells); n > 0 && cells[n-1] == "" && len(p.columns) > 0 && p.columns[len(p.columns)-1] == (column{}); n-- {
		p.columns = p.columns[:len(p.columns)-1]
	}
}

// has reports whether the panel has a column of the period that cell names.
func (p *panel) has(cell string) bool {
	period, _ := headPeriod(cell)
	return slices.ContainsFunc(p.columns, func(c column) bool { return c.period.Name == period.Name })
}

func periodAt(cell string) bool {
	_, ok := headPeriod(cell)
	return ok
}

// runs cuts columns where a period comes again: 2025E 2026E 2025E 2026E. It
// returns the length of each run.
func runs(columns []column) []int {
	var out []int
	seen, n := map[string]bool{}, 0
	for _, c := range columns {
		if name := c.period.Name; name != "" {
			if seen[name+c.rival] {
				out, n = append(out, n), 0
				clear(seen)
			}
			seen[name+c.rival] = true
		}
		n++
	}
	return append(out, n)
}

// settle decides what columns whose periods come more than once mean: the
// versions announced above them, one a run. Without such a line nobody knows,
// and there is no head.
func settle(panels []panel, above []string) []panel {
	for i := range panels {
		p := &panels[i]
		groups := runs(p.columns)
		if len(groups) == 1 {
			continue
		}
		versions := versionsOf(above)
		if len(versions) != len(groups) || len(panels) > 1 || slices.Max(groups) != slices.Min(groups) {
			return nil
		}
		for j := range p.columns {
			p.columns[j].rival = versions[j/groups[0]]
		}
	}
	if len(panels) == 1 && len(runs(panels[0].columns)) == 1 && len(versionsOf(above)) == 1 {
		for j := range panels[0].columns {
			panels[0].columns[j].rival = versionsOf(above)[0]
		}
	}
	return panels
}

// behead takes the head of one panel out of a row that holds figures of
// another: (百万元) 2024 2025E ROE 3.6% 14.2%. Where one table begins beside
// the rows of the other, its periods must be the ones in force.
func behead(cells []string, panels []panel) []string {
	for k := range panels {
		columns := panels[k].columns
		n := len(columns)
		for i := 0; i+n <= len(cells) && n > 1; i++ {
			if !slices.EqualFunc(columns, cells[i:i+n], func(c column, cell string) bool {
				p, ok := headPeriod(cell)
				return ok && p == c.period
			}) {
				continue
			}
			from := i
			if i > 0 && !isValue(cells[i-1]) && cells[i-1] != "" {
				from = i - 1
			}
			return slices.Concat(cells[:from], cells[i+n:])
		}
	}
	return cells
}

// versionsOf returns the versions that the cells of a row announce, in their
// order, or nil when a cell says something else. The first may be a name.
func versionsOf(cells []string) []string {
	var out []string
	for i, c := range cells {
		rival, ok := versionOf(c)
		switch {
		case ok && c != "":
			out = append(out, rival)
		case c != "" && i > 0:
			return nil
		}
	}
	return out
}

// under spreads the periods of a head over the versions in the row below it:
// 2025E 2026E above 旧 新 变动 旧 新 变动.
func under(panels []panel, below []string) []panel {
	versions := versionsOf(below)
	if len(panels) != 1 || len(versions) < 2 {
		return nil
	}
	var periods []column
	for _, c := range panels[0].columns {
		if c.period.Name != "" {
			periods = append(periods, c)
		}
	}
	each := len(versions) / max(len(periods), 1)
	if len(periods) == 0 || each < 1 || each*len(periods) != len(versions) || len(runs(periods)) > 1 {
		return nil
	}
	out := panel{units: panels[0].units}
	for i, v := range versions {
		if v != versions[i%each] {
			return nil
		}
		out.columns = append(out.columns, column{period: periods[i/each].period, rival: v})
	}
	return []panel{out}
}

// mixed finds words which say that the columns are not of whole business
// years, whatever their heads look like.
var mixed = regexp.MustCompile(`(?i)\b(?:three|six|nine)\s+months|\bweeks\s+ended|\bquarters?\s+ended|\bquarterly\b|单季|单季度`)

// adjusted finds words for figures that are not as reported.
var adjusted = regexp.MustCompile(`(?i)non-?gaap|\badjusted\b|\bpro\s?forma\b|经调整|扣非|扣除|备考`)

// fits reports whether the words around a head leave its columns what they
// look like. Named quarters are what they are.
func fits(panels []panel, around string) bool {
	if adjusted.MatchString(around) {
		return false
	}
	if !mixed.MatchString(around) {
		return true
	}
	for _, p := range panels {
		for _, c := range p.columns {
			if c.period.Name != "" && !strings.ContainsAny(c.period.Name, "QH") {
				return false
			}
		}
	}
	return true
}
