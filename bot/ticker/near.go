package ticker

import (
	"regexp"
	"slices"
	"strings"

	"reportbot/ingest/security"
)

// nearest returns the covered securities whose names or codes are most like
// the words, best first.
func (b *book) nearest(words string) []*listing {
	type near struct {
		*listing
		like float64
	}
	var all []near
	name := security.Name(words)
	for i := range b.listings {
		l := &b.listings[i]
		if l.reports == 0 {
			continue
		}
		best, least := 0.0, leastAlike
		if digits.MatchString(name) {
			least = leastAlikeCode
		}
		number, _, _ := strings.Cut(strings.ToLower(l.Code), ".")
		for _, n := range append([]string{number}, l.names...) {
			best = max(best, alike(name, n))
		}
		if best >= least {
			all = append(all, near{l, best})
		}
	}
	slices.SortStableFunc(all, func(a, b near) int {
		switch {
		case a.like > b.like:
			return -1
		case a.like < b.like:
			return 1
		}
		return strings.Compare(b.last, a.last)
	})
	var out []*listing
	for _, n := range all[:min(len(all), mostNearest)] {
		out = append(out, n.listing)
	}
	return out
}

// What counts as near: half of the characters of a name stand alike, all but
// one digit of a code.
const (
	leastAlike     = 0.5
	leastAlikeCode = 0.8
	mostNearest    = 5
)

var digits = regexp.MustCompile(`^[\d.]+$`)

// alike is one less the share of characters that must be changed to make b of
// a (Levenshtein), 1 for equal words.
func alike(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	if len(x) == 0 || len(y) == 0 || len(x) > 40 || len(y) > 40 {
		return 0
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range y {
			cost := diagonal
			if r != s {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return 1 - float64(row[len(y)])/float64(max(len(x), len(y)))
}
