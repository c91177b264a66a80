package slacktest

import (
	"encoding/json"
	"strings"

	"golang.org/x/text/width"
)

// columns are what a line of a screen holds; a Han character takes two.
const columns = 100

// frame writes the first line, an author, and the others under it, wrapped,
// with an empty line behind.
func frame(lines []string, indent string) string {
	var b strings.Builder
	for i, l := range lines {
		in := indent
		if i > 0 {
			in += "  "
		}
		for _, part := range wrap(l, columns-len(in)) {
			b.WriteString(strings.TrimRight(in+part, " ") + "\n")
		}
	}
	return b.String() + "\n"
}

// wrap cuts a line where a screen would: behind a blank where there is one.
func wrap(s string, most int) []string {
	var out []string
	for widthOf(s) > most {
		n, at, blank := 0, 0, 0
		for i, r := range s {
			if n += wide(r); n > most {
				break
			}
			if at = i + len(string(r)); r == ' ' {
				blank = at
			}
		}
		if blank > at/2 {
			at = blank
		}
		out, s = append(out, strings.TrimRight(s[:at], " ")), s[at:]
	}
	return append(out, s)
}

func widthOf(s string) int {
	n := 0
	for _, r := range s {
		n += wide(r)
	}
	return n
}

// wide is how many columns a character takes. Those of ambiguous width, such
// as “ and ·, are counted as one.
func wide(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// promptsOf are suggested prompts as they read.
func promptsOf(raw string) []string {
	var all []struct{ Title string }
	var out []string
	if json.Unmarshal([]byte(raw), &all) != nil {
		return nil
	}
	for _, p := range all {
		out = append(out, "( "+p.Title+" )")
	}
	return out
}
