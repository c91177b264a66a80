package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// readiness says whether questions are taken, and if not, why.
type readiness struct {
	mu    sync.Mutex
	why   error
	front func() error // asked when there is no why of our own
}

var (
	errStarting = errors.New("starting: the reports are being read into memory")
	errStopping = errors.New("stopping")
)

func (r *readiness) set(why error, front func() error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.why, r.front = why, front
}

// err is nil when all is ready.
func (r *readiness) err() error {
	r.mu.Lock()
	why, front := r.why, r.front
	r.mu.Unlock()
	if why != nil || front == nil {
		return why
	}
	return front()
}

// admin are the pages for whoever runs the program: alive, ready, figures.
func admin(r *readiness, metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "alive\n") // the asker may be gone
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if err := r.err(); err != nil {
			http.Error(w, oneLine(err), http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, "ready\n")
	})
	mux.Handle("GET /metrics", metrics)
	return mux
}

// listen opens the address that a setting names.
func listen(ctx context.Context, setting, address string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", setting, err)
	}
	return l, nil
}

// listening says in the log what the address of a setting became.
func (s *service) listening(setting string, l net.Listener) {
	s.log.Info("listening", "setting", setting, "address", l.Addr().String())
}

// answerHTTP serves h on l until ctx ends, and then lets running requests finish
// for a second.
func answerHTTP(ctx context.Context, l net.Listener, h http.Handler, log *slog.Logger) error {
	s := &http.Server{
		Handler: h, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 64 << 10,
	}
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := s.Shutdown(soon); err != nil {
		_ = s.Close() // whoever still asks has had a second
	}
	<-failed
	return nil
}
