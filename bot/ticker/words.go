package ticker

import (
	"strconv"
	"strings"

	"reportbot/ingest/report"
)

// What a card says by itself. lang is zh or en.

func say(lang, zh, en string) string {
	if lang == "zh" {
		return zh
	}
	return en
}

// Name is how a security is shown.
func Name(lang string, s report.Security) string {
	switch {
	case s.Name == "":
		return s.Code
	case s.Code == "":
		return s.Name
	}
	return s.Name + say(lang, "（"+s.Code+"）", " ("+s.Code+")")
}

func nameList(lang string, all []report.Security) string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = Name(lang, s)
	}
	return strings.Join(out, say(lang, "、", ", "))
}

// MetricName is how a metric of the forecasts is shown.
func MetricName(lang string, m report.Metric) string {
	switch m {
	case report.Revenue:
		return say(lang, "营业收入", "Revenue")
	case report.NetProfit:
		return say(lang, "归母净利润", "Net profit")
	case report.EPS:
		return "EPS"
	case report.PE:
		return "PE"
	}
	return string(m)
}

// number writes a value as reports do: without needless zeros.
func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// moneyName is a currency as prices are read in a language.
func moneyName(lang, currency string) string {
	names := map[string]string{"CNY": "元", "HKD": "港元", "USD": "美元", "JPY": "日元", "TWD": "新台币", "EUR": "欧元", "KRW": "韩元", "GBP": "英镑"}
	if zh := names[currency]; zh != "" && lang == "zh" {
		return zh
	}
	return currency
}

// price writes a price per share; without a currency where that is "".
func price(lang string, v float64, currency string) string {
	s := strconv.FormatFloat(v, 'f', 2, 64)
	if v < 0.1 { // penny stocks
		s = number(v)
	}
	return strings.TrimSpace(s + " " + moneyName(lang, currency))
}

func amount(s Side) string {
	switch {
	case s.Rating != "":
		return s.Rating
	case s.Unit == "" || strings.Contains(s.Unit, "元") || s.Unit == "倍":
		return number(s.Value) + s.Unit
	}
	return strings.TrimSpace(number(s.Value) + " " + s.Unit)
}

// sentence tells a disagreement.
func (m *maker) sentence(d Disagreement) string {
	lang := m.card.Lang
	a, b := d.Sides[0], d.Sides[1]
	switch d.Kind {
	case Ratings:
		return say(lang, "评级分歧："+b.Publisher+" "+b.Rating+"（"+day(lang, b.Date)+"），"+a.Publisher+" "+a.Rating+"（"+day(lang, a.Date)+"）。",
			"Ratings differ: "+b.Publisher+" "+b.Rating+" ("+day(lang, b.Date)+"), "+a.Publisher+" "+a.Rating+" ("+day(lang, a.Date)+").")
	case Targets:
		return say(lang, "目标价相差 "+gap(a, b)+"："+a.Publisher+" "+price(lang, a.Value, a.Currency)+"，"+b.Publisher+" "+price(lang, b.Value, b.Currency)+"。",
			"Target prices are "+gap(a, b)+" apart: "+a.Publisher+" "+price(lang, a.Value, a.Currency)+", "+b.Publisher+" "+price(lang, b.Value, b.Currency)+".")
	case Estimates:
		by := ""
		if scaled(a) > 0 {
			by = say(lang, "相差 "+gap(a, b), gap(a, b)+" apart")
		}
		return say(lang, d.Period+" 年"+MetricName(lang, d.Metric)+"预测"+by+"："+a.Publisher+" "+amount(a)+"，"+b.Publisher+" "+amount(b)+"。",
			MetricName(lang, d.Metric)+" estimates for "+d.Period+": "+strings.TrimSpace(by+" ")+say(lang, "", ifAny(by, "; "))+a.Publisher+" "+amount(a)+", "+b.Publisher+" "+amount(b)+".")
	case RatingChanged:
		return say(lang, b.Publisher+"于 "+day(lang, b.Date)+" 将评级由"+a.Rating+"改为"+b.Rating+"。",
			b.Publisher+" moved its rating from "+a.Rating+" to "+b.Rating+" on "+day(lang, b.Date)+".")
	}
	return say(lang, b.Publisher+"于 "+day(lang, b.Date)+" 将目标价由 "+price(lang, a.Value, "")+" 改为 "+price(lang, b.Value, b.Currency)+"。",
		b.Publisher+" moved its target price from "+price(lang, a.Value, "")+" to "+price(lang, b.Value, b.Currency)+" on "+day(lang, b.Date)+".")
}

func ifAny(s, then string) string {
	if s == "" {
		return ""
	}
	return then
}

// gap is by how much the higher is above the lower.
func gap(low, high Side) string {
	return strconv.FormatFloat(100*(scaled(high)/scaled(low)-1), 'f', 1, 64) + "%"
}

func day(lang, s string) string {
	if s == "" {
		return say(lang, "日期不详", "undated")
	}
	return s
}

// refuse gives a card that asks back or knows nobody its status and reason;
// false for a security that is certain.
func (m *maker) refuse(q Query, r Resolved) bool {
	lang, typed := m.card.Lang, strings.Join(strings.Fields(q.Text), " ")
	if long := []rune(typed); len(long) > 40 {
		typed = string(long[:40]) + "…"
	}
	switch {
	case r.Security != (report.Security{}):
		return false
	case typed == "" || len(folded(q.Text)) == 0:
		m.card.Status = Blank
		m.card.Reason = say(lang, "请给出证券代码或名称，例如 ", "Give a code or a name, such as ") + m.example() + say(lang, "。", ".")
	case len(r.Candidates) == 1:
		m.card.Status = Ambiguous
		m.card.Reason = say(lang, "“"+typed+"”不能确定是哪只证券，是否指 "+nameList(lang, r.Candidates)+"？", "“"+typed+"” is not certain; do you mean "+nameList(lang, r.Candidates)+"?")
	case len(r.Candidates) > 1:
		m.card.Status = Ambiguous
		m.card.Reason = say(lang, "“"+typed+"”可能指 "+strconv.Itoa(len(r.Candidates))+" 只证券，请选一只："+nameList(lang, r.Candidates)+"。",
			"“"+typed+"” may mean "+strconv.Itoa(len(r.Candidates))+" securities; choose one: "+nameList(lang, r.Candidates)+".")
	default:
		m.card.Status = Unknown
		m.card.Reason = say(lang, "没有叫“"+typed+"”的证券", "No security is called “"+typed+"”") + m.goneReason(typed) + m.nearReason(r.Nearest)
	}
	return true
}

// goneReason adds what the typed name itself says.
func (m *maker) goneReason(typed string) string {
	if delisted.MatchString(strings.TrimSpace(typed)) {
		return say(m.card.Lang, "（似为已退市证券，可试其原名或代码）", " (it looks delisted; try its former name or code)")
	}
	return ""
}

// nearReason ends a refusal with what is near and what is covered.
func (m *maker) nearReason(near []report.Security) string {
	lang := m.card.Lang
	covered := say(lang, "；库中研报覆盖 "+strconv.Itoa(m.card.Covered)+" 只证券。", "; the reports cover "+securities(m.card.Covered)+".")
	if len(near) == 0 {
		return covered
	}
	return say(lang, "，相近的有 "+nameList(lang, near), "; near it: "+nameList(lang, near)) + covered
}

func securities(n int) string {
	if n == 1 {
		return "1 security"
	}
	return strconv.Itoa(n) + " securities"
}

// example is a security that the reports of the scope cover, else one that
// anybody knows.
func (m *maker) example() string {
	for _, r := range m.book.reports {
		for _, s := range m.book.coded(r.Securities) {
			if s.Code != "" && s.Name != "" {
				return s.Code + say(m.card.Lang, " 或 ", " or ") + s.Name
			}
		}
	}
	return "600519" + say(m.card.Lang, " 或 ", " or ") + "贵州茅台"
}

// empty is the card of a security that no report covers, or none that meets
// the filters.
func (m *maker) empty(r Resolved) {
	lang := m.card.Lang
	m.card.Status = Empty
	name := Name(lang, r.Security)
	if len(r.Publishers)+len(r.Ratings) > 0 || r.Since != "" || r.Until != "" {
		m.card.Reason = say(lang, "没有符合条件（"+r.conditions(lang)+"）的"+name+"研报。", "No report on "+name+" meets the conditions ("+r.conditions(lang)+").")
		return
	}
	if m.card.Mentions > 0 {
		m.card.Reason = say(lang, "没有覆盖"+name+"的研报，仅有 "+strconv.Itoa(m.card.Mentions)+" 篇提到它", "No report covers "+name+"; "+strconv.Itoa(m.card.Mentions)+" only name it")
	} else {
		m.card.Reason = say(lang, "没有覆盖"+name+"的研报", "No report covers "+name)
	}
	for _, l := range m.book.nearest(r.Security.Name) {
		m.card.Nearest = append(m.card.Nearest, l.Security)
	}
	m.card.Reason += m.nearReason(m.card.Nearest)
}

// conditions names the filters.
func (r *Resolved) conditions(lang string) string {
	out := append(append([]string{}, r.Publishers...), r.Ratings...)
	switch {
	case r.Since != "" && r.Until != "":
		out = append(out, say(lang, r.Since+" 至 "+r.Until, r.Since+" to "+r.Until))
	case r.Since != "":
		out = append(out, say(lang, r.Since+" 起", "since "+r.Since))
	case r.Until != "":
		out = append(out, say(lang, "截至 "+r.Until, "until "+r.Until))
	}
	return strings.Join(out, say(lang, "、", ", "))
}

// note says which conditions a card has and what was not understood.
func (m *maker) note(r Resolved) string {
	lang := m.card.Lang
	var out []string
	if c := r.conditions(lang); c != "" {
		out = append(out, say(lang, "仅含："+c+"。", "Only: "+c+"."))
	}
	if m.card.Counts.All == 0 {
		out = append(out, say(lang, "没有研报给它评级、目标价或盈利预测，仅有提及。", "No report gives it a rating, target or estimate; some name it."))
	}
	if r.Ignored != "" {
		out = append(out, say(lang, "“"+r.Ignored+"”没有读懂，未作为条件。", "“"+r.Ignored+"” was not understood and left out."))
	}
	return strings.Join(out, say(lang, "", " "))
}
