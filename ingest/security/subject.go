package security

import (
	"regexp"

	"reportbot/ingest/report"
)

// leading is a company's name at the head of a title: its full name, with or
// without a blank after it (某某股份有限公司2023年年度报告), or any name that a
// blank parts from a business year (某某购物中心 2020年度公司治理报告).
var leading = regexp.MustCompile(`^\s*(?:(\p{Han}{2,24}?(?:股份有限公司|有限责任公司|有限公司|集团公司|集团))|(\p{Han}{2,20})\s+20\d\d\s?年度)`)

// Subject returns the company that a title begins with. Notices and filings
// name their issuer so, without a code.
func Subject(title string) (s report.Security, ok bool) {
	m := leading.FindStringSubmatch(title)
	if m == nil {
		return s, false
	}
	return report.Security{Name: m[1] + m[2]}, true
}
