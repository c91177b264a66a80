package pdf

import (
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"reportbot/ingest/text"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// pageText reads the text of one page. The text comes in one call, boxes only
// for the ends of words: for 68,000 of 400,000 characters of the corpus, which
// adds a twentieth to the time. Asking for every character adds a fourth.
type pageText struct {
	instance pdfium.Pdfium
	text     references.FPDF_TEXTPAGE
	frame    frame
	chars    int // characters PDFium counts, which may be more than it has text for
	units    int // UTF-16 units of its text
}

// word is a run of characters without a blank.
type word struct {
	text        string
	box         box
	em          float64 // height of its font, which is within a fifth of the size
	broken      bool    // PDFium says that a line ends before it
	wide        int     // ideographic blanks before it, one em each
	first, last int     // UTF-16 units

	hidden bool // no reader can see it
}

// lines returns the page's lines in the order of the content stream.
func (t *pageText) lines(s *sight) ([]Line, error) {
	words, hidden, err := t.words()
	if err != nil {
		return nil, err
	}
	if err := t.hide(words, s); err != nil {
		return nil, err
	}
	var out []Line
	var cur *lineBuilder
	flush := func() {
		if cur != nil {
			out = append(out, cur.line(t.frame))
		}
		cur = nil
	}
	for i := range words {
		w := &words[i]
		if glue := cur.glue(w); glue != newLine {
			cur.add(w, glue)
			continue
		}
		flush()
		size, err := t.size(w)
		if err != nil {
			return nil, err
		}
		bold, err := t.bold(w)
		if err != nil {
			return nil, err
		}
		cur = &lineBuilder{box: w.box, last: *w, size: size, bold: bold, cells: []box{w.box}, words: [][2]float64{w.reach()}}
		cur.text.WriteString(w.text)
	}
	flush()
	if hidden != "" {
		out = append(out, Line{Text: hidden, Hidden: true})
	}
	return out, nil
}

// words returns the page's words with their places, and the characters of its
// text that show nothing.
func (t *pageText) words() (words []word, hidden string, err error) {
	count, err := t.instance.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: t.text})
	if err != nil || count.Count == 0 {
		return nil, "", err
	}
	// GetText and not GetPageText: one call instead of one for each character,
	// and pairs of surrogates arrive whole.
	got, err := t.instance.FPDFText_GetText(&requests.FPDFText_GetText{TextPage: t.text, Count: count.Count})
	if err != nil {
		return nil, "", err
	}
	_, hidden = text.Cleaned(strings.ReplaceAll(got.Text, "\u00ad", "")) // a drawn hyphen is seen
	words, units := splitWords(got.Text)
	t.chars, t.units = count.Count, units
	for i := range words {
		if err := t.measure(&words[i]); err != nil {
			return nil, "", err
		}
	}
	return words, hidden, nil
}

// fieldMark begins the name of a field of a Word template, which stands unseen
// before what fills the field: [Table_Title]
const fieldMark = "[Table_"

// splitWords cuts a page's text at blanks and line ends, and around the names
// of fields. Words of which
// cleaning leaves nothing are not returned. units is the length of s in UTF-16.
func splitWords(s string) (words []word, units int) {
	start, from, broken, wide := -1, 0, false, 0
	end := func(to int, after string) {
		if start >= 0 {
			if text := cleanWord(s[start:to]) + after; text != "" {
				words = append(words, word{text: text, broken: broken, wide: wide, first: from, last: units - 1})
				broken, wide = false, 0
			}
			start = -1
		}
	}
	for i, r := range s {
		switch {
		case r == '\r' || r == '\n':
			end(i, "")
			broken = true
		case r == hyphen:
			end(i, "-")
			broken = true
		case r == '\u3000':
			end(i, "")
			wide++
		case r == '\t' || unicode.Is(unicode.Zs, r):
			end(i, "")
		case start < 0 && cleanRune(r) >= 0:
			start, from = i, units
		case start >= 0 && r == '[' && strings.HasPrefix(s[i:], fieldMark):
			end(i, "")
			start, from = i, units
		case start >= 0 && r == ']' && strings.HasPrefix(s[start:], fieldMark):
			units++
			end(i+1, "")
			units--
		}
		units++
		if r > 0xffff {
			units++
		}
	}
	end(len(s), "")
	return words, units
}

// measure finds where a word stands and how large it is.
func (t *pageText) measure(w *word) error {
	first, err := t.char(w.first)
	if err != nil {
		return err
	}
	w.box, w.em = first, first.height()
	if w.last > w.first {
		last, err := t.char(w.last)
		if err != nil {
			return err
		}
		w.box = first.union(last)
	}
	return nil
}

// char returns the box of the character at a UTF-16 unit of the page's text.
func (t *pageText) char(unit int) (box, error) {
	index, err := t.index(unit)
	if err != nil {
		return box{}, err
	}
	// The loose box is as high as the font, so that "一" stands level with "国".
	loose, err := t.instance.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: t.text, Index: index})
	if trapped(err) {
		return box{}, err
	}
	if err == nil && loose.Rect.Top-loose.Rect.Bottom > 0.5 {
		r := loose.Rect
		return t.frame.box(float64(r.Left), float64(r.Bottom), float64(r.Right), float64(r.Top)), nil
	}
	// Text that runs upwards has no loose box.
	tight, err := t.instance.FPDFText_GetCharBox(&requests.FPDFText_GetCharBox{TextPage: t.text, Index: index})
	if err != nil {
		return box{}, err
	}
	return t.frame.box(tight.Left, tight.Bottom, tight.Right, tight.Top), nil
}

// size returns the font size in which a word's first character is printed. The
// size PDFium reports leaves out the scaling that many files put beside it.
func (t *pageText) size(w *word) (float64, error) {
	index, err := t.index(w.first)
	if err != nil {
		return 0, err
	}
	size, err := t.instance.FPDFText_GetFontSize(&requests.FPDFText_GetFontSize{TextPage: t.text, Index: index})
	if err != nil {
		return 0, err
	}
	scale, err := t.instance.FPDFText_GetMatrix(&requests.FPDFText_GetMatrix{TextPage: t.text, Index: index})
	if trapped(err) {
		return 0, err
	}
	if err != nil { // a character PDFium made up has no matrix
		return size.FontSize, nil
	}
	return size.FontSize * math.Hypot(float64(scale.Matrix.C), float64(scale.Matrix.D)), nil
}

// bold reports whether a word's first character is printed in a font whose
// name says that it is a bold one; its weight is seldom stated. Hei is the
// bold face of Song, and no more when a text is set in it throughout.
func (t *pageText) bold(w *word) (bool, error) {
	index, err := t.index(w.first)
	if err != nil {
		return false, err
	}
	font, err := t.instance.FPDFText_GetFontInfo(&requests.FPDFText_GetFontInfo{TextPage: t.text, Index: index})
	if trapped(err) {
		return false, err
	}
	return err == nil && boldName.MatchString(font.FontName), nil
}

var boldName = regexp.MustCompile(`(?i)bold|black|heavy|demi|hei\b|heiti|simhei|黑体|,b$|-bd|medium`)

// index returns the number under which PDFium knows the character at a UTF-16
// unit of the page's text. They differ where characters have no text.
func (t *pageText) index(unit int) (int, error) {
	if t.chars == t.units {
		return unit, nil
	}
	at, err := t.instance.FPDFText_GetCharIndexFromTextIndex(&requests.FPDFText_GetCharIndexFromTextIndex{TextPage: t.text, NTextIndex: unit})
	if err != nil {
		return 0, err
	}
	return at.CharIndex, nil
}

// How a word joins the line before it.
const (
	newLine   = "\n"
	nextCell  = "\t"
	nextWord  = " "
	sameWord  = ""
	WideGap   = 0.8  // em; a wider one separates columns of a table, as printed blanks are up to 0.5
	blankGap  = 0.15 // em; a narrower one is no blank
	endGap    = 1.5  // em; a wider one after the end of a sentence separates columns too
	markerGap = 4    // em; a wider one follows no marker
	spacedGap = 0.4  // em; letter spacing in the corpus is 0.2 to 0.3, blanks between words 0.5 and more
	stepsBack = -0.5 // em; what stands further left begins a new line
)

// lineBuilder collects the words of one line. A nil one is no line yet.
type lineBuilder struct {
	text strings.Builder
	box  box
	last word
	size float64
	bold bool

	cells []box // of the parts that tabs separate
	words [][2]float64
}

// glue says what comes between the line and a word.
func (b *lineBuilder) glue(w *word) string {
	if b == nil {
		return newLine
	}
	em := max(b.last.em, w.em)
	gap := w.box.x0 - b.last.box.x1
	switch {
	case !b.last.box.level(w.box), gap < stepsBack*em, b.last.hidden != w.hidden,
		b.last.aslant() != w.aslant(): // a mark drawn over the page
		return newLine
	case gap > (WideGap+float64(w.wide))*em:
		switch {
		case w.broken:
			return newLine
		case gap < markerGap*em && marker.MatchString(b.text.String()),
			gap < endGap*em && ends(b.last.text):
			return nextWord
		}
		return nextCell
	case w.broken && gap < blankGap*em, gap < spacedGap*em && spaced(b.last.text, w.text):
		return sameWord
	}
	return nextWord
}

// marker matches what stands before a heading, a caption or an item of a list,
// set apart from it by a tabulator that means no table. A number alone may be
// a cell.
var marker = regexp.MustCompile(`^(?:[•·●○■□◼◆◇▪▶►➢➤❑❖✓√\-–—]` +
	`|[（(]?(?:[一二三四五六七八九十]{1,3}|[0-9]{1,2}(?:\.[0-9]{1,2}){0,3})[)）、.．]` +
	`|(?:图|表|图表|Figure|Table|Exhibit|Chart) ?[0-9]{1,3}(?:-[0-9]{1,2})?[:：.、]?` +
	`|第[一二三四五六七八九十]{1,3}(?:部分|章|节)|(?:Part|PART|Chapter) ?[0-9]{1,2})$`)

// ends reports whether a word ends a sentence or announces one. Typists put
// two blanks after it, and a justified line stretches both.
func ends(w string) bool {
	r, _ := utf8.DecodeLastRuneInString(w)
	return strings.ContainsRune(".:;,。：；，", r)
}

// spaced reports whether what PDFium took for a blank between two words may
// be letter spacing, as in "刀 片 电 池": Han characters on both sides, and one
// of them alone.
func spaced(before, after string) bool {
	a, _ := utf8.DecodeLastRuneInString(before)
	b, _ := utf8.DecodeRuneInString(after)
	return unicode.Is(unicode.Han, a) && unicode.Is(unicode.Han, b) &&
		(len(before) == utf8.RuneLen(a) || len(after) == utf8.RuneLen(b))
}

func (b *lineBuilder) add(w *word, glue string) {
	b.text.WriteString(glue)
	b.text.WriteString(w.text)
	b.box = b.box.union(w.box)
	b.last = *w
	if glue == nextCell {
		b.cells = append(b.cells, w.box)
	} else {
		n := len(b.cells) - 1
		b.cells[n] = b.cells[n].union(w.box)
	}
	if glue == sameWord {
		b.words[len(b.words)-1][1] = w.reach()[1]
	} else {
		b.words = append(b.words, w.reach())
	}
}

// aslant reports whether a word runs up or down: it is higher than its letters.
func (w *word) aslant() bool { return w.box.height() > 1.7*w.em }

// reach is from where to where a word reaches.
func (w *word) reach() [2]float64 { return [2]float64{tenth(w.box.x0), tenth(w.box.x1)} }

// justified reports whether the wide gaps of a line are its blanks, stretched
// to fill a narrow column: they are as wide as each other, between words of
// running text.
func (b *lineBuilder) justified(text string) bool {
	if len(b.cells) < 3 || len(b.words) < 5 {
		return false
	}
	least, most := math.Inf(1), 0.0
	for i := 1; i < len(b.words); i++ {
		gap := b.words[i][0] - b.words[i-1][1]
		least, most = min(least, gap), max(most, gap)
	}
	running := 0
	for w := range strings.FieldsSeq(text) {
		if len(w) > 1 && strings.IndexFunc(w, func(r rune) bool { return r < 'a' || r > 'z' }) < 0 {
			running++
		}
	}
	return most < 1.5*least && running*3 >= len(b.words)
}

// line returns the finished line. One that lies off the page is hidden.
func (b *lineBuilder) line(f frame) Line {
	at, ok := f.clip(b.box)
	text := b.text.String()
	if b.justified(text) {
		text, b.cells = strings.ReplaceAll(text, nextCell, nextWord), b.cells[:1]
	}
	l := Line{
		Text: text,
		X0:   tenth(at.x0), Y0: tenth(at.y0), X1: tenth(at.x1), Y1: tenth(at.y1),
		Size: tenth(b.size), Bold: b.bold, Aslant: b.last.aslant(), Hidden: !ok || b.last.hidden, Words: b.words,
	}
	if len(b.cells) > 1 {
		for _, c := range b.cells {
			l.Cells = append(l.Cells, [2]float64{tenth(c.x0), tenth(c.x1)})
		}
	}
	return l
}

// tenth rounds to a tenth of a point, so that coordinates do not carry the
// noise of 32-bit arithmetic.
func tenth(x float64) float64 { return math.Round(x*10) / 10 }
