package parse

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"reportbot/ingest/parse/pdf"
	"reportbot/ingest/parse/pdf/pdftest"
	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// TestCorpusRecall holds what is read against another reader of PDFs: how
// many Han characters are found before anything is dropped, and how far what
// is read (5 characters at a time, so order counts) is what the other reads.
func TestCorpusRecall(t *testing.T) {
	e, files := withPoppler(t)
	var all, kept tally
	han, hanIn := 0, 0
	for name, data := range files {
		pages, err := e.Pages(t.Context(), data, pdf.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		ps := flow(pages)
		structure(ps, len(pages))
		ref := popplerPages(t, data)
		var one, some tally
		oneHan, oneIn := 0, 0
		for i := range ref {
			var whole, dropped strings.Builder
			for k := range ps {
				if ps[k].page != i+1 {
					continue
				}
				whole.WriteString(ps[k].text)
				if ps[k].drop != "" || ps[k].role != report.Body && ps[k].role != report.Front {
					dropped.WriteString(ps[k].text)
				}
			}
			got, want := solidNFKC(whole.String()), solidNFKC(ref[i])
			f, in := overlap(hanOf(got), hanOf(want))
			oneHan, oneIn = oneHan+f, oneIn+in
			one.add(grams(got, nil), grams(want, nil))
			out := grams(solidNFKC(dropped.String()), nil)
			some.add(grams(got, out), grams(want, out))
		}
		t.Logf("%-40.40s han %.4f  f1 %.3f  kept f1 %.3f", name, ratio(oneHan, oneIn), one.f1(), some.f1())
		han, hanIn = han+oneHan, hanIn+oneIn
		all.merge(one)
		kept.merge(some)
	}
	t.Logf("Han characters found %.4f, 5-gram F1 of everything %.3f, of what is kept %.3f", ratio(han, hanIn), all.f1(), kept.f1())
	if ratio(han, hanIn) < 0.995 || kept.f1() < 0.90 {
		t.Error("below 0.995 or 0.90")
	}
}

// withPoppler returns the engine and the corpus for tests that hold what it
// reads against another reader of PDFs.
func withPoppler(t *testing.T) (*pdf.Engine, map[string][]byte) {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext (poppler-utils) is not there to compare with")
	}
	files := pdftest.Corpus(t)
	if len(files) == 0 {
		t.Skip("REPORTBOT_SHARED names no folder with a corpus")
	}
	return withEngine(t), files
}

// reportOf reads one file of the corpus.
func reportOf(t *testing.T, e *pdf.Engine, name string, data []byte) *report.Report {
	t.Helper()
	pages, err := e.Pages(t.Context(), data, pdf.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := readPDF(name, pages)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// popplerPages is the text of each page as pdftotext reads it.
func popplerPages(t *testing.T, data []byte, options ...string) []string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", append(options, path, "-")...).Output()
	if err != nil {
		t.Fatal(fmt.Errorf("pdftotext: %w", err))
	}
	ps := strings.Split(string(out), "\f")
	return ps[:len(ps)-1]
}

// solidNFKC is a text as the measures compare it: NFKC, without blanks.
func solidNFKC(s string) string {
	return strings.Join(strings.Fields(norm.NFKC.String(text.Clean(s))), "")
}

func hanOf(s string) map[string]int {
	m := map[string]int{}
	for _, r := range s {
		if text.IsHan(r) {
			m[string(r)]++
		}
	}
	return m
}

// grams counts the runs of five characters of s that are not in without.
func grams(s string, without map[string]int) map[string]int {
	m := map[string]int{}
	r := []rune(s)
	for i := 0; i+5 <= len(r); i++ {
		g := string(r[i : i+5])
		if without[g] == 0 {
			m[g]++
		}
	}
	return m
}

// overlap counts what of want is in got, and want.
func overlap(got, want map[string]int) (found, all int) {
	for g, n := range want {
		found += min(n, got[g])
		all += n
	}
	return found, all
}

// tally adds up what was found of what is there and what was read.
type tally struct{ found, want, got int }

func (t *tally) add(got, want map[string]int) {
	f, w := overlap(got, want)
	_, g := overlap(nil, got)
	t.found, t.want, t.got = t.found+f, t.want+w, t.got+g
}

func (t *tally) merge(o tally) { t.found, t.want, t.got = t.found+o.found, t.want+o.want, t.got+o.got }

func (t *tally) f1() float64 { return ratio(2*t.found, t.want+t.got) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// TestCorpusFurniture looks for running headers and footers in the evidence,
// and for words of disclaimers and adverts. What runs, another reader of PDFs
// says: lines that come back on half of the pages, digits masked.
func TestCorpusFurniture(t *testing.T) {
	e, files := withPoppler(t)
	lines, running, legal := 0, 0, 0
	for name, data := range files {
		r := reportOf(t, e, name, data)
		runs := runningLines(popplerPages(t, data, "-layout"))
		for _, s := range r.Sections {
			if s.Role != report.Body && s.Role != report.Front {
				continue
			}
			for _, b := range s.Blocks {
				for line := range strings.SplitSeq(b.Text, "\n") {
					lines++
					if runs[masked(line)] {
						running++
						t.Logf("%.20s: page %d: running line %.20q", name, b.Page, line)
					}
					if w := legalWord(line); w != "" {
						legal++
						t.Logf("%.20s: page %d: %q", name, b.Page, w)
					}
				}
			}
		}
	}
	t.Logf("%d lines of evidence, running headers and footers among them %d, lines of disclaimers and adverts %d", lines, running, legal)
	if running*200 > lines || legal > 0 {
		t.Error("above 0.5 %, or lawyers' words")
	}
}

// runningLines are the lines, masked, that stand on half of the pages.
func runningLines(pages []string) map[string]bool {
	on := map[string]int{}
	for _, p := range pages {
		seen := map[string]bool{}
		all := strings.FieldsFunc(p, func(r rune) bool { return r == '\n' })
		for i, line := range all {
			if sourceLine.MatchString(strings.TrimSpace(line)) || i >= 3 && i < len(all)-3 {
				continue // sources are kept, and what stands amid the page is no header
			}
			if m := masked(line); len(m) >= 9 && !seen[m] {
				seen[m] = true
				on[m]++
			}
		}
	}
	out := map[string]bool{}
	for m, n := range on {
		out[m] = len(pages) >= 3 && n*2 >= len(pages)
	}
	return out
}

// legalWord is a phrase that stands in disclaimers and adverts alone.
func legalWord(line string) string {
	for _, w := range []string{"本公司不会因接收人", "证券投资咨询业务资格", "不构成任何投资建议", "未经书面许可", "版权所有，违者必究", "独立、客观地出具", "不会与，也将不会", "知识星球", "扫码", "资源群"} {
		if strings.Contains(line, w) {
			return w
		}
	}
	return ""
}
