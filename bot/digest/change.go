package digest

import (
	"regexp"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval/question"
)

// key is what a report's opinion is of, and whose: two reports with the same
// are of one series. "" for a report on none or several securities.
func key(r *report.Report) string {
	if len(r.Securities) != 1 || r.Publisher == "" {
		return ""
	}
	number, _, _ := strings.Cut(r.Securities[0].Code, ".")
	house := question.ShortPublisher(r.Publisher)
	if house == "" {
		house = text.Fold(r.Publisher)
	}
	if number == "" {
		number = text.Fold(r.Securities[0].Name)
	}
	return house + "/" + number
}

// index sorts reports into their series.
func index(all []*report.Report) map[string][]*report.Report {
	out := map[string][]*report.Report{}
	for _, r := range all {
		if k := key(r); k != "" && r.Published != "" {
			out[k] = append(out[k], r)
		}
	}
	return out
}

// previous is the latest report of the series before r that has what is asked
// for; nil when there is none.
func (m *maker) previous(r *report.Report, has func(*report.Report) bool) *report.Report {
	var best *report.Report
	for _, o := range m.before[key(r)] {
		if r.Published != "" && o.Published < r.Published && has(o) && (best == nil || o.Published > best.Published) {
			best = o
		}
	}
	return best
}

var (
	up    = regexp.MustCompile(`上调|调高|调升|提高|upgrad|raise`)
	down  = regexp.MustCompile(`下调|调低|调降|降低|downgrad|lower|cut`)
	first = regexp.MustCompile(`首次|初次|initiat`)
)

// change notes what a report changes of its security's rating or target price.
// What it was before is what the report itself says, else what the house's
// report before said.
func (m *maker) change(r *report.Report) error {
	if key(r) == "" {
		return nil
	}
	c := Change{Security: r.Securities[0], Report: r.Header(), Rating: r.Rating, Currency: r.Currency}
	var cites []report.Citation
	switch act := text.Fold(r.RatingAction); {
	case first.MatchString(act):
		c.Action = Initiated
	case down.MatchString(act):
		c.Action = Lowered
	case up.MatchString(act):
		c.Action = Raised
	}
	old := m.previous(r, func(o *report.Report) bool { return o.Rating != "" })
	if old != nil && r.Rating != "" && text.Fold(old.Rating) != text.Fold(r.Rating) && c.Action != Initiated {
		c.RatingBefore = old.Rating
		if c.Action == Kept && r.RatingAction == "" {
			c.Action = Other
		}
	}
	if c.Action != Kept {
		cites = append(cites, front(r, "rating"))
		if c.RatingBefore != "" {
			cites = append(cites, front(old, "rating"))
		}
	}
	targets, err := m.target(r, &c)
	if err != nil {
		return err
	}
	if c.Action == Kept && c.TargetBefore == 0 {
		return nil
	}
	for _, k := range append(cites, targets...) {
		if n := m.cite(k); len(c.Citations) == 0 || c.Citations[len(c.Citations)-1] != n {
			c.Citations = append(c.Citations, n)
		}
	}
	if c.Action == Kept { // it says nothing new
		c.RatingBefore = ""
	}
	m.d.Changes = append(m.d.Changes, c)
	return nil
}

// target sets the target price and what it was before, with their citations.
func (m *maker) target(r *report.Report, c *Change) ([]report.Citation, error) {
	if r.TargetPrice == 0 {
		return nil, nil
	}
	c.Target = r.TargetPrice
	out := []report.Citation{front(r, "target_price")}
	facts, err := m.corpus.Facts(m.ctx, r.ID)
	if err != nil {
		return nil, err
	}
	for _, f := range facts {
		if f.Metric == report.TargetPrice && f.Rival == "previous" && sameSecurity(f.Security, c.Security) && (f.Currency == "" || f.Currency == r.Currency) {
			if f.Value == r.TargetPrice {
				return out, nil
			}
			c.TargetBefore = f.Value
			return append(out, report.Citation{PassageID: f.PassageID, Report: r.Header(), Page: f.Page, PageLabel: r.OtherLabel(f.Page), Quote: f.Quote}), nil
		}
	}
	old := m.previous(r, func(o *report.Report) bool { return o.TargetPrice > 0 && o.Currency == r.Currency })
	if old == nil || old.TargetPrice == r.TargetPrice {
		return out, nil
	}
	c.TargetBefore = old.TargetPrice
	return append(out, front(old, "target_price")), nil
}

// front cites the words from which a value of the front was read, the title
// where they are not known.
func front(r *report.Report, field string) report.Citation {
	quote, page := r.Title, min(1, r.Pages)
	for _, read := range r.Read {
		// What a file of corrections says is not the report's; see ingest.
		sidecar := read.Page == 0 && strings.Contains(read.Text, ".meta.yaml: ")
		if read.Field == field && read.Text != "" && !sidecar {
			quote, page = read.Text, read.Page
			break
		}
	}
	return report.Citation{Report: r.Header(), Page: page, PageLabel: r.OtherLabel(page), Quote: quote}
}
