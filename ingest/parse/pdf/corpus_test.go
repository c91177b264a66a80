package pdf

import (
	"strings"
	"testing"

	"reportbot/ingest/parse/pdf/pdftest"
)

func TestPDFCorpus(t *testing.T) {
	files := pdftest.Corpus(t)
	if len(files) == 0 {
		t.Skip("REPORTBOT_SHARED names no folder with a corpus")
	}
	e := withEngine(t)
	for name, data := range files {
		t.Run(name, func(t *testing.T) {
			pages, err := e.Pages(t.Context(), data, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			bare := pdftest.NewBare(t).Text(t, data)
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

func solid(s string) int { return len([]rune(cleanWord(strings.Join(strings.Fields(s), "")))) }

func BenchmarkPDF(b *testing.B) {
	files := pdftest.Corpus(b)
	if len(files) == 0 {
		prose := ""
		for y := range 50 {
			prose += pdftest.Show(72, 740-13*y, 10, "Net revenue of the segment rose by 12.5% to 3,401 million in the first half.")
		}
		many := make([]pdftest.Page, 100)
		for i := range many {
			many[i].Content = prose
		}
		files = map[string][]byte{"generated": pdftest.File(many...)}
	}
	bare, e := pdftest.NewBare(b), withEngine(b)
	for _, bm := range []struct {
		name string
		read func(testing.TB, []byte) int
	}{
		{"engine", func(t testing.TB, data []byte) int { return len(bare.Text(t, data)) }},
		{"lines", func(t testing.TB, data []byte) int {
			pages, err := e.Pages(t.Context(), data, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			return len(pages)
		}},
	} {
		b.Run(bm.name, func(b *testing.B) {
			bm.read(b, pdftest.One("")) // start the instance
			pages := 0
			before := pdftest.CPUTime(b)
			for b.Loop() {
				for _, data := range files {
					pages += bm.read(b, data)
				}
			}
			used := pdftest.CPUTime(b) - before
			b.ReportMetric(float64(pages)/used.Seconds(), "pages/CPU-s")
			b.ReportMetric(0, "ns/op")
		})
	}
}
