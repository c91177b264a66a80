// Package parse reads the bytes of a report file into a report.Report:
// lines from whatever format it is, then structure, then metadata. It
// touches no disk and no network; files are read in a child process (see
// Worker) so that a hostile one harms nobody else.
package parse

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// Version counts the changes to reading that change what is stored; a file
// read by another version is read again.
const Version = 5

// Refusals that users see. They name the reason; the caller names the file.
var (
	errEmpty    = errors.New("is empty")
	errNoText   = errors.New("holds no text")
	errDocx     = errors.New("is a Word, Excel or zip file, which is not read yet")
	errNotKnown = errors.New("is not a PDF, Markdown, HTML or text file")
	errNoPDF    = errors.New("is named .pdf and is no PDF; text may be named .txt, a web page .html")
)

// readText parses a Markdown, HTML or plain text file. The name only fills
// metadata the text does not state.
func readText(name string, data []byte) (*report.Report, error) {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return nil, errEmpty
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return nil, errDocx
	case bytes.HasPrefix(data, []byte{0xD0, 0xCF, 0x11, 0xE0}), bytes.HasPrefix(data, []byte("\x89PNG")), bytes.HasPrefix(data, []byte{0xFF, 0xD8, 0xFF}):
		return nil, errNotKnown
	}
	s, err := decode(data)
	if errors.Is(err, errNotText) {
		return nil, errNotKnown
	}
	if err != nil {
		return nil, err
	}
	if !isHTML(name, s) {
		return assemble(name, paragraphs(s), 0)
	}
	ps, err := htmlParagraphs(s)
	if err != nil {
		return nil, fmt.Errorf("is HTML that cannot be read: %w", err)
	}
	return assemble(name, ps, 0)
}

// assemble makes the report of paragraphs, whatever format they came from.
func assemble(name string, ps []para, pages int) (*report.Report, error) {
	r := &report.Report{Pages: pages}
	r.Sections, r.Parse = structure(ps, pages)
	r.Labels = labels(ps, pages)
	if r.Parse.CharsIn == 0 {
		return nil, errNoText
	}
	describe(r, name, ps)
	if strings.TrimSpace(r.Title) == "" {
		r.Title = text.Clean(name)
	}
	return r, nil
}
