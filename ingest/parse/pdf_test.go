package parse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// shared is the one engine of the test binary: starting it takes seconds.
var shared struct {
	sync.Mutex // an engine serves one goroutine
	engine     *pdfEngine
}

// wasmCache is where tests keep the compiled engine between runs.
func wasmCache() string {
	if dir := os.Getenv("REPORTBOT_WASM_CACHE"); dir != "" {
		return dir
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "" // compile every time
	}
	return filepath.Join(dir, "reportbot")
}

// withEngine lends the shared engine until the test ends.
func withEngine(t testing.TB) *pdfEngine {
	t.Helper()
	shared.Lock()
	t.Cleanup(shared.Unlock)
	if shared.engine == nil {
		e, err := newPDF(t.Context(), wasmCache())
		if err != nil {
			t.Fatal(err)
		}
		shared.engine = e
	}
	return shared.engine
}

func texts(p page) []string {
	var out []string
	for _, l := range p.Lines {
		if l.Hidden {
			l.Text = "(hidden) " + l.Text
		}
		out = append(out, l.Text)
	}
	return out
}

func TestPDFLines(t *testing.T) {
	e := withEngine(t)
	tests := []struct {
		name    string
		content string
		want    []string
	}{
		{"prose", show(72, 700, 12, "Revenue rose") + show(72, 686, 12, "by a third."), []string{"Revenue rose", "by a third."}},
		{"columns of a table", show(72, 700, 12, "EPS") + show(200, 700, 12, "5.58") + show(300, 700, 12, "9.54"), []string{"EPS\t5.58\t9.54"}},
		{"narrow column gap", show(72, 700, 10, "2022") + show(104, 700, 10, "2023E"), []string{"2022\t2023E"}},
		{"justified line", show(72, 700, 10, "2022") + show(100, 700, 10, "2023E"), []string{"2022 2023E"}},
		{"item of a list", show(72, 700, 10, "1.") + show(100, 700, 10, "Risks"), []string{"1. Risks"}},
		{"number in a cell", show(72, 700, 10, "12") + show(100, 700, 10, "Risks"), []string{"12\tRisks"}},
		{"two blanks after a sentence", show(72, 700, 10, "rose.") + show(104, 700, 10, "We"), []string{"rose. We"}},
		{"one line in two pieces", show(72, 700, 12, "Net ") + show(96, 700, 12, "income"), []string{"Net income"}},
		{"cells out of order", show(300, 700, 12, "right") + show(72, 700, 12, "left"), []string{"left\tright"}},
		{"sidebar first", show(400, 703, 9, "Analyst") + show(400, 690, 9, "Licence") + show(72, 700, 12, "Body") + show(72, 686, 12, "more"), []string{"Analyst", "Licence", "Body", "more"}},
		{"off the page", show(72, 700, 12, "seen") + show(72, -300, 12, "unseen") + show(900, 300, 12, "unseen"), []string{"seen", "(hidden) unseen", "(hidden) unseen"}},
		{"raised note", show(72, 700, 12, "Key Financials") + show(154, 704, 7, "(1)"), []string{"Key Financials (1)"}},
		{"nothing", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pages, err := e.pages(t.Context(), onePage(tt.content), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(texts(pages[0]), tt.want); diff != "" {
				t.Errorf("lines (-got +want):\n%s", diff)
			}
		})
	}
}

func TestPDFCoordinates(t *testing.T) {
	e := withEngine(t)
	// 12 point Helvetica at x 72, with its baseline 100 below the upper edge
	// of a sheet of 612 by 792.
	text := show(72, 692, 12, "Hello")
	tests := []struct {
		name          string
		page          string // entries of the page
		content       string
		width, height float64
		x0, y0, x1    float64
		size          float64
	}{
		{"plain", "", text, 612, 792, 72, 90, 99.3, 12},
		{"scaled", "", "q 2 0 0 2 0 0 cm " + show(36, 346, 6, "Hello") + "Q", 612, 792, 72, 90, 99.3, 12},
		{"cropped", "/CropBox [50 92 562 742]", text, 512, 650, 22, 40, 49.3, 12},
		{"upside down", "/Rotate 180", text, 612, 792, 512.7, 690, 540, 12},
		{"turned right", "/Rotate 90", text, 792, 612, 690, 72, 702, 12},
		{"turned left", "/Rotate 270", text, 792, 612, 90, 512.7, 102, 12},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pages, err := e.pages(t.Context(), pdfFile(pdfPage{entries: tt.page, content: tt.content}), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			p := pages[0]
			if p.Width != tt.width || p.Height != tt.height {
				t.Errorf("page is %v by %v, want %v by %v", p.Width, p.Height, tt.width, tt.height)
			}
			if len(p.Lines) != 1 {
				t.Fatalf("lines = %q, want one", texts(p))
			}
			got := p.Lines[0]
			// PDFium's idea of the font's ascent is good for 2 points.
			if far(got.X0, tt.x0) || far(got.Y0, tt.y0) || far(got.X1, tt.x1) || got.Size != tt.size {
				t.Errorf("line at %.1f,%.1f to %.1f size %.1f, want %.1f,%.1f to %.1f size %.1f",
					got.X0, got.Y0, got.X1, got.Size, tt.x0, tt.y0, tt.x1, tt.size)
			}
		})
	}
}

func far(a, b float64) bool { return a-b > 2.5 || b-a > 2.5 }

func TestPDFErrors(t *testing.T) {
	e := withEngine(t)
	good := onePage(show(72, 700, 12, "Good"))
	tests := []struct {
		name string
		data []byte
		lim  Limits
		want string
	}{
		{"empty", nil, Limits{}, "is not a PDF"},
		{"html", []byte("<html><body>404</body></html>"), Limits{}, "is not a PDF"},
		{"random", noise(4096), Limits{}, "is not a PDF"},
		{"truncated", good[:len(good)/2], Limits{}, "is damaged: its end is missing"},
		{"header only", []byte("%PDF-1.7\n%%EOF\n"), Limits{}, "is damaged: its structure cannot be read"},
		{"no pages", pdfFile(), Limits{}, "has no pages"},
		{"page tree loop", pdfObjects("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 3/Kids[2 0 R 2 0 R]>>"), Limits{}, ""},
		{"a billion pages", pdfObjects("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1000000000/Kids[]>>"), Limits{}, ""},
		{"unknown encryption", pdfObjectsTrailer("/Encrypt<</Filter/Standard/V 9/R 9/O(x)/U(x)/P 1>>/ID[(a)(a)]", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 0/Kids[]>>"), Limits{}, ""},
		{"password", encryptedPDF(), Limits{}, "needs a password"},
		{"too many pages", pdfFile(pdfPage{}, pdfPage{}, pdfPage{}), Limits{Pages: 2}, "has 3 pages, the limit is 2"},
		{"too many bytes", good, Limits{Bytes: 100}, fmt.Sprintf("has %d bytes, the limit is 100", len(good))},
		{"too much text", sharedText(20, "too much"), Limits{text: 100}, "has more than 100 bytes of text"},
		{"bomb", bomb(), Limits{MemoryMiB: 32}, "needs more memory than 32 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pages, err := e.pages(t.Context(), tt.data, tt.lim)
			if err == nil {
				t.Fatalf("%d pages, want an error", len(pages))
			}
			if tt.want != "" && err.Error() != tt.want {
				t.Errorf("error = %q, want %q", err, tt.want)
			}
			if strings.ContainsAny(err.Error(), "\n\t") || strings.Contains(err.Error(), "wasm") {
				t.Errorf("error %q is not for users", err)
			}
			after, err := e.pages(t.Context(), good, Limits{})
			if err != nil || len(after) != 1 {
				t.Errorf("next file: %d pages, error %v", len(after), err)
			}
		})
	}
}

// One page whose content cannot be read leaves the others alone.
func TestPDFBrokenPage(t *testing.T) {
	e := withEngine(t)
	data := pdfFile(pdfPage{content: show(72, 700, 12, "first")}, pdfPage{missing: true}, pdfPage{content: show(72, 700, 12, "third")})
	pages, err := e.pages(t.Context(), data, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range pages {
		got = append(got, fmt.Sprintf("%d %v %s", p.Number, texts(p), p.Err))
	}
	want := []string{"1 [first] ", "2 [] page cannot be read", "3 [third] "}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("pages (-got +want):\n%s", diff)
	}
}

// An instance that crashed is not used again, even where it would answer, and
// one that grew large does not keep its memory.
func TestPDFFreshInstance(t *testing.T) {
	e := withEngine(t)
	if _, err := e.pages(t.Context(), bomb(), Limits{MemoryMiB: 32}); err == nil || e.instance != nil {
		t.Errorf("after a crash: error %v, instance %v", err, e.instance)
	}
	if _, err := e.pages(t.Context(), onePage(""), Limits{}); err != nil || e.instance == nil {
		t.Errorf("after a small file: error %v, instance %v", err, e.instance)
	}
	large := append(onePage(""), make([]byte, keepMemory)...)
	large = append(large, "\n%%EOF\n"...)
	if _, err := e.pages(t.Context(), large, Limits{Bytes: 1 << 30}); e.instance != nil {
		t.Errorf("after a large file: error %v, instance %v", err, e.instance)
	}
}

func TestPDFCancel(t *testing.T) {
	e := withEngine(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.pages(ctx, onePage(""), Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want %v", err, context.Canceled)
	}
	if _, err := e.pages(t.Context(), onePage(""), Limits{}); err != nil {
		t.Errorf("next file: %v", err)
	}
}

func TestPDFImages(t *testing.T) {
	e := withEngine(t)
	image := "q 500 0 0 700 50 50 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x80 EI Q\n"
	pages, err := e.pages(t.Context(), pdfFile(
		pdfPage{content: image + image},
		pdfPage{content: image + show(72, 700, 12, strings.Repeat("much text ", 9))},
	), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := [2]int{pages[0].Images, pages[1].Images}; got != [2]int{2, 0} {
		t.Errorf("images = %v, want 2 on the scan and none counted on the page of text", got)
	}
}

// A cache somebody damaged costs time, not the engine.
func TestPDFDamagedCache(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the engine twice")
	}
	if raceEnabled {
		t.Skip("compiling takes half a minute under -race")
	}
	dir := t.TempDir()
	e, err := newPDF(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	damaged := 0
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		damaged++
		return os.Truncate(path, 1000)
	})
	if err != nil || damaged == 0 {
		t.Fatalf("damaged %d files, error %v", damaged, err)
	}
	e, err = newPDF(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(t.Context())
	if _, err := e.pages(t.Context(), onePage(""), Limits{}); err != nil {
		t.Error(err)
	}
}

func TestSplitWords(t *testing.T) {
	tests := []struct {
		in   string
		want []string // a leading | marks the begin of a line, _ a wide blank
	}{
		{"a b\r\nc", []string{"a", "b", "|c"}},
		{"exam\ufffeple", []string{"exam-", "|ple"}},
		{"x\u3000y\u00a0z", []string{"x", "_y", "z"}},
		{"\uf06c 要点", []string{"•", "要点"}},
		{"a\uf061b\ue123", []string{"ab"}},
		{"\ufffd\ufffd \uffff\u0007\u200b", nil},
		{"\ufffd\r\nafter", []string{"|after"}},
		{"long\u00adterm", []string{"long-term"}},
		{"𝑥 = 𝛼", []string{"𝑥", "=", "𝛼"}},
		{"", nil},
	}
	for _, tt := range tests {
		words, units := splitWords(tt.in)
		if want := len(utf16.Encode([]rune(tt.in))); units != want {
			t.Errorf("splitWords(%q): %d units, want %d", tt.in, units, want)
		}
		var got []string
		for _, w := range words {
			w.text = strings.Repeat("_", w.wide) + w.text
			if w.broken {
				w.text = "|" + w.text
			}
			got = append(got, w.text)
			if w.first < 0 || w.last < w.first || w.last >= units {
				t.Errorf("splitWords(%q): %q at %d to %d of %d", tt.in, w.text, w.first, w.last, units)
			}
		}
		if diff := cmp.Diff(got, tt.want); diff != "" {
			t.Errorf("splitWords(%q) (-got +want):\n%s", tt.in, diff)
		}
	}
}

func TestMarker(t *testing.T) {
	tests := []struct {
		in   string
		want bool
	}{
		{"•", true}, {"❑", true}, {"（一）", true}, {"一、", true}, {"2.1.", true}, {"图表 12：", true}, {"表 8", true}, {"第一部分", true},
		{"2021", false}, {"2.1", false}, {"净利润", false}, {"•要点", false}, {"", false},
	}
	for _, tt := range tests {
		if got := marker.MatchString(tt.in); got != tt.want {
			t.Errorf("marker matches %q = %v, want %v", tt.in, got, tt.want)
		}
	}
}

func TestSpaced(t *testing.T) {
	tests := []struct {
		before, after string
		want          bool
	}{
		{"刀", "片", true}, {"(1)刀", "片", true}, {"性", "和", true},
		{"张三", "李四", false}, {"a", "b", false}, {"共", "7页", false}, {"第1页", "共7页", false},
	}
	for _, tt := range tests {
		if got := spaced(tt.before, tt.after); got != tt.want {
			t.Errorf("spaced(%q, %q) = %v, want %v", tt.before, tt.after, got, tt.want)
		}
	}
}

// corpus returns real PDFs, which are not part of the repository.
func corpus(t testing.TB) map[string][]byte {
	dir := os.Getenv("REPORTBOT_SHARED")
	if dir == "" {
		return nil
	}
	paths, err := filepath.Glob(filepath.Join(dir, "corpus", "*.[pP][dD][fF]"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(p)] = data
	}
	return files
}

func TestPDFCorpus(t *testing.T) {
	files := corpus(t)
	if len(files) == 0 {
		t.Skip("REPORTBOT_SHARED names no folder with a corpus")
	}
	e := withEngine(t)
	for name, data := range files {
		t.Run(name, func(t *testing.T) {
			pages, err := e.pages(t.Context(), data, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			bare := bareText(t, e, data)
			if len(pages) != len(bare) {
				t.Fatalf("%d pages, PDFium counts %d", len(pages), len(bare))
			}
			kept, all := 0, 0
			for i, p := range pages {
				if p.Err != "" {
					t.Errorf("page %d: %s", p.Number, p.Err)
				}
				kept += solid(strings.Join(texts(p), ""))
				all += solid(bare[i])
				for _, l := range p.Lines {
					if l.X0 < 0 || l.Y0 < 0 || l.X1 > p.Width+0.1 || l.Y1 > p.Height+0.1 || l.X1 < l.X0 || l.Y1 < l.Y0 {
						t.Errorf("page %d of %v by %v: line outside: %+v", p.Number, p.Width, p.Height, l)
					}
					if l.Text != strings.TrimSpace(l.Text) || l.Text == "" || strings.Contains(l.Text, "\uFFFD") {
						t.Errorf("page %d: line not clean: %q", p.Number, l.Text)
					}
				}
			}
			// Dropped: text off the page, and what cleaning takes away.
			if kept == 0 || float64(kept) < 0.99*float64(all) {
				t.Errorf("kept %d of %d characters", kept, all)
			}
		})
	}
}

func solid(s string) int { return len([]rune(cleanText(strings.Join(strings.Fields(s), "")))) }

func BenchmarkPDF(b *testing.B) {
	files := corpus(b)
	if len(files) == 0 {
		prose := ""
		for y := range 50 {
			prose += show(72, 740-13*y, 10, "Net revenue of the segment rose by 12.5% to 3,401 million in the first half.")
		}
		many := make([]pdfPage, 100)
		for i := range many {
			many[i].content = prose
		}
		files = map[string][]byte{"generated": pdfFile(many...)}
	}
	for _, bm := range []struct {
		name string
		read func(testing.TB, *pdfEngine, []byte) int
	}{
		{"engine", func(t testing.TB, e *pdfEngine, data []byte) int { return len(bareText(t, e, data)) }},
		{"lines", func(t testing.TB, e *pdfEngine, data []byte) int {
			pages, err := e.pages(t.Context(), data, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			return len(pages)
		}},
	} {
		b.Run(bm.name, func(b *testing.B) {
			e := withEngine(b)
			bm.read(b, e, onePage("")) // start the instance
			pages := 0
			before := cpuTime(b)
			for b.Loop() {
				for _, data := range files {
					pages += bm.read(b, e, data)
				}
			}
			used := cpuTime(b) - before
			b.ReportMetric(float64(pages)/used.Seconds(), "pages/CPU-s")
			b.ReportMetric(0, "ns/op")
		})
	}
}
