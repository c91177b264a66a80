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
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/parse/pdf"
	"reportbot/ingest/parse/pdf/pdftest"
	"reportbot/ingest/report"
)

// childArg, as first argument, makes the test binary the child of a Worker; the
// second says which. An argument and not a variable, so that the environment
// is the one a Worker gives.
const childArg = "parse-worker"

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == childArg {
		os.Exit(runChild(os.Args[2]))
	}
	code := m.Run()
	if shared.engine != nil {
		if err := shared.engine.Close(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, "close engine:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// runChild serves with the real reader, or with one that does what a file's
// name says.
func runChild(mode string) int {
	opts := ServeOptions{Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	if mode == "fake" {
		opts.read = act
	}
	if err := ServeWorker(context.Background(), os.Stdin, os.Stdout, opts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// act is a reader whose files say what goes wrong.
func act(_ context.Context, name string, data []byte) (*report.Report, error) {
	switch name {
	case "hang":
		select {}
	case "crash":
		fmt.Fprintln(os.Stderr, "line before the last")
		fmt.Fprintln(os.Stderr, "out of luck")
		os.Exit(9)
	case "fatal":
		go func() { panic("lost a wheel") }()
		select {}
	case "quiet":
		os.Exit(0)
	case "garbage":
		fmt.Println("hello, I am a log line")
		select {}
	case "long":
		os.Stdout.WriteString(frameMark + "\x7f\xff\xff\xff\xff\xff\xff\xff")
		select {}
	case "half":
		os.Stdout.WriteString(frameMark + "\x00\x00\x00\x00\x00\x00\x00\x40abc")
		os.Exit(0)
	case "panic":
		panic("index out of range [3] with length 3")
	case "error":
		return nil, fmt.Errorf("is damaged:\n\tline 3")
	case "nothing":
		return nil, nil
	case "environment":
		return &report.Report{Title: strings.Join(os.Environ(), "\n")}, nil
	case "pid":
		return &report.Report{ID: fmt.Sprint(os.Getpid())}, nil
	}
	return &report.Report{Title: name, Pages: len(data), Parse: report.Loss{Dropped: map[string]int{"footer": 3}}}, nil
}

// testWorker runs this binary as the child.
func testWorker(t testing.TB, mode string, limits Limits) *Worker {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := NewWorker(WorkerOptions{
		Command:  []string{self, childArg, mode},
		CacheDir: pdftest.Cache(),
		Limits:   limits,
	})
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func TestWorkerReads(t *testing.T) {
	w := testWorker(t, "fake", Limits{})
	want := &report.Report{Title: "a.txt", Pages: 5, Parse: report.Loss{Dropped: map[string]int{"footer": 3}}}
	for range 2 {
		got, err := w.Read(t.Context(), "a.txt", []byte("hello"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("report (-got +want):\n%s", diff)
		}
	}
}

// Whatever happens to one file, the next one is read.
func TestWorkerFaults(t *testing.T) {
	w := testWorker(t, "fake", Limits{Bytes: 1000})
	tests := []struct {
		name    string
		data    []byte
		want    string
		survive bool // the child is not replaced
	}{
		{"crash", nil, "reader process died: out of luck", false},
		{"fatal", nil, "reader process died: panic: lost a wheel", false},
		{"quiet", nil, "reader process died: it ended without an answer", false},
		{"garbage", nil, "reader process died: it answered with something else than a report", false},
		{"long", nil, "reader process died: it answered with a report of 9223372036854775807 bytes", false},
		{"half", nil, "reader process died: it answered with half a report", false},
		{"panic", nil, "cannot be read: the reader made a mistake", true},
		{"error", nil, "is damaged: line 3", true},
		{"nothing", nil, "cannot be read: the reader found nothing", true},
		{"large", make([]byte, 1001), "has 1001 bytes, the limit is 1000", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := pid(t, w)
			_, err := w.Read(t.Context(), tt.name, tt.data)
			if err == nil || err.Error() != tt.want {
				t.Errorf("error = %v, want %q", err, tt.want)
			}
			if same := pid(t, w) == before; same != tt.survive {
				t.Errorf("same child afterwards = %v, want %v", same, tt.survive)
			}
		})
	}
}

func pid(t *testing.T, w *Worker) string {
	t.Helper()
	r, err := w.Read(t.Context(), "pid", nil)
	if err != nil {
		t.Fatalf("next file: %v", err)
	}
	return r.ID
}

func TestWorkerDeadline(t *testing.T) {
	w := testWorker(t, "fake", Limits{PerFile: 300 * time.Millisecond})
	// The first try may meet a child that is still starting, which counts.
	_, err := w.Read(t.Context(), "hang", nil)
	if want := "took longer than 300ms"; err == nil || err.Error() != want {
		t.Errorf("error = %v, want %q", err, want)
	}
}

func TestWorkerCancel(t *testing.T) {
	w := testWorker(t, "fake", Limits{})
	first := pid(t, w)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := w.Read(ctx, "hang", nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error = %v, want %v", err, context.DeadlineExceeded)
	}
	if pid(t, w) == first {
		t.Error("the child that hangs is still there")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	w.turn <- struct{}{} // somebody else reads
	if _, err := w.Read(gone, "a", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting: error = %v, want %v", err, context.Canceled)
	}
	<-w.turn
}

// A child somebody kills between two files costs one of them at most.
func TestWorkerKilled(t *testing.T) {
	w := testWorker(t, "fake", Limits{})
	first := pid(t, w)
	w.child.kill()
	if _, err := w.Read(t.Context(), "a", nil); err != nil && !strings.HasPrefix(err.Error(), "reader process died: ") {
		t.Errorf("error = %q, want one that says that the process died", err)
	}
	if pid(t, w) == first {
		t.Error("answer from a killed process")
	}
}

func TestWorkerCommand(t *testing.T) {
	for _, command := range [][]string{nil, {"/nonexistent/reader"}} {
		w := NewWorker(WorkerOptions{Command: command})
		if _, err := w.Read(t.Context(), "a", nil); err == nil || !strings.HasPrefix(err.Error(), "start reader process: ") {
			t.Errorf("command %q: error = %v", command, err)
		}
		if err := w.Close(); err != nil {
			t.Errorf("command %q: close: %v", command, err)
		}
	}
}

func TestWorkerEnvironment(t *testing.T) {
	t.Setenv("SLACK_BOT_TOKEN", "xoxb-secret")
	w := testWorker(t, "fake", Limits{})
	r, err := w.Read(t.Context(), "environment", nil)
	if err != nil {
		t.Fatal(err)
	}
	for v := range strings.SplitSeq(r.Title, "\n") {
		switch name, _, _ := strings.Cut(v, "="); name {
		case "PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME":
		default:
			t.Errorf("the child knows %s", name)
		}
	}
}

func TestChildEnv(t *testing.T) {
	have := map[string]string{"HOME": "/h", "PATH": "", "TOKEN": "t"}
	got := childEnv(func(name string) (string, bool) { v, ok := have[name]; return v, ok })
	if diff := cmp.Diff(got, []string{"PATH=", "HOME=/h"}); diff != "" {
		t.Errorf("childEnv (-got +want):\n%s", diff)
	}
	if got := childEnv(func(string) (string, bool) { return "", false }); got == nil {
		t.Error("childEnv = nil, which would give the child everything")
	}
}

// Many callers take turns, and each gets its own answer.
func TestWorkerTurns(t *testing.T) {
	w := testWorker(t, "fake", Limits{})
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			name := fmt.Sprintf("%d.txt", i)
			if r, err := w.Read(t.Context(), name, nil); err != nil || r.Title != name {
				t.Errorf("%s: %+v, error %v", name, r, err)
			}
		})
	}
	wg.Wait()
}

// The child ends with its input, also while a file holds it up: its parent
// may have been killed.
func TestChildEndsWithParent(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, childArg, "fake")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := writeFrame(stdin, request{Name: "hang"}); err != nil {
		t.Fatal(err)
	}
	if err := stdin.Close(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("child ended with %v, want exit code 0", err)
	}
}

func TestServeWorkerGarbage(t *testing.T) {
	var out bytes.Buffer
	if err := ServeWorker(t.Context(), strings.NewReader("GET / HTTP/1.1\r\n\r\n"), &out, ServeOptions{}); err == nil {
		t.Error("no error for a request that is none")
	}
	if err := ServeWorker(t.Context(), strings.NewReader(""), &out, ServeOptions{}); err != nil {
		t.Errorf("no request: error = %v, want none", err)
	}
	if out.Len() > 0 {
		t.Errorf("answered %q", out.Bytes())
	}
}

func TestFrames(t *testing.T) {
	want := answer{Report: &report.Report{Title: "研报", TargetPrice: 334.5, Sections: []report.Section{{Number: "2.1", Page: 3}}}}
	var b bytes.Buffer
	if err := writeFrame(&b, want); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	var got answer
	if err := readFrame(bytes.NewReader(whole), maxAnswer, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("frame (-got +want):\n%s", diff)
	}
	for n := range len(whole) {
		var a answer
		err := readFrame(bytes.NewReader(whole[:n]), maxAnswer, &a)
		if n == 0 && err != io.EOF || err == nil {
			t.Errorf("first %d bytes: error = %v", n, err)
		}
	}
}

// The real reader in a real child: a PDF, a hostile one, a PDF.
func TestWorkerPDF(t *testing.T) {
	w := testWorker(t, "real", Limits{MemoryMiB: 32})
	good := pdftest.One(pdftest.Show(72, 700, 12, "Good"))
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"good.pdf", good, ""},
		{"bomb.pdf", pdftest.Bomb(), "needs more memory than 32 MiB"},
		{"good.pdf", good, ""},
		{"locked.pdf", pdftest.Encrypted(), "needs a password"},
		{"noise.pdf", pdftest.Noise(1000), "is not a PDF"},
	} {
		r, err := w.Read(t.Context(), tt.name, tt.data)
		switch {
		case tt.want == "" && (err != nil || r.Pages != 1):
			t.Errorf("%s: %+v, error %v", tt.name, r, err)
		case tt.want != "" && (err == nil || err.Error() != tt.want):
			t.Errorf("%s: error = %v, want %q", tt.name, err, tt.want)
		}
	}
}

// A page that takes for ever is ended by the deadline although nothing can
// interrupt the engine.
func TestWorkerPDFDeadline(t *testing.T) {
	w := testWorker(t, "real", Limits{})
	good := pdftest.One(pdftest.Show(72, 700, 12, "Good"))
	if _, err := w.Read(t.Context(), "good.pdf", good); err != nil { // starts the engine
		t.Fatal(err)
	}
	first := w.child
	w.opts.Limits.PerFile = 200 * time.Millisecond
	_, err := w.Read(t.Context(), "bomb.pdf", pdftest.Bomb())
	if want := "took longer than 200ms"; err == nil || err.Error() != want {
		t.Errorf("error = %v, want %q", err, want)
	}
	if first == w.child {
		t.Error("the child is still there")
	}
	w.opts.Limits.PerFile = time.Minute
	if _, err := w.Read(t.Context(), "good.pdf", good); err != nil {
		t.Errorf("next file: %v", err)
	}
}

func TestIsPDF(t *testing.T) {
	tests := []struct {
		name, data string
		want       bool
	}{
		{"a", "%PDF-1.4", true},
		{"a.txt", "\n\x00%PDF-1.4", true},
		{"a.PDF", "junk %PDF-1.4", true},
		{"a.md", "A header reads %PDF-1.4", false},
		{"a.pdf", "<html>not found</html>", false},
		{"a.pdf", "\xff\xfe\x00\x01", true},
		{"a.pdf", "", true},
		{"a.pdf", strings.Repeat("研", 500), false},
		{"a.txt", "", false},
	}
	for _, tt := range tests {
		if got := pdf.Is(tt.name, []byte(tt.data)); got != tt.want {
			t.Errorf("pdf.Is(%q, %.20q) = %v, want %v", tt.name, tt.data, got, tt.want)
		}
	}
}
