package question

import (
	"regexp"
	"slices"
	"strings"

	"reportbot/ingest/text"
)

var (
	// a Chinese house is known by what its name ends in
	houseZh = regexp.MustCompile(`(\p{Han}{2,4}?)(?:国际)?(?:证券|期货|投行|研究所)`)
	// what stands before such a name and is none of it
	notNamed = regexp.MustCompile(`^(?:今年|去年|上周|本周|上月|本月|近期|昨天|今天|请问|根据|按照|那么|为什么|为何|目前|最近|现在|最新|那|据|按|和|与|及|跟|在|对|由|是)+`)
	// what is no name before 证券
	generic = regexp.MustCompile(`[哪各多几大某家些其他别的]`)
	// behind the name of one whose view is asked for
	viewZh = regexp.MustCompile(`^(?:的?(?:分析师|研究员|团队|最新|最近|今年|目前|现在|上周|上个月|分别|各自|都|又|是))*(?:怎么看|如何看|怎样看|怎么评|如何评|怎么说|认为|觉得|看好|看空|推荐|为什么|为何|的?(?:[^,。?!]{0,8}的)?(?:观点|看法|研报|研究报告|报告|点评)|(?:对|给|把|将)[^,。?!]{1,24}(?:评级|目标价|看法|观点|怎么|如何|预测|评价|建议)|(?:上调|下调|维持|首次覆盖))`)
	// behind its name where a company is named as well
	figureZh = regexp.MustCompile(`^的?[^,。?!]{0,14}(?:评级|目标价|预测|预期)`)

	// a short name right before what it thinks of a company
	shortZh   = regexp.MustCompile(`(?:^|[,;、和与及跟])(\p{Han}{2,4})(?:(怎么看待?|如何看待?|怎样看待?|怎么评价)|给予?了?|对)$`)
	opinionZh = regexp.MustCompile(`评级|目标价|看法|观点|怎么|如何|预测|评价|看好|看空|建议`)
	// what stands there and is no house
	nobodyZh = regexp.MustCompile(`市场|大家|机构|券商|卖方|投行|各家|分析师|研究员|研报|报告|公司|我们|你们|他们|投资|用户|客户|政策|行业|影响|谁|哪|为什么|为何|请问|目前|现在|最近|最新|今年|去年|应|该|怎么|如何|能否|可以|是否|有没有|什么|大概|一般|年|月|周|所有|全部|不同|其他|如果|评级|目标价`)

	latinName = `([a-z][a-z0-9&.]*(?: [a-z][a-z0-9&.]*){0,3})`
	houseEn   = []*regexp.Regexp{
		regexp.MustCompile(latinName + `(?:'s|') (?:\w+[ -]){0,3}?(?:views?|takes?|opinions?|ratings?|targets?|estimates?|forecasts?|stance|calls?|thoughts?|reports?|notes?|research|analysts?|argument|thesis)\b`),
		regexp.MustCompile(`\b(?:does|do|did|has|would|will) ` + latinName + ` (?:think|say|said|rate|see|view|expect|forecast|value|recommend|estimate|like|make|cover|downgrade|upgrade|cut|raise)\b`),
		regexp.MustCompile(`\b(?:according to|as per|published by|written by|reports? (?:by|from)|notes? (?:by|from)|views? (?:of|from)) ` + latinName),
		regexp.MustCompile(`^` + latinName + ` on `),
	}
)

// noHouse are words that no name of a house holds, and those that stand for any.
var noHouse = func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(`a an the what which who whose how why when is are was were be been do does did has have had of on for
		from by to in at with and or but about into than as if their its it his her our your my this that these those they he she we you i
		any anyone anybody each every all both some other others no one house houses broker brokers brokerage bank banks analyst analysts
		street market consensus management company board report reports note notes latest newest new recent current last previous first
		show give tell me please list find compare explain summarise summarize describe stock shares share rating target price view
		sell buy hold year week month today now so then also still just really s t let us not street's`) {
		out[w] = true
	}
	return out
}()

// strangers returns, as printed, the houses that a question asks for their view
// and that no report is by. A house of the corpus is none, nor is one of the
// companies named, which has ratings and targets of its own.
func strangers(question, s string, known, called, companies []string) []string {
	if len(known) == 0 {
		return nil // nobody is known by whom a report is
	}
	for _, w := range called {
		s = strings.ReplaceAll(s, w, strings.Repeat("#", len(w)))
	}
	var out []string
	add := func(name string) {
		if name != "" && !slices.Contains(companies, name) && !slices.Contains(out, name) {
			out = append(out, asPrinted(question, name))
		}
	}
	apart := s // a company's name is no part of a house's
	for _, c := range companies {
		if !houseZh.MatchString(c) {
			apart = strings.ReplaceAll(apart, c, strings.Repeat("#", len(c)))
		}
	}
	for _, m := range houseZh.FindAllStringSubmatchIndex(apart, -1) {
		lead := notNamed.FindString(apart[m[2]:m[3]])
		name, rest := s[m[2]+len(lead):m[1]], s[m[1]:]
		if generic.MatchString(apart[m[2]+len(lead):m[3]]) || m[3] == m[2]+len(lead) {
			continue
		}
		other := slices.ContainsFunc(companies, func(c string) bool { return c != name && !strings.Contains(name, c) })
		if viewZh.MatchString(rest) || other && figureZh.MatchString(rest) {
			add(name)
		}
	}
	for _, c := range companies {
		before, after, _ := strings.Cut(s, c)
		if m := shortZh.FindStringSubmatch(before); m != nil && !nobodyZh.MatchString(m[1]) && (m[2] != "" || opinionZh.MatchString(after)) {
			add(m[1])
		}
	}
	if len(companies) == 0 {
		return out // of whom else it speaks is not known
	}
	for _, re := range houseEn {
		for _, m := range re.FindAllStringSubmatch(s, -1) {
			add(properName(m[1], companies))
		}
	}
	return out
}

// properName is what follows the last word of m that no name holds; "" where
// nothing does, or where a company is named there.
func properName(m string, companies []string) string {
	words := strings.Fields(m)
	for i := len(words) - 1; i >= 0; i-- {
		if noHouse[words[i]] {
			words = words[i+1:]
			break
		}
	}
	name := strings.Join(words, " ")
	if slices.ContainsFunc(companies, func(c string) bool { return c != "" && (strings.Contains(c, name) || text.HasWord(name, c)) }) {
		return ""
	}
	return name
}

// asPrinted is a folded name as the question prints it, if it does so.
func asPrinted(question, name string) string {
	if i := strings.Index(strings.ToLower(question), name); i >= 0 && i+len(name) <= len(question) {
		return question[i : i+len(name)]
	}
	return name
}
