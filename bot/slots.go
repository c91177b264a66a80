package bot

import (
	"slices"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/text"
)

// edit puts words in the place of a part of a text.
type edit struct {
	from, to int
	words    string
}

// edited is the text after edits that do not touch each other.
func edited(s string, edits []edit) string {
	slices.SortFunc(edits, func(a, b edit) int { return b.from - a.from })
	for _, e := range edits {
		s = s[:e.from] + e.words + s[e.to:]
	}
	return s
}

// slots asks the latest question again with other words in the slots that the
// follow-up fills.
func (r *rules) slots(s said) string {
	base := r.base()
	if r.lang(&s) != base.lang && (s.has(metric) || base.has(metric)) || s.has(metric) && !placeable(base, s.words(metric), s.words(house)) {
		return r.composed(&s, true)
	}
	var edits []edit
	var missing []slot
	for _, k := range []slot{company, house, period, metric} {
		g, ok := base.group(k)
		switch {
		case !s.has(k):
		case !ok:
			missing = append(missing, k)
		case k == metric:
			edits = append(edits, metricEdit(base, g, s.words(metric)))
		default:
			edits = append(edits, edit{g.from, g.to, fitting(k, base.text[g.from:g.to], s.words(k))})
		}
	}
	out := edited(base.text, edits)
	for _, k := range missing {
		now := r.read(out)
		out = inserted(&now, k, s.words(k))
	}
	return out
}

// placeable reports whether a metric can take the place of the base's without
// making nonsense of the words around it.
func placeable(base *said, new, by string) bool {
	g, ok := base.group(metric)
	if ok && modifier.MatchString(new) {
		return true
	}
	if !ok || isWhy.MatchString(base.text) {
		return false
	}
	old := base.text[g.from:g.to]
	held := base.has(house) || by != ""
	switch was, is := untimed.MatchString(old), untimed.MatchString(new); {
	case base.lang == "en" && isList.MatchString(old) != isList.MatchString(new):
		return false
	case held && byHouse.MatchString(old) && !byHouse.MatchString(new):
		return false // 青岚证券给星河智能的毛利率
	case is && !was:
		return !base.has(period)
	}
	return true
}

// metricEdit replaces the metric and, where the question ends with it, the
// words that ask for it.
func metricEdit(base *said, g span, new string) edit {
	if old := base.text[g.from:g.to]; modifier.MatchString(new) {
		new = modified.ReplaceAllString(old, "") + new
	}
	if base.lang == "zh" && strings.HasSuffix(base.text[:g.from], "最新") {
		new = strings.TrimPrefix(new, "最新")
	}
	after := base.text[g.to:]
	if base.lang == "zh" && factTail.FindString(after) == after && after != "" {
		return edit{g.from, len(base.text), new + asked(new)}
	}
	return edit{g.from, g.to, new}
}

// fitting is how the new words of a slot stand in the place of the old ones.
func fitting(k slot, old, new string) string {
	switch {
	case k != period:
	case bareYear.MatchString(new) && strings.HasSuffix(old, "年"):
		return new + "年"
	case partOnly.MatchString(new) && yearFirst.MatchString(old) && old != yearFirst.FindString(old):
		return yearFirst.FindString(old) + new
	}
	return new
}

// inserted is a question with words for a slot that it left open.
func inserted(s *said, k slot, words string) string {
	if s.lang == "zh" {
		return insertedZh(s, k, words)
	}
	body := ending.ReplaceAllString(s.text, "")
	g, ok := s.group(metric)
	switch {
	case k == period:
		return body + " in " + words + "?"
	case k == company && ok:
		return s.text[:g.to] + " of " + words + s.text[g.to:]
	case k == company:
		return body + " at " + words + "?"
	case k == house && ok && strings.HasSuffix(s.text[:g.from], "the "):
		return s.text[:g.from-len("the ")] + words + "'s " + s.text[g.from:]
	case k == house:
		return "According to " + words + ", " + lowered(s.text)
	}
	return s.text
}

func insertedZh(s *said, k slot, words string) string {
	at, ok := s.group(company)
	what, asks := s.group(metric)
	switch {
	case k == house && ok && asks && at.to < what.from && byHouse.MatchString(s.text[what.from:what.to]):
		return s.text[:at.from] + words + "给" + s.text[at.from:]
	case k == house:
		return words + "认为" + s.text
	case k == period && ok:
		return s.text[:at.to] + words + s.text[at.to:]
	case k == company && whoever.MatchString(s.text):
		at := whoever.FindStringIndex(s.text)
		return s.text[:at[0]] + words + ending.ReplaceAllString(s.text[at[1]:], "") + "吗？"
	case k == company && asks && what.from == 0:
		return words + "的" + s.text
	}
	return words + s.text
}

// topic completes a follow-up that asks for something no list of ours knows:
// 那智驾域控呢. In the latest question it takes the place of what is said with
// the same ending, or of the metric; else its company is asked for it.
func (r *rules) topic(s said, rest string) string {
	base := r.base()
	for _, group := range siblings {
		if !slices.Contains(group, text.Fold(rest)) {
			continue
		}
		for _, other := range group {
			if i := strings.Index(base.text, other); i >= 0 && other != rest {
				return base.text[:i] + rest + base.text[i+len(other):]
			}
		}
	}
	phrase := s.phrase()
	if m := about.FindStringSubmatchIndex(base.text); m != nil && !base.has(company) && s.only() {
		return base.text[:m[2]] + phrase + base.text[m[3]:]
	}
	if from, ok := counterpart(base, phrase); ok && s.only(metric) {
		return base.text[:from] + phrase + base.text[from+len(phrase):]
	}
	if g, ok := base.group(metric); ok && s.has(metric) && s.only(metric) && placeable(base, phrase, "") && r.lang(&s) == base.lang {
		return edited(base.text, []edit{metricEdit(base, g, phrase)})
	}
	return r.composed(&s, true)
}

// phrase is what the text asks for, with the words around its metric.
func (s *said) phrase() string {
	var edits []edit
	for _, sp := range s.spans {
		if sp.slot != metric {
			edits = append(edits, edit{sp.from, sp.to, ""})
		}
	}
	out := strings.TrimSpace(edited(s.text, edits))
	out = strings.TrimSpace(needless.ReplaceAllString(out, ""))
	return strings.Trim(out, "的，, ")
}

// counterpart finds in the base what is as long as the phrase and ends as it
// does: 座舱域控 for 智驾域控. Two characters must be the same, and one not.
func counterpart(base *said, phrase string) (from int, ok bool) {
	n := utf8.RuneCountInString(phrase)
	if n < 3 || base.lang != "zh" || strings.Contains(base.text, phrase) {
		return 0, false
	}
	last := string([]rune(phrase)[n-2:])
	i := strings.Index(base.text, last)
	if i < 0 {
		return 0, false
	}
	head := []rune(base.text[:i])
	if len(head) < n-2 {
		return 0, false
	}
	was := string(head[len(head)-(n-2):]) + last
	from = i + len(last) - len(was)
	inside := slices.ContainsFunc(base.spans, func(sp span) bool { return from < sp.to && sp.from < from+len(was) })
	return from, !inside && len(was) == len(phrase)
}
