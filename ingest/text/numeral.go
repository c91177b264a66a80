package text

import (
	"strings"
	"unicode/utf8"
)

var (
	hanDigits = map[rune]float64{'零': 0, '〇': 0, '一': 1, '二': 2, '两': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	hanTens   = map[rune]float64{'十': 10, '百': 100, '千': 1000}
)

// ParseNumeral reads a number written in Chinese characters, with the unit
// after it: 十二, 一千二百亿元, 一点五倍, 二〇二四, 百分之八, and tenths as per
// cent: 三成, 两成半. A last 万, 亿 or 万亿 stays with the unit, as it does in
// figures: 十二亿元 is 12 亿元.
func ParseNumeral(s string) (Number, bool) {
	s = Fold(s)
	if rest, ok := strings.CutPrefix(s, "百分之"); ok {
		value, n := hanNumber(rest)
		return Number{Value: value, Unit: "%"}, n > 0 && n == len(rest)
	}
	value, n := hanNumber(s)
	if n == 0 {
		return Number{}, false
	}
	switch unit := s[n:]; unit {
	case "":
		return Number{Value: value}, true
	case "成":
		return Number{Value: value * 10, Unit: "%"}, true
	case "成半":
		return Number{Value: value*10 + 5, Unit: "%"}, true
	default:
		name, currency, ok := parseUnit(unit)
		return Number{Value: value, Unit: name, Currency: currency}, ok
	}
}

// hanNumber reads the number s begins with and says how many bytes it takes,
// 0 when there is none.
func hanNumber(s string) (value float64, n int) {
	if v, n := spelled(s); n > 0 {
		return v, n
	}
	var sum float64
	for {
		section, used := hanSection(s[n:])
		if used == 0 {
			break
		}
		// 亿 or 万 multiplies only when more of the number follows.
		scale, size := 1.0, 0
		for _, u := range []struct {
			name string
			by   float64
		}{{"万亿", 1e12}, {"亿", 1e8}, {"万", 1e4}} {
			if strings.HasPrefix(s[n+used:], u.name) {
				scale, size = u.by, len(u.name)
				break
			}
		}
		if _, more := hanSection(s[n+used+size:]); size == 0 || more == 0 {
			sum += section
			if size > 0 && n > 0 { // 一亿二千万: the 万 has its own part only
				sum += section*scale - section
				used += size
			}
			n += used
			break
		}
		sum += section * scale
		n += used + size
	}
	if n > 0 && strings.HasPrefix(s[n:], "点") {
		part, at := 0.1, n+len("点")
		for at < len(s) {
			r, size := utf8.DecodeRuneInString(s[at:])
			d, ok := hanDigits[r]
			if !ok {
				break
			}
			sum, part, at = sum+d*part, part/10, at+size
		}
		if at > n+len("点") {
			n = at
		}
	}
	return sum, n
}

// spelled reads digits said one by one: 二〇二四. Two at least.
func spelled(s string) (value float64, n int) {
	count := 0
	for i, r := range s {
		d, ok := hanDigits[r]
		if !ok {
			if hanTens[r] > 0 || count < 2 {
				return 0, 0
			}
			return value, i
		}
		if count++; count > 15 { // more than a float64 holds exactly
			return 0, 0
		}
		value = value*10 + d
	}
	if count < 2 {
		return 0, 0
	}
	return value, len(s)
}

// hanSection reads a number below 万: 十二, 三百零五, 一千二百.
func hanSection(s string) (value float64, n int) {
	var digit float64
	pending, ceiling := false, 1e4
	for i, r := range s {
		if d, ok := hanDigits[r]; ok {
			if pending && digit != 0 {
				return 0, 0 // 一二百
			}
			digit, pending, n = d, true, i+utf8.RuneLen(r)
			continue
		}
		tens, ok := hanTens[r]
		if !ok {
			break
		}
		if tens >= ceiling || pending && digit == 0 || !pending && tens != 10 {
			return 0, 0
		}
		if !pending {
			digit = 1
		}
		value, digit, pending, ceiling, n = value+digit*tens, 0, false, tens, i+utf8.RuneLen(r)
	}
	return value + digit, n
}
