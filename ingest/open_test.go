package ingest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Whatever was put in a file's place since the folder was listed, nothing
// outside the folder is read and nothing blocks.
func TestReadWithin(t *testing.T) {
	base := t.TempDir()
	in, out := filepath.Join(base, "in"), filepath.Join(base, "out")
	must := func(errs ...error) {
		t.Helper()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(filepath.Join(in, "sub"), 0o755), os.MkdirAll(out, 0o755),
		os.WriteFile(filepath.Join(out, "secret.md"), []byte("secret"), 0o644),
		os.WriteFile(filepath.Join(in, "a.md"), []byte("text"), 0o644),
		os.WriteFile(filepath.Join(in, "sub", "b.md"), []byte("text"), 0o644),
		os.Symlink(filepath.Join(out, "secret.md"), filepath.Join(in, "link.md")),
		os.Symlink("../out/secret.md", filepath.Join(in, "up.md")),
		os.Symlink(out, filepath.Join(in, "door")),
		os.Symlink(in, filepath.Join(base, "alias")),
		syscall.Mkfifo(filepath.Join(in, "pipe.md"), 0o644))
	for _, c := range []struct{ root, path, want string }{
		{"in", "in/a.md", "text"},
		{"in", "in/sub/b.md", "text"},
		{"alias", "alias/a.md", "text"},
		{"in", "in/link.md", "path escapes from parent"},
		{"in", "in/up.md", "path escapes from parent"},
		{"in", "in/door/secret.md", "path escapes from parent"},
		{"in", "out/secret.md", "path escapes from parent"},
		{"in", "in/pipe.md", "is not a regular file"},
		{"in", "in/sub", "is not a regular file"},
		{"in", "in/none.md", "does not exist"},
		{"", "in/link.md", "secret"}, // named
		{"", "in/door/secret.md", "secret"},
		{"", "in/pipe.md", "is not a regular file"},
		{"", "in", "is not a regular file"},
	} {
		f := Found{Path: filepath.Join(base, c.path)}
		if c.root != "" {
			f.Root = filepath.Join(base, c.root)
		}
		data, _, err := f.read(100)
		got := string(data)
		if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s in %q: %q, want %q", c.path, c.root, got, c.want)
		}
	}
	if _, _, err := (Found{Path: filepath.Join(in, "a.md")}).read(3); err == nil || !strings.Contains(err.Error(), "the limit is") {
		t.Errorf("a file that grew: %v", err)
	}
}

// What stat says decides whether a file is opened at all.
func TestStat(t *testing.T) {
	base := t.TempDir()
	path := func(name string) string { return filepath.Join(base, name) }
	if err := errors.Join(os.WriteFile(path("a.md"), []byte("x"), 0o644), os.Symlink("a.md", path("link.md")),
		os.Symlink(".", path("door")), os.Symlink("gone", path("dead.md")), syscall.Mkfifo(path("pipe"), 0o644)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, named, found string }{
		{"a.md", "", ""},
		{"link.md", "", "is not a regular file"},
		{"door", "is a folder", "is not a regular file"},
		{"dead.md", "does not exist", "is not a regular file"},
		{"pipe", "is not a regular file", "is not a regular file"},
		{"none", "does not exist", "does not exist"},
	} {
		for root, want := range map[string]string{"": c.named, base: c.found} {
			_, err := Found{Path: path(c.name), Root: root}.stat()
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != want {
				t.Errorf("%s in %q: %q, want %q", c.name, root, got, want)
			}
		}
	}
}
