package check

import (
	"strings"
	"unicode/utf8"

	"reportbot/ingest/text"
)

// spelled reads a number written in Chinese characters at the match m of
// written: 百分之八, 三成, 十一月, 两倍, 三亿.
func spelled(s string, m []int) (figure, bool) {
	n, ok := text.ParseNumeral(s[m[0]:m[1]])
	if !ok {
		return figure{}, false
	}
	f := figure{value: n.Value, kind: n.Unit, from: m[0], to: m[1], step: 1, digits: 3}
	switch unit := n.Unit; {
	case strings.HasPrefix(unit, "亿"), strings.HasPrefix(unit, "万"):
		scale, _ := utf8.DecodeRuneInString(unit)
		f.value *= scaleOf[string(scale)]
		f.kind = strings.TrimPrefix(unit, string(scale))
	case unit == "年" && f.value < 100:
		f.kind = "年数"
	case kindOf[unit] != "":
		f.kind = kindOf[unit]
	}
	if f.kind == "month" && f.value > 12 {
		return figure{}, false
	}
	return f, true
}
