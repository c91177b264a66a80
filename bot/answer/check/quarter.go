package check

import (
	"regexp"
	"strings"
)

// The ways to print a period that are not a year and a month: 1Q26, Q1 2026,
// 2026Q1, the first quarter of 2026, 第一季度, FY26E, 2H25, 上半年, 前3个月.
var periods = regexp.MustCompile(
	`\b(?:([1-4])q|q([1-4])[ -]?)(?:fy)?(?:(20\d\d|\d\d)[ae]?\b)?` + // 1, 2, 3
		`|\b(20\d\d|\d\d)q([1-4])\b` + // 4, 5
		`|\b(first|second|third|fourth)[- ]quarter(?: of)?(?: (20\d\d))?` + // 6, 7
		`|(前?)第?([一二三四1-4])季度` + // 8, 9
		`|\b([12])h(20\d\d|\d\d)[ae]?\b|\b(20\d\d|\d\d)h([12])` + // 10, 11, 12, 13
		`|\b(first|second) half(?: of)?(?: (20\d\d))?|([上下])半年` + // 14, 15, 16
		`|\bfy ?(20\d\d|\d\d)(?:[ae]\b|\b)|\b(20\d\d)[ae]` + // 17, 18
		`|前([一二三四五六七八九]|\d\d?)个月`) // 19

var ordinal = map[string]string{
	"first": "1", "second": "2", "third": "3", "fourth": "4", "一": "1", "二": "2", "三": "3", "四": "4", "上": "1", "下": "2",
	"五": "5", "六": "6", "七": "7", "八": "8", "九": "9",
}

// periodsAlike writes every period of a folded text one way: 2026年1季度,
// 2025年2半年, 2026年, 1-3月.
func periodsAlike(s string) string {
	if !mayHoldPeriod(s) {
		return s
	}
	var b strings.Builder
	for line := range strings.Lines(s) {
		if mayHoldPeriod(line) {
			line = periodsIn(line)
		}
		b.WriteString(line)
	}
	return b.String()
}

func periodsIn(s string) string {
	var b strings.Builder
	at := 0
	for _, m := range periods.FindAllStringSubmatchIndex(s, -1) {
		group := func(k int) string {
			if m[2*k] < 0 {
				return ""
			}
			return s[m[2*k]:m[2*k+1]]
		}
		first := func(ks ...int) string {
			for _, k := range ks {
				if g := group(k); g != "" {
					if o := ordinal[g]; o != "" {
						return o
					}
					return g
				}
			}
			return ""
		}
		if group(8) != "" { // 前三季度 is no quarter
			continue
		}
		year := first(3, 4, 7, 11, 12, 15, 17, 18)
		if len(year) == 2 {
			year = "20" + year
		}
		if year != "" {
			year += "年"
		}
		b.WriteString(s[at:m[0]] + year)
		at = m[1]
		if q := first(1, 2, 5, 6, 9); q != "" {
			b.WriteString(q + "季度")
		} else if h := first(10, 13, 14, 16); h != "" {
			b.WriteString(h + "半年")
		} else if n := first(19); n != "" {
			b.WriteString("1-" + n + "月")
		}
	}
	return b.String() + s[at:]
}

// mayHoldPeriod saves the pattern on most texts: it costs more than all gates.
func mayHoldPeriod(s string) bool {
	for _, w := range []string{"季度", "半年", "个月", "quarter", " half"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	for i := 1; i < len(s)-1; i++ {
		switch s[i] {
		case 'q', 'h', 'y', 'a', 'e':
			if digit(s[i-1]) || digit(s[i+1]) {
				return true
			}
		}
	}
	s = strings.TrimSuffix(s, "\n")
	return len(s) > 1 && (s[0] == 'q' && digit(s[1]) || digit(s[len(s)-2]) && (s[len(s)-1] == 'a' || s[len(s)-1] == 'e'))
}

func digit(c byte) bool { return '0' <= c && c <= '9' }
