package parse

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	edgeNumber = regexp.MustCompile(`\d{1,4}`)
	roman      = regexp.MustCompile(`^[-–—\s]*([IVXivx]{1,6})[-–—\s]*$`)
)

// labels reads the page numbers printed at the edges of pages. Numbers stand
// there for other reasons too; those that run with the pages are the labels:
// the difference between page and number that most pages show.
func labels(ps []para, pages int) []string {
	if pages == 0 {
		return nil
	}
	numbers := make([][]int, pages+1)
	out := make([]string, pages)
	running := slices.ContainsFunc(ps, isRunning)
	for i := range ps {
		p := &ps[i]
		if !p.edge || p.page < 1 || p.page > pages || p.runes() > 120 || running && !isRunning(*p) {
			continue
		}
		for _, d := range edgeNumber.FindAllString(p.text, -1) {
			n, _ := strconv.Atoi(d) // the form admits digits only
			numbers[p.page] = append(numbers[p.page], n)
		}
		if m := roman.FindStringSubmatch(p.text); m != nil {
			out[p.page-1] = m[1]
		}
	}
	by, ok := offset(numbers)
	for page := 1; ok && page <= pages; page++ {
		for _, n := range numbers[page] {
			if page-n == by {
				out[page-1] = strconv.Itoa(n)
			}
		}
	}
	return out
}

// isRunning reports whether a paragraph is a running line with a number, or a
// number alone. Where a report has such lines its labels stand in them.
func isRunning(p para) bool {
	return p.drop == dropFooter && p.edge && edgeNumber.MatchString(p.text)
}

// offset returns by how much physical pages run ahead of the numbers printed
// on them; ok is false when fewer than two pages, or a third, agree.
func offset(numbers [][]int) (by int, ok bool) {
	votes := map[int]int{}
	for page, ns := range numbers {
		seen := map[int]bool{}
		for _, n := range ns {
			if d := page - n; n > 0 && !seen[d] {
				seen[d] = true
				votes[d]++
			}
		}
	}
	best := 0
	for d, n := range votes {
		// Of equals the pages that count from 1.
		if n > best || n == best && abs(d) < abs(by) || n == best && abs(d) == abs(by) && d < by {
			best, by = n, d
		}
	}
	return by, best >= 2 && best*3 >= len(numbers)-1
}

func abs(n int) int { return max(n, -n) }

// isPageLabel reports whether a line at the edge of a page is its number alone.
func isPageLabel(s string) bool {
	return pageLabel.MatchString(s) || roman.MatchString(strings.TrimSpace(s))
}
