package bot

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"

	"reportbot/ingest/text"
)

// lang is the language a follow-up is put in; that of the latest question
// where it has no words but names and periods.
func (r *rules) lang(s *said) string {
	var edits []edit
	for _, sp := range s.spans {
		if sp.slot != metric || r.base().lang == "zh" && !strings.ContainsFunc(s.text[sp.from:sp.to], text.IsHan) { // EPS, PE
			edits = append(edits, edit{sp.from, sp.to, ""})
		}
	}
	words := edited(s.text, edits)
	switch {
	case strings.ContainsFunc(words, text.IsHan):
		return "zh"
	case strings.ContainsFunc(words, unicode.IsLetter):
		return "en"
	}
	return r.base().lang
}

// composed asks anew for what the follow-up wants to know, with the slots it
// leaves open taken from the thread; the house and the period only where they
// belong to the metric, a house only if the follow-up inherits all.
func (r *rules) composed(s *said, inherit bool) string {
	base := r.base()
	lang := r.lang(s)
	what := translated(base.words(metric), lang)
	if s.has(metric) || s.rest() != "" {
		what = s.phrase()
	}
	of := cmp.Or(s.words(company), r.latest(company))
	if of == "" || what == "" {
		return ""
	}
	by := s.words(house)
	if inherit && by == "" && (byHouse.MatchString(what) || aView.MatchString(what)) {
		by = base.words(house)
	}
	in := s.words(period)
	if in == "" && metrics.MatchString(what) && !untimed.MatchString(what) {
		in = base.words(period)
	}
	if lang == "en" {
		return composedEn(by, of, in, what)
	}
	link := "的"
	if aTime.MatchString(what) {
		link = ""
	}
	switch {
	case by != "" && aView.MatchString(what):
		return by + "怎么看" + of + "？"
	case by != "" && byHouse.MatchString(what):
		return by + "给" + of + in + link + what + asked(what)
	case by != "":
		return by + "认为" + of + in + "的" + what + asked(what)
	}
	return of + in + link + what + asked(what)
}

func composedEn(by, of, in, what string) string {
	verb := " is "
	if isList.MatchString(what) {
		verb = " are "
	}
	out := "What" + verb + "the " + what + " of " + of
	if by != "" {
		out = "What" + verb + by + "'s " + what + " for " + of
	}
	if in != "" {
		out += " in " + strings.TrimSuffix(in, "年")
	}
	return out + "?"
}

// asked are the words that ask for a metric in Chinese.
func asked(metric string) string {
	switch {
	case aPerson.MatchString(metric):
		return "是谁？"
	case isList.MatchString(metric):
		return "有哪些？"
	case strings.Contains(metric, "评级"), aView.MatchString(metric), !metrics.MatchString(metric),
		strings.HasSuffix(metric, "要点"), strings.HasSuffix(metric, "逻辑"):
		return "是什么？"
	}
	return "是多少？"
}

// translated is a metric in the language of the question, as it is where no
// pair of ours knows it.
func translated(metric, lang string) string {
	if lang == "zh" == strings.ContainsFunc(metric, text.IsHan) {
		return metric
	}
	for _, p := range pairs {
		have, want := p.zh, p.en
		if lang == "zh" {
			have, want = want, have
		}
		if have.MatchString(metric) {
			return firstOf(want)
		}
	}
	return metric
}

// firstOf is the first alternative of an expression of pairs.
func firstOf(re *regexp.Regexp) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(re.String(), "(?i)"), "|")
	return first
}

// clause completes a question that only leaves out its company.
func (r *rules) clause(body string) string {
	s := r.read(body)
	base := r.base()
	of := r.latest(company)
	if of == "" {
		return ""
	}
	what := s.words(metric)
	by := ""
	if what != "" && byHouse.MatchString(what) && !s.has(house) {
		by = base.words(house)
	}
	if s.lang == "en" {
		if by == "" {
			return inserted(&s, company, of)
		}
		now := r.read(inserted(&s, house, by))
		g, _ := now.group(metric)
		return now.text[:g.to] + " for " + of + now.text[g.to:]
	}
	in := ""
	if what != "" && !s.has(period) && !untimed.MatchString(what) && base.has(company) {
		in = base.words(period)
	}
	if at := givesOnly.FindStringIndex(body); at != nil {
		return body[:at[1]-len("的")] + of + "的" + body[at[1]:]
	}
	if g, ok := s.group(house); ok && g.from == 0 {
		rest := body[g.to:]
		switch verb := houseVerb.FindString(rest); {
		case verb == "的":
			return body[:g.to] + "给" + of + rest
		case verb != "":
			return body[:g.to] + verb + of + in + rest[len(verb):]
		}
	}
	if g, ok := s.group(metric); ok && s.has(house) {
		return body[:g.from] + of + in + "的" + body[g.from:]
	}
	if by != "" && strings.HasPrefix(body, what) {
		return by + "给" + of + "的" + body
	}
	if in != "" {
		return of + in + body
	}
	if g, ok := s.group(period); ok && g.from == 0 || !strings.HasPrefix(body, what) || what == "" {
		return of + body
	}
	return of + "的" + body
}

var houseVerb = regexp.MustCompile(`^(?:的|给出|给|对|预测|预计|预期|认为)`)

// why asks for the reason of what a question asks. It keeps the question:
// asked for 评级的原因 alone, the answers in the reports' words missed the
// sentences that give it.
func why(question, lang string) string {
	bare := ending.ReplaceAllString(question, "")
	switch {
	case bare == "" || isWhy.MatchString(bare):
		return ""
	case lang == "en" && verbEn.MatchString(bare):
		return "Why " + lowered(bare) + "?"
	case lang == "en":
		return bare + ", and why?"
	}
	return bare + "，为什么？"
}

// askedAlso asks what a bare word of asking wants to know of a question: m is
// the match of bareAsk.
func askedAlso(question, lang string, m []string) string {
	bare := ending.ReplaceAllString(question, "")
	zh, en := m[1], strings.ToLower(m[2])
	switch {
	case bare == "" || lang == "zh" && zh == "" || lang == "en" && en == "":
		return ""
	case zh != "":
		return isItSo.ReplaceAllString(bare, "") + "，" + zh + "？"
	case verbEn.MatchString(bare):
		return strings.ToUpper(en[:1]) + en[1:] + " " + lowered(bare) + "?"
	}
	return bare + ", and " + en + "?"
}

// besides asks a question for more of the same.
func besides(question, lang string) string {
	bare := ending.ReplaceAllString(question, "")
	switch core := factTail.ReplaceAllString(bare, ""); {
	case bare == "":
		return ""
	case lang == "en" && strings.HasPrefix(question, "Besides"):
		return question
	case lang == "en":
		return "Besides that, " + lowered(bare) + "?"
	case core != bare && core != "" && !isWhy.MatchString(bare):
		return core + "还有哪些？"
	case strings.HasPrefix(bare, "除此之外"):
		return question
	}
	return "除此之外，" + bare + "？"
}

// inDetail asks a question for more detail.
func inDetail(question, lang string) string {
	switch {
	case question == "" || strings.HasPrefix(question, "请详细说明") || strings.HasPrefix(question, "In detail"):
		return question
	case lang == "en":
		return "In detail: " + lowered(question)
	}
	return "请详细说明：" + question
}

// lowered is a question in the middle of a sentence.
func lowered(question string) string {
	if !firstWord.MatchString(question) {
		return question // it may begin with a name
	}
	return strings.ToLower(question[:1]) + question[1:]
}
