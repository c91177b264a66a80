package answer

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	typed "reportbot/ingest/fact" // fact is a kind of question of ours
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	reading "reportbot/retrieval/question" // question is a type of ours
)

var (
	isWhy = regexp.MustCompile(`为什么|为何|为啥|凭什么|原因|理由|依据|\bwhy\b|\breasons?\b|\bhow come\b|\bwhat (?:drove|caused|led|prompted|made)\b`)
	// what a house changes its mind on
	onOpinion = regexp.MustCompile(`评级|目标价|\b(?:ratings?|targets?|stance|upgrad\w*|downgrad\w*|initiat\w*|coverage)\b`)
	// another question beside the one for reasons
	asksMore = regexp.MustCompile(`[^为凭]什么|多少|几[个家]|\b(?:what|how|which|when|who) (?:is|are|was|were|much|many|will)\b|(?:\band|,) (?:what|how|which|when|who)\b`)
	// what says that it gives the reason of a change
	explains = regexp.MustCompile(`因为|由于|主要系|原因|理由|依据|考虑到|鉴于|源于|在于|基于|\b(?:because|due to|owing to|driven by|on the back of|reflect(?:s|ed|ing)?|given|thanks to|as a result)\b`)
	// what may give one
	because = regexp.MustCompile(`因为|由于|因此|所以|主要系|主要是|原因|理由|依据|考虑到|鉴于|源于|在于|得益于|受益于|拖累|低于[^，。；]{0,8}预期|不及预期|超出?[^，。；]{0,8}预期|\b(?:because|due to|owing to|driven by|on the back of|reflect(?:s|ed|ing)?|given|thanks to|as a result|after|below|missed|wrong)\b`)
)

// change is what a question asks the reasons of: the action, as in actions.
type change struct {
	action  string
	printed []string
}

// changeOf reads which change of a house's opinion of a company a question asks
// the reasons of; ok is false for any other question.
func changeOf(folded string, found retrieval.Found) (ch change, ok bool) {
	if !isWhy.MatchString(folded) || asksMore.MatchString(folded) || len(found.Securities) == 0 || !oneCompany(found.Securities) {
		return ch, false
	}
	for _, n := range typed.Names(folded) {
		if n.Metric != report.TargetPrice {
			return ch, false
		}
	}
	for _, a := range actions {
		for _, p := range a.printed {
			if !strings.Contains(folded, p) {
				continue
			}
			company := slices.ContainsFunc(found.Securities, func(m security.Mention) bool {
				return strings.Contains(folded, p+m.Words) || strings.Contains(folded, m.Words+p) || strings.Contains(folded, m.Words+"被"+p)
			})
			if company || onOpinion.MatchString(folded) {
				return change{a.name, a.printed}, true
			}
		}
	}
	return ch, false
}

// in reports whether folded words speak of such a change.
func (ch change) in(folded string) bool {
	return slices.ContainsFunc(ch.printed, func(p string) bool { return strings.Contains(folded, p) })
}

// says reports whether folded words say that an opinion was changed so.
func (ch change) says(folded string) bool { return onOpinion.MatchString(folded) && ch.in(folded) }

// reasons answers why a house changed its rating or target price of a company:
// from the newest report that did, first what gives the change a reason, then
// the points that it makes beside saying that it did.
func (a *Answerer) reasons(ctx context.Context, q retrieval.Query, read reading.Reading, found retrieval.Found, reports []*report.Report, lang string) (_ Answer, ok bool) {
	ch, ok := changeOf(text.Fold(q.Text), found)
	if !ok {
		return Answer{}, false
	}
	read.Actions, read.Ratings = nil, nil
	for _, r := range meant(q, read, reports) {
		if !onAny(r, found.Securities) {
			continue
		}
		hits := a.within(ctx, q, r, nameOf(found.Securities[0].Security)+" "+r.Title)
		many := len(r.Securities) > 1
		hits = slices.DeleteFunc(hits, func(h retrieval.Hit) bool {
			return many && !speaksOf(strings.Join(h.Passage.Path, " "), found.Securities)
		})
		if action(r.RatingAction) != ch.action && !saidIn(hits, ch) {
			continue
		}
		out := a.because(ch, hits, a.pointsOf(ctx, q, r, found.Securities))
		if len(out.Claims) == 0 {
			continue
		}
		out.Status, out.Text = Answered, render(out.Claims)
		if a.chat == nil {
			out.Reason = Reason{Code: "no_model", Text: words(lang).noModel}
		}
		return out, true
	}
	return Answer{}, false
}

func saidIn(hits []retrieval.Hit, ch change) bool {
	return slices.ContainsFunc(hits, func(h retrieval.Hit) bool {
		return slices.ContainsFunc(text.Sentences(h.Passage.Text), func(s text.Span) bool { return ch.says(text.Fold(h.Passage.Text[s.From:s.To])) })
	})
}

// because quotes the reasons of a change from a report's passages and from its
// points.
func (a *Answerer) because(ch change, hits, points []retrieval.Hit) Answer {
	var out Answer
	left := a.opt.MaxChars
	add := func(h *retrieval.Hit, u unit) {
		n := utf8.RuneCountInString(u.quote)
		said := slices.ContainsFunc(out.Citations, func(c report.Citation) bool { return strings.Contains(c.Quote, u.quote) })
		if len(out.Claims) >= a.opt.MaxUnits || n > left || said {
			return
		}
		left -= n
		k := len(out.Citations) + 1
		out.Citations = append(out.Citations, cite(k, h, u.from, u.quote))
		out.Claims = append(out.Claims, Claim{Text: unmarked(u.shown), Citations: []int{k}, Supported: true})
	}
	for k := range hits {
		for _, u := range units(hits, k) {
			if s := text.Fold(u.quote); !u.row && (&candidate{unit: u}).states() && explains.MatchString(s) && ch.in(s) && len(out.Claims) < a.opt.MaxUnits/2 {
				add(&hits[k], u)
			}
		}
	}
	for k := range points {
		heads, item := 0, 0
		of := units(points, k)
		for _, u := range of {
			if u.item > 0 {
				heads++
			}
		}
		for _, u := range of {
			first := u.item != item || u.item == 0
			item = u.item
			s := text.Fold(u.quote)
			if heads > 1 && !first || asksRisk.MatchString(text.Fold(u.shown)) || !(&candidate{unit: u}).states() || onOpinion.MatchString(s) && !because.MatchString(s) {
				continue
			}
			add(&points[k], u)
		}
	}
	return out
}
