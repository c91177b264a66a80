package eval

import (
	"strings"
	"unicode/utf8"

	"reportbot/bot/answer"
	"reportbot/ingest/text"
)

// tally adds up the answers to one type of question.
type tally struct {
	n, answered, inQuote, first   int
	f1                            float64
	sentences, chars, cited, gold int
	dangling                      int
	cites                         cited
}

func (t *tally) add(q query, a answer.Answer, relevant map[string]bool) {
	t.n++
	if a.Status != answer.Answered {
		return
	}
	t.answered++
	var quotes []string
	known := map[int]bool{}
	for _, c := range a.Citations {
		known[c.N] = true
		quotes = append(quotes, squeeze(c.Quote))
		t.chars += utf8.RuneCountInString(c.Quote)
		t.cited++
		if relevant[c.PassageID] {
			t.gold++
		}
	}
	t.sentences += len(a.Claims)
	for _, c := range a.Claims {
		for _, n := range c.Citations {
			if !known[n] {
				t.dangling++
			}
		}
	}
	if met(q.Answers, quotes) {
		t.inQuote++
	}
	if len(quotes) > 0 && holdsAny(quotes[0], q.Refs) {
		t.first++
	}
	t.f1 += f1(a, q.Refs)
}

func (t *tally) write(kind string, m map[string]float64) {
	name := func(s string) string { return strings.TrimPrefix(kind+"_"+s, "_") }
	share := func(a, b int) float64 { return float64(a) / max(float64(b), 1) }
	m[name("items")] = float64(t.n)
	m[name("answered")] = share(t.answered, t.n)
	m[name("sentences_per_answer")] = share(t.sentences, t.answered)
	m[name("quoted_chars")] = share(t.chars, t.answered)
	m[name("gold_citation_rate")] = share(t.gold, t.cited)
	m["dangling"] += float64(t.dangling)
	if kind == "multihop" || kind == "summary" {
		m[name("sentence_f1")] = t.f1 / float64(t.n)
		return
	}
	m[name("answer_in_quote")] = share(t.inQuote, t.n)
	if kind == "fact" {
		m[name("first_sentence_right")] = share(t.first, t.n)
	}
}

// squeeze is the form in which answers and quotes are compared: folded,
// without white space and the marks that end a sentence.
func squeeze(s string) string {
	return strings.TrimRight(strings.ReplaceAll(text.Fold(s), " ", ""), "。.!?;,、")
}

// met reports whether every group has an alternative inside one of the
// quotes.
func met(groups [][]string, quotes []string) bool {
	for _, g := range groups {
		found := false
		for _, alternative := range g {
			for _, q := range quotes {
				found = found || strings.Contains(q, squeeze(alternative))
			}
		}
		if !found {
			return false
		}
	}
	return len(groups) > 0
}

// holdsAny reports whether the quote holds one of the sentences.
func holdsAny(quote string, refs []string) bool {
	for _, r := range refs {
		if strings.Contains(quote, squeeze(r)) {
			return true
		}
	}
	return false
}

// f1 is the harmonic mean of precision and recall of the quoted sentences
// against the sentences that hold the answer.
func f1(a answer.Answer, refs []string) float64 {
	var quoted, wanted []string
	for _, c := range a.Citations {
		quoted = append(quoted, sentences(c.Quote)...)
	}
	for _, r := range refs {
		wanted = append(wanted, sentences(r)...)
	}
	right := 0
	for _, q := range quoted {
		for _, w := range wanted {
			if q == w {
				right++
				break
			}
		}
	}
	if right == 0 {
		return 0
	}
	p, r := float64(right)/float64(len(quoted)), float64(right)/float64(len(wanted))
	return 2 * p * r / (p + r)
}

func sentences(s string) []string {
	var out []string
	for _, span := range text.Sentences(s) {
		out = append(out, squeeze(s[span.From:span.To]))
	}
	return out
}
