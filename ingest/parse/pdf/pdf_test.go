package pdf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"reportbot/ingest/parse/pdf/pdftest"

	"github.com/google/go-cmp/cmp"
)

// shared is the one engine of the test binary: starting it takes seconds.
var shared struct {
	sync.Mutex // an engine serves one goroutine
	engine     *Engine
}

// withEngine lends the shared engine until the test ends.
func withEngine(t testing.TB) *Engine {
	t.Helper()
	shared.Lock()
	t.Cleanup(shared.Unlock)
	if shared.engine == nil {
		e, err := New(t.Context(), pdftest.Cache())
		if err != nil {
			t.Fatal(err)
		}
		shared.engine = e
	}
	return shared.engine
}

func texts(p Page) []string {
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
		{"prose", pdftest.Show(72, 700, 12, "Revenue rose") + pdftest.Show(72, 686, 12, "by a third."), []string{"Revenue rose", "by a third."}},
		{"columns of a table", pdftest.Show(72, 700, 12, "EPS") + pdftest.Show(200, 700, 12, "5.58") + pdftest.Show(300, 700, 12, "9.54"), []string{"EPS\t5.58\t9.54"}},
		{"narrow column gap", pdftest.Show(72, 700, 10, "2022") + pdftest.Show(104, 700, 10, "2023E"), []string{"2022\t2023E"}},
		{"justified line", pdftest.Show(72, 700, 10, "2022") + pdftest.Show(100, 700, 10, "2023E"), []string{"2022 2023E"}},
		{"item of a list", pdftest.Show(72, 700, 10, "1.") + pdftest.Show(100, 700, 10, "Risks"), []string{"1. Risks"}},
		{"number in a cell", pdftest.Show(72, 700, 10, "12") + pdftest.Show(100, 700, 10, "Risks"), []string{"12\tRisks"}},
		{"two blanks after a sentence", pdftest.Show(72, 700, 10, "rose.") + pdftest.Show(104, 700, 10, "We"), []string{"rose. We"}},
		{"one line in two pieces", pdftest.Show(72, 700, 12, "Net ") + pdftest.Show(96, 700, 12, "income"), []string{"Net income"}},
		{"cells out of order", pdftest.Show(300, 700, 12, "right") + pdftest.Show(72, 700, 12, "left"), []string{"left\tright"}},
		{"sidebar first", pdftest.Show(400, 703, 9, "Analyst") + pdftest.Show(400, 690, 9, "Licence") + pdftest.Show(72, 700, 12, "Body") + pdftest.Show(72, 686, 12, "more"), []string{"Analyst", "Licence", "Body", "more"}},
		{"off the page", pdftest.Show(72, 700, 12, "seen") + pdftest.Show(72, -300, 12, "unseen") + pdftest.Show(900, 300, 12, "unseen"), []string{"seen", "(hidden) unseen", "(hidden) unseen"}},
		{"raised note", pdftest.Show(72, 700, 12, "Key Financials") + pdftest.Show(154, 704, 7, "(1)"), []string{"Key Financials (1)"}},
		{"nothing", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pages, err := e.Pages(t.Context(), pdftest.One(tt.content), Limits{})
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
	text := pdftest.Show(72, 692, 12, "Hello")
	tests := []struct {
		name          string
		page          string // entries of the page
		content       string
		width, height float64
		x0, y0, x1    float64
		size          float64
	}{
		{"plain", "", text, 612, 792, 72, 90, 99.3, 12},
		{"scaled", "", "q 2 0 0 2 0 0 cm " + pdftest.Show(36, 346, 6, "Hello") + "Q", 612, 792, 72, 90, 99.3, 12},
		{"cropped", "/CropBox [50 92 562 742]", text, 512, 650, 22, 40, 49.3, 12},
		{"upside down", "/Rotate 180", text, 612, 792, 512.7, 690, 540, 12},
		{"turned right", "/Rotate 90", text, 792, 612, 690, 72, 702, 12},
		{"turned left", "/Rotate 270", text, 792, 612, 90, 512.7, 102, 12},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pages, err := e.Pages(t.Context(), pdftest.File(pdftest.Page{Entries: tt.page, Content: tt.content}), Limits{})
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
	good := pdftest.One(pdftest.Show(72, 700, 12, "Good"))
	tests := []struct {
		name string
		data []byte
		lim  Limits
		want string
	}{
		{"empty", nil, Limits{}, "is not a PDF"},
		{"html", []byte("<html><body>404</body></html>"), Limits{}, "is not a PDF"},
		{"random", pdftest.Noise(4096), Limits{}, "is not a PDF"},
		{"truncated", good[:len(good)/2], Limits{}, "is damaged: its end is missing"},
		{"header only", []byte("%PDF-1.7\n%%EOF\n"), Limits{}, "is damaged: its structure cannot be read"},
		{"no pages", pdftest.File(), Limits{}, "has no pages"},
		{"page tree loop", pdftest.Objects("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 3/Kids[2 0 R 2 0 R]>>"), Limits{}, ""},
		{"a billion pages", pdftest.Objects("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1000000000/Kids[]>>"), Limits{}, ""},
		{"unknown encryption", pdftest.ObjectsWith("/Encrypt<</Filter/Standard/V 9/R 9/O(x)/U(x)/P 1>>/ID[(a)(a)]", "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 0/Kids[]>>"), Limits{}, ""},
		{"password", pdftest.Encrypted(), Limits{}, "needs a password"},
		{"too many pages", pdftest.File(pdftest.Page{}, pdftest.Page{}, pdftest.Page{}), Limits{Pages: 2}, "has 3 pages, the limit is 2"},
		{"too much text", pdftest.SharedText(20, "too much"), Limits{text: 100}, "has more than 100 bytes of text"},
		{"bomb", pdftest.Bomb(), Limits{MemoryMiB: 32}, "needs more memory than 32 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pages, err := e.Pages(t.Context(), tt.data, tt.lim)
			if err == nil {
				t.Fatalf("%d pages, want an error", len(pages))
			}
			if tt.want != "" && err.Error() != tt.want {
				t.Errorf("error = %q, want %q", err, tt.want)
			}
			if strings.ContainsAny(err.Error(), "\n\t") || strings.Contains(err.Error(), "wasm") {
				t.Errorf("error %q is not for users", err)
			}
			after, err := e.Pages(t.Context(), good, Limits{})
			if err != nil || len(after) != 1 {
				t.Errorf("next file: %d pages, error %v", len(after), err)
			}
		})
	}
}

// One page whose content cannot be read leaves the others alone.
func TestPDFBrokenPage(t *testing.T) {
	e := withEngine(t)
	data := pdftest.File(pdftest.Page{Content: pdftest.Show(72, 700, 12, "first")}, pdftest.Page{Missing: true}, pdftest.Page{Content: pdftest.Show(72, 700, 12, "third")})
	pages, err := e.Pages(t.Context(), data, Limits{})
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
	if _, err := e.Pages(t.Context(), pdftest.Bomb(), Limits{MemoryMiB: 32}); err == nil || e.instance != nil {
		t.Errorf("after a crash: error %v, instance %v", err, e.instance)
	}
	if _, err := e.Pages(t.Context(), pdftest.One(""), Limits{}); err != nil || e.instance == nil {
		t.Errorf("after a small file: error %v, instance %v", err, e.instance)
	}
	large := append(pdftest.One(""), make([]byte, keepMemory)...)
	large = append(large, "\n%%EOF\n"...)
	if _, err := e.Pages(t.Context(), large, Limits{}); e.instance != nil {
		t.Errorf("after a large file: error %v, instance %v", err, e.instance)
	}
}

func TestPDFCancel(t *testing.T) {
	e := withEngine(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Pages(ctx, pdftest.One(""), Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want %v", err, context.Canceled)
	}
	if _, err := e.Pages(t.Context(), pdftest.One(""), Limits{}); err != nil {
		t.Errorf("next file: %v", err)
	}
}

func TestPDFImages(t *testing.T) {
	e := withEngine(t)
	image := "q 500 0 0 700 50 50 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x80 EI Q\n"
	pages, err := e.Pages(t.Context(), pdftest.File(
		pdftest.Page{Content: image + image},
		pdftest.Page{Content: image + pdftest.Show(72, 700, 12, strings.Repeat("much text ", 9))},
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
	if pdftest.Race {
		t.Skip("compiling takes half a minute under -race")
	}
	dir := t.TempDir()
	e, err := New(t.Context(), dir)
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
	e, err = New(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close(t.Context())
	if _, err := e.Pages(t.Context(), pdftest.One(""), Limits{}); err != nil {
		t.Error(err)
	}
}
