package fact

import (
	"regexp"
	"strings"

	"reportbot/ingest/report"
)

// pairs reads a row of names and values in turn (收盘价 | 45.02 | 总市值 | 123)
// and reports whether the row is one. Prices are what is taken from it.
func (t *table) pairs(l line) bool {
	if len(l.cells) == 1 {
		return t.pair(l, l.cells[0])
	}
	if len(l.cells)%2 != 0 || t.peers != nil || t.down != nil {
		return false
	}
	for i, c := range l.cells {
		if isValue(c) != (i%2 == 1) {
			return false
		}
	}
	read := false
	for i := 0; i < len(l.cells); i += 2 {
		read = t.price(l, readLabel(l.cells[i]), l.cells[i+1]) || read
	}
	return read
}

// colonPair is 当前价: 12.3元.
var colonPair = regexp.MustCompile(`^([^:：]{1,30})[:：]\s*(\S[^:：]*)$`)

// pair reads a text of the form name: value.
func (t *table) pair(l line, s string) bool {
	m := colonPair.FindStringSubmatch(s)
	if m == nil {
		return false
	}
	name, value := readLabel(strings.TrimSpace(m[1])), strings.TrimSpace(m[2])
	if was := changedFrom.FindStringSubmatch(value); was != nil && name.metric == report.TargetPrice && name.rival == "" {
		former := name
		former.rival = previous
		value = was[1]
		t.price(l, former, was[2])
	}
	return t.price(l, name, value)
}

// changedFrom is 52.30元（前值46.80元） and HK$49.00 (from HK$62.00).
var changedFrom = regexp.MustCompile(`^([^(（]+?)\s*[(（]\s*(?i:from|prior|previously|previous|formerly|was|old|原为?|前值为?|前次|上次|此前为?|由)[:：\s]*([^()（）]+?)\s*[)）]$`)

// price makes a candidate of a price with its name. Without a company the
// report is about, a price is nobody's.
func (t *table) price(l line, name label, value string) bool {
	if !timeless[name.metric] || name.rival == changed || !t.owned || t.owner == (report.Security{}) {
		return false
	}
	u := t.units
	if u.share.currency == "" && u.sum.currency == "" {
		u.share.currency = t.report.Currency
	}
	where := t.places.take(t.block, l.text, l.from)
	c := candidate{table: t.number, row: t.row}
	c.Security, c.Quote = t.owner, l.text
	before := len(t.found)
	t.cell(c, &name, value, u, where)
	return len(t.found) > before
}

// apart parts the pairs that one line of print holds.
var apart = regexp.MustCompile(`\s{2,}|[；;|丨]|\t`)

// pairsIn reads the pairs in the lines of a block that is no table.
func (rd *reader) pairsIn(b *report.Block) {
	rd.table++
	t := &table{reader: rd, number: rd.table, block: b, owned: true}
	t.owner = rd.companies.subject
	for _, l := range linesOf(b) {
		t.row++
		for _, part := range apart.Split(l.text, -1) {
			if part = strings.TrimSpace(part); part != "" {
				t.pair(l, part)
			}
		}
	}
}
