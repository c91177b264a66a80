package answer

import (
	"strings"
	"unicode/utf8"

	"reportbot/ingest/text"
)

// statement is a sentence, or some of the parts of a long one between
// semicolons. Such parts mean little, or the opposite, without the label that
// they stand under: a share buyback is an upside risk.
type statement struct {
	text.Span
	label string // 上行风险：, Downside risks: where the words of the span lack it
	own   string // the same where the span begins with it
}

// How long, in characters, the parts of a sentence between semicolons stay
// together, and how long a label may be. English takes twice the characters
// for the same.
const (
	clauseMax = 130
	labelMax  = 24
)

func reach(s string, han int) int {
	if Language(s) == "en" {
		return 2 * han
	}
	return han
}

// statements are the sentences of s with short parts between semicolons joined
// again.
func statements(s string) []statement {
	var out []statement
	label := "" // of the enumeration that is open
	for _, span := range text.Sentences(s) {
		q := s[span.From:span.To]
		if n := len(out); n > 0 && open(s[out[n-1].From:out[n-1].To]) {
			if own := labelOf(q); own != "" { // 上行风险：a；下行风险：b
				label = own
			} else if whole := s[out[n-1].From:span.To]; utf8.RuneCountInString(whole) <= reach(whole, clauseMax) {
				out[n-1].To = span.To
				continue
			} else {
				out = append(out, statement{Span: span, label: label})
				continue
			}
		} else {
			label = labelOf(q)
		}
		out = append(out, statement{Span: span, own: label})
	}
	return out
}

// open reports whether s is not to be read alone: it ends in a semicolon or is
// the short heading of a list item ("4. 下调评级。").
func open(s string) bool {
	return strings.HasSuffix(s, "；") || strings.HasSuffix(s, ";") || listItem.MatchString(s) && utf8.RuneCountInString(s) < 16
}

// labelOf is the label with its colon that s begins with: 上行风险：, and both
// of 风险提示：上行风险：; "" for none.
func labelOf(s string) string {
	end := 0
	for {
		rest := s[end:]
		i := strings.IndexAny(rest, "：:")
		if i <= 0 || utf8.RuneCountInString(rest[:i]) > reach(rest[:i], labelMax) || strings.ContainsAny(rest[:i], "，,。；;！？!?") {
			return s[:end]
		}
		_, size := utf8.DecodeRuneInString(rest[i:])
		after := rest[i+size:]
		if after == "" || size == 1 && after[0] < utf8.RuneSelf && after[0] != ' ' { // 3:1
			return s[:end]
		}
		end += i + size
	}
}

// under shows words under the label that they stand under.
func under(label, words string) string {
	if label == "" {
		return words
	}
	if strings.HasSuffix(label, ":") {
		label += " "
	}
	return label + strings.TrimLeft(words, "•●■▪◆➢►✓-–— ")
}
