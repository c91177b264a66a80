package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"modernc.org/sqlite"

	"reportbot/retrieval"
	"reportbot/retrieval/store"
)

// killEnv makes this test binary run the program, to be killed at a point that
// the driver's hooks reach: the program itself knows nothing of it.
const killEnv = "REPORTBOT_TEST_KILL_AT"

// killer counts the points a process passes and kills it at one of them.
type killer struct {
	kind string
	at   int
	mu   sync.Mutex
	seen map[string]int
	io.Writer
}

// The kinds of points: before a write transaction, before each of its rows, in
// its commit, and after it before the report is acknowledged.
var killKinds = []string{"begin", "row", "commit", "ack"}

// killed runs the program until it dies at point, a kind and a number, or has
// passed all points; then it prints how many there were.
func killed(point string) int {
	k := &killer{seen: map[string]int{}, Writer: os.Stdout}
	fmt.Sscan(point, &k.kind, &k.at)
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, dsn string) error {
		if !strings.Contains(dsn, "immediate") {
			return nil // reads only
		}
		hooks := conn.(sqlite.HookRegisterer)
		hooks.RegisterPreUpdateHook(func(sqlite.SQLitePreUpdateData) { k.pass("row") })
		hooks.RegisterCommitHook(func() int32 { k.pass("commit"); return 0 })
		return conn.(sqlite.AuthorizerRegisterer).RegisterAuthorizer(
			func(action sqlite.AuthorizerActionCode, what, _, _, _ string) sqlite.AuthorizerReturnCode {
				if action == sqlite.AuthTransaction && what == "BEGIN" {
					k.pass("begin")
				}
				return sqlite.AuthorizerOK
			})
	})
	return run(context.Background(), os.Args[1:], os.Getenv, streams{os.Stdin, k, os.Stderr})
}

func (k *killer) pass(kind string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.seen[kind]++; kind == k.kind && k.seen[kind] == k.at {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // until it comes
	}
}

func (k *killer) Write(p []byte) (int, error) {
	k.pass("ack")
	n, err := k.Writer.Write(p)
	if strings.Contains(string(p), `"watching"`) {
		_ = json.NewEncoder(os.Stderr).Encode(k.seen)
		os.Exit(0)
	}
	return n, err
}

// textReports fills a folder with the text samples and n more, all distinct.
func textReports(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	samples, err := filepath.Glob(filepath.Join(sampleReports(t), "*.[mt]*"))
	if err != nil || len(samples) != 6 {
		t.Fatal(samples, err)
	}
	for _, f := range samples {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, filepath.Base(f), string(text))
	}
	for i := range n {
		write(t, dir, fmt.Sprintf("%03d.md", i), fmt.Sprintf("# 溪谷光学第%d期点评\n\n青岚证券 2026-04-%02d\n\n## 1 产能\n\n%s\n\n## 2 预测\n\n| | 2025A | 2026E |\n|---|---|---|\n| 营业收入（百万元） | %d | %d |\n",
			i, 1+i%28, strings.Repeat(fmt.Sprintf("第%d条产线的良率是9%d.%d%%，客户验证仍在进行。", i, i%10, i), 20), 1000+i, 2000+i))
	}
	old := time.Now().Add(-time.Hour)
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := os.Chtimes(f, old, old); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// contents returns all that is stored of each report as text, and fails when
// the folder is not whole.
func contents(t *testing.T, data string) map[string]string {
	t.Helper()
	s, err := store.Open(t.Context(), data, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if problems, err := s.Check(t.Context()); len(problems) > 0 || err != nil {
		t.Fatalf("check = %q, %v", problems, err)
	}
	out := map[string]string{}
	_, err = s.Entries(t.Context(), retrieval.Moment{}, func(e retrieval.Entry) error {
		facts, err := s.Facts(t.Context(), e.Report.ID)
		out[e.Report.ID] = fmt.Sprintf("%+v %+v", e, facts)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// ingested is what a folder of reports becomes undisturbed.
func ingested(t *testing.T, reports string) map[string]string {
	t.Helper()
	data := filepath.Join(t.TempDir(), "data")
	mustRun(t, reportbot(t, t.TempDir(), "ingest", "--data", data, reports), 0)
	return contents(t, data)
}

// acknowledged runs ingest --watch and calls line with the ID of each report it
// acknowledges, "" when it has seen all.
func acknowledged(t *testing.T, cmd *exec.Cmd, line func(id string)) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var v watchView
		if json.Unmarshal(lines.Bytes(), &v) != nil { // killed in the middle of it
			continue
		}
		if v.State == "added" || v.State == "watching" {
			line(v.ReportID)
		}
	}
	_ = cmd.Wait() // "signal: killed" is what we want
}

// mustHold checks that the folder is whole, holds what was acknowledged, at
// most one report more for each kill, and nothing by halves.
func mustHold(t *testing.T, what, data string, kills int, acked map[string]bool, want map[string]string) {
	t.Helper()
	got := contents(t, data)
	for id, text := range got {
		if want[id] != text {
			t.Errorf("%s: report %s is %s", what, id, cut(text, 300))
		}
	}
	for id := range acked {
		if got[id] == "" {
			t.Errorf("%s: report %s was acknowledged and is lost", what, id)
		}
	}
	if len(got) > len(acked)+kills {
		t.Errorf("%s: %d reports, %d acknowledged in %d kills", what, len(got), len(acked), kills)
	}
}

// kill -9 of an ingest at random moments: every folder opens, nothing that was
// acknowledged is lost, no report is there by halves, and the next run goes on.
func TestPromiseKillAnywhere(t *testing.T) {
	t.Parallel() // with other processes
	if testing.Short() {
		t.Skip("many processes one after the other; none of them is watched here")
	}
	reports := textReports(t, 34)
	want := ingested(t, reports)
	rnd := rand.New(rand.NewPCG(1, 2))
	data, kills, acked, all := filepath.Join(t.TempDir(), "data"), 0, map[string]bool{}, 0
	for n := range randomKills {
		cmd := reportbot(t, t.TempDir(), "ingest", "--watch", "--json", "--data", data, reports)
		left, done := 1+rnd.IntN(8), false
		acknowledged(t, cmd, func(id string) {
			if done = id == ""; !done {
				acked[id] = true
				all++
			}
			if left--; left == 0 || done {
				time.AfterFunc(time.Duration(rnd.IntN(20_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
			}
		})
		kills++
		mustHold(t, fmt.Sprintf("kill %d", n), data, kills, acked, want)
		if done {
			data, kills, acked = filepath.Join(t.TempDir(), "data"), 0, map[string]bool{}
		}
	}
	mustRun(t, reportbot(t, t.TempDir(), "ingest", "--data", data, reports), 0)
	if got := contents(t, data); !maps.Equal(got, want) {
		t.Errorf("in the end %d reports, want %d", len(got), len(want))
	}
	t.Logf("%d kills, %d reports acknowledged", randomKills, all)
}

// The same at each point of a transaction, and between it and the
// acknowledgement.
func TestPromiseKillAtPoints(t *testing.T) {
	t.Parallel() // with other processes
	if testing.Short() {
		t.Skip("many processes one after the other; none of them is watched here")
	}
	reports := textReports(t, 0)
	want := ingested(t, reports)
	program := func(data, point string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "ingest", "--watch", "--json", "--data", data, reports)
		cmd.Env = cleanEnv(killEnv + "=" + point)
		return cmd
	}
	var errs strings.Builder
	count := program(filepath.Join(t.TempDir(), "data"), "none 0")
	count.Stderr = &errs
	acknowledged(t, count, func(string) {})
	var points map[string]int
	decode(t, errs.String(), &points)
	tried := 0
	for _, kind := range killKinds {
		for i := range min(pointsOfEach, points[kind]) {
			at := 1 + i*(points[kind]-1)/max(1, min(pointsOfEach, points[kind])-1)
			what := fmt.Sprint(kind, " ", at)
			data := filepath.Join(t.TempDir(), "data")
			acked := map[string]bool{}
			acknowledged(t, program(data, what), func(id string) {
				if id != "" {
					acked[id] = true
				}
			})
			mustHold(t, what, data, 1, acked, want)
			mustRun(t, reportbot(t, t.TempDir(), "ingest", "--data", data, reports), 0)
			if got := contents(t, data); !maps.Equal(got, want) {
				t.Errorf("%s: then ingested: %q, want %q", what, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
			}
			tried++
		}
	}
	t.Logf("killed at %d of the points %v", tried, points)
}
