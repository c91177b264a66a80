package store

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"reportbot/retrieval"
)

func TestOpenKeeps(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a ?#%20 数据", "deep") // made by Open; characters that mean something in a URI
	s := open(t, dir, Options{})
	d := doc("aaaa", "/1.pdf", "h1", 3)
	replace(t, s, d)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, Options{})
	mustBe(t, s, want(d, "/1.pdf"))
	for _, tail := range []string{"", "-wal", "-shm"} { // reports are licensed material: nobody else may read them
		info, err := os.Stat(filepath.Join(dir, File) + tail)
		if err != nil || info.Mode()&0o007 != 0 {
			t.Errorf("%s%s: %v, mode %v", File, tail, err, info.Mode())
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	exec := func(dir, query string) error {
		db, err := sql.Open("sqlite", filepath.Join(dir, File))
		if err != nil {
			return err
		}
		_, err = db.Exec(query)
		return errors.Join(err, db.Close())
	}
	for _, c := range []struct {
		name string
		make func(dir string) error
		is   error
		want string
	}{
		{"newer", func(dir string) error { return exec(dir, "PRAGMA user_version = 7") }, ErrVersion,
			" was written by a newer reportbot (schema 7, this one knows 4)"},
		{"another program", func(dir string) error { return exec(dir, "CREATE TABLE t (x)") }, ErrDamaged, "another program"},
		{"text", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, File), []byte(strings.Repeat("no database ", 100)), 0o600)
		}, ErrDamaged, "damaged or not a database"},
		{"folder in its place", func(dir string) error { return os.Mkdir(filepath.Join(dir, File), 0o700) }, nil, "cannot be opened"},
		{"no folder", func(dir string) error { return errors.Join(os.Remove(dir), os.WriteFile(dir, nil, 0o600)) }, nil, ": not a directory"},
		{"read only", func(dir string) error { return os.Chmod(dir, 0o500) }, nil, fmt.Sprintf("cannot be opened for writing by user id %d: permission denied", os.Getuid())},
		{"closed", func(dir string) error { return os.Chmod(filepath.Dir(dir), 0o600) }, nil, fmt.Sprintf("cannot be opened for writing by user id %d: permission denied", os.Getuid())},
		{"another's file", func(dir string) error { return os.WriteFile(filepath.Join(dir, File), nil, 0) }, nil, fmt.Sprintf("cannot be opened for writing by user id %d: ", os.Getuid())},
	} {
		t.Run(c.name, func(t *testing.T) {
			if slices.Contains([]string{"read only", "closed", "another's file"}, c.name) && os.Geteuid() == 0 {
				t.Skip("root may write everywhere")
			}
			dir := filepath.Join(t.TempDir(), "data")
			defer os.Chmod(filepath.Dir(dir), 0o700)
			if err := errors.Join(os.Mkdir(dir, 0o700), c.make(dir)); err != nil {
				t.Fatal(err)
			}
			s, err := Open(t.Context(), dir, Options{})
			if err == nil {
				s.Close()
				t.Fatal("Open = nil")
			}
			if c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("Open = %v, want %v", err, c.is)
			}
			if got := err.Error(); !strings.HasPrefix(got, "data folder "+dir) || !strings.Contains(got, c.want) || strings.Contains(got, "\n") {
				t.Errorf("Open = %q, want %q", got, c.want)
			}
		})
	}
}

// A file damaged in the middle opens; reading the broken part must be an
// error or a finding, never a wrong passage.
func TestDamagedPage(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	d := doc("aaaa", "/1.pdf", "h1", 200)
	replace(t, s, d)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	const page = 8192
	for at := page; at < len(whole); at += page {
		broken := append([]byte(nil), whole...)
		copy(broken[at:], make([]byte, page))
		if err := os.WriteFile(filepath.Join(dir, File), broken, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), dir, Options{})
		if errors.Is(err, ErrDamaged) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		problems, err := s.Check(t.Context())
		if len(problems) == 0 || err != nil {
			t.Errorf("page %d zeroed: Check() = %q, %v", at/page, problems, err)
		}
		s.Close()
	}
}

func TestOpenAtOnce(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			s, err := Open(t.Context(), dir, Options{})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			id := fmt.Sprintf("aaa%d", i)
			if _, err := s.Replace(t.Context(), doc(id, "/"+id, "h", 2)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	s := open(t, dir, Options{})
	mustBeWhole(t, s)
	if all, err := s.AllReports(t.Context()); len(all) != 8 || err != nil {
		t.Errorf("%d reports, %v, want 8", len(all), err)
	}
}

// Two processes over the same files: each report is stored once, both see
// the other's.
func TestTwoHandles(t *testing.T) {
	dir := t.TempDir()
	a, b := open(t, dir, Options{}), open(t, dir, Options{})
	first := doc("aaaa", "/1.pdf", "h1", 3)
	replace(t, a, first)
	mustBe(t, b, want(first, "/1.pdf"))

	const n = 20
	var wg sync.WaitGroup
	for _, s := range []*Store{a, b, a, b} {
		wg.Go(func() {
			for i := range n {
				id := fmt.Sprintf("r%03d", i)
				if _, err := s.Replace(t.Context(), doc(id, "/"+id, "h", 3)); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			last := int64(0)
			for range n {
				c, err := s.Entries(t.Context(), retrieval.Moment{}, func(e retrieval.Entry) error {
					if len(e.Passages) != 3 {
						return fmt.Errorf("half a report: %s", e.Report.ID)
					}
					return nil
				})
				if err != nil || c.Generation < last {
					t.Errorf("generation %d after %d, %v", c.Generation, last, err)
				}
				last = c.Generation
			}
		})
	}
	wg.Wait()
	for _, s := range []*Store{a, b} {
		if g, err := s.Generation(t.Context()); g != n+1 || err != nil {
			t.Errorf("Generation = %d, %v, want %d", g, err, n+1)
		}
		mustBeWhole(t, s)
	}
}
