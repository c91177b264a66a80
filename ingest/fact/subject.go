package fact

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
)

// companies knows whose figures a table holds.
type companies struct {
	all     []report.Security
	subject report.Security // zero when the report covers none or several
	house   string          // who publishes the report
}

func companiesOf(r *report.Report) companies {
	c := companies{all: r.Securities, house: r.Publisher}
	if len(r.Securities) == 0 {
		if s, ok := security.Subject(r.Title); ok {
			c.subject = s
		}
		return c
	}
	// A target or market price beside the rating is that of one company.
	if len(r.Securities) == 1 || r.TargetPrice > 0 || r.Price > 0 || names(text.Fold(r.Title), r.Securities[0]) {
		c.subject = r.Securities[0]
	}
	return c
}

// names reports whether folded words name a security by name or code.
func names(folded string, s report.Security) bool {
	number, _, _ := strings.Cut(s.Code, ".")
	name := text.Fold(s.Name)
	return name != "" && strings.Contains(folded, name) || len(number) >= 4 && strings.Contains(folded, strings.ToLower(number))
}

// codeForm is what can be a code in running words: 3999.HK, 699660 CH.
var codeForm = regexp.MustCompile(`\b([0-9A-Z]{1,6})[. ]([A-Z]{1,2})\b`)

// codeOf returns the code that words hold, in canonical form. Banks write CH
// for both mainland exchanges.
func codeOf(words string) string {
	for _, m := range codeForm.FindAllStringSubmatch(words, -1) {
		form := m[0]
		if m[2] == "CH" {
			form = m[1]
		}
		if code, ok := security.Canonical(form); ok && strings.ContainsAny(m[1], "0123456789") {
			return code
		}
	}
	return ""
}

// of returns the one security that words name; several is true when they
// name more. A code goes before a name.
func (c *companies) of(words string) (one report.Security, several bool) {
	if code := codeOf(words); code != "" {
		for _, s := range c.all {
			if s.Code == code {
				return s, false
			}
		}
		return report.Security{Code: code}, false
	}
	folded := text.Fold(words)
	for _, s := range c.all {
		if names(folded, s) {
			if one != (report.Security{}) {
				return report.Security{}, true
			}
			one = s
		}
	}
	return one, false
}

// owner says whose a table is by its caption, or the line that leads to it,
// and the title of its section. ok is false when the caption speaks of
// somebody the report does not list, or of several.
func (c *companies) owner(caption, lead, section string) (s report.Security, ok bool) {
	if one, several := c.of(caption + lead); several {
		return s, false
	} else if one != s {
		return one, true
	}
	if s = c.subject; s != (report.Security{}) {
		if other, several := c.of(section); several || other != (report.Security{}) && other != s {
			return s, false // a chapter on somebody else
		}
		if s.Name != "" && strings.Contains(text.Fold(caption), text.Fold(s.Name)) {
			return s, true
		}
	} else if s, _ = c.of(section); s != (report.Security{}) {
		return s, true
	}
	return s, general(caption, c.subject.Name+" "+c.house)
}

// What captions of a company's own tables consist of, besides its name.
var (
	captionLead = regexp.MustCompile(`(?i)^(?:图表|图|表|附表|附录|exhibit|figure|table|chart)[\s\d\-.一二三四五六七八九十]*[:：、.]?`)
	ordinary    = regexp.MustCompile(`公司|本公司|集团|盈利预测|盈利|预测|财务|估值|主要|指标|数据|摘要|简表|报表|三大表|三张表|利润表|资产负债表|现金流量表|损益表|` +
		`业绩|营业|营业收入|收入|营收|利润|净利润|归母|毛利率|净利率|每股收益|eps|调整|前后|变化|变动|对比|比较|明细|情况|拆分|业务|分|一览|汇总|总表|及|与|和|的|` +
		`年度|年|季度|单季度|季|市场一致预期|一致预期|市场预期|预期|假设|关键|核心|表|图|附录|附|比率|增速|增长率|增长|同比|历史|综合|重要|基本|经营|历年|近|上半|下半|前三|` +
		`单位|百万|亿|万|千|元|港|美|人民币|倍|股|分析|测算|未来|至|我们|对|对于|修正|更新|上调|下调|预计|产品|各|总|项|毛利|费用率|费用|成本|水平|走势|概览|速览|总览|概况|结果|实际|合并|会计|续|` +
		`市盈率|市净率|pe|pb|roe|资料来源|来源|wind|资本回报|回报|收益|合计|公告|研究所|证券|` +
		`截至|截止|收盘价|收盘|股价|月|日|最新|简要|本次|前次|此前|首次|口径|后|期`)
	englishWord = regexp.MustCompile(`[A-Za-z][a-z]+|[A-Z]{2,}`)
	foreign     = wordSet(`industry sector market markets global china chinese domestic peer peers comparable comparables competitor competitors
		comps segment segments regional region country world average top rivals`)
	allowed = wordSet(`key financial financials data summary forecast forecasts estimates estimate earnings changes change to our and the of vs versus
		consensus income statement balance sheet cash flow profit loss valuation metrics company ratios rmb mn bn million billion us usd hk hkd year end dec
		ended december in per share except exhibit figure table chart model revisions revision revised annual yearly growth margin margins revenue net results
		wind pe pb roe ratio analysis statements highlights figures snapshot profile for fy new old previous street main major selected operating performance analysis overview return on equity eps`)
)

// general reports whether a caption that names none of the report's
// companies is made of ordinary words, so that it can be of the subject.
func general(caption, subject string) bool {
	subject = text.Fold(subject)
	caption = norm.NFKC.String(caption)
	caption = captionLead.ReplaceAllString(caption, "")
	for i, w := range englishWord.FindAllString(caption, -1) {
		lower := strings.ToLower(w)
		switch {
		case allowed[lower] || strings.Contains(subject, lower):
		case foreign[lower], i > 0 && w != lower: // a name in the middle of words
			return false
		}
	}
	s := text.Fold(caption)
	s = ordinary.ReplaceAllString(s, "")
	if rest := strings.TrimFunc(s, func(r rune) bool { return !text.IsHan(r) }); rest != "" && strings.Contains(subject, rest) {
		return true // 星澜 of 星澜科技
	}
	han := 0
	for _, r := range s {
		if text.IsHan(r) {
			han++
		}
	}
	return han < 2
}
