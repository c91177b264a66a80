package security

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// Mention is a security named in a text: its folded words and what they mean.
type Mention struct {
	report.Security
	Words  string
	Others []string // what else the company is called, folded; nil when nothing is known
}

// Find returns the known securities named in s, longest words first where
// names overlap, in the order they stand. A name that is also a common word
// counts only where it is all of s or has its code beside it.
func (d *Directory) Find(s string) []Mention { return d.find(s, false) }

// find is Find; a part of something longer is not all of a text.
func (d *Directory) find(s string, part bool) []Mention {
	f := finder{ix: d.index(), printed: s, s: text.Fold(s), part: part}
	for f.at < len(f.s) {
		if !f.next() {
			_, n := utf8.DecodeRuneInString(f.s[f.at:])
			f.at += n
		}
	}
	return f.out
}

// finder goes once through a text.
type finder struct {
	ix      *index
	printed string // as it came, with its capitals
	s       string // folded
	part    bool
	at      int
	shade   int // no name up to here counts: it is part of another phrase
	last    int // where the last mention ends
	out     []Mention
}

// next takes the longest mention that begins at f.at, if there is one.
func (f *finder) next() bool {
	rest := f.s[f.at:]
	end, best := 0, (*entry)(nil)
	f.ix.trie.walk(rest, func(n int, e *entry) {
		if e.kind == noCompany {
			f.shade = max(f.shade, f.at+n)
		} else if f.counts(e, f.at+n) {
			end, best = n, e
		}
	})
	if f.at+end <= f.shade {
		end, best = 0, nil
	}
	if n, e := f.code(f.at); n > end {
		end, best = n, e
	}
	if best == nil {
		return false
	}
	f.out = append(f.out, Mention{Security: best.security, Words: rest[:end], Others: best.others})
	f.at += end
	f.last = f.at
	return true
}

// counts reports whether the words from f.at to end are what e says and not a
// part of something else.
func (f *finder) counts(e *entry, end int) bool {
	if !whole(f.s, f.at, end) {
		return false
	}
	switch e.kind {
	case bareNumber:
		return f.alone(end)
	case ticker:
		return !ordinary[e.words] || strings.Contains(f.printed, strings.ToUpper(e.words))
	case strictName:
		return f.beside(e, end)
	case plainName:
		return !swallowed(f.s[end:]) && !addressPart(f.s, f.at, end) && (!ordinary[e.words] || capitalised(f.printed, e.words))
	}
	return true
}

// beside reports whether the name from f.at to end is all of the text or has
// its own code before or after it.
func (f *finder) beside(e *entry, end int) bool {
	if !f.part && f.at == 0 && end == len(f.s) {
		return true
	}
	const between = " (:[|/（【"
	if gap := strings.Trim(f.s[f.last:f.at], between+")]"); gap == "" && len(f.out) > 0 && f.out[len(f.out)-1].Code == e.security.Code {
		return true
	}
	after := end + len(f.s[end:]) - len(strings.TrimLeft(f.s[end:], between))
	if _, c := f.code(after); c != nil {
		return c.company == e.company
	}
	n := number(e.security.Code)
	return n != "" && strings.HasPrefix(f.s[after:], n) && whole(f.s, after, after+len(n))
}

// alone reports whether the digits from f.at to end are no part of a longer
// figure, a telephone number or an amount. Round numbers always may be one.
func (f *finder) alone(end int) bool {
	if strings.HasSuffix(f.s[:end], "000") || f.at > 0 && strings.IndexByte("-.$/", f.s[f.at-1]) >= 0 || strings.HasSuffix(f.s[:f.at], "¥") || strings.HasSuffix(f.s[:f.at], "€") {
		return false
	}
	rest := f.s[end:]
	if len(rest) > 1 && strings.IndexByte("-./", rest[0]) >= 0 && rest[1] >= '0' && rest[1] <= '9' {
		return false
	}
	r, n := utf8.DecodeRuneInString(strings.TrimLeft(rest, " "))
	if r == '股' { // 300750股 is an amount, 300750股价 is none
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, " ")[n:])
		return strings.ContainsRune("价票东权份", next)
	}
	return !strings.ContainsRune("万亿千百元人吨台辆套件家户份次页例亩%", r) || n == 0
}

// swallowed reports whether the words that follow a name make it a part of
// another: 中国银行业 and 上海银行间 are no banks, 中国银行业绩 is of one.
func swallowed(rest string) bool {
	if strings.HasPrefix(rest, "间") || strings.HasPrefix(rest, "体系") {
		return true
	}
	after, ok := strings.CutPrefix(rest, "业")
	r, _ := utf8.DecodeRuneInString(after)
	return ok && !strings.ContainsRune("绩务主已", r)
}

// addressPart reports whether the Latin word s[i:j] is a part of an address on
// the net.
func addressPart(s string, i, j int) bool {
	return i > 0 && alnum(s[i]) && strings.IndexByte("./@", s[i-1]) >= 0 ||
		j+1 < len(s) && alnum(s[j-1]) && s[j] == '.' && 'a' <= s[j+1] && s[j+1] <= 'z'
}

// capitalised reports whether the text prints the Latin words with a capital,
// as a name and not as a word.
func capitalised(printed, words string) bool {
	first, n := utf8.DecodeRuneInString(words)
	name := string(unicode.ToUpper(first)) + words[n:]
	return strings.Contains(printed, name) || strings.Contains(printed, strings.ToUpper(words))
}

// ordinary are English words that are also tickers or names of the shipped
// list, or tickers a user's list is likely to hold. In small letters they are
// words.
var ordinary = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`able ally alphabet amazon anta apple arch arm ball bank bill blue boom cars cash caterpillar
		chef chevron cisco coin core cost dash delta dish ease edit fast fill five flow fold food ford form free fund gold grab
		home hope info intel keys land life line live load love main mark meta micron mind news nice open oracle orange pack
		path pays peak play plus pool post quanta real ring road rock root safe sail seat sharp shell snap snow snowflake solo
		spot star sun target team test time tree trip true turn uber vale visa wave well west wolf work yeti zoom`) {
		out[w] = true
	}
	return out
}()

// whole reports whether s[i:j] is not a part of a longer Latin word or number.
func whole(s string, i, j int) bool {
	return !(i > 0 && alnum(s[i-1]) && alnum(s[i]) || j < len(s) && alnum(s[j-1]) && alnum(s[j]))
}

func alnum(b byte) bool { return b >= 'a' && b <= 'z' || b >= '0' && b <= '9' }

// code returns the length and meaning of the code that begins at i, in any of
// the forms Canonical knows; 0 and nil when there is none of a known company.
func (f *finder) code(i int) (int, *entry) {
	if i >= len(f.s) || !alnum(f.s[i]) || i > 0 && alnum(f.s[i-1]) {
		return 0, nil
	}
	first := word(f.s[i:])
	if first > 8 { // sz002230 is the longest
		return 0, nil
	}
	gap := i + first
	for gap < min(len(f.s), i+first+2) && strings.IndexByte(".:- ", f.s[gap]) >= 0 {
		gap++
	}
	end := gap + word(f.s[gap:])
	if end > gap && gap > i+first {
		if e := f.known(f.s[i:i+first], f.s[i:end], f.s[gap:end]); e != nil && (f.s[i+first:gap] != " " || f.spaced(i, first, end)) {
			return end - i, e
		}
	}
	if f.s[i] > '9' { // hk00700
		if e := f.known(f.s[i:min(i+2, i+first)], f.s[i:i+first], ""); e != nil {
			return first, e
		}
	}
	return 0, nil
}

// word is the length of the run of letters and digits that begins s.
func word(s string) int {
	n := 0
	for n < len(s) && alnum(s[n]) {
		n++
	}
	return n
}

// known returns the company with that code, which begins with first and ends
// with last. Canonical is slow: a code whose ends name no exchange does not
// get there.
func (f *finder) known(first, code, last string) *entry {
	first, last = strings.ToUpper(first), strings.ToUpper(last)
	if markets[last] == "" && markets[first] == "" && listings[first] == "" {
		return nil
	}
	c, ok := Canonical(code)
	if !ok {
		return nil
	}
	return f.ix.codes[c]
}

// spaced reports whether a code written with a blank, as terminals do, is one
// and no two words: 700 HK$ is an amount, "the US" a country.
func (f *finder) spaced(i, first, end int) bool {
	if end < len(f.s) && f.s[end] == '$' {
		return false
	}
	if strings.ContainsAny(f.s[i:i+first], "0123456789") {
		return true
	}
	next := strings.TrimLeft(f.s[end:], " ")
	follows := next != "" && next[0] >= 'a' && next[0] <= 'z'
	return !follows && strings.Contains(f.printed, strings.ToUpper(f.s[i:end]))
}
