package pdf

import (
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/requests"
)

// box is a rectangle in points from the upper left corner of the page as a
// reader sees it.
type box struct{ x0, y0, x1, y1 float64 }

func (b box) height() float64 { return b.y1 - b.y0 }

func (b box) union(o box) box {
	return box{min(b.x0, o.x0), min(b.y0, o.y0), max(b.x1, o.x1), max(b.y1, o.y1)}
}

// level reports whether two boxes stand on the same line of print: the lower
// one of the two shares most of its height with the other.
func (b box) level(o box) bool {
	shared := min(b.y1, o.y1) - max(b.y0, o.y0)
	return shared > 0.6*min(b.height(), o.height())
}

// frame carries PDF coordinates, which count from the lower left corner of a
// sheet that may be cropped and turned, to those of a box.
type frame struct {
	left, bottom  float64 // of the crop box
	sheetW        float64 // of the crop box before turning
	sheetH        float64
	turn          enums.FPDF_PAGE_ROTATION
	width, height float64 // as seen
}

func (e *Engine) frame(ref requests.Page) (frame, error) {
	crop, err := e.instance.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: ref})
	if err != nil {
		return frame{}, err
	}
	turn, err := e.instance.FPDFPage_GetRotation(&requests.FPDFPage_GetRotation{Page: ref})
	if err != nil {
		return frame{}, err
	}
	f := frame{
		left:   float64(crop.Rect.Left),
		bottom: float64(crop.Rect.Bottom),
		sheetW: float64(crop.Rect.Right - crop.Rect.Left),
		sheetH: float64(crop.Rect.Top - crop.Rect.Bottom),
		turn:   turn.PageRotation,
	}
	f.width, f.height = f.sheetW, f.sheetH
	if f.sideways() {
		f.width, f.height = f.sheetH, f.sheetW
	}
	return f, nil
}

func (f frame) sideways() bool {
	return f.turn == enums.FPDF_PAGE_ROTATION_90_CW || f.turn == enums.FPDF_PAGE_ROTATION_270_CW
}

// box places a rectangle of PDF coordinates.
func (f frame) box(left, bottom, right, top float64) box {
	x0, y0 := f.point(left, bottom)
	x1, y1 := f.point(right, top)
	return box{min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)}
}

func (f frame) point(x, y float64) (float64, float64) {
	x -= f.left
	y -= f.bottom
	switch f.turn {
	case enums.FPDF_PAGE_ROTATION_90_CW:
		return y, x
	case enums.FPDF_PAGE_ROTATION_180_CW:
		return f.sheetW - x, y
	case enums.FPDF_PAGE_ROTATION_270_CW:
		return f.sheetH - y, f.sheetW - x
	}
	return x, f.sheetH - y
}

// clip cuts a box to the page; false means nothing of it is on the page.
func (f frame) clip(b box) (box, bool) {
	if b.x1 < 0 || b.y1 < 0 || b.x0 > f.width || b.y0 > f.height {
		return box{}, false
	}
	return box{max(b.x0, 0), max(b.y0, 0), min(b.x1, f.width), min(b.y1, f.height)}, true
}
