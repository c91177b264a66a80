package security

import (
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// kind is what the words of an entry are.
type kind int

const (
	plainName  kind = iota
	strictName      // also a common word
	fullCode        // with the exchange
	bareNumber      // of five or six digits
	ticker          // of four letters or more
	noCompany       // a phrase that only holds a name
)

// entry is what some words mean.
type entry struct {
	kind     kind
	words    string
	company  *company
	security report.Security
	others   []string // the company's further names, folded
}

// index is a directory made ready for finding.
type index struct {
	words map[string]*entry
	codes map[string]*entry // by canonical code
	trie  *trie
}

// claim is a company's claim to some words.
type claim struct {
	company *company
	kind    kind
	rank    int // the higher is right; odd where the words are the official name
}

func newIndex(order []*company, nobody []string) *index {
	strict := map[string]bool{} // a report that prints a common word as a name makes it no rarer
	for _, c := range order {
		for _, l := range c.labels {
			strict[l.words] = strict[l.words] || l.strict
		}
	}
	claims := map[string][]claim{}
	others := map[*company][]string{}
	for _, c := range order {
		c.claim(strict, func(words string, cl claim) { claims[words] = append(claims[words], cl) })
		others[c] = c.others()
	}
	ix := &index{words: make(map[string]*entry, len(claims)), codes: make(map[string]*entry, len(order)), trie: newTrie(len(claims))}
	for words, all := range claims {
		cl, ok := winner(all)
		if !ok {
			continue
		}
		e := &entry{kind: cl.kind, words: words, company: cl.company, security: cl.company.security(), others: others[cl.company]}
		ix.words[words] = e
		if cl.kind == fullCode {
			ix.codes[cl.company.code] = e
		}
		ix.trie.add(words, e)
	}
	for _, words := range nobody {
		if words = text.Fold(words); ix.words[words] == nil {
			ix.trie.add(words, &entry{kind: noCompany, words: words})
		}
	}
	return ix
}

// claim calls f for all words that may mean c.
func (c *company) claim(strict map[string]bool, f func(words string, cl claim)) {
	official := c.official().words
	for _, l := range c.labels {
		cl := claim{company: c, rank: 2 * int(l.from)}
		if l.strict || l.from < Given && strict[l.words] {
			cl.kind = strictName
		}
		if c.code == "" {
			cl.rank = 0 // a name whose code another source may know
		}
		for _, w := range l.short {
			f(w, cl)
		}
		if l.words == official {
			cl.rank++
		}
		f(l.words, cl)
	}
	if c.code == "" {
		return
	}
	const top = 2*int(Given) + 1
	f(strings.ToLower(c.code), claim{company: c, kind: fullCode, rank: top})
	n := number(c.code)
	switch {
	case !allDigits(n) && len(n) >= 4:
		f(n, claim{company: c, kind: ticker, rank: 1}) // names are surer
	case allDigits(n) && len(n) >= 5:
		// A number without its exchange is the mainland's before it is Seoul's.
		cl := claim{company: c, kind: bareNumber, rank: top - 1}
		if mainland(c.code) {
			cl.rank = top
		}
		f(n, cl)
	}
}

// winner returns the claim that is right, with ok false when several are as
// good and mean different companies. A company listed twice, in Shanghai and
// in Hong Kong, is one; its first listing stands for it.
func winner(all []claim) (best claim, ok bool) {
	best, ok = all[0], true
	for _, cl := range all[1:] {
		switch {
		case cl.rank > best.rank:
			best, ok = cl, true
		case cl.rank == best.rank && cl.rank%2 == 0 && cl.company.official().words != best.company.official().words:
			ok = false
		}
	}
	return best, ok
}

// others returns the names of c beside the official one, folded, in the order
// they were learnt.
func (c *company) others() []string {
	var out []string
	official := c.official().words
	seen := map[string]bool{official: true}
	for _, l := range c.labels {
		if !seen[l.words] {
			seen[l.words] = true
			out = append(out, l.words)
		}
	}
	return out
}
