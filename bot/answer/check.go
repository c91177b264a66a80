package answer

import (
	"regexp"
	"strconv"
	"strings"

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

// coverage is the share of a claim's words that its passages must hold:
// 0.45 keeps 86.5 % of right answers, measured on 561 answers over company
// reports.
const coverage = 0.45

var digits = regexp.MustCompile(`\d+(?:\.\d+)?`)

// supported reports whether the cited passages bear the claim: enough of
// its words and every one of its numbers stand in them. This stops invented
// figures and foreign sentences; a flipped direction or a swapped number of
// the same passage passes.
func supported(claim string, cited []int, sent []retrieval.Hit) bool {
	var all strings.Builder
	for _, k := range cited {
		all.WriteString(sourceLine(sent[k].Report, &sent[k].Passage) + "\n" + sent[k].Passage.Text + "\n")
	}
	source := text.Fold(all.String())
	have := map[text.Token]bool{}
	for t := range text.Tokens(source) {
		have[t] = true
	}
	folded := text.Fold(claim)
	in, n := 0, 0
	for t := range text.Tokens(folded) {
		if t.Kind() == text.HanChar {
			continue
		}
		n++
		if have[t] {
			in++
		}
	}
	if n == 0 || float64(in) < coverage*float64(n) {
		return false
	}
	numbers := map[string]bool{}
	for _, d := range digits.FindAllString(source, -1) {
		numbers[d] = true
	}
	for _, d := range digits.FindAllString(folded, -1) {
		if !numbers[d] {
			return false
		}
	}
	return true
}
