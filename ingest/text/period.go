package text

import (
	"regexp"
	"strings"
)

// Period is a stretch of business time as the head of a column names it.
type Period struct {
	// Name is canonical: 2024, 2024H1, 2024Q3, and 2024Q1-Q3 for nine months.
	Name string
	// Estimate and Actual say that an E or F, or an A, stands with it.
	Estimate, Actual bool
}

// Shapes of a period, folded and without blanks. A year of two digits needs
// something that makes it one: FY, a quarter, or the mark A or E. So does a
// month, or dates would pass: 12/24E is the business year that ends in 12/24.
var (
	year4    = `((?:19|20)\d\d)(?:年度|财年|年)?`
	yearAny  = `(?:fy|cy)?'?((?:19|20)\d\d|\d\d)(?:年度|财年|年)?`
	mark     = `([aef]|预测|预计|实际|\((?:[aef]|预测|预计|实际)\))?`
	isYear   = regexp.MustCompile(`^(?:fy|cy)?` + year4 + mark + `$`)
	isShort  = regexp.MustCompile(`^(?:(?:fy|cy)'?(\d\d)|'?(\d\d))年?` + mark + `$`)
	isMonth  = regexp.MustCompile(`^(?:(?:1[0-2]|0?[1-9])/|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/']?)((?:20)?\d\d)` + mark + `$`)
	isMonthZ = regexp.MustCompile(`^(20\d\d)[/-](?:1[0-2]|0?[1-9])` + mark + `$`)
	partLast = regexp.MustCompile(`^` + yearAny + `(` + partName + `)` + mark + `$`)
	partHead = regexp.MustCompile(`^(` + partName + `)` + yearAny + mark + `$`)
)

const partName = `h[12]|[12]h|上半年|下半年|中期|6m|1-6月|q[1-4]|[1-4]q|第?[一二三四1-4]季度?|3m|1-3月|9m|1-9月|前三季度|q1-q?3|1-3q|1q-3q|q1-q?2|1-2q`

// parts maps the names of a part of a year to the canonical ones.
var parts = map[string]string{
	"上半年": "H1", "中期": "H1", "6m": "H1", "1-6月": "H1", "下半年": "H2", "3m": "Q1", "1-3月": "Q1",
	"9m": "Q1-Q3", "1-9月": "Q1-Q3", "前三季": "Q1-Q3", "q1-3": "Q1-Q3", "q1-q3": "Q1-Q3", "1-3q": "Q1-Q3",
	"1q-3q": "Q1-Q3", "q1-2": "H1", "q1-q2": "H1", "1-2q": "H1",
	"一季": "Q1", "二季": "Q2", "三季": "Q3", "四季": "Q4", "1季": "Q1", "2季": "Q2", "3季": "Q3", "4季": "Q4",
}

// ParsePeriod reads s, all of which must name one period: 2024, 2024年,
// 2024A, 24E, FY24, 2024(E), 12/24A, Dec-25E, 1H24, 2024H1, 3Q24E, 2024年第三
// 季度, 9M24, 2024Q1-3, 2024前三季度. Twelve months to any month count as the
// year of that month. A range of years, split years (FY24/25), rolling
// twelve months and dates name none.
func ParsePeriod(s string) (Period, bool) {
	s = strings.ReplaceAll(Fold(s), " ", "")
	s = strings.TrimRight(s, "*")
	for _, re := range []*regexp.Regexp{isYear, isMonth, isMonthZ, isShort} {
		m := re.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		year, printed := strings.Join(m[1:len(m)-1], ""), m[len(m)-1]
		bare := printed == "" && !strings.HasPrefix(s, "fy") && !strings.HasPrefix(s, "cy")
		if bare && re != isYear {
			return Period{}, false
		}
		return period(year, "", printed), true
	}
	if m := partLast.FindStringSubmatch(s); m != nil {
		return period(m[1], m[2], m[3]), true
	}
	if m := partHead.FindStringSubmatch(s); m != nil {
		return period(m[2], m[1], m[3]), true
	}
	return Period{}, false
}

// period puts a name together from what the expressions found.
func period(year, part, printed string) Period {
	switch {
	case len(year) == 2 && year[0] == '9':
		year = "19" + year
	case len(year) == 2:
		year = "20" + year
	}
	// 第三季度 and 三季 are one name.
	if name, ok := parts[strings.TrimSuffix(strings.TrimPrefix(part, "第"), "度")]; ok {
		part = name
	} else if len(part) == 2 && isDigit(rune(part[0])) {
		part = part[1:] + part[:1] // 3q
	}
	printed = strings.Trim(printed, "()")
	return Period{
		Name:     year + strings.ToUpper(part),
		Estimate: printed == "e" || printed == "f" || strings.HasPrefix(printed, "预"),
		Actual:   printed == "a" || printed == "实际",
	}
}

// End is the last day of the period, YYYY-MM-DD, where business years are
// those of the calendar.
func (p Period) End() string {
	if len(p.Name) < 4 {
		return ""
	}
	switch p.Name[4:] {
	case "Q1":
		return p.Name[:4] + "-03-31"
	case "H1", "Q2":
		return p.Name[:4] + "-06-30"
	case "Q3", "Q1-Q3":
		return p.Name[:4] + "-09-30"
	}
	return p.Name[:4] + "-12-31"
}
