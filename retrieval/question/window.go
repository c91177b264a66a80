package question

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// window is the days on which the reports came out that a question wants.
// Days, weeks and months counted from today are always meant so; a date of the
// calendar only beside a word for the report, since figures have dates too.
type window struct {
	now          time.Time // midnight
	since, until time.Time
	words        []string // by which the question says so
}

func (w *window) bounds() (since, until string) {
	if !w.since.IsZero() {
		since = w.since.Format(time.DateOnly)
	}
	if !w.until.IsZero() {
		until = w.until.Format(time.DateOnly)
	}
	return since, until
}

// set says whether a window was found.
func (w *window) set() bool { return !w.since.IsZero() || !w.until.IsZero() }

// read takes the window out of s and returns the rest, in which no year is left
// that was part of a date.
func (w *window) read(s string) string {
	for _, rel := range relatives {
		at := rel.re.FindStringSubmatchIndex(s)
		if at == nil || w.set() {
			continue
		}
		w.since, w.until = rel.days(w.now, rel.re.FindStringSubmatch(s))
		if w.since.Before(w.now.AddDate(-1, -1, 0)) && !aReport.MatchString(s) {
			w.since, w.until = time.Time{}, time.Time{} // figures of several years
		}
		if w.set() {
			from, to := core(s, at[0], at[1])
			w.words = append(w.words, s[from:to])
			s = s[:from] + " " + s[to:]
		}
	}
	s = w.span(s)
	var rest strings.Builder
	from := 0
	for _, at := range calendar.FindAllStringIndex(s, -1) {
		d, end := w.dateOf(s[at[0]:at[1]]), at[1]
		if s[at[0]:at[1]] == "may" && !monthMay.MatchString(s[:at[0]]) {
			continue
		}
		ofReport := published(s[:at[0]], s[end:], d.part)
		if d.part <= ofQuarter && !ofReport {
			continue // a period
		}
		rest.WriteString(s[from:at[0]] + " ")
		from = end
		if ofReport && !w.set() && d.real {
			w.words = append(w.words, s[at[0]:end])
			w.take(d, s[:at[0]], s[end:])
		}
	}
	return rest.String() + s[from:]
}

// span reads two dates of which the window reaches from one to the other, and
// the year so far.
func (w *window) span(s string) string {
	if at := yearSoFar.FindStringIndex(s); at != nil && !w.set() {
		w.since, w.until = time.Date(w.now.Year(), 1, 1, 0, 0, 0, 0, time.UTC), w.now
		w.words = append(w.words, s[at[0]:at[1]])
		return s[:at[0]] + " " + s[at[1]:]
	}
	all := calendar.FindAllStringIndex(s, -1)
	for i := 1; i < len(all) && !w.set(); i++ {
		a, b := all[i-1], all[i]
		from, to := w.dateOf(s[a[0]:a[1]]), w.dateOf(s[b[0]:b[1]])
		if !between.MatchString(s[a[1]:b[0]]) || from.part == ofYear || !from.real || !to.real || !published(s[:a[0]], s[b[1]:], to.part) {
			continue
		}
		if to.at.Before(from.at) || !ownYear.MatchString(s[b[0]:b[1]]) && from.at.Year() != to.at.Year() {
			to.at = to.at.AddDate(from.at.Year()-to.at.Year(), 0, 0)
		}
		if to.at.Before(from.at) || to.last().Before(from.at) {
			continue
		}
		w.since, w.until = from.at, to.last()
		w.words = append(w.words, s[a[0]:b[1]])
		return s[:a[0]] + " " + s[b[1]:]
	}
	return s
}

var monthMay = regexp.MustCompile(`\b(?:in|since|of|from|before|after) $`)

var hanMonth = regexp.MustCompile(`(十[一二]?|[一二三四五六七八九])月`)

// digitMonths writes 九月 as 9月.
func digitMonths(s string) string {
	return hanMonth.ReplaceAllStringFunc(s, func(m string) string {
		return strconv.Itoa(count(strings.TrimSuffix(m, "月"))) + "月"
	})
}

var aReport = regexp.MustCompile(reportWord + `|\b(?:reports?|notes?|research)\b`)

var (
	yearSoFar = regexp.MustCompile(`(?:今年|年初|年内)(?:以来|至今)的?[^，。？?,]{0,6}(?:` + reportWord + `)|\b(?:reports?|notes?) (?:of |from )?(?:this year|year to date)`)
	between   = regexp.MustCompile(`^ ?(?:-|–|—|~|至|到|to|and|until) ?$`)
)

// calendar matches dates that are more than a year, and years.
var calendar = regexp.MustCompile(`(?:(?:20)?\d\d年|今年|去年|前年)第?[一二三四]季度|(?:(?:20)?\d\d年|今年|去年|前年)?\d{1,2}月(?:\d{1,2}[日号]|份)?|20\d\d[-/.](?:1[0-2]|0?[1-9])(?:[-/.]\d{1,2})?\b|20\d\d年?|[今去前]年` +
	`|(?:\b\d{1,2}(?:st|nd|rd|th)? )?\b(?:` + monthNames + `)\b\.?(?: \d{1,2}(?:st|nd|rd|th)?\b)?(?:,? 20\d\d)?`)

const monthNames = `jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?`

// date is a year, a month or a day.
type date struct {
	at   time.Time // its first day
	part part
	real bool // false for the 30th of February
}

type part int

const (
	ofYear part = iota
	ofQuarter
	ofMonth
	ofDay
)

func (d *date) last() time.Time {
	switch d.part {
	case ofYear:
		return d.at.AddDate(1, 0, -1)
	case ofQuarter:
		return d.at.AddDate(0, 3, -1)
	case ofMonth:
		return d.at.AddDate(0, 1, -1)
	}
	return d.at
}

var (
	numbers  = regexp.MustCompile(`\d+`)
	monthEn  = regexp.MustCompile(monthNames)
	ownYear  = regexp.MustCompile(`20\d\d|年`)
	yearLong = regexp.MustCompile(`^20\d\d$`)
)

// dateOf reads what calendar matched. Without a year it is the latest such
// date that is not to come.
func (w *window) dateOf(s string) date {
	y, m, d := 0, 0, 0
	for back, name := range []string{"今年", "去年", "前年"} {
		if strings.HasPrefix(s, name) {
			y = w.now.Year() - back
		}
	}
	if name := monthEn.FindString(s); name != "" {
		m = 1 + strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", name[:3])/3
	}
	quarter := strings.Contains(s, "季度")
	if quarter {
		m = 3*count(string([]rune(strings.TrimSuffix(s, "季度"))[len([]rune(s))-3])) - 2
	}
	for i, digits := range numbers.FindAllString(s, -1) {
		n, _ := strconv.Atoi(digits)
		switch {
		case yearLong.MatchString(digits):
			y = n
		case i == 0 && strings.HasPrefix(s, digits+"年") && len(digits) == 2:
			y = 2000 + n
		case m == 0:
			m = n
		default:
			d = n
		}
	}
	if y == 0 {
		y = w.now.Year()
		if time.Date(y, time.Month(m), max(d, 1), 0, 0, 0, 0, time.UTC).After(w.now) {
			y--
		}
	}
	out := date{at: time.Date(y, time.Month(max(m, 1)), max(d, 1), 0, 0, 0, 0, time.UTC)}
	switch {
	case quarter:
		out.part = ofQuarter
	case d > 0:
		out.part = ofDay
	case m > 0:
		out.part = ofMonth
	}
	out.real = m <= 12 && (m > 0 || !strings.Contains(s, "月")) && out.at.Day() == max(d, 1)
	return out
}

var (
	// what stands between a date and the word for the report: the year of a
	// report must stand close to it, or it is that of a figure
	afterYear = regexp.MustCompile(`^(?:都?有哪些|有什么新?)?(?:以来|以后|之后|以前|之前|起|至今|初|底|末|全年)?的?(?:新?发布|发表|出|写)?的?(?:所有|全部|那[份篇]|深度|行业|公司)?的?(?:` + reportWord + `)`)
	afterDay  = regexp.MustCompile(`^[^，。？?,;；\d]{0,10}?(?:` + reportWord + `)`)
	sentOut   = regexp.MustCompile(`^(?:发过|发了|写过|出过|发布过|发布了)(?:什么|哪)`)
	// a report that a company files is a period: 2025年年度报告
	filing   = regexp.MustCompile(`^(?:[^，。？?,;；]{0,4}(?:年度|季度|中期|定期|财务)报告|[^，。？?,;；]{0,10}报告期)`)
	beforeEn = regexp.MustCompile(`(?:reports?|notes?|research|published|released|issued|out|views?)(?: (?:published|released|issued|written|out|from|of|in|on|since|after|before|dated|during|back|early|late))* (?:the )?$`)
	afterEn  = regexp.MustCompile(`^ (?:reports?|notes?|research)\b`)
)

const reportWord = `研报|研究报告|报告|点评|纪要|观点|晨会|晨报|周报|月报`

// beside is how many bytes around a date are looked at: without a bound a long
// text of dates took seconds.
const beside = 200

// published reports whether a date between two texts is that of a report.
func published(before, after string, p part) bool {
	before = before[max(0, len(before)-beside):]
	after = after[:min(len(after), beside)]
	if beforeEn.MatchString(before) || afterEn.MatchString(after) {
		return true
	}
	if filing.MatchString(after) {
		return false
	}
	if p <= ofQuarter {
		return afterYear.MatchString(after)
	}
	return afterDay.MatchString(after) || sentOut.MatchString(after)
}

var (
	sinceZh  = regexp.MustCompile(`^(?:以来|以后|之后|起|至今|后)`)
	untilZh  = regexp.MustCompile(`^(?:以前|之前|前)`)
	sinceEn  = regexp.MustCompile(`\b(?:since|after) $`)
	upTo     = regexp.MustCompile(`(?:截至|截止|截止到|直到|\buntil|\bup to) ?$`)
	beforeDt = regexp.MustCompile(`\bbefore $`)
)

// take makes d the window: from it on, up to it, or it alone.
func (w *window) take(d date, before, after string) {
	switch {
	case upTo.MatchString(before):
		w.until = d.last()
	case sinceZh.MatchString(after), sinceEn.MatchString(before) && !afterEn.MatchString(after):
		w.since, w.until = d.at, w.now
	case untilZh.MatchString(after), beforeDt.MatchString(before):
		w.until = d.at.AddDate(0, 0, -1)
	default:
		w.since, w.until = d.at, d.last()
	}
}
