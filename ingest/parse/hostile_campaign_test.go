package parse

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"reportbot/ingest/parse/pdf/pdftest"
)

// hostileCopies is how many damaged copies the campaign reads; none by default,
// as a thousand take a quarter of an hour.
var hostileCopies = flag.Int("hostile.n", 0, "damaged copies of real PDFs to read")

// campaignLimit is far above what whole files of the corpus take.
const campaignLimit = 20 * time.Second

// TestHostileCampaign reads damaged copies of the sample PDFs and, where
// REPORTBOT_SHARED names it, of the corpus. Copy i is the same in every run.
//
//	go test ./ingest/parse -run TestHostileCampaign -hostile.n 1600 -timeout 2h -v
func TestHostileCampaign(t *testing.T) {
	if *hostileCopies == 0 {
		t.Skip("-hostile.n is 0")
	}
	files := campaignFiles(t)
	names := slices.Sorted(maps.Keys(files))
	w := testWorker(t, "real", Limits{PerFile: campaignLimit})
	good := pdftest.One(pdftest.Show(72, 700, 12, "Good"))
	before := heap()
	counts, reasons := map[string]int{}, map[string]int{}
	slowest, slowestName := time.Duration(0), ""
	for i := range *hostileCopies {
		name := names[i%len(names)]
		data, how := damage(files[name], rand.New(rand.NewPCG(uint64(i), 1)))
		began := time.Now()
		r, err := w.Read(t.Context(), fmt.Sprintf("%d.pdf", i), data)
		took := time.Since(began)
		if took > campaignLimit+hostileGrace {
			t.Errorf("copy %d of %s (%s): took %v", i, name, how, took)
		}
		if took > slowest {
			slowest, slowestName = took, fmt.Sprintf("copy %d of %s (%s)", i, name, how)
		}
		became := "read"
		switch {
		case err == nil && r == nil:
			t.Errorf("copy %d of %s (%s): neither a report nor an error", i, name, how)
		case err != nil:
			became = "refused"
			for _, c := range []struct{ begins, became string }{
				{"took longer", "timed out"}, {"reader process died", "killed the child"}, {"cannot be read: the reader made a mistake", "panicked in the child"},
			} {
				if strings.HasPrefix(err.Error(), c.begins) {
					became = c.became
					t.Logf("copy %d of %s (%s): %v", i, name, how, err)
				}
			}
			reasons[digitRun.ReplaceAllString(err.Error(), "n")]++
			if strings.ContainsAny(err.Error(), "\n\t") {
				t.Errorf("copy %d of %s (%s): error %q is not one line", i, name, how, err)
			}
		}
		counts[became]++
		if became != "read" {
			if _, err := w.Read(t.Context(), "good.pdf", good); err != nil {
				t.Errorf("after copy %d of %s (%s): %v", i, name, how, err)
			}
		}
	}
	t.Logf("%d copies of %d files: %v", *hostileCopies, len(names), counts)
	t.Logf("reasons: %v", reasons)
	t.Logf("slowest: %v, %s", slowest.Round(time.Millisecond), slowestName)
	t.Logf("this process holds %d KiB more than before", (heap()-before)>>10)
	if counts["killed the child"]+counts["panicked in the child"] > 0 {
		t.Errorf("%d children died, %d panicked", counts["killed the child"], counts["panicked in the child"])
	}
}

// campaignFiles are the PDFs that are damaged. Where qpdf is there each comes a
// second time with its streams unpacked: damage inside a packed stream only
// ends it, damage in an open one is read.
func campaignFiles(t *testing.T) map[string][]byte {
	files := pdftest.Corpus(t)
	if files == nil {
		files = map[string][]byte{}
	}
	err := filepath.WalkDir(testdata, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.EqualFold(filepath.Ext(path), ".pdf") {
			return err
		}
		files[filepath.Base(path)], err = os.ReadFile(path)
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, error %v", len(files), err)
	}
	if _, err := exec.LookPath("qpdf"); err != nil {
		t.Log("qpdf is not there: packed streams stay packed")
		return files
	}
	dir := t.TempDir()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		in, out := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "out.pdf")
		if err := os.WriteFile(in, files[name], 0o600); err != nil {
			t.Fatal(err)
		}
		_ = exec.CommandContext(t.Context(), "qpdf", "--qdf", "--object-streams=disable", in, out).Run() // it warns of real files, too
		if data, err := os.ReadFile(out); err == nil && len(data) < 32<<20 {
			files[name+" unpacked"] = data
		}
		_ = os.Remove(out)
	}
	return files
}

var (
	digitRun = regexp.MustCompile(`\d+`)
	pdfWord  = regexp.MustCompile(`endobj|endstream|stream|xref|trailer|startxref|obj|/Length|/Filter|/Kids|/Count|/Type|/Contents|/Font|/W|/Widths|>>|<<|\]|\[`)
)

// damage returns a copy of data, which is kept, and what was done to it.
func damage(data []byte, r *rand.Rand) (out []byte, how string) {
	out = bytes.Clone(data)
	at := func() int { return r.IntN(len(out)) }
	switch r.IntN(7) {
	case 0:
		n := 1 << r.IntN(12)
		for range n {
			out[at()] = byte(r.Uint32())
		}
		return out, fmt.Sprintf("%d bytes changed", n)
	case 1:
		return out[:at()], "cut off"
	case 2:
		return append(out[:at()], "\n%%EOF\n"...), "cut off with an end"
	case 3:
		n := min(len(out)/4, 1<<(4+r.IntN(14)))
		a, b := r.IntN(len(out)-n), r.IntN(len(out)-n)
		copy(out[a:a+n], data[b:b+n])
		copy(out[b:b+n], data[a:a+n])
		return out, fmt.Sprintf("two pieces of %d bytes swapped", n)
	case 4:
		n := min(len(out)/4, 1<<(4+r.IntN(14)))
		a := r.IntN(len(out) - n)
		return append(out[:a:a], data[a+n:]...), fmt.Sprintf("%d bytes taken out", n)
	case 5:
		return edit(out, digitRun, r, func(old []byte) []byte {
			return []byte([]string{"0", "1", "-1", "2147483647", "99999999999", "1e9", fmt.Sprint(r.IntN(300)), string(old) + "0"}[r.IntN(8)])
		}), "numbers edited"
	default:
		return edit(out, pdfWord, r, func(old []byte) []byte {
			return [][]byte{nil, append(old, old...), []byte("null"), []byte("1 0 R"), []byte("<<"), []byte("]")}[r.IntN(6)]
		}), "words edited"
	}
}

// edit replaces some of what matches.
func edit(data []byte, what *regexp.Regexp, r *rand.Rand, by func([]byte) []byte) []byte {
	all := what.FindAllIndex(data, -1)
	if len(all) == 0 {
		return data
	}
	picked := map[int]bool{}
	for range 1 << r.IntN(6) {
		picked[r.IntN(len(all))] = true
	}
	var out []byte
	from := 0
	for _, i := range slices.Sorted(maps.Keys(picked)) {
		out = append(append(out, data[from:all[i][0]]...), by(bytes.Clone(data[all[i][0]:all[i][1]]))...)
		from = all[i][1]
	}
	return append(out, data[from:]...)
}
