package state

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Of what a model said of a report that is gone nothing is left on the disk;
// what it said of the others stays.
func TestForgetSummaries(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(t.Context(), dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	body := func(id string, n int) []byte { return []byte(strings.Repeat("words on "+id+" ", n)) }
	var all []string
	for i := range 60 {
		id := fmt.Sprintf("r%02d", i)
		all = append(all, id)
		for v, n := range []int{1, 300} {
			if err := s.SaveSummary(t.Context(), fmt.Sprintf("%s/model/%d", id, v), body(id, n), time.Unix(9, 0)); err != nil {
				t.Fatal(err)
			}
		}
	}
	left := func(id string) (out []string) {
		t.Helper()
		files, err := filepath.Glob(filepath.Join(dir, "state.db*"))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(b, []byte("words on "+id)) || bytes.Contains(b, []byte(id+"/model")) {
				out = append(out, filepath.Base(f))
			}
		}
		return out
	}
	if len(left("r17")) == 0 {
		t.Fatal("nothing of it was there")
	}
	but := append(append([]string{}, all[:17]...), all[18:]...)
	for _, want := range []int{2, 0} {
		if n, err := s.ForgetSummaries(t.Context(), but); n != want || err != nil {
			t.Errorf("ForgetSummaries = %d, %v, want %d", n, err, want)
		}
	}
	if done, err := s.Scrub(t.Context()); !done || err != nil {
		t.Fatalf("Scrub = %v, %v", done, err)
	}
	if f := left("r17"); len(f) > 0 {
		t.Errorf("words on it are left in %v", f)
	}
	for _, id := range but {
		if got, ok, err := s.Summary(t.Context(), id+"/model/1"); string(got) != string(body(id, 300)) || !ok || err != nil {
			t.Errorf("%s: %v, %v", id, ok, err)
		}
	}
	if n, err := s.ForgetSummaries(t.Context(), nil); n != 2*len(but) || err != nil {
		t.Errorf("ForgetSummaries(none) = %d, %v", n, err)
	}
}
