package check

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/text"
)

// spread takes tables and lists apart, so that a figure stands beside what it
// is of: each cell of a table becomes a line "row column value unit", and of
// "2025-2027年收入分别为31.5/38.2/46.9亿元" each item one with its year. prose is
// what is left, told line by line; cells are the lines taken from it. Both are
// of text as printed, before folding: that loses tabs. What is kept
// stays where it is, but for a unit to each item of a list: so a sentence is
// compared that is a list or a row itself.
func spread(s string, keep bool) (prose, cells string) {
	if !strings.ContainsAny(s, "\t/、") {
		return s, ""
	}
	var out, taken strings.Builder
	lists := &taken
	if keep {
		lists = nil
	}
	lines := strings.Split(s, "\n")
	caption, stays := "", 0 // a caption is of a table that follows it soon
	for i := 0; i < len(lines); {
		n := rows(lines[i:])
		if n < 2 || keep {
			out.WriteString(unlisted(lines[i], lists) + "\n")
			if m := stated.FindStringSubmatch(lines[i]); m != nil {
				caption, stays = m[1], i+3
			}
			i++
			continue
		}
		if i > stays {
			caption = ""
		}
		table(lines[i:i+n], caption, &taken)
		i += n
	}
	return strings.TrimSuffix(out.String(), "\n"), taken.String()
}

var (
	stated    = regexp.MustCompile(`单位\s*[:：]\s*([^)）\s]+)`)
	bracketed = regexp.MustCompile(`[(（]([^()（）]+)[)）]\s*$`)
	unitOnly  = regexp.MustCompile(`(?i)^(us\$|hk\$|rmb|\$|€|£|usd|eur|gbp|cny|sek)?\s?(mn|m|bn|million|billion|thousand|k)?(/[a-z]+)?$|^(%|百万元|万元|亿元|千元|元|百万美元|亿美元|亿港元|万吨|万辆|倍|x|万股|元/.{1,3}|美元/.{1,3})$`)
	ratio     = regexp.MustCompile(`(?i)率|倍|每股|市盈|市净|eps|margin|roe|p/?e\b|p/?b\b|yield|growth|同比|增速|%`)
)

// rows counts the lines from the first that have as many cells as it.
func rows(lines []string) int {
	cells := strings.Count(lines[0], "\t")
	if cells == 0 {
		return 0
	}
	n := 1
	for n < len(lines) && strings.Count(lines[n], "\t") == cells {
		n++
	}
	return n
}

// unit is what a bare cell lacks: words before it and behind.
type unit struct{ before, after string }

// table writes the cells of a table whose first line is its header. A unit in
// the label of a row or a column is nearer than that of the caption, which
// ratios and figures per share do not have.
func table(lines []string, caption string, out *strings.Builder) {
	header := strings.Split(lines[0], "\t")
	whole := unitOf(caption)
	if u := unitOf(header[0]); u != (unit{}) {
		whole = u
	} else if _, u := unitIn(header[0]); u != (unit{}) {
		whole = u
	}
	columns, units, ratios := make([]string, len(header)), make([]unit, len(header)), make([]bool, len(header))
	for k := range header {
		columns[k], units[k] = unitIn(header[k])
		columns[k] = periodsAlike(text.Fold(columns[k]))
		ratios[k] = ratio.MatchString(columns[k])
	}
	for _, line := range lines[1:] {
		row := strings.Split(line, "\t")
		label, rowUnit := unitIn(row[0])
		label = periodsAlike(text.Fold(label))
		none := ratio.MatchString(label)
		for k := 1; k < len(row); k++ {
			value := strings.TrimSpace(row[k])
			if bareCell(value) {
				switch {
				case rowUnit != (unit{}):
					value = rowUnit.of(value)
				case units[k] != (unit{}):
					value = units[k].of(value)
				case none || ratios[k]:
					value = unit{}.of(value)
				default:
					value = whole.of(value)
				}
			}
			out.WriteString(label + " " + columns[k] + " " + value + "\n")
		}
	}
}

// bareCell reports whether a cell is a number alone; (14) is one.
func bareCell(s string) bool {
	s = strings.TrimSuffix(strings.TrimLeft(s, "(-"), ")")
	return s != "" && digit(s[0]) && strings.Trim(s, "0123456789,.") == ""
}

// unitIn parts a label from the unit in brackets at its end.
func unitIn(label string) (bare string, u unit) {
	label = strings.TrimSpace(label)
	if m := bracketed.FindStringSubmatchIndex(label); m != nil {
		if u := unitOf(label[m[2]:m[3]]); u != (unit{}) {
			return strings.TrimSpace(label[:m[0]]), u
		}
	}
	return label, unit{}
}

// unitOf reads a label that is a unit alone: US$ million, 百万元, %.
func unitOf(label string) unit {
	label = strings.TrimSpace(label)
	m := unitOnly.FindStringSubmatch(label)
	switch {
	case m == nil:
		return unit{}
	case m[1] != "" || m[2] != "":
		return unit{m[1], strings.TrimRight(" "+m[2]+m[3], " ")}
	}
	return unit{"", label}
}

// of writes a bare cell as prose does: US$428 million, 428百万元, -14 of (14).
func (u unit) of(value string) string {
	digits := strings.Trim(value, "(-)")
	if len(digits) < len(value) {
		return "-" + u.before + digits + u.after
	}
	return u.before + digits + u.after
}

var (
	list     = regexp.MustCompile(`-?\d[\d,]*(?:\.\d+)?%?(?:\s?[/、]\s?-?\d[\d,]*(?:\.\d+)?%?)+((?:万亿|亿|百万|千万|万)?(?:美元|港元|元|吨|辆|台|股|人|家|个百分点|倍|x)?|%)`)
	span     = regexp.MustCompile(`(20\d\d)[AE]?\s?[-~–—至到]\s?(20\d\d|\d\d)[AE]?年?`)
	dated    = regexp.MustCompile(`20\d\d[AE]?(?:\s?[/、]\s?(?:20)?\d\d[AE]?)+`)
	fraction = regexp.MustCompile(`^\d+ ?/ ?\d+$`)
	slash    = regexp.MustCompile(`\s?[/、]\s?`)
	sentence = regexp.MustCompile(`[^。；;]*[。；;]?`)
)

// unlisted takes the lists of a line apart: each item gets the unit of the
// last, and goes to out with the year or the name that stands for it in the
// list before. With no out the items stay where they are.
func unlisted(line string, out *strings.Builder) string {
	if !mayList(line) {
		return line
	}
	return sentence.ReplaceAllStringFunc(line, func(s string) string {
		var kept strings.Builder
		at := 0
		byYear := false
		for _, m := range list.FindAllStringSubmatchIndex(s, -1) {
			words := s[m[0]:m[1]]
			if dated.MatchString(words) || fraction.MatchString(words) || m[0] > 0 && digit(s[m[0]-1]) {
				continue
			}
			items, unit := slash.Split(s[m[0]:m[2]], -1), s[m[2]:m[3]]
			for i := range items {
				if !strings.HasSuffix(items[i], "%") {
					items[i] += unit
				}
			}
			label := s[at:m[0]]
			kept.WriteString(label)
			at = m[1]
			names := dealt(s, label, len(items))
			if out == nil || names == nil {
				kept.WriteString(strings.Join(items, "、"))
				continue
			}
			byYear = byYear || strings.HasPrefix(names[0], "20")
			for i, item := range items {
				out.WriteString(periodsAlike(text.Fold(names[i]+" "+tail(label)+item)) + "\n")
			}
		}
		rest := kept.String() + s[at:]
		if byYear { // what is left is of no year
			rest = span.ReplaceAllString(dated.ReplaceAllString(rest, ""), "")
		}
		return rest
	})
}

// mayList saves the patterns on most lines: a list has a digit on either side
// of a mark.
func mayList(line string) bool {
	for i, r := range line {
		if r != '/' && r != '、' {
			continue
		}
		before, after := strings.TrimRight(line[:i], " "), strings.TrimLeft(line[i+utf8.RuneLen(r):], " -")
		if before != "" && after != "" && digit(after[0]) && (digit(before[len(before)-1]) || before[len(before)-1] == '%') {
			return true
		}
	}
	return false
}

// dealt are the years of the sentence or the names of the label that the n
// items of a list are of; nil if there are not as many.
func dealt(sentence, label string, n int) []string {
	if first := years(sentence); len(first) == n {
		return first
	}
	return named(label, n)
}

// years are those of the first stretch of years in s, 2025年 each.
func years(s string) []string {
	m := span.FindStringSubmatch(s)
	if m == nil {
		var out []string
		for _, y := range slash.Split(dated.FindString(s), -1) {
			if y = strings.Trim(y, "AE"); len(y) == 2 {
				y = "20" + y
			}
			out = append(out, y+"年")
		}
		return out
	}
	from, _ := strconv.Atoi(m[1]) // digits by the pattern
	to, _ := strconv.Atoi(m[2])
	if to < 100 {
		to += 2000
	}
	var out []string
	for y := from; y <= to && len(out) < 10; y++ {
		out = append(out, strconv.Itoa(y)+"年")
	}
	return out
}

// named are the n names that 分别 deals the items of a list to.
func named(label string, n int) []string {
	before, _, ok := strings.Cut(label, "分别")
	if !ok {
		return nil
	}
	clauses := strings.FieldsFunc(before, func(r rune) bool { return strings.ContainsRune(",，：:", r) })
	if len(clauses) == 0 {
		return nil
	}
	names := strings.FieldsFunc(clauses[len(clauses)-1], func(r rune) bool { return r == '、' || r == '和' || r == '与' || r == '及' })
	if len(names) != n {
		return nil
	}
	return names
}

// tail is what a list's label says of its items: what stands behind the years
// and 分别, or the words before it that are no list of names.
func tail(label string) string {
	before, after, dealt := strings.Cut(label, "分别")
	if m := span.FindStringIndex(before); m != nil {
		before = before[m[1]:]
	} else if m := dated.FindStringIndex(before); m != nil {
		before = strings.TrimPrefix(before[m[1]:], "年")
	} else if dealt && strings.ContainsRune(before, '、') {
		before = ""
	}
	return strings.TrimLeft(before, "，, ") + after
}
