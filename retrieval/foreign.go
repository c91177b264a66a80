package retrieval

import (
	"strings"
	"unicode"

	"reportbot/ingest/text"
)

// onlyWords is the note on hits that words alone found in reports of another
// language than the question's, "" where that is not so. A word list knows the
// commonest terms and no others, which whoever reads the answer should know.
func onlyWords(question string, hits []Hit) string {
	asked := text.Language(question)
	if words := strings.FieldsFunc(question, func(r rune) bool { return !unicode.IsLetter(r) }); asked == "en" && len(words) < 4 {
		return "" // a code, a ticker and EPS are of no language
	}
	if len(hits) == 0 || hits[0].Report.Language == "" || hits[0].Report.Language == asked {
		return ""
	}
	return "words alone were searched: the reports found are in another language than the question, and a list of terms translated it"
}
