package parse

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/report"
)

// Reader reads files of every format in this process. It starts the PDF
// engine at the first PDF and keeps it. A hostile PDF can hold it up without
// end: only a process that somebody else ends may use it; see Worker.
//
// It is not safe for use by several goroutines at once.
type Reader struct {
	limits   Limits
	cacheDir string
	pdf      *pdfEngine
}

// NewReader returns a reader that keeps the compiled PDF engine in cacheDir,
// or nowhere when that is empty.
func NewReader(cacheDir string, limits Limits) *Reader {
	return &Reader{limits: limits.withDefaults(), cacheDir: cacheDir}
}

// Read parses one file. The format is told by the bytes; the name only fills
// metadata the text does not state. Errors are one line and do not repeat the
// name.
func (r *Reader) Read(ctx context.Context, name string, data []byte) (*report.Report, error) {
	if err := r.limits.checkSize(int64(len(data))); err != nil {
		return nil, err
	}
	if !isPDF(name, data) {
		return readText(name, data)
	}
	if r.pdf == nil {
		engine, err := newPDF(ctx, r.cacheDir)
		if err != nil {
			return nil, err
		}
		r.pdf = engine
	}
	pages, err := r.pdf.pages(ctx, data, r.limits)
	if err != nil {
		return nil, err
	}
	return readPDF(name, pages)
}

// isPDF tells PDFs by their header, which some producers put after a few bytes
// of junk. A file named .pdf that is no text either is taken for a broken one,
// so that its reader hears about a broken PDF.
func isPDF(name string, data []byte) bool {
	head := data[:min(len(data), headerWithin)]
	if bytes.HasPrefix(bytes.TrimLeft(head, "\x00\t\n\f\r \uFEFF"), []byte("%PDF-")) {
		return true
	}
	if !strings.EqualFold(filepath.Ext(name), ".pdf") {
		return false
	}
	return bytes.Contains(head, []byte("%PDF-")) || len(head) == 0 ||
		bytes.IndexByte(head, 0) >= 0 || !utf8.Valid(head[:max(0, len(head)-utf8.UTFMax)])
}
