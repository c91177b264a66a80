// Package retrieval is the way of a question: a Query goes in, ranked
// passages come out. It knows the words of searching and how scores are
// joined; the store, the word index and the vector index stand behind the
// interfaces here and are wired in by cmd.
package retrieval

import (
	"slices"
	"time"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// Query is one question to the corpus.
type Query struct {
	Text       string
	Scope      Scope      // what the asker may see here; empty finds nothing
	Securities []string   // canonical codes or names; reports on them are preferred
	Subjects   []string   // canonical codes or names; only reports on one of them
	Publishers []string   //
	Ratings    []string   //
	Industries []string   //
	Since      time.Time  // zero: no bound
	Until      time.Time  // zero: no bound
	Prefer     Conditions // reports that meet them come first; the others stay
	Prior      []string   // IDs of reports that earlier turns of the thread hit, latest first
	Now        time.Time  // for words such as 上周
	Limit      int        // most hits wanted; 0 means 8
	Copies     bool       // every passage counts: copies are not folded, no report comes first
	Loose      bool       // what the text says of the reports it wants is no condition: such reports come first
	Language   string     // zh or en: of the answer; "" for that of the text
}

// Conditions are what a question says of the reports it wants. Search reads them
// out of Query.Text.
type Conditions struct {
	Publishers, Ratings, Industries []string
	Since, Until                    string // YYYY-MM-DD, "" for no bound
}

// Hard reports whether the query has conditions that a report must meet.
func (q *Query) Hard() bool {
	return len(q.Subjects)+len(q.Publishers)+len(q.Ratings)+len(q.Industries) > 0 || !q.Since.IsZero() || !q.Until.IsZero()
}

// Admits reports whether a report meets the conditions of the query: Subjects,
// Publishers, Ratings, Industries, Since and Until, where set. A report
// without a date meets none on dates.
func (q *Query) Admits(r *report.Report) bool {
	in := func(want []string, got string) bool {
		return len(want) == 0 || slices.ContainsFunc(want, func(w string) bool { return text.Fold(w) == text.Fold(got) })
	}
	on := len(q.Subjects) == 0 || slices.ContainsFunc(r.Securities, func(s report.Security) bool {
		return s.Code != "" && in(q.Subjects, s.Code) || s.Name != "" && in(q.Subjects, s.Name)
	})
	return on && in(q.Publishers, r.Publisher) && in(q.Ratings, r.Rating) && in(q.Industries, r.Industry) &&
		(q.Since.IsZero() || r.Published >= q.Since.Format(time.DateOnly)) &&
		(q.Until.IsZero() || r.Published != "" && r.Published <= q.Until.Format(time.DateOnly))
}

// Scope is the set of collections the asker may see in this place. It is
// part of every search; the empty scope sees nothing.
type Scope []string

// Has reports whether collection is inside the scope.
func (s Scope) Has(collection string) bool {
	for _, c := range s {
		if c == collection {
			return true
		}
	}
	return false
}

// Hit is a passage found, with the report it stands in and how it scored.
type Hit struct {
	Passage report.Passage
	Report  *report.Report // metadata only: Sections is nil
	Score   float64
	Parts   map[string]float64 // the summands of Score by name
	Same    []string           // passages of other reports that say the same and were left out
}

// Scored is a passage as an index ranks it.
type Scored struct {
	PassageID string
	ReportID  string
	Score     float64
	Parts     map[string]float64 // nil unless the index explains itself
}

// Entry is a report as the indexes take it: its metadata (no sections), its
// passages in reading order and one vector for each of them.
type Entry struct {
	Report   report.Report
	Passages []report.Passage
	Vectors  [][]float32 // len(Vectors) == len(Passages)
}

// Moment is a state of the store as those who ask see it. Two are equal when
// nothing changed for them in between.
type Moment struct {
	Generation int64 // of the newest change
	Opened     int64 // when the last embargo ended, in milliseconds of Unix time; 0: none did
}

// Changes is what happened to the store after a moment.
type Changes struct {
	Moment           // the one seen
	Changed []string // IDs of reports added, replaced or visible since, in order of their generation
	Removed []string // IDs of reports that are gone, or not to be seen any more
}
