package parse

import (
	"context"
	"path/filepath"
	"strings"

	"reportbot/ingest/parse/pdf"
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
	pdf      *pdf.Engine
}

// NewReader returns a reader that keeps the compiled PDF engine in cacheDir,
// or nowhere when that is empty.
func NewReader(cacheDir string, limits Limits) *Reader {
	return &Reader{limits: limits.withDefaults(), cacheDir: cacheDir}
}

// Read parses one file. The format is told by the bytes; the name fills
// metadata the text does not state. But text named .pdf is refused: it is
// mostly a server's error page that was saved in a report's place. Errors are
// one line and do not repeat the name.
func (r *Reader) Read(ctx context.Context, name string, data []byte) (*report.Report, error) {
	if err := r.limits.checkSize(int64(len(data))); err != nil {
		return nil, err
	}
	if !pdf.Is(name, data) {
		if strings.EqualFold(filepath.Ext(name), ".pdf") {
			return nil, errNoPDF
		}
		return readText(name, data)
	}
	if r.pdf == nil {
		engine, err := pdf.New(ctx, r.cacheDir)
		if err != nil {
			return nil, err
		}
		r.pdf = engine
	}
	pages, err := r.pdf.Pages(ctx, data, r.limits.ofPDF())
	if err != nil {
		return nil, err
	}
	return readPDF(name, pages)
}
