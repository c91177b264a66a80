package parse

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"reportbot/ingest/report"
)

// WorkerOptions say how to start the process that reads files.
type WorkerOptions struct {
	Command  []string // argv of a process that runs ServeWorker; required
	Env      []string // all of its environment; nil means PATH, HOME, TMPDIR and XDG_CACHE_HOME of this process
	CacheDir string   // where the compiled PDF engine is kept; empty means nowhere, and each child compiles for seconds
	Limits   Limits   // of each file
	Log      *slog.Logger
}

// Worker reads files in a child process, so that a hostile file costs one
// child and a bounded time. The child starts with the first file, reads one
// file after the other, and is replaced after it failed to answer.
//
// A Worker may be used by many goroutines; they take turns.
type Worker struct {
	opts  WorkerOptions
	turn  chan struct{} // holds one token; whoever has it owns child
	child *child        // nil when none runs
}

// NewWorker returns a worker. No process is started before the first file.
func NewWorker(opts WorkerOptions) *Worker {
	opts.Limits = opts.Limits.withDefaults()
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	if opts.Env == nil {
		opts.Env = childEnv(os.LookupEnv)
	}
	return &Worker{opts: opts, turn: make(chan struct{}, 1)}
}

// childEnv picks what a child may know of this process's environment, which
// holds tokens and keys.
func childEnv(lookup func(string) (string, bool)) []string {
	env := []string{}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME"} {
		if v, ok := lookup(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// Read parses one file. Errors about the file are one line and fit for users;
// they do not repeat the name. When ctx ends first, the child is killed and
// ctx's error returned. After any error the next file works.
func (w *Worker) Read(ctx context.Context, name string, data []byte) (*report.Report, error) {
	if err := w.opts.Limits.checkSize(int64(len(data))); err != nil {
		return nil, err
	}
	select {
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if w.child == nil {
		c, err := startChild(w.opts)
		if err != nil {
			return nil, fmt.Errorf("start reader process: %w", err)
		}
		w.child = c
	}
	c := w.child
	limited, cancel := context.WithTimeout(ctx, w.opts.Limits.PerFile)
	defer cancel()
	stop := context.AfterFunc(limited, c.kill)
	got, err := c.ask(request{Name: name, Data: data, CacheDir: w.opts.CacheDir, Limits: w.opts.Limits})
	if !stop() && err == nil {
		// The answer came while the child was being killed. It counts, and the
		// child is gone.
		w.child = nil
		_ = c.wait()
	}
	if err == nil {
		return got.Report, got.err()
	}
	w.child = nil
	c.kill()
	died := c.wait()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limited.Err() != nil:
		return nil, fmt.Errorf("took longer than %s", w.opts.Limits.PerFile)
	}
	w.opts.Log.Warn("reader process died", "file", name, "error", err, "exit", died, "stderr", c.stderr.String())
	return nil, fmt.Errorf("reader process died: %s", c.lastWords(died, err))
}

// closeWithin is how long Close lets the child finish by itself.
const closeWithin = 5 * time.Second

// Close waits for the file being read and ends the child.
func (w *Worker) Close() error {
	w.turn <- struct{}{}
	defer func() { <-w.turn }()
	c := w.child
	if c == nil {
		return nil
	}
	w.child = nil
	_ = c.stdin.Close() // the child ends when its input ends
	timer := time.AfterFunc(closeWithin, c.kill)
	defer timer.Stop()
	if err := c.wait(); err != nil {
		return fmt.Errorf("end reader process: %w", err)
	}
	return nil
}

// child is a running process.
type child struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout io.Reader
	stderr *tail
}

func startChild(opts WorkerOptions) (*child, error) {
	if len(opts.Command) == 0 {
		return nil, errors.New("no command given")
	}
	c := &child{cmd: exec.Command(opts.Command[0], opts.Command[1:]...), stderr: &tail{}}
	c.cmd.Env = opts.Env
	c.cmd.Stderr = c.stderr
	c.cmd.WaitDelay = closeWithin // a grandchild must not hold stderr open for ever
	var err error
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if c.stdout, err = c.cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	return c, c.cmd.Start()
}

// kill ends the process at once; ask then fails. It may be called twice and
// from any goroutine.
func (c *child) kill() { _ = c.cmd.Process.Kill() }

// wait returns when the process is gone, with nil after exit code 0.
func (c *child) wait() error { return c.cmd.Wait() }

// ask sends one file and waits for the answer.
func (c *child) ask(q request) (answer, error) {
	var a answer
	if err := writeFrame(c.stdin, q); err != nil {
		return a, err
	}
	return a, readFrame(c.stdout, maxAnswer, &a)
}

// lastWords says in one line why a child is gone: what it complained about
// last, or how it ended, or what was wrong with its answer.
func (c *child) lastWords(died, asked error) string {
	lines := strings.Split(strings.TrimSpace(c.stderr.String()), "\n")
	for _, l := range lines {
		// The Go runtime says why first and where after that.
		if strings.HasPrefix(l, "panic: ") || strings.HasPrefix(l, "fatal error: ") || strings.HasPrefix(l, "runtime: ") || strings.HasPrefix(l, "SIG") {
			return strings.TrimSpace(l)
		}
	}
	if last := strings.TrimSpace(lines[len(lines)-1]); last != "" {
		return last
	}
	var bad badFrame
	if errors.As(asked, &bad) {
		return bad.Error()
	}
	if died != nil {
		return died.Error()
	}
	return "it ended without an answer"
}

// tail keeps the end of what is written to it. It may be used from several
// goroutines.
type tail struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// tailBytes holds the dump of a crashing Go process, which begins with the
// reason.
const tailBytes = 64 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf.Write(p)
	if extra := t.buf.Len() - tailBytes; extra > 0 {
		t.buf.Next(extra)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}
