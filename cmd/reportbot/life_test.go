package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"reportbot/bot/slack/slacktest"
)

// paceEnv makes this test binary run the program at a pace that Slack does not
// allow: the program itself has no way to say so.
const paceEnv = "REPORTBOT_TEST_PACE"

func hurried(pace string) int {
	v, err := strconv.ParseFloat(pace, 64)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.WithValue(context.Background(), paceKey{}, v), syscall.SIGTERM)
	defer stop()
	return run(ctx, os.Args[1:], os.Getenv, streams{os.Stdin, os.Stdout, os.Stderr})
}

// life is one process of serve, which ends by being killed. Slack speaks to it
// over a socket or over HTTP.
type life struct {
	d       *desk
	cmd     *exec.Cmd
	overWeb bool
	stop    func()        // tells it to end
	done    chan struct{} // it has ended
	code    int           // with which exit code, then

	mu   sync.Mutex
	http string // where it takes what Slack sends, "" for nowhere yet
	log  []string
}

const signingSecret = "8f742231b10e8888abcd99yyyzzz85a5"

// begin starts a process at a pace.
func (d *desk) begin(pace float64, overWeb bool) *life {
	d.t.Helper()
	l := &life{d: d, overWeb: overWeb, done: make(chan struct{})}
	l.cmd = exec.CommandContext(d.t.Context(), os.Args[0], "serve", "--config", "c.yaml")
	l.cmd.Dir = d.dir
	l.cmd.Env = cleanEnv(paceEnv+"="+fmt.Sprint(pace), "SLACK_API_URL="+d.api, "OPENAI_BASE_URL="+d.url, "SLACK_BOT_TOKEN="+slacktest.BotToken)
	if overWeb {
		l.cmd.Env = append(l.cmd.Env, "SLACK_SIGNING_SECRET="+signingSecret)
	} else {
		l.cmd.Env = append(l.cmd.Env, "SLACK_APP_TOKEN="+slacktest.AppToken)
	}
	pipe, err := l.cmd.StderrPipe()
	if err == nil {
		err = l.cmd.Start()
	}
	if err != nil {
		d.t.Fatal(err)
	}
	l.stop = func() { _ = l.cmd.Process.Signal(syscall.SIGTERM) } // it may have ended, which the test finds out
	go func() {
		defer close(l.done)
		l.follow(pipe)
		_ = l.cmd.Wait() // "signal: killed" may be what we want
		l.code = l.cmd.ProcessState.ExitCode()
	}()
	return l
}

// beginHere runs it in this process, where its goroutines bear a label.
func (d *desk) beginHere(pace float64, label string) *life {
	l := &life{d: d, done: make(chan struct{})}
	env := map[string]string{"SLACK_API_URL": d.api, "OPENAI_BASE_URL": d.url, "SLACK_BOT_TOKEN": slacktest.BotToken, "SLACK_APP_TOKEN": slacktest.AppToken}
	ctx, stop := context.WithCancel(context.WithValue(d.t.Context(), paceKey{}, pace))
	l.stop = stop
	out, in := io.Pipe()
	go l.follow(out)
	go func() {
		defer close(l.done)
		pprof.Do(ctx, pprof.Labels("life", label), func(ctx context.Context) {
			args := []string{"serve", "--config", filepath.Join(d.dir, "c.yaml"), "--data", filepath.Join(d.dir, "data")}
			l.code = run(ctx, args, func(name string) string { return env[name] }, streams{strings.NewReader(""), io.Discard, in})
		})
		_ = in.Close()
	}()
	return l
}

// goroutines are the stacks of those that bear a label.
func goroutines(t *testing.T, label string) (out []string) {
	t.Helper()
	var all strings.Builder
	if err := pprof.Lookup("goroutine").WriteTo(&all, 1); err != nil {
		t.Fatal(err)
	}
	for stack := range strings.SplitSeq(all.String(), "\n\n") {
		if strings.Contains(stack, fmt.Sprintf("%q:%q", "life", label)) {
			out = append(out, stack)
		}
	}
	return out
}

func (l *life) follow(log io.Reader) {
	for in := bufio.NewScanner(log); in.Scan(); {
		l.read(in.Text())
	}
}

func (l *life) read(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.log = append(l.log, line); len(l.log) > 400 {
		l.log = l.log[200:]
	}
	var v struct{ Msg, Setting, Address string }
	if json.Unmarshal([]byte(line), &v) == nil && v.Msg == "listening" && v.Setting == "serve.http" {
		l.http = "http://" + v.Address
	}
}

func (l *life) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.log, "\n")
}

// kill ends it as no process expects, and waits for that.
func (l *life) kill() {
	_ = l.cmd.Process.Kill() // it may have ended, which the test finds out
	<-l.done
}

// deliver sends what Slack sends of an event; true when it was acknowledged.
func (l *life) deliver(kind string, payload any) bool {
	if !l.overWeb {
		if l.d.slack.Connected() == 0 {
			return false
		}
		t := time.NewTimer(700 * time.Millisecond)
		defer t.Stop()
		select {
		case <-l.d.slack.Send(kind, payload).Acked():
			return true
		case <-l.done:
		case <-t.C:
		}
		return false
	}
	l.mu.Lock()
	base := l.http
	l.mu.Unlock()
	return base != "" && l.call(base, kind, payload)
}

func (l *life) call(base, kind string, payload any) bool {
	path, kindOf := "/slack/events", "application/json"
	body, err := json.Marshal(payload)
	if form, ok := payload.(map[string]any); ok && kind == "slash_commands" {
		v := url.Values{}
		for k, x := range form {
			v.Set(k, fmt.Sprint(x))
		}
		path, kindOf, body = "/slack/commands", "application/x-www-form-urlencoded", []byte(v.Encode())
	}
	at := strconv.FormatInt(time.Now().Unix(), 10)
	sum := hmac.New(sha256.New, []byte(signingSecret))
	fmt.Fprintf(sum, "v0:%s:%s", at, body)
	req, bad := http.NewRequest("POST", base+path, bytes.NewReader(body))
	if err != nil || bad != nil {
		return false
	}
	req.Header = http.Header{"Content-Type": {kindOf}, "X-Slack-Request-Timestamp": {at}, "X-Slack-Signature": {"v0=" + hex.EncodeToString(sum.Sum(nil))}}
	res, err := (&http.Client{Timeout: 3 * time.Second}).Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// within waits for something outside of this process, for as long as it may take.
func within(t testing.TB, d time.Duration, ok func() bool) bool {
	t.Helper()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for end := time.After(d); !ok(); {
		select {
		case <-look.C:
		case <-end:
			return false
		}
	}
	return true
}
