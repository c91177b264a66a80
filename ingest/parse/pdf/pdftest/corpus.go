package pdftest

import (
	"os"
	"path/filepath"
	"testing"
)

// Corpus returns real PDFs, which are not part of the repository.
func Corpus(t testing.TB) map[string][]byte {
	dir := os.Getenv("REPORTBOT_SHARED")
	if dir == "" {
		return nil
	}
	paths, err := filepath.Glob(filepath.Join(dir, "corpus", "*.[pP][dD][fF]"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(p)] = data
	}
	return files
}

// Cache is where tests keep the compiled engine between runs.
func Cache() string {
	if dir := os.Getenv("REPORTBOT_WASM_CACHE"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "" // compile every time
	}
	return filepath.Join(dir, "reportbot")
}
