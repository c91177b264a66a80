package check

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"reportbot/ingest/text"
)

// figure is a number of a folded text with all that decides whether another
// one says the same.
type figure struct {
	value    float64 // without its scale: 1.2亿 is 120000000
	face     float64 // as printed: 1.2
	step     float64 // of its last printed digit
	digits   int     // significant ones, as printed
	kind     string  // %, pp, 元 and other currencies, year, month, day, a measure, "" for none
	rounded  bool    // 约, 近, about stand beside it
	negative bool    // a minus stands before it, which value leaves out
	from, to int     // in the text, with its unit
}

const measure = ` ?(万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|million\b|billion\b|trillion\b|thousand\b|bn\b|mn\b|m\b|k\b)?(%|个?百分点|个?基点|ppts?\b|pp\b|bps\b|bp\b|美元|美金|港元|港币|欧元|日元|英镑|韩元|元|年|季度|半年|个?月|日|号|倍|x\b|times\b|pcts?\b|percent\b|per cent\b|percentage points?\b|basis points?\b|股|人|名|家|个|次|项|台|辆|艘|只|架|座|户|件|套|桶|吨|天|小时|分钟)?`

var (
	// A number, a second one of a range, a scale and a unit.
	printed = regexp.MustCompile(`(\d+(?:\.\d+)?)(?:([-~–—至到])(\d+(?:\.\d+)?))?` + measure)
	written = regexp.MustCompile(`(百分之)([零一二两三四五六七八九十百点]+)|([一二两三四五六七八九十百千]+)(成半?|个?月|(?:万亿|亿|万)(?:美元|港元|元)?|倍|年)`)
	signs   = regexp.MustCompile(`(us\$|hk\$|nt\$|nz\$|\b[acs]\$|\$|¥|€|£|\b(?:rmb|usd|hkd|cny|eur|gbp|jpy|sek|nok|dkk|chf|krw|inr|sgd|aud|cad))\s?$`)
)

// Words beside a figure that is not meant to the last digit.
var (
	about = strings.Fields("约 近 超 超过 逾 左右 大约 不足 多 about around nearly over approximately some roughly")
	after = strings.Fields("左右 余 多 以上")
)

var scaleOf = map[string]float64{
	"万亿": 1e12, "千亿": 1e11, "百亿": 1e10, "十亿": 1e9, "亿": 1e8, "千万": 1e7, "百万": 1e6, "十万": 1e5, "万": 1e4, "千": 1e3,
	"million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12, "thousand": 1e3, "k": 1e3,
}

var kindOf = map[string]string{
	"百分点": "pp", "个百分点": "pp", "pp": "pp", "ppt": "pp", "ppts": "pp", "percentage point": "pp", "percentage points": "pp",
	"percent": "%", "per cent": "%", "个基点": "bp", "基点": "bp", "bps": "bp", "basis point": "bp", "basis points": "bp", "美金": "美元", "港币": "港元", "个月": "月数", "月": "month", "年": "year",
	"日": "day", "号": "day", "x": "倍", "times": "倍", "名": "人", "季度": "quarter", "半年": "half",
	"us$": "美元", "usd": "美元", "$": "美元", "hk$": "港元", "hkd": "港元", "nt$": "新台币", "¥": "元", "rmb": "元", "€": "欧元", "£": "英镑",
	"cny": "元", "eur": "欧元", "gbp": "英镑", "jpy": "日元", "krw": "韩元", "sek": "sek", "nok": "nok", "dkk": "dkk", "chf": "chf",
	"a$": "aud", "c$": "cad", "s$": "sgd", "nz$": "nzd", "inr": "inr", "sgd": "sgd", "aud": "aud", "cad": "cad",
}

// figures reads the numbers of a folded text in the order they stand, line by
// line: on short texts the patterns are several times as fast.
func figures(s string) []figure {
	var out []figure
	at := 0
	for line := range strings.Lines(s) {
		for _, f := range figuresIn(line) {
			f.from += at
			f.to += at
			out = append(out, f)
		}
		at += len(line)
	}
	return out
}

func figuresIn(s string) []figure {
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
		if unit == "pct" || unit == "pcts" { // 百分点 in a Chinese report, per cent in English
			kind = "%"
			if strings.ContainsFunc(s[max(0, from-12):from], text.IsHan) {
				kind = "pp"
			}
		}
		f := figure{kind: kind, from: from, to: m[1]}
		f.rounded = inexact(s[:from], s[m[1]:])
		f.negative = from > 0 && s[from-1] == '-' && (from == 1 || !latin(s[from-2]) && !digit(s[from-2]))
		for _, n := range []string{at(1), at(3)} {
			if n != "" {
				out = append(out, f.read(n, at(4)))
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

// inexact reports whether the words before or after a figure say that it is
// rounded.
func inexact(before, rest string) bool {
	before = strings.TrimSuffix(before, " ")
	for _, w := range about {
		if strings.HasSuffix(before, w) {
			return true
		}
	}
	for _, w := range after {
		if strings.HasPrefix(rest, w) {
			return true
		}
	}
	return false
}

// read fills in the value of the digits n before a scale.
func (f figure) read(n, scale string) figure {
	f.step = 1
	f.value, _ = strconv.ParseFloat(n, 64) // digits by the pattern
	f.face = f.value
	point := strings.IndexByte(n, '.')
	if point >= 0 {
		f.step = math.Pow10(point + 1 - len(n))
	}
	f.digits = len(strings.TrimLeft(strings.ReplaceAll(n, ".", ""), "0"))
	if f.rounded && point < 0 && f.value != 0 { // the zeros of 约1,030 stand for digits left out
		for f.value >= 100 && math.Mod(f.value, f.step*10) == 0 {
			f.step *= 10
		}
	}
	if k, ok := scaleOf[scale]; ok {
		f.value *= k
		f.step *= k
	}
	switch {
	case f.kind == "bp": // 6个基点 are 0.06个百分点
		f.kind, f.value, f.step = "pp", f.value/100, f.step/100
	case f.kind == "year" && (f.value < 1900 || f.value > 2100): // 2023年 is a year, 3年 a stretch of time
		f.kind = "年数"
	case f.kind == "" && scale == "" && len(n) == 4 && f.value >= 1990 && f.value <= 2060: // in 2025
		f.kind = "year"
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

func (f figure) date() bool {
	switch f.kind {
	case "year", "month", "day", "quarter", "half":
		return true
	}
	return false
}

// loose kinds are told apart by what stands around them: a count, a bare
// number.
func (f figure) loose() bool {
	switch f.kind {
	case "", "股", "人", "家", "个", "次", "项", "台", "辆", "艘", "只", "架", "座", "户", "件", "套", "桶", "吨", "天", "小时", "分钟":
		return true
	}
	return false
}
