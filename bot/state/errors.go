package state

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
	// ErrLocked: another process has the data folder's state open.
	ErrLocked = errors.New("is in use by another reportbot")
	// ErrUnknown: no event, or no subscription, has the ID.
	ErrUnknown = errors.New("no such event")
	// ErrInvalid: a name that would not come back as it went in.
	ErrInvalid = errors.New("not usable as a name")
	// ErrTaken: the channel has a subscription like it.
	ErrTaken = errors.New("such a subscription is there")
	// ErrMoved: another delivery of the subscription was begun or decided.
	ErrMoved = errors.New("another delivery came before")
	// ErrSpent: as many tokens were used today as may be.
	ErrSpent = errors.New("the tokens of the day are used up")
	// ErrFull: there is no room left; nothing of the change was stored.
	ErrFull = errors.New("disk full")
	// ErrVersion: the data folder was written by a newer reportbot.
	ErrVersion = errors.New("was written by a newer reportbot")
	// ErrDamaged: state.db is not a database of ours or is broken.
	ErrDamaged = errors.New(File + " is damaged or not a database of reportbot")
)

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
	case strings.HasPrefix(err.Error(), "sql: Scan error"):
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	case !errors.As(err, &se):
		return err
	}
	switch code := se.Code(); {
	// No room for the shared memory file is an I/O error to SQLite.
	case code&0xff == sqlite3.SQLITE_FULL, code == sqlite3.SQLITE_IOERR_SHMSIZE:
		return fmt.Errorf("%w: %w", ErrFull, err)
	case code&0xff == sqlite3.SQLITE_NOTADB, code&0xff == sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%w: %w", ErrDamaged, oneLine{err})
	}
	return err
}

// oneLine is an error without the line breaks of the statements that SQLite
// quotes, or of those that are joined.
type oneLine struct{ err error }

func (e oneLine) Error() string { return strings.Join(strings.Fields(e.err.Error()), " ") }
func (e oneLine) Unwrap() error { return e.err }

// openError turns what went wrong while opening dir into one line.
func openError(dir string, err error) error {
	var se *sqlite.Error
	var pe *fs.PathError
	err = explain(err)
	switch {
	case errors.Is(err, ErrVersion), errors.Is(err, ErrLocked):
		return fmt.Errorf("data folder %s %w", dir, err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return unwritable(dir, err)
	case errors.As(err, &pe):
		return fmt.Errorf("data folder %s: %s cannot be opened: %w", dir, File, pe.Err)
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
