// Package ticker sums up what houses say of one security: a code or name goes
// in, a card comes out with the latest rating, target price and estimates of
// every house, its arguments and risks, and where houses differ or changed
// their minds. All of it is read from reports inside the asker's scope, each
// line with its citation; a model may write the arguments, no model has a part
// in the rest. Drawing and posting a card is for others.
package ticker

import (
	"context"
	"sync"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/retrieval"
)

// Corpus reads reports and what is known of them. It may be called from many
// goroutines.
type Corpus interface {
	// Moment is another one after every change of what may be seen.
	Moment(ctx context.Context) (retrieval.Moment, error)
	// Unchanged reports whether the reports, as Reports gave them, are still
	// there, all at one moment.
	Unchanged(ctx context.Context, reports []*report.Report) (bool, error)
	// Reports lists the reports of the collections in scope, without sections.
	Reports(ctx context.Context, scope retrieval.Scope) ([]*report.Report, error)
	// Facts returns the facts of a report in the order they were read.
	Facts(ctx context.Context, reportID string) ([]report.Fact, error)
	// ReportPassages returns the passages of a report in reading order.
	ReportPassages(ctx context.Context, id string) ([]report.Passage, error)
}

// Writer has a model say what a report is about. It may be called from many
// goroutines.
type Writer interface {
	// Write returns sentences in lang, each checked against what it cites; none
	// where the report's own words are to be taken, as when the model fails or
	// ctx ends.
	Write(ctx context.Context, r *report.Report, passages []report.Passage, lang string) []Sentence
}

// Sentence is what a model says of a report, with what it cites: at least one.
type Sentence struct {
	Text      string
	Citations []report.Citation
}

// Ticker makes cards. It is safe for concurrent use.
type Ticker struct {
	corpus Corpus
	known  *security.Directory
	writer Writer // nil: arguments are the reports' own sentences

	mu    sync.Mutex
	books map[string]*book // by scope
}

// New returns a ticker over a corpus. known are the securities that are known
// besides those of the reports; it must not change afterwards. The writer may
// be nil.
func New(c Corpus, known *security.Directory, w Writer) *Ticker {
	return &Ticker{corpus: c, known: known, writer: w, books: map[string]*book{}}
}
