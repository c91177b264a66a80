package ticker

import (
	"regexp"
	"slices"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
)

// A report on several companies has their ratings in rows (a morning note's
// table, the valuations at the end of an industry report) and in the sections
// on each of them.

var (
	rated   = regexp.MustCompile(`评级|(?i:\brating\b)`)
	moved   = regexp.MustCompile(`^(?:首次评级|首次覆盖|首次|维持|上调|调高|下调|调低|重申|不变|(?i:maintain(?:ed)?|reiterated?|initiat(?:e|ed|ion|ing)|upgraded?|downgraded?|unchanged|resumed?))$`)
	aimed   = regexp.MustCompile(`目标价|(?i:target)`)
	foreign = regexp.MustCompile(`一致预期|可比公司|(?i:consensus|peers?\b|comparable)`) // tables of what others say
	unrated = regexp.MustCompile(`^(?:未评级|无评级|暂无评级|(?i:not rated|n\.?r\.?))$`)
)

// sections are the passages of a shared report that stand under a heading that
// names the security and none of the others; of headings over each other the
// innermost that names anybody decides.
func (m *maker) sections(r *report.Report, passages []report.Passage) []report.Passage {
	others := slices.DeleteFunc(slices.Concat(r.Securities, r.Mentions), func(s report.Security) bool { return m.book.is(s, m.security) })
	another := func(title string) bool {
		return slices.ContainsFunc(others, func(s report.Security) bool { return names(title, s) })
	}
	var out []report.Passage
	for _, p := range passages {
		for _, title := range slices.Backward(p.Path) {
			if another(title) {
				break
			}
			if m.named(title) {
				out = append(out, p)
				break
			}
		}
	}
	return out
}

// named reports whether words name the security of the card.
func (m *maker) named(words string) bool { return names(words, m.security) }

// fromTables takes the rating of the row that names the security, of the first
// table that has a column of ratings.
func (m *maker) fromTables(v *view, passages []report.Passage) {
	for i := range passages {
		p := &passages[i]
		if p.Kind != report.Table || foreign.MatchString(text.Fold(p.Header())) {
			continue
		}
		lines := strings.Split(p.Text, "\n")
		head, caption := -1, ""
		for k, l := range lines {
			switch {
			case head < 0 && rated.MatchString(l) && strings.Contains(l, "\t"):
				head = k
				if foreign.MatchString(caption) {
					head = -1
				}
			case head >= 0 && m.isRow(strings.Split(l, "\t")):
				if v.fromRow(p, lines[head], l) {
					return
				}
			}
			caption = l
		}
	}
}

// isRow reports whether one of the first two cells is the security.
func (m *maker) isRow(cells []string) bool {
	for _, c := range cells[:min(2, len(cells))] {
		words := security.Name(c)
		if words == "" {
			continue
		}
		if words == security.Name(m.security.Name) || words == numberOf(m.security) || words == strings.ToLower(m.security.Code) {
			return true
		}
		if code, ok := security.Canonical(words); ok && code == m.security.Code {
			return true
		}
	}
	return false
}

// fromRow reads rating, action and target of a row; false when there is no
// rating in it.
func (v *view) fromRow(p *report.Passage, head, line string) bool {
	heads, cells := strings.Split(head, "\t"), strings.Split(line, "\t")
	under := func(k int, re *regexp.Regexp) bool {
		return len(heads) == len(cells) && re.MatchString(heads[k]) && !previous.MatchString(heads[k])
	}
	rating := -1
	for k, c := range cells {
		c = strings.TrimSpace(c)
		if (ClassOf(c) != Unrated || unrated.MatchString(c)) && (rating < 0 || under(k, rated)) {
			rating = k
		}
	}
	if rating < 0 {
		return false
	}
	at := place{passage: p, page: p.PageAt(strings.Index(p.Text, line)), quote: line}
	v.rating, v.ratedAt = strings.TrimSpace(cells[rating]), at
	for k, c := range cells {
		c = strings.TrimSpace(c)
		n, ok := text.ParseNumber(c)
		switch {
		case moved.MatchString(c):
			v.action = c
		case under(k, aimed) && ok && n.Value > 0:
			v.target, v.targetAt, v.currency = n.Value, at, n.Currency
			if v.currency == "" {
				_, v.currency, _ = text.ParseUnit(strings.Trim(unitIn.FindString(heads[k]), "()（）"))
			}
		}
	}
	return true
}

var (
	previous = regexp.MustCompile(`前次|上次|此前|调整前|原|(?i:\b(?:prior|previous|old|former|last)\b)`)
	unitIn   = regexp.MustCompile(`[(（][^()（）]+[)）]`)
)

const (
	ratingZh = `强烈推荐|审慎推荐|谨慎推荐|审慎增持|谨慎增持|推荐|买入|增持|强于大市|优于大市|弱于大市|跑赢行业|跑输行业|跑赢大市|同步大市|领先大市|中性|看好|看淡|减持|卖出|持有|回避`
	ratingEn = `(?i:Overweight|Underweight|Equal[- ]weight|Outperform|Underperform|Market Perform|Strong Buy|Buy|Hold|Sell|Neutral|Accumulate|Reduce|Add)`
	open     = `\s*[“"'‘「]?\s*`
	shut     = `\s*[”"'’」]?\s*`
	sign     = `(HK\$|US\$|NT\$|RMB|CNY|HKD|USD|\$|¥|€)\s*`
	money    = `(\d+(?:\.\d+)?)\s*(港元|港币|美元|元|日元|新台币)?`
)

// What running text says of a rating or target, with the old one if it does.
var (
	movedZh  = regexp.MustCompile(`评级\s*[由从]` + open + `(` + ratingZh + `)` + shut + `(?:评级)?\s*(上调|下调|调高|调低)[至到为]` + open + `(` + ratingZh + `)`)
	movedEn  = regexp.MustCompile(`(?i:\b(upgrade|downgrade)d?)\b(?:[^.;]{0,40}? to (` + ratingEn + `))?[^.;]{0,24}? from (` + ratingEn + `)`)
	formerZh = regexp.MustCompile(`(?:前次|上次|前一次|原|此前)(?:投资)?评级\s*[:：\t ]?` + open + `(` + ratingZh + `)|(?i:\b(?:prior|previous|old|former) rating)\s*[:：\t ]\s*(` + ratingEn + `)`)
	keptZh   = regexp.MustCompile(`(首次覆盖|维持|上调|下调|调高|调低|重申|给予|首次)[^。；;“]{0,14}?` + open + `(` + ratingZh + `)` + shut + `(?:的?投资)?评级`)
	keptEn   = regexp.MustCompile(`(?i:\b(maintain|reiterate|initiate|keep|upgrade|downgrade))\w*\b[^.;]{0,40}?\b(` + ratingEn + `)\b`)
	toZh     = regexp.MustCompile(`目标价(?:格)?\s*[由从]\s*` + money + `\s*(?:上调|下调|调整|提升|调高|调低)[至到为]\s*` + money)
	atZh     = regexp.MustCompile(`目标价(?:格)?\s*[为至：:]?\s*` + money + `|` + money + `\s*的目标价`)
	toEn     = regexp.MustCompile(`(?i:price target|target price)[^.;]{0,24}? to ` + sign + `(\d+(?:\.\d+)?)(?: from ` + sign + `(\d+(?:\.\d+)?))?`)
	atEn     = regexp.MustCompile(`(?i:price target|target price)(?: of| is| at|:)? ` + sign + `(\d+(?:\.\d+)?)`)
)
