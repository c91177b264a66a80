package pdf

import (
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// wazero sums the code it caches, but not the tables beside it that say where
// in the code each function begins: a flipped bit there calls the wrong one.
// So each file of the cache has a checksum of ours beside it.
const sumEnding = ".crc32c"

// dropDamaged deletes what of the cache is not as it was left: it is compiled
// anew, once. Files without a checksum are of a start that was interrupted.
func dropDamaged(cacheDir string) {
	eachCached(cacheDir, func(path string) {
		want, _ := os.ReadFile(path + sumEnding) // none is no checksum
		if got, err := checksum(path); err != nil || got != string(want) {
			_ = os.Remove(path) // else wazero says what is wrong with it
			_ = os.Remove(path + sumEnding)
		}
	})
}

// sumNew writes the checksums of what was compiled. What fails costs a slow
// start.
func sumNew(cacheDir string) {
	eachCached(cacheDir, func(path string) {
		if _, err := os.Stat(path + sumEnding); err == nil {
			return
		}
		got, err := checksum(path)
		if err != nil {
			return
		}
		f, err := os.CreateTemp(filepath.Dir(path), "sum-*.tmp")
		if err != nil {
			return
		}
		_, err = f.WriteString(got)
		if f.Close() != nil || err != nil || os.Rename(f.Name(), path+sumEnding) != nil {
			_ = os.Remove(f.Name())
		}
	})
}

// eachCached calls f with each file of the cache.
func eachCached(cacheDir string, f func(path string)) {
	_ = filepath.WalkDir(cacheDir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !strings.HasSuffix(path, sumEnding) && !strings.HasSuffix(path, ".tmp") {
			f(path)
		}
		return nil // what cannot be looked at is left to wazero
	})
}

func checksum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%08x\n", h.Sum32()), nil
}
