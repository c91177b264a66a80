package parse

import (
	"regexp"
	"strconv"
	"strings"

	"reportbot/ingest/report"
)

var (
	contentsTitle = regexp.MustCompile(`^(正文|内容|报告|图表?|表格?|插图|图片|图表)?\s*目\s*[录錄次](索引)?$|^(?i)(table of )?contents$|^(?i)(list of )?(figures|tables|exhibits)$`)
	contentsLine  = regexp.MustCompile(`^(.+?)\s*(?:[.．。·•‧…⋯_]\s*){3,}\s*[-–—\s]*(\d{1,4})[-–—\s]*$`)
	// Under a contents title an entry may have lost its leaders, or come as a
	// table row; converters leave "标题.. .4".
	contentsBare = regexp.MustCompile(`^(.+?)[\s.．·…]+[-–—]?\s*(\d{1,3})\s*[-–—]?$`)
	leadersOnly  = regexp.MustCompile(`^[.．·…\s]{12,}$`)
	tableStart   = regexp.MustCompile(`^(表|表格)\s*\d|^(?i)table\s*\d`)
	captionStart = newOpening("图表插EeFfTtCc", `^(图表|图|表|插图|表格)\s*\d+(\s*[-–.]\s*\d+)?\s*[:：、.．\s]|^(?i)(exhibit|figure|table|chart)\s*\d+`)
)

// entry is a line of the table of contents.
type entry struct {
	number string
	title  string
	level  int
	page   int // as printed
}

// markContents finds the table of contents and the lists of figures, gives
// them the role Contents and returns the headings they promise.
func markContents(ps []para) []entry {
	var out []entry
	for i := 0; i < len(ps); i++ {
		s := strings.TrimSpace(ps[i].text)
		if ps[i].drop != "" || ps[i].role != report.Body {
			continue
		}
		if leadersOnly.MatchString(s) { // drawn apart from their entry
			ps[i].role = report.Contents
			continue
		}
		titled := contentsTitle.MatchString(s)
		if !titled && !isContentsLine(s) {
			continue
		}
		end := contentsEnd(ps, i, titled)
		if end-i < 2 && (!titled || end == i+1 && !nearEntries(ps, i)) {
			continue
		}
		for k, size := i, entrySize(ps[i:end]); k < end; k++ {
			if _, ok := readEntry(ps[k].text); ok || size == 0 || ps[k].size <= size*1.1 || contentsTitle.MatchString(strings.TrimSpace(ps[k].text)) {
				ps[k].role = report.Contents // larger print between entries is a heading beside them
			}
		}
		out = append(out, entries(ps[i:end])...)
		i = end - 1
	}
	return out
}

// contentsEnd returns the index after the contents that begin at i. Entries
// may lie a few lines apart; under a title entries without leaders count too.
func contentsEnd(ps []para, i int, titled bool) int {
	end, last := i, 0
	leaders, bare := 0, 0
	if titled {
		end = i + 1
	}
	for k, miss := i, 0; k < len(ps) && miss < 3; k++ {
		s := strings.TrimSpace(ps[k].text)
		switch {
		case ps[k].drop != "":
		case contentsTitle.MatchString(s):
			end, miss, last, titled = k+1, 0, 0, true
		case isContentsLine(s):
			end, miss, last = k+1, 0, printedPage(contentsLine, s)
			leaders++
		case titled && ps[k].runes() < 80 && strings.Count(s, "\t") <= 1 && rising(printedPage(contentsBare, s), last):
			end, miss, last = k+1, 0, printedPage(contentsBare, s)
			bare++
		default:
			miss++
		}
	}
	if leaders == 0 && bare == 1 {
		return i + 1 // a number at the end of one line makes no contents
	}
	return end
}

// entrySize is the largest print of the entries of contents.
func entrySize(ps []para) float64 {
	size := 0.0
	for i := range ps {
		if _, ok := readEntry(ps[i].text); ok {
			size = max(size, ps[i].size)
		}
	}
	return size
}

// entries reads the lines of contents. An entry that does not fit on a line
// has its page on the next one.
func entries(ps []para) []entry {
	var out []entry
	begun := "" // the first line of an entry
	for i := range ps {
		s := strings.TrimSpace(ps[i].text)
		if ps[i].drop != "" || s == "" {
			continue
		}
		e, ok := readEntry(s)
		if ok && begun != "" && e.number == "" {
			if whole, fits := readEntry(begun + s); fits {
				e = whole
			}
		}
		if ok {
			out = append(out, e)
		}
		begun = ""
		if number, _, _ := splitNumber(s); !ok && (number != "" || ps[i].runes() >= 20) && !contentsTitle.MatchString(s) && !captionStart.MatchString(s) {
			begun = s
		}
	}
	return out
}

// printedPage is the page number a line of contents ends in, 0 for none.
func printedPage(form *regexp.Regexp, s string) int {
	m := form.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[2]) // the form admits digits only
	return n
}

// rising reports whether page n may come after the entry of page last: rows
// of a table on the next page seldom end in such numbers.
func rising(n, last int) bool { return n > 0 && n >= last && n <= last+40 }

// nearEntries reports whether a lone contents title belongs to entries that
// stand close by, as under a picture list that was left empty.
func nearEntries(ps []para, i int) bool {
	for k := max(0, i-4); k < min(len(ps), i+6); k++ {
		if ps[k].role == report.Contents || k > i && isContentsLine(strings.TrimSpace(ps[k].text)) {
			return true
		}
	}
	return false
}

// readEntry reads one line of contents; figures and tables are no headings.
func readEntry(s string) (entry, bool) {
	s = strings.TrimSpace(s)
	m := contentsLine.FindStringSubmatch(s)
	if m == nil {
		m = contentsBare.FindStringSubmatch(s)
	}
	if m == nil || captionStart.MatchString(s) {
		return entry{}, false
	}
	page, err := strconv.Atoi(m[2])
	if err != nil {
		return entry{}, false
	}
	number, title, level := splitNumber(strings.TrimRight(m[1], " \t.．·…"))
	return entry{number: number, title: title, level: level, page: page}, title != ""
}
