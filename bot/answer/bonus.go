package answer

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// called is what speaks for a row that is called what is asked for.
func (c *candidate) called(q question) float64 {
	first, _, ok := strings.Cut(c.quote, "\t")
	if f := text.Fold(first); ok && utf8.RuneCountInString(f) > 1 && strings.Contains(q.folded, f) {
		return rowBonus
	}
	return 0
}

// leadingTime is what a question may begin with before it says whom it means.
var leadingTime = regexp.MustCompile(`^(?:(?:截至|截止|在|于|从|到)?(?:(?:19|20)?\d\d年度?|(?:[12]?\d月|[一二三四1-4]季度|[上下]半年|前三季度|全年|今年|去年|前年|明年|目前|最近|近期|年)[初末底中]?|\d{1,2}日|[,、的])\s*)+`)

// head is the longest beginning of the question that a hit says as it
// stands. Questions begin with whom they are about: of a firm or person that
// no report is about, this keeps namesakes apart.
func head(q question, h *retrieval.Hit) string {
	if len(q.names) > 0 || Language(q.folded) != "zh" {
		return ""
	}
	s := text.Fold(h.Report.Title + " " + h.Passage.Header() + " " + h.Passage.Text)
	asked := strings.TrimSpace(wording.ReplaceAllString(text.Question(q.folded), " "))
	asked = leadingTime.ReplaceAllString(asked, "")
	end := 0
	for i, r := range asked {
		if !strings.Contains(s, asked[:i+utf8.RuneLen(r)]) {
			break
		}
		end = i + utf8.RuneLen(r)
	}
	return asked[:end]
}

// house returns which of the houses the question names published the hit.
func house(q question, h *retrieval.Hit) string {
	p := text.Fold(h.Report.Publisher)
	for _, n := range q.houses {
		if strings.Contains(p, n) {
			return n
		}
	}
	return ""
}

// opinion finds questions for what a house says anew with every report, and
// those that ask for what holds now.
var opinion = regexp.MustCompile(`目标价|评级|最新|目前|现在|当前|price target|target price|\brating|\blatest\b|\bcurrent`)

// age makes older reports yield to newer ones where a company is asked about
// and nothing says that the past is meant; most of all for opinions.
func age(q question, h *retrieval.Hit, newest string) float64 {
	if !q.latest || len(q.names) == 0 {
		return 0
	}
	a, err := time.Parse(time.DateOnly, h.Report.Published)
	b, err2 := time.Parse(time.DateOnly, newest)
	if err != nil || err2 != nil {
		return 0
	}
	years := b.Sub(a).Hours() / 24 / 365
	if opinion.MatchString(q.folded) {
		return -staleOpinion * min(1, 2*years)
	}
	return -agePenalty * min(1, years)
}

var asksRisk = regexp.MustCompile(`风险|\brisks?\b`)

// warned is what speaks for a risk notice when risks are asked for: it lists
// them without saying the word again.
func warned(q question, h *retrieval.Hit) float64 {
	if h.Passage.Kind == report.Risk && asksRisk.MatchString(q.folded) {
		return riskBonus
	}
	return 0
}

var isPast = regexp.MustCompile(`^(前次|上次)|^(?:prior|previous)\b`)

// past is what speaks against a unit that gives what held before, when
// nothing says that the past is meant.
func past(q question, c *candidate) float64 {
	if isPast.MatchString(text.Fold(c.quote)) && !isHistory.MatchString(q.folded) {
		return pastPenalty
	}
	return 0
}

// sides are the two kinds of risks and cases.
var sides = [2]*regexp.Regexp{regexp.MustCompile(`上行|乐观|\bupside\b|\bbull`), regexp.MustCompile(`下行|悲观|\bdownside\b|\bbear`)}

// opposed is what speaks against a unit of the other side than the one asked
// for: downside risks for upside ones.
func opposed(q question, c *candidate) float64 {
	said := text.Fold(c.shown)
	for i, want := range sides {
		other := sides[1-i]
		if want.MatchString(q.folded) && !other.MatchString(q.folded) && other.MatchString(said) && !want.MatchString(said) {
			return sidePenalty
		}
	}
	return 0
}
