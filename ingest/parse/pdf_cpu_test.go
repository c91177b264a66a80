package parse

import (
	"syscall"
	"testing"
	"time"
)

// cpuTime is what this process has used so far. Wall time says little on a
// busy machine.
func cpuTime(t testing.TB) time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		t.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
