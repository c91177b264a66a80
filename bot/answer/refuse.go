package answer

import (
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"

	typed "reportbot/ingest/fact" // fact is a kind of question of ours
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Bounds are the shares below which a question counts as not answered: of its
// words, weighted by how rare they are. A score alone cannot tell inside the
// domain (AUC 0.61-0.67); what the passages cover can. 0 switches a bound off.
type Bounds struct {
	OffTopic float64 // of the question held by the best passage
	OffAsked float64 // the same, where nothing else speaks against an answer
	Cover    float64 // covered by the best unit, less if it lacks the kind of value asked for
	Value    float64 // covered by the best unit that holds such a value
	Cued     float64 // the same, where texts say what is asked for in other words
}

// ShippedBounds were chosen on four sets of questions together.
var ShippedBounds = Bounds{OffTopic: 0.23, OffAsked: 0.31, Cover: 0.25, Value: 0.33, Cued: 0.37}

// untyped is how much of a unit's cover counts when it lacks the kind of value
// asked for.
const untyped = 0.46

// refuse returns why the passages do not answer the question; its code is
// empty when they may.
func (a *Answerer) refuse(q question, ranked []candidate, found retrieval.Found, lang string) Reason {
	w, bound := words(lang), a.opt.Bounds
	reason := func(code, text string, missing []string) Reason {
		if len(missing) > 0 {
			text += w.missing + strings.Join(missing, w.comma)
		}
		return Reason{Code: code, Text: text, Missing: missing}
	}
	missing := a.missing(q, found)
	whole := q.kind == summary && len(q.names)+len(q.houses) > 0 // of all there is on them
	switch {
	case len(found.Hits) == 0 || len(ranked) == 0 || len(q.tokens) == 0 && !whole:
		return reason("off_topic", w.offTopic, missing)
	case whole:
		return Reason{}
	}
	valued, both := 0.0, 0.0
	for _, c := range ranked {
		if c.typed && (q.asked == "" || c.cued && !c.far) {
			valued = max(valued, c.cover)
			both = max(both, c.cover)
		} else {
			both = max(both, untyped*c.cover)
		}
	}
	switch {
	case q.within(found) < bound.OffTopic:
		return reason("off_topic", w.offTopic, missing)
	case q.kind == fact && len(missing) > 0: // of many things asked at once some may be missing
		return reason("not_covered", w.notCovered, missing)
	case q.kind == fact && (q.asksValue() && valued < bound.Value || q.asked != "" && valued < bound.Cued):
		if q.value == aCause { // no value is asked
			return reason("not_covered", w.notCovered, nil)
		}
		return reason("no_value", w.noValue, nil)
	case q.kind == fact && both < bound.Cover:
		return reason("not_covered", w.notCovered, nil)
	case q.within(found) < bound.OffAsked:
		return reason("off_topic", w.offTopic, missing)
	}
	return Reason{}
}

// asksValue reports whether a date, figure or change is asked for.
func (q *question) asksValue() bool {
	return q.value == aDate || q.value == aRate || q.value == anAmount || q.value == aNumber || q.value == aChange
}

// within is the largest share of the question, weighted by rarity, that one
// passage holds.
func (q *question) within(found retrieval.Found) float64 {
	best := 0.0
	for i := range found.Hits {
		h := &found.Hits[i]
		seen := map[text.Token]bool{}
		sum := 0.0
		for t := range text.Tokens(text.Fold(h.Report.Title + " " + h.Passage.Header() + " " + h.Passage.Text)) {
			if !seen[t] {
				seen[t] = true
				sum += q.tokens[t]
			}
		}
		if q.saysCue(text.Fold(h.Passage.Text)) {
			for t := range text.Tokens(q.asked) {
				if !seen[t] {
					seen[t] = true
					sum += q.tokens[t]
				}
			}
		}
		if gate(*q, h) {
			best = max(best, sum/q.total)
		}
	}
	return best
}

var (
	asked = regexp.MustCompile(`的(\p{Han}{2,6}?)(?:大概|大约|一共|总共|分别)?(?:(?:是|为|有|达到?|在)(?:多少|什么|谁|哪|几)|多少|[?？]?$)`)
	// A company is known by what its name ends in.
	firm   = regexp.MustCompile(`(\p{Han}{2,4}?)(?:科技|股份|集团|电子|医药|生物|能源|汽车|银行|保险|证券|通信|软件|信息|智能|半导体|材料|电气|重工|航空|食品|控股|光电|微电|药业|电力|传媒|网络|智造|动力|高科|化学|环境|环保|建设|机械)`)
	titled = regexp.MustCompile(`《([^《》]+)》`) // of a work or a law
	named  = regexp.MustCompile(`[a-z][a-z0-9]*(?:[-.]?[a-z0-9]+)*`)
)

// missing returns the names, years and asked-for nouns of the question that
// none of the passages holds.
func (a *Answerer) missing(q question, found retrieval.Found) []string {
	if len(found.Hits) == 0 {
		return nil
	}
	var all strings.Builder
	for i, h := range found.Hits {
		if !gate(q, &found.Hits[i]) {
			continue
		}
		all.WriteString(text.Fold(h.Report.Title + " " + h.Report.Published + " " + h.Passage.Header() + " " + h.Passage.Text))
		all.WriteByte('\n')
	}
	s := all.String()
	out := map[string]bool{}
	unnamed := q.folded
	for _, n := range q.names {
		unnamed = strings.ReplaceAll(unnamed, n, " ")
	}
	for _, n := range named.FindAllString(unnamed, -1) {
		// A Latin word in a Chinese question is a name, as is one with a
		// figure (gpt-4) in any.
		isName := Language(q.folded) == "zh" || strings.ContainsAny(n, "0123456789") && len(years(n)) == 0
		if isName && len(n) > 1 && !strings.Contains(s, n) {
			out[n] = true
		}
	}
	for _, m := range titled.FindAllStringSubmatch(q.folded, -1) {
		if !strings.Contains(s, m[1]) {
			out[m[0]] = true
		}
	}
	said := years(s)
	for _, y := range q.years {
		if !slices.Contains(said, y) {
			out[y] = true
		}
	}
	for _, noun := range q.nouns() {
		// A noun in another language than the reports' proves nothing.
		if Language(noun) == found.Hits[0].Report.Language && gone(s, noun) && !(strings.Contains(noun, q.asked) && q.saysCue(s)) {
			out[noun] = true
		}
	}
	for _, w := range q.unmeasured(found) {
		out[w] = true
	}
	if m := firm.FindStringSubmatch(q.folded); m != nil && len(q.names) == 0 && strings.HasPrefix(q.folded, m[0]) && gone(s, m[1]) {
		out[m[0]] = true
	}
	list := make([]string, 0, len(out))
	for w := range out {
		list = append(list, w)
	}
	sort.Strings(list)
	return list
}

var askedEn = regexp.MustCompile(`\b(?:what|how (?:much|many)|which)(?: (?:is|was|are|were) the)? ([a-z][a-z -]*?) (?:does|do|did|is|was|are|were|will|has|have|had|of|for|in|by|per|at)\b`)

// nouns are the things a question asks the value of.
func (q *question) nouns() []string {
	var out []string
	if m := asked.FindStringSubmatch(q.folded); m != nil && !strings.ContainsAny(m[1], "什谁哪几何") {
		out = strings.FieldsFunc(m[1], func(r rune) bool { return strings.ContainsRune("和与及、", r) })
	}
	if m := askedEn.FindStringSubmatch(q.folded); m != nil && Language(q.folded) == "en" {
		out = append(out, m[1])
	}
	if q.value == aDate { // a text gives a date without calling it 时间
		return nil
	}
	return out
}

// gone reports whether no two neighbouring characters of a Chinese noun, or
// no word of an English one, stand anywhere in s.
func gone(s, noun string) bool {
	r := []rune(noun)
	if Language(noun) == "en" {
		for _, w := range strings.Fields(noun) {
			if strings.Contains(s, strings.TrimSuffix(w, "s")) {
				return false
			}
		}
		return len(r) > 2
	}
	if len(r) < 2 {
		return false
	}
	for i := 0; i+1 < len(r); i++ {
		if strings.Contains(s, string(r[i:i+2])) {
			return false
		}
	}
	return true
}

// unmeasured returns the metrics (目标价, net profit) that the question asks
// for and that no passage on its companies names by any of their spellings. In
// a foreign language they are spelled in yet other ways.
func (q *question) unmeasured(found retrieval.Found) []string {
	asked := typed.Names(q.folded)
	said := map[report.Metric]bool{}
	for i := range found.Hits {
		h := &found.Hits[i]
		if h.Report.Language != Language(q.folded) {
			return nil
		}
		on := func(m security.Mention) bool { return speaks(h, m) }
		if len(asked) == 0 || len(q.companies) > 0 && !slices.ContainsFunc(q.companies, on) {
			continue
		}
		for _, n := range typed.Names(h.Passage.Header() + "\n" + h.Passage.Text) {
			said[typed.Base(n.Metric)] = true
		}
	}
	var out []string
	for _, n := range asked {
		if !said[typed.Base(n.Metric)] {
			out = append(out, n.Words)
		}
	}
	return out
}
