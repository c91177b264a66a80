package store

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"reportbot/retrieval"
)

// storedReports is how many reports the damaged folder holds.
const storedReports = 12

func damageDoc(i int) Document {
	id := fmt.Sprintf("r%03d", i)
	d := factual(doc(id, "/"+id+".pdf", fmt.Sprintf("h%d", i), 8), "999001.SZ", fmt.Sprintf("9990%02d.SZ", i), "999001.SZ")
	d.Passages[2].Boxes = lines(20)
	d.Passages[3].Text += strings.Repeat("长", 3000*(i%3)) // some on pages of their own
	for h := range uint64(sketchSize) {
		d.Sketch = append(d.Sketch, h<<8|uint64(i))
	}
	return d
}

// everything a store gives, each thing as a line, by report where it is of one.
func everything(t *testing.T, s *Store) (lines map[string]bool, errs []error) {
	t.Helper()
	lines = map[string]bool{}
	add := func(what string, v any, err error) {
		if err != nil {
			errs = append(errs, err)
			return
		}
		lines[fmt.Sprintf("%s %+v", what, v)] = true
	}
	_, err := s.Entries(t.Context(), retrieval.Moment{}, func(e retrieval.Entry) error {
		e.Report.Generation = 0 // another one when it was read again
		add("entry", e, nil)
		return nil
	})
	all, listErr := s.AllReports(t.Context())
	errs = append(errs, err, listErr)
	for _, r := range all {
		r.Report.Generation = 0
		add("report", r, nil)
	}
	sources, err := s.Recorded(t.Context(), "default", "/")
	errs = append(errs, err)
	for _, src := range sources {
		src.Version = 0 // decides what is read again, no more
		add("source", src, nil)
	}
	onOne, err := s.SecurityFacts(t.Context(), retrieval.Scope{"default"}, "999001.SZ")
	errs = append(errs, err)
	for _, f := range onOne {
		add("fact", f, nil)
	}
	for i := range storedReports {
		d := damageDoc(i)
		if facts, err := s.Facts(t.Context(), d.Report.ID); len(facts) > 0 || err != nil {
			add("facts", facts, err)
		}
		if r, err := s.Report(t.Context(), d.Report.ID); !errors.Is(err, ErrNotFound) {
			r.Report.Generation = 0
			add("detail", r, err)
		}
		if ps, err := s.ReportPassages(t.Context(), d.Report.ID); len(ps) > 0 || err != nil {
			add("passages", ps, err)
		}
		if boxes, err := s.Boxes(t.Context(), d.Passages[2].ID); boxes != nil || err != nil {
			add("boxes "+d.Passages[2].ID, boxes, err)
		}
		ps, err := s.Passages(t.Context(), []string{d.Passages[1].ID, d.Passages[3].ID})
		errs = append(errs, err)
		for _, p := range ps {
			add("passage", p, nil)
		}
	}
	return lines, errs
}

// spoil changes bytes somewhere: of eight times one is a cut, one a page of
// zeros, the others flip a bit.
func spoil(rnd *rand.Rand, n int, whole []byte) (broken []byte, what string) {
	broken, at := bytes.Clone(whole), rnd.IntN(len(whole))
	switch n % 8 {
	case 0:
		return broken[:at], fmt.Sprintf("cut at %d", at)
	case 1:
		at &^= 8191
		clear(broken[at:min(at+8192, len(broken))])
		return broken, fmt.Sprintf("page %d zeroed", at/8192)
	}
	bit := byte(1) << rnd.IntN(8)
	broken[at] ^= bit
	return broken, fmt.Sprintf("bit %x of byte %d flipped", bit, at)
}

// Flipped and cut bytes anywhere in corpus.db, and in the log beside it of a
// process that was killed: Open, a read, the log or Check says so, or what is
// read is right. Never a wrong word, never a panic. A damaged log may take the
// folder back to an earlier commit, and that is told unless its end is gone.
func TestPromiseDamage(t *testing.T) {
	if testing.Short() {
		t.Skip("a campaign, one step after the other")
	}
	dir := t.TempDir()
	s := open(t, dir, Options{})
	for i := range storedReports / 2 {
		replace(t, s, damageDoc(i))
	}
	s.Close() // these are in the file, the others in the log
	s = open(t, dir, Options{})
	for i := storedReports / 2; i < storedReports; i++ {
		replace(t, s, damageDoc(i))
	}
	want, errs := everything(t, s)
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	killed := map[string][]byte{}
	for _, name := range []string{File, File + "-wal"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		killed[name] = b
	}
	s.Close()
	closed, err := os.ReadFile(filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("closed", func(t *testing.T) { damageAll(t, map[string][]byte{File: closed}, File, want) })
	t.Run("killed", func(t *testing.T) { damageAll(t, killed, File, want) })
	t.Run("wal", func(t *testing.T) { damageAll(t, killed, File+"-wal", want) })
}

func damageAll(t *testing.T, files map[string][]byte, target string, want map[string]bool) {
	rnd := rand.New(rand.NewPCG(3, 4))
	tally := map[string]int{}
	for n := range damages {
		dir := t.TempDir()
		broken, what := spoil(rnd, n, files[target])
		for name, b := range files {
			if name == target {
				b = broken
			}
			if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		tally[damaged(t, dir, what, strings.HasSuffix(target, "-wal"), want)]++
		os.RemoveAll(dir)
	}
	t.Logf("of %d: %v", damages, tally)
}

// damaged holds a damaged folder against what it held, mends what can be, and
// says how it went.
func damaged(t *testing.T, dir, what string, wal bool, want map[string]bool) string {
	t.Helper()
	var log bytes.Buffer
	s, err := Open(t.Context(), dir, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrVersion) || !strings.Contains(err.Error(), dir) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: Open = %v", what, err)
		}
		return "refused by Open"
	}
	defer s.Close()
	got, errs := everything(t, s)
	for line := range got {
		if !want[line] {
			t.Errorf("%s: a wrong value was read: %s", what, line)
		}
	}
	told := log.Len() > 0
	lost := strings.Contains(log.String(), "newest reports may be missing")
	for _, err := range errs {
		if err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
		told = told || err != nil
	}
	problems, err := s.Check(t.Context())
	switch {
	case err != nil:
		t.Errorf("%s: Check = %v", what, err)
	case len(problems) == 0 && lost && wal:
		return "back at an earlier commit, told of"
	case told && len(problems) == 0:
		t.Errorf("%s: reads say %v %s, Check nothing", what, errors.Join(errs...), log.String())
	case len(problems) == 0 && len(got) == len(want):
		return "without effect"
	case len(problems) == 0 && wal && strings.HasPrefix(what, "cut"):
		return "back at an earlier commit, as if not finished"
	case len(problems) == 0:
		t.Errorf("%s: unseen: %d of %d things are gone", what, len(want)-len(got), len(want))
	}
	return mended(t, s, what, told, want)
}

// mended reads the files again that the store wants read again.
func mended(t *testing.T, s *Store, what string, told bool, want map[string]bool) string {
	t.Helper()
	seen := "seen by Check alone"
	if told {
		seen = "told of by a read"
	}
	for i := range storedReports {
		d := damageDoc(i)
		if src, known, err := s.Source(t.Context(), "default", d.Source.Path); err == nil && known && src.Version == d.Source.Version {
			continue
		}
		if _, err := s.Replace(t.Context(), d); err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("%s: Replace = %v", what, err)
			}
			return seen + ", not mended"
		}
	}
	if problems, err := s.Check(t.Context()); len(problems) > 0 || err != nil {
		return seen + ", not mended"
	}
	got, errs := everything(t, s)
	for line := range want {
		if !got[line] || errors.Join(errs...) != nil {
			t.Errorf("%s: mended, and lacks %s, %v", what, line, errors.Join(errs...))
			break
		}
	}
	return seen + ", mended by reading the file again"
}
