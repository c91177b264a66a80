package security

import (
	"regexp"
	"sort"
	"strings"

	"golang.org/x/text/unicode/norm"

	"reportbot/ingest/report"
)

// fullForm is a code with its exchange; in brackets one may lack it.
const fullForm = `(?:\d{6}\s?\.\s?(?:SZ|SH|SS|BJ)|\d{1,5}\s?\.\s?HK|[A-Z]{1,5}\.(?:US|N|OQ|O|AS|DE|L|PA)|\d{4}\.(?:T|TW|TT|JP)|\d{6}\.K[SQ])`

var (
	// 科大讯飞（002230.SZ）, Tencent Holdings (0700.HK, Overweight), Ulta Beauty, Inc. (NASDAQ: ULTA)
	named = regexp.MustCompile(`([\p{Han}A-Za-z][\p{Han}A-Za-z0-9*&.·\- ]{1,30}?(?:, ?(?:Inc|Ltd|Corp|Co)\.?)?)\s?[(\[【]\s?(` + fullForm + `|\d{6}|(?:NASDAQ|NYSE)\s?:\s?[A-Z]{1,5})\s?[)\]】,，/;；]`)
	// 002230.SZ 科大讯飞 and rows of a company table
	coded = regexp.MustCompile(`\b(\d{6}\s?\.\s?(?:SZ|SH|SS|BJ)|\d{4,5}\.HK)[\t ]+([\p{Han}][\p{Han}A-Za-z0-9*\-]{1,9})`)
	// 科大讯飞 002230.SZ
	trailing = regexp.MustCompile(`([\p{Han}][\p{Han}A-Za-z0-9*\-]{1,9})[\t |/]{1,3}(` + fullForm + `)\b`)
	alone    = regexp.MustCompile(`(?:^|[^A-Za-z0-9.])(\d{6}\s?\.\s?(?:SZ|SH|SS|BJ)|\d{4,5}\s?\.\s?HK)\b`)
	// the line that heads a company's notice: 证券代码：688005 证券简称：容百科技
	stated = regexp.MustCompile(`(?:证券|股票|公司|[AＡ]股)代码\s*[:：]\s*(\d{6})[^\d\n]{0,12}?(?:证券|股票|公司|[AＡ]股)?(?:简称|名称)\s*[:：]\s*([\p{Han}A-Za-z*][\p{Han}A-Za-z0-9*\-]{1,9})`)
	// what a sentence puts before a name
	leadWord = regexp.MustCompile(`^.*(建议关注|关注|推荐|看好|包括|包含|例如|公司|标的|龙头|以及|受益|如|和|与|及|或|由|对|给予|覆盖|供货|收购|参股|the|and|of|on|for|in)\s*`)
	listing  = regexp.MustCompile(`^(?:NASDAQ|NYSE):`)
	// cells and words that stand beside codes and are no names
	noName = regexp.MustCompile(`^(股票代码|证券代码|股票简称|证券简称|代码|股票|公司代码|收盘价|货币|人民币|元|港元|美元|评级|强烈推荐|审慎推荐|谨慎推荐|审慎增持|谨慎增持|推荐|买入|增持|强于大市|优于大市|弱于大市|跑赢行业|中性|看好|减持|卖出|持有|回避|未评级|无评级|无|维持|首次|上调|下调|Inc\.?|Ltd\.?|Corp\.?)$`)
	// the end of a number's phrase: 合计新增专利 (187502)
	counted = regexp.MustCompile(`[\d元万亿人个家户吨台套辆例件次为达约共量额率项%]$|合计|总计|累计|同比|新增|增长|下降|数量`)
)

// find is a code with the name that one place gives it.
type find struct {
	at         int
	name, code string
	form       int // which expression found it; earlier ones are surer
}

// Harvest returns the name-code pairs a text states, in the order of their
// first mention, codes in canonical form. A code that stands without a name
// is returned with an empty one. Six bare digits in brackets count only after
// what can be a name, and if no exchange allots such codes only when the text
// prints them twice or the name often, or on a line of their own.
func Harvest(s string) []report.Security {
	s = norm.NFKC.String(s)
	var all []find
	from := 0
	for l := range strings.SplitSeq(s, "\n") {
		if mayHold(l) {
			all = append(all, harvestLine(s, from, l)...)
		}
		from += len(l) + 1
	}
	return merge(all)
}

// mayHold reports whether a line can hold a code: four digits in a row, or a
// point or colon before a capital. Most lines cannot, and the expressions are
// slow.
func mayHold(line string) bool {
	digits := 0
	for i := range len(line) {
		c := line[i]
		switch {
		case '0' <= c && c <= '9':
			if digits++; digits == 4 {
				return true
			}
			continue
		case 'A' <= c && c <= 'Z' && i > 0 && strings.IndexByte(".:", line[i-1]) >= 0,
			'A' <= c && c <= 'Z' && i > 1 && line[i-1] == ' ' && strings.IndexByte(".:", line[i-2]) >= 0:
			return true
		}
		digits = 0
	}
	return false
}

// harvestLine returns what the line at s[base:] says of codes.
func harvestLine(s string, base int, line string) []find {
	var out []find
	form := 0
	add := func(at int, rawName, rawCode string) {
		if f, ok := reading(s, base+at, rawName, rawCode); ok {
			f.form = form
			out = append(out, f)
		}
	}
	for _, m := range stated.FindAllStringSubmatchIndex(line, -1) {
		add(m[2], line[m[4]:m[5]], line[m[2]:m[3]])
	}
	form++
	for _, m := range named.FindAllStringSubmatchIndex(line, -1) {
		add(m[4], line[m[2]:m[3]], line[m[4]:m[5]])
	}
	form++
	for _, m := range coded.FindAllStringSubmatchIndex(line, -1) {
		add(m[2], line[m[4]:m[5]], line[m[2]:m[3]])
	}
	form++
	for _, m := range trailing.FindAllStringSubmatchIndex(line, -1) {
		add(m[4], line[m[2]:m[3]], line[m[4]:m[5]])
	}
	form++
	for _, m := range alone.FindAllStringSubmatchIndex(line, -1) {
		add(m[2], "", line[m[2]:m[3]])
	}
	return out
}

// reading is what one place says of a code, with ok false when that is none.
func reading(s string, at int, rawName, rawCode string) (find, bool) {
	rawCode = strings.ReplaceAll(rawCode, " ", "")
	if listing.MatchString(rawCode) {
		rawCode = listing.ReplaceAllString(rawCode, "") + ".US"
	}
	f := find{at: at, name: tidyName(rawName)}
	code, ok := Canonical(rawCode)
	if digits6.MatchString(rawCode) {
		if f.name == "" || len([]rune(f.name)) > 8 || !hasHan(f.name) || counted.MatchString(f.name) {
			return find{}, false
		}
		if !ok { // funds and others no exchange is known for
			code, ok = rawCode, strings.Count(s, rawCode) > 1 || strings.Count(s, f.name) > 2 || lineOf(s, at) < 20
		}
	}
	f.code = code
	return f, ok
}

// lineOf is the length in characters of the line around s[at].
func lineOf(s string, at int) int {
	from := strings.LastIndexByte(s[:at], '\n') + 1
	line, _, _ := strings.Cut(s[from:], "\n")
	return len([]rune(strings.TrimSpace(line)))
}

// merge makes one security of the finds of a code. A word that stands beside
// several codes in one form, such as an industry in a table, names none of
// them; the name a surer form gave to one code is nobody else's.
func merge(all []find) []report.Security {
	type claim struct {
		form int
		name string
	}
	codes := map[claim]string{} // the code, "" for several
	for _, f := range all {
		c := claim{f.form, f.name}
		if old, ok := codes[c]; !ok {
			codes[c] = f.code
		} else if old != f.code {
			codes[c] = ""
		}
	}
	at, name, taken := map[string]int{}, map[string]string{}, map[string]string{}
	for _, f := range all {
		if old, seen := at[f.code]; !seen || f.at < old {
			at[f.code] = f.at
		}
		if owner := taken[f.name]; f.name == "" || codes[claim{f.form, f.name}] == "" || owner != "" && owner != f.code {
			continue
		}
		if old := name[f.code]; old == "" || len(f.name) < len(old) && strings.HasSuffix(old, f.name) {
			name[f.code], taken[f.name] = f.name, f.code
		}
	}
	out := make([]report.Security, 0, len(at))
	for code := range at {
		out = append(out, report.Security{Code: code, Name: name[code]})
	}
	sort.Slice(out, func(i, j int) bool {
		if at[out[i].Code] != at[out[j].Code] {
			return at[out[i].Code] < at[out[j].Code]
		}
		return out[i].Code < out[j].Code
	})
	return out
}

// tidyName cuts what a sentence puts before a name: 建议关注科大讯飞 -> 科大讯飞.
func tidyName(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.LastIndexAny(s, "、，,:：；;。\t"); i >= 0 && !noName.MatchString(strings.TrimLeft(s[i:], ", ")) {
		s = strings.TrimLeft(s[i:], "、，,:：；;。\t ")
	}
	if hasHan(s) {
		if cut := leadWord.FindString(s); len([]rune(s[len(cut):])) >= 2 {
			s = s[len(cut):]
		}
		if fields := strings.Fields(s); len(fields) > 1 && hasHan(fields[len(fields)-1]) && len([]rune(fields[len(fields)-1])) > 2 {
			s = fields[len(fields)-1]
		}
		if len([]rune(s)) > 10 {
			return ""
		}
	}
	if noName.MatchString(s) || strings.IndexAny(s, "的在为是将已于") == 0 {
		return ""
	}
	return s
}
