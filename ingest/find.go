package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// formats are the file name endings that are looked for in folders. A file
// named explicitly is read whatever it is called.
var formats = map[string]bool{
	".pdf": true, ".md": true, ".markdown": true, ".txt": true, ".text": true, ".html": true, ".htm": true,
}

// office are the endings of files that people take for reports, too: they are
// told that those are not read.
var office = map[string]string{
	".docx": "a Word file", ".doc": "a Word file", ".xlsx": "an Excel file", ".xls": "an Excel file",
	".pptx": "a PowerPoint file", ".ppt": "a PowerPoint file",
}

// Failure is a path that could not be used and why.
type Failure struct {
	Path string
	Err  error
}

// Error names the path and the reason in one line.
func (f Failure) Error() string { return fmt.Sprintf("%s: %v", f.Path, f.Err) }

func (f Failure) Unwrap() error { return f.Err }

// Find lists the report files under the paths: files as named, folders with
// everything below them that has a known ending, in order of their absolute
// paths, each once. Hidden files and symbolic links inside folders are left
// out, so nothing outside the named folders is read. When ctx ends the lists
// are of what was found until then.
func Find(ctx context.Context, paths []string) (files []Found, failures []Failure) {
	seen := map[string]Found{}
	fail := func(path string, err error) { failures = append(failures, Failure{path, plain(err)}) }
	for _, p := range paths {
		abs, err := filepath.Abs(p)
		if err != nil {
			fail(p, err)
			continue
		}
		info, err := os.Stat(abs)
		if err != nil {
			fail(p, err)
			continue
		}
		if !info.IsDir() {
			seen[abs] = Found{Path: abs} // named, whatever folder holds it as well
			continue
		}
		w := walk(ctx, abs)
		failures = append(failures, w.failures...)
		for _, f := range w.files {
			if _, ok := seen[f]; !ok {
				seen[f] = Found{Path: f, Root: abs}
			}
		}
		if len(w.files) == 0 && len(w.failures) == 0 && ctx.Err() == nil {
			fail(p, errNoReports)
		}
	}
	for _, f := range seen {
		files = append(files, f)
	}
	slices.SortFunc(files, func(a, b Found) int { return strings.Compare(a.Path, b.Path) })
	return files, failures
}

var errNoReports = errors.New("holds no reports (PDF, HTML, Markdown or text files)")

// walker lists what lies below a folder.
type walker struct {
	root     *os.Root
	base     string
	files    []string  // absolute
	folders  []string  // the root and those below, absolute
	failures []Failure // of folders that may not be read and of files nobody reads
}

// walk lists the reports below base, which may itself be a symbolic link:
// whoever names it means the folder it leads to.
func walk(ctx context.Context, base string) *walker {
	w := &walker{base: base}
	root, err := os.OpenRoot(base)
	if err != nil {
		w.failures = []Failure{{base, plain(err)}}
		return w
	}
	defer root.Close()
	w.root = root
	w.folder(ctx, ".")
	return w
}

// folder walks one folder by hand: an fs.FS refuses names that are not UTF-8,
// as files from old Windows machines have.
func (w *walker) folder(ctx context.Context, rel string) {
	if ctx.Err() != nil {
		return
	}
	entries, err := w.list(rel)
	if err != nil {
		w.failures = append(w.failures, Failure{filepath.Join(w.base, rel), plain(err)})
		return
	}
	w.folders = append(w.folders, filepath.Join(w.base, rel))
	for _, e := range entries {
		name := e.Name()
		path := filepath.Join(rel, name)
		ending := strings.ToLower(filepath.Ext(name))
		switch {
		case strings.HasPrefix(name, "."), strings.HasPrefix(name, "~$"): // hidden; what Office leaves beside an open file
		case e.IsDir():
			w.folder(ctx, path)
		case !e.Type().IsRegular():
		case formats[ending]:
			w.files = append(w.files, filepath.Join(w.base, path))
		case office[ending] != "":
			w.failures = append(w.failures, Failure{filepath.Join(w.base, path), fmt.Errorf("is %s, %w", office[ending], ErrKind)})
		}
	}
}

// ErrKind is the reason of a file whose kind nobody reads, which is no trouble
// with the folder it lies in.
var ErrKind = errors.New("which is not read yet")

func (w *walker) list(rel string) ([]fs.DirEntry, error) {
	dir, err := w.root.OpenFile(rel, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	entries, err := dir.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}
