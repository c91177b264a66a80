package ticker

import (
	"regexp"
	"slices"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
)

var (
	// 999230SZ: an exchange without the point
	glued = regexp.MustCompile(`^(\d{4,6})(sz|sh|ss|bj|hk)$`)
	// 700 HK Equity, as one terminal has it
	terminal = regexp.MustCompile(` (?:equity|index)$`)
	// 002230.XSHE, as ISO 10383 calls exchanges, and SZSE.002230
	mic   = regexp.MustCompile(`^([0-9a-z]{1,6})\.(xshe|xshg|xbse|xhkg|xnas|xnys)$`)
	venue = regexp.MustCompile(`^(szse|shse|sse|bse|hkex|sehk)[.:] ?(\d{1,6})$`)
	mics  = map[string]string{"xshe": "sz", "xshg": "sh", "xbse": "bj", "xhkg": "hk", "xnas": "us", "xnys": "us",
		"szse": "sz", "shse": "sh", "sse": "sh", "bse": "bj", "hkex": "hk", "sehk": "hk"}
	spacedDigits = regexp.MustCompile(`^\d{1,5}( \d{1,5})+$`)
	// a code with its exchange, whatever that is
	exchanged = regexp.MustCompile(`^([0-9a-z]{1,6})\.([a-z]{1,2})$`)
	delisted  = regexp.MustCompile(`^退市|退市?$`)
)

// exact returns every security that folded words are all of a code or name of;
// sure is true when they are a code. A name may be that of several listings.
func (b *book) exact(words string) (out []*listing, sure bool) {
	words = codeForm(words)
	if out = b.byCode(words); len(out) > 0 {
		return out, true
	}
	name := security.Name(words)
	if name == "" {
		return nil, false
	}
	for i := range b.listings {
		if slices.Contains(b.listings[i].names, name) {
			out = append(out, &b.listings[i])
		}
	}
	if s, ok := b.directory.Lookup(words); ok && !slices.ContainsFunc(out, func(l *listing) bool { return keyOf(l.Security) == keyOf(s) }) {
		if l := b.lookup(s); l != nil {
			out = append(out, l)
		}
	}
	out = b.best(out, name)
	if len(out) == 1 && out[0].Name != "" { // 招行 is a name of both listings
		first := out[0]
		for i := range b.listings {
			if l := &b.listings[i]; l != first && security.Name(l.Name) == security.Name(first.Name) {
				out = append(out, l)
			}
		}
	}
	return oneCompany(out), false
}

// codeForm brings what terminals and libraries write to forms that
// security.Canonical knows.
func codeForm(words string) string {
	words = strings.TrimPrefix(terminal.ReplaceAllString(words, ""), "$")
	words = strings.ReplaceAll(words, "/ ", " ") // BP/ LN
	if m := glued.FindStringSubmatch(words); m != nil {
		return m[1] + "." + m[2]
	}
	if m := mic.FindStringSubmatch(words); m != nil {
		return m[1] + "." + mics[m[2]]
	}
	if m := venue.FindStringSubmatch(words); m != nil {
		return m[2] + "." + mics[m[1]]
	}
	if spacedDigits.MatchString(words) {
		return strings.ReplaceAll(words, " ", "")
	}
	return words
}

// best leaves of several securities called so those whose official name it is,
// if it is that of any.
func (b *book) best(in []*listing, name string) []*listing {
	var official []*listing
	for _, l := range in {
		if security.Name(l.Name) == name {
			official = append(official, l)
		}
	}
	if len(official) > 0 {
		return official
	}
	return in
}

// oneCompany leaves the one of several listings of a company, which have one
// name, that reports cover. Otherwise all stay: their prices are in different
// money.
func oneCompany(in []*listing) []*listing {
	if len(in) < 2 || slices.ContainsFunc(in, func(l *listing) bool { return security.Name(l.Name) != security.Name(in[0].Name) }) {
		return in
	}
	covered := slices.DeleteFunc(slices.Clone(in), func(l *listing) bool { return l.reports == 0 })
	if len(covered) == 1 {
		return covered
	}
	return in
}

// byCode returns the securities with a code in any form; a number without its
// exchange may be that of several.
func (b *book) byCode(words string) []*listing {
	canonical, ok := security.Canonical(words)
	if ok {
		if l := b.lookup(report.Security{Code: canonical}); l != nil {
			return []*listing{l}
		}
	}
	if !bare.MatchString(words) {
		return nil
	}
	var out []*listing
	for i := range b.listings {
		number, market, _ := strings.Cut(strings.ToLower(b.listings[i].Code), ".")
		if number != "" && (number == words || market == "hk" && short.MatchString(words) && strings.TrimLeft(number, "0") == strings.TrimLeft(words, "0")) {
			out = append(out, &b.listings[i])
		}
	}
	return out
}

// short is how people write the five digits of Hong Kong: 700, 0700, not 002.
var short = regexp.MustCompile(`^(?:[1-9]\d{0,3}|0\d{3})$`)

// bare is what a code without its exchange may be.
var bare = regexp.MustCompile(`^(?:\d{1,6}|[a-z]{1,5}|[0-9a-z]{4,6})$`)

// elsewhere returns the securities that have the number of a code at another
// exchange.
func (b *book) elsewhere(words string) []*listing {
	canonical, ok := security.Canonical(words)
	m := exchanged.FindStringSubmatch(strings.ToLower(canonical))
	if !ok || m == nil {
		if m = exchanged.FindStringSubmatch(words); m == nil {
			return nil
		}
	}
	if !bare.MatchString(m[1]) {
		return nil
	}
	return b.byCode(m[1])
}

// holding returns the securities of which a name holds the words, covered ones
// first, if the words begin one: 储能 or 半导体 only ends names, and is no
// company. Latin words must begin one of the name's.
func (b *book) holding(words string) []*listing {
	name := security.Name(words)
	runes := []rune(name)
	latin := !strings.ContainsFunc(name, text.IsHan)
	if len(runes) < 2 || latin && (len(runes) < 3 || !strings.ContainsFunc(name, letter)) {
		return nil
	}
	var covered, others []*listing
	begins := false
	for i := range b.listings {
		l := &b.listings[i]
		if !slices.ContainsFunc(l.names, func(n string) bool {
			at := strings.Index(n, name)
			begins = begins || at == 0
			return at == 0 || at > 0 && (!latin || n[at-1] == ' ')
		}) {
			continue
		}
		if l.reports > 0 {
			covered = append(covered, l)
		} else {
			others = append(others, l)
		}
	}
	if !begins {
		return nil
	}
	return append(covered, others...)
}

func letter(r rune) bool { return r >= 'a' && r <= 'z' }
