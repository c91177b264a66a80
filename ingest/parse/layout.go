package parse

import (
	"math"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/parse/pdf"
	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// flow turns the lines of PDF pages into paragraphs in reading order. Print
// that does not stand upright follows its page: among the lines of the text it
// would part paragraphs and hide the gutter between columns.
func flow(pages []pdf.Page) []para {
	var out []para
	var open [][2]float64 // columns of a table that goes on over the page
	for i := range pages {
		p := pages[i]
		var aside []para
		p.Lines, aside = upright(p.Lines, p.Number)
		var charts []pdf.Line
		p.Lines, charts, open = exhibits(p.Lines, p.Height, open)
		for _, l := range charts {
			aside = append(aside, para{text: l.Text, page: p.Number, size: l.Size, row: strings.Contains(l.Text, "\t"), drop: dropChart})
		}
		margin := newMargins(&p)
		for _, c := range columns(&p) {
			for _, q := range joined(rowsOf(gridRuns(c.lines)), p.Number, margin) {
				q.side = c.narrow && i == 0
				out = append(out, q)
			}
		}
		out = append(out, aside...)
	}
	return out
}

// upright parts the lines of a page from those that are left out: printed
// aslant (watermarks), turned (the labels of an axis), or hidden.
func upright(ls []pdf.Line, number int) (kept []pdf.Line, aside []para) {
	down := standing(ls)
	for i, l := range ls {
		if down[i] {
			aside = append(aside, para{text: l.Text, page: number, size: l.Size, drop: dropFooter})
			continue
		}
		if l.Hidden {
			aside = append(aside, para{text: l.Text, page: number, drop: dropHidden})
			continue
		}
		high, wide := l.Y1-l.Y0, l.X1-l.X0
		// An upright character is about half as wide as its line is high. Some
		// producers state a size of 1 and scale: the size alone decides nothing.
		if n := float64(utf8.RuneCountInString(l.Text)); !l.Aslant && (high < 1.8*l.Size || wide > 0.2*high*n) {
			kept = append(kept, l)
			continue
		}
		why := dropWatermark
		if wide < 2*l.Size {
			why = dropChart
		}
		aside = append(aside, para{text: l.Text, page: number, size: l.Size, drop: why})
	}
	return kept, aside
}

// standing finds words written from top to bottom, one character a line, as
// houses print the kind of report at the edge of a page.
func standing(ls []pdf.Line) map[int]bool {
	out := map[int]bool{}
	var run []int
	end := func() {
		if len(run) >= 3 {
			for _, i := range run {
				out[i] = true
			}
		}
		run = nil
	}
	for i := range ls {
		l := &ls[i]
		if utf8.RuneCountInString(l.Text) != 1 || !hasLetters(l.Text) {
			continue // others may be drawn between
		}
		if n := len(run); n > 0 {
			last := &ls[run[n-1]]
			if math.Abs(l.X0-last.X0) > 3 || l.Y0 <= last.Y0 || l.Y0-last.Y0 > 4*math.Max(l.Size, 6) {
				end()
			}
		}
		run = append(run, i)
	}
	end()
	return out
}

// margins tells which lines stand at the upper or lower edge of a page.
type margins struct {
	height      float64
	tops, lasts []float64 // where lines begin and end, ascending
}

func newMargins(p *pdf.Page) *margins {
	m := &margins{height: p.Height}
	for i := range p.Lines {
		m.tops = append(m.tops, p.Lines[i].Y0)
		m.lasts = append(m.lasts, p.Lines[i].Y1)
	}
	sort.Float64s(m.tops)
	sort.Float64s(m.lasts)
	return m
}

// hold reports whether l lies in the outer tenth of the page or has fewer
// than two lines beyond it.
func (m *margins) hold(l *pdf.Line) bool {
	above := sort.SearchFloat64s(m.lasts, l.Y0+1)
	below := len(m.tops) - sort.SearchFloat64s(m.tops, l.Y1-1)
	return l.Y1 < 0.1*m.height || l.Y0 > 0.9*m.height || above < 2 || below < 2
}

// rowsOf joins the lines that stand on one height of a column into one, with
// tabs between them: the cells of a table row that the file draws apart.
func rowsOf(ls []pdf.Line) []pdf.Line {
	var out []pdf.Line
	for _, l := range ls {
		n := len(out)
		if n > 0 && !l.Row && !out[n-1].Row && !exhibitLine(&out[n-1]) && !exhibitLine(&l) && level(&out[n-1], &l) && (l.X0 >= out[n-1].X1 || l.X1 <= out[n-1].X0) {
			a, b := out[n-1], l
			if b.X0 < a.X0 {
				a, b = b, a
			}
			glue := "\t"
			if b.X0-a.X1 < 0.6*math.Max(a.Size, 6) {
				glue = ""
			}
			a.Cells, a.Words = joinCells(&a, &b, glue), joinWords(&a, &b, glue)
			a.Text += glue + b.Text
			a.X1, a.Y0, a.Y1 = math.Max(a.X1, b.X1), math.Min(a.Y0, b.Y0), math.Max(a.Y1, b.Y1)
			out[n-1] = a
			continue
		}
		out = append(out, l)
	}
	return out
}

// exhibitLine reports whether a line is the caption or the source line of a
// figure, which may stand beside that of another one.
func exhibitLine(l *pdf.Line) bool {
	return captionStart.MatchString(l.Text) || sourceLine.MatchString(l.Text)
}

// joinCells is where the cells of two lines reach that become one.
func joinCells(a, b *pdf.Line, glue string) [][2]float64 {
	left, right := a.Parts(), b.Parts()
	if glue == "" {
		last := left[len(left)-1]
		left = append(left[:len(left)-1:len(left)-1], [2]float64{last[0], right[0][1]})
		right = right[1:]
	}
	return append(left[:len(left):len(left)], right...)
}

// joinWords is where the words of two lines reach that become one.
func joinWords(a, b *pdf.Line, glue string) [][2]float64 {
	if len(a.Words) == 0 || len(b.Words) == 0 {
		return nil
	}
	out := append([][2]float64(nil), a.Words...)
	rest := b.Words
	if glue == "" {
		out[len(out)-1][1], rest = rest[0][1], rest[1:]
	}
	return append(out, rest...)
}

// boxesOf says where the text made of a line stands: cell by cell where the
// tabs of the line are still there.
func boxesOf(l *pdf.Line, text string, page int) []report.Box {
	cells := l.Parts()
	if strings.Count(text, "\t") != len(cells)-1 {
		cells = [][2]float64{{l.X0, l.X1}}
	}
	var out []report.Box
	at := 0
	for i, c := range cells {
		end := len(text)
		if n := strings.IndexByte(text[at:], '\t'); n >= 0 && i+1 < len(cells) {
			end = at + n
		}
		if end > at {
			out = append(out, report.Box{Offset: at, End: end, Page: page, X0: c[0], Y0: l.Y0, X1: c[1], Y1: l.Y1})
		}
		at = end + 1
	}
	return out
}

// level reports whether two lines share most of their height.
func level(a, b *pdf.Line) bool {
	shared := math.Min(a.Y1, b.Y1) - math.Max(a.Y0, b.Y0)
	return shared > 0.6*math.Min(a.Y1-a.Y0, b.Y1-b.Y0)
}

// markTab is the tab after a bullet or an item's number: no table column.
var markTab = regexp.MustCompile(`^\s*([❑❏⚫●■▪◆➢►✓•\-–]|[（(]?\d{1,2}[)）、.])\s*\t\s*`)

// bulletStart is a bullet in one of the many shapes that symbol fonts offer;
// readers of a quote get the one that every font has.
var bulletStart = regexp.MustCompile(`^[❑❏⚫●■▪◆➢►✓□◼◻▶]\s*`)

// joined makes paragraphs of the lines of one column: a line goes on the one
// before when that reached the right edge, the print is the same and nothing
// says that something new begins.
func joined(ls []pdf.Line, number int, m *margins) []para {
	pitches := map[float64]float64{}
	var out []para
	for i := range ls {
		l := &ls[i]
		text := unradical(strings.Trim(markTab.ReplaceAllString(text.DropFields(l.Text), "$1 "), " \u3000\u00a0"))
		text = bulletStart.ReplaceAllString(text, "• ")
		if text == "" {
			continue
		}
		q := para{text: text, page: number, size: math.Round(l.Size*2) / 2, row: l.Row || strings.Contains(text, "\t"), edge: m.hold(l), bold: l.Bold, boxes: boxesOf(l, text, number)}
		if i == 0 {
			q.gap, q.top = true, true
			out = append(out, q)
			continue
		}
		before := &ls[i-1]
		pitch, ok := pitches[l.Size]
		if !ok {
			pitch = linePitch(ls, l.Size)
			pitches[l.Size] = pitch
		}
		q.gap = l.Y0-before.Y0 > 1.4*pitch || l.Y0 < before.Y0-pitch
		q.top = l.Y0 < before.Y0-pitch
		n := len(out)
		if n > 0 && goesOn(before, l, &out[n-1], &q, edge(ls, i)) {
			out[n-1].extend(q)
			continue
		}
		out = append(out, q)
	}
	return out
}

// boxLabel begins the lines of the box of analysts.
var boxLabel = regexp.MustCompile(`^(首席|高级|资深|证券)?(分析师|研究员|研究助理|联系人|作者|执业证书|执业证|执证|电话|邮箱|手机|SAC|SFC|Tel|Email|E-mail)[^。]{0,12}[:：]`)

// goesOn reports whether line l continues the paragraph of the line before.
func goesOn(before, l *pdf.Line, p, q *para, right float64) bool {
	size := math.Max(before.Size, 6)
	switch {
	case q.row || p.row || q.gap, math.Abs(p.size-q.size) > 0.6:
		return false
	case before.Bold != l.Bold && (p.bold && before.Bold && !q.bold && p.runes() <= 40 && before.X1 < right-2*size || q.gap):
		return false // a heading of the text's own size
	case boxLabel.MatchString(q.text), p.runes() < 60 && contact.MatchString(p.text): // in the box of analysts every fact has its line
		return false
	case startsItem(q.text) || captionStart.MatchString(q.text) || sourceLine.MatchString(q.text):
		return false
	case p.ends() && dotted.MatchString(q.text) && q.runes() <= 45: // 2.3 变流器
		return false
	case isContentsLine(q.text) || isContentsLine(p.text):
		return false
	case captionStart.MatchString(p.text) && p.runes() < 40:
		return false
	case before.X1 < right-2.5*size: // a short line ends its paragraph
		return false
	case p.ends() && l.X0 > before.X0+1.2*size: // an indented first line
		return false
	}
	return utf8.RuneCountInString(p.text) > 6
}

// linePitch is the usual distance from one line of a column to the next in
// print of about a size: the labels of a chart stand closer than the text. Where
// few lines have that size, and for size 0, lines of any size count.
func linePitch(ls []pdf.Line, size float64) float64 {
	like := func(l *pdf.Line) bool { return size == 0 || l.Size > 0.85*size && l.Size < 1.15*size }
	var ds []float64
	for i := 1; i < len(ls); i++ {
		if d := ls[i].Y0 - ls[i-1].Y0; d > 3 && like(&ls[i]) && like(&ls[i-1]) {
			ds = append(ds, d)
		}
	}
	switch {
	case len(ds) < 4 && size > 0:
		return linePitch(ls, 0)
	case len(ds) == 0:
		return 20
	}
	sort.Float64s(ds)
	return math.Max(ds[len(ds)*2/5], 6) // paragraphs end often: the pitch lies below the median
}

// edge is where the text around line i ends on the right: the farthest that
// one of the neighbours that begin under each other reaches. What stands
// higher than the line before it is in another column.
func edge(ls []pdf.Line, i int) float64 {
	right := 0.0
	look := func(k int) {
		if math.Abs(ls[k].X0-ls[i].X0) < 3*math.Max(ls[i].Size, 6) && !strings.Contains(ls[k].Text, "\t") {
			right = math.Max(right, ls[k].X1)
		}
	}
	look(i)
	for k := i - 1; k >= max(0, i-8) && ls[k+1].Y0 > ls[k].Y0-3; k-- {
		look(k)
	}
	for k := i + 1; k < min(len(ls), i+8) && ls[k].Y0 > ls[k-1].Y0-3; k++ {
		look(k)
	}
	return right
}
