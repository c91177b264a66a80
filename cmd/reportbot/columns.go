package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// columns is how many columns of a terminal s takes: a Han character two.
// text/tabwriter counts characters, which tears Chinese tables apart.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n++
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n++
		}
	}
	return n
}

// cut shortens s to n columns with … at its end.
func cut(s string, n int) string {
	if columns(s) <= n {
		return s
	}
	r := []rune(s)
	for columns(string(r))+1 > n {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

// printable is s on one line of a terminal: names of files may hold line
// breaks and the codes that move cursors, swap the direction of writing or
// change the window's title.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return '?'
		}
		return r
	}, s)
}

// table writes rows of equal length in aligned columns, two blanks apart.
func table(w io.Writer, rows [][]string) error {
	var widest []int
	for _, row := range rows {
		for i := range row {
			row[i] = printable(row[i])
			if i == len(widest) {
				widest = append(widest, 0)
			}
			widest[i] = max(widest[i], columns(row[i]))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell + strings.Repeat(" ", widest[i]-columns(cell)+2))
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

// status is a line on a terminal that the next one replaces. Where there is
// no terminal nothing is shown.
type status struct {
	w  io.Writer
	on bool
}

func newStatus(w io.Writer) status { return status{w, terminal(w)} }

// statusColumns fits the narrowest usual window: a line that wraps would not
// be wiped whole.
const statusColumns = 78

func (s status) show(line string) {
	if s.on {
		fmt.Fprint(s.w, "\r\x1b[K"+cut(printable(line), statusColumns))
	}
}

func (s status) wipe() {
	if s.on {
		fmt.Fprint(s.w, "\r\x1b[K")
	}
}

// say prints a line that stays.
func (s status) say(line string) {
	s.wipe()
	fmt.Fprintln(s.w, printable(line))
}
