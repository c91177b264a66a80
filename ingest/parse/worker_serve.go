package parse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"strings"

	"reportbot/ingest/report"
)

// ServeOptions are what a child may be told by its own main.
type ServeOptions struct {
	Log *slog.Logger // faults of our own; nil means none

	// read replaces the Reader in tests.
	read func(ctx context.Context, name string, data []byte) (*report.Report, error)
}

// goMemory is what the child may use beside the PDF engine's memory before the
// garbage collector works harder: the file three times, pages and report.
const goMemory = 384 << 20

// gcPercent keeps garbage small beside the engine's memory, which counts as
// live and would let as much garbage pile up. The child's peak
// on the corpus: 259 MiB, and 288 to 324 with the default of 100.
const gcPercent = 25

// ServeWorker answers the files a Worker sends until stdin ends, which it also
// does when the parent is gone. It then returns nil at once, even while a file
// is being read: code of a hostile PDF cannot be interrupted, so the caller
// must end the process. Nobody else may write to stdout.
func ServeWorker(ctx context.Context, stdin io.Reader, stdout io.Writer, opts ServeOptions) error {
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	requests := make(chan request)
	ended := make(chan error, 1)
	// This goroutine and the one below may outlive the call: nothing can
	// interrupt a read from stdin or a page of a PDF. The process ends next.
	go func() {
		for {
			var q request
			if err := readFrame(stdin, maxRequest, &q); err != nil {
				ended <- err
				return
			}
			select {
			case requests <- q:
			case <-ctx.Done():
				return
			}
		}
	}()
	s := &server{opts: opts}
	answers := make(chan answer, 1)
	for {
		select {
		case q := <-requests:
			go func() { answers <- s.answer(ctx, q) }()
		case a := <-answers:
			if err := writeFrame(stdout, a); err != nil {
				return fmt.Errorf("write answer: %w", err)
			}
		case err := <-ended:
			if errors.Is(err, io.EOF) {
				return nil
			}
			return fmt.Errorf("read request: %w", err)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// server holds what outlives one file. The protocol has one file in flight.
type server struct {
	opts   ServeOptions
	reader *Reader
}

func (s *server) answer(ctx context.Context, q request) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			s.opts.Log.Error("reading panicked", "file", q.Name, "panic", p, "stack", string(debug.Stack()))
			a = answer{Error: "cannot be read: the reader made a mistake"}
		}
	}()
	read := s.opts.read
	if read == nil {
		if s.reader == nil {
			// The parent's limits are the same for all files.
			debug.SetMemoryLimit(int64(q.Limits.MemoryMiB)<<20 + goMemory)
			debug.SetGCPercent(gcPercent)
			s.reader = NewReader(q.CacheDir, q.Limits)
		}
		read = s.reader.Read
	}
	r, err := read(ctx, q.Name, q.Data)
	switch {
	case err != nil:
		return answer{Error: strings.Join(strings.Fields(err.Error()), " ")}
	case r == nil:
		return answer{Error: "cannot be read: the reader found nothing"}
	}
	return answer{Report: r}
}
