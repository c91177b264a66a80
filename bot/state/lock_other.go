//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package state

import (
	"os"
	"path/filepath"
)

// takeLock only opens the file: this system has no lock that ends with its
// process and that the standard library offers. SQLite still keeps the file
// whole; two bots on one folder would both answer.
func takeLock(dir string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, "state.lock"), os.O_RDWR|os.O_CREATE, 0o640)
}
