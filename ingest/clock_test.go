package ingest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest"
	"reportbot/ingest/parse"
	"reportbot/retrieval"
	"reportbot/retrieval/store"
)

// What is stored, and in which order, does not depend on the clock: neither of
// the machine, which may stand in another year or jump between two files, nor
// on the times of the files.
func TestClockJumps(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for i := range 4 {
		path := filepath.Join(dir, fmt.Sprintf("%d.md", i))
		if err := os.WriteFile(path, []byte(note("2026-03-0"+fmt.Sprint(1+i), prose(uint64(i), 5))), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, path)
	}
	ingestAll := func(between func(i int)) (out []string) {
		t.Helper()
		st, err := store.Open(t.Context(), t.TempDir(), store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close()
		g := &ingest.Ingester{Store: corpus{st}, Reader: parse.NewReader("", parse.Limits{}), Embedder: &embedder{}}
		for i, path := range files {
			between(i)
			if o := g.File(t.Context(), "default", path); o.State != ingest.Added {
				t.Fatalf("%+v, want it added", o)
			}
			if o := g.File(t.Context(), "default", path); o.State != ingest.Unchanged {
				t.Errorf("%+v, want it unchanged", o)
			}
		}
		if _, err := st.Entries(t.Context(), retrieval.Moment{}, func(e retrieval.Entry) error {
			out = append(out, fmt.Sprintf("%+v", e))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return out
	}
	want := ingestAll(func(int) {})
	is := func(what string, got []string) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	synctest.Test(t, func(t *testing.T) { // where it is the year 2000, and time goes by at will
		is("an earlier clock", ingestAll(func(int) {}))
		is("a clock that jumps ahead", ingestAll(func(int) { time.Sleep(20 * 365 * 24 * time.Hour) }))
	})
	for _, at := range []time.Time{time.Unix(0, 0), time.Date(2199, 1, 1, 0, 0, 0, 0, time.UTC)} {
		is(fmt.Sprint("files of ", at.Year()), ingestAll(func(i int) {
			if err := os.Chtimes(files[i], at, at); err != nil {
				t.Fatal(err)
			}
		}))
	}
}
