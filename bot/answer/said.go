package answer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"reportbot/bot/answer/check"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// said is one sentence of a model with the numbers it cites.
type said struct {
	text  string
	marks []int
}

var marker = regexp.MustCompile(`\s*[\[【［]\s*(\d{1,2}(?:\s*[,，、;；]\s*\d{1,2})*)\s*[\]】］]`)

// markAfter is a marker that stands after the full stop of its sentence.
var markAfter = regexp.MustCompile(`([。！？；.!?;])((?:\s*[\[【［]\s*\d{1,2}(?:\s*[,，、;；]\s*\d{1,2})*\s*[\]】］])+)`)

// sentences cuts a model's reply into sentences with their markers; a marker
// after the full stop belongs to the sentence before it.
func sentences(s string) []said {
	s = markAfter.ReplaceAllString(s, "$2$1")
	var out []said
	for _, span := range text.Sentences(s) {
		piece := s[span.From:span.To]
		var one said
		for _, m := range marker.FindAllStringSubmatch(piece, -1) {
			for _, d := range strings.FieldsFunc(m[1], func(r rune) bool { return r < '0' || r > '9' }) {
				if n, err := strconv.Atoi(d); err == nil {
					one.marks = append(one.marks, n)
				}
			}
		}
		one.text = strings.TrimSpace(strings.TrimLeft(marker.ReplaceAllString(piece, ""), "-*•# "))
		if hasWords(one.text) {
			out = append(out, one)
		}
	}
	return out
}

func hasWords(s string) bool {
	n := 0
	for range text.Tokens(text.Fold(s)) {
		n++
	}
	return n >= 2
}

// within returns the indexes of the cited passages, of n that were sent.
func (s said) within(n int) []int {
	var cited []int
	for _, m := range s.marks {
		if m >= 1 && m <= n && !slices.Contains(cited, m-1) {
			cited = append(cited, m-1)
		}
	}
	return cited
}

// check holds a sentence against the cited passages.
func (a *Answerer) check(sentence string, cited []int, sent []retrieval.Hit) check.Verdict {
	sources := make([]check.Source, len(cited))
	for i, k := range cited {
		sources[i] = check.Source{Header: sourceLine(sent[k].Report, &sent[k].Passage), Text: sent[k].Passage.Text}
	}
	return a.checker.Sentence(sentence, sources)
}
