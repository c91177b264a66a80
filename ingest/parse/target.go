package parse

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	targetTo = regexp.MustCompile(`目标价[^。；;\n]{0,16}?(?:上调|下调|调整|提升|调高|调低|下修|上修)[至到为]\s*(?:人民币|港币)?\s*([\d.]+)\s*(港元|港币|美元|元|日元|新台币)?`)
	targetZh = regexp.MustCompile(`目标价(?:格)?(?:区间)?\s*[（(]?\s*(港元|港币|美元|元|人民币|HKD|USD|CNY)?(?:/股)?\s*[)）]?\s*(?:[为至:：\t ]|上调至|下调至)*\s*(HK\$|US\$|\$|¥|￥)?\s*(\d+(?:\.\d+)?)\s*(港元|港币|美元|元|日元|新台币)?`)
	targetEn = regexp.MustCompile(`(?i)(?:price target|target price|\bPT\b|\bTP\b)[^0-9.;]{0,40}?(HK\$|US\$|RMB|CNY|HKD|USD|NT\$|¥|€|\$)\s*(\d[\d,]*(?:\.\d+)?)(?:\s*(?:from|to)\s*(?:HK\$|US\$|RMB|CNY|\$)?\s*[\d.,]+)?`)
	// 前次目标价 38.60元, Prior price target: HK$55.00
	priorTarget = regexp.MustCompile(`^(前次|上次|原|调整前)|^(?i)(prior|previous|old)\b`)
	blankInHan  = regexp.MustCompile(`(\p{Han}) +(\p{Han})`)
	targetRev   = regexp.MustCompile(`(?i)(?:price target|target price)(?:[^.;]|\.\d){0,40}? to (HK\$|US\$|RMB|CNY|HKD|USD|NT\$|¥|€|\$)\s*(\d[\d,]*(?:\.\d+)?)`)
)

// target reads the target price from page 1.
func (h *head) target() {
	if h.roundup() {
		return // every company has its own
	}
	for i := range h.first {
		p := &h.first[i]
		if quoted.MatchString(p.text) || priorTarget.MatchString(strings.TrimSpace(p.text)) || p.row && codeInRow.MatchString(p.text) {
			continue
		}
		value, unit := targetIn(strings.ReplaceAll(p.text, ",", ""))
		if value == "" {
			continue
		}
		v, err := strconv.ParseFloat(value, 64)
		if err != nil || v <= 0 {
			continue
		}
		h.r.TargetPrice, h.r.Currency = v, currency(unit, h.r.Language)
		h.read("target_price", p)
		return
	}
}

func targetIn(s string) (value, unit string) {
	s = blankInHan.ReplaceAllString(s, "$1$2")
	if m := targetTo.FindStringSubmatch(s); m != nil {
		return m[1], m[2]
	}
	if m := targetZh.FindStringSubmatch(s); m != nil {
		return m[3], m[1] + m[2] + m[4]
	}
	if m := targetRev.FindStringSubmatch(s); m != nil {
		return m[2], m[1]
	}
	if m := targetEn.FindStringSubmatch(s); m != nil {
		return m[2], m[1]
	}
	return "", ""
}

// currency maps what is printed beside a price to ISO 4217.
func currency(unit, language string) string {
	for _, c := range []struct{ word, iso string }{
		{"港", "HKD"}, {"HK", "HKD"}, {"美元", "USD"}, {"US", "USD"}, {"日元", "JPY"}, {"新台币", "TWD"}, {"NT$", "TWD"},
		{"RMB", "CNY"}, {"CNY", "CNY"}, {"元", "CNY"}, {"人民币", "CNY"}, {"¥", "CNY"}, {"￥", "CNY"}, {"€", "EUR"}, {"$", "USD"},
	} {
		if strings.Contains(strings.ToUpper(unit), c.word) {
			return c.iso
		}
	}
	if language == "zh" {
		return "CNY"
	}
	return ""
}
