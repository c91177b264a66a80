package answer

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	// 2026, 2026E, FY27E, 27E, 3Q26, 1H26
	period  = regexp.MustCompile(`(?:^|[^\d.])((?:19|20)\d\d)|\b(?:fy|[1-4]q|[12]h)(\d\d)[ea]?\b|\b(\d\d)[ea]\b`)
	monthZh = regexp.MustCompile(`(20\d\d)年(\d{1,2})月(?:份|\d{1,2}日)?的?`)
	monthEn = regexp.MustCompile(`\b(january|february|march|april|may|june|july|august|september|october|november|december) (20\d\d)\b`)
	aReport = regexp.MustCompile(`[那这][篇份]|研报|报告|点评|深度|纪要|\b(report|note|update|initiation|downgrade|upgrade)`)
	// what stands with the month: 年报点评, 深度报告
	reportKind = regexp.MustCompile(`(首次覆盖|[年中季]报|深度)?(点评|报告|研报|纪要)|\b(report|note)\b`)
	english    = strings.Fields("january february march april may june july august september october november december")
)

// years returns the years that folded text names, in four digits: 2026, 2026e,
// fy27e and 3q26 name one.
func years(folded string) []string {
	var out []string
	for _, m := range period.FindAllStringSubmatch(folded, -1) {
		switch y := m[1] + m[2] + m[3]; len(y) {
		case 4:
			out = append(out, y)
		case 2:
			out = append(out, "20"+y)
		}
	}
	return out
}

// published returns the months, as YYYY-MM, in which a question says that the
// report it means came out. Without the word report a month is that of a
// figure.
func published(folded string) []string {
	if !aReport.MatchString(folded) {
		return nil
	}
	var out []string
	for _, m := range monthZh.FindAllStringSubmatch(folded, -1) {
		n, _ := strconv.Atoi(m[2])
		out = append(out, month(m[1], n))
	}
	for _, m := range monthEn.FindAllStringSubmatch(folded, -1) {
		for i, name := range english {
			if name == m[1] {
				out = append(out, month(m[2], i+1))
			}
		}
	}
	return out
}

func month(year string, n int) string {
	if n < 10 {
		return year + "-0" + strconv.Itoa(n)
	}
	return year + "-" + strconv.Itoa(n)
}
