package state

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestOpenKeeps(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a ?#%20 数据", "deep") // made by Open; characters that mean something in a URI
	s := open(t, dir, Options{})
	record(t, s, event(1), true)
	ok(t, s.Close())
	if _, err := os.Stat(filepath.Join(dir, File)); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir, Options{})
	mustPend(t, s, event(1))
	record(t, s, event(2), true)
	for _, tail := range []string{"", "-wal", "-shm"} { // nobody else may read what is asked
		info, err := os.Stat(filepath.Join(dir, File) + tail)
		if ok(t, err); info.Mode()&0o007 != 0 {
			t.Errorf("%s%s: mode %v", File, tail, info.Mode())
		}
	}
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000"} {
		var got string
		if ok(t, s.write.QueryRow("PRAGMA "+pragma).Scan(&got)); got != want {
			t.Errorf("%s = %s, want %s", pragma, got, want)
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
	newest := len(migrations)
	for _, c := range []struct {
		name string
		make func(dir string) error
		opt  Options
		is   error
		want string
	}{
		{"newer", func(dir string) error {
			return exec(dir, fmt.Sprintf("CREATE TABLE t (x); PRAGMA application_id = %d; PRAGMA user_version = %d", application, newest+1))
		}, Options{}, ErrVersion, fmt.Sprintf(" was written by a newer reportbot (schema %d, this one knows %d)", newest+1, newest)},
		{"another program", func(dir string) error { return exec(dir, "CREATE TABLE t (x)") }, Options{}, ErrDamaged, "another program"},
		{"another program's version", func(dir string) error { return exec(dir, "PRAGMA user_version = 1") }, Options{}, ErrDamaged, "another program"},
		{"text", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, File), []byte(strings.Repeat("no database ", 100)), 0o600)
		}, Options{}, ErrDamaged, File + " is damaged or not a database of reportbot: file is not a database"},
		{"damaged tables", func(dir string) error {
			s, err := Open(t.Context(), dir, Options{})
			if err := errors.Join(err, s.Close()); err != nil {
				return err
			}
			path := filepath.Join(dir, File)
			whole, err := os.ReadFile(path)
			broken := bytes.ReplaceAll(whole, []byte("at       INTEGER NOT NULL"), []byte("at      `INTEGER NOT NULL"))
			return errors.Join(err, os.WriteFile(path, broken, 0o600))
		}, Options{}, ErrDamaged, "malformed database schema (events)"},
		{"folder in its place", func(dir string) error { return os.Mkdir(filepath.Join(dir, File), 0o700) }, Options{}, nil, File + " cannot be opened"},
		{"no folder", func(dir string) error { return errors.Join(os.Remove(dir), os.WriteFile(dir, nil, 0o600)) }, Options{}, nil, ": not a directory"},
		{"read-only folder", func(dir string) error { return os.Chmod(dir, 0o500) }, Options{}, fs.ErrPermission, fmt.Sprintf("cannot be opened for writing by user id %d: permission denied", os.Getuid())},
		{"read-only file", func(dir string) error {
			s, err := Open(t.Context(), dir, Options{})
			return errors.Join(err, s.Close(), os.Chmod(filepath.Join(dir, File), 0o400))
		}, Options{}, nil, File + fmt.Sprintf(" cannot be opened for writing by user id %d: attempt to write a readonly database", os.Getuid())},
		{"nothing to look at", func(dir string) error { return nil }, Options{ReadOnly: true}, fs.ErrNotExist, File + " cannot be opened: no such file or directory"},
		{"older, only looking", func(dir string) error { return exec(dir, "PRAGMA user_version = 0; VACUUM") }, Options{ReadOnly: true}, nil, "older reportbot (schema 0, "},
	} {
		t.Run(c.name, func(t *testing.T) {
			if strings.HasPrefix(c.name, "read-only") && os.Geteuid() == 0 {
				t.Skip("root may write everywhere")
			}
			dir := filepath.Join(t.TempDir(), "data")
			if err := errors.Join(os.Mkdir(dir, 0o700), c.make(dir)); err != nil {
				t.Fatal(err)
			}
			s, err := Open(t.Context(), dir, c.opt)
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

// The second to open is told who has it, in one line, and leaves no trace;
// when the first is gone it is let in. Looking is always possible.
func TestLocked(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{})
	record(t, s, event(1), true)
	for range 2 {
		_, err := Open(t.Context(), dir, Options{})
		if want := fmt.Sprintf("data folder %s is in use by another reportbot (process %d)", dir, os.Getpid()); !errors.Is(err, ErrLocked) || err.Error() != want {
			t.Fatalf("Open = %v, want %s", err, want)
		}
	}
	look := open(t, dir, Options{ReadOnly: true})
	mustPend(t, look, event(1))
	mustBeWhole(t, look)
	if _, err := look.Record(t.Context(), event(2)); err == nil || !strings.Contains(err.Error(), "reading only") {
		t.Errorf("Record into what is open for reading only = %v", err)
	}
	record(t, s, event(2), true)
	ok(t, s.Close())
	mustPend(t, look, event(1), event(2))
	mustPend(t, open(t, dir, Options{}), event(1), event(2))
}

// A row that is no longer what was written is an error that names it, in one
// line; the events and turns beside it come back even so.
func TestChangedRow(t *testing.T) {
	for _, c := range []struct{ change, problem string }{
		{`UPDATE events SET body = CAST(replace(body, '目标价', '净利润') AS BLOB) WHERE id IN ('Ev000001', 'Ev000002')`, `event "Ev000002" has changed`},
		{`UPDATE events SET at = at + 1 WHERE id = 'Ev000001'`, `event "Ev000001" has changed`},
		{`UPDATE posted SET ts = '' WHERE event_id = 'Ev000003'`, `post of event "Ev000003" has changed`},
		{`UPDATE answers SET scope = '["private"]' WHERE id = 'A0003'`, `answer "A0003" has changed`},
		{`UPDATE shown SET cited = 1 - cited WHERE answer_id = 'A0003' AND ord = 1`, `answer "A0003" has changed`},
		{`DELETE FROM shown WHERE answer_id = 'A0003' AND ord = 3`, `answer "A0003" has changed`},
		{`UPDATE feedback SET good = 0 WHERE answer_id = 'A0006'`, `feedback on answer "A0006" has changed`},
		{`UPDATE turns SET body = x'00' WHERE seq = 2`, `turn of thread "T" has changed`},
		{`UPDATE budget SET prompt = 0`, `budget of "2026-11-25" has changed`},
		{`UPDATE reserved SET tokens = 0 WHERE id = 2`, `reservation of "2026-11-25" has changed`},
		{`UPDATE audit_ends SET hash = '' WHERE name = 'head'`, `record 8 was changed, or the note of the last one`},
	} {
		dir := t.TempDir()
		fill(t, dir)
		s := open(t, dir, Options{})
		want, err := readAll(t, s)
		ok(t, err)
		if res, err := s.write.Exec(c.change); err != nil {
			t.Fatal(err)
		} else if n, _ := res.RowsAffected(); n == 0 {
			t.Fatalf("%s changes nothing", c.change)
		}
		got, err := readAll(t, s)
		if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%s: %v, want %s", c.change, err, c.problem)
		}
		if d := foreign(got, want); d != "" || len(got.Pending) < len(want.Pending)-2 || len(got.Turns) < len(want.Turns)-1 {
			t.Errorf("%s: %d events, %d turns, wrong: %s", c.change, len(got.Pending), len(got.Turns), d)
		}
		if _, err := s.Pending(t.Context()); err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: Pending = %q, more than a line", c.change, err)
		}
		problems, err := s.Check(t.Context())
		if len(problems) == 0 || err != nil || !strings.Contains(strings.Join(problems, "\n"), c.problem) {
			t.Errorf("%s: Check = %q, %v", c.change, problems, err)
		}
	}
}

// stored is how many events fill stores.
const stored = 24

// fill stores something of everything and closes.
func fill(t *testing.T, dir string) {
	t.Helper()
	s := open(t, dir, Options{})
	for i := range stored {
		record(t, s, event(i), true)
		ok(t, s.Mark(t.Context(), Posted{EventID: event(i).ID, Channel: "C", TS: fmt.Sprint(i), Stage: "done", At: noon}))
		if i%3 == 0 {
			ok(t, s.Finish(t.Context(), event(i).ID, "answered", noon))
			ok(t, s.SaveAnswer(t.Context(), answer(i), entry(i)))
			ok(t, s.SaveFeedback(t.Context(), Feedback{answer(i).ID, "U1", true, noon}))
			ok(t, s.SaveTurn(t.Context(), "T", []byte(event(i).ID), noon))
			id, err := s.Reserve(t.Context(), today, 100, 1_000_000)
			ok(t, err)
			if i%2 == 0 {
				ok(t, s.Settle(t.Context(), id, Use{70, 20, 9}))
			}
		}
	}
	ok(t, s.Close())
}

const today = "2026-11-25"

// content is everything that can be read, as one value.
type content struct {
	Pending  []Event
	Posted   []Posted
	Answers  []Answer
	Feedback [][]Feedback
	Turns    [][]byte
	Audit    []Record
	Spent    []Spent
}

// readAll reads it; parts that came back with an error are left empty.
func readAll(t *testing.T, s *Store) (c content, err error) {
	t.Helper()
	var errs []error
	keep := func(err error) bool { errs = append(errs, err); return err == nil }
	c.Pending, err = s.Pending(t.Context())
	keep(err)
	c.Turns, err = s.Turns(t.Context(), "T", 100)
	keep(err)
	_, err = s.Audit(t.Context(), func(r Record) error { c.Audit = append(c.Audit, r); return nil })
	if !keep(err) {
		c.Audit = nil
	}
	if spent, err := s.Spent(t.Context(), today); keep(err) {
		c.Spent = append(c.Spent, spent)
	}
	for i := range stored {
		if p, found, err := s.Posting(t.Context(), event(i).ID); keep(err) && found {
			c.Posted = append(c.Posted, p)
		}
		if a, found, err := s.Answer(t.Context(), answer(i).ID); keep(err) && found {
			c.Answers = append(c.Answers, a)
		}
		if f, err := s.Feedback(t.Context(), answer(i).ID); keep(err) && len(f) > 0 {
			c.Feedback = append(c.Feedback, f)
		}
	}
	return c, errors.Join(errs...)
}

// Flipped and cut bytes anywhere in the file: Open, a read or Check says
// damaged, or what is read is right. Never a wrong event, and never a panic.
func TestPromiseDamage(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir)
	s := open(t, dir, Options{})
	want, err := readAll(t, s)
	ok(t, err)
	ok(t, s.Close())
	path := filepath.Join(dir, File)
	whole, err := os.ReadFile(path)
	ok(t, err)
	rnd := rand.New(rand.NewPCG(3, 4))
	var atOpen, atRead, atCheck, harmless int
	for n := range damages {
		broken, what := append([]byte(nil), whole...), ""
		at := rnd.IntN(len(broken))
		switch n % 8 {
		case 0:
			broken, what = broken[:at], fmt.Sprintf("cut at %d", at)
		case 1:
			at &^= 4095
			clear(broken[at : at+4096])
			what = fmt.Sprintf("page %d zeroed", at/4096)
		default:
			bit := byte(1) << rnd.IntN(8)
			broken[at] ^= bit
			what = fmt.Sprintf("bit %x of byte %d flipped", bit, at)
		}
		ok(t, os.WriteFile(path, broken, 0o600))
		s, err := Open(t.Context(), dir, Options{})
		if err != nil {
			atOpen++
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrVersion) {
				t.Errorf("%s: Open = %v", what, err)
			}
			if msg := err.Error(); !strings.Contains(msg, dir) || strings.Contains(msg, "\n") {
				t.Errorf("%s: Open = %q", what, msg)
			}
			continue
		}
		got, err := readAll(t, s)
		problems, checkErr := s.Check(t.Context())
		same := fmt.Sprint(got) == fmt.Sprint(want)
		switch {
		case checkErr != nil:
			t.Errorf("%s: Check = %v", what, checkErr)
		case err != nil && !errors.Is(err, ErrDamaged):
			t.Errorf("%s: %v", what, err)
		case err != nil && len(problems) == 0:
			t.Errorf("%s: reads say %v, Check nothing", what, err)
		case err != nil:
			atRead++
		case len(problems) > 0:
			atCheck++
		default:
			harmless++
		}
		if err == nil && len(problems) == 0 && !same {
			t.Errorf("%s: unseen (-got +want):\n%s", what, cmp.Diff(got, want, cmpopts.EquateNaNs()))
		}
		if d := foreign(got, want); d != "" {
			t.Errorf("%s: a wrong value was read: %s", what, d)
		}
		s.Close()
		for _, tail := range []string{"-wal", "-shm"} { // of a file that could not be checkpointed
			os.Remove(path + tail)
		}
	}
	t.Logf("of %d: %d refused by Open, %d by a read, %d seen by Check alone, %d without effect", damages, atOpen, atRead, atCheck, harmless)
}

// foreign returns something of got that want does not have: missing is seen
// elsewhere, wrong must not be.
func foreign(got, want content) string {
	is := func(v any) string { return fmt.Sprintf("%v", v) }
	right := map[string]bool{}
	add := func(c content, note func(string)) {
		for _, e := range c.Pending {
			note(is(e))
		}
		for _, p := range c.Posted {
			note(is(p))
		}
		for _, a := range c.Answers {
			note(is(a))
		}
		for _, f := range c.Feedback {
			for _, f := range f {
				note(is(f))
			}
		}
		for _, b := range c.Turns {
			note(is(b))
		}
		for _, r := range c.Audit {
			note(is(r))
		}
		for _, s := range c.Spent {
			note(is(s))
		}
	}
	add(want, func(s string) { right[s] = true })
	wrong := ""
	add(got, func(s string) {
		if !right[s] {
			wrong = s
		}
	})
	return wrong
}
