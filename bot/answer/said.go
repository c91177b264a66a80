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
	text  string // without markers and marks of formatting
	marks []int
	raw   string // as the model wrote it
}

// A marker is one or more numbers in brackets; models write them in many ways.
const (
	oneMark  = `(?:\^|资料|编号|来源|(?i:passage|source))?\s*\d{1,3}(?:†[^\[\]【】［］\n]{0,24})?`
	markerRE = `[\[【［]\s*` + oneMark + `(?:\s*[,，、;；~–-]\s*` + oneMark + `)*\s*[\]】］]`
)

var (
	marker = regexp.MustCompile(`\s*` + markerRE)
	// markAfter is a marker that stands after the full stop of its sentence.
	markAfter = regexp.MustCompile(`([。！？；.!?;])((?:\s*` + markerRE + `)+)`)
	dagger    = regexp.MustCompile(`†[^,，、;；\]】］]*`)
	markRange = regexp.MustCompile(`(\d{1,3})\s*[~–-]\s*\D*(\d{1,3})`)
	digits    = regexp.MustCompile(`\d+`)
)

// parse takes the markers out of a sentence.
func parse(piece string) said {
	one := said{raw: piece}
	piece = link.ReplaceAllStringFunc(piece, unlinked)
	for _, m := range marker.FindAllString(piece, -1) {
		one.marks = append(one.marks, numbers(m)...)
	}
	one.text = unmarked(strings.TrimSpace(plain(marker.ReplaceAllString(piece, ""))))
	return one
}

// numbers reads those of a marker, [1-3] being three.
func numbers(m string) []int {
	m = dagger.ReplaceAllString(m, "")
	var out []int
	for _, r := range markRange.FindAllStringSubmatch(m, -1) {
		from, _ := strconv.Atoi(r[1]) // at most three digits
		to, _ := strconv.Atoi(r[2])
		for n := from; n <= to && n < from+10; n++ {
			out = append(out, n)
		}
	}
	for _, d := range digits.FindAllString(m, -1) {
		if n, err := strconv.Atoi(d); err == nil && !slices.Contains(out, n) {
			out = append(out, n)
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
