package main

import (
	"cmp"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Every PDF of the shared corpus is read, none is empty, and what a passage
// says stands on the pages it names, as another reader of PDFs sees them.
func TestSharedPDFs(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared(t), "corpus", "*.[pP][dD][fF]"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no PDFs: %v", err)
	}
	dir := t.TempDir()
	var sum summaryView
	decode(t, mustRun(t, reportbot(t, dir, append([]string{"ingest", "--json"}, files...)...), 0), &sum)
	if sum.Added != len(files) || sum.Failed > 0 {
		t.Errorf("%+v, want all %d added", sum, len(files))
	}
	var all []reportView
	decode(t, mustRun(t, reportbot(t, dir, "reports", "--json"), 0), &all)
	for _, r := range all {
		if r.Passages == 0 || r.Pages == 0 || r.Title == "" {
			t.Errorf("%s: %d passages, %d pages, title %q", r.Sources, r.Passages, r.Pages, r.Title)
		}
	}
	t.Run("pages", func(t *testing.T) { onTheirPages(t, dir, all) })
}

// wantHits is how many passages and quotes of the corpus are looked up.
const wantHits = 40

// onTheirPages looks up passages of every report by its own title and checks
// their words against pdftotext's page, and the quotes of answers likewise.
func onTheirPages(t *testing.T, dir string, all []reportView) {
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext (poppler-utils) is not there to compare with")
	}
	p := pageReader{t: t, seen: map[string]string{}}
	checked, quotes := 0, 0
	var lost []string
	var questions strings.Builder
	for _, r := range all {
		var d detailView
		decode(t, mustRun(t, reportbot(t, dir, "show", "--json", r.ID), 0), &d)
		spans := map[string]passageView{}
		for _, v := range d.Passages {
			spans[v.ID] = v
		}
		var hits []hitView
		query := cmp.Or(d.Outline[len(d.Outline)/2].Title, r.Title)
		questions.WriteString(query + "\n")
		decode(t, mustRun(t, reportbot(t, dir, "search", "--json", "--limit", "20", query), 0), &hits)
		for _, h := range hits {
			v, ok := spans[h.PassageID]
			if !ok {
				continue // of another report
			}
			checked++
			if h.Page != v.PageFrom {
				t.Errorf("%s: search says page %d, show %d", h.PassageID, h.Page, v.PageFrom)
			}
			lost = append(lost, p.holds(r.Sources[0], v.PageFrom, v.PageTo, h.Text)...)
		}
	}
	cmd := reportbot(t, dir, "ask", "--json", "-")
	cmd.Stdin = strings.NewReader(questions.String())
	for line := range strings.Lines(mustRun(t, cmd, 0)) {
		var a answerView
		decode(t, line, &a)
		for _, k := range a.Citations {
			for _, r := range all {
				if r.ID == k.ID {
					quotes++
					for _, l := range p.holds(r.Sources[0], k.Page, k.Page, k.Quote) {
						t.Errorf("quote of %s is not on its page: %s", k.PassageID, l)
					}
				}
			}
		}
	}
	t.Logf("%d passages, %d quotes, %d lines; not found: %d", checked, quotes, p.lines, len(lost))
	if checked < wantHits {
		t.Errorf("%d passages looked up, at least %d wanted", checked, wantHits)
	}
	for _, l := range lost {
		t.Log(l)
	}
	// Two readers of PDFs do not order the cells of every table alike.
	if len(lost)*25 > p.lines {
		t.Errorf("%d of %d lines are not on their pages", len(lost), p.lines)
	}
}

// pageReader knows the text of pages as pdftotext reads them.
type pageReader struct {
	t     *testing.T
	seen  map[string]string
	lines int
}

// holds looks for the beginning of each line of text on the pages and returns
// those that are not there. Of a row of a table it looks for each cell: cells
// of several lines stand beside each other on the page.
func (p *pageReader) holds(file string, from, to int, text string) (lost []string) {
	for line := range strings.Lines(text) {
		if len([]rune(squeeze(line))) < 8 {
			continue // stands anywhere
		}
		p.lines++
		cells, most := strings.Split(line, "\t"), 30
		if len(cells) > 1 {
			most = 6
		}
		for _, cell := range cells {
			r := []rune(strings.TrimLeft(squeeze(cell), "•")) // ours for any bullet
			if start := string(r[:min(most, len(r))]); !p.has(file, from, to, start) {
				lost = append(lost, fmt.Sprintf("%s, pages %d-%d: %s", filepath.Base(file), from, to, start))
				break
			}
		}
	}
	return lost
}

func (p *pageReader) has(file string, from, to int, words string) bool {
	for n := from; n <= to; n++ {
		for _, order := range []string{"-layout", "-raw"} {
			if strings.Contains(p.page(file, n, order), words) {
				return true
			}
		}
	}
	return false
}

func (p *pageReader) page(file string, n int, order string) string {
	p.t.Helper()
	key := fmt.Sprint(file, n, order)
	if s, ok := p.seen[key]; ok {
		return s
	}
	page := fmt.Sprint(n)
	out, err := exec.CommandContext(p.t.Context(), "pdftotext", order, "-f", page, "-l", page, file, "-").Output()
	if err != nil {
		p.t.Fatalf("pdftotext %s page %d: %v", file, n, err)
	}
	p.seen[key] = squeeze(string(out))
	return p.seen[key]
}
