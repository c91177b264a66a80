package main

import (
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The compiled PDF engine is kept in a file, in the data folder where there is
// no better place. Flipped and missing bytes in it are noticed: the report is
// read right or refused in one line, and what was cached does no harm for good.
func TestDamagedCache(t *testing.T) {
	if testing.Short() {
		t.Skip("many processes one after the other; none of them is watched here")
	}
	reports := t.TempDir()
	report, err := os.ReadFile(filepath.Join(sampleReports(t), "青岚证券-澜海储能-三季报预告点评-20261016.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, reports, "a.pdf", string(report))
	dir, cache := t.TempDir(), filepath.Join(t.TempDir(), "cache")
	ingest := func(data string, errs *strings.Builder) int {
		t.Helper()
		cmd := reportbot(t, dir, "ingest", "--data", data, reports)
		cmd.Env = append(cleanEnv(), "REPORTBOT_WASM_CACHE="+cache)
		cmd.Stderr = errs
		return exitCode(t, cmd.Run())
	}
	var errs strings.Builder
	if code := ingest("whole", &errs); code != 0 {
		t.Fatal(errs.String())
	}
	want := contents(t, filepath.Join(dir, "whole"))
	var files []string
	err = filepath.WalkDir(cache, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	if len(files) != 2 {
		t.Errorf("%q, want the engine and its checksum", files)
	}
	rnd, tally := rand.New(rand.NewPCG(9, 10)), map[string]int{}
	for n := range cacheDamages {
		path := files[n%len(files)]
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		broken, at := append([]byte(nil), whole...), rnd.IntN(len(whole))
		switch {
		case n%8 == 7:
			broken = broken[:at]
		case n%2 == 0 && at > 200_000: // where each function begins
			broken[at%200_000] ^= 1 << rnd.IntN(8)
		default:
			broken[at] ^= 1 << rnd.IntN(8)
		}
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		errs.Reset()
		data := fmt.Sprint("data", n)
		if code := ingest(data, &errs); code != 0 {
			tally["refused"]++
			if strings.Count(errs.String(), "\n") > 2 || strings.Contains(errs.String(), "panic") {
				t.Errorf("damage %d: %s", n, cut(errs.String(), 500))
			}
		} else if got := contents(t, filepath.Join(dir, data)); !maps.Equal(got, want) {
			t.Errorf("damage %d: read as %v", n, got)
		} else {
			tally["read right"]++
		}
		if mended, err := os.ReadFile(path); err != nil || string(mended) != string(whole) {
			t.Errorf("damage %d: %s is not as it was, %v: every start will be slow", n, path, err)
		}
	}
	t.Logf("of %d damages to %d files: %v", cacheDamages, len(files), tally)
}
