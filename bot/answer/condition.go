package answer

import (
	"slices"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
	reading "reportbot/retrieval/question" // question is a type of ours
)

// condition is one thing a question about the corpus wants of its reports.
type condition struct {
	name string // as it is said in an answer: 评级上调, rated Buy
	met  func(*report.Report) bool
	whom bool // it is the company asked about: no other stands in for it
}

// conditions returns what a reading and the securities named want, the
// weightiest first: the last is the first that a wider search gives up.
func conditions(read reading.Reading, named []security.Mention, lang string) []condition {
	var out []condition
	add := func(name string, met func(*report.Report) bool) { out = append(out, condition{name: name, met: met}) }
	or := either(lang, "或", " or ")
	if len(read.Publishers) > 0 {
		add(either(lang, "", "from ")+strings.Join(read.Publishers, or),
			func(r *report.Report) bool { return same(read.Publishers, r.Publisher) })
	}
	if len(named) > 0 {
		var names []string
		for _, m := range named {
			if name := nameOf(m.Security); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		add(either(lang, "", "on ")+strings.Join(names, or),
			func(r *report.Report) bool { return onAny(r, named) })
		out[len(out)-1].whom = true
	}
	if len(read.Industries) > 0 {
		name := "in " + strings.Join(read.Industries, or)
		if lang == "zh" {
			name = strings.TrimSuffix(strings.Join(read.Industries, or), "行业") + "行业"
		}
		add(name, func(r *report.Report) bool { return same(read.Industries, r.Industry) })
	}
	if len(read.Ratings) > 0 {
		add(either(lang, "评级", "rated ")+strings.Join(read.Ratings, or),
			func(r *report.Report) bool { return same(read.Ratings, r.Rating) })
	}
	if len(read.Actions) > 0 {
		var names []string
		for _, a := range read.Actions {
			names = append(names, sayAction(a, lang))
		}
		add(strings.Join(names, or),
			func(r *report.Report) bool { return slices.Contains(read.Actions, action(r.RatingAction)) })
	}
	return out
}

// dated is the condition on the day a report came out; no report without a
// date meets it.
func dated(since, until, lang string) condition {
	c := condition{met: func(r *report.Report) bool {
		return r.Published != "" && r.Published >= since && (until == "" || r.Published <= until)
	}}
	switch {
	case since == until:
		c.name = either(lang, since+" 发布", "published on "+since)
	case until == "":
		c.name = either(lang, since+" 以来", "published since "+since)
	case since == "":
		c.name = either(lang, until+" 及以前", "published up to "+until)
	default:
		c.name = either(lang, since+" 至 "+until, "published from "+since+" to "+until)
	}
	return c
}

// same reports whether a report's value is one of those wanted.
func same(want []string, got string) bool {
	return slices.ContainsFunc(want, func(w string) bool { return text.Fold(w) == text.Fold(got) })
}

// onAny reports whether one of a report's securities is among those named.
func onAny(r *report.Report, named []security.Mention) bool {
	for _, s := range r.Securities {
		for _, m := range named {
			name := security.Name(s.Name)
			if s.Code != "" && s.Code == m.Code || name != "" && (name == security.Name(m.Name) || name == m.Words || slices.Contains(m.Others, name)) {
				return true
			}
		}
	}
	return false
}

// nameOf is what a security is called, by its code when nothing else is known.
func nameOf(s report.Security) string {
	if s.Name == "" {
		return s.Code
	}
	return s.Name
}

// actions are the rating actions: their names in a reading, how answers say
// them and, folded, what reports print for them and questions ask.
var actions = []struct {
	name, zh, en string
	printed      []string
}{
	{"上调", "评级上调", "with the rating raised", []string{"上调", "调高", "调升", "提高", "upgrad", "raise"}},
	{"下调", "评级下调", "with the rating lowered", []string{"下调", "调低", "调降", "降低", "downgrad", "lower", "cut"}},
	{"首次", "首次覆盖", "with coverage initiated", []string{"首次", "初次", "initiat"}},
	{"维持", "评级维持", "with the rating maintained", []string{"维持", "重申", "不变", "无变动", "maintain", "reiterat", "reaffirm", "unchanged"}},
}

// action is the name of a rating action as printed, "" for any other.
func action(printed string) string {
	folded := text.Fold(printed)
	for _, a := range actions {
		if slices.ContainsFunc(a.printed, func(p string) bool { return strings.Contains(folded, p) }) {
			return a.name
		}
	}
	return ""
}

func sayAction(name, lang string) string {
	for _, a := range actions {
		if a.name == name {
			return either(lang, a.zh, a.en)
		}
	}
	return either(lang, "评级", "with the rating ") + name
}

// fit returns the reports that meet all conditions, in their order.
func fit(reports []*report.Report, conds []condition) []*report.Report {
	var out []*report.Report
	for _, r := range reports {
		if !slices.ContainsFunc(conds, func(c condition) bool { return !c.met(r) }) {
			out = append(out, r)
		}
	}
	return out
}

// widen parts conditions that no report meets together into those to give up
// and the rest, which some report meets. alone says that no report meets any
// of those given up; else each is met, but not with the rest.
func widen(reports []*report.Report, conds []condition) (dropped, rest []condition, alone bool) {
	for _, c := range conds {
		if len(fit(reports, []condition{c})) == 0 {
			dropped = append(dropped, c)
		} else {
			rest = append(rest, c)
		}
	}
	alone = len(dropped) > 0
	for len(fit(reports, rest)) == 0 && len(rest) > 0 {
		last := len(rest) - 1
		at := last // given up when no single one helps
		for i := last; i >= 0; i-- {
			if len(fit(reports, slices.Delete(slices.Clone(rest), i, i+1))) > 0 {
				at = i
				break
			}
		}
		dropped, rest = append(dropped, rest[at]), slices.Delete(rest, at, at+1)
		alone = false
	}
	return dropped, rest, alone
}

// either chooses between two ways to say something.
func either(lang, zh, en string) string {
	if lang == "zh" {
		return zh
	}
	return en
}
