package text

import (
	"math"
	"strconv"
	"strings"
)

// Number is a figure with what is printed around it: 12.3亿元, (5.2%), US$3.4bn.
type Number struct {
	Value    float64 // in Unit, never infinite
	Unit     string  // folded: 亿元, %, 倍, x, bn; "" where none is printed
	Currency string  // ISO 4217, "" where none is printed
}

// ParseNumber reads s, all of which must be one figure. Brackets mean less
// than zero, unless a plus stands in them. A range (12–15), a dash, a code
// with leading zeros and a figure with an unknown word after it (2024E) are
// no numbers. Marks of footnotes (*, ¹) are passed over.
func ParseNumber(s string) (Number, bool) {
	s = strings.TrimRight(Fold(raised.Replace(s)), "*#†‡ ")
	var n Number
	before, rest := lead(s, &n)
	digits := numeral(rest)
	if len(digits) == 0 || strings.Contains(digits, "-") || len(digits) > 1 && digits[0] == '0' && digits[1] != '.' {
		return Number{}, false
	}
	value, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.IsInf(value, 0) {
		return Number{}, false
	}
	unit, open := strings.TrimSpace(rest[len(digits):]), strings.Contains(before, "(")
	if open {
		inside, outside, closed := strings.Cut(unit, ")")
		if !closed || inside != "" && outside != "" {
			return Number{}, false
		}
		unit = inside + outside
	}
	if n.Value = value; strings.Contains(before, "-") || open && !strings.Contains(before, "+") {
		n.Value = -value
	}
	if unit = strings.TrimSpace(unit); unit == "" {
		return n, true
	}
	if strings.IndexByte("mbk", unit[0]) >= 0 && len(unit) == 1 && n.Currency == "" {
		return Number{}, false // 12m may be twelve months
	}
	name, currency, ok := parseUnit(unit)
	if n.Unit = name; n.Currency == "" {
		n.Currency = currency
	}
	return n, ok
}

// raised are figures that mark footnotes; folded they would join the number.
var raised = strings.NewReplacer("⁰", "", "¹", "", "²", "", "³", "", "⁴", "", "⁵", "", "⁶", "", "⁷", "", "⁸", "", "⁹", "")

// lead takes sign, bracket and currency off the head of a folded figure, each
// at most once, and returns them with all that follows.
func lead(s string, n *Number) (before, rest string) {
	var marks []byte
	for {
		s = strings.TrimSpace(s)
		mark := byte(0)
		for _, sign := range []string{"-", "−", "–", "+", "("} {
			if rest, ok := strings.CutPrefix(s, sign); ok {
				mark, s = sign[0], rest
				if sign != "+" && sign != "(" {
					mark = '-'
				}
				break
			}
		}
		switch {
		case mark == '(' && strings.Contains(string(marks), "("), mark != 0 && mark != '(' && strings.ContainsAny(string(marks), "+-"):
			return "", ""
		case mark != 0:
			marks = append(marks, mark)
			continue
		}
		sign, iso := currencySign(s)
		if sign == "" || n.Currency != "" {
			return string(marks), s
		}
		n.Currency, s = iso, s[len(sign):]
	}
}

// currencySigns stand before a figure or a scale; longer ones come first.
var currencySigns = [][2]string{
	{"人民币", "CNY"}, {"新台币", "TWD"}, {"港币", "HKD"}, {"美元", "USD"}, {"港元", "HKD"}, {"us$", "USD"}, {"hk$", "HKD"},
	{"nt$", "TWD"}, {"s$", "SGD"}, {"a$", "AUD"}, {"c$", "CAD"}, {"rmb", "CNY"}, {"cny", "CNY"}, {"usd", "USD"},
	{"hkd", "HKD"}, {"eur", "EUR"}, {"gbp", "GBP"}, {"jpy", "JPY"}, {"krw", "KRW"}, {"twd", "TWD"}, {"sgd", "SGD"},
	{"inr", "INR"}, {"aud", "AUD"}, {"$", "USD"}, {"¥", "CNY"}, {"€", "EUR"}, {"£", "GBP"},
}

func currencySign(s string) (sign, iso string) {
	for _, c := range currencySigns {
		if strings.HasPrefix(s, c[0]) {
			return c[0], c[1]
		}
	}
	return "", ""
}

// moneyNouns end a unit; longer ones come first.
var moneyNouns = [][2]string{
	{"人民币", "CNY"}, {"新台币", "TWD"}, {"台币", "TWD"}, {"美元", "USD"}, {"美金", "USD"}, {"港元", "HKD"}, {"港币", "HKD"},
	{"欧元", "EUR"}, {"日元", "JPY"}, {"英镑", "GBP"}, {"韩元", "KRW"}, {"元", "CNY"}, {"cents", ""}, {"cps", ""},
}

// scales multiply what follows; longer ones come first.
var scales = strings.Fields(`万亿 千亿 百亿 十亿 亿 千万 百万 十万 万 千 million millions billion billions trillion thousand '000 bn mn mm tn m b k`)

// latinNouns are the units in letters that a figure of a report may carry.
var latinNouns = wordNames(`% x times pct pp ppt ppts bps bp w kw mw gw kwh mwh gwh twh kg t km shares`)

func wordNames(s string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// ParseUnit reads s, all of which must be a unit, with or without currency
// and scale: 百万元, 亿港元, 元/股, RMB mn, US$ million, HK$, %, 倍. The unit
// comes back folded and without the sign of the currency: mn and CNY.
func ParseUnit(s string) (unit, currency string, ok bool) {
	s = strings.TrimSpace(Fold(s))
	if s == "" {
		return "", "", false
	}
	return parseUnit(s)
}

func parseUnit(s string) (unit, currency string, ok bool) {
	if sign, iso := currencySign(s); sign != "" {
		// 美元 alone is the unit itself, not the sign of one.
		if rest := strings.TrimSpace(s[len(sign):]); rest != "" || !IsHan([]rune(sign)[0]) {
			s, currency = rest, iso
		}
	}
	if in, ok := strings.CutPrefix(s, "in "); ok {
		s = in
	}
	rest := s
	for _, scale := range scales {
		after, found := strings.CutPrefix(rest, scale)
		if found && (IsHan([]rune(scale)[0]) || after == "" || !wordRune([]rune(after)[0])) {
			rest = strings.TrimSpace(after)
			break
		}
	}
	noun, iso := unitNoun(rest)
	if currency == "" {
		currency = iso
	}
	rest = rest[len(noun):]
	if iso != "" && rest == "人民币" { // 百万元人民币
		rest = ""
	}
	if per, found := strings.CutPrefix(rest, "/"); found {
		if per != "share" && per != "ads" && per != "gdr" && per != "" {
			under, _ := unitNoun(per)
			if under == "" || under != per {
				return "", "", false
			}
		}
		rest = ""
	}
	if rest != "" {
		return "", "", false
	}
	return strings.TrimPrefix(strings.TrimSpace(s), "/share"), currency, true
}

// unitNoun is the thing counted that s begins with, and the currency if that
// is what it is.
func unitNoun(s string) (noun, currency string) {
	for _, m := range moneyNouns {
		if strings.HasPrefix(s, m[0]) {
			return m[0], m[1]
		}
	}
	if noun = latinUnit(s); latinNouns[noun] {
		return noun, ""
	}
	noun, _ = hanUnit(s)
	return noun, ""
}
