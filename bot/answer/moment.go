package answer

import (
	"context"
	"errors"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// An answer looks at the corpus several times: it lists, searches, reads
// figures and passages. Reports that are replaced or removed meanwhile must not
// stand in it in two versions, nor be cited when they are gone. So before a word
// of it is posted, or a model is shown anything, all the reports that it draws
// on are looked up at once; where one is not as it was, all is done again. What
// changes after that, while a model writes, is for the next question.

// errChanged: a report that is drawn on is another one now, or gone.
var errChanged = errors.New("reports were replaced meanwhile")

// tries is how often an answer is begun. A try without a model takes some ten
// milliseconds, and a report must change in each.
const tries = 5

// moment checks that reports are of one.
type moment struct{ search Searcher }

// ofOneMoment has an answer made until no report changed meanwhile.
func (a *Answerer) ofOneMoment(ctx context.Context, lang string, try func(*moment) (Answer, error)) (Answer, error) {
	for range tries {
		out, err := try(&moment{a.search})
		if !errors.Is(err, errChanged) {
			return out, err
		}
		if err := ctx.Err(); err != nil {
			return Answer{}, err
		}
	}
	return unavailable(lang, "changing"), nil
}

// hits checks what a model, or the extractor, is about to be shown.
func (m *moment) hits(ctx context.Context, hits []retrieval.Hit) error {
	reports := make([]*report.Report, len(hits))
	for i := range hits {
		reports[i] = hits[i].Report
	}
	return m.check(ctx, reports)
}

// citations checks what is cited: reports of the list, and of the hits.
func (m *moment) citations(ctx context.Context, all []report.Citation, listed []*report.Report, hits []retrieval.Hit) error {
	cited := map[string]bool{}
	for _, c := range all {
		cited[c.Report.ID] = true
	}
	var reports []*report.Report
	for _, r := range listed {
		if cited[r.ID] {
			reports = append(reports, r)
		}
		delete(cited, r.ID)
	}
	for _, h := range hits {
		reports = append(reports, h.Report)
		delete(cited, h.Report.ID)
	}
	if len(cited) > 0 { // found by a later search, in reports that came after the list
		return errChanged
	}
	return m.check(ctx, reports)
}

func (m *moment) check(ctx context.Context, reports []*report.Report) error {
	same, err := m.search.Unchanged(ctx, reports)
	if err == nil && !same {
		err = errChanged
	}
	return err
}
