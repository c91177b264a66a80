package parse

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"reportbot/ingest/parse/pdf"
	"reportbot/ingest/parse/pdf/pdftest"
	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// ink is what of a text can be compared with the engine's own: letters and
// digits, folded.
func ink(s string) string {
	return strings.Map(func(r rune) rune {
		if r == text.Bullet || r < 0x80 && !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9') || r == ' ' {
			return -1
		}
		return r
	}, squeeze(s))
}

// pageOf returns the page on which byte offset at of the block stands.
func pageOf(b *report.Block, at int) int {
	page := b.Page
	for _, t := range b.Turns {
		if t.Offset <= at {
			page = t.Page
		}
	}
	return page
}

// Every real PDF gives sections, and what a block says stands on the page that
// it names: a citation that sends the reader to another page is worth nothing.
func TestCorpusPDFs(t *testing.T) {
	files := pdftest.Corpus(t)
	if len(files) == 0 {
		t.Skip("REPORTBOT_SHARED names no folder with a corpus")
	}
	e := withEngine(t)
	for name, data := range files {
		t.Run(name, func(t *testing.T) {
			pages, err := e.Pages(t.Context(), data, pdf.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			r, err := readPDF(name, pages)
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Sections) == 0 || r.Title == "" || r.Publisher == "" || r.Parse.CharsKept*5 < r.Parse.CharsIn {
				t.Errorf("%d sections, title %q, publisher %q, loss %+v", len(r.Sections), r.Title, r.Publisher, r.Parse)
			}
			bare := pdftest.NewBare(t).Text(t, data)
			for i := range bare {
				bare[i] = ink(unradical(bare[i]))
			}
			looked, missed := 0, 0
			for _, s := range r.Sections {
				if s.Role != report.Body {
					continue
				}
				for i := range s.Blocks {
					b := &s.Blocks[i]
					checkBoxes(t, b)
					if b.Kind == report.Table {
						continue // the engine orders cells by the content stream
					}
					for _, span := range text.Sentences(b.Text) {
						words := ink(b.Text[span.From:span.To])
						page := pageOf(b, span.From)
						if len(words) < 12 || page != pageOf(b, span.To-1) {
							continue
						}
						looked++
						if !strings.Contains(bare[page-1], words) {
							missed++
						}
					}
				}
			}
			// Columns that the file draws in turns part what the engine joins.
			if looked < 10 || missed*20 > looked {
				t.Errorf("%d of %d sentences do not stand on their page", missed, looked)
			}
			t.Logf("%d of %d sentences not found", missed, looked)
		})
	}
}

// The adverts and the disclaimer of the converted sample are no evidence.
func TestCorpusAdverts(t *testing.T) {
	dir := os.Getenv("REPORTBOT_SHARED")
	if dir == "" {
		t.Skip("REPORTBOT_SHARED is not set")
	}
	paths, err := filepath.Glob(filepath.Join(dir, "corpus", "*.txt"))
	if err != nil || len(paths) == 0 {
		t.Skip("no text files in the corpus")
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		r, err := readText(filepath.Base(path), data)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range r.Sections {
			if s.Role != report.Body && s.Role != report.Front {
				continue
			}
			for _, b := range s.Blocks {
				for _, word := range []string{"知识星球", "资源群", "扫码", "客服微信", "群主", "本公司不会因接收人", "分析师声明", "使用本研究报告"} {
					if strings.Contains(b.Text, word) {
						t.Errorf("%s: section %q holds %q", filepath.Base(path), s.Title, word)
					}
				}
			}
		}
	}
}
