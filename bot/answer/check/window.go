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
		switch t.Kind() {
		case text.HanBigram:
			if !t.Glue() {
				out[t] = true
			}
		case text.LatinWord:
			if first, ok := alike[t]; ok {
				t = first
			}
			if !empty[t] {
				out[t] = true
			}
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
// from to to of s, and not beyond a stop. A Latin word counts as two
// characters, so that a context holds as much in English as in Chinese.
func around(s string, from, to, before, after int, stops string) words {
	start, letters := from, false
	for start > 0 {
		r, n := utf8.DecodeLastRuneInString(s[:start])
		if strings.ContainsRune(stops, r) || r == '.' && s[start] == ' ' || !spend(&before, &letters, r) {
			break
		}
		start -= n
	}
	end := to
	letters = false
	for end < len(s) {
		r, n := utf8.DecodeRuneInString(s[end:])
		if strings.ContainsRune(stops, r) || r == '.' && strings.HasPrefix(s[end:], ". ") || !spend(&after, &letters, r) {
			break
		}
		end += n
	}
	left, right := s[start:from], s[to:end]
	if stops == clauseStops {
		left, right = left[beginning(left):], right[:ending(right)]
	}
	out := wordsOf(synonyms.Replace(left))
	for t := range wordsOf(synonyms.Replace(right)) {
		out[t] = true
	}
	return out
}

// links begin a clause of English as a comma does.
var links = []string{" and ", " but ", " while ", " whereas ", " versus ", " vs ", " vs. ", " against "}

// beginning is where the last clause of s begins, ending where its first ends.
func beginning(s string) int {
	at := 0
	for _, l := range links {
		if i := strings.LastIndex(s, l); i >= 0 {
			at = max(at, i+len(l))
		}
	}
	return at
}

func ending(s string) int {
	at := len(s)
	for _, l := range links {
		if i := strings.Index(s, l); i >= 0 {
			at = min(at, i)
		}
	}
	return at
}

// window is where a context of the passages lies.
type window struct {
	from, to, before, after int
	stops                   string
}

// context is around in the passages; each is made once, for the figures of a
// table are asked for by every figure of a sentence.
func (p *pair) context(from, to, before, after int, stops string) words {
	at := window{from, to, before, after, stops}
	w, ok := p.contexts[at]
	if !ok {
		w = around(p.beside, from, to, before, after, stops)
		p.contexts[at] = w
	}
	return w
}

// spend takes what r costs from budget, and tells whether it could: a letter
// costs when it begins a word, blanks are free.
func spend(budget *int, letters *bool, r rune) bool {
	inside := *letters
	*letters = r < utf8.RuneSelf && (latin(byte(r)) || digit(byte(r)))
	cost := 1
	switch {
	case r == ' ' || *letters && inside:
		return true
	case *letters:
		cost = 2
	}
	if *budget < cost {
		return false
	}
	*budget -= cost
	return true
}

// Where a context ends.
const (
	sentenceStops = "。！？!?;；\n"
	clauseStops   = sentenceStops + ",，、"
)

// whole are the bounds of the sentence of s that holds the bytes from to to.
func whole(s string, from, to int) (start, end int) {
	start = max(strings.LastIndexAny(s[:from], sentenceStops), strings.LastIndex(s[:from], ". ")) + 1
	end = len(s)
	if i := strings.IndexAny(s[to:], sentenceStops); i >= 0 {
		end = to + i
	}
	if i := strings.Index(s[to:end], ". "); i >= 0 {
		end = to + i
	}
	return start, end
}

// apart reports whether s holds the end of a sentence.
func apart(s string) bool { return strings.ContainsAny(s, sentenceStops) || strings.Contains(s, ". ") }
