package parse

import (
	"regexp"
	"strings"

	"reportbot/ingest/text"
)

const (
	ratingWords = `(?:强烈推荐|审慎推荐|谨慎推荐|审慎增持|谨慎增持|推荐|买入|增持|强于大市|优于大市|弱于大市|跑赢行业|跑输行业|跑赢大市|同步大市|领先大市|中性|看好|看淡|减持|卖出|持有|回避)(?:-[AB])?|未评级|无评级`
	actionWords = `首次评级|首次覆盖|首次|维持|上调|调高|下调|调低|重申|不变|无变动`
	englishWord = `Overweight|Underweight|Equal[- ]weight|Outperform|Underperform|Market Perform|Strong Buy|Buy|Hold|Sell|Neutral|Accumulate|Reduce|Add`
	englishMove = `Maintain(?:ed)?|Reiterate(?:d)?|Initiat(?:e|ed|ion|ing)(?: coverage)?|Upgrade(?:d)?|Downgrade(?:d)?|Unchanged|Resume(?:d)?`
)

var (
	// A line that is nothing but a rating: 推荐 (维持) / 投资评级：买入（上调）
	ratingLine = regexp.MustCompile(`^(?:(?:行业|公司|股票|投资|最新)*评级\s*[:：]?\s*)?(?:` + ratingWords + `)\s*[（(\[/|\s]*\s*(?:` + actionWords + `)?\s*[)）\]]?(?:评级)?$|` +
		`^(?i)(?:(?:stock )?rating\s*[:：]?\s*)?(?:` + englishWord + `)\s*[（(\[/|,\s]*\s*(?:` + englishMove + `)?\s*[)）\]]?$`)
	ratingPair = regexp.MustCompile(`(` + ratingWords + `)[”"]?\s*(?:评级)?\s*[（(\[/|\s]\s*(` + actionWords + `)`)
	// 维持 强于大市: the action stands first in a cell of its own
	actionFirst = regexp.MustCompile(`^(` + actionWords + `)\s*[（(\[|\s]?\s*(` + ratingWords + `)[)）\]]?$`)
	pairReverse = regexp.MustCompile(`(首次覆盖|维持|上调|下调|调高|调低|重申|给予|首次)[，,]?[^。；;，,]{0,12}?[“"']?(` + ratingWords + `)[”"']?\s*(?:的?投资)?评级`)
	labelled    = regexp.MustCompile(`评级\s*[:：\t ]\s*[“"]?(` + ratingWords + `)[”"]?\s*[（(\[/|,，\t ]*\s*(` + actionWords + `)?`)
	raisedTo    = regexp.MustCompile(`评级[^。；;]{0,4}[由从]\s*[“"']?(?:` + ratingWords + `)[”"']?[^。；;]{0,4}(上调|下调|调高|调低)[至到为]\s*[“"']?(` + ratingWords + `)|[由从]\s*[“"']?(?:` + ratingWords + `)[”"']?\s*(?:评级)?\s*(上调|下调|调高|调低)[至到为]\s*[“"']?(` + ratingWords + `)`)
	english     = regexp.MustCompile(`(?i)\brating\s*[:：\t ]\s*(` + englishWord + `)\b\s*[（(\[/|,\t ]*\s*(` + englishMove + `)?`)
	englishLine = regexp.MustCompile(`(?i)^(` + englishWord + `)\s*[（(\[/|,\s]*(` + englishMove + `)?[)）\]]?$`)
	englishBack = regexp.MustCompile(`(?i)\b(` + englishMove + `)\b[^.;]{0,24}?\b(?:at|to|with|an?|our)?\s*(` + englishWord + `)\b`)
)

// rule reads a rating with the groups of an expression.
type rule struct {
	re             *regexp.Regexp
	rating, action int
}

var (
	rulesZh = []rule{{ratingPair, 1, 2}, {actionFirst, 2, 1}, {labelled, 1, 2}, {raisedTo, 2, 1}, {raisedTo, 4, 3}, {pairReverse, 2, 1}}
	rulesEn = []rule{{english, 1, 2}, {englishLine, 1, 2}, {englishBack, 2, 1}}
	anyOf   = regexp.MustCompile(ratingWords + `|(?i:` + englishWord + `)`)
)

// rating reads the rating from page 1 alone: rating words fill the definition
// table of every disclaimer. A note on several companies has their ratings in
// rows and sentences; only a line that is nothing but a rating is its own.
func (h *head) rating() {
	rules := rulesZh
	if h.r.Language == "en" {
		rules = rulesEn
	}
	if h.roundup() {
		rules = nil
	}
	for _, u := range rules {
		for i := range h.first {
			if h.tryRating(u, i) {
				return
			}
		}
	}
	for i := range h.first { // a rating alone on a line, or in a cell with what happened to it
		p := &h.first[i]
		if p.drop != "" || p.row && codeInRow.MatchString(p.text) {
			continue
		}
		for k, s := range append([]string{p.text}, strings.Split(p.text, "\t")...) {
			if s = strings.TrimSpace(s); !ratingLine.MatchString(s) || k > 0 && !moveOf.MatchString(s) {
				continue
			}
			h.r.Rating, h.r.RatingAction = anyOf.FindString(s), moveOf.FindString(s)
			h.read("rating", p)
			if h.r.RatingAction == "" {
				h.actionNear(i)
			}
			return
		}
	}
}

// tryRating applies a rule to one paragraph of the first page.
func (h *head) tryRating(u rule, i int) bool {
	p := &h.first[i]
	s := strings.TrimSpace(p.text)
	if h.r.Language != "en" {
		s = text.Fold(s)
	}
	m := u.re.FindStringSubmatch(formerRating.ReplaceAllString(s, ""))
	if m == nil || m[u.rating] == "" || quoted.MatchString(p.text) || defines.MatchString(p.text) {
		return false
	}
	if p.row && codeInRow.MatchString(p.text) { // a row of somebody else's rating
		return false
	}
	h.r.Rating, h.r.RatingAction = m[u.rating], strings.TrimSuffix(strings.TrimSuffix(m[u.action], "评级"), "覆盖")
	if h.r.RatingAction == "给予" {
		h.r.RatingAction = ""
	}
	h.read("rating", p)
	if h.r.RatingAction == "" {
		h.actionNear(i)
	}
	return true
}

var (
	// rows of the definition of ratings: 买入 涨幅高于基准指数20%以上
	defines = regexp.MustCompile(`(相对|高于|低于|介于|强于|弱于|优于|超越|跑赢).{0,12}(基准|指数|沪深|大盘|市场平均)|以上$|未来.{0,10}个月.{0,16}(收益率|涨幅|涨跌幅|变动幅度)|变动幅度在|(?i)expected to|benchmark`)
	// a security's code in a row
	codeInRow = regexp.MustCompile(`\b\d{6}(\.(SZ|SH|BJ))?\b|\b\d{4,5}\.HK\b|\b[A-Z]{1,5}\.(US|N|O|OQ)\b`)
	// notes that come at fixed times and speak of many companies
	periodic = regexp.MustCompile(`晨会|早会|晨报|早报|日报|周报|双周报|月报|会议纪要|(?i)\b(morning|daily|weekly|monthly)\b`)
	// a row of a table of several companies: a code and a rating
	ratedRow = regexp.MustCompile(`(?:^|\t)(?:` + ratingWords + `|(?i:` + englishWord + `))(?:\t|$)`)
)

// roundup reports whether the report speaks of several companies with a rating
// each: a morning note, or a front with a table of codes and ratings and no
// company in the title.
func (h *head) roundup() bool {
	if periodic.MatchString(h.r.Title) {
		return true
	}
	codes := map[string]bool{}
	for i := range h.first {
		if p := &h.first[i]; p.row && ratedRow.MatchString(p.text) {
			if c := codeInRow.FindString(p.text); c != "" {
				codes[c] = true
			}
		}
	}
	return len(codes) >= 2 && !companyTitle.MatchString(h.r.Title)
}

// companyTitle is a title with a security's code.
var companyTitle = regexp.MustCompile(`[（(]\s*([0-9]{4,6}|[A-Z]{1,5})(\.[A-Z]{1,3})?\s*[)）]`)

// initiates is how a report that begins to cover a company calls itself.
var initiates = regexp.MustCompile(`首次覆盖|(?i:\bInitiat(?:ing|ion|e)\b)`)

// formerRating is the rating of the report before, printed beside this one's.
var formerRating = regexp.MustCompile(`(?:前次|上次|前一次|原|此前)(?:投资)?评级\s*[:：\t ]?\s*[“"]?(` + ratingWords + `)|(?i:\b(?:prior|previous|old|former|last) rating)\s*[:：\t ]?\s*(` + englishWord + `)`)

// actionBefore infers what happened to the rating from the former one: the
// same is kept; of a change the report says itself where it went.
func (h *head) actionBefore() {
	if h.r.Rating == "" || h.r.RatingAction != "" {
		return
	}
	for i := range h.first { // a first report says so in its heads
		if m := initiates.FindString(h.first[i].text); m != "" && h.first[i].runes() < 40 && !quoted.MatchString(h.first[i].text) {
			h.r.RatingAction = m
			if strings.HasPrefix(m, "首次") {
				h.r.RatingAction = "首次"
			}
			h.read("rating_action", &h.first[i])
			return
		}
	}
	for i := range h.first {
		m := formerRating.FindStringSubmatch(h.first[i].text)
		if m == nil || !strings.EqualFold(m[1]+m[2], h.r.Rating) {
			continue
		}
		h.r.RatingAction = "维持"
		if h.r.Language == "en" {
			h.r.RatingAction = "Maintain"
		}
		h.read("rating_action", &h.first[i])
		return
	}
}

var moveOf = regexp.MustCompile(actionWords + `|(?i:` + englishMove + `)`)

var onlyAction = regexp.MustCompile(`^[（(\[]?(` + actionWords + `|(?i:` + englishMove + `))(?:评级)?[)）\]]?$`)

// actionNear looks for the action on the two lines after the rating.
func (h *head) actionNear(i int) {
	for k := i + 1; k <= i+2 && k < len(h.first); k++ {
		if m := onlyAction.FindStringSubmatch(strings.TrimSpace(h.first[k].text)); m != nil {
			h.r.RatingAction = m[1]
			return
		}
	}
}
