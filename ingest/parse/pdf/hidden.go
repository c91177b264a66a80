package pdf

import (
	"image"
	"unicode/utf8"

	"reportbot/ingest/text"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// What a reader of the page cannot see is no evidence and may be there to
// mislead whoever reads the file by machine. Such text is kept apart: print too
// small to read, print outside the page, and print that leaves no trace on the
// drawn page (white on white, or drawn in no colour at all).

const (
	tinyEm    = 1.5 // points; smaller print is a dot
	paleFrom  = 236 // of 255 in each colour: white, or nearly
	faintTo   = 24  // of 255 opaque
	contrast  = 32  // of 255; less between the darkest and the lightest spot shows nothing
	drawnDPI  = 72
	drawnMax  = 1600 // pixels a side of a page drawn to look at
	drawnMin  = 24   // DPI below which letters cannot be told from the ground
	paintsMax = 3000 // objects of a page that are asked for their colour
)

// sight tells which words of a page can be seen. What it needs to know of the
// page it finds out once, when a word looks suspicious: most pages have none.
type sight struct {
	engine  *Engine
	ref     requests.Page
	frame   frame
	asked   bool
	painted []ground
	tried   bool
	drawn   *image.RGBA
	scale   float64 // pixels a point, 0 when the page cannot be drawn
}

// ground is an area of one colour, on which what comes later is printed.
type ground struct {
	box  box
	dark bool // so that white can be read on it
}

// under reports whether the whole of b lies on the ground, but for its edges.
func (g *ground) under(b box) bool {
	return g.box.x0 <= b.x0+1 && g.box.x1 >= b.x1-1 && g.box.y0 <= b.y0+0.3*b.height() && g.box.y1 >= b.y1-0.3*b.height()
}

// hide marks the words that cannot be seen.
func (t *pageText) hide(words []word, s *sight) error {
	for i := range words {
		w := &words[i]
		if w.em < tinyEm || squeezed(w) || text.DropFields(w.text) == "" { // fields of templates are white, on every page
			w.hidden = true
			continue
		}
		pale, err := t.pale(w)
		if err != nil {
			return err
		}
		unpainted := false
		if !pale {
			if unpainted, err = t.unpainted(w); err != nil {
				return err
			}
		}
		if !pale && !unpainted {
			continue
		}
		seen, err := s.shows(w.box, pale)
		if err != nil {
			return err
		}
		w.hidden = !seen
	}
	return nil
}

// squeezed reports whether the letters of a word lie on each other: the
// narrowest print takes a quarter of its height.
func squeezed(w *word) bool {
	n := utf8.RuneCountInString(w.text)
	return n > 2 && w.box.x1-w.box.x0 < 0.04*w.em*float64(n) && w.box.y1-w.box.y0 < 2*w.em
}

// pale reports whether a word is printed in white or hardly opaque.
func (t *pageText) pale(w *word) (bool, error) {
	index, err := t.index(w.first)
	if err != nil {
		return false, err
	}
	c, err := t.instance.FPDFText_GetFillColor(&requests.FPDFText_GetFillColor{TextPage: t.text, Index: index})
	if trapped(err) {
		return false, err
	}
	if err != nil { // a pattern instead of a colour, or a character PDFium made up
		return false, nil
	}
	return c.A <= faintTo || min(c.R, c.G, c.B) >= paleFrom, nil
}

// unpainted reports whether a word is of a text object that paints nothing.
func (t *pageText) unpainted(w *word) (bool, error) {
	index, err := t.index(w.first)
	if err != nil {
		return false, err
	}
	obj, err := t.instance.FPDFText_GetTextObject(&requests.FPDFText_GetTextObject{TextPage: t.text, Index: index})
	if trapped(err) {
		return false, err
	}
	if err != nil {
		return false, nil
	}
	mode, err := t.instance.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: obj.TextObject})
	if err != nil {
		return false, err
	}
	return mode.TextRenderMode == enums.FPDF_TEXTRENDERMODE_INVISIBLE || mode.TextRenderMode == enums.FPDF_TEXTRENDERMODE_CLIP, nil
}

// shows reports whether something can be seen where b is. For pale print a
// coloured ground is enough, which is cheaper to find out than drawing the page.
func (s *sight) shows(b box, pale bool) (bool, error) {
	if pale {
		if err := s.ask(); err != nil {
			return false, err
		}
		for i := len(s.painted) - 1; i >= 0; i-- { // the last one lies on top
			if !s.painted[i].under(b) {
				continue
			}
			if s.painted[i].dark {
				return true, nil
			}
			break // a picture may lie between
		}
	}
	if err := s.draw(); err != nil {
		return false, err
	}
	if s.scale == 0 {
		return true, nil
	}
	low, high := s.range255(b)
	return high-low >= contrast, nil
}

// ask lists the grounds of the page.
func (s *sight) ask() error {
	if s.asked {
		return nil
	}
	s.asked = true
	n, err := s.engine.instance.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: s.ref})
	if err != nil {
		return err
	}
	for i := range min(n.Count, paintsMax) {
		obj, err := s.engine.instance.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: s.ref, Index: i})
		if err != nil {
			return err
		}
		filled, dark, err := s.engine.filled(obj.PageObject)
		if err != nil {
			return err
		}
		if !filled {
			continue
		}
		at, err := s.engine.instance.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: obj.PageObject})
		if trapped(err) {
			return err
		}
		if err == nil {
			b := s.frame.box(float64(at.Left), float64(at.Bottom), float64(at.Right), float64(at.Top))
			s.painted = append(s.painted, ground{b, dark})
		}
	}
	return nil
}

// filled reports whether an object is an area of one colour, and whether that
// is one on which white can be read.
func (e *Engine) filled(obj references.FPDF_PAGEOBJECT) (filled, dark bool, err error) {
	kind, err := e.instance.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: obj})
	if err != nil || kind.Type != enums.FPDF_PAGEOBJ_PATH {
		return false, false, err
	}
	mode, err := e.instance.FPDFPath_GetDrawMode(&requests.FPDFPath_GetDrawMode{PageObject: obj})
	if err != nil || mode.FillMode == enums.FPDF_FILLMODE_NONE {
		return false, false, err
	}
	c, err := e.instance.FPDFPageObj_GetFillColor(&requests.FPDFPageObj_GetFillColor{PageObject: obj})
	if trapped(err) {
		return false, false, err
	}
	if err != nil || c.FillColor.A <= 128 {
		return false, false, nil
	}
	return true, min(c.FillColor.R, c.FillColor.G, c.FillColor.B)+contrast < paleFrom, nil
}

// draw draws the page once.
func (s *sight) draw() error {
	if s.drawn != nil || s.tried {
		return nil
	}
	s.tried = true
	dpi := min(drawnDPI, int(drawnMax*72/max(s.frame.width, s.frame.height, 1)))
	if dpi < drawnMin {
		return nil
	}
	got, err := s.engine.instance.RenderPageInDPI(&requests.RenderPageInDPI{Page: s.ref, DPI: dpi})
	if trapped(err) {
		return err
	}
	if err != nil {
		return nil // a page that cannot be drawn hides nothing
	}
	defer got.Cleanup()
	if from, ok := got.Result.RenderedImage.(*image.RGBA); ok {
		s.drawn = &image.RGBA{Pix: append([]byte(nil), from.Pix...), Stride: from.Stride, Rect: from.Rect}
		s.scale = float64(dpi) / 72
	}
	return nil
}

// range255 is the darkest and the lightest spot of the drawn page inside b.
func (s *sight) range255(b box) (low, high int) {
	inset := 0.1 * b.height()
	r := image.Rect(int((b.x0)*s.scale), int((b.y0+inset)*s.scale), int(b.x1*s.scale)+1, int((b.y1-inset)*s.scale)+1).Intersect(s.drawn.Rect)
	low, high = 255, 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			c := s.drawn.RGBAAt(x, y)
			light := (299*int(c.R) + 587*int(c.G) + 114*int(c.B)) / 1000
			low, high = min(low, light), max(high, light)
		}
	}
	return low, high
}
