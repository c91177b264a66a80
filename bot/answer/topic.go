package answer

import (
	"context"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	reading "reportbot/retrieval/question" // question is a type of ours
)

// What a question about the corpus says besides its topic: how it asks, for
// what kind of paper, when. Of Chinese only what is no part of another word.
var (
	corpusZh = regexp.MustCompile(`(?:第?[一二三四五六七八九十两几0-9]+|哪|那|这|共|多少|总共)[篇份家]|有没有|多少|值得|重要|列出|列举|列表|看看|找出|查找|给出|给我|最近|最新|近期|近日|目前|现在|[上本这下]一?个?(?:周|月|季度|年度)|今年|去年|前年|今天|昨天|前天|今日|昨日|以来|以后|之后|以前|之前|之间|期间|至今|[年月][初末底]|` +
		`近?[一二三四五六七八九十两几0-9]+个?(?:年|月|日|号|天|周|星期|季度)[初末底]?|星期[一二三四五六日天]|礼拜|[上下]半年|` +
		`研究报告|研报|报告|文章|点评|评级|首次覆盖|覆盖|券商|机构|投行|卖方|分析师|发布|发表|出具|发了|出了|出过|写过|写了|讲到|讲过|提到|提及|谈到|说到|涉及|讨论|关于|有关|相关|方面|行业|板块|领域|主题|公司|股票|个股|标的|所有|全部|一共|总共|数量|入库|语料|库里|库中`)
	corpusEn = regexp.MustCompile(`\b(?:reports?|research|notes?|papers?|brokers?|brokerages?|houses?|publishers?|analysts?|cover(?:age|ing|ed|s)?|ratings?|rated|stocks?|compan(?:y|ies)|sectors?|industr(?:y|ies)|publish(?:ed|es)?|issued?|wr(?:ote|ite|itten)|number|count|list|show|find|give|tell|name|all|newest|latest|recent(?:ly)?|lately|most|new|last|past|previous|this|current|today|yesterday|weeks?|months?|quarters?|years?|days?|since|after|before|between|during|until|january|february|march|april|june|july|august|september|october|november|december|corpus|library|database|collection|mention(?:s|ing|ed)?|discuss(?:es|ing|ed)?|deal(?:s|ing)?|talk(?:s|ing)?|concern(?:s|ing)?|who|whom|what|which|when|where|why|how|please|anyone|anybody|being|get|got|out|came|come|start(?:s|ed|ing)? coverage)\b`)
	ratingEn = regexp.MustCompile(`\b(?:overweight|underweight|equal[- ]weight|outperform|underperform|buy|hold|sell|neutral|accumulate|reduce|add)\b`)
	// what is left of a Chinese question between its words; 锂 is a topic
	fillers = "没些什样怎谁几多少吗家篇份个新出写讲说谈只做看最近中里内上下前后年月日天周期关于名位来共总都又至由啥"
	naming  = regexp.MustCompile(`提到|提及|谈到|说到|讲到|涉及|\bmention`)
	recency = regexp.MustCompile(`最近|近期|近日|\brecent(?:ly)?\b|\blately\b`)
)

// topic returns the words of the question that are left when the conditions
// and the asking are taken out, folded, each a run of Han or other letters.
func topic(q retrieval.Query, read reading.Reading, found retrieval.Found) []string {
	s := text.Fold(q.Text)
	drop := func(w string) {
		if w != "" {
			s = strings.ReplaceAll(s, w, " ")
		}
	}
	for _, m := range found.Securities {
		drop(m.Words)
	}
	for _, p := range read.Publishers {
		drop(text.Fold(p))
		drop(reading.ShortPublisher(p))
	}
	for _, i := range read.Industries {
		drop(text.Fold(i))
		drop(strings.TrimSuffix(text.Fold(i), "行业"))
	}
	for _, r := range read.Ratings {
		drop(text.Fold(r))
	}
	if len(read.Ratings) > 0 { // the question may say it in another language
		s = ratingEn.ReplaceAllString(s, " ")
	}
	if len(read.Actions) > 0 {
		s = actionWords.ReplaceAllString(s, " ")
	}
	s = text.Question(corpusEn.ReplaceAllString(corpusZh.ReplaceAllString(s, " "), " "))
	var out []string
	for _, w := range runs(s) {
		// What names an industry in another language than the reports is no topic beside it.
		foreign := len(read.Industries) > 0 && Language(w) != Language(strings.Join(read.Industries, ""))
		if !foreign && !industryWord(w, read.Industries) {
			out = append(out, w)
		}
	}
	return out
}

// actionWords are those of the table of actions, with their endings.
var actionWords = func() *regexp.Regexp {
	var all []string
	for _, a := range actions {
		for _, p := range a.printed {
			if p[0] < utf8.RuneSelf {
				p = `\b` + p + `[a-z]*\b`
			}
			all = append(all, p)
		}
	}
	return regexp.MustCompile(strings.Join(all, "|"))
}()

// industryWord reports whether w is another form of an English industry that
// was read: bank for Banks.
func industryWord(w string, industries []string) bool {
	return Language(w) == "en" && len(industries) > 0 && wordsIn(text.Fold(strings.Join(industries, " ")))[stem(w)]
}

// runs cuts s into runs of Han or of other letters and digits, without the
// characters that hold sentences together, bare numbers and words of asking.
func runs(s string) []string {
	var out []string
	var run []rune
	flush := func() {
		w := strings.Trim(string(run), ".-")
		run = nil
		if rest := strings.TrimLeft(w, "讲写谈说聊"); rest != "" { // verbs, as no topic begins
			w = rest
		}
		if w == "" || strings.Trim(w, "0123456789.%") == "" || strings.Trim(w, fillers) == "" {
			return
		}
		if Language(w) == "en" && (len(w) < 2 || len(text.Terms(w)) == 0 || stopped(w)) {
			return
		}
		out = append(out, w)
	}
	for _, r := range s {
		glue := false
		for t := range text.Tokens(string(r)) {
			glue = t.Glue()
		}
		switch {
		case glue || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '.':
			flush()
			continue
		case len(run) > 0 && text.IsHan(r) != text.IsHan(run[len(run)-1]):
			flush()
		}
		run = append(run, r)
	}
	flush()
	return out
}

// stopped reports whether an English word says nothing by itself: Terms
// leaves it out beside a word that does.
func stopped(w string) bool { return len(text.Terms(w+" lithium")) < 2 }

// holds reports whether a folded text holds all words of a topic. A word of
// Han may stand in pieces of two characters and more: 储能系统价格 is in a
// text on 储能系统的价格.
func holds(folded string, words []string) bool {
	var have map[text.Token]bool
	for _, w := range words {
		if Language(w) == "zh" {
			if !pieces(folded, []rune(w)) {
				return false
			}
			continue
		}
		if have == nil {
			have = wordsIn(folded)
		}
		if !have[stem(w)] && !strings.Contains(w, "-") || strings.Contains(w, "-") && !strings.Contains(folded, w) {
			return false
		}
	}
	return true
}

// pieces reports whether s holds w, or parts of it that make up all of it.
func pieces(s string, w []rune) bool {
	if strings.Contains(s, string(w)) {
		return true
	}
	to := make([]bool, len(w)+1) // whether the first so many runes are made up
	to[0] = true
	for i := range w {
		for k := i + 2; to[i] && k <= len(w) && strings.Contains(s, string(w[i:k])); k++ {
			to[k] = true
		}
	}
	return to[len(w)]
}

func wordsIn(folded string) map[text.Token]bool {
	out := map[text.Token]bool{}
	for t := range text.Tokens(folded) {
		out[t] = true
	}
	return out
}

// stem is the token under which a single word is searched.
func stem(w string) text.Token {
	for t := range text.Tokens(w) {
		return t
	}
	return 0
}

// A topic is looked for in topicHits passages, and in more up to mostHits
// while many of them hold it.
const (
	topicHits = 500
	mostHits  = 8000
)

// onTopic notes which reports hold the words of a topic: those whose title
// does, or whose industry or securities are it, and by report the best passage
// that does. A search that fails costs what it would have found.
func (a *Answerer) onTopic(ctx context.Context, q retrieval.Query, words []string, c *catalogue, reports []*report.Report) error {
	c.words, c.titled, c.hits = words, map[string]bool{}, map[string]*retrieval.Hit{}
	mentioned := map[string]bool{}
	for _, r := range reports {
		c.titled[r.ID] = holds(text.Fold(r.Title+" "+r.Industry+allOf(r.Securities)), words)
		mentioned[r.ID] = holds(text.Fold(allOf(r.Mentions)), words)
	}
	err := a.searchTopic(ctx, q, c)
	for id := range mentioned { // by a name that no passage says like this
		c.titled[id] = c.titled[id] || mentioned[id] && c.hits[id] == nil
	}
	return err
}

// allOf is all that is known of the securities in one text.
func allOf(securities []report.Security) string {
	var b strings.Builder
	for _, s := range securities {
		b.WriteString(" " + s.Name + " " + s.Code)
	}
	return b.String()
}

// searchTopic notes the passages that hold the topic, and whether those are all.
func (a *Answerer) searchTopic(ctx context.Context, q retrieval.Query, c *catalogue) error {
	take := func(list []retrieval.Hit) (last int) {
		for i := range list {
			h := &list[i]
			if !holds(text.Fold(h.Report.Title+" "+h.Passage.Header()+" "+h.Passage.Text), c.words) {
				continue
			}
			last = i + 1
			if c.hits[h.Report.ID] == nil {
				c.hits[h.Report.ID] = h
			}
		}
		return last
	}
	for limit := topicHits; ; limit *= 4 {
		wide, err := a.search.Search(ctx, retrieval.Query{Text: strings.Join(c.words, " "), Scope: q.Scope, Now: q.Now, Limit: limit, Copies: true})
		if err != nil {
			take(c.found.Hits)
			c.all = false
			return err
		}
		last := take(wide.Hits)
		// Passages that share a character with the topic follow those that
		// hold it: where the lower half is only such, the search has seen all.
		if c.all = len(wide.Hits) < limit || last <= limit/2; c.all || limit >= mostHits {
			return nil
		}
	}
}
