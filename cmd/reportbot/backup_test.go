package main

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reportbot/bot/state"
	"reportbot/retrieval/store"
)

// remembered is the state of the bot in a folder as text, "" for none.
func remembered(t *testing.T, data string) string {
	t.Helper()
	if missing(filepath.Join(data, state.File)) {
		return ""
	}
	s, err := state.Open(t.Context(), data, state.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	problems, err := s.Check(t.Context())
	if len(problems) > 0 || err != nil {
		t.Fatalf("check = %q, %v", problems, err)
	}
	pending, err := s.Pending(t.Context())
	turns, turnsErr := s.Turns(t.Context(), "T", 100)
	a, found, answerErr := s.Answer(t.Context(), "A1")
	head, auditErr := s.Audit(t.Context(), nil)
	if err := errors.Join(err, turnsErr, answerErr, auditErr); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%+v %s %+v %v %v", pending, turns, a, found, head)
}

// remember writes some of everything into the state of a folder and keeps it
// open, as a running serve does.
func remember(t *testing.T, data string) *state.Store {
	t.Helper()
	s, err := state.Open(t.Context(), data, state.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	for i := range 5 {
		if _, err := s.Record(t.Context(), state.Event{ID: fmt.Sprint("Ev", i), Thread: "T", Body: []byte("问题"), At: at}); err != nil {
			t.Fatal(err)
		}
	}
	err = errors.Join(s.Finish(t.Context(), "Ev0", "answered", at), s.SaveTurn(t.Context(), "T", []byte("一"), at),
		s.SaveAnswer(t.Context(), state.Answer{ID: "A1", Asked: "目标价？", At: at, Passages: []state.Shown{{PassageID: "p", ReportID: "r", Score: 0.5}}}, state.Entry{Kind: "answer", At: at, Event: "Ev0", User: "U1"}))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A backup taken while an ingest goes on and a serve holds the state is a
// folder of one moment: whole reports, the first so many.
func TestBackupOnline(t *testing.T) {
	reports := textReports(t, 20)
	want := ingested(t, reports)
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	mustRun(t, reportbot(t, dir, "ingest", "--data", data, filepath.Join(reports, "000.md")), 0)
	remember(t, data)
	wantState := remembered(t, data)
	cmd := reportbot(t, dir, "ingest", "--watch", "--json", "--data", data, reports)
	taken := 0
	acknowledged(t, cmd, func(id string) {
		if id == "" {
			_ = cmd.Process.Kill()
			return
		}
		if taken++; taken%6 != 1 {
			return
		}
		file, to := fmt.Sprintf("b%d.zip", taken), fmt.Sprintf("to%d", taken)
		mustRun(t, reportbot(t, dir, "backup", "--data", data, file), 0)
		mustRun(t, reportbot(t, dir, "restore", "--data", to, file), 0)
		got := contents(t, filepath.Join(dir, to))
		for id, text := range got {
			if want[id] != text {
				t.Errorf("backup after %d reports: report %s is %s", taken, id, cut(text, 300))
			}
		}
		if len(got) < taken {
			t.Errorf("backup after %d reports holds %d", taken, len(got))
		}
		if got := remembered(t, filepath.Join(dir, to)); got != wantState || got == "" {
			t.Errorf("state %s, want %s", got, wantState)
		}
	})
	if left, err := filepath.Glob(filepath.Join(dir, ".reportbot-*")); len(left) > 0 || err != nil {
		t.Errorf("left behind: %q, %v", left, err)
	}
}

// packed makes a data folder and its backup.
func packed(t *testing.T) (file string, want map[string]string, wantState string) {
	t.Helper()
	dir := t.TempDir()
	data := filepath.Join(dir, "data")
	mustRun(t, reportbot(t, dir, "ingest", "--data", data, textReports(t, 3)), 0)
	if err := remember(t, data).Close(); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(dir, "b.zip")
	mustRun(t, reportbot(t, dir, "backup", "--data", data, file), 0)
	return file, contents(t, data), remembered(t, data)
}

// A backup with flipped or missing bytes is refused in one line before
// anything is touched, or restores exactly what was backed up.
func TestDamagedBackup(t *testing.T) {
	if testing.Short() {
		t.Skip("many processes one after the other; none of them is watched here")
	}
	file, want, wantState := packed(t)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(5, 6))
	refused := 0
	for n := range backupDamages {
		broken, at := append([]byte(nil), whole...), rnd.IntN(len(whole))
		switch {
		case n%8 == 0:
			broken = broken[:at]
		case n%3 == 0: // the directory at the end, and the manifest
			broken[len(broken)-1-at%1000] ^= 1 << rnd.IntN(8)
		default:
			broken[at] ^= 1 << rnd.IntN(8)
		}
		dir := t.TempDir()
		bad, to := filepath.Join(dir, "bad.zip"), filepath.Join(dir, "to")
		if err := os.WriteFile(bad, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := restore(t.Context(), bad, to, false); err != nil {
			refused++
			if !missing(to) || !strings.HasPrefix(err.Error(), bad+": ") || strings.Contains(err.Error(), "\n") {
				t.Errorf("damage %d: %v, and something is there: %v", n, err, !missing(to))
			}
			continue
		}
		if got := contents(t, to); !maps.Equal(got, want) || remembered(t, to) != wantState {
			t.Errorf("damage %d: restored something else", n)
		}
	}
	t.Logf("of %d: %d refused, the others without effect", backupDamages, refused)
}

// kill -9 in the middle of a restore over another folder: it is the one
// before, the new one, or refuses to be opened until the restore is run again.
func TestKilledRestore(t *testing.T) {
	if testing.Short() {
		t.Skip("many processes one after the other; none of them is watched here")
	}
	file, want, wantState := packed(t)
	dir := t.TempDir()
	rnd := rand.New(rand.NewPCG(7, 8))
	tally := map[string]int{}
	var took time.Duration
	for n := range restoreKills {
		data := filepath.Join(dir, fmt.Sprint("data", n))
		mustRun(t, reportbot(t, dir, "ingest", "--data", data, textReports(t, 0)), 0)
		before := contents(t, data)
		cmd := reportbot(t, dir, "restore", "--force", "--data", data, file)
		start := time.Now()
		if n == 0 { // how long it takes here
			mustRun(t, cmd, 0)
			took = time.Since(start)
			continue
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(took/4+time.Duration(rnd.Int64N(int64(took))), func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		what := fmt.Sprintf("kill %d after %v", n, time.Since(start))
		s, err := store.Open(t.Context(), data, store.Options{})
		if err != nil {
			tally["refuses to be opened"]++
			if !errors.Is(err, store.ErrDamaged) {
				t.Errorf("%s: %v", what, err)
			}
		} else {
			s.Close()
			switch got := contents(t, data); {
			case maps.Equal(got, before):
				tally["the one before"]++
			case maps.Equal(got, want) && remembered(t, data) == wantState:
				tally["the new one"]++
			default:
				t.Errorf("%s: %d reports, neither the folder before nor the backup", what, len(got))
			}
		}
		mustRun(t, reportbot(t, dir, "restore", "--force", "--data", data, file), 0)
		if got := contents(t, data); !maps.Equal(got, want) || remembered(t, data) != wantState {
			t.Errorf("%s: restored again: %d reports, want %d", what, len(got), len(want))
		}
		if left, err := filepath.Glob(filepath.Join(data, staged)); len(left) > 0 || err != nil {
			t.Errorf("%s: left behind: %q, %v", what, left, err)
		}
	}
	t.Logf("%v", tally)
}

// Whenever it stops, an exchange leaves a folder that cannot be opened or a
// whole one; each of its steps is tried by taking away what it needs.
func TestUnfinishedRestore(t *testing.T) {
	file, want, _ := packed(t)
	data := filepath.Join(t.TempDir(), "data")
	mustRun(t, reportbot(t, t.TempDir(), "ingest", "--data", data, textReports(t, 0)), 0)
	if err := os.Mkdir(filepath.Join(data, state.File+"-wal"), 0o700); err != nil { // not to be removed: it is not empty
		t.Fatal(err)
	}
	write(t, data, state.File+"-wal/x", "")
	if _, err := restore(t.Context(), file, data, true); err == nil {
		t.Fatal("restore = nil")
	}
	if _, err := store.Open(t.Context(), data, store.Options{}); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("Open of half a folder = %v", err)
	}
	if err := os.RemoveAll(filepath.Join(data, state.File+"-wal")); err != nil {
		t.Fatal(err)
	}
	if _, err := restore(t.Context(), file, data, true); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, data); !maps.Equal(got, want) {
		t.Errorf("restored: %d reports, want %d", len(got), len(want))
	}
}

// Nothing is restored over a folder that somebody uses.
func TestRestoreInUse(t *testing.T) {
	file, _, _ := packed(t)
	data := filepath.Join(t.TempDir(), "data")
	s, err := store.Open(t.Context(), data, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := restore(t.Context(), file, data, true); !errors.Is(err, store.ErrInUse) {
		t.Errorf("restore over an open corpus.db = %v", err)
	}
	other := filepath.Join(t.TempDir(), "data")
	remember(t, other)
	if _, err := restore(t.Context(), file, other, true); !errors.Is(err, state.ErrLocked) {
		t.Errorf("restore over an open state.db = %v", err)
	}
}
