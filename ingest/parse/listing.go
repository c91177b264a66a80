package parse

import (
	"strings"

	"reportbot/ingest/text"
)

// listing is what the contents promise. Headings are found in it by their
// words: going through all entries for each line made a file of ten thousand of
// both a matter of minutes.
type listing struct {
	entries      []entry
	numbers      []string         // of the entries, folded
	titles       map[string][]int // masked title -> entries, ascending
	found        []bool           // entry i has been located
	located      int              // how many have been
	listed       bool             // the contents have been passed
	namesNumbers bool             // a top heading is numbered with digits
	digitsFirst  bool             // the first numbered heading is numbered 1
}

const (
	titleLeast = 12   // bytes a promised title needs for a longer line to be its heading
	titleOver  = 10   // bytes by which such a line may not be longer
	titlesMost = 1000 // entries with one title that are tried
)

func newListing(entries []entry) listing {
	l := listing{entries: entries, found: make([]bool, len(entries)), titles: map[string][]int{}}
	numbered := false
	for i, e := range entries {
		l.numbers = append(l.numbers, text.Fold(e.number))
		if t := masked(e.title); t != "" {
			l.titles[t] = append(l.titles[t], i)
		}
		l.namesNumbers = l.namesNumbers || e.level == 1 && e.number != "" && !isHan(e.number)
		if e.number != "" && !numbered {
			numbered, l.digitsFirst = true, e.number == "1"
		}
	}
	return l
}

// promised returns the first entry not yet found whose heading line s of a page
// can be. What stands before the contents or the promised page only repeats
// it, as key points do.
func (l *listing) promised(s string, page int) (index int, ok bool) {
	if !l.listed || l.located == len(l.entries) {
		return 0, false
	}
	number, title, _ := splitNumber(strings.TrimSpace(s))
	number, title = text.Fold(number), masked(title)
	best := len(l.entries)
	for over := 0; over < min(titleOver, len(title)) && (over == 0 || len(title)-over >= titleLeast); over++ {
		name := title[:len(title)-over]
		open := l.titles[name]
		for len(open) > 0 && l.found[open[0]] {
			open = open[1:]
		}
		if len(open) < len(l.titles[name]) {
			l.titles[name] = open
		}
		for _, i := range open[:min(len(open), titlesMost)] {
			if i >= best {
				break
			}
			if !l.found[i] && (page == 0 || page >= l.entries[i].page) && (number == "" || l.numbers[i] == "" || number == l.numbers[i]) {
				best = i
			}
		}
	}
	return best, best < len(l.entries)
}
