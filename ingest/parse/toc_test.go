package parse

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"reportbot/ingest/report"
)

// TestCorpusContents takes the tables of contents as another reader of PDFs
// reads them and looks for each heading among the sections, on the page on
// which that reader finds it.
func TestCorpusContents(t *testing.T) {
	e, files := withPoppler(t)
	right, all := 0, 0
	for name, data := range files {
		r := reportOf(t, e, name, data)
		promised := promises(popplerPages(t, data, "-layout"))
		for _, p := range promised {
			all++
			if hasSection(r.Sections, p) {
				right++
			} else {
				t.Logf("%.20s: page %d: %.24s", name, p.page, p.title)
			}
		}
		t.Logf("%.30s: %d headings in the contents", name, len(promised))
	}
	t.Logf("%d of %d headings of tables of contents are sections on the right page", right, all)
	if right*100 < all*95 || all < 100 {
		t.Error("below 95 %, or too few to tell")
	}
}

// promise is a heading that the contents name and the page it stands on.
type promise struct {
	title string
	page  int
}

var leaders = regexp.MustCompile(`^\s*(\S.*?)\s*[.．。·…]{4,}[\s.．·…]*-?\s*(\d{1,3})\s*-?\s*$`)

// promises reads dotted lines among the first pages and looks up where the
// headings stand: on the printed page, or on the first later one.
func promises(pages []string) []promise {
	squeezed := make([]string, len(pages))
	for i, p := range pages {
		squeezed[i] = solidNFKC(p)
	}
	var out []promise
	last := 0
	for i := range pages[:min(6, len(pages))] {
		for line := range strings.Lines(pages[i]) {
			m := leaders.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
			if m == nil || captionStart.MatchString(m[1]) {
				continue
			}
			last = i + 1
			n, _ := strconv.Atoi(m[2])
			out = append(out, promise{solidNFKC(m[1]), n})
		}
	}
	for i := range out {
		p := &out[i]
		if p.page > last && p.page <= len(pages) && strings.Contains(squeezed[p.page-1], p.title) {
			continue
		}
		for k := last; k < len(pages); k++ {
			if strings.Contains(squeezed[k], p.title) {
				p.page = k + 1
				break
			}
		}
	}
	return out
}

func hasSection(sections []report.Section, p promise) bool {
	for _, s := range sections {
		if title := solidNFKC(s.Number + s.Title); s.Page == p.page && (letters(title) == letters(p.title) || letters(solidNFKC(s.Title)) == letters(p.title)) {
			return true
		}
	}
	return false
}

// letters is what of two readings of a heading is compared: points and blanks
// are read differently.
func letters(s string) string { return masked(s) }
