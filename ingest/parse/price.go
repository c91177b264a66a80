package parse

import (
	"regexp"
	"strconv"
	"strings"
)

// priceNow is the market price as the box on a first page prints it:
// 收盘价（元） 45.02, 当前股价(2026-08-27)：45.02元, Price (14 Jul 2026): HK$45.20
var priceNow = regexp.MustCompile(`(?:收盘价格?|当前股?价格?|最新股?价格?|最新收盘价|现价|股价|昨收盘|(?i:\b(?:closing|current|share|shr|last)\s+price|^price\b|\tprice\b)|\bPrice(?: \(\d{1,2} [A-Z][a-z]{2,8}\)))` +
	`\s*(?:[（(][^（）()]{0,28}[)）])?\s*(?:,?\s*(?i:as of|at|close)?\s*\d{1,2}[ -][A-Z][a-z]{2,8}[ -]20\d\d)?\s*[:：]?\s*` +
	`(?:人民币|港币)?(HK\$|US\$|NT\$|RMB|Rmb|CNY|HKD|USD|\$|¥|￥|元|港元)?\s*(\d[\d,]*(?:\.\d+)?)\s*(港元|港币|美元|元|日元|新台币)?(?:[\s,，。;；、|/)）]|$)`)

// priceRange is what a price of some other day is called.
var priceRange = regexp.MustCompile(`(?i)(52周|12个月|一年|最高|最低|区间|目标|52[- ]?week|high|low|target)[^\t]{0,4}$`)

// price reads the market price from page 1.
func (h *head) price() {
	if h.roundup() {
		return // every company has its own
	}
	for i := range h.first {
		p := &h.first[i]
		if p.runes() > 120 || quoted.MatchString(p.text) || p.row && codeInRow.MatchString(p.text) && hasFigures(p) {
			continue
		}
		at := priceNow.FindStringSubmatchIndex(p.text)
		if at == nil || priceRange.MatchString(p.text[:at[0]]) {
			continue
		}
		m := priceNow.FindStringSubmatch(p.text)
		v, err := strconv.ParseFloat(strings.ReplaceAll(m[2], ",", ""), 64)
		if err != nil || v <= 0 {
			continue
		}
		if unit := m[1] + m[3]; unit != "" {
			c := currency(unit, "")
			if h.r.TargetPrice > 0 && c != h.r.Currency {
				continue // Currency is that of the target: another would be read into it
			}
		}
		h.r.Price = v
		h.read("price", p)
		return
	}
}
