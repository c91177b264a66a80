package pdftest

import (
	"syscall"
	"testing"
	"time"
)

// CPUTime is what this process has used so far. Wall time says little on a
// busy machine.
func CPUTime(t testing.TB) time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		t.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
