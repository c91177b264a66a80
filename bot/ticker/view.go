package ticker

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
)

// view is what one report says of the security.
type view struct {
	r                   *report.Report
	own                 bool             // the report is on the security alone: its rating and target are the security's
	passages            []report.Passage // all of the report
	about               []report.Passage // those on the security
	rating, action, was string
	ratedAt             place
	target, prior       float64
	currency            string
	targetAt, priorAt   place
	facts               []report.Fact // of the security
}

// place is where a value stands.
type place struct {
	passage *report.Passage // nil for words that no passage holds
	page    int             // physical, 0 when unknown
	quote   string          // verbatim
}

// wide is what a title says of a report on more than one company.
var wide = regexp.MustCompile(`行业|产业|板块|策略|宏观|[日周月]报|晨会|早报|晨报|(?i:\b(?:sector|industry|strategy|weekly|morning|daily)\b)`)

// own reports whether a report's own rating is the security's. That of an
// industry report is the industry's, whomever it covers.
func (b *book) own(r *report.Report, s report.Security) bool {
	if len(r.Securities) == 0 || !b.is(r.Securities[0], s) || len(r.Securities) > 1 && r.Rating == "" && r.TargetPrice == 0 {
		return false
	}
	titled := names(r.Title, r.Securities[0])
	return titled || len(r.Securities) == 1 && (r.TargetPrice > 0 || !wide.MatchString(r.Title)) || r.TargetPrice > 0
}

// names reports whether words name a security by its name or number.
func names(words string, s report.Security) bool {
	words = text.Fold(words)
	name, number := security.Name(s.Name), numberOf(s)
	return name != "" && strings.Contains(words, name) || len(number) >= 4 && strings.Contains(words, number)
}

func numberOf(s report.Security) string {
	n, _, _ := strings.Cut(strings.ToLower(s.Code), ".")
	return n
}

// view reads what a report says of the security: on a company of its own what
// its metadata hold, on several the rows and sections that name it.
func (m *maker) view(ctx context.Context, r *report.Report) (*view, error) {
	v := &view{r: r, own: m.book.own(r, m.security)}
	passages, err := m.t.corpus.ReportPassages(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	facts, err := m.t.corpus.Facts(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	for _, f := range facts {
		if m.book.is(f.Security, m.security) && (v.own || !ofMarket(f, passages)) {
			v.facts = append(v.facts, f)
		}
	}
	v.passages, v.about = passages, passages
	if v.own {
		v.fromMetadata(passages)
	} else {
		v.about = m.sections(r, passages)
		m.fromTables(v, passages)
	}
	v.fromFacts(passages)
	v.fromText()
	v.fromProse()
	return v, nil
}

// ofMarket reports whether a row of a table that sets companies beside each
// other holds what the market expects and not the house: the table says so of
// all its rows, or of those with a mark (*为一致预期).
func ofMarket(f report.Fact, passages []report.Passage) bool {
	p := factAt(f, passages).passage
	if p == nil || !consensus.MatchString(p.Text+p.Header()) {
		return false
	}
	return !starNote.MatchString(p.Text) || strings.Contains(f.Quote, "*")
}

var (
	consensus = regexp.MustCompile(`一致(?:性)?预[期测]|市场预期|(?i:\bconsensus\b)`)
	starNote  = regexp.MustCompile(`(?:\*|带星号|标星)[^。；\n\t]{0,12}(?:一致预期|(?i:consensus))`)
)

// covers reports whether the report says what its house thinks of the
// security. One that only lists it among others mentions it.
func (v *view) covers() bool {
	return v.own || v.rating != "" || v.target > 0 || len(ownEstimates(v)) > 0
}

// fromMetadata takes the report's own rating and target.
func (v *view) fromMetadata(passages []report.Passage) {
	if v.r.Rating != "" {
		v.rating, v.action = v.r.Rating, v.r.RatingAction
		v.ratedAt = readAt(v.r, passages, "rating", func(s string) bool { return strings.Contains(text.Fold(s), text.Fold(v.r.Rating)) })
	}
	if v.r.TargetPrice > 0 {
		v.target, v.currency = v.r.TargetPrice, v.r.Currency
		v.targetAt = readAt(v.r, passages, "target_price", func(s string) bool { return holds(s, v.r.TargetPrice) })
	}
}

// fromFacts takes the target prices that tables and fronts state, unless the
// metadata has one: that may have been corrected.
func (v *view) fromFacts(passages []report.Passage) {
	for _, f := range v.facts {
		if f.Metric != report.TargetPrice || f.Value <= 0 {
			continue
		}
		at := factAt(f, passages)
		switch {
		case f.Rival == "" && v.target == 0:
			v.target, v.currency, v.targetAt = f.Value, f.Currency, at
		case f.Rival == "previous" && v.prior == 0:
			v.prior, v.priorAt = f.Value, at
		}
	}
	if v.currency == "" && v.target > 0 {
		v.currency = v.r.Currency
	}
	if v.prior == v.target {
		v.prior = 0
	}
}

// factAt is where a fact was read.
func factAt(f report.Fact, passages []report.Passage) place {
	at := place{page: f.Page, quote: f.Quote}
	if i := slices.IndexFunc(passages, func(p report.Passage) bool { return p.ID == f.PassageID }); i >= 0 {
		at.passage = &passages[i]
	}
	return at
}

// readAt is where a value of the metadata was read. What was kept of the words
// may be cut off before the value; then the part of the passage that holds it
// is quoted.
func readAt(r *report.Report, passages []report.Passage, field string, value func(string) bool) place {
	at := place{quote: r.Title, page: min(1, r.Pages)}
	for _, read := range r.Read {
		if read.Field == field && read.Text != "" {
			at = place{quote: read.Text, page: read.Page} // the last one is right: a correction
		}
	}
	for i := range passages {
		p := &passages[i]
		from := strings.Index(p.Text, at.quote)
		if from < 0 || at.page > 0 && p.PageAt(from) != at.page {
			continue
		}
		at.passage = p
		if value(at.quote) {
			return at
		}
		line, _, _ := strings.Cut(p.Text[from:], "\n")
		for part := range strings.SplitSeq(line, "|") {
			if part = strings.TrimSpace(part); value(part) {
				at.quote = part
				return at
			}
		}
		return at
	}
	return at
}

// holds reports whether words hold a number of that value.
func holds(s string, value float64) bool {
	for _, w := range figures.FindAllString(strings.ReplaceAll(s, ",", ""), -1) {
		if n, ok := text.ParseNumber(w); ok && n.Value == value {
			return true
		}
	}
	return false
}

var figures = regexp.MustCompile(`\d+(?:\.\d+)?`)
