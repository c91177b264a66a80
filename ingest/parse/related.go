package parse

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"reportbot/ingest/report"
)

var (
	relatedTitle = regexp.MustCompile(`^[\[【《]?(相关|近期|最近|前期|往期|历史)(研究|专题)?(报告|研究|阅读)(报告)?[》】\]]?[:：]?$|^(?i)(related|recent|previous|prior) (reports?|research|publications?)[:：]?$`)
	// what comes after the list in a sidebar
	relatedEnd = regexp.MustCompile(`^(分析师|研究员|联系人|市场|股价|行业|基本|公司|资料|数据|来源|投资|评级|风险|摘要|核心|请|证券研究)|^(?i)(analysts?|market|price|source|rating|company data)\b`)
	inQuotes   = regexp.MustCompile(`《([^《》]{4,90})》\s*[-–—:：,，/|(（]*\s*((?:20)?\d{2}\s*[年./-]?\s*\d{1,2}\s*[月./-]?\s*\d{1,2})?`)
	dateMark   = regexp.MustCompile(`[（(]?\s*20\d{2}\s*[年./-]?\s*\d{1,2}\s*[月./-]?\s*\d{1,2}\s*日?\s*[)）]?|\b[12]\d\.\d{2}\.\d{2}\b|` +
		`(?i)[(]?\b(?:\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}),? 20\d\d[)]?`)
	itemNumber = regexp.MustCompile(`^\s*(?:\d{1,2}[.、．)）]|[•·■●◆])\s*`)
)

// relatedMost bounds how many lines of a sidebar the list may take.
const relatedMost = 16

// relatedLines are the lines of the front that list earlier reports.
func (h *head) relatedLines() map[int]bool {
	lines := map[int]bool{}
	for i := range h.first {
		if !relatedTitle.MatchString(strings.TrimSpace(h.first[i].text)) {
			continue
		}
		for k := i + 1; k < len(h.first) && k <= i+relatedMost; k++ {
			p := &h.first[k]
			if p.side != h.first[i].side || p.page != h.first[i].page || relatedEnd.MatchString(p.text) {
				break
			}
			lines[k] = true
		}
	}
	return lines
}

// related reads the earlier reports that the front lists: titles in quotes
// wherever they stand with a date, others under the list's own title.
func (h *head) related() {
	listed := h.relatedLines()
	var lines []string
	for i := range h.first {
		if listed[i] {
			lines = append(lines, h.first[i].text)
		}
	}
	if h.r.Related = relatedIn(lines); len(h.r.Related) > 0 {
		h.read("related", &h.first[slices.IndexFunc(h.first, func(p para) bool { return p.text == lines[0] })])
		return
	}
	for i := range h.first { // no list: quoted titles with dates
		if p := &h.first[i]; inQuotes.MatchString(p.text) && p.runes() < 200 {
			for _, r := range relatedIn([]string{p.text}) {
				if r.Published != "" {
					h.r.Related = append(h.r.Related, r)
				}
			}
		}
	}
}

// relatedIn reads the titles of a list whose lines a narrow column may break.
func relatedIn(lines []string) []report.Related {
	if out := relatedRows(lines); out != nil {
		return out
	}
	whole := para{page: 1}
	for _, l := range lines {
		whole.extend(para{text: strings.TrimSpace(l), page: 1})
	}
	s := strings.TrimSpace(whole.text)
	var out []report.Related
	add := func(title, date string) {
		title = strings.Trim(strings.TrimSpace(title), "-—–:：,，.。《》“”\" \t")
		if title != "" {
			out = append(out, report.Related{Title: title, Published: dateIn(compactDate(date))})
		}
	}
	if ms := inQuotes.FindAllStringSubmatch(s, -1); ms != nil {
		for _, m := range ms {
			add(m[1], m[2])
		}
		return out
	}
	// Titles without quotes stand between dates, each before its own or after it.
	at := dateMark.FindAllStringIndex(s, -1)
	first := len(at) > 0 && at[0][0] == 0
	from := 0
	for i, d := range at {
		title := s[from:d[0]]
		if first {
			end := len(s)
			if i+1 < len(at) {
				end = at[i+1][0]
			}
			title = s[d[1]:end]
		}
		add(itemNumber.ReplaceAllString(title, ""), strings.Trim(s[d[0]:d[1]], "（()） 日"))
		from = d[1]
	}
	return out
}

// dateCell is a date, or a line of one that a narrow cell breaks.
var dateCell = regexp.MustCompile(`^(20\d\d)?[-./年]?(\d{1,2}[-./月日]?){0,2}$`)

// relatedRows reads a list whose titles and dates stand in two columns, broken
// over lines each for itself; nil when it is none.
func relatedRows(lines []string) []report.Related {
	var out []report.Related
	var dates []string
	for _, l := range lines {
		title, date, ok := strings.Cut(l, "\t")
		date = strings.TrimSpace(date)
		if !ok || !dateCell.MatchString(date) {
			return nil
		}
		if strings.HasPrefix(date, "20") || len(out) == 0 {
			out, dates = append(out, report.Related{}), append(dates, "")
		}
		last := len(out) - 1
		out[last].Title += strings.Trim(strings.TrimSpace(title), "《》")
		dates[last] += date
	}
	for i := range out {
		out[i].Published = dateIn(compactDate(dates[i]))
	}
	return out
}

// shortYear is a date that leaves the century out: 26-08-01, 20年8月1日.
var shortYear = regexp.MustCompile(`^\d\d[^\d]`)

// compactDate puts marks into 20260801 and a century before 26-08-01.
func compactDate(s string) string {
	printedDate := s
	s = strings.Join(strings.Fields(s), "")
	if strings.ContainsFunc(s, unicode.IsLetter) && !strings.ContainsAny(s, "年月日") {
		return printedDate // in English
	}
	if len(s) == 8 && strings.Trim(s, "0123456789") == "" {
		return s[:4] + "-" + s[4:6] + "-" + s[6:]
	}
	if shortYear.MatchString(s) {
		return "20" + s
	}
	return s
}
