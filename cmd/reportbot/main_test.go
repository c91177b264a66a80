package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// bin is the program under test. It is built and run as users have it, static
// and without the race detector: under -race the PDF engine alone takes half a
// minute, and what could race is tested with -race where it lives.
var bin string

// wasm is where the compiled PDF engine is kept between runs of the tests;
// compiling it takes seconds.
var wasm string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	// The process to be killed, and the one that reads files for it, which
	// inherits no environment.
	if point := os.Getenv(killEnv); point != "" || len(os.Args) > 1 && os.Args[1] == workerName {
		return killed(point)
	}
	if pace := os.Getenv(paceEnv); pace != "" {
		return hurried(pace)
	}
	if where := os.Getenv(spendEnv); where != "" {
		return spend(where)
	}
	dir, err := os.MkdirTemp("", "reportbot")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if wasm, err = wasmCache(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	bin = filepath.Join(dir, "reportbot")
	build := exec.Command("go", "build", "-o", bin, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

func wasmCache(temp string) (string, error) {
	if dir := os.Getenv("REPORTBOT_WASM_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return filepath.Join(temp, "cache"), nil // compiled once for all tests of this run
	}
	return filepath.Join(dir, "reportbot"), nil
}

// cleanEnv is the environment of every run: no keys, no settings, no home.
func cleanEnv(more ...string) []string {
	return append([]string{"PATH=" + os.Getenv("PATH"), "HOME=/no-home", "REPORTBOT_WASM_CACHE=" + wasm}, more...)
}

// reportbot returns a run of the program in dir.
func reportbot(t testing.TB, dir string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), bin, args...)
	cmd.Dir = dir
	cmd.Env = cleanEnv()
	return cmd
}

// mustRun runs the program, which must end with one of the codes, and returns
// its standard output.
func mustRun(t testing.TB, cmd *exec.Cmd, codes ...int) string {
	t.Helper()
	return mustRunErr(t, cmd, &strings.Builder{}, codes...)
}

// mustRunErr is mustRun that keeps what was written to standard error.
func mustRunErr(t testing.TB, cmd *exec.Cmd, errs *strings.Builder, codes ...int) string {
	t.Helper()
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, errs
	if got := exitCode(t, cmd.Run()); !slices.Contains(codes, got) {
		t.Fatalf("%q: exit code %d, want one of %v\n%s\n%s", cmd.Args[1:], got, codes, cut(out.String(), 2000), cut(errs.String(), 2000))
	}
	return out.String()
}

func exitCode(t testing.TB, err error) int {
	t.Helper()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	t.Fatal(err)
	return -1
}

// sampleReports is the folder of the twelve reports made for the tests.
func sampleReports(t testing.TB) string {
	t.Helper()
	dir, err := filepath.Abs("../../ingest/testdata/reports")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// A result that could not be written is a failure.
func TestOutputError(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, reportbot(t, dir, "ask", "x"), exitFailed) // makes the data folder
	got := run(t.Context(), []string{"reports", "--json", "--data", filepath.Join(dir, "data")}, func(string) string { return "" },
		streams{strings.NewReader(""), brokenPipe{}, io.Discard})
	if got != exitFailed {
		t.Errorf("exit code %d, want %d", got, exitFailed)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }
