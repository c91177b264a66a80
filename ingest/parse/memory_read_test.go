package parse

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"reportbot/ingest/parse/pdf/pdftest"
)

// What reading the largest ordinary file may take, as users are told.
const (
	memoryPages  = 1500
	memoryChild  = 700 << 20
	memoryParent = 150 << 20
)

// TestMemoryOfLongReport reads 1,500 pages of Chinese text in a child, and
// bounds what both processes ever held.
func TestMemoryOfLongReport(t *testing.T) {
	if pdftest.Race {
		t.Skip("-race takes memory of its own")
	}
	if testing.Short() {
		t.Skip("reads 1,500 pages")
	}
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("no /proc")
	}
	data := pdftest.Long(memoryPages)
	w := testWorker(t, "real", Limits{})
	if _, err := w.Read(t.Context(), "small.pdf", pdftest.Long(1)); err != nil {
		t.Fatal(err)
	}
	before := w.child.cmd.Process.Pid
	start := heap()
	r, err := w.Read(t.Context(), "long.pdf", data)
	if err != nil || r.Pages != memoryPages {
		t.Fatalf("%+v, error %v", r, err)
	}
	if w.child.cmd.Process.Pid != before {
		t.Fatal("the child was replaced: nothing is known of the one that read")
	}
	if r.Parse.CharsIn < 1000*memoryPages || r.Language != "zh" {
		t.Errorf("%d characters in %s: not the Chinese text of %d pages", r.Parse.CharsIn, r.Language, memoryPages)
	}
	child := peak(t, before)
	// The test binary has grown by other tests, and never shrinks: of the parent
	// counts what it holds after, beside the child's answer on the wire.
	parent := heap() - start + int64(len(data))
	t.Logf("%d pages, %d bytes, %d characters: child %d MiB, parent %d MiB", r.Pages, len(data), r.Parse.CharsIn, child>>20, parent>>20)
	if child > memoryChild {
		t.Errorf("the child held %d MiB, the bound is %d", child>>20, memoryChild>>20)
	}
	if parent > memoryParent {
		t.Errorf("the parent holds %d MiB, the bound is %d", parent>>20, memoryParent>>20)
	}
}

// peak is the most memory that a process has held.
func peak(t *testing.T, pid int) int64 {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kib, err := strconv.ParseInt(strings.Fields(after)[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kib << 10
}
