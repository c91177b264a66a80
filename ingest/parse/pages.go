package parse

import (
	"fmt"

	"reportbot/ingest/parse/pdf"
	"reportbot/ingest/report"
)

// readPDF makes a report of the pages of a PDF.
func readPDF(name string, pages []pdf.Page) (*report.Report, error) {
	var failed []int
	for i := range pages {
		if pages[i].Err != "" {
			failed = append(failed, pages[i].Number)
		}
	}
	if len(failed) == len(pages) {
		return nil, fmt.Errorf("is damaged: none of its %d pages could be read", len(pages))
	}
	r, err := assemble(name, flow(pages), len(pages))
	if err == errNoText {
		err = fmt.Errorf("holds no text on any of its %d pages (scanned?)", len(pages))
	}
	return r, err
}
