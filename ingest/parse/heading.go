package parse

import (
	"math"
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	dotted    = regexp.MustCompile(`^(\d{1,2}(?:[.．]\d{1,2}){1,3})[.．、]?\s*([^\d%％.,，元亿万倍\s].*)$`)
	single    = regexp.MustCompile(`^(\d{1,2})\s*[、.．]\s*([^\d\s].*)$`)
	singleGap = regexp.MustCompile(`^(\d{1,2})\s+(\p{Han}.*|[A-Z][A-Za-z].*)$`)
	hanNumber = regexp.MustCompile(`^([一二三四五六七八九十]{1,3})\s*[、.．]\s*(\S.*)$`)
	hanParen  = regexp.MustCompile(`^([（(][一二三四五六七八九十]{1,3}[）)])\s*(\S.*)$`)
	chapter   = regexp.MustCompile(`^(第[一二三四五六七八九十\d]{1,3}[章节部分篇]+|(?i:part|chapter|section) ?(?:\d{1,2}|[ivx]{1,4}\b))[、：:.\s]*(\S.*)$`)

	// Unnumbered headings every house uses, alone on a line or before a colon.
	wellKnown = regexp.MustCompile(`^(投资要点|核心观点|核心要点|报告要点|主要观点|投资摘要|内容摘要|摘要|要点|投资建议|投资逻辑|盈利预测(与|及|和)?(估值|投资建议|评级)?|估值(分析|与评级)?|风险提示|风险因素|事件|点评|结论|附录|财务预测|主要财务(指标|数据)|盈利预测表|公司简介|市场回顾|重点公司|行业动态|(今日|本期|本周|本月)(要点|观点|聚焦|焦点|看点|关注)|` +
		`(?i)(investment (thesis|summary|view|highlights)|key (points|takeaways|risks)|valuation( and price target)?|risks?( to (our )?(view|thesis|price target))?|summary|conclusion|what('s| is) new|our view|earnings (forecast|estimates)|financial (summary|highlights|outlook)|outlook|guidance))$`)
	company = regexp.MustCompile(`^([\p{Han}A-Za-z][\p{Han}A-Za-z0-9·&. ]{1,15})[：:]\s*(\S.{2,36})$`)
)

// splitNumber parts a heading into its number as printed, its title and the
// level that the number's form implies (0 without a number).
func splitNumber(s string) (number, title string, level int) {
	if m := dotted.FindStringSubmatch(s); m != nil {
		n := strings.ReplaceAll(m[1], "．", ".")
		return n, m[2], strings.Count(n, ".") + 1
	}
	for _, re := range []*regexp.Regexp{single, singleGap, chapter, hanNumber} {
		if m := re.FindStringSubmatch(s); m != nil {
			return m[1], m[2], 1
		}
	}
	if m := hanParen.FindStringSubmatch(s); m != nil {
		return m[1], m[2], 2
	}
	return "", s, 0
}

// startsItem reports whether a line opens a list item or numbered point.
func startsItem(s string) bool { return itemStart.MatchString(s) }

var itemStart = regexp.MustCompile(`^\s*([•●■▪◆➢►✓❑❏⚫\-–]\s*\S|[（(]?\d{1,2}[)）]|[（(]?[一二三四五六七八九十]{1,2}[)）、]|[①-⑳]|第[一二三四五六七八九十][，,、]|(?:Part|PART|Chapter) ?\d|步骤[一二三四五六七八九十\d]|\d{1,2}([、．]|\.\s*)[^\d\s]|[a-z][)）])`)

// headed is a heading found in the body.
type headed struct {
	number, title string
	level         int
}

// outline decides which paragraphs are headings. Evidence in order: the
// contents, then the number, then Markdown marks, size and known names.
type outline struct {
	listing
	body    float64 // usual font size, 0 when unknown
	bolds   bool    // bold print is rare, so that it marks headings
	top     float64 // largest font size of page 1: the title's
	last    []int   // the numbers of the last numeric heading, e.g. 2, 1
	lastHan int     // ordinal of the last 一、 heading

	// Forms of numbers met so far: 第一章, 一、, （一）, 1; see depth.
	chapters, hans, parens, digits bool
	parensLow                      bool    // （一） stands below 1
	lastLevel                      int     // of the last heading of form 1 or 1.1
	numbered                       bool    // numbered headings occur at all
	least                          float64 // smallest print of the headings that the contents name, 0 when unknown
	begun                          bool    // a heading has been found
	prose                          bool    // a paragraph has been passed: what was larger before it was the title
}

// heading reports whether p opens a section.
func (o *outline) heading(p *para, next *para) (headed, bool) {
	s := strings.TrimSpace(p.text)
	if p.row || s == "" || length(s) > 80 || captionStart.MatchString(s) || ratingLine.MatchString(s) {
		return headed{}, false
	}
	if i, ok := o.promised(s, p.page); ok {
		e := o.entries[i]
		o.found[i] = true
		o.located++
		if o.least == 0 || p.size < o.least {
			o.least = p.size
		}
		number, title, level := splitNumber(s)
		if number == "" {
			number, title, level = e.number, s, max(e.level, 1)
		}
		if number != "" {
			level = o.depth(number)
		}
		o.follow(number)
		return headed{number, title, level}, true
	}
	number, title, level := splitNumber(s)
	if number != "" && o.numberedHeading(p, number, title, level) {
		level = o.depth(number)
		o.follow(number)
		return headed{number, title, level}, true
	}
	if p.mark > 0 && number == "" {
		return headed{"", s, o.markLevel(p.mark)}, p.mark > 1 || o.begun || o.prose
	}
	if wellKnown.MatchString(strings.TrimRight(s, ":：")) && (p.gap || p.mark > 0 || o.larger(p)) {
		return headed{"", strings.TrimRight(s, ":："), 1}, true
	}
	if number == "" && legend.MatchString(s) {
		return headed{}, false
	}
	if number == "" && o.larger(p) && length(s) <= 40 && !p.ends() && p.runes() >= 4 && p.size >= o.least && hasLetters(s) && p.page > 1 && (o.begun || o.prose) {
		return headed{"", s, 2}, true
	}
	if number == "" && p.page == 1 && !p.side && p.size > o.body*1.15 && p.size < o.top*0.9 && length(s) <= 12 && p.runes() >= 2 && !p.ends() &&
		next != nil && !next.row && next.size <= o.body*1.05 && !labelWord.MatchString(s) {
		return headed{"", s, 2}, true
	}
	if number == "" && o.bolds && p.bold && p.gap && !p.side && p.page > 0 && length(s) <= 30 && p.runes() >= 4 && !p.ends() && hasLetters(s) && (o.begun || o.prose) &&
		p.size >= o.body*0.98 && next != nil && next.runes() > 40 && !next.bold && !next.row && !labelWord.MatchString(s) {
		return headed{"", s, 2}, true
	}
	if m := company.FindStringSubmatch(s); m != nil && next != nil && (p.gap || p.page > 0 && math.Abs(p.size-next.size) >= 1) && !p.ends() && next.runes() > 40 &&
		(next.gap || p.page > 0) && !wellKnown.MatchString(m[1]) && !labelWord.MatchString(m[1]) {
		return headed{"", s, 3}, true
	}
	return headed{}, false
}

// partsHeading reports whether two paragraphs are the lines of one heading of
// the contents, which neither is by itself.
func (o *outline) partsHeading(p, next *para) bool {
	if p.row || next.row || p.page != next.page || math.Abs(p.size-next.size) > 0.6 || length(p.text)+length(next.text) > 90 {
		return false
	}
	_, alone := o.promised(p.text, p.page)
	_, both := o.promised(strings.TrimSpace(p.text)+strings.TrimSpace(next.text), p.page)
	return both && !alone
}

// length is how long a heading is in ideographs; Latin letters are half as wide.
func length(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x2e80 {
			n++
		}
	}
	return (n + 1) / 2
}

// legend is the end of a chart's legend or a table's unit, which many houses
// print larger than the text: 社会消费品零售总额:同比（%）
var legend = regexp.MustCompile(`(同比|环比|右轴|左轴|[（(][^（()）]{0,6}([%％]|元|吨|辆|户|家|点|倍|GWh?)[)）])$`)

var labelWord = regexp.MustCompile(`来源|分析师|电话|邮箱|地址|评级|证书|联系|日期|建议|提示|关注|source|note|email|tel`)

// numberedHeading judges a line that begins like a numbered heading.
func (o *outline) numberedHeading(p *para, number, title string, level int) bool {
	if p.ends() && !strings.HasSuffix(title, "？") && !strings.HasSuffix(title, "?") || !hasLetters(title) {
		return false
	}
	if strings.ContainsAny(title, "。；;") {
		return false
	}
	n := ordinals(number)
	if n == nil { // 第一章, （一）
		return p.gap || p.mark > 0 || p.page > 0
	}
	marked := p.mark > 0 || o.larger(p) || o.bolds && p.bold
	switch {
	case isHan(number):
		return (marked || p.gap || p.page > 0) && (n[0] == o.lastHan+1 || n[0] == 1)
	case len(n) > 1:
		return o.follows(n) || marked
	case len(o.entries) > 0 && level == 1 && o.namesNumbers && !marked:
		return false // the contents name every top heading: this is a list
	default:
		return marked && o.follows(n) || (p.gap || p.page > 0 && p.size > 0 && o.body > 0 && p.size >= o.body*1.02) && o.follows(n) && utf8.RuneCountInString(title) <= 30
	}
}

// follows reports whether numbers n may come after the last heading.
func (o *outline) follows(n []int) bool {
	if len(o.last) == 0 {
		return n[len(n)-1] <= 1 && n[0] <= 2
	}
	if len(n) > len(o.last)+1 {
		return false
	}
	for i := range n {
		switch {
		case i >= len(o.last):
			return n[i] == 1
		case n[i] == o.last[i]+1 || n[i] == o.last[i]+2 && i == len(n)-1:
			return i == len(n)-1 || n[i+1] == 1
		case n[i] != o.last[i]:
			return false
		}
	}
	return false
}

func (o *outline) follow(number string) {
	n := ordinals(number)
	switch {
	case n == nil:
	case isHan(number):
		o.lastHan, o.last = n[0], nil
	default:
		o.last, o.numbered = n, true
	}
}

// depth is the level of a numbered heading. 第一部分, 一、 and 1 nest in this
// order; （一） stands above 1 or below it, as the first one of a report does.
// Each form that has been met above adds a level. Where the contents name
// heading 1 first it is the top.
func (o *outline) depth(number string) int {
	above := 0
	count := func(met bool) {
		if met {
			above++
		}
	}
	switch {
	case strings.HasPrefix(number, "第"), strings.ContainsAny(number, "PpCcSs"):
		o.chapters = true
	case isHan(number):
		count(o.chapters)
		o.hans = true
	case strings.ContainsAny(number, "（("):
		if !o.parens {
			o.parens, o.parensLow = true, len(o.last) > 0
		}
		if o.parensLow {
			return o.lastLevel + 1
		}
		count(o.chapters)
		count(o.hans)
	default:
		dots := strings.Count(number, ".")
		o.digits = o.digits || dots == 0
		if !o.digitsFirst {
			count(o.chapters)
			count(o.hans && (o.digits || dots == 0)) // else the 1 of 1.1 is 一
			count(o.parens && !o.parensLow)
		}
		above += dots
		o.lastLevel = above + 1
	}
	return above + 1
}

func (o *outline) larger(p *para) bool { return o.body > 0 && p.size > o.body*1.1 }

func (o *outline) markLevel(mark int) int {
	if o.numbered {
		return max(len(o.last), 1) // flat converter marks say nothing of the level
	}
	return max(mark-1, 1)
}

// isHan reports whether a heading number is of the 一、 form.
func isHan(number string) bool {
	r, _ := utf8.DecodeRuneInString(number)
	return strings.ContainsRune("一二三四五六七八九十", r)
}

// ordinals returns the parts of 2.1 or 一 as numbers, nil for other forms.
func ordinals(number string) []int {
	if isHan(number) {
		return []int{hanOrdinal(number)}
	}
	var out []int
	for _, s := range strings.Split(number, ".") {
		n := 0
		for _, r := range s {
			if r < '0' || r > '9' {
				return nil
			}
			n = n*10 + int(r-'0')
		}
		out = append(out, n)
	}
	return out
}

func hanOrdinal(s string) int {
	n := 0
	for _, r := range s {
		d := strings.IndexRune("一二三四五六七八九", r)
		switch {
		case r == '十' && n == 0:
			n = 10
		case r == '十':
			n *= 10
		case d >= 0:
			n += d/len("一") + 1
		}
	}
	return n
}
