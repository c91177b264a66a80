package main

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// promised is how soon a change must be seen, and told in the time it takes
// to read a small file.
const promised = 5 * time.Second

// The whole program follows a folder: what is new, what changes, what goes;
// and Ctrl-C is no failure.
func TestWatchedFolder(t *testing.T) {
	dir := t.TempDir()
	// Polling is slower than what is promised: notices make it fast enough.
	write(t, dir, "c.yaml", "ingest: {poll: 60s}\n")
	watchFolder(t, dir, "--config", "c.yaml")
}

// Where the file system gives no notice, looking again and again does.
func TestWatchedFolderDefault(t *testing.T) {
	watchFolder(t, t.TempDir())
}

func watchFolder(t *testing.T, dir string, args ...string) {
	t.Helper()
	write(t, dir, "in/a.md", "# 溪谷光学点评\n\n青岚证券 2026-04-02\n\n## 1 产能\n\n溪谷光学二号产线的良率是91.3%。\n")
	cmd := reportbot(t, dir, append(args, "ingest", "--watch", "--json", "in")...)
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for out := bufio.NewScanner(pipe); out.Scan(); {
			lines <- out.Text()
		}
	}()
	next := func(state, name, reason string) {
		t.Helper()
		select {
		case line := <-lines:
			var v watchView
			decode(t, line, &v)
			if v.State != state || v.Path != "" && filepath.Base(v.Path) != name || !strings.Contains(v.Reason, reason) {
				t.Errorf("told %s, want %s of %s", line, state, name)
			}
		case <-time.After(4 * promised): // this machine may be busy
			t.Fatalf("not told that %s is %s", name, state)
		}
	}
	next("added", "a.md", "")
	next("watching", "", "")
	start := time.Now()
	write(t, dir, "in/sub/b.md", "# 仓储机器人跟踪\n\n青岚证券 2026-03-01\n\n## 1 销量\n\n货架通机器人一季度交付380台。\n")
	next("added", "b.md", "")
	t.Logf("a new file was read after %v", time.Since(start))
	write(t, dir, "in/c.md", " ")
	next("failed", "c.md", "is empty")
	write(t, dir, "in/a.meta.yaml", "title: 光学点评\n")
	next("added", "a.md", "")
	if err := os.Remove(filepath.Join(dir, "in", "sub", "b.md")); err != nil {
		t.Fatal(err)
	}
	next("removed", "b.md", "")
	if out := mustRun(t, reportbot(t, dir, "reports"), 0); !strings.Contains(out, "光学点评") || strings.Contains(out, "仓储") {
		t.Errorf("reports: %s", out)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	for line := range lines {
		t.Errorf("told %s after Ctrl-C", line)
	}
	if got := exitCode(t, cmd.Wait()); got != exitDone {
		t.Errorf("exit code %d, want %d", got, exitDone)
	}
}
