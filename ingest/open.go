package ingest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Found is a file to be read. Root is the folder in which it was found: what
// lies outside it is not read, even when somebody puts a link in the file's
// place while we look. It is empty for a file that was named.
type Found struct {
	Path string // absolute, cleaned
	Root string
}

var errNotRegular = errors.New("is not a regular file")

// stat does not open the file: a named one may be a link, one that was found
// is none.
func (f Found) stat() (fs.FileInfo, error) {
	look := os.Lstat
	if f.Root == "" {
		look = os.Stat
	}
	info, err := look(f.Path)
	switch {
	case err != nil:
		return nil, plain(err)
	case info.IsDir():
		return nil, errors.New("is a folder")
	case !info.Mode().IsRegular():
		return nil, errNotRegular
	}
	return info, nil
}

// read returns the bytes of the file and what it was when it was opened. A
// pipe or a device that took the file's place does not block.
func (f Found) read(most int64) ([]byte, fs.FileInfo, error) {
	file, err := f.open()
	if err != nil {
		return nil, nil, plain(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, plain(err)
	}
	if !info.Mode().IsRegular() {
		return nil, nil, errNotRegular
	}
	data, err := io.ReadAll(io.LimitReader(file, most+1))
	switch {
	case err != nil:
		return nil, nil, plain(err)
	case int64(len(data)) > most:
		return nil, nil, tooLarge(int64(len(data)), most) // it grew
	}
	return data, info, nil
}

func (f Found) open() (*os.File, error) {
	const flags = os.O_RDONLY | syscall.O_NONBLOCK
	if f.Root == "" {
		return os.OpenFile(f.Path, flags, 0)
	}
	root, err := os.OpenRoot(f.Root)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	rel, err := filepath.Rel(f.Root, f.Path)
	if err != nil {
		return nil, err
	}
	return root.OpenFile(rel, flags, 0)
}

func tooLarge(size, most int64) error {
	return fmt.Errorf("is %.1f MiB large, the limit is %.1f", mib(size), mib(most))
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// plain takes the operation and path off a file error: the caller names the
// file.
func plain(err error) error {
	var pe *os.PathError
	if !errors.As(err, &pe) {
		return err
	}
	switch {
	case errors.Is(err, os.ErrNotExist):
		return errGone
	case errors.Is(err, os.ErrPermission):
		return errors.New("may not be read (permission denied)")
	}
	return pe.Err
}

var errGone = errors.New("does not exist")
