package answer

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	reading "reportbot/retrieval/question"
)

// kind is how much of an answer a question wants.
type kind int

const (
	fact kind = iota
	several
	summary
)

// value is what kind of thing is asked for.
type value int

const (
	anything value = iota
	aDate
	aRate
	anAmount
	aNumber
	aPerson
	aPlace
	aList
	aCause
	aChange
)

// question is a question taken apart.
type question struct {
	kind      kind
	value     value
	tokens    map[text.Token]float64 // core tokens with their rarity: entities and question words removed
	order     []text.Token           // the tokens as they stand: sums over a map differ from run to run
	total     float64                // sum of the rarities
	names     []string               // folded words of the securities named
	others    []string               // what else those securities are called, folded
	codes     []string               // their codes
	years     []string               // years the question names, in four digits
	houses    []string               // publishers the question names, as it names them
	latest    bool                   // it asks for what holds now
	folded    string
	months    []string           // YYYY-MM in which the report that is asked for came out
	silent    []string           // companies named of which nothing found speaks
	companies []security.Mention // named, whether a report is on them or not
	double    bool               // it asks for more than one thing
	view      bool               // it asks what reports think of something
	asked     string             // the noun asked for that texts say differently
	says      []string           // and what they say
}

var (
	// wording says how to answer, not what about.
	wording   = regexp.MustCompile(`最近一次|最新一次|这一次|最新的?|目前的?|现在的?|当前的?|如今|给出了?|给予|给了?|分别|各自|各(是|为|有|给|预测)|高还是低|到底|究竟|当初|那[篇份]|[这该][篇份]|(研报|报告)[里中]|事件对应的?|对应的|结合|总结|概括|概述|简述|归纳|梳理|介绍一下|latest|respectively`)
	isDouble  = regexp.MustCompile(`分别|各自|各(是|为|有|给|预测)|[和及与、].{1,12}(多少|是什么|比例|$)|[,?].*(多少|什么|几|吗|呢|\?|价|率)|\band\b`)
	isHistory = regexp.MustCompile(`首次覆盖|历史|以前|之前|此前|前次|上次|变化|调整|initiat|previous|history|prior`)
	isSummary = regexp.MustCompile(`总结|概括|概述|简述|归纳|梳理|介绍一下|summar|overview`)
	isView    = regexp.MustCompile(`怎么看|如何看|怎样看|看法|观点|\bviews?\b|\bthinks?\b|\bthoughts\b|\bopinions?\b`)
	isSeveral = regexp.MustCompile(`如何|怎样|怎么|为什么|为何|影响|分析|原因|通过`)
	asksList  = regexp.MustCompile(`哪些|哪几|有哪|列出|包括什么|都有谁|which .*s\b|what are|list\b|name the`)
	asks      = []struct {
		value value
		re    *regexp.Regexp
	}{
		{aChange, regexp.MustCompile(`从(多少|什么|几).{0,8}[到至成]|from what`)},
		{aDate, regexp.MustCompile(`何时|什么时候|什么时间|哪一?年|哪一?天|哪个?月|几月|几号|日期|时间|周期|when\b|what date|which (year|month)`)},
		{aPerson, regexp.MustCompile(`谁|哪位|姓名|who\b|whom\b`)},
		{aList, asksList},
		{aPlace, regexp.MustCompile(`哪里|哪儿|何处|什么地方|地址|where\b`)},
		{aRate, regexp.MustCompile(`百分之几|占比|占.{1,6}比|股比|比例|比率|比重|权重|增速|增长率|毛利率|净利率|份额|渗透率|同比|环比|增幅|降幅|率(是|为|有|达|约)?多少|margin|growth|per ?cent|what share`)},
		{anAmount, regexp.MustCompile(`多少(钱|亿|万|元|美元)|金额|价格|总额|亏损|目标价|股价|市值|收入|营收|利润|费用|成本|投资额|估值|募资|how much|price target|revenue|profit|market cap`)},
		{aNumber, regexp.MustCompile(`多少|几[个家层名款年月天条项座台]|多大|多高|多长|数量|股数|规模|how (many|large|big|long)|number of|size of|eps\b`)},
		{aCause, regexp.MustCompile(`为什么|为何|原因|why\b`)},
	}
	carries = map[value]*regexp.Regexp{
		aDate:    regexp.MustCompile(`(19|20)\d\d|\d{1,2}月|\d{1,2}日|年底|年初|[一二三四]季度|近日|日前|今日|当日|公告(披露)?日|披露日|之日起|届满|前三季|中期|二零[一二]|\bq[1-4]\b|january|february|march|april|may|june|july|august|september|october|november|december`),
		aRate:    regexp.MustCompile(`\d\s*[%％]|百分之|个百分点|成\b|倍|翻番|\bbps\b|bp\b`),
		anAmount: regexp.MustCompile(`\d\s*(万|亿|千|百)?\s*(元|美元|美金|港元|日元|欧元)|亿元|万元|[$¥€£]\s*\d|\d[\d.]*\s*(亿|万)|[一二三四五六七八九十百千]+(亿|万)|\d\s*(billion|million|bn|mn)|(hk|us)\$|\d+\.\d+`),
		aNumber:  regexp.MustCompile(`\d|[一二三四五六七八九十百千万两]+(个|家|层|名|款|年|倍|种|类|大)`),
		aPerson:  regexp.MustCompile(`先生|女士|董事|经理|总裁|创始人|ceo|分析师|主席|行长|[\p{Han}]{2,4}(表示|认为|指出)|s\d{13}|·`),
		aPlace:   regexp.MustCompile(`[省市区县镇路街]|位于|坐落|地址|总部|基地|located|based in|headquarter`),
		aList:    regexp.MustCompile(`、[^、]{1,16}(、|和|及|以及|等)|；.*；|①|\b\w+, .*\band\b|\b\w+, \w+, `),
		aChange:  regexp.MustCompile(`[由从].{1,60}[至到为]|from .{1,60} to |\(from `),
		aCause:   regexp.MustCompile(`因为|由于|因此|主要系|原因|得益于|受益于|驱动|影响|拖累|考虑到|鉴于|源于|低于[^，。；]{0,8}预期|because|due to|driven by|owing to|on the back of|\breflect(?:s|ed|ing)?\b|\bgiven\b|thanks to`),
	}
)

// How much tokens count beside a bigram. Characters catch what is said in
// other words (用户数 for 用户量); what no report says is mostly wording.
const (
	charWeight   = 0.5
	wordWeight   = 1.5
	unseenWeight = 0.5
)

// analyse takes a question apart. Securities that the search recognised are
// gated on, not matched.
func (a *Answerer) analyse(asked retrieval.Query, found retrieval.Found) question {
	s := asked.Text
	q := question{folded: text.Fold(s), tokens: map[text.Token]float64{}}
	q.months = published(q.folded)
	core := wording.ReplaceAllString(q.folded, " ")
	if len(q.months) > 0 { // the date is the report's, not the figure's
		core = reportKind.ReplaceAllString(monthZh.ReplaceAllString(monthEn.ReplaceAllString(core, " "), " "), " ")
	}
	q.years = years(core)
	q.companies = a.named(asked, found)
	q.silent = silent(q.companies, found)
	for _, words := range q.silent { // told apart; as words they would say that all is off topic
		core = strings.ReplaceAll(core, words, " ")
	}
	q.asked, q.says = cued(q.folded)
	q.double = isDouble.MatchString(q.folded)
	for _, m := range found.Securities {
		q.names = append(q.names, m.Words)
		if m.Name != "" && len(m.Others) > 0 { // else the question's word is the only name
			q.others = append(append(q.others, text.Fold(m.Name)), m.Others...)
		}
		if m.Code != "" {
			q.codes = append(q.codes, m.Code)
		}
		core = strings.ReplaceAll(core, m.Words, " ")
	}
	for _, h := range found.Hits {
		if short := reading.ShortPublisher(h.Report.Publisher); short != "" && strings.Contains(core, short) {
			q.houses = append(q.houses, short)
			core = strings.ReplaceAll(strings.ReplaceAll(core, text.Fold(h.Report.Publisher), " "), short, " ")
		}
	}
	q.latest = len(q.months) == 0 && !isHistory.MatchString(q.folded)
	switch {
	case isSummary.MatchString(q.folded):
		q.kind = summary
	case isSeveral.MatchString(q.folded) && utf8.RuneCountInString(q.folded) >= 34:
		q.kind = several
	}
	for _, k := range asks {
		if k.re.MatchString(q.folded) {
			q.value = k.value
			break
		}
	}
	q.view = q.kind == fact && q.value == anything && q.asked == "" && isView.MatchString(q.folded)
	if q.kind == summary && q.value == aList { // 梳理了哪几家公司
		q.kind = several
	}
	foreign := len(found.Hits) > 0 && Language(q.folded) == "en" && found.Hits[0].Report.Language == "zh"
	a.weigh(&q, asked.Scope, core, foreign)
	return q
}

// weigh gives the question's core its tokens with their rarity. Of a question
// in a foreign language what no report says is left out.
func (a *Answerer) weigh(q *question, scope retrieval.Scope, core string, foreign bool) {
	unseen := a.search.Rarity(scope, text.Token(0)) // no text holds this token
	for _, t := range text.Terms(core) {
		if _, seen := q.tokens[t]; seen || t.Kind() == text.PlainNumber || t.Glue() {
			continue
		}
		w := a.search.Rarity(scope, t)
		switch {
		case t.Kind() == text.HanChar:
			w *= charWeight
		case t.Kind() == text.LatinWord:
			w *= wordWeight
		}
		switch {
		case w < unseen:
		case foreign: // the reports say it in another language
			continue
		case t.Kind() != text.LatinWord:
			w *= unseenWeight
		}
		q.tokens[t] = w
		q.order = append(q.order, t)
		q.total += w
	}
}
