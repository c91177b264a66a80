package answer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// unit is what an extract quotes: a sentence, a list item or a table row.
// Quote is verbatim from the passage; context is what one must know to read
// it (the lead of a list, the caption and header of a table) and is matched
// but not quoted.
type unit struct {
	hit     int
	from    int // byte offset in the passage
	quote   string
	shown   string // for reading: a row's cells under their headers
	context string
	item    int    // position in its list, 0 for none
	label   string // what the quote stands under, which shown says before it
	own     string // the label that the quote itself begins with
	list    int    // identity of the list within the passage, 0 for none
	row     bool
}

var (
	listItem = regexp.MustCompile(`^\s*([•●■▪◆➢►✓\-–]\s*\S|[（(]?\d{1,2}[)）]|[（(]?[一二三四五六七八九十]{1,2}[)）、]|[①-⑳]|第[一二三四五六七八九十][，,、]|步骤[一二三四五六七八九十\d]|\d{1,2}([、．]|\.\s*)[^\d\s])`)
	// a subtitle, or the reports that a front page names beside it
	titleRow   = regexp.MustCompile(`^——|^《[^》]*》\s*\d{4}`)
	captionRow = regexp.MustCompile(`^(图表|图|表)\s*\d+|^(资料|数据)?来源\s*[:：]|^(?i)(exhibit|figure|table|source|note)s?\s*(\d+|[:：])`)
)

// units cuts a hit into what can be quoted from it.
func units(hits []retrieval.Hit, k int) []unit {
	p := &hits[k].Passage
	if p.Kind == report.Table {
		return rows(p, k)
	}
	var out []unit
	lead, list, item := "", 0, 0
	for _, line := range lines(p.Text) {
		s := p.Text[line.From:line.To]
		switch {
		case captionRow.MatchString(s) && utf8.RuneCountInString(s) < 90, titleRow.MatchString(s):
			continue
		case strings.Contains(s, "\t"):
			out = append(out, unit{hit: k, from: line.From, quote: s, shown: strings.Join(strings.Fields(s), " "), row: true})
			continue
		case listItem.MatchString(s):
			item++
		case item > 0:
			lead, item = "", 0
			list++
		}
		ctx := ""
		if item > 0 {
			ctx = lead
		}
		for _, st := range statements(s) {
			q := s[st.From:st.To]
			if isLead(q) {
				lead = q
				if item == 0 {
					list++
				}
				continue
			}
			if utf8.RuneCountInString(q) < 3 {
				continue
			}
			u := unit{hit: k, from: line.From + st.From, quote: q, context: ctx, item: item, list: list + 1, label: st.label, own: st.own}
			if u.label == "" && utf8.RuneCountInString(ctx) <= reach(ctx, labelMax) {
				u.label = ctx
			}
			u.shown = under(u.label, q)
			out = append(out, u)
		}
	}
	return out
}

func isLead(s string) bool { return strings.HasSuffix(s, "：") || strings.HasSuffix(s, ":") }

func lines(s string) []text.Span {
	var out []text.Span
	from := 0
	for l := range strings.SplitSeq(s, "\n") {
		if l != "" {
			out = append(out, text.Span{From: from, To: from + len(l)})
		}
		from += len(l) + 1
	}
	return out
}

// rows makes one unit of each table row, read under the header.
func rows(p *report.Passage, k int) []unit {
	var out []unit
	var header []string
	caption, context, first := "", "", true
	for _, line := range lines(p.Text) {
		s := p.Text[line.From:line.To]
		if !strings.Contains(s, "\t") {
			if header == nil {
				caption = s
			}
			continue
		}
		cells := strings.Split(s, "\t")
		if header == nil {
			header = cells
			if isHeader(cells) {
				continue
			}
			header = []string{} // a table of names and values has no header
		}
		if first && subheader(cells) {
			context += " " + strings.Join(cells, " ")
			first = false
			continue
		}
		first = false
		out = append(out, unit{
			hit: k, from: line.From, quote: s, row: true,
			shown: labelled(header, cells), context: caption + " " + strings.Join(header, " ") + context,
		})
	}
	return figures(out)
}

// figures drops the rows without a figure from a table of figures: heads that
// stand between its parts (归母净利润（百万元） 同比).
func figures(rows []unit) []unit {
	bare := func(u unit) bool {
		return utf8.RuneCountInString(u.quote) < 24 && strings.IndexFunc(u.quote, unicode.IsDigit) < 0
	}
	n := 0
	for _, u := range rows {
		if !bare(u) {
			n++
		}
	}
	if n*4 < len(rows)*3 {
		return rows
	}
	return slices.DeleteFunc(rows, bare)
}

// isHeader reports whether the first row of a table names its columns: fewer
// than half of the cells after the first are values.
func isHeader(cells []string) bool {
	values, n := 0, 0
	for _, c := range cells[min(1, len(cells)):] {
		if c = strings.TrimSpace(c); c == "" {
			continue
		}
		n++
		if isValue.MatchString(c) && !isPeriod.MatchString(c) {
			values++
		}
	}
	return n == 0 || values*2 < n
}

// isValue finds cells that are a figure, with or without currency and unit:
// 52.30, $10.95 billion to $11.05 billion, (1.2%), 35.6亿元.
var isValue = regexp.MustCompile(`^[（(+\-−]?\s*(?:HK\$|US\$|NT\$|RMB|[$¥￥€£])?\s*\d[\d,.]*\s*(?:[%％x)）]|倍|元|万|亿|千|百|个|billion|million|bn|mn|cps|to\b|-|–|—|$)`)

// isPeriod finds the heads of columns that begin with a figure: 2026E, 1H26.
var isPeriod = regexp.MustCompile(`^(?:(?:19|20)\d\d|[1-4][QH]\d\d|\d\d)[EA]?$`)

// subheader reports whether the first row below a header is a second one:
// no figure in it, and a cell said twice (调整前 调整后 调整前 调整后).
func subheader(cells []string) bool {
	seen := map[string]bool{}
	again := false
	for _, c := range cells {
		if strings.ContainsAny(c, "0123456789") {
			return false
		}
		again = again || c != "" && seen[c]
		seen[c] = true
	}
	return again
}

// labelled writes a row as "header value；header value", leaving out empty
// cells; a row that does not fit its header is written as it stands.
func labelled(header, cells []string) string {
	var parts []string
	for i, c := range cells {
		switch {
		case strings.TrimSpace(c) == "":
		case i > 0 && len(header) == len(cells) && header[i] != "":
			parts = append(parts, header[i]+" "+c)
		default:
			parts = append(parts, c)
		}
	}
	if len(header) == 0 {
		return strings.Join(parts, " ") // a name and its value
	}
	return strings.Join(parts, "；")
}
