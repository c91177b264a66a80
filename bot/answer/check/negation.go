package check

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"reportbot/ingest/text"
)

var (
	// harmless holds a character of denial and denies nothing.
	harmless = regexp.MustCompile(`不断|不仅|不但|不超过|不超|不低于|不少于|不足|不同|不良|不动产|不锈钢|未来|未经审计|非经常性|非凡|非常|无论|无限售|无人|无线|无锡|无形|不含|非公开|非流通|非银|非金融|扣非|南非|非洲|非标|不确定|不一|差不多|是否|能否|not only|no\. ?\d`)
	denial   = regexp.MustCompile(`并未|没有|不存在|尚未|从未|未能|不能|不会|不再|不是|未|不|没|无|非|\b(?:not|no|never|without|cannot|hardly)\b|n't`)
	// what may stand between an English denial and what it denies, in order
	fillers = []string{"yet ", "currently ", "have ", "been ", "be ", "to ", "in ", "on ", "at ", "a ", "an ", "the ", "any "}
	// claims that change a fact by being there
	marked = []string{"首次", "首家", "首个", "维持", "唯一", "全部", "最大", "first", "only", "largest", "reiterate", "maintain"}
)

// denied finds a denial that the passages do not make of the same words, words
// that they only deny, or a first that they do not tell.
func denied(p *pair) (string, bool) {
	for _, w := range marked {
		if !p.tells(w) {
			return w, true
		}
	}
	claim, source := denying(p.claim), denying(p.source)
	ours, theirs := denials(claim), denials(source)
	for what := range ours {
		if theirs[what] == 0 {
			return what, true
		}
	}
	for what, n := range theirs {
		if (len(what) > 3 || latin(what[0])) && len(what) >= 3 && ours[what] == 0 && strings.Contains(claim, what) && strings.Count(source, what) == n {
			return what, true
		}
	}
	return "", false
}

// denying is s with its harmless words masked; of a longer text, only the lines
// that may deny something are looked at.
func denying(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		if mayDeny(line) {
			line = harmless.ReplaceAllString(line, "#")
		}
		b.WriteString(line)
	}
	return b.String()
}

func mayDeny(line string) bool {
	for _, w := range []string{"不", "未", "没", "无", "非", "否", "no", "never", "without", "hardly", "n't"} {
		if strings.Contains(line, w) {
			return true
		}
	}
	return false
}

// tells reports whether the passages have the word before words that follow it
// in the sentence too.
func (p *pair) tells(word string) bool {
	if !strings.Contains(p.claim, word) {
		return true
	}
	said := places(p.claim, word, "")
	if len(said) == 0 {
		return true
	}
	at := said[0]
	context := p.near(figure{from: at, to: at + len(word)}, 2, 10, clauseStops)
	for _, k := range places(p.source, word, "") {
		if len(context) == 0 || context.in(around(p.source, k, k+len(word), 8, 16, sentenceStops)) > 0 {
			return true
		}
	}
	return false
}

// denials counts what is denied in s: the two characters, or the word, after
// each denial.
func denials(s string) map[string]int {
	out := map[string]int{}
	for line := range strings.Lines(s) {
		if mayDeny(line) {
			denialsIn(line, out)
		}
	}
	return out
}

func denialsIn(s string, out map[string]int) {
	for _, m := range denial.FindAllStringIndex(s, -1) {
		rest := strings.TrimLeft(s[m[1]:], " ")
		for _, w := range fillers {
			rest = strings.TrimPrefix(rest, w)
		}
		end := 0
		for n := 0; end < len(rest); n++ {
			r, size := utf8.DecodeRuneInString(rest[end:])
			isLatin := r < utf8.RuneSelf && (latin(byte(r)) || r >= '0' && r <= '9')
			if !isLatin && n >= 2 || n > 0 && !isLatin && latin(rest[0]) {
				break
			}
			end += size
		}
		what := strings.TrimSpace(rest[:end])
		if len(what) > 4 && latin(what[0]) {
			for _, inflection := range []string{"ing", "ed", "s", "e"} {
				what = strings.TrimSuffix(what, inflection)
			}
		}
		if r, _ := utf8.DecodeRuneInString(what); text.IsHan(r) || unicode.IsLetter(r) || unicode.IsDigit(r) {
			out[what]++
		}
	}
}
