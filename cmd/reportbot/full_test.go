package main

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"reportbot/retrieval/store"
)

// A full disk is one line that names the file and the reason, the reports
// before it are kept, and with room again the rest follows. This needs a small
// disk of its own; the store's tests bound the database instead and run
// everywhere.
func TestPromiseDiskFull(t *testing.T) {
	disk := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("no disk can be mounted: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	dir, data := t.TempDir(), filepath.Join(disk, "data")
	const reports = 60
	for i := range reports {
		section := strings.Repeat(fmt.Sprintf("第%d条产线的良率是9%d.3%%，客户验证仍在进行。", i, i%10), 40)
		write(t, dir, fmt.Sprintf("in/%02d.md", i), fmt.Sprintf("# 溪谷光学第%d期点评\n\n青岚证券 2026-04-01\n\n## 1 产能\n\n%s\n", i, section))
	}
	cmd := reportbot(t, dir, "ingest", "--json", "--data", data, "in")
	var errs strings.Builder
	var sum summaryView
	out := mustRunErr(t, cmd, &errs, exitPartly)
	decode(t, out, &sum)
	want := regexp.MustCompile(`^reportbot: .*/in/\d\d\.md: .*disk full.*\nreportbot: stopped there; files not tried: \d+\n$`)
	if !want.MatchString(errs.String()) || sum.Added == 0 || sum.Failed != 1 {
		t.Errorf("full: %+v and %q, want some added, one failed and a line that says why", sum, errs.String())
	}
	var got struct {
		Reports  int
		Problems []string
	}
	bigger := exec.CommandContext(t.Context(), "mount", "-o", "remount,size=64m", disk)
	if out, err := bigger.CombinedOutput(); err != nil {
		t.Fatalf("remount: %v: %s", err, out)
	}
	decode(t, mustRun(t, reportbot(t, dir, "check", "--json", "--data", data), 0), &got)
	if got.Reports != sum.Added || len(got.Problems) > 0 {
		t.Errorf("after it: %+v, want %d reports without problems", got, sum.Added)
	}
	decode(t, mustRun(t, reportbot(t, dir, "ingest", "--json", "--data", data, "in"), 0), &sum)
	if sum.Added+sum.Unchanged != reports || sum.Unchanged != got.Reports {
		t.Errorf("with room again: %+v, want %d unchanged and the rest added", sum, got.Reports)
	}
}

// The same on disks of all sizes, so that space runs out at each write: every
// report that was acknowledged is there, nothing is by halves, and what could
// not be done is said in one line. A backup and a restore that do not fit leave
// nothing.
func TestPromiseDiskOfAnySize(t *testing.T) {
	t.Parallel() // with other processes
	if testing.Short() {
		t.Skip("many processes one after the other; none of them is watched here")
	}
	reports := textReports(t, 6)
	want := ingested(t, reports)
	dir := t.TempDir()
	backup := filepath.Join(dir, "b.zip")
	mustRun(t, reportbot(t, dir, "ingest", "--data", "all", reports), 0)
	mustRun(t, reportbot(t, dir, "backup", "--data", "all", backup), 0)
	disk := filepath.Join(dir, "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	tally := map[string]int{}
	for size := 8; size < 4000 && tally["backup fits"] == 0; size += diskSizesApart {
		if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dk", size), "tmpfs", disk).CombinedOutput(); err != nil {
			t.Skipf("no disk can be mounted: %v: %s", err, out)
		}
		fillDisk(t, dir, disk, reports, backup, want, tally)
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Fatalf("umount: %v: %s", err, out)
		}
	}
	t.Logf("%v", tally)
}

func fillDisk(t *testing.T, dir, disk, reports, backup string, want map[string]string, tally map[string]int) {
	t.Helper()
	oneLine := regexp.MustCompile(`^(reportbot[^\n]*\n)(reportbot: stopped there; files not tried: \d+\n)?(reportbot ingest: none of the files could be ingested\n)?$`)
	try := func(what string, args ...string) (out string, ok bool) {
		var errs strings.Builder
		cmd := reportbot(t, dir, args...)
		cmd.Stderr = &errs
		text, err := cmd.Output()
		if ok = exitCode(t, err) == 0; ok {
			tally[what+" fits"]++
		} else if tally[what+" is refused"]++; !oneLine.MatchString(errs.String()) || !strings.Contains(errs.String(), "disk full") && !strings.Contains(errs.String(), "no space left") {
			t.Errorf("%s: %q, want one line that says that the disk is full", what, errs.String())
		}
		return string(text), ok
	}
	data := filepath.Join(disk, "data")
	if _, ok := try("restore", "restore", "--data", data, backup); !ok && !missing(filepath.Join(data, store.File)) {
		t.Error("a restore that did not fit left a corpus.db")
	}
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}
	out, _ := try("ingest", "ingest", "--json", "--data", data, reports)
	var sum summaryView
	if out != "" {
		decode(t, out, &sum)
	}
	if _, ok := try("backup", "backup", "--data", data, filepath.Join(disk, "b.zip")); !ok && !missing(filepath.Join(disk, "b.zip")) {
		t.Error("a backup that did not fit is there")
	}
	saved := filepath.Join(t.TempDir(), "saved") // with room again
	if err := os.CopyFS(saved, os.DirFS(disk)); err != nil {
		t.Fatal(err)
	}
	if left, err := filepath.Glob(filepath.Join(saved, ".reportbot-*")); len(left) > 0 || err != nil {
		t.Errorf("left behind: %q, %v", left, err)
	}
	saved = filepath.Join(saved, "data")
	got := contents(t, saved)
	for id, text := range got {
		if want[id] != text {
			t.Errorf("report %s is %s", id, cut(text, 300))
		}
	}
	if len(got) != sum.Added {
		t.Errorf("%d reports are there, %d were acknowledged", len(got), sum.Added)
	}
	mustRun(t, reportbot(t, dir, "ingest", "--data", saved, reports), 0)
	if !maps.Equal(contents(t, saved), want) {
		t.Error("with room again not all is there")
	}
}

// An embedder that fails in the middle ends the ingest: the next report would
// meet the same. What is stored stays.
func TestEmbedderFailsHalfWay(t *testing.T) {
	s := httptest.NewServer(&fakeAPI{dimension: 16, refuseFrom: 3})
	defer s.Close()
	dir := t.TempDir()
	for i := range 4 {
		write(t, dir, fmt.Sprintf("in/%d.md", i), fmt.Sprintf("# 溪谷光学第%d期点评\n\n青岚证券 2026-04-0%d\n\n第%d条产线的良率是9%d.3%%。\n", i, i+1, i, i))
	}
	write(t, dir, "c.yaml", fmt.Sprintf("embed: {model: bge, base_url: %s/v1}\n", s.URL))
	var errs strings.Builder
	out := mustRunErr(t, reportbot(t, dir, "ingest", "--config", "c.yaml", "in"), &errs, exitPartly)
	if want := "2 added, 0 unchanged, 1 failed\n"; out != want {
		t.Errorf("output %q, want %q", out, want)
	}
	want := regexp.MustCompile(`^reportbot: .*/in/2\.md: embed: .*no such embedder here.*\nreportbot: stopped there; files not tried: 1\n$`)
	if !want.MatchString(errs.String()) {
		t.Errorf("errors %q, want %s", errs.String(), want)
	}
}
