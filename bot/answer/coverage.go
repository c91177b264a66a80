package answer

import (
	"cmp"
	"slices"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
)

// coverage is what the asker's part of the corpus holds.
type coverage struct {
	reports    int
	since      string // publication of the oldest report, YYYY-MM-DD; "" when none has a date
	until      string // and of the newest
	securities int
	names      []string // of the securities with most reports, at most five
}

// mostNamed is how many securities a refusal names.
const mostNamed = 5

// covered says what the reports cover.
func covered(reports []*report.Report) coverage {
	c := coverage{reports: len(reports)}
	type held struct {
		name    string
		reports int
	}
	var all []*held
	at := map[string]*held{}
	for _, r := range reports {
		if r.Published != "" {
			c.until = max(c.until, r.Published)
			if c.since == "" || r.Published < c.since {
				c.since = r.Published
			}
		}
		for _, s := range r.Securities {
			key := cmp.Or(security.Name(s.Name), s.Code) // a name is printed with the market's code, with a bare one, or with that of another share
			if at[key] == nil {
				at[key] = &held{name: nameOf(s)}
				all = append(all, at[key])
			}
			at[key].reports++
		}
	}
	slices.SortStableFunc(all, func(a, b *held) int { return cmp.Or(b.reports-a.reports, cmp.Compare(a.name, b.name)) })
	c.securities = len(all)
	for _, h := range all[:min(mostNamed, len(all))] {
		c.names = append(c.names, h.name)
	}
	return c
}

// say is the coverage in a sentence, in lang, zh or en; "" for no reports.
func (c coverage) say(lang string) string {
	if c.reports == 0 {
		return ""
	}
	zh, en := "可检索的研报共 "+itoa(c.reports)+" 篇", itoa(c.reports)+" reports can be searched"
	switch {
	case c.since == "":
	case c.since == c.until:
		zh, en = zh+"，"+c.since+" 发布", en+", published "+c.since
	default:
		zh, en = zh+"，"+c.since+" 至 "+c.until, en+", published "+c.since+" to "+c.until
	}
	if c.securities > 0 {
		zh += "，涉及 " + itoa(c.securities) + " 家公司：" + strings.Join(c.names, "、")
		en += ", on " + itoa(c.securities) + " companies: " + strings.Join(c.names, ", ")
		if c.securities > len(c.names) {
			zh, en = zh+" 等", en+" and others"
		}
	}
	return either(lang, zh+"。", en+".")
}
