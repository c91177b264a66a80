//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package state

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// lockFile is held locked by the process that writes state.db. It is a file
// of its own because closing any descriptor of state.db would drop SQLite's
// locks on it, and it is never deleted: a deleted one could be locked twice.
const lockFile = "state.lock"

// takeLock locks the data folder's state for this process; the kernel lets go
// of it when the process ends, however it ends.
func takeLock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, err
	}
	switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		holder := make([]byte, 20)
		n, _ := f.ReadAt(holder, 0) // only to say who, if it can be told
		f.Close()
		if pid := strings.TrimSpace(string(holder[:n])); pid != "" {
			return nil, fmt.Errorf("%w (process %s)", ErrLocked, pid)
		}
		return nil, ErrLocked
	case err != nil:
		f.Close()
		return nil, &fs.PathError{Op: "lock", Path: f.Name(), Err: err}
	}
	// Of no consequence if it fails, on a full disk say: the lock is held.
	if f.Truncate(0) == nil {
		_, _ = fmt.Fprintln(f, os.Getpid())
	}
	return f, nil
}
