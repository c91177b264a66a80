package check

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// figure is a number of a folded text with all that decides whether another
// one says the same.
type figure struct {
	value    float64 // without its scale: 1.2亿 is 120000000
	step     float64 // of its last printed digit
	digits   int     // significant ones, as printed
	kind     string  // %, pp, 元 and other currencies, year, month, day, a measure, "" for none
	rounded  bool    // 约, 近, about stand beside it
	from, to int     // in the text, with its unit
}

var (
	printed = regexp.MustCompile(`(\d+(?:\.\d+)?)(?:([-~–—至到])(\d+(?:\.\d+)?))?\s?(万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|million|billion|trillion|bn\b|mn\b|m\b|k\b)?(%|个?百分点|ppts?\b|pp\b|bps\b|bp\b|美元|美金|港元|港币|欧元|日元|英镑|韩元|元|年|个?月|日|号|倍|x\b|percent\b|per cent\b|percentage points?\b|股|人|名|家|个|次|项|台|辆|吨|天|小时|分钟)?`)
	written = regexp.MustCompile(`(百分之)([零一二两三四五六七八九十百点]+)|([一二两三四五六七八九十百千]+)(成半?|个?月|亿|万|倍|年)`)
	signs   = regexp.MustCompile(`(us\$|hk\$|nt\$|\$|¥|€|£|rmb|usd|hkd)\s?$`)
	about   = regexp.MustCompile(`(约|近|超过?|逾|左右|大约|不足|多|about|around|nearly|over|approximately|some)\s?$`)
	after   = regexp.MustCompile(`^(左右|余|多|以上)`)
)

var scaleOf = map[string]float64{
	"万亿": 1e12, "千亿": 1e11, "百亿": 1e10, "十亿": 1e9, "亿": 1e8, "千万": 1e7, "百万": 1e6, "十万": 1e5, "万": 1e4, "千": 1e3,
	"million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12, "k": 1e3,
}

var kindOf = map[string]string{
	"百分点": "pp", "个百分点": "pp", "pp": "pp", "ppt": "pp", "ppts": "pp", "percentage point": "pp", "percentage points": "pp",
	"percent": "%", "per cent": "%", "bps": "bp", "美金": "美元", "港币": "港元", "个月": "月数", "月": "month", "年": "year",
	"日": "day", "号": "day", "x": "倍", "名": "人",
	"us$": "美元", "usd": "美元", "$": "美元", "hk$": "港元", "hkd": "港元", "nt$": "新台币", "¥": "元", "rmb": "元", "€": "欧元", "£": "英镑",
}

// figures reads the numbers of a folded text in the order they stand.
func figures(s string) []figure {
	var out []figure
	for _, m := range printed.FindAllStringSubmatchIndex(s, -1) {
		at := func(k int) string {
			if m[2*k] < 0 {
				return ""
			}
			return s[m[2*k]:m[2*k+1]]
		}
		if m[0] > 0 && latin(s[m[0]-1]) { // the name of a model: gpt-3 has a hyphen, h100 none
			if signs.FindString(s[max(0, m[0]-4):m[0]]) == "" {
				continue
			}
		}
		from := m[0]
		unit := at(5)
		kind := unit
		if k := kindOf[unit]; k != "" {
			kind = k
		}
		if unit == "" {
			if sign := signs.FindStringSubmatch(s[max(0, m[0]-5):m[0]]); sign != nil {
				kind = kindOf[sign[1]]
				from -= len(sign[0])
			}
		}
		rounded := about.MatchString(s[max(0, m[0]-24):m[0]]) || after.MatchString(s[m[1]:])
		for _, n := range []string{at(1), at(3)} {
			if n != "" {
				out = append(out, read(n, at(4), kind, rounded, from, m[1]))
			}
		}
	}
	for _, m := range written.FindAllStringSubmatchIndex(s, -1) {
		if f, ok := spelled(s, m); ok {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b figure) int { return cmp.Compare(a.from, b.from) })
	return out
}

func read(n, scale, kind string, rounded bool, from, to int) figure {
	f := figure{kind: kind, rounded: rounded, from: from, to: to, step: 1}
	f.value, _ = strconv.ParseFloat(n, 64) // digits by the pattern
	if i := strings.IndexByte(n, '.'); i >= 0 {
		f.step = math.Pow10(i + 1 - len(n))
	}
	f.digits = len(strings.TrimLeft(strings.ReplaceAll(n, ".", ""), "0"))
	if k, ok := scaleOf[scale]; ok {
		f.value *= k
		f.step *= k
	}
	// 2023年 is a year, 3年 a stretch of time.
	if kind == "year" && (f.value < 1900 || f.value > 2100) {
		f.kind = "年数"
	}
	return f
}

func latin(c byte) bool { return 'a' <= c && c <= 'z' }

// same reports whether the passage's figure g bears the claim's figure f:
// equal, or equal when rounded to what f prints.
func (f figure) same(g figure) bool {
	if f.kind != g.kind && !(f.loose() && g.loose()) {
		return false
	}
	tiny := 1e-12 * math.Max(math.Abs(f.value), 1)
	switch {
	case math.Abs(f.value-g.value) <= tiny:
		return true
	case f.date():
		return false
	case f.digits >= 3 || f.rounded:
		return g.step < f.step && math.Abs(f.value-g.value) <= f.step/2*(1+1e-9) ||
			f.rounded && math.Abs(f.value-g.value) <= 0.05*math.Abs(g.value) && f.digits <= 2
	}
	return false
}

func (f figure) date() bool { return f.kind == "year" || f.kind == "month" || f.kind == "day" }

// loose kinds are told apart by what stands around them: a count, a bare
// number.
func (f figure) loose() bool {
	switch f.kind {
	case "%", "pp", "bp", "元", "美元", "港元", "欧元", "日元", "英镑", "韩元", "新台币", "year", "month", "day", "倍", "月数", "年数":
		return false
	}
	return true
}
