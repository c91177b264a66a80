package answer

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/retrieval"
)

// How many houses a view of a company shows, and how many points of the reports
// in all where they are few.
const (
	mostViews  = 5
	mostPoints = 4
)

// views lists the newest report of each house on a company, or the newest of a
// time where no company is named, each with the points it begins with.
func (a *Answerer) views(ctx context.Context, q retrieval.Query, c *catalogue, reports []*report.Report, named []security.Mention) {
	shown := reports[:min(len(reports), mostShown)]
	if len(named) > 0 {
		shown = nil
		for _, r := range reports { // newest first
			if len(shown) < mostViews && !slices.ContainsFunc(shown, func(have *report.Report) bool { return have.Publisher == r.Publisher }) {
				shown = append(shown, r)
			}
		}
	}
	each := max(1, mostPoints/len(shown))
	for _, r := range shown {
		c.claim(c.line(r), c.cite(r))
		hits := a.pointsOf(ctx, q, r, named)
		n := 0
		for k := range hits {
			for _, u := range units(hits, k) {
				if point := (candidate{unit: u}); n < each && point.states() {
					n++
					c.claim(strings.TrimLeft(u.shown, "•●■◆▪➢-* "), c.add(&hits[k], u.from, u.quote))
				}
			}
		}
	}
}

// pointsOf finds where a report says what it is about, in its order: its key
// points, or of a report on many companies what stands under the name of the one.
func (a *Answerer) pointsOf(ctx context.Context, q retrieval.Query, r *report.Report, named []security.Mention) []retrieval.Hit {
	words := r.Title + " 投资要点 key points"
	many := len(r.Securities) > 1 && len(named) > 0
	if many && !oneCompany(named) { // 公司 would be either
		return nil
	}
	if many {
		words = nameOf(named[0].Security)
	}
	hits := slices.DeleteFunc(a.within(ctx, q, r, words), func(h retrieval.Hit) bool {
		head := strings.Join(h.Passage.Path, " ")
		return h.Passage.Kind == report.Table || h.Passage.Kind == report.Risk || many && !speaksOf(head, named) || !many && !keyHeads.MatchString(head)
	})
	slices.SortStableFunc(hits, func(a, b retrieval.Hit) int {
		return cmp.Or(cmp.Compare(a.Passage.PageFrom, b.Passage.PageFrom), cmp.Compare(a.Passage.ID, b.Passage.ID))
	})
	return hits
}
