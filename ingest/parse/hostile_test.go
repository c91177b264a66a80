package parse

import (
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"reportbot/ingest/parse/pdf/pdftest"
)

const (
	// hostileLimit is what a hostile file may cost. The child's start counts.
	hostileLimit = 3 * time.Second
	// hostileGrace is how much later the answer may come: a child must be killed
	// and its memory given back.
	hostileGrace = 2 * time.Second
	// hostileParent is how much more this process may hold after all the files.
	hostileParent = 32 << 20
)

// hostileTexts are text files that are large, deep or no text.
func hostileTexts() map[string][]byte {
	utf16 := func(s string) []byte {
		out := []byte{0xff, 0xfe}
		for _, r := range s {
			out = append(out, byte(r), byte(r>>8))
		}
		return out
	}
	return map[string][]byte{
		"a line of 40 MB.txt":       []byte(again(40<<20, "公司营业收入同比增长")),
		"a million cells.md":        []byte(strings.Repeat("|", 1_000_000)),
		"half a million cells.md":   []byte(strings.Repeat("|1", 500_000)),
		"100,000 divs.html":         []byte("<html><body>" + strings.Repeat("<div>", 100_000)),
		"spans of spans.html":       []byte("<html><body><table>" + strings.Repeat("<tr><td colspan=50 rowspan=50>a", 20_000)),
		"spans of a billion.html":   []byte("<html><body><table><tr><td colspan=1000000000 rowspan=1000000000>a<td>b</table>"),
		"100,000 headings.md":       []byte(each(2<<20, func(i int) string { return strings.Repeat("#", 1+i%6) + " 标题\n" })),
		"contents and headings.txt": []byte("目录\n" + each(1<<20, func(i int) string { return string([]rune{han(i), han(i / 7)}) + "......1\n" }) + "\n\n" + each(1<<20, func(i int) string { return string([]rune{han(i / 3), han(i)}) + "\n" })),
		"contents.txt":              []byte(again(1<<20, "目录......1")),
		"licences.txt":              []byte(strings.Repeat("S1234567890123", 100_000)),
		"quotes.txt":                []byte(strings.Repeat("《", 1_000_000)),
		"brackets.txt":              []byte(strings.Repeat("(", 1_000_000)),
		"comments.md":               []byte(again(4<<20, "a<!--b-->")),
		"half a mark.txt":           {0xff, 0xfe, 0x6c},
		"half a surrogate.txt":      utf16("研报\xd8"),
		"UTF-16 the wrong way.txt":  append([]byte{0xfe, 0xff}, utf16("公司营业收入同比增长")[2:]...),
		"UTF-16 without mark.txt":   utf16("公司营业收入同比增长")[2:],
		"half a character.txt":      []byte("公司营业收入\xe5\x90"),
		"no GB18030.txt":            []byte(strings.Repeat("\xb9\xab\xff\xfe\x81", 1000)),
		"GB18030 of four.txt":       []byte(strings.Repeat("\x81\x30\x81\x30", 100_000)),
		"noughts.txt":               []byte("公司\x00营业收入"),
		"only noughts.md":           make([]byte, 1<<20),
		"an archive.txt":            append([]byte("PK\x03\x04"), pdftest.Noise(5000)...),
		"an old Word file.md":       append([]byte{0xd0, 0xcf, 0x11, 0xe0}, pdftest.Noise(5000)...),
		"a picture.html":            append([]byte("\x89PNG\r\n\x1a\n"), pdftest.Noise(5000)...),
		"a program.txt":             append([]byte("MZ\x90\x00\x03\x00"), pdftest.Noise(5000)...),
		"an archive.pdf":            append([]byte("PK\x03\x04"), pdftest.Noise(5000)...),
		"noise.md":                  pdftest.Noise(100_000),
		"marks that nobody sees.md": []byte(again(1<<20, "\u200b\u202e")),
	}
}

// TestHostileFiles reads files made to hurt, each by a child as the program
// starts it. A report or one line of error comes in time, the next good file
// is read, and this process does not grow.
func TestHostileFiles(t *testing.T) {
	if pdftest.Race {
		t.Skip("the engine is ten times slower under -race")
	}
	w := testWorker(t, "real", Limits{PerFile: hostileLimit})
	good := pdftest.One(pdftest.Show(72, 700, 12, "Good"))
	if _, err := w.Read(t.Context(), "good.pdf", good); err != nil { // compiles the engine where no cache is
		w.opts.Limits.PerFile = time.Minute
		if _, err := w.Read(t.Context(), "good.pdf", good); err != nil {
			t.Fatal(err)
		}
		w.opts.Limits.PerFile = hostileLimit
	}
	before := heap()
	counts := map[string]int{}
	for _, group := range []struct {
		make func() map[string][]byte
		read bool // all of them: only our own rules could make them slow
	}{{hostileTrees, false}, {hostileStreams, false}, {hostilePages, false}, {hostileLayouts, true}, {hostileTexts, false}} {
		files := group.make()
		for _, name := range slices.Sorted(maps.Keys(files)) {
			t.Run(name, func(t *testing.T) {
				file := name
				if !strings.Contains(name, ".") {
					file += ".pdf"
				}
				became := readHostile(t, w, file, files[name])
				counts[became]++
				if group.read && became != "read" {
					t.Errorf("%s, want it read", became)
				}
				if r, err := w.Read(t.Context(), "good.pdf", good); err != nil || r.Pages != 1 {
					t.Errorf("next file: %+v, error %v", r, err)
				}
			})
		}
	}
	if grown := heap() - before; grown > hostileParent {
		t.Errorf("this process holds %d MiB more than before", grown>>20)
	}
	t.Logf("%v", counts)
}

// readHostile reads one file and says what became of it.
func readHostile(t *testing.T, w *Worker, name string, data []byte) string {
	t.Helper()
	began := time.Now()
	r, err := w.Read(t.Context(), name, data)
	took := time.Since(began)
	if took > w.opts.Limits.PerFile+hostileGrace {
		t.Errorf("took %v, the limit is %v", took, w.opts.Limits.PerFile)
	}
	if took > time.Second {
		t.Logf("took %v: %v", took.Round(100*time.Millisecond), err)
	}
	switch {
	case err == nil && r == nil:
		t.Error("neither a report nor an error")
	case err == nil:
		return "read"
	case err.Error() == "" || strings.ContainsAny(err.Error(), "\n\r\t") || len(err.Error()) > 200:
		t.Errorf("error %q is not one line", err)
	case strings.HasPrefix(err.Error(), "took longer"):
		return "timed out"
	case strings.HasPrefix(err.Error(), "reader process died"), strings.Contains(err.Error(), "made a mistake"):
		t.Errorf("error = %v", err)
		return "killed the child"
	}
	return "refused"
}

// heap is what this process holds.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
