package parse

import (
	"fmt"
	"time"

	"reportbot/ingest/parse/pdf"
)

// Limits bound what one file may cost. Zero fields mean the default.
type Limits struct {
	Bytes     int64         // size of the file; 64 MiB
	Pages     int           // pages of a PDF; 2000
	PerFile   time.Duration // reading one file, from sending it to the child; 120 s
	MemoryMiB int           // memory of the PDF engine; 512. The child as a whole gets 384 MiB more
}

func (l Limits) withDefaults() Limits {
	if l.Bytes <= 0 {
		l.Bytes = 64 << 20
	}
	if l.Pages <= 0 {
		l.Pages = 2000
	}
	if l.PerFile <= 0 {
		l.PerFile = 120 * time.Second
	}
	if l.MemoryMiB <= 0 {
		l.MemoryMiB = 512
	}
	return l
}

// ofPDF are the limits that the PDF engine keeps itself.
func (l Limits) ofPDF() pdf.Limits { return pdf.Limits{Pages: l.Pages, MemoryMiB: l.MemoryMiB} }

// checkSize says whether a file is too large to be read at all.
func (l Limits) checkSize(n int64) error {
	if n > l.Bytes {
		return fmt.Errorf("has %d bytes, the limit is %d", n, l.Bytes)
	}
	return nil
}
