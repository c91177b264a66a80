package answer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	typed "reportbot/ingest/fact" // fact is a kind of question of ours
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	reading "reportbot/retrieval/question" // question is a type of ours
)

var (
	// whose figure it is, after its name and before it
	ofWhom    = regexp.MustCompile(`^ (?:\w+ ){0,2}?(?:of|for|on|at) ([a-z][a-z0-9&.-]*)`)
	whoseEn   = regexp.MustCompile(`([a-z][a-z0-9&.-]*?)(?:'s|')(?: (?:\w+ ){0,2}?)?$`)
	plural    = regexp.MustCompile(`(?:^| )([a-z][a-z0-9&.-]{2,}s) $`) // farsails EPS
	judgement = regexp.MustCompile(`\b(?:ratings?|recommendation|risks?|outlook|guidance)\b`)
	latinWord = regexp.MustCompile(`[A-Za-z][A-Za-z0-9&.-]*`)
)

// unknownNames returns the Latin names, folded, of which an English question
// asks when it names no known company: words that no report holds, printed with
// a capital or standing where a figure's owner stands. A name that reports do
// hold is one where it is printed as an owner with a capital.
func (a *Answerer) unknownNames(q retrieval.Query) []string {
	if Language(q.Text) != "en" {
		return nil
	}
	unseen := a.search.Rarity(q.Scope, text.Token(0)) // no text holds this token
	capital := capitals(q.Text)
	s := text.Fold(q.Text)
	var out []string
	add := func(w string, owner bool) {
		w = strings.TrimRight(w, ".-&")
		new := len(text.Terms(w)) > 0 && a.search.Rarity(q.Scope, stem(w)) >= unseen && !stopped(w)
		if w != "" && len(years(w)) == 0 && (new && (owner || capital[w]) || owner && capital[w]) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	for w := range capital {
		add(w, false)
	}
	figures := judgement.FindAllString(s, -1)
	for _, n := range typed.Names(s) {
		figures = append(figures, n.Words)
	}
	for _, f := range figures {
		before, after, _ := strings.Cut(s, f)
		for _, m := range [][]string{ofWhom.FindStringSubmatch(after), whoseEn.FindStringSubmatch(before), plural.FindStringSubmatch(before)} {
			if m != nil {
				add(m[1], true)
			}
		}
	}
	slices.Sort(out)
	return out
}

// capitals are the words of s, folded, that it prints with a capital, without
// the first and the abbreviations; none where most words are.
func capitals(s string) map[string]bool {
	out := map[string]bool{}
	all := latinWord.FindAllString(s, -1)
	for i, w := range all {
		if i > 0 && len(w) > 2 && unicode.IsUpper(rune(w[0])) && w != strings.ToUpper(w) {
			out[text.Fold(strings.TrimRight(w, ".-&"))] = true
		}
	}
	if 2*len(out) > len(all) {
		return nil
	}
	return out
}

// unknown makes the names that a question asks of, and that mean no company of
// the reports, names that an answer must say.
func (a *Answerer) unknown(q *question, asked retrieval.Query) {
	if len(q.companies) > 0 || len(q.houses) > 0 && len(typed.Names(q.folded)) == 0 {
		return
	}
	q.names = append(q.names, a.unknownNames(asked)...)
}

// which asks back where a figure, a rating or risks are asked for without a
// word for whose, and reports are on several companies.
func which(q retrieval.Query, read reading.Reading, found retrieval.Found, reports []*report.Report, lang string) (_ Answer, ok bool) {
	s := text.Fold(q.Text)
	names := typed.Names(s)
	if read.Corpus != reading.None || len(found.Securities) > 0 || covered(reports).securities < 2 || len(read.Industries) > 0 || len(names) == 0 && !aRating.MatchString(s) && !asksRisk.MatchString(s) {
		return Answer{}, false
	}
	for _, n := range names {
		s = strings.ReplaceAll(s, n.Words, " ")
	}
	for _, w := range append(slices.Clone(read.Called), "风险提示", "风险", "risks", "risk") {
		s = strings.ReplaceAll(s, w, " ")
	}
	s = ratingRest.ReplaceAllString(aTime.ReplaceAllString(s, " "), " ")
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return Answer{}, false
	}
	r := Reason{Code: "which_company", Text: words(lang).which}
	return Answer{Status: Abstained, Text: r.Text, Reason: r, Nearest: nearest(found, reports)}, true
}

// aTime is a period of a figure, and what is said of forecasts.
var aTime = regexp.MustCompile(`(?:19|20)\d\d(?:年度?)?e?|\b(?:fy|[1-4]q|q[1-4]|[12]h)\d{0,4}e?\b|\b\d\de\b|[一二三四]季度|[上下]半年|前三季度|全年|年|预测|预计|预期|增速|增长|同比|\b(?:forecasts?|estimates?|expected|growth|year)\b`)

// company is the one company that a hit is on: its report's, or the one that a
// report on several names above it; "" for none.
func company(h *retrieval.Hit) string {
	if len(h.Report.Securities) == 1 {
		return nameOf(h.Report.Securities[0])
	}
	out, head := "", text.Fold(strings.Join(h.Passage.Path, " "))
	for _, s := range h.Report.Securities {
		if name := security.Name(s.Name); name != "" && text.HasWord(head, name) {
			if out != "" {
				return ""
			}
			out = nameOf(s)
		}
	}
	return out
}

// carried puts the company before each of the chosen units that does not say
// it, where they are of several and the question does not name one alone.
func carried(q question, chosen []candidate, hits []retrieval.Hit, lang string) {
	of := map[string]bool{}
	for _, c := range chosen {
		of[company(&hits[c.hit])] = true
	}
	if !q.ofSeveral() && (len(q.names) > 0 || len(of) < 2) {
		return
	}
	for i := range chosen {
		c := &chosen[i]
		if name := company(&hits[c.hit]); name != "" && !strings.Contains(text.Fold(c.quote), security.Name(name)) {
			c.shown = name + either(lang, "：", ": ") + c.shown
		}
	}
}

// ofSeveral reports whether the question names several companies.
func (q *question) ofSeveral() bool { return len(q.companies) > 1 && !oneCompany(q.companies) }

// unanswered are those of several companies named of which no chosen unit is.
func (q *question) unanswered(chosen []candidate, hits []retrieval.Hit) []string {
	var out []string
	for _, m := range q.companies {
		if q.ofSeveral() && !slices.ContainsFunc(chosen, func(c candidate) bool {
			return speaksOf(c.quote+" "+company(&hits[c.hit]), []security.Mention{m}) || speaks(&hits[c.hit], m) && !c.row
		}) {
			out = append(out, m.Words)
		}
	}
	return out
}
