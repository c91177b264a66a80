package question

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"reportbot/ingest/text"
)

const (
	relativeYear = `今年|本年|去年|上年|明年|后年|前年|this year|last year|next year`
	partOfYear   = `第?[一二三四1-4]季[度报]?|[上下]半年|前三季度?|三季报|半年报|中报|中期|年报|全年|[一三]季报`
	unitAfter    = `元|万|亿|家|个|人|点|吨|台|套|辆|公里|米|倍|股|只|年代|gw|mw|kw|mah|nm`
)

var (
	// ranges and lists of years: 2024-2026年, 24、25年, 2024/2025
	yearRange = regexp.MustCompile(`(?:^|\D)((?:20)?\d\d)年?\s?(?:-|–|—|~|至|到|to)\s?((?:20)?\d\d)(年|e\b|\b)`)
	yearList  = regexp.MustCompile(`(?:^|[^\d.])((?:\d\d(?:\d\d)?[、,/和及与])+)((?:20)?\d\d)年`)
	// one year with or without a part of it
	yearPart = regexp.MustCompile(`(?:^|[^\d.来])(20\d\d|[012]\d|30)年度?的?(` + partOfYear + `)?|(` + relativeYear + `)的?(` + partOfYear + `)?|(` + partOfYear + `)`)
	// terms of tables: fy24, 3q23, 1h24, 23q3, 2024h1, 2024q1-q3, 9m24, 2026e
	tabular = regexp.MustCompile(`\bfy'?\d{2}(?:\d\d)?[ea]?\b|\b(?:q[1-4]|h[12]) ?(?:of )?(?:fy)?'?20\d\d\b|\b[1-4]q'?\d{2}(?:\d\d)?[ea]?\b|\b[12]h'?\d{2}(?:\d\d)?[ea]?\b|\b9m'?\d{2}(?:\d\d)?\b` +
		`|(?:\b|年)(?:20)?\d\d年?q1-q?3|(?:20)?\d\d年?[qh][1-4][ea]?\b|\b(?:20)?\d\d[ea]\b|(?:^|[^\w-])([qh][1-4])\b`)
	bareYear = regexp.MustCompile(`\b20\d\d\b`)
	spelled  = regexp.MustCompile(`\b(first|second|third|fourth) (quarter|half)(?: of)?(?: (20\d\d|this year|last year|next year))?\b|\bnine months(?: of)?(?: (20\d\d))?\b`)
	isUnit   = regexp.MustCompile(`^\s?(?:` + unitAfter + `|%|,\d|\.\d)`)
)

// noYear takes out words that end like the year before last.
var noYear = strings.NewReplacer("目前", " ", "以前", " ", "此前", " ")

// found is a period where it stands in the question.
type found struct {
	from int
	name string
}

// periods returns the business periods that s names, in order. A part of a
// year without the year is the latest one that has begun.
func periods(s string, now time.Time) []string {
	s = noYear.Replace(s)
	var all []found
	blank := func(at []int) { s = s[:at[0]] + strings.Repeat(" ", at[1]-at[0]) + s[at[1]:] }
	add := func(from int, names ...string) {
		for _, n := range names {
			if n != "" {
				all = append(all, found{from, n})
			}
		}
	}
	each := func(re *regexp.Regexp, read func(m []string, end int) []string) {
		for _, at := range re.FindAllStringSubmatchIndex(s, -1) {
			var m []string
			for g := 0; g < len(at); g += 2 {
				m = append(m, group(s, at, g/2))
			}
			if names := read(m, at[1]); len(names) > 0 {
				add(at[0], names...)
				blank(at)
			}
		}
	}
	each(yearRange, func(m []string, end int) []string {
		if len(m[1]) == 2 && m[3] == "" || isUnit.MatchString(s[end:]) {
			return nil
		}
		return yearsFrom(century(m[1]), century(m[2]))
	})
	each(yearList, func(m []string, _ int) (out []string) {
		for _, y := range append(numbers.FindAllString(m[1], -1), m[2]) {
			out = append(out, century(y))
		}
		return out
	})
	each(tabular, func(m []string, end int) []string {
		if isUnit.MatchString(s[end:]) {
			return nil
		}
		return []string{tabled(m[0], m[1], now)}
	})
	each(spelled, func(m []string, _ int) []string { return []string{inWords(m, now)} })
	each(yearPart, func(m []string, end int) []string {
		if m[1] != "" && len(m[1]) == 2 && m[2] == "" && (strings.HasPrefix(s[end:], "期") || m[1] == "10" || m[1] == "30") {
			return nil
		}
		return []string{yearAndPart(m, now)}
	})
	each(bareYear, func(m []string, end int) []string {
		if isUnit.MatchString(s[end:]) {
			return nil
		}
		return m
	})
	return inOrder(all)
}

// inOrder are the names as they stand in the question, each once.
func inOrder(all []found) []string {
	slices.SortStableFunc(all, func(a, b found) int { return a.from - b.from })
	var out []string
	for _, f := range all {
		if !slices.Contains(out, f.name) {
			out = append(out, f.name)
		}
	}
	return out
}

func group(s string, at []int, n int) string {
	if at[2*n] < 0 {
		return ""
	}
	return s[at[2*n]:at[2*n+1]]
}

func century(y string) string {
	if len(y) == 2 {
		return "20" + y
	}
	return y
}

// yearsFrom lists the years from a to b, at most ten.
func yearsFrom(a, b string) (out []string) {
	from, _ := strconv.Atoi(a)
	to, _ := strconv.Atoi(b)
	for y := from; y <= to && y < from+10; y++ {
		out = append(out, strconv.Itoa(y))
	}
	return out
}

// tabled reads a period as tables print it; alone is a quarter or half without
// its year.
func tabled(s, alone string, now time.Time) string {
	if alone != "" {
		return begun(strings.ToUpper(alone), now)
	}
	s = strings.ReplaceAll(strings.TrimPrefix(s, "年"), " of ", "")
	p, ok := text.ParsePeriod(s)
	if !ok {
		return ""
	}
	return p.Name
}

// inWords reads "third quarter of 2023".
func inWords(m []string, now time.Time) string {
	if m[1] == "" { // nine months
		if m[4] == "" {
			return begun("Q1-Q3", now)
		}
		return m[4] + "Q1-Q3"
	}
	n := 1 + slices.Index([]string{"first", "second", "third", "fourth"}, m[1])
	part := "Q" + strconv.Itoa(n)
	if m[2] == "half" {
		if n > 2 {
			return ""
		}
		part = "H" + strconv.Itoa(n)
	}
	switch {
	case m[3] == "":
		return begun(part, now)
	case strings.HasSuffix(m[3], "year"):
		return yearNamed(m[3], now) + part
	}
	return m[3] + part
}

// yearAndPart reads 2023年第三季度, 去年四季度 and 三季度.
func yearAndPart(m []string, now time.Time) string {
	switch {
	case m[1] != "":
		return century(m[1]) + partNamed(m[2])
	case m[3] != "":
		return yearNamed(m[3], now) + partNamed(m[4])
	case m[5] == "年报" || m[5] == "全年":
		return ""
	}
	return begun(partNamed(m[5]), now)
}

func yearNamed(s string, now time.Time) string {
	y := now.Year()
	switch s {
	case "去年", "上年", "last year":
		y--
	case "前年":
		y -= 2
	case "明年", "next year":
		y++
	case "后年":
		y += 2
	}
	return strconv.Itoa(y)
}

// partNamed is Q1 to Q4, H1, H2, Q1-Q3, or "" for the whole year.
func partNamed(s string) string {
	switch {
	case s == "", s == "年报", s == "全年":
		return ""
	case strings.HasPrefix(s, "前三季"):
		return "Q1-Q3"
	case s == "上半年", s == "半年报", s == "中报", s == "中期":
		return "H1"
	case s == "下半年":
		return "H2"
	}
	for i, names := range []string{"一1", "二2", "三3", "四4"} {
		if strings.ContainsAny(s, names) {
			return "Q" + strconv.Itoa(i+1)
		}
	}
	return ""
}

// begun is the latest such part of a year that has begun.
func begun(part string, now time.Time) string {
	if part == "" {
		return ""
	}
	start := map[string]time.Month{"Q1": 1, "Q2": 4, "Q3": 7, "Q4": 10, "H1": 1, "H2": 7, "Q1-Q3": 1}[part]
	y := now.Year()
	if now.Month() < start {
		y--
	}
	return strconv.Itoa(y) + part
}
