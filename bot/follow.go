package bot

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// longest is how many characters a follow-up may have; who writes more says
// all that is meant.
const longest = 90

// rules make a full question of a message by what it says and what the turns
// before it said. Nothing they write is read as an instruction by anyone: they
// join words of the thread.
type rules struct {
	reader Reader
	scope  retrieval.Scope
	now    time.Time
	turns  []Turn // that the asker may know of, oldest first
	told   []said // by turn, what its question says
	used   []bool // by turn, whether words of it were taken
}

func newRules(reader Reader, scope retrieval.Scope, now time.Time, turns []Turn) *rules {
	r := &rules{reader: reader, scope: scope, now: now, turns: turns, used: make([]bool, len(turns))}
	for _, t := range turns {
		r.told = append(r.told, r.lastTold(t.Question))
	}
	return r
}

// tight is Chinese text without the blanks of its typing: 2024 年.
func tight(s string) string {
	if text.Language(s) != "zh" {
		return s
	}
	for loose.MatchString(s) { // of two that share a character it finds the first
		s = loose.ReplaceAllString(s, "$1$3$2$4")
	}
	return s
}

func (r *rules) read(s string) said {
	return takeApart(r.reader, retrieval.Query{Text: s, Scope: r.scope, Now: r.now})
}

// lastTold takes the last sentence apart that fills a slot: what stands
// before it is how it was asked, or was meant for somebody else.
func (r *rules) lastTold(question string) said {
	question = tight(question)
	all := text.Sentences(question)
	var out said
	for i := len(all) - 1; i >= max(0, len(all)-8); i-- { // who asks so long, asks at the end
		s := r.read(question[all[i].From:all[i].To])
		if i == len(all)-1 || len(s.spans) > 0 {
			out = s
		}
		if len(s.spans) > 0 {
			break
		}
	}
	return out
}

// full returns the full question that the message asks; follows is false for
// a message that says all itself. A follow-up that the rules cannot complete
// is "".
func (r *rules) full(message string) (question string, follows bool) {
	message = tight(strings.TrimSpace(message))
	message = message[len(smallTalk.FindString(message)):]
	if message == "" || len(r.turns) == 0 || utf8.RuneCountInString(message) > longest {
		return "", false
	}
	r.base() // to look at the latest turn is to use it
	for _, step := range []func(string) (string, bool){r.alone, r.pronoun, r.view, r.ellipsis} {
		question, follows = step(message)
		if follows && bare(question) == bare(message) {
			return "", false
		}
		if follows {
			return question, true
		}
	}
	return "", false
}

// bare is a text without what may differ between two that say the same.
func bare(s string) string {
	return strings.ReplaceAll(marks.ReplaceAllString(text.Fold(s), ""), "的", "")
}

// base is the latest turn's question.
func (r *rules) base() *said {
	r.used[len(r.turns)-1] = true
	return &r.told[len(r.told)-1]
}

// latest returns the words for a slot of the latest turn that fills it.
func (r *rules) latest(k slot) string {
	for i := len(r.told) - 1; i >= 0; i-- {
		for _, sp := range r.told[i].spans {
			if sp.slot != k {
				continue
			}
			r.used[i] = true
			if p := r.told[i].publisher[sp.from]; p != "" {
				return p
			}
			return r.told[i].text[sp.from:sp.to]
		}
		if k == house && len(r.turns[i].Publishers) == 1 {
			// As it was spelled where the turn was answered; by now that
			// may be out of the asker's sight.
			if p := r.turns[i].Publishers[0]; slices.Contains(r.read(p).reading.Publishers, p) {
				r.used[i] = true
				return p
			}
		}
	}
	return ""
}

// alone completes a message without any words of its own: 为什么, 还有呢.
func (r *rules) alone(message string) (string, bool) {
	body := leads.ReplaceAllString(message, "")
	base := r.base()
	switch {
	case whyAlone.MatchString(message) || whyAlone.MatchString(body):
		return why(base.text, base.lang), true
	case more.MatchString(message):
		return besides(base.text, base.lang), true
	case detail.MatchString(message):
		return inDetail(base.text, base.lang), true
	case bareAsk.MatchString(body):
		return askedAlso(base.text, base.lang, bareAsk.FindStringSubmatch(body)), true
	case whatSays.MatchString(message):
		if m := aReport.FindStringSubmatch(base.text); m != nil {
			return m[1] + message, true
		}
	}
	return "", false
}

// view completes a question for somebody's view that does not say of what.
func (r *rules) view(message string) (string, bool) {
	body := leads.ReplaceAllString(message, "")
	m := viewZh.FindStringSubmatch(body)
	en := m == nil
	if en {
		m = viewEn.FindStringSubmatch(body)
	}
	if m == nil {
		return "", false
	}
	who := strings.TrimSpace(strings.Join(m[1:], ""))
	by := r.read(who)
	g, ok := by.group(house)
	switch {
	case who == "", isBroker(who), people.MatchString(who):
	case !ok || !by.only(house) || g.to-g.from < len(who):
		return "", false // it says of what, or no house is asked
	default:
		who = by.words(house)
	}
	of := r.latest(company)
	if of == "" {
		of = factTail.ReplaceAllString(r.base().text, "")
	}
	switch {
	case of == "" || en && who == "":
		return "", true
	case en:
		return "What does " + who + " think of " + of + "?", true
	case who == "":
		who = r.latest(house)
	}
	return who + "怎么看" + of + "？", true
}

// ellipsis completes a message that leaves out what was said before: a bare
// period, house, company or metric, 那…呢, a question without its company.
func (r *rules) ellipsis(message string) (string, bool) {
	lead := leads.FindString(message)
	body := message[len(lead):]
	marked := lead != "" || tail.MatchString(body)
	asks := asksZh.MatchString(body) || asksEn.MatchString(body)
	noun := ending.ReplaceAllString(tail.ReplaceAllString(body, ""), "")
	s := r.read(noun)
	if base := r.base(); !s.has(company) && !base.has(house) && base.has(company) {
		s.asCompany()
	}
	rest := s.rest()
	if s.has(metric) {
		rest = strings.TrimSpace(moves.ReplaceAllString(rest, ""))
	}
	switch {
	case s.has(company) && (rest != "" || asks && (!marked || s.has(metric))):
		return "", false
	case s.has(company) && !s.has(metric):
		return r.slots(s), true
	case s.has(company) && s.has(metric) && !marked:
		return "", false
	case rest == "" && s.has(metric) && !s.has(company) && r.latest(company) == "" && !r.base().has(house):
		return "", false // there is nothing to take over
	case rest == "" && len(s.spans) == 0, asks && (definition.MatchString(body) || wide.MatchString(rest)):
		return "", false
	case rest == "" && asks && s.only(house) && !marked, rest != "" && ownSubject(r.base(), &s):
		return "", false
	case rest == "" && asks:
		return r.clause(body), true
	case rest == "":
		return r.slots(s), true
	case !marked:
		return "", false
	case asks:
		return r.clause(body), true
	}
	return r.topic(s, rest), true
}

// ownSubject reports whether a follow-up by its form asks for something of
// somebody we do not know: 朔方储电的目标价呢.
func ownSubject(base, s *said) bool {
	m := ofWhat.FindStringSubmatch(s.phrase())
	if m == nil || segment.MatchString(m[1]) || !metrics.MatchString(m[2]) {
		return false
	}
	_, replaces := counterpart(base, m[1])
	return !replaces
}
