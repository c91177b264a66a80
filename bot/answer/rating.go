package answer

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	typed "reportbot/ingest/fact" // fact is a kind of question of ours
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	reading "reportbot/retrieval/question" // question is a type of ours
)

var (
	aRating = regexp.MustCompile(`评级|\brat(?:ings?|ed?)\b`)
	// what one should do, which reports answer with their rating
	advice = regexp.MustCompile(`(?:买入?|卖出?|持有|投资|入手|加仓|减仓|建仓|清仓|上车|抄底|推荐)(?:吗|么|嘛|不|还是|或|$)|还是(?:买|卖|持有|观望)|(?:该|应该|应当|要|能|可以|可否|能否|值得|适合|建议|是否|要不要|该不该|能不能|值不值得)(?:现在|继续|再)?(?:买|卖|持有|投资|入手|加仓|减仓|建仓|清仓|上车|抄底|推荐)|` +
		`\b(?:is|are|still)\b.*\b(?:buy|sell|hold)\b|\bshould (?:i|we|one|you|investors|anyone|people)\b|\b(?:buy|sell|hold),? or\b|\bworth (?:buying|holding|owning|investing)|\bgood (?:buy|investment|stock)|\brecommend|\btime to (?:buy|sell)`)
	// what such questions say besides
	ratingRest = regexp.MustCompile(`投资评级|评级|买入?|卖出?|持有|投资|入手|加仓|减仓|建仓|清仓|上车|抄底|推荐|观望|股票|个股|这只|那只|股|最新|目前|当前|现在|如今|今天|明天|眼下|各家|各大|每家|各个|各|券商|机构|投行|卖方|研报|报告|分析师|分别|都|各自|给予|给出|给了|给|对|有|要不要|该不该|能不能|可不可以|值不值得|应不应该|应该|应当|可以|可否|能否|能|值得|适合|建议|是否|是不是|还是|或者|或|继续|再|还|不|该|要|去|来|了|是|为|什么|啥|多少|如何|怎么样|怎样|怎么|几|哪些|吗|么|嘛|呢|掉|的|我们|我|你|请问|觉得|认为|入|出|` +
		`\b(?:ratings?|rated?|buy(?:ing)?|sell(?:ing)?|hold(?:ing)?|own(?:ing)?|add|avoid|invest(?:ing|ment)?|in|into|or|an?|the|of|on|for|to|at|by|what|whats|is|are|was|be|it|its|do|does|did|how|should|would|could|can|i|we|one|you|they|investors|anyone|people|still|now|today|right|good|worth|time|recommend(?:ed|ation|ations)?|stock|shares?|company|currently|current|latest|newest|newly|each|every|all|house|houses|broker|brokers|brokerage|analysts?|give|gives|given|have|has|carry|carries|put|get|there|any|s|please|tell|me|show|and|view|reports?|think)\b`)
	// how a sentence gives a rating
	statedZh = regexp.MustCompile(`评级[^，。；;,]{0,14}[至到为]\s*[“"]?\s*(` + reading.RatingWords + `)|[“"]?\s*(` + reading.RatingWords + `)\s*[”"]?\s*(?:的?投资)?(?:评级|rating)|(?:评级|rating)(?: of| is|是|:)?\s*[“"]?(` + reading.RatingWords + `)|\brated? (?:it )?(` + reading.RatingWords + `)\b`)
	ratingOf = regexp.MustCompile(`^(?:` + reading.RatingWords + `)$`)
)

// asksRating reports whether a question asks how one company is rated, or what
// to do with its shares, and nothing else.
func asksRating(q retrieval.Query, read reading.Reading, found retrieval.Found) (asks, advised bool) {
	s := text.Fold(q.Text)
	if len(typed.Names(s)) > 0 || isHistory.MatchString(s) || read.History || len(published(s)) > 0 || len(read.Ratings)+len(read.Actions) > 0 && !advice.MatchString(s) {
		return false, false
	}
	for _, m := range found.Securities {
		s = strings.ReplaceAll(s, m.Words, " ")
	}
	for _, w := range read.Called {
		s = strings.ReplaceAll(s, w, " ")
	}
	advised = advice.MatchString(strings.TrimRight(text.Fold(s), " ?。!"))
	if !advised && !aRating.MatchString(s) {
		return false, false
	}
	return !strings.ContainsFunc(ratingRest.ReplaceAllString(s, " "), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }), advised
}

// ratings answers how a company is rated: each house's latest rating, newest
// first. What a house said before it changed its mind is not shown.
func (a *Answerer) ratings(ctx context.Context, q retrieval.Query, read reading.Reading, found retrieval.Found, reports []*report.Report, lang string) (_ Answer, ok bool) {
	asks, advised := asksRating(q, read, found)
	if !asks || len(found.Securities) == 0 || len(a.uncovered(q, found)) > 0 || !oneCompany(found.Securities) {
		return Answer{}, false
	}
	read.Ratings, read.Actions = nil, nil // 该买入吗: no condition
	c := catalogue{lang: lang, all: true, rated: true, at: map[string]int{}}
	heard := map[string]bool{}
	said := map[string]bool{}
	for _, r := range meant(q, read, reports) {
		if heard[r.Publisher] || !onAny(r, found.Securities) {
			continue
		}
		rating, cited := a.ratingIn(ctx, q, &c, r, found.Securities)
		if rating == "" {
			continue
		}
		heard[r.Publisher], said[text.Fold(rating)] = true, true
		c.claim(strings.TrimSpace(r.Publisher+" "+r.Published)+either(lang, " 评级：", " rating: ")+rating, cited)
		if len(heard) == mostListed {
			break
		}
	}
	if len(c.out.Claims) == 0 {
		conds := conditions(read, found.Securities, lang)
		if all := newestFirst(q, reports); !q.Loose && len(read.Publishers) > 0 && len(fit(all, conds)) == 0 {
			c.wider(reading.List, all, conds) // the house has nothing on it
			return c.out, c.out.Status == Abstained
		}
		return Answer{}, false
	}
	c.out.Status, c.out.Text = Answered, render(c.out.Claims)
	w := words(lang)
	if len(said) > 1 {
		c.out.Reason = Reason{Code: "differ", Text: w.rated}
	}
	if advised {
		c.out.Reason = Reason{Code: "advice", Text: strings.TrimSpace(c.out.Reason.Text + " " + w.noAdvice)}
	}
	return c.out, true
}

// oneCompany reports whether all mentions are of one company, be it by several
// names or shares.
func oneCompany(named []security.Mention) bool {
	for _, m := range named {
		if security.Name(m.Name) != security.Name(named[0].Name) && !slices.Contains(m.Others, security.Name(named[0].Name)) {
			return false
		}
	}
	return true
}

// ratingIn is the rating that a report gives the company, with what happened to
// it, and its citation; "" where it gives none. The rating of a report on many
// is the industry's: theirs stand in its rows and sentences.
func (a *Answerer) ratingIn(ctx context.Context, q retrieval.Query, c *catalogue, r *report.Report, named []security.Mention) (string, int) {
	c.found.Hits = a.within(ctx, q, r, nameOf(named[0].Security)+" 评级 rating")
	if len(r.Securities) == 1 || onAny(&report.Report{Securities: r.Securities[:1]}, named) && speaksOf(r.Title, named) {
		if r.Rating == "" {
			return "", 0
		}
		rating := r.Rating
		if r.RatingAction != "" {
			rating += either(c.lang, "（"+r.RatingAction+"）", " ("+r.RatingAction+")")
		}
		return rating, c.cite(r)
	}
	for k := range c.found.Hits {
		h := &c.found.Hits[k]
		for _, u := range units(c.found.Hits, k) {
			on := speaksOf(u.quote, named) || !u.row && speaksOf(h.Passage.SectionTitle(), named)
			if !on {
				continue
			}
			if rating := stated(u); rating != "" {
				return rating, c.add(h, u.from, u.quote)
			}
		}
	}
	return "", 0
}

// speaksOf reports whether a text says one of the names or codes.
func speaksOf(s string, named []security.Mention) bool {
	s = text.Fold(s)
	for _, m := range named {
		for _, name := range append([]string{security.Name(m.Name), text.Fold(m.Code), m.Words}, m.Others...) {
			if name != "" && strings.Contains(s, name) {
				return true
			}
		}
	}
	return false
}

// stated is the rating that a row or sentence gives.
func stated(u unit) string {
	if u.row {
		for _, cell := range strings.Split(u.quote, "\t") {
			if cell = strings.TrimSpace(cell); ratingOf.MatchString(text.Fold(cell)) {
				return cell
			}
		}
		return ""
	}
	m := statedZh.FindStringSubmatch(text.Fold(u.quote))
	if m == nil {
		return ""
	}
	rating := strings.Join(m[1:], "")
	if i := strings.Index(strings.ToLower(u.quote), rating); i >= 0 { // as printed
		return u.quote[i : i+len(rating)]
	}
	return rating
}

// within finds the passages of one report, those nearest to the words first.
func (a *Answerer) within(ctx context.Context, q retrieval.Query, r *report.Report, words string) []retrieval.Hit {
	of := retrieval.Query{Text: words, Scope: q.Scope, Now: q.Now, Limit: topicHits, Copies: true}
	if r.Publisher != "" {
		of.Publishers = []string{r.Publisher}
	}
	if day, err := time.Parse(time.DateOnly, r.Published); err == nil {
		of.Since, of.Until = day, day
	}
	found, err := a.search.Search(ctx, of)
	if err != nil {
		return nil // its metadata stand
	}
	return slices.DeleteFunc(found.Hits, func(h retrieval.Hit) bool { return h.Report.ID != r.ID })
}
