package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What another process ingests or removes is seen by the next question of a
// running one.
func TestAskSeesOtherProcess(t *testing.T) {
	dir := t.TempDir()
	question := "溪谷光学二号产线的良率是多少？"
	cmd := reportbot(t, dir, "ask", "--json", "-")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := bufio.NewScanner(pipe)
	out.Buffer(nil, 1<<20)
	ask := func() answerView {
		t.Helper()
		if _, err := io.WriteString(in, question+"\n"); err != nil {
			t.Fatal(err)
		}
		if !out.Scan() {
			t.Fatalf("no answer: %v", out.Err())
		}
		var a answerView
		decode(t, out.Text(), &a)
		return a
	}
	if a := ask(); a.Status != "unavailable" {
		t.Errorf("before: %s, want unavailable", a.Status)
	}
	write(t, dir, "a.md", "# 溪谷光学点评\n\n青岚证券 2026-04-02\n\n## 1 产能\n\n溪谷光学二号产线的良率是91.3%，较上季提高2.1个百分点。\n")
	write(t, dir, "b.md", "# 仓储机器人跟踪\n\n青岚证券 2026-03-01\n\n## 1 销量\n\n货架通机器人一季度交付380台。\n")
	mustRun(t, reportbot(t, dir, "ingest", "a.md", "b.md"), 0)
	a := ask()
	if a.Status != "answered" || !strings.Contains(a.Text, "91.3%") {
		t.Fatalf("after ingest: %s %q, want 91.3%%", a.Status, a.Text)
	}
	mustRun(t, reportbot(t, dir, "remove", a.Citations[0].ID), 0)
	if a := ask(); a.Status != "abstained" {
		t.Errorf("after remove: %s %q, want a refusal", a.Status, a.Text)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if got := exitCode(t, cmd.Wait()); got != exitPartly { // the first question found an empty corpus
		t.Errorf("exit code %d, want %d", got, exitPartly)
	}
}

// Ctrl-C ends a process that waits for a question.
func TestInterruptWhileWaiting(t *testing.T) {
	cmd := reportbot(t, t.TempDir(), "ask", "-")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var errs strings.Builder
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(in, "谁\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil { // it runs, and waits again soon
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, out) // ends with the process
	if got := exitCode(t, cmd.Wait()); got != exitFailed || errs.String() != "reportbot ask: interrupted\n" {
		t.Errorf("exit code %d, %q; want %d and one line", got, errs.String(), exitFailed)
	}
}

// An ingest that is killed loses nothing that it acknowledged and leaves
// nothing by halves: the next one finishes the work. The embedding server
// stops the process between two reports, at each of them; the store's own
// tests stop it inside a transaction.
func TestKilledIngest(t *testing.T) {
	const reports = 4
	dir := t.TempDir()
	for i := range reports {
		write(t, dir, fmt.Sprintf("in/%d.md", i), fmt.Sprintf("# 溪谷光学第%d期点评\n\n青岚证券 2026-04-0%d\n\n## 1 产能\n\n第%d条产线的良率是9%d.3%%。\n", i, i+1, i, i))
	}
	for stop := 1; stop <= reports; stop++ {
		t.Run(fmt.Sprint(stop), func(t *testing.T) { killAt(t, dir, stop, reports) })
	}
}

func killAt(t *testing.T, dir string, stop, reports int) {
	reached := make(chan struct{})
	killed := make(chan struct{})
	f := &fakeAPI{dimension: 16, hold: func(n int) {
		if n == stop {
			close(reached)
			<-killed
		}
	}}
	s := httptest.NewServer(f)
	defer s.Close()
	data := t.TempDir()
	write(t, data, "c.yaml", fmt.Sprintf("embed: {model: bge, base_url: %s/v1}\n", s.URL))
	args := []string{"--data", data, "--config", filepath.Join(data, "c.yaml")}
	cmd := reportbot(t, dir, append(args, "ingest", "in")...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-reached
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	err := cmd.Wait()
	close(killed)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("ended with %v before it was killed", err)
	}
	var got struct {
		Reports  int
		Problems []string
	}
	decode(t, mustRun(t, reportbot(t, dir, append(args, "check", "--json")...), 0), &got)
	if got.Reports != stop-1 || len(got.Problems) > 0 {
		t.Errorf("after the kill: %+v, want %d reports without problems", got, stop-1)
	}
	var sum summaryView
	decode(t, mustRun(t, reportbot(t, dir, append(args, "ingest", "--json", "in")...), 0), &sum)
	if sum.Unchanged != stop-1 || sum.Added != reports-stop+1 {
		t.Errorf("the next ingest: %+v, want %d unchanged and the rest added", sum, stop-1)
	}
	decode(t, mustRun(t, reportbot(t, dir, append(args, "check", "--json")...), 0), &got)
	if got.Reports != reports || len(got.Problems) > 0 {
		t.Errorf("at the end: %+v, want %d reports without problems", got, reports)
	}
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Ctrl-C in the middle of an ingest is one line; what is stored stays.
func TestInterruptedIngest(t *testing.T) {
	reached := make(chan struct{})
	s := httptest.NewServer(&fakeAPI{dimension: 16, hold: func(n int) {
		if n == 2 {
			close(reached)
			<-t.Context().Done() // the client leaves first
		}
	}})
	dir := t.TempDir()
	for i := range 3 {
		write(t, dir, fmt.Sprintf("in/%d.md", i), fmt.Sprintf("# 溪谷光学第%d期点评\n\n青岚证券 2026-04-0%d\n\n第%d条产线的良率是9%d.3%%。\n", i, i+1, i, i))
	}
	write(t, dir, "c.yaml", fmt.Sprintf("embed: {model: bge, base_url: %s/v1}\n", s.URL))
	cmd := reportbot(t, dir, "ingest", "--config", "c.yaml", "in")
	var errs strings.Builder
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-reached
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if got := exitCode(t, cmd.Wait()); got != exitFailed || errs.String() != "reportbot ingest: interrupted\n" {
		t.Errorf("exit code %d, %q; want %d and one line", got, errs.String(), exitFailed)
	}
	if got, want := mustRun(t, reportbot(t, dir, "check"), 0), "1 report, 1 passage, 0 problems\n"; !strings.HasPrefix(got, want) {
		t.Errorf("afterwards: %q, want %q", got, want)
	}
	t.Cleanup(s.Close) // after t's context has ended, which frees the handler
}
