package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// serving is a running serve. Its log is read as it comes.
type serving struct {
	t     testing.TB
	cmd   *exec.Cmd
	admin string // base URL of the admin pages
	lines chan map[string]any
	told  time.Time // to end
	mu    sync.Mutex
	log   strings.Builder
}

// serve starts the program in dir against a Web API and waits until its admin
// pages are there. It follows the folder in.
func serve(t testing.TB, dir, api string, env ...string) *serving {
	t.Helper()
	write(t, dir, "c.yaml", "serve: {admin: '127.0.0.1:0', http: '127.0.0.1:0'}\n")
	return serveAs(t, dir, api, env...)
}

// serveAs is serve with the settings that lie in dir.
func serveAs(t testing.TB, dir, api string, env ...string) *serving {
	t.Helper()
	s := &serving{t: t, lines: make(chan map[string]any, 1000)}
	s.cmd = reportbot(t, dir, "serve", "--config", "c.yaml", "--watch", "in")
	s.cmd.Env = cleanEnv(append(env, "SLACK_API_URL="+api)...)
	pipe, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(s.lines)
		for in := bufio.NewScanner(pipe); in.Scan(); {
			s.mu.Lock()
			s.log.WriteString(in.Text() + "\n")
			s.mu.Unlock()
			var line map[string]any
			if json.Unmarshal(in.Bytes(), &line) != nil {
				line = map[string]any{"msg": "not JSON: " + in.Text()}
			}
			s.lines <- line
		}
	}()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the log:\n%s", s.text())
		}
	})
	s.admin = "http://" + s.next("listening")["address"].(string)
	return s
}

func (s *serving) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// next is the next log line with a message.
func (s *serving) next(msg string) map[string]any {
	s.t.Helper()
	return s.find(msg, func(said string) bool { return said == msg })
}

// nextWith is the next log line whose message begins so.
func (s *serving) nextWith(begins string) map[string]any {
	s.t.Helper()
	return s.find(begins, func(said string) bool { return strings.HasPrefix(said, begins) })
}

func (s *serving) find(msg string, is func(said string) bool) map[string]any {
	s.t.Helper()
	for {
		select {
		case line, ok := <-s.lines:
			if !ok {
				s.t.Fatalf("it ended before it said %q", msg)
			}
			if is(line["msg"].(string)) {
				return line
			}
		case <-time.After(30 * time.Second): // this machine may be busy
			s.t.Fatalf("it never said %q", msg)
		}
	}
}

// page asks an admin page.
func (s *serving) page(path string) (int, string) {
	s.t.Helper()
	res, err := http.Get(s.admin + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, strings.TrimSpace(string(b))
}

// end tells it to end and waits.
func (s *serving) end() {
	s.t.Helper()
	s.term()
	s.ended()
}

func (s *serving) term() {
	s.t.Helper()
	s.told = time.Now()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
}

// ended waits for the end, which must come within ten seconds and be no
// failure.
func (s *serving) ended() {
	s.t.Helper()
	for line := range s.lines {
		if strings.HasPrefix(line["msg"].(string), "not JSON") {
			s.t.Errorf("the log: %s", line["msg"])
		}
	}
	if got := exitCode(s.t, s.cmd.Wait()); got != exitDone {
		s.t.Errorf("exit code %d, want %d", got, exitDone)
	}
	if took := time.Since(s.told); took > 10*time.Second {
		s.t.Errorf("ended after %v", took)
	}
}

// Slack refuses the token: serve stays, says why it is not ready, reads its
// reports all the same, and shows the token to nobody.
func TestServeRefused(t *testing.T) {
	asked := make(chan string, 100)
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case asked <- r.URL.Path:
		default:
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"ok":false,"error":"invalid_auth"}`)
	}))
	defer api.Close()
	dir := t.TempDir()
	write(t, dir, "in/a.md", "# 溪谷光学点评\n\n青岚证券 2026-04-02\n\n## 1 产能\n\n溪谷光学二号产线的良率是91.3%。\n")
	s := serve(t, dir, api.URL+"/api", "SLACK_BOT_TOKEN=xoxb-test-token", "SLACK_APP_TOKEN=xapp-test-token")
	if line := s.next("report added"); line["collection"] != "default" || !strings.HasSuffix(line["file"].(string), "a.md") {
		t.Errorf("taken in: %v, want a.md", line)
	}
	<-asked
	s.next("not connected to slack")
	if code, said := s.page("/healthz"); code != http.StatusOK || said != "alive" {
		t.Errorf("/healthz: %d %s", code, said)
	}
	if code, said := s.page("/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(said, "invalid_auth") || strings.Contains(said, "\n") {
		t.Errorf("/readyz: %d %q, want one line with the reason", code, said)
	}
	if _, said := s.page("/metrics"); !strings.Contains(said, "reportbot_ready 0") || !strings.Contains(said, `reportbot_reports_total{state="added"} 1`) {
		t.Errorf("/metrics: %s", said)
	}
	if out := mustRun(t, reportbot(t, dir, "health", "--url", s.admin+"/healthz"), exitDone); out != "alive\n" {
		t.Errorf("health: %q", out)
	}
	mustRun(t, reportbot(t, dir, "health", "--url", s.admin+"/readyz"), exitFailed)
	if out := mustRun(t, reportbot(t, dir, "check"), exitDone); !strings.HasPrefix(out, "1 report, 2 passages, 0 problems\n") {
		t.Errorf("check beside it: %s", out)
	}
	// one folder, one serve, whatever its address
	for _, address := range []string{"127.0.0.1:0", strings.TrimPrefix(s.admin, "http://")} {
		var errs strings.Builder
		second := reportbot(t, dir, "serve")
		second.Env = append(s.cmd.Env, "REPORTBOT_ADMIN="+address)
		mustRunErr(t, second, &errs, exitFailed)
		if want := fmt.Sprintf("reportbot serve: data folder ./data is in use by another reportbot (process %d)\n", s.cmd.Process.Pid); errs.String() != want {
			t.Errorf("a second serve at %s: %q, want %q", address, errs.String(), want)
		}
	}
	s.end()
	if log := s.text(); strings.Contains(log, "test-token") || strings.Contains(log, "良率") {
		t.Errorf("the log holds what it must not:\n%s", log)
	}
}

// A folder that is not there is not said to be followed, and that there is
// nothing to answer from is said once; both end when reports come.
func TestServeNothingToRead(t *testing.T) {
	dir := t.TempDir()
	s := serve(t, dir, "http://127.0.0.1:9/api", "SLACK_BOT_TOKEN=xoxb-test-token", "SLACK_APP_TOKEN=xapp-test-token")
	if line := s.next("folder not followed"); line["path"] != filepath.Join(dir, "in") || !strings.Contains(line["error"].(string), "does not exist") {
		t.Errorf("not followed: %v, want in", line)
	}
	if line := s.next("watching, but not all folders can be read"); fmt.Sprint(line["not_read"]) != "["+filepath.Join(dir, "in")+"]" {
		t.Errorf("not read: %v, want in", line)
	}
	s.nextWith("no reports yet: ")
	_, figures := s.page("/metrics")
	for _, want := range []string{
		`questions_total{kind="ask"} 0`, `outcomes_total{outcome="answered"} 0`, `outcomes_total{outcome="failed:timeout"} 0`,
		`feedback_total{good="false"} 0`, "slack_duplicates_total 0", `reports_total{state="added"} 0`,
	} {
		if !strings.Contains(figures, "reportbot_"+want+"\n") {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if strings.Contains(s.text(), "folders read") {
		t.Error("the log says that a folder was read which is not there")
	}
	write(t, dir, "in/a.md", "# 溪谷光学点评\n\n青岚证券 2026-04-02\n\n## 1 产能\n\n溪谷光学二号产线的良率是91.3%。\n")
	s.next("report added")
	s.next("folders read, watching")
	s.end()
	if n := strings.Count(s.text(), "no reports yet"); n != 1 {
		t.Errorf("said %d times that there are no reports, want once", n)
	}
}

// Collections that only a channel or only a folder knows are mostly a typo, and
// said so once each.
func TestServeCollectionTypos(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "kept.md", "# 溪谷光学点评\n\n青岚证券 2026-04-02\n\n## 1 产能\n\n溪谷光学二号产线的良率是91.3%。\n")
	mustRun(t, reportbot(t, dir, "ingest", "--collection", "kept", "kept.md"), exitDone)
	write(t, dir, "c.yaml", "serve: {admin: '127.0.0.1:0', watch: desk=desk}\npublic: [default, kept, pubic]\nchannels: {C2: {collections: [desk]}, C1: {collections: [dsek, kept]}}\n")
	s := serveAs(t, dir, "http://127.0.0.1:9/api", "SLACK_BOT_TOKEN=xoxb-test-token", "SLACK_APP_TOKEN=xapp-test-token")
	for _, want := range []string{"public pubic", "channels.C1.collections dsek"} {
		line := s.nextWith("no such collection: ")
		if got := fmt.Sprint(line["setting"], " ", line["collection"]); got != want || fmt.Sprint(line["there_are"]) != "[default desk kept]" {
			t.Errorf("told %v, want %s", line, want)
		}
	}
	s.next("started")
	s.end()
	if strings.Contains(s.text(), "nobody may ask") {
		t.Error("all collections are named")
	}

	write(t, dir, "c.yaml", "serve: {admin: '127.0.0.1:0', watch: dsk=desk}\npublic: [kept]\n")
	s = serveAs(t, dir, "http://127.0.0.1:9/api", "SLACK_BOT_TOKEN=xoxb-test-token", "SLACK_APP_TOKEN=xapp-test-token")
	for _, want := range []string{"default", "dsk"} {
		if line := s.nextWith("nobody may ask about a collection: "); line["collection"] != want {
			t.Errorf("told %v, want %s", line, want)
		}
	}
	s.next("started")
	s.end()
}
