package question

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// relative is a window counted from today.
type relative struct {
	re   *regexp.Regexp
	days func(now time.Time, m []string) (since, until time.Time) // m are the groups of re
}

var relatives = []relative{
	{regexp.MustCompile(`今天|今日(?:[^头]|$)|\btoday\b`), days(0, 0)},
	{regexp.MustCompile(`昨[天日]|\byesterday\b`), days(-1, -1)},
	{regexp.MustCompile(`(?:^|[^接将靠临])(?:最近|近|过去)[的这]?([一二两三四五六七八九十半\d]{1,3})个?(天|日|周|星期|礼拜|月|年)(?:[^报新]|$)|\b(?:past|last|previous) (\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|few|couple of) (day|week|month|year)s?\b`), back},
	{regexp.MustCompile(`\b(?:past|last|previous) ()(7 days)\b`), back},
	{regexp.MustCompile(`\b(?:in|over|of|during|for) the past ()(day|week|month|year|quarter)\b|\bpast ()(day|week|month|year|quarter)\b`), back},
	{regexp.MustCompile(`(?:^|[^资成日根])(?:本|这一?)个?(?:周|星期|礼拜)(?:[^转期边]|$)|\bthis week\b`), func(now time.Time, _ []string) (a, b time.Time) { return monday(now), now }},
	{regexp.MustCompile(`(?:^|[^上海线])上一?个?(?:周|星期|礼拜)(?:[^一二三四五六日天以之转]|$)|\blast week\b`), func(now time.Time, _ []string) (a, b time.Time) {
		return monday(now).AddDate(0, 0, -7), monday(now).AddDate(0, 0, -1)
	}},
	{regexp.MustCompile(`(?:^|[^日月])(?:本|这个?|当)月(?:[^度均活销]|$)|\bthis month\b`), func(now time.Time, _ []string) (a, b time.Time) { return first(now), now }},
	{regexp.MustCompile(`(?:^|[^线海以])上一?个?月(?:[^活销均度以之]|$)|\blast month\b`), func(now time.Time, _ []string) (a, b time.Time) {
		return first(now).AddDate(0, -1, 0), first(now).AddDate(0, 0, -1)
	}},
}

// core leaves out the characters around a Chinese match that only had to be
// looked at.
func core(s string, from, to int) (int, int) {
	if r, n := utf8.DecodeRuneInString(s[from:]); !strings.ContainsRune("今昨最近过本这当上", r) && r > 0x7f || r == ' ' {
		from += n
	}
	if r, n := utf8.DecodeLastRuneInString(s[:to]); !strings.ContainsRune("天日周期拜月年", r) && r > 0x7f || r == ' ' {
		to -= n
	}
	return from, to
}

// days is a window of whole days from today.
func days(from, to int) func(time.Time, []string) (since, until time.Time) {
	return func(now time.Time, _ []string) (a, b time.Time) {
		return now.AddDate(0, 0, from), now.AddDate(0, 0, to)
	}
}

// back is the window of so many days, weeks, months or years up to today.
func back(now time.Time, m []string) (since, until time.Time) {
	var words []string
	for _, g := range m[1:] {
		if g != "" {
			words = append(words, g)
		}
	}
	n, unit := 1, ""
	switch len(words) {
	case 0:
		return
	case 1:
		unit = words[0]
	default:
		n, unit = count(words[0]), words[1]
	}
	if n == 0 {
		return
	}
	switch half := n < 0; {
	case half && strings.HasPrefix(unit, "年"):
		since = months(now, -6)
	case half && strings.HasPrefix(unit, "月"):
		since = now.AddDate(0, 0, -15)
	case half:
		return
	case strings.HasPrefix(unit, "天"), strings.HasPrefix(unit, "日"), strings.HasPrefix(unit, "day"):
		since = now.AddDate(0, 0, -n)
	case strings.HasPrefix(unit, "周"), strings.HasPrefix(unit, "星期"), strings.HasPrefix(unit, "礼拜"), strings.HasPrefix(unit, "week"):
		since = now.AddDate(0, 0, -7*n)
	case strings.HasPrefix(unit, "月"), strings.HasPrefix(unit, "month"):
		since = months(now, -n)
	case strings.HasPrefix(unit, "quarter"):
		since = months(now, -3*n)
	default:
		since = months(now, -12*n)
	}
	return since, now
}

// count reads a number of one or two digits or words; -1 is a half, 0 none.
func count(s string) int {
	if n, err := strconv.Atoi(s); err == nil && n <= 366 {
		return n
	}
	if i, ok := map[string]int{"半": -1, "两": 2, "one": 1, "two": 2, "couple": 2, "three": 3, "few": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
		"nine": 9, "ten": 10, "twelve": 12, "couple of": 2}[s]; ok {
		return i
	}
	const digits = "一二三四五六七八九"
	digit := func(w string) int {
		if i := strings.Index(digits, w); i >= 0 && len(w) == len("一") {
			return i/len("一") + 1
		}
		return -100 // no number
	}
	tens, ones, ten := strings.Cut(s, "十")
	n := 0
	if ten {
		n = 10
		if tens != "" {
			n = 10 * digit(tens)
		}
		tens = ones
	}
	if tens != "" {
		n += digit(tens)
	}
	return max(n, 0)
}

// months moves a day by months, to the last day of a month that is shorter.
func months(day time.Time, n int) time.Time {
	to := first(day).AddDate(0, n, 0)
	return to.AddDate(0, 0, min(day.Day(), to.AddDate(0, 1, -1).Day())-1)
}

func first(day time.Time) time.Time  { return day.AddDate(0, 0, 1-day.Day()) }
func monday(day time.Time) time.Time { return day.AddDate(0, 0, -(int(day.Weekday())+6)%7) }
