package ticker

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// Notes on several companies give their estimates in running text:
// 预计公司2026-2028年EPS分别为0.88元、1.02元、1.17元. A figure counts when there is
// one value for each year, so that none is taken for another's.

const (
	sumRE    = `-?\d+(?:\.\d+)?(?:亿港元|亿美元|亿元|百万元|万元|港元|美元|元)`
	sumsRE   = `((?:` + sumRE + `[、和及])*` + sumRE + `)`
	yearsRE  = `((?:20\d\d年?[、和及])*20\d\d(?:[-–—~至到]20\d\d)?年)`
	metricRE = `(营业总?收入|营收|归母净利润|净利润|EPS|每股收益)`
)

var (
	estimated  = regexp.MustCompile(yearsRE + `的?` + metricRE + `(?:的?预测)?(?:[由从]` + sumsRE + `(?:上调|下调|调整|调高|调低)[至到为])?(?:分别)?(?:将?[为至达]|约)?` + sumsRE)
	perShare   = regexp.MustCompile(`对应(?:EPS|每股收益)(?:分别)?(?:为|约)?` + sumsRE)
	subject    = regexp.MustCompile(`(?:^|[，,；。：:（(“]|预计|预测|预期|公司|我们|将|维持|上调|下调)$`)
	expects    = regexp.MustCompile(`预计|预测|预期|将`)
	ofOthers   = regexp.MustCompile(`一致预期|市场预期`)
	oneSum     = regexp.MustCompile(`(-?\d+(?:\.\d+)?)(\D+)`)
	oneYear    = regexp.MustCompile(`20\d\d`)
	yearSpan   = regexp.MustCompile(`(20\d\d)[-–—~至到](20\d\d)`)
	proseNames = map[string]report.Metric{
		"营业收入": report.Revenue, "营业总收入": report.Revenue, "营收": report.Revenue,
		"归母净利润": report.NetProfit, "净利润": report.NetProfit, "EPS": report.EPS, "每股收益": report.EPS,
	}
)

// fromProse adds the estimates that sentences on the security state and its
// tables do not.
func (v *view) fromProse() {
	for i := range v.about {
		p := &v.about[i]
		if p.Kind == report.Table || p.Kind == report.Caption {
			continue
		}
		for _, s := range text.Sentences(p.Text) {
			quote := p.Text[s.From:s.To]
			for _, f := range estimates(quote, v.r.Published) {
				f.ReportID, f.PassageID, f.Page, f.Quote = v.r.ID, p.ID, p.PageAt(s.From), quote
				if !slices.ContainsFunc(v.facts, func(have report.Fact) bool {
					return have.Metric == f.Metric && have.Period == f.Period && have.Rival == ""
				}) {
					v.facts = append(v.facts, f)
				}
			}
		}
	}
}

// estimates reads a sentence of a report of that day.
func estimates(sentence, published string) []report.Fact {
	s := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, strings.ReplaceAll(sentence, ",", ""))
	var out []report.Fact
	found := estimated.FindAllStringSubmatchIndex(s, -1)
	for k, at := range found {
		before := s[:at[0]]
		if !subject.MatchString(before) || ofOthers.MatchString(before) {
			continue
		}
		years := yearsOf(s[at[2]:at[3]])
		if slices.ContainsFunc(years, func(y string) bool { return !ahead(y, published, expects.MatchString(before)) }) {
			continue
		}
		out = append(out, paired(proseNames[s[at[4]:at[5]]], years, s[at[8]:at[9]])...)
		rest := s[at[1]:]
		if k+1 < len(found) {
			rest = s[at[1]:found[k+1][0]]
		}
		if m := perShare.FindStringSubmatch(rest); m != nil {
			out = append(out, paired(report.EPS, years, m[1])...)
		}
	}
	return out
}

// ahead reports whether a year's figure is an estimate: that of the report's
// own year only where the sentence says so.
func ahead(year, published string, says bool) bool {
	if len(published) < 4 {
		return false
	}
	return year > published[:4] || year == published[:4] && says
}

// paired gives each year its value; nothing when their numbers differ.
func paired(metric report.Metric, years []string, sums string) []report.Fact {
	values := oneSum.FindAllStringSubmatch(strings.NewReplacer("、", " ", "和", " ", "及", " ").Replace(sums), -1)
	if len(values) != len(years) {
		return nil
	}
	var out []report.Fact
	for i, y := range years {
		value, err := strconv.ParseFloat(values[i][1], 64)
		unit, currency, ok := text.ParseUnit(strings.TrimSpace(values[i][2]))
		if err != nil || !ok || (metric == report.EPS) == strings.ContainsAny(unit, "亿百万") {
			return nil
		}
		out = append(out, report.Fact{Metric: metric, Period: y, Value: value, Unit: unit, Currency: currency, Forecast: true})
	}
	return out
}

// yearsOf lists the years of 2026-2028年 and 2026年、2027年.
func yearsOf(s string) []string {
	if m := yearSpan.FindStringSubmatch(s); m != nil {
		from, _ := strconv.Atoi(m[1])
		to, _ := strconv.Atoi(m[2])
		var out []string
		for y := from; y <= to && y < from+10; y++ {
			out = append(out, strconv.Itoa(y))
		}
		return out
	}
	return oneYear.FindAllString(s, -1)
}
