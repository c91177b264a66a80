package ingest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"reportbot/ingest/report"
)

// sidecarEnding marks a file of corrections beside a report: NAME.pdf.meta.yaml
// is for NAME.pdf alone, NAME.meta.yaml for every NAME there is.
const sidecarEnding = ".meta.yaml"

// maxSidecar bounds such a file; ours have a dozen lines.
const maxSidecar = 64 << 10

// beside is the sidecar of a file before it is read. stamp is "" when there
// is none.
type beside struct {
	file  Found
	stamp string
}

// sidecar looks for the sidecar of a file. It lies in the same folder and is
// no link: nobody named it.
func (f Found) sidecar() (beside, error) {
	root := f.Root
	if root == "" {
		root = filepath.Dir(f.Path)
	}
	for _, path := range []string{f.Path + sidecarEnding, strings.TrimSuffix(f.Path, filepath.Ext(f.Path)) + sidecarEnding} {
		b := beside{file: Found{Path: path, Root: root}}
		info, err := b.file.stat()
		if errors.Is(err, errGone) || errors.Is(err, syscall.ENAMETOOLONG) { // a name of 255 bytes leaves no room for one
			continue
		}
		if err != nil {
			return b, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
		b.stamp = fmt.Sprintf("%s %d %d", filepath.Base(path), info.Size(), info.ModTime().UnixNano())
		return b, nil
	}
	return beside{}, nil
}

// read returns the corrections and adds the file's bytes to the hash, which
// then is of both files.
func (b beside) read(hash io.Writer) (*sidecar, error) {
	name := filepath.Base(b.file.Path)
	data, _, err := b.file.read(maxSidecar)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if _, err := hash.Write(append([]byte("\x00sidecar\x00"), data...)); err != nil {
		return nil, err
	}
	return parseSidecar(name, data)
}

// sidecar is what people say of a report that its text does not, or that was
// misread.
type sidecar struct {
	name   string
	values []correction // in the order of the file
}

// correction is one value of a sidecar.
type correction struct {
	field string // as in report.Reading
	text  string // as written
	set   func(*report.Report)
}

// apply puts the corrections in place of what was read.
func (s *sidecar) apply(r *report.Report) {
	if s == nil {
		return
	}
	for _, c := range s.values {
		c.set(r)
		r.Read = slices.DeleteFunc(r.Read, func(old report.Reading) bool { return old.Field == c.field })
		r.Read = append(r.Read, report.Reading{Field: c.field, Text: s.name + ": " + c.text})
	}
}

// visibleFrom is the time that is set, in milliseconds of Unix time; 0 for none.
func (s *sidecar) visibleFrom() int64 {
	var r report.Report
	if s.apply(&r); r.VisibleFrom.IsZero() {
		return 0
	}
	return max(0, r.VisibleFrom.UnixMilli())
}

// Corrected tells whether a value was read from a sidecar, and from which.
func Corrected(r report.Reading) (sidecar string, ok bool) {
	name, _, ok := strings.Cut(r.Text, sidecarEnding+": ")
	return name + sidecarEnding, ok && r.Page == 0
}

// gone tells whether a path leads to nothing: not that it cannot be seen.
func gone(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, os.ErrNotExist)
}
