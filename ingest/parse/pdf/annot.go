package pdf

import (
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/requests"
)

// flatten makes what annotations show part of the page: stamps, comments and
// filled forms are text that a reader sees. Links show nothing.
func (e *Engine) flatten(ref requests.Page) error {
	count, err := e.instance.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: ref})
	if err != nil {
		return err
	}
	for i := range min(count.Count, annotationsMax) {
		shows, err := e.showsText(ref, i)
		if err != nil {
			return err
		}
		if shows {
			_, err := e.instance.FPDFPage_Flatten(&requests.FPDFPage_Flatten{Page: ref, Usage: requests.FPDFPage_FlattenUsageNormalDisplay})
			return err
		}
	}
	return nil
}

// annotationsMax bounds the search for annotations that show something: a
// table of contents has a hundred links.
const annotationsMax = 1000

func (e *Engine) showsText(ref requests.Page, index int) (bool, error) {
	got, err := e.instance.FPDFPage_GetAnnot(&requests.FPDFPage_GetAnnot{Page: ref, Index: index})
	if trapped(err) {
		return false, err
	}
	if err != nil {
		return false, nil // a broken annotation shows nothing
	}
	kind, err := e.instance.FPDFAnnot_GetSubtype(&requests.FPDFAnnot_GetSubtype{Annotation: got.Annotation})
	if err != nil {
		return false, err
	}
	_, err = e.instance.FPDFPage_CloseAnnot(&requests.FPDFPage_CloseAnnot{Annotation: got.Annotation})
	switch kind.Subtype {
	case enums.FPDF_ANNOT_SUBTYPE_LINK, enums.FPDF_ANNOT_SUBTYPE_POPUP, enums.FPDF_ANNOT_SUBTYPE_HIGHLIGHT, enums.FPDF_ANNOT_SUBTYPE_UNDERLINE:
		return false, err
	}
	return err == nil, err
}
