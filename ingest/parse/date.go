package parse

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

var (
	// 2023年02月07日, 2023-02-07, 2023/2/7
	dateForm = regexp.MustCompile(`(20[0-3]\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})`)
	// 7 February 2023 and February 7, 2023
	dayFirst = regexp.MustCompile(`(?i)\b(\d{1,2})\s+(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?,?\s+(20[0-3]\d)`)
	dayLast  = regexp.MustCompile(`(?i)\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+(\d{1,2}),?\s+(20[0-3]\d)`)
	// 20230207 or 2023-02-07 in a file name
	inName = regexp.MustCompile(`(20[0-3]\d)[-_.]?(0[1-9]|1[0-2])[-_.]?([0-2]\d|3[01])`)
	// a line that is a date and no more
	dateOnly = regexp.MustCompile(`(?i)^(?:\d{1,2}\s+[A-Z]{3}[a-z]*\.?,?\s+20\d\d|[A-Z]{3}[a-z]*\.?\s+\d{1,2},?\s+20\d\d)(?:\s+\d{1,2}:\d\d.*)?$|^[^\p{Han}A-Za-z]*20\d\d\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?[^\p{Han}A-Za-z]*$`)
	// what names the date of a report
	dateLabel = regexp.MustCompile(`(报告|发布|出版|撰写)日期|^日期|^(Date|Published)\b`)
	// dates of prices, periods, listings and other reports
	notDate   = regexp.MustCompile(`收盘|股价|截至|截止|上市|成立|》|(?i)as of|closing|\b(ended|ending|end)\b`)
	clockTime = regexp.MustCompile(`\d[,，]?\s*\d{1,2}:\d{2}\b`)
	// the first day of a period: 2021年1月1日至
	dateRange = regexp.MustCompile(`^\s*日?\s*(至|到|[-–—~～]\s*20\d\d)`)
)

// published takes the first date of page 1 that is not a closing price's, a
// period's or a related report's; a line that says it is the date goes first.
func (h *head) published() {
	found, rank := "", 0
	others := h.relatedLines()
	for i := range h.first {
		if others[i] {
			continue
		}
		p := &h.first[i]
		for cell := range strings.SplitSeq(p.text, "\t") {
			d := dateIn(cell)
			if d == "" {
				continue
			}
			r := dateRank(p)
			if p.row && strings.Count(p.text, "\t") <= 2 && !notDate.MatchString(p.text) { // each cell says its own
				r = dateRank(&para{text: strings.TrimSpace(cell), drop: p.drop})
			} else if p.row && dateOnly.MatchString(strings.TrimSpace(cell)) && !notDate.MatchString(p.text) {
				r = max(r, 3)
			}
			if r > rank {
				found, rank = d, r
				h.dropReading("published")
				h.read("published", p)
			}
		}
	}
	if rank >= 2 {
		h.r.Published = found
		return
	}
	h.dropReading("published")
	if m := inName.FindStringSubmatch(h.name); m != nil {
		h.r.Published = isoDate(m[1], m[2], m[3])
		return
	}
	for i := len(h.all) - 1; i >= 0 && i > len(h.all)-60; i-- { // notices are dated at the end
		p := &h.all[i]
		if d := dateIn(p.text); d != "" && p.runes() < 40 && dateRank(p) >= 2 && p.role != report.Disclaimer {
			h.r.Published = d
			h.read("published", p)
			return
		}
	}
}

// dateRank says how much speaks for the date in p being the report's: 0 for a
// date of something else.
func dateRank(p *para) int {
	switch {
	case notDate.MatchString(p.text) && !dateLabel.MatchString(p.text):
		return 0
	case dateLabel.MatchString(p.text):
		return 4
	case p.drop == dropFooter && clockTime.MatchString(p.text): // when a browser printed the page
		return 1
	case dateOnly.MatchString(strings.TrimSpace(p.text)):
		return 4
	case p.runes() < 40 && (!p.row || strings.Count(p.text, "\t") == 1 && !label.MatchString(p.text)):
		return 3
	case p.row, p.runes() > 90:
		return 1
	}
	return 2
}

const months = "janfebmaraprmayjunjulaugsepoctnovdec"

// dateIn returns the first date in s as YYYY-MM-DD, "" when it has none or
// begins a period with it.
func dateIn(s string) string {
	s = text.Fold(s)
	if m := dateForm.FindStringSubmatchIndex(s); m != nil {
		if dateRange.MatchString(s[m[1]:]) {
			return ""
		}
		return isoDate(s[m[2]:m[3]], s[m[4]:m[5]], s[m[6]:m[7]])
	}
	month := func(name string) string {
		return fmt.Sprint(strings.Index(months, strings.ToLower(name[:3]))/3 + 1)
	}
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		return isoDate(m[3], month(m[2]), m[1])
	}
	if m := dayLast.FindStringSubmatch(s); m != nil {
		return isoDate(m[3], month(m[1]), m[2])
	}
	return ""
}

// isoDate returns YYYY-MM-DD, "" when there is no such day.
func isoDate(year, month, day string) string {
	s := fmt.Sprintf("%s-%02s-%02s", year, month, day)
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return ""
	}
	return s
}
