package parse

import (
	"regexp"
	"slices"
	"strconv"
)

// headMost is how many lines the head above a line of years may have.
const headMost = 4

// underHead returns a table from its line of years on: what stands above it
// runs over several columns.
func underHead(rows []tier) []tier {
	years := slices.IndexFunc(rows, isYears)
	if years < 1 || years > headMost || len(rows)-years < 2 {
		return rows
	}
	return rows[years:]
}

// headRows makes one row of the lines above a line of years, and puts what
// stands over several years over the first of them.
func headRows(rows []tier, cols [][2]float64) []tier {
	years := slices.IndexFunc(rows, isYears)
	if years == 0 {
		return yearsFirst(rows)
	}
	if years < 0 || years > headMost {
		return rows
	}
	var head tier
	for _, r := range rows[:years] {
		for _, c := range r {
			if figure.MatchString(c.text) {
				return rows // these are rows of their own
			}
			head = append(head, c)
		}
	}
	from := groups(rows[years], cols)
	over := map[int]map[int]bool{} // columns of each run of years that have a head
	for i := range head {
		k := columnAt(cols, head[i].x0, head[i].x1)
		if over[from[k]] == nil {
			over[from[k]] = map[int]bool{}
		}
		over[from[k]][k] = true
	}
	for i := range head {
		k := columnAt(cols, head[i].x0, head[i].x1)
		if from[k] > 0 && (len(over[from[k]]) == 1 || spansRun(head[i], cols, from)) {
			head[i].column = from[k]
		}
	}
	return append([]tier{head}, rows[years:]...)
}

// spansRun reports whether a head stands over several columns of one run of
// years; one of its own column names only that year.
func spansRun(c cell, cols [][2]float64, from []int) bool {
	runs := map[int]int{}
	for k, col := range cols {
		if c.x0 < col[1] && c.x1 > col[0] && from[k] > 0 {
			runs[from[k]]++
		}
	}
	for _, n := range runs {
		if n > 1 {
			return true
		}
	}
	return false
}

// yearsFirst makes one row of a line of years and those under it that name what
// they are years of: 24E over EPS.
func yearsFirst(rows []tier) []tier {
	end := 1
	for end < min(len(rows), headMost) && !slices.ContainsFunc(rows[end], func(c cell) bool { return figure.MatchString(c.text) }) && len(rows[end]) > 1 {
		end++
	}
	names := 0
	for _, r := range rows[1:end] {
		for _, c := range r {
			if metricWord.MatchString(c.text) {
				names++
			}
		}
	}
	if names < 3 {
		return rows
	}
	return append([]tier{slices.Concat(rows[:end]...)}, rows[end:]...)
}

// metricWord is the name of a metric as it stands over columns.
var metricWord = regexp.MustCompile(`(?i)^(EPS|P/?E|P/?B|P/?S|ROE|EV/EBITDA)\b`)

// groups returns for each column of years the column, counted from 1, in which
// its run of years begins: 2024 2025 2026 | 2024 2025 2026.
func groups(years tier, cols [][2]float64) []int {
	out := make([]int, len(cols))
	first, last := 0, ""
	for _, c := range years {
		k := columnAt(cols, c.x0, c.x1)
		if !yearWord.MatchString(c.text) {
			first, last = 0, ""
			continue
		}
		if first == 0 || c.text <= last {
			first = k + 1
		}
		out[k], last = first, c.text
	}
	return out
}

// yearWord is the head of a column of a year or a part of one.
var yearWord = regexp.MustCompile(`^(?:FY)?(?:20)?[12]\d(?:[AEFae](?:/[AEFae])?|/\d{2}[AEFae]?|[QH]\d[AEFae]?)?$`)

// isYears reports whether a tier is the head of columns of years.
func isYears(r tier) bool {
	var texts []string
	for _, c := range r {
		texts = append(texts, c.text)
	}
	n := yearsAmong(texts)
	return n >= 3 && n*2 > len(r)
}

// yearsAmong counts the years of a head. Two digits alone may be any figure:
// they count where the next or the one before is the year after or before.
func yearsAmong(texts []string) int {
	n, last, counted := 0, -1, false // last: two digits, not counted yet
	for _, s := range texts {
		switch v, err := strconv.Atoi(s); {
		case !yearWord.MatchString(s):
			last = -1
		case err != nil || len(s) != 2:
			n, last = n+1, -1
		default:
			if last >= 0 && v == last+1 {
				n++
				if !counted {
					n++
				}
				last, counted = v, true
			} else {
				last, counted = v, false
			}
		}
	}
	return n
}
