package parse

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

var (
	// 青岚证券股份有限公司, 青岚证券研究所
	broker = regexp.MustCompile(`([\p{Han}]{2,6}?(?:证券|国际|资本|期货|基金))(股份有限公司|有限责任公司|有限公司|研究发展中心|研究中心|研究所|研究院|经济与金融研究院|经济研究所|研究)`)
	// 青岚证券 by itself
	brokerShort   = regexp.MustCompile(`([\p{Han}]{2,4}证券)`)
	publisherOnly = regexp.MustCompile(`^[\p{Han}]{2,8}(证券|国际|资本|研究所|研究院)(股份有限公司|有限责任公司|研究发展中心|研究中心|研究所|研究院|研究)?$|^(?:[A-Z][A-Za-z&.]+ ){1,4}(?:Securities|Research|Capital|Bank|Partners|Markets|International)(?: (?:Limited|Ltd\.?|Inc\.?|LLC))?$`)
	// the company that files a notice: 宁波某某股份有限公司
	issuer = regexp.MustCompile(`([\p{Han}（）()]{4,30}(?:股份有限公司|有限公司|集团公司))`)
	// English houses and English companies
	house  = regexp.MustCompile(`\b([A-Z][A-Za-z&]+(?: [A-Z&][A-Za-z&.]*){0,3} (?:Securities|Research|Capital|Bank|Partners|Markets|International)(?: (?:Limited|Ltd\.?|Inc\.?|LLC|Co\.))?)(?:$|[^A-Za-z])`)
	maker  = regexp.MustCompile(`\b([A-Z][A-Za-z&.,]+(?: [A-Z&][A-Za-z&.,]*){0,4},? (?:plc|PLC|Inc\.?|Corporation|Corp\.?|Limited|Ltd\.?))(?:$|[^A-Za-z])`)
	office = regexp.MustCompile(`(中国人民银行|国务院|国家统计局|中国证监会|财政部|国家发展和改革委员会|工业和信息化部|商务部)`)
	// words that run into 证券 without being a house's name
	notBroker = regexp.MustCompile(`^(本公司|我国|中国证券|从事|发布|具备|投资|取得|相关|境内|国内|有限|各类|多层次|其他|上述|指数|该等|任何|以及|国家|地方|沪深|主要|买卖|涉及|包括|银行|非银|关于|参与|持有|公司|客户|此|将|与|和|及|在|为|对|由|的|年|月|日)`)
	// laws, authorities and kinds of paper: U.S. Private Securities Litigation Reform Act
	notHouse = regexp.MustCompile(`\b(Private|Listed|Debt|Equity|Government|Treasury|Covered|Foreign|Central|World|Federal|Reserve|Stock|Financial|Global|The|Investment|Exchange|Equity|Asia|Consumer|Sector|Industry|Quantitative|Economic) (Securities|Markets|Bank|Research|Capital)\b|^(The|This|Our|In|For) `)
	lawAfter = regexp.MustCompile(`^\s*(and|&|Litigation|Exchange|Act|Commission|Reform|Law|Regulat|Futures)`)
	// Source: Company data, Morgan Stanley Research estimates
	estimates = regexp.MustCompile(`^Source:.*(?:, |and |; )((?:[A-Z][A-Za-z.]+|&)(?: (?:[A-Z][A-Za-z.]+|&)){0,3}?)(?: (?:Global Investment )?(?:Research|estimates|forecasts|calculations)\b)+`)
	// capitals that begin a sentence and no name
	sentenceStart = regexp.MustCompile(`^(Today|The|At|In|On|For|By|Since|While|As|About) `)
	houseForm     = regexp.MustCompile(` (Securities|Research|Capital|Limited|Ltd\.?|Inc\.?|LLC|Co\.)$`)
)

// ballot counts what speaks for each possible publisher.
type ballot struct {
	votes map[string]int
	where map[string]*para
}

func (b *ballot) vote(name string, n int, p *para) {
	name = strings.TrimSpace(name)
	if notBroker.MatchString(name) || len([]rune(name)) < 3 {
		return
	}
	b.votes[name] += n
	if b.where[name] == nil {
		b.where[name] = p
	}
}

// best is the name with most votes; of equals the first by name.
func (b *ballot) best() string {
	best := ""
	for name, n := range b.votes {
		if n > b.votes[best] || n == b.votes[best] && name < best {
			best = name
		}
	}
	return best
}

// publisher lets the text vote: a house names itself in its disclaimer, its
// source lines and its page headers far more often than it names others.
func (h *head) publisher() {
	b := ballot{votes: map[string]int{}, where: map[string]*para{}}
	for i := range h.all {
		p := &h.all[i]
		weight := 1
		switch {
		case p.role == report.Disclaimer:
			weight = 4
		case sourceLine.MatchString(p.text), p.drop == dropFooter, p.page <= 1 && i < len(h.first):
			weight = 3
		}
		// Not folded: that joins what blanks and tabs part.
		for _, m := range broker.FindAllStringSubmatch(p.text, -1) {
			b.vote(lastWords(m[1]), weight, p)
		}
	}
	if len(b.votes) == 0 {
		h.otherPublisher(&b)
	}
	if best := b.best(); best != "" {
		h.r.Publisher = h.shortHouse(best)
		h.read("publisher", b.where[best])
	}
}

// lastWords cuts the sentence that runs into a broker's name.
func lastWords(s string) string {
	for _, cut := range []string{"来源", "仅供", "被", "归", "由", "是", "为", "及", "与", "和", "的", "于", "指", "本报告"} {
		if i := strings.LastIndex(s, cut); i >= 0 && len([]rune(s[i+len(cut):])) >= 3 {
			s = s[i+len(cut):]
		}
	}
	return s
}

// otherPublisher looks for houses without the usual company form, for
// English houses, official bodies and the issuers of notices.
func (h *head) otherPublisher(b *ballot) {
	for i := range h.first {
		p := &h.first[i]
		if m := office.FindString(text.Fold(p.text)); m != "" && p.runes() < 60 {
			b.vote(m, 20, p)
		}
	}
	for i := range h.all {
		p := &h.all[i]
		s := strings.Join(strings.Fields(p.text), " ")
		if m := estimates.FindStringSubmatch(s); m != nil {
			b.vote(m[1], 6, p)
		}
		weight := 1
		if p.role == report.Disclaimer || p.drop == dropFooter || i < 12 {
			weight = 4
		}
		for _, m := range brokerShort.FindAllStringSubmatch(text.Fold(s), -1) {
			b.vote(lastWords(m[1]), weight, p)
		}
		for _, m := range house.FindAllStringSubmatchIndex(s, -1) {
			if name := s[m[2]:m[3]]; !notHouse.MatchString(name) && !lawAfter.MatchString(s[m[3]:]) {
				b.vote(name, 2*weight, p)
			}
		}
		for _, m := range maker.FindAllStringSubmatch(s, -1) {
			n := 1
			if i < len(h.first) {
				n = 2
			}
			b.vote(sentenceStart.ReplaceAllString(m[1], ""), n, p)
		}
		if i >= len(h.first) {
			continue
		}
		for _, m := range issuer.FindAllStringSubmatch(s, -1) {
			b.vote(m[1], 3, p)
		}
	}
}

// shortHouse returns the name without its company form where the report
// prints that by itself, as houses do on their covers and under their tables.
func (h *head) shortHouse(name string) string {
	if short := placed.ReplaceAllString(name, ""); short != name && strings.HasSuffix(name, "证券") && utf8.RuneCountInString(short) >= 4 && h.prints(short, name) {
		return short
	}
	short := name
	for houseForm.MatchString(short) {
		short = houseForm.ReplaceAllString(short, "")
	}
	if short == name || !strings.Contains(short, " ") {
		return name
	}
	for i := range h.all {
		for _, after := range strings.Split(h.all[i].text, short)[1:] {
			if !houseForm.MatchString(firstWords(after)) {
				return short
			}
		}
	}
	return name
}

// placed is the place with which the full names of some houses begin.
var placed = regexp.MustCompile(`^(中国|上海|北京|深圳|广州|南京)`)

// prints reports whether the report prints short more often by itself than as
// a part of long.
func (h *head) prints(short, long string) bool {
	alone, within := 0, 0
	for i := range h.all {
		n := strings.Count(h.all[i].text, long)
		within += n
		alone += strings.Count(h.all[i].text, short) - n
	}
	return alone > within
}

// firstWords is the word at the beginning of s with the blank before it.
func firstWords(s string) string {
	if !strings.HasPrefix(s, " ") {
		return ""
	}
	word, _, _ := strings.Cut(s[1:], " ")
	return " " + strings.TrimRight(word, ",;:")
}
