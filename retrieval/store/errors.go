package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors callers branch on.
var (
	// ErrNotFound: no report has the ID.
	ErrNotFound = errors.New("no such report")
	// ErrFull: there is no room left; nothing of the change was stored.
	ErrFull = errors.New("disk full")
	// ErrVersion: the data folder was written by a newer reportbot.
	ErrVersion = errors.New("was written by a newer reportbot")
	// ErrDamaged: corpus.db is not a database of ours or is broken.
	ErrDamaged = errors.New(File + " is damaged or not a database of reportbot")
)

// EmbedderError says that vectors of one embedder were offered to a store
// that holds another's: the two do not compare.
type EmbedderError struct {
	Have, Want string // as stored, as offered
}

func (e *EmbedderError) Error() string {
	return fmt.Sprintf("the data folder holds vectors of embedder %q, not %q: run \"reportbot embed\"", e.Have, e.Want)
}

// explain puts the sentinels in place of the driver's codes; other errors
// stay as they are.
func explain(err error) error {
	var se *sqlite.Error
	switch {
	case err == nil || errors.Is(err, ErrFull) || errors.Is(err, ErrDamaged):
		return err
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("%w: %w", ErrFull, err)
	// What stands in a column is not of the column's type. database/sql has
	// no other mark for it.
	case strings.Contains(err.Error(), "sql: Scan error"):
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	case !errors.As(err, &se):
		return err
	}
	switch code := se.Code(); {
	// No room for the shared memory file is an I/O error to SQLite.
	case code&0xff == sqlite3.SQLITE_FULL, code == sqlite3.SQLITE_IOERR_SHMSIZE:
		return fmt.Errorf("%w: %w", ErrFull, err)
	// A short read is one behind the end of a file that was cut.
	case code&0xff == sqlite3.SQLITE_NOTADB, code&0xff == sqlite3.SQLITE_CORRUPT, code == sqlite3.SQLITE_IOERR_SHORT_READ:
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

// openError turns what went wrong while opening dir into one line.
func openError(dir string, err error) error {
	var se *sqlite.Error
	var pe *fs.PathError
	err = explain(err)
	switch {
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return unwritable(dir, err)
	case errors.As(err, &pe):
		return fmt.Errorf("data folder %s: %w", dir, pe.Err)
	case errors.Is(err, ErrVersion):
		return fmt.Errorf("data folder %s %w", dir, err)
	case !errors.As(err, &se):
		return fmt.Errorf("data folder %s: %w", dir, err)
	}
	switch se.Code() & 0xff {
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return unwritable(dir, err)
	}
	return fmt.Errorf("data folder %s: %w", dir, err)
}

// unwritable says who may not write: in a container that is seldom who made the
// folder.
func unwritable(dir string, err error) error {
	return fmt.Errorf("data folder %s: %s cannot be opened for writing by user id %d: %w", dir, File, os.Getuid(), err)
}
