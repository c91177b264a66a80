package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// formats are the file name endings that are looked for in folders. A file
// named explicitly is read whatever it is called.
var formats = map[string]bool{".pdf": true, ".md": true, ".markdown": true, ".txt": true, ".text": true}

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
func Find(ctx context.Context, paths []string) (files []string, failures []Failure) {
	seen := map[string]bool{}
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
			seen[abs] = true
			continue
		}
		found, bad := walk(ctx, abs)
		failures = append(failures, bad...)
		for _, f := range found {
			seen[f] = true
		}
		if len(found) == 0 && len(bad) == 0 && ctx.Err() == nil {
			fail(p, errors.New("holds no reports (PDF, Markdown or text files)"))
		}
	}
	for f := range seen {
		files = append(files, f)
	}
	sort.Strings(files)
	return files, failures
}

// walk lists the reports below root, which may itself be a symbolic link:
// whoever names it means the folder it leads to.
func walk(ctx context.Context, root string) (files []string, failures []Failure) {
	real, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, []Failure{{root, plain(err)}}
	}
	_ = filepath.WalkDir(real, func(path string, d fs.DirEntry, err error) error {
		hidden := path != real && strings.HasPrefix(filepath.Base(path), ".")
		path = filepath.Join(root, strings.TrimPrefix(path, real))
		switch {
		case ctx.Err() != nil:
			return fs.SkipAll
		case err != nil:
			failures = append(failures, Failure{path, plain(err)})
			return fs.SkipDir // a folder: nothing else is opened
		case hidden && d.IsDir():
			return fs.SkipDir
		case !hidden && d.Type().IsRegular() && formats[strings.ToLower(filepath.Ext(path))]:
			files = append(files, path)
		}
		return nil
	}) // the function above returns no errors
	return files, failures
}

// Summary counts what a run over several files came to.
type Summary struct {
	Added, Unchanged, Failed int
	Failures                 []Failure
}

// Run ingests everything under the paths and tells each about every file.
// It goes on after a file that fails and stops after an error that would
// meet every file; that error is returned. A file that was being ingested
// when ctx ended is neither counted nor told of.
func (g *Ingester) Run(ctx context.Context, collection string, paths []string, each func(done, total int, o Outcome)) (Summary, error) {
	files, failures := Find(ctx, paths)
	sum := Summary{Failures: failures, Failed: len(failures)}
	for i, f := range files {
		if ctx.Err() != nil {
			break
		}
		o := g.File(ctx, collection, f)
		if o.State == Failed && ctx.Err() != nil {
			break
		}
		switch o.State {
		case Added:
			sum.Added++
		case Unchanged:
			sum.Unchanged++
		case Failed:
			sum.Failed++
			sum.Failures = append(sum.Failures, Failure{f, o.Err})
		}
		each(i+1, len(files), o)
		if errors.Is(o.Err, ErrStop) {
			return sum, Failure{f, o.Err}
		}
	}
	return sum, ctx.Err()
}
