package bot

import (
	"regexp"
	"strings"
	"unicode"
)

// secrets are the shapes of Slack's tokens and of the keys of model servers.
var secrets = regexp.MustCompile(`\b(?:xox[a-z]|xapp|sk)-[A-Za-z0-9_-]{8,}`)

// Hide takes tokens and keys out of a text that people write: somebody pastes
// one into a question, and it must not be kept, searched for or sent on. A name
// that begins like a key, such as sk-hynix, stays.
func Hide(s string) string {
	return secrets.ReplaceAllStringFunc(s, func(t string) string {
		if strings.HasPrefix(t, "sk-") && !(strings.ContainsFunc(t[3:], unicode.IsDigit) && strings.ContainsFunc(t, unicode.IsUpper) && len(t) >= 20) {
			return t
		}
		return "[secret]"
	})
}
