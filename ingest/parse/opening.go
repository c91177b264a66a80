package parse

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// opening is an expression for how a line begins, with the characters that a
// match can begin with: nearly every line begins with another one, which is
// found out in a hundredth of the time.
type opening struct {
	first string
	re    *regexp.Regexp
}

func newOpening(first, expr string) opening { return opening{first, regexp.MustCompile(expr)} }

// MatchString reports whether s begins so.
func (o opening) MatchString(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune(o.first, r) && o.re.MatchString(s)
}

// isContentsLine reports whether s is a line of contents with its leaders. It
// ends in a number, as few lines do.
func isContentsLine(s string) bool {
	end := strings.TrimRight(s, "-–—\t\n\f\r ")
	return end != "" && end[len(end)-1] >= '0' && end[len(end)-1] <= '9' && contentsLine.MatchString(s)
}
