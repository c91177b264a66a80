package ticker

import (
	"regexp"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// fromText takes from the sentences about the security what rows and metadata
// do not give: the rating and target of a section in a shared report, and in
// any the rating before a change.
func (v *view) fromText() {
	for i := range v.about {
		p := &v.about[i]
		if p.Kind == report.Table || p.Kind == report.Caption {
			continue
		}
		for _, s := range text.Sentences(p.Text) {
			quote := p.Text[s.From:s.To]
			at := place{passage: p, page: p.PageAt(s.From), quote: quote}
			v.former(quote)
			if !v.own {
				v.said(quote, at)
			}
			if !v.own || v.target > 0 { // of its own target the one before
				v.aims(strings.ReplaceAll(quote, ",", ""), at)
			}
		}
	}
}

// former reads the rating before from a sentence that tells of the change.
func (v *view) former(s string) {
	if v.was != "" || v.rating == "" {
		return
	}
	if m := movedZh.FindStringSubmatch(s); m != nil && m[3] == v.rating {
		v.was = m[1]
	} else if m := movedEn.FindStringSubmatch(s); m != nil && (m[2] == "" || strings.EqualFold(m[2], v.rating)) && changes(v.action) {
		v.was = m[3]
	} else if m := formerZh.FindStringSubmatch(s); m != nil && !strings.EqualFold(m[1]+m[2], v.rating) {
		v.was = m[1] + m[2]
	}
}

// changes reports whether an action moves the rating.
func changes(action string) bool { return change.MatchString(action) }

var change = regexp.MustCompile(`上调|下调|调高|调低|(?i:upgrade|downgrade)`)

// said reads the rating of a sentence; where a row has given it already, only
// what happened to it.
func (v *view) said(s string, at place) {
	var was, action, rating string
	if m := movedZh.FindStringSubmatch(s); m != nil {
		was, action, rating = m[1], m[2], m[3]
	} else if m := keptZh.FindStringSubmatch(s); m != nil {
		action, rating = strings.TrimSuffix(m[1], "覆盖"), m[2]
		if action == "给予" {
			action = ""
		}
	} else if m := keptEn.FindStringSubmatch(s); m != nil {
		action, rating = m[1], m[2]
	}
	switch {
	case rating == "":
	case v.rating == "":
		v.was, v.action, v.rating, v.ratedAt = was, action, rating, at
	case v.action == "" && action != "" && strings.EqualFold(v.rating, rating):
		v.action, v.ratedAt = action, at
	}
}

// aims reads the target price of a sentence, and the one before.
func (v *view) aims(s string, at place) {
	if m := toZh.FindStringSubmatch(s); m != nil {
		v.aim(m[3], m[4], m[1], at)
	} else if m := atZh.FindStringSubmatch(s); m != nil {
		v.aim(m[1]+m[3], m[2]+m[4], "", at)
	} else if m := toEn.FindStringSubmatch(s); m != nil {
		v.aim(m[2], m[1], m[4], at)
	} else if m := atEn.FindStringSubmatch(s); m != nil {
		v.aim(m[2], m[1], "", at)
	}
}

func (v *view) aim(value, unit, before string, at place) {
	n, ok := text.ParseNumber(value)
	if !ok || n.Value <= 0 || v.target > 0 && v.target != n.Value {
		return
	}
	if v.target == 0 {
		v.target, v.targetAt = n.Value, at
		_, v.currency, _ = text.ParseUnit(unit)
	}
	if b, ok := text.ParseNumber(before); ok && b.Value > 0 && b.Value != n.Value && v.prior == 0 {
		v.prior, v.priorAt = b.Value, at
	}
}
