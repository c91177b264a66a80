package parse

import (
	"regexp"
	"strings"
	"unicode"

	"reportbot/ingest/report"
)

var (
	sourceLine = newOpening("资数来注备SsſNn", `^(资料来源|数据来源|来源|资料來源|注|备注)\s*[:：]|^(?i)(source|note)s?\s*[:：]`)
	riskStart  = regexp.MustCompile(`^(主要)?风险(提示|因素)?\s*[:：]|^(?i)(key )?risks?( to .{0,30})?\s*[:：]`)
	riskTitle  = regexp.MustCompile(`风险(提示|因素|分析|警示)|^(?i)(key )?risks?\b`)
	filler     = regexp.MustCompile(`^(报告)?正文$|^目\s*[录次]$`)
)

// structure turns paragraphs into sections. pages is the number of physical
// pages, 0 for formats without them.
func structure(ps []para, pages int) ([]report.Section, report.Loss) {
	dropFurniture(ps, pages)
	entries := markContents(ps)
	markAdverts(ps)
	markBoilerplate(ps)
	dropCharts(ps)
	for i := range ps {
		if ps[i].side && ps[i].role == report.Body {
			ps[i].role = report.Front
		}
	}
	o := &outline{listing: newListing(entries), body: bodySize(ps)}
	o.measure(ps)
	heads, lastNamed := findHeadings(ps, o)
	markTail(ps, lastNamed)
	var b builder
	for _, i := range ordered(ps) {
		if h, ok := heads[i]; ok && ps[i].role == report.Body {
			b.open(h, &ps[i])
		} else {
			b.add(&ps[i])
		}
	}
	return b.sections, account(ps, pages)
}

// measure notes the title's size and whether bold print is rare.
func (o *outline) measure(ps []para) {
	bold, all := 0, 0
	for i := range ps {
		p := &ps[i]
		if p.drop != "" {
			continue
		}
		if p.page == 1 {
			o.top = max(o.top, p.size)
		}
		all += p.runes()
		if p.bold {
			bold += p.runes()
		}
	}
	o.bolds = bold*4 < all
}

// ordered returns the indexes of what is kept: the sidebar of the first page,
// which may stand amid the text, before everything else; adverts and
// boilerplate, which may stand there too, after it.
func ordered(ps []para) []int {
	var front, rest, strays []int
	for i := range ps {
		switch {
		case ps[i].drop != "":
		case ps[i].role == report.Front:
			front = append(front, i)
		case ps[i].stray:
			strays = append(strays, i)
		default:
			rest = append(rest, i)
		}
	}
	return append(append(front, rest...), strays...)
}

// findHeadings returns the headings by index and the index of the last one
// that the contents name as a part of the body.
func findHeadings(ps []para, o *outline) (map[int]headed, int) {
	heads := map[int]headed{}
	lastNamed := -1
	for i := range ps {
		o.listed = o.listed || ps[i].role == report.Contents
		if ps[i].drop != "" || ps[i].role != report.Body {
			continue
		}
		if next := following(ps, i); next != nil && o.partsHeading(&ps[i], next) {
			ps[i].extend(*next)
			*next = para{page: next.page, drop: dropJoined}
		}
		before := o.located
		h, ok := o.heading(&ps[i], following(ps, i))
		if !ok {
			o.prose = o.prose || ps[i].runes() > 60 && !ps[i].row
			continue
		}
		heads[i], o.begun = h, true
		if o.located > before && !tailTitle.MatchString(strings.TrimSpace(ps[i].text)) {
			lastNamed = i
		}
	}
	return heads, lastNamed
}

// following returns the next paragraph that is kept, nil at the end.
func following(ps []para, i int) *para {
	for k := i + 1; k < len(ps); k++ {
		if ps[k].drop == "" {
			return &ps[k]
		}
	}
	return nil
}

// bodySize is the font size most of the text is set in, 0 when unknown. Tables
// and the disclaimer at the end, which may be longer than the text, do not
// count.
func bodySize(ps []para) float64 {
	count := map[float64]int{}
	best := 0.0
	for i := range ps {
		p := &ps[i]
		if i*3 >= len(ps) && p.runes() <= 40 && tailTitle.MatchString(strings.TrimSpace(p.text)) {
			break
		}
		if p.size > 0 && p.drop == "" && !p.row && (p.role == report.Body || p.role == report.Front) {
			count[p.size] += p.runes()
		}
	}
	for size, n := range count {
		if n > count[best] || n == count[best] && size < best {
			best = size
		}
	}
	return best
}

// builder collects paragraphs into sections and blocks.
type builder struct {
	sections []report.Section
	numbered int // level of the last numbered heading
}

func (b *builder) open(h headed, p *para) {
	level := h.level
	switch {
	case h.number != "":
		b.numbered = level
	case p.mark == 0 && level > 1:
		level = b.numbered + 1
	case level == 1:
		b.numbered = 0
	}
	b.sections = append(b.sections, report.Section{
		Number: h.number, Title: strings.TrimSpace(h.title), Level: max(level, 1), Page: p.page,
	})
}

// add puts a paragraph into the current section; text of another role opens
// a section of its own.
func (b *builder) add(p *para) {
	n := len(b.sections)
	role := p.role
	if role == report.Body && filler.MatchString(strings.TrimSpace(p.text)) {
		return
	}
	if role == report.Body && (n == 0 || b.sections[n-1].Role == report.Front) && !saysMuch(p) {
		role = report.Front // the title block
	}
	if n == 0 || b.sections[n-1].Role != role {
		b.sections = append(b.sections, report.Section{Title: roleTitle(role), Level: 1, Page: p.page, Role: role})
		n++
	}
	b.block(&b.sections[n-1], p)
}

// saysMuch reports whether p is a sentence of the text and no line of the
// title block.
func saysMuch(p *para) bool { return !p.row && (p.runes() > 60 || p.runes() > 40 && p.ends()) }

func roleTitle(r report.Role) string {
	return map[report.Role]string{
		report.Contents: "目录", report.Disclaimer: "声明", report.Advert: "转载方广告",
	}[r]
}

// maxBlock is the size in bytes from which a block takes no more: joining
// strings costs their length each time, so a file of one endless paragraph
// would cost its square.
const maxBlock = 32 << 10

// block adds p to the section's last block or as a new one.
func (b *builder) block(s *report.Section, p *para) {
	kind := kindOf(s, p)
	var last *report.Block
	if n := len(s.Blocks); n > 0 {
		last = &s.Blocks[n-1]
	}
	switch {
	case last == nil:
	case kind == report.Table && last.Kind == report.Table:
		header, _, _ := strings.Cut(last.Text, "\n")
		if p.text == header {
			return // a header printed again after a page break
		}
		if len(last.Text) > maxBlock {
			boxes := append(report.Clip(last.Text, last.Boxes, 0, len(header)), report.Shift(p.boxes, len(header)+1)...)
			s.Blocks = append(s.Blocks, report.Block{Kind: kind, Text: header + "\n" + p.text, Page: p.page, Boxes: boxes})
			return
		}
		appendBlock(last, "\n", p)
		return
	case (kind == report.Prose || kind == report.Risk && last.Kind == report.Risk) && last.Kind != report.Table && last.Kind != report.Caption && continues(last, p):
		q := para{text: last.Text, page: last.Page, turns: last.Turns, boxes: last.Boxes}
		q.extend(*p)
		last.Text, last.Turns, last.Boxes = q.text, q.turns, q.boxes
		return
	case len(last.Text) > maxBlock:
	case kind == last.Kind && (kind == report.List || kind == report.Risk && startsItem(p.text) || kind == report.Caption && sourceLine.MatchString(p.text)):
		appendBlock(last, "\n", p)
		return
	}
	s.Blocks = append(s.Blocks, report.Block{Kind: kind, Text: p.text, Page: p.page, Turns: p.turns, Boxes: p.boxes})
}

func appendBlock(b *report.Block, glue string, p *para) {
	at := len(b.Text) + len(glue)
	page := b.Page
	if n := len(b.Turns); n > 0 {
		page = b.Turns[n-1].Page
	}
	if p.page != page {
		b.Turns = append(b.Turns, report.PageTurn{Offset: at, Page: p.page})
	}
	for _, t := range p.turns {
		b.Turns = append(b.Turns, report.PageTurn{Offset: at + t.Offset, Page: t.Page})
	}
	b.Boxes = append(b.Boxes, report.Shift(p.boxes, at)...)
	b.Text += glue + p.text
}

// continues reports whether p goes on a sentence that the end of a page or of a
// column, or a removed footer, cut in two.
func continues(last *report.Block, p *para) bool {
	if len(last.Text) > maxBlock {
		return false
	}
	q := para{text: last.Text, page: last.Page, turns: last.Turns}
	tail := q.text[strings.LastIndexByte(q.text, '\n')+1:]
	if q.ends() || len([]rune(tail)) < 20 || startsItem(p.text) {
		return false
	}
	return p.page == 0 || p.page == q.lastPage()+1 || p.top && p.page == q.lastPage()
}

func kindOf(s *report.Section, p *para) report.Kind {
	t := strings.TrimSpace(p.text)
	switch {
	case p.row:
		return report.Table
	case captionStart.MatchString(t) && p.runes() <= 80, sourceLine.MatchString(t):
		return report.Caption
	case s.Role == report.Front:
		return report.List // one fact a line
	case s.Role == report.Body && (riskStart.MatchString(t) || riskTitle.MatchString(s.Title)):
		return report.Risk
	case startsItem(t):
		return report.List
	}
	return report.Prose
}

// account says what became of the characters, numbers and table cells.
func account(ps []para, pages int) report.Loss {
	loss := report.Loss{Dropped: map[string]int{}, LowTextPages: []int{}}
	perPage := make([]int, pages+1)
	for i := range ps {
		p := &ps[i]
		n, numbers, cells := printed(p.text), numbersIn(p.text), cellsIn(p)
		loss.CharsIn += n
		loss.NumbersIn += numbers
		loss.CellsIn += cells
		if p.page <= pages && p.drop != dropHidden {
			perPage[p.page] += n
		}
		switch {
		case n == 0: // its words went to another
		case p.drop != "":
			loss.Dropped[p.drop] += n
		case p.role != report.Body && p.role != report.Front:
			loss.Dropped[string(p.role)] += n
		default:
			loss.CharsKept += n
			loss.NumbersKept += numbers
			loss.CellsKept += cells
		}
	}
	for i := 1; i <= pages; i++ {
		if perPage[i] < 50 {
			loss.LowTextPages = append(loss.LowTextPages, i)
		}
	}
	return loss
}

// numbersIn counts the runs of digits of s.
func numbersIn(s string) int {
	n, inside := 0, false
	for _, r := range s {
		digit := r >= '0' && r <= '9'
		if digit && !inside {
			n++
		}
		inside = digit || inside && (r == '.' || r == ',')
	}
	return n
}

// cellsIn counts the cells of a table row that hold text.
func cellsIn(p *para) int {
	if !p.row {
		return 0
	}
	n := 0
	for cell := range strings.SplitSeq(p.text, "\t") {
		if strings.TrimSpace(cell) != "" {
			n++
		}
	}
	return n
}

// printed counts the characters of s that leave ink.
func printed(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}
