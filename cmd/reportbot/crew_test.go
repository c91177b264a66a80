package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestCrew(t *testing.T) {
	broken := errors.New("broken")
	until := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	tests := []struct {
		name string
		work func(ctx context.Context) error
		stop bool // from outside, after a minute
		want string
		late bool
	}{
		{"told to end", until, true, "context canceled", false},
		{"one fails", func(context.Context) error { return broken }, false, "one: broken", false},
		{"one ends", func(context.Context) error { return nil }, false, "one ended by itself", false},
		{"one fails on the way out", func(ctx context.Context) error { <-ctx.Done(); return broken }, true, "context canceled", false},
		{"one takes its time", func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(9 * time.Second)
			return nil
		}, true, "context canceled", false},
		{"one never ends", func(ctx context.Context) error {
			<-ctx.Done()
			time.Sleep(time.Hour)
			return nil
		}, true, "context canceled", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				crew, working := newCrew(ctx)
				crew.add(working, "one", tt.work)
				crew.add(working, "other", until)
				if tt.stop {
					time.AfterFunc(time.Minute, cancel)
				}
				start := time.Now()
				late := crew.wait(working, 10*time.Second)
				if got := context.Cause(working).Error(); got != tt.want || late != tt.late {
					t.Errorf("got %q, late %v; want %q, %v", got, late, tt.want, tt.late)
				}
				if took := time.Since(start); took > 70*time.Second {
					t.Errorf("took %v", took)
				}
				crew.wg.Wait() // who was left behind must not outlive the test
			})
		})
	}
}
