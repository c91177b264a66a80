package text

import "strings"

// Language is the language somebody writes in: "zh" where Han characters are
// more than the Latin words, else "en". Chinese questions name FarSail and
// English ones 星河智能.
func Language(s string) string {
	han, words, inside := 0, 0, false
	for _, r := range s {
		latin := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || inside && (r == '\'' || r >= '0' && r <= '9')
		switch {
		case IsHan(r):
			han++
		case latin && !inside:
			words++
		}
		inside = latin
	}
	if han > words || han > 0 && !strings.ContainsFunc(s, func(r rune) bool { return r == ' ' }) {
		return "zh"
	}
	return "en"
}
