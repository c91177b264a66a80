package answer

import (
	"context"
	"slices"
	"strings"

	"reportbot/bot/answer/figure"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/retrieval"
	reading "reportbot/retrieval/question" // question is a type of ours
)

// Facts reads typed figures and the passages they stand in.
type Facts interface {
	Facts(ctx context.Context, reportID string) ([]report.Fact, error) // in the order they were read
	Passages(ctx context.Context, ids []string) ([]report.Passage, error)
}

// figures answers what must be worked out of typed figures of one company,
// and what its houses see differently; ok is false for any other question and
// where the reports hold no such figures. anyway also gives what houses agree
// on, or one alone says. No model has a part in it.
func (a *Answerer) figures(ctx context.Context, q retrieval.Query, read reading.Reading, found retrieval.Found, reports []*report.Report, lang string, anyway bool) (_ Answer, ok bool) {
	if a.opt.Facts == nil || len(found.Securities) != 1 || len(a.named(q, found)) > 1 {
		return Answer{}, false
	}
	work, ok := figure.Read(q.Text, read.Periods)
	if !ok {
		return Answer{}, false
	}
	if anyway {
		work = work.Anyway()
	}
	m := found.Securities[0]
	var sources []figure.Source
	by := map[string]*report.Report{}
	for _, r := range meant(q, read, reports) {
		if !onAny(r, found.Securities) {
			continue
		}
		facts, err := a.opt.Facts.Facts(ctx, r.ID)
		if err != nil {
			return Answer{Notes: []string{"the figures of reports could not be read: " + err.Error()}}, false
		}
		facts = slices.DeleteFunc(facts, func(f report.Fact) bool { return !isOf(f.Security, m) })
		typed := slices.ContainsFunc(facts, func(f report.Fact) bool { return f.Metric == report.TargetPrice && f.Rival == "" })
		sources = append(sources, figure.Source{Publisher: r.Publisher, Published: r.Published, Facts: facts, Untyped: r.TargetPrice > 0 && !typed})
		by[r.ID] = r
	}
	out := Answer{Status: Answered}
	lines := work.Work(sources, lang)
	for _, line := range lines {
		c := Claim{Text: line.Text, Supported: true}
		for _, f := range line.Facts {
			n, ok := a.citeFact(ctx, &out, f, by[f.ReportID])
			if !ok {
				return Answer{}, false
			}
			if !slices.Contains(c.Citations, n) {
				c.Citations = append(c.Citations, n)
			}
		}
		out.Claims = append(out.Claims, c)
	}
	if work.Differs() && !(anyway && len(lines) < 2) {
		out.Reason = Reason{Code: "differ", Text: words(lang).differ}
	}
	out.Text = render(out.Claims)
	return out, len(out.Claims) > 0
}

// meant returns the reports that the query admits and its reading means.
func meant(q retrieval.Query, read reading.Reading, reports []*report.Report) []*report.Report {
	if q.Loose {
		return newestFirst(q, reports)
	}
	conds := conditions(read, nil, "en")
	if read.Since != "" || read.Until != "" {
		conds = append(conds, dated(read.Since, read.Until, "en"))
	}
	return fit(newestFirst(q, reports), conds)
}

// isOf reports whether a fact's security is the one named. A report may print
// the code without its market.
func isOf(s report.Security, m security.Mention) bool {
	bare, _, _ := strings.Cut(m.Code, ".")
	return s.Code != "" && (s.Code == m.Code || s.Code == bare) || s.Name != "" && security.Name(s.Name) == security.Name(m.Name)
}

// citeFact returns the number of the citation of a fact's row.
func (a *Answerer) citeFact(ctx context.Context, out *Answer, f report.Fact, r *report.Report) (n int, ok bool) {
	passages, err := a.opt.Facts.Passages(ctx, []string{f.PassageID})
	if err != nil || len(passages) != 1 {
		return 0, false
	}
	h := retrieval.Hit{Passage: passages[0], Report: r}
	from := strings.Index(h.Passage.Text, f.Quote)
	if from < 0 {
		return 0, false
	}
	return citeOnce(out, &h, from, f.Quote), true
}
