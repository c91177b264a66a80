package security

import (
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"reportbot/ingest/report"
)

// find is a code with the name that one place gives it.
type find struct {
	at         int
	name, code string
	form       int  // which expression found it; earlier ones are surer
	second     bool // the code follows another of the same company
}

// Harvest returns the name-code pairs a text states, in the order of their
// first mention, codes in canonical form. A code that stands without a name
// is returned with an empty one. Six bare digits in brackets count only after
// what can be a name, and if no exchange allots such codes only when the text
// prints them twice or the name often, or on a line of their own.
func Harvest(s string) []report.Security {
	s = norm.NFKC.String(s)
	in := &searched{text: s, left: searchesMost}
	var all []find
	from := 0
	for l := range strings.SplitSeq(s, "\n") {
		if mayHold(l) {
			all = append(all, harvestLine(in, from, l)...)
		}
		from += len(l) + 1
	}
	return merge(all)
}

// mayHold reports whether a line can hold a code: four digits in a row, a
// point or colon before a capital, or a blank between a capital or digit and a
// capital. Most lines cannot, and the expressions are slow.
func mayHold(line string) bool {
	digits := 0
	for i := range len(line) {
		c := line[i]
		switch {
		case '0' <= c && c <= '9':
			if digits++; digits == 4 || i > 2 && line[i-1] == ' ' && line[i-2] == ':' && 'A' <= line[i-3] && line[i-3] <= 'Z' {
				return true // the last: SEHK: 700
			}
			continue
		case 'A' <= c && c <= 'Z' && i > 0 && strings.IndexByte(".:", line[i-1]) >= 0,
			'A' <= c && c <= 'Z' && i > 1 && line[i-1] == ' ' && (strings.IndexByte(".:", line[i-2]) >= 0 || '0' <= line[i-2] && line[i-2] <= 'Z'):
			return true
		}
		digits = 0
	}
	return false
}

// harvestLine returns what the line at byte base says of codes.
func harvestLine(s *searched, base int, line string) []find {
	var out []find
	add := func(form, at int, rawName, rawCode string) bool {
		f, ok := reading(s, base+at, rawName, rawCode)
		if f.form = form; ok {
			out = append(out, f)
		}
		return ok
	}
	for _, m := range stated.FindAllStringSubmatchIndex(line, -1) {
		add(0, m[2], line[m[4]:m[5]], line[m[2]:m[3]])
	}
	for _, m := range named.FindAllStringSubmatchIndex(line, -1) {
		if add(1, m[4], line[m[2]:m[3]], line[m[4]:m[5]]) {
			if f, ok := twin(s, out[len(out)-1], base+m[5], line[m[5]:]); ok {
				out = append(out, f)
			}
		}
	}
	for _, m := range coded.FindAllStringSubmatchIndex(line, -1) {
		add(2, m[2], line[m[4]:m[5]], line[m[2]:m[3]])
	}
	for _, m := range trailing.FindAllStringSubmatchIndex(line, -1) {
		add(3, m[4], line[m[2]:m[3]], line[m[4]:m[5]])
	}
	for _, m := range alone.FindAllStringSubmatchIndex(line, -1) {
		add(4, m[2], "", line[m[2]:m[3]])
	}
	for _, m := range labelled.FindAllStringSubmatchIndex(line, -1) {
		raw := line[m[2]:m[3]]
		switch {
		case len(raw) == 5 && allDigits(raw):
			raw += ".HK"
		case digits6.MatchString(raw): // the label says that these are a code
			raw += "." + exchange(raw)
		}
		add(4, m[2], "", raw)
	}
	return out
}

// twin is the second listing that follows f in the same brackets at rest. It
// must be of another market: two codes of one exchange are two companies.
func twin(s *searched, f find, at int, rest string) (find, bool) {
	m := second.FindStringSubmatchIndex(rest)
	if m == nil {
		return f, false
	}
	other, ok := reading(s, at+m[2], f.name, rest[m[2]:m[3]])
	if !ok || mainland(f.code) == mainland(other.code) {
		return f, false
	}
	other.form, other.second = f.form, true
	return other, true
}

// reading is what one place says of a code, with ok false when that is none.
func reading(s *searched, at int, rawName, rawCode string) (find, bool) {
	f := find{at: at, name: tidyName(rawName)}
	if where, number, ok := strings.Cut(rawCode, ":"); ok && exchanges[strings.TrimSpace(where)] != "" {
		rawCode = strings.TrimSpace(number) + "." + exchanges[strings.TrimSpace(where)]
	}
	code, ok := Canonical(rawCode)
	if digits6.MatchString(rawCode) {
		if !bearsCode(rawName, f.name, rawCode) {
			return find{}, false
		}
		if !ok { // funds and others no exchange is known for
			code, ok = rawCode, onShortLine(s.text, at) || s.often(rawCode, 2) || s.often(f.name, 3)
		}
	}
	f.code = code
	return f, ok
}

// bearsCode reports whether six digits in brackets after a name can be the
// code of a company so called. They are as often a count, a postcode, a
// telephone number or a month.
func bearsCode(raw, name, digits string) bool {
	if name == "" || len([]rune(name)) > 8 || !hasHan(name) || counted.MatchString(name) || addressed.MatchString(strings.TrimSpace(raw)) || dateLike.MatchString(digits) {
		return false
	}
	// The numbers of B shares are those of Shanghai's postcodes; their names say B.
	shareB := strings.HasPrefix(digits, "200") || strings.HasPrefix(digits, "900")
	return !shareB || strings.HasSuffix(strings.TrimSuffix(name, "股"), "B")
}

// shortLine is the number of characters below which a line is hardly more than
// a name and its code.
const shortLine = 20

// onShortLine reports whether the line around s[at] is short. It looks no
// farther than a short line can reach: a file may be one line.
func onShortLine(s string, at int) bool {
	const reach = 20 * shortLine // bytes, blanks at the ends included
	from := max(0, at-reach)
	if i := strings.LastIndexByte(s[from:at], '\n'); i >= 0 {
		from += i + 1
	} else if from > 0 {
		return false
	}
	line := s[from:min(len(s), at+reach)]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		line = line[:i]
	} else if at+reach < len(s) {
		return false
	}
	return utf8.RuneCountInString(strings.TrimSpace(line)) < shortLine
}

// searchesMost bounds how many names and numbers of a text are searched for in
// all of it. Reports of fifty pages have ten; a file of a hundred thousand took
// hours.
const searchesMost = 1000

// searched is a text in which names and numbers must come back.
type searched struct {
	text string
	left int // searches
}

// often reports whether the text holds part n times.
func (s *searched) often(part string, n int) bool {
	if s.left--; s.left < 0 {
		return false
	}
	for rest := s.text; n > 0; n-- {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	return true
}

// merge makes one security of the finds of a code. A word that stands beside
// several codes in one form, such as an industry in a table, names none of
// them; the name a surer form gave to one code is nobody else's.
func merge(all []find) []report.Security {
	type place struct {
		form int
		name string
	}
	codes := map[place]string{} // the code, "" for several
	for _, f := range all {
		if f.second {
			continue
		}
		c := place{f.form, f.name}
		if old, ok := codes[c]; !ok {
			codes[c] = f.code
		} else if old != f.code {
			codes[c] = ""
		}
	}
	at, name, taken := map[string]int{}, map[string]string{}, map[string]string{}
	for _, f := range all {
		if old, seen := at[f.code]; !seen || f.at < old {
			at[f.code] = f.at
		}
		if f.second {
			continue
		}
		if owner := taken[f.name]; f.name == "" || codes[place{f.form, f.name}] == "" || owner != "" && owner != f.code {
			continue
		}
		if old := name[f.code]; old == "" || len(f.name) < len(old) && strings.HasSuffix(old, f.name) {
			name[f.code], taken[f.name] = f.name, f.code
		}
	}
	for _, f := range all {
		if f.second && name[f.code] == "" {
			name[f.code] = f.name
		}
	}
	out := make([]report.Security, 0, len(at))
	for code := range at {
		out = append(out, report.Security{Code: code, Name: name[code]})
	}
	sort.Slice(out, func(i, j int) bool {
		if at[out[i].Code] != at[out[j].Code] {
			return at[out[i].Code] < at[out[j].Code]
		}
		return out[i].Code < out[j].Code
	})
	return out
}

// tidyName cuts what a sentence puts before a name: 建议关注科大讯飞 -> 科大讯飞.
func tidyName(s string) string {
	s = joined(strings.TrimSpace(s))
	if i := strings.LastIndexAny(s, "、，,:：；;。\t"); i >= 0 && !noName.MatchString(strings.TrimLeft(s[i:], ", ")) {
		s = strings.TrimLeft(s[i:], "、，,:：；;。\t ")
	}
	if hasHan(s) {
		if cut := leadWord.FindString(s); len([]rune(s[len(cut):])) >= 2 {
			s = s[len(cut):]
		}
		if fields := strings.Fields(s); len(fields) > 1 && hasHan(fields[len(fields)-1]) && len([]rune(fields[len(fields)-1])) > 2 {
			s = fields[len(fields)-1]
		}
		if len([]rune(s)) > 10 {
			return ""
		}
	}
	if noName.MatchString(s) || strings.IndexAny(s, "的在为是将已于") == 0 {
		return ""
	}
	return printed(s)
}

// joined is s without the blanks with which names of two or three characters
// are stretched: 五 粮 液, 万  科A.
func joined(s string) string {
	fields := strings.Fields(s)
	single := false
	for _, f := range fields {
		n := utf8.RuneCountInString(f)
		if n > 2 || !hasHan(f) {
			return s
		}
		single = single || n == 1
	}
	if !single {
		return s
	}
	return strings.Join(fields, "")
}
