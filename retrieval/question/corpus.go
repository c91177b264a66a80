package question

import "regexp"

var (
	asksHistory = regexp.MustCompile(`历次|历史|变化|变动|演变|过去几次|之前|此前|以前|前次|上次|前几次|\bhistor|\bprevious|\bchanged\b|\bover time\b|\bprior\b`)

	asksCount = regexp.MustCompile(`(?:多少|几)篇|(?:多少|几)份(?:$|[^额股]*?(?:研报|报告|点评))|(?:研报|报告)有(?:多少|几)[份篇]|\bhow many (?:\w+ ){0,2}(?:reports?|notes?)\b`)
	// a question for what the newest report says is one about its text
	asksText   = regexp.MustCompile(`怎么看|怎么说|如何|说了?(?:什么|啥)|讲了?(?:什么|啥)|认为|观点|看法|结论|核心|\bsays?\b|\bsaid\b|\bview\b|\bthink`)
	asksLatest = regexp.MustCompile(`(?:最新|最近)的?(?:那|这)?一?(?:篇|份(?:$|的?(?:研报|报告|点评)))|最新的?(?:研报|报告|点评)(?:是|有)(?:什么|哪)|\b(?:latest|newest|most recent) (?:\w+ ){0,2}(?:reports?|notes?)\b`)

	listReports = regexp.MustCompile(`(?:列出|列一下|列举|给我看看?).{0,14}(?:研报|报告|点评)(?:$|[^中里的])|(?:哪些|哪几[份篇]|有什么新?的?|有啥新?的?)[^，。？?,]{0,14}(?:研报|报告|点评)|有(?:没有)?[^，。？?,有]{1,14}的(?:研报|报告|点评)(?:吗|么|没有|\?|？|$)|(?:研报|报告|点评)[^，。？?,]{0,4}(?:有哪些|有哪几|都有哪)|` +
		`\blist (?:me )?(?:all |the |of )*(?:[a-z]+ ){0,2}?(?:reports|notes)\b|\bwhich (?:\w+ ){0,2}?(?:reports?|notes?)\b|\bany new (?:\w+ )?(?:reports?|notes?)|\bwhat (?:new )?(?:reports?|notes?)\b|\bshow (?:me )?(?:all |the )*(?:\w+ ){0,3}?(?:reports?|notes?)`)
	who       = regexp.MustCompile(`谁|哪些?(?:券商|机构|家|研究所|分析师|公司)|哪几家|有(?:没有)?(?:券商|机构)|\b(?:which|what) (?:brokers?|houses?|analysts?|firms?|banks?|compan\w+|stocks?)|\bwho\b|\bany(?:one|body)?(?: broker)?\b`)
	moved     = regexp.MustCompile(`(?:哪些|有什么)(?:公司|股票|个股|标的)?[^，。？?,]{0,4}(?:评级)?(?:被)?(?:上调|下调|调高|调低)`)
	doesRate  = regexp.MustCompile(`(?:上调|下调|调高|调低|首次|覆盖|给了?|给予|给出|维持|重申|发布|写)|\b(?:upgrad|downgrad|initiat|raise|cut|maintain|reiterat|cover|rate|have an? )`)
	whatRated = regexp.MustCompile(`评级|目标价|首次覆盖|覆盖了|盈利预测|买入|增持|研报|报告|\brating|\btarget|\bcover|\bestimate|\bbuy|\boverweight|\bupgrad|\bdowngrad|\binitiat|\bhold|\bsell|\breports?|\bnotes?`)
)

var (
	// what remains of a question that only says whose, when and on what
	viewWords = regexp.MustCompile(`给我|帮我|看一?下|看看|说说|讲讲|聊聊|谈谈|查一?下|怎么看待?|如何看待?|怎样看待?|咋看|咋样|怎么评价|的?(?:看法|观点|评价|意见|态度|立场|最新|最近|近期|目前|现在|近况)|请问|各家|各个?机构|机构|券商|分析师|大家|各|都|对|有?什么|是|怎么样|如何|呢|吗|[和与及、]|\b(?:what|does|do|did|is|are|the|its|their|view|views|think|thinks|say|says|said|about|of|on|for|how|and|'s|s|latest|recent|you|we|see|any|thoughts?|opinions?|take|everyone|market|street|brokers?|analysts?|houses?)\b`)
	// the same of one that asks what reports say
	sayWords = regexp.MustCompile(`研究报告|研报|报告|点评|纪要|晨会|说|讲|写|谈|了|里|中|有|的|新|些|` +
		`\b(?:reports?|notes?|research|tell|me|did|in|from|by|has|have|last|been|being)\b`)
	listWords = regexp.MustCompile(`研报|研究报告|报告|点评|纪要|新|发布|发表|发过|发了|发|出了|出过|写过|写了|过|了|有哪些|哪些|有什么|什么|有没有|给我|看看|列出|关于|所有|全部|都|有|的|吗|\b(?:reports?|notes?|research|published|released|by|all|any|new|list|show|me|the|of|from|in|on|were|are|there|which|what|did|publish|release)\b`)
	letter    = regexp.MustCompile(`[\p{L}\p{N}]`)
)

// residue is the kind of a question of which nothing remains but its words for
// reports or views: 上个月的研报, 望江证券怎么看星河智能. None is all else.
func residue(topic string, window bool) Corpus {
	said := asksText.MatchString(topic)
	if said || viewWords.MatchString(topic) && !aReport.MatchString(topic) {
		rest := viewWords.ReplaceAllString(topic, "")
		if said {
			rest = sayWords.ReplaceAllString(rest, "")
		}
		if !letter.MatchString(rest) {
			return Latest
		}
	}
	if (window || aReport.MatchString(topic)) && !letter.MatchString(listWords.ReplaceAllString(topic, "")) {
		return List
	}
	return None
}

// corpus tells what a folded question asks about the reports themselves.
func corpus(s string) Corpus {
	switch {
	case asksCount.MatchString(s):
		return Count
	case asksLatest.MatchString(s) && !asksText.MatchString(s):
		return Latest
	case listReports.MatchString(s) && !asksText.MatchString(s),
		moved.MatchString(s) && !noRating.MatchString(s),
		who.MatchString(s) && doesRate.MatchString(s) && whatRated.MatchString(s):
		return List
	}
	return None
}
