package answer

import (
	_ "embed"
	"slices"
	"strings"

	"reportbot/ingest/text"
)

//go:embed cues.txt
var cueLines string

// cue is a thing that texts give in other words than those it is asked by.
type cue struct{ asked, says []string }

// cues are the lines of cues.txt, folded.
var cues = readCues(cueLines)

func readCues(s string) []cue {
	var out []cue
	for line := range strings.Lines(s) {
		asked, says, ok := strings.Cut(strings.TrimSpace(line), ":")
		if ok && !strings.HasPrefix(line, "#") {
			out = append(out, cue{foldedWords(asked), foldedWords(says)})
		}
	}
	return out
}

// foldedWords folds what stands between the commas.
func foldedWords(s string) []string {
	words := strings.Split(s, ",")
	for i, w := range words {
		words[i] = text.Fold(strings.TrimSpace(w))
	}
	return words
}

// cued returns the words of the question that texts say differently, and what
// they say; "" when there are none.
func cued(folded string) (asked string, says []string) {
	for _, c := range cues {
		for _, a := range c.asked {
			if len(a) > len(asked) && text.HasWord(folded, a) {
				asked, says = a, c.says
			}
		}
	}
	return asked, says
}

// saysCue reports whether a folded text gives what is asked for in words of
// its own.
func (q *question) saysCue(folded string) bool {
	return slices.ContainsFunc(q.says, func(w string) bool { return text.HasWord(folded, w) })
}
