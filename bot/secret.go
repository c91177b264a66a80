package bot

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// secrets are the shapes of Slack's tokens and of the keys of model servers.
	secrets = regexp.MustCompile(`\b(?:xox[a-z]|xapp|sk)-[A-Za-z0-9_-]{8,}`)
	// drawn is the part of a key that no word is.
	drawn = regexp.MustCompile(`[A-Za-z0-9]{12,}`)
)

// Hide takes tokens and keys out of a text that people write: somebody pastes
// one into a question, and it must not be kept, searched for or sent on. A name
// that begins like a key, such as sk-hynix-2026, stays: what is taken out of a
// question changes its answer.
func Hide(s string) string {
	return secrets.ReplaceAllStringFunc(s, func(t string) string {
		if strings.HasPrefix(t, "sk-") && !slices.ContainsFunc(drawn.FindAllString(t, -1), func(run string) bool { return strings.ContainsAny(run, "0123456789") }) {
			return t
		}
		return "[secret]"
	})
}
