package check

import (
	"strings"
	"unicode/utf8"

	"reportbot/ingest/text"
)

// words are the tokens by which two stretches of text are compared: Han
// bigrams and Latin words, without function words and numbers.
type words map[text.Token]bool

func wordsOf(s string) words {
	out := words{}
	for t := range text.Tokens(s) {
		if k := t.Kind(); (k == text.HanBigram || k == text.LatinWord) && !t.Glue() {
			out[t] = true
		}
	}
	return out
}

// in is the share of w that stands in v; 0 of nothing.
func (w words) in(v words) float64 {
	if len(w) == 0 {
		return 0
	}
	n := 0
	for t := range w {
		if v[t] {
			n++
		}
	}
	return float64(n) / float64(len(w))
}

// blanked puts blanks in the place of figures, of as many bytes and characters.
func blanked(s string, figures []figure) string {
	var b strings.Builder
	at := 0
	for _, f := range figures {
		if f.from < at {
			continue
		}
		b.WriteString(s[at:f.from])
		for _, r := range s[f.from:f.to] {
			switch utf8.RuneLen(r) {
			case 1:
				b.WriteByte(' ')
			case 3:
				b.WriteRune('\u3000')
			default:
				b.WriteRune(r)
			}
		}
		at = f.to
	}
	return b.String() + s[at:]
}

// around are the words within so many characters before and after the bytes
// from to to of s, and not beyond a stop.
func around(s string, from, to, before, after int, stops string) words {
	start := from
	for ; before > 0 && start > 0; before-- {
		r, n := utf8.DecodeLastRuneInString(s[:start])
		if strings.ContainsRune(stops, r) {
			break
		}
		start -= n
	}
	end := to
	for ; after > 0 && end < len(s); after-- {
		r, n := utf8.DecodeRuneInString(s[end:])
		if strings.ContainsRune(stops, r) {
			break
		}
		end += n
	}
	out := wordsOf(synonyms.Replace(s[start:from]))
	for t := range wordsOf(synonyms.Replace(s[to:end])) {
		out[t] = true
	}
	return out
}

// Where a context ends.
const (
	sentenceStops = "。！？!?;；\n"
	clauseStops   = sentenceStops + ",，、"
)
