package answer

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	reading "reportbot/retrieval/question"
)

// find searches for q. A question that names houses is asked of each of them
// alone: among the reports of all, those of the house asked for may not be
// found at all. If they have nothing, everybody is asked.
func (a *Answerer) find(ctx context.Context, q retrieval.Query, reports []*report.Report) (retrieval.Found, error) {
	var all retrieval.Found
	for _, publisher := range publishers(q, reports) {
		one := q
		one.Publishers = []string{publisher}
		one.Text = strings.ReplaceAll(strings.ReplaceAll(text.Fold(q.Text), text.Fold(publisher), " "), reading.ShortPublisher(publisher), " ")
		found, err := a.findTopic(ctx, one, reports)
		if err != nil {
			return found, err
		}
		all.Hits = append(all.Hits, found.Hits...)
		all.Securities, all.Note = found.Securities, found.Note
	}
	if len(all.Hits) == 0 {
		return a.findTopic(ctx, q, reports)
	}
	slices.SortStableFunc(all.Hits, func(a, b retrieval.Hit) int { return cmp.Compare(b.Score, a.Score) })
	return all, nil
}

// findTopic searches for q and, if it names companies, once more for what it
// asks of them: a passage that says the name often, or has it in its title,
// comes before the one that holds the figure without the name. The gate keeps
// other companies' out. The second scores are brought to the first's scale.
func (a *Answerer) findTopic(ctx context.Context, q retrieval.Query, reports []*report.Report) (retrieval.Found, error) {
	found, err := a.findMonth(ctx, q, reports)
	if err != nil || len(found.Securities) == 0 || len(found.Hits) == 0 {
		return found, err
	}
	topic := q
	topic.Text = text.Fold(q.Text)
	topic.Securities = slices.Clone(q.Securities)
	for _, m := range found.Securities {
		topic.Text = strings.ReplaceAll(topic.Text, m.Words, " ")
		topic.Securities = append(topic.Securities, m.Code, m.Name)
	}
	topic.Limit = 2 * q.Limit
	more, err := a.findMonth(ctx, topic, reports)
	if err != nil || len(more.Hits) == 0 {
		return found, err
	}
	scale := found.Hits[0].Score / max(more.Hits[0].Score, 1e-9)
	for _, h := range more.Hits {
		if !slices.ContainsFunc(found.Hits, func(have retrieval.Hit) bool { return have.Passage.ID == h.Passage.ID }) {
			h.Score *= scale
			found.Hits = append(found.Hits, h)
		}
	}
	return found, nil
}

// publishers returns the publishers in the scope that the question names,
// at most four, unless some are given already or named without being a condition.
func publishers(q retrieval.Query, reports []*report.Report) []string {
	if len(q.Publishers) > 0 || q.Loose {
		return nil
	}
	var out []string
	asked := text.Fold(q.Text)
	for _, r := range reports {
		if short := reading.ShortPublisher(r.Publisher); short != "" && strings.Contains(asked, short) && !slices.Contains(out, r.Publisher) && len(out) < 4 {
			out = append(out, r.Publisher)
		}
	}
	return out
}

// findMonth searches for q. A question about a report of one month is asked of
// that month's reports, if any of them fits.
func (a *Answerer) findMonth(ctx context.Context, q retrieval.Query, reports []*report.Report) (retrieval.Found, error) {
	if q.Since.IsZero() && q.Until.IsZero() && !q.Loose {
		for _, m := range published(text.Fold(q.Text)) {
			if !anyIn(reports, m) {
				continue
			}
			inMonth := q
			inMonth.Since, _ = time.Parse("2006-01", m)
			inMonth.Until = inMonth.Since.AddDate(0, 1, -1)
			if found, err := a.search.Search(ctx, inMonth); err != nil || len(found.Hits) > 0 {
				return found, err
			}
		}
	}
	return a.search.Search(ctx, q)
}

func anyIn(reports []*report.Report, month string) bool {
	for _, r := range reports {
		if strings.HasPrefix(r.Published, month) {
			return true
		}
	}
	return false
}
