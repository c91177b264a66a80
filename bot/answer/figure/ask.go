// Package figure works out what a question asks of typed figures: growth
// between two years, what a target price leaves to gain, where houses differ.
// Every line it writes shows its formula and names the facts it rests on.
package figure

import (
	"regexp"
	"slices"

	"reportbot/ingest/fact"
	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// kind is what is to be worked out.
type kind int

const (
	views    kind = iota // what each house says
	growth               // from one period to another
	compound             // the same, a year
	revision             // from the previous figure to the present one
	upside               // from the price to the target price
)

// Ask is what a question wants of a metric.
type Ask struct {
	kind    kind
	metric  report.Metric
	periods []string // one of views, two of growth and compound, in order of time; none for prices
	anyway  bool     // views are written where houses agree as well
	order   int      // of views: 1 lowest first, -1 highest first, 0 newest first
}

var (
	isUpside   = regexp.MustCompile(`(?:上涨|上行|上升|涨幅|潜在)空间|潜在涨幅|还有多(?:少|大)空间|\bupside\b`)
	isCompound = regexp.MustCompile(`复合|\bcagr\b|\bcompound`)
	isRevision = regexp.MustCompile(`(?:上调|下调|调整|调高|调低|变动|变化|提高|降低)[^,?]{0,6}(?:多少|幅度|几)|幅度|\bby how much\b|\bhow much\b.{0,40}\b(?:rais|cut|lower|lift|chang|revis)`)
	isChange   = regexp.MustCompile(`增长|增幅|增速|增加|提高|提升|下降|减少|降低|变化|变动|相比|相差|差多少|[比较].{1,12}[多高少低增降]|翻|\bgr[eo]w|\bincreas|\bdecreas|\bchang|\bris(?:e|en)\b|\brose\b|\bf[ae]ll|\bcompar|\bversus\b|\bvs\b|\bdiffer`)
	isPast     = regexp.MustCompile(`历史|历次|以前|之前|此前|前次|上次|history|previous|prior`)
	isHighest  = regexp.MustCompile(`最高|最乐观|\bhighest\b`)
	isLowest   = regexp.MustCompile(`最低|最保守|最悲观|\blowest\b`)
)

// Anyway is a that writes views also where houses agree, or one alone has any:
// for where quoting fails.
func (a Ask) Anyway() Ask {
	a.anyway = true
	return a
}

// isRange finds what makes two years of a list its ends.
var isRange = regexp.MustCompile(`\d年?e?\s?(?:-|–|—|~|至|到|to)\s?(?:fy)?\d`)

func ends(periods []string) []string { return []string{periods[0], periods[len(periods)-1]} }

// timeless metrics have no period.
var timeless = map[report.Metric]bool{report.TargetPrice: true, report.Price: true, report.MarketCap: true}

// Read reads what a question asks of one metric of one security over the
// business periods it names; ok is false for what is not worked out here.
func Read(question string, periods []string) (a Ask, ok bool) {
	s := text.Fold(question)
	metrics := fact.Asked(s)
	if isUpside.MatchString(s) {
		return Ask{kind: upside, metric: report.TargetPrice}, true
	}
	if len(metrics) != 1 {
		return Ask{}, false
	}
	a = Ask{metric: metrics[0], periods: slices.Sorted(slices.Values(periods))}
	switch {
	case timeless[a.metric] && isRevision.MatchString(s):
		a.kind, a.periods = revision, nil
	case len(periods) > 1 && isCompound.MatchString(s):
		a.kind, a.periods = compound, ends(a.periods)
	case len(periods) > 1 && isChange.MatchString(s) && (len(periods) == 2 || isRange.MatchString(s)):
		a.kind, a.periods = growth, ends(a.periods)
	case isPast.MatchString(s) || len(periods) > 1 || isChange.MatchString(s):
		return Ask{}, false
	case timeless[a.metric] && len(periods) == 0, !timeless[a.metric] && len(periods) == 1:
		switch {
		case isHighest.MatchString(s):
			a.order = -1
		case isLowest.MatchString(s):
			a.order = 1
		}
	default:
		return Ask{}, false
	}
	return a, true
}
