package ticker

import (
	"time"

	"reportbot/bot/ticker/chart"
	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// Query asks for one security.
type Query struct {
	Text  string          // a code or name, and behind it filters: 002230 兴业 近三个月
	Scope retrieval.Scope // what the asker may see in this place; empty sees nothing
	Now   time.Time       // the day of the card; zero means today
	Lang  string          // zh or en; "" for that of the text, of the reports where a code has none
}

// Resolved is what a query means. Security is zero unless it is certain.
type Resolved struct {
	Security     report.Security
	Candidates   []report.Security // several meanings, or names that hold the words: ask back
	Nearest      []report.Security // of nobody known: the covered names most like it
	Publishers   []string          // as the reports spell them; none means all
	Ratings      []string          // rating words that the filters name; none means all
	Since, Until string            // YYYY-MM-DD, "" for no bound
	Ignored      string            // what of the text was not understood, "" for nothing
}

// Status is what became of a query.
type Status string

// The kinds of a card.
const (
	Answered  Status = "answered"
	Ambiguous Status = "ambiguous" // Candidates says who may be meant
	Unknown   Status = "unknown"   // nobody is called so; Nearest says who is
	Empty     Status = "empty"     // known, but no report in the scope covers it; Nearest says who is covered
	Blank     Status = "blank"     // nothing was typed
)

// Card is the coverage of one security inside a scope. Every row names its
// citation: N of one of Citations. Rows are in the order of their houses'
// newest reports.
type Card struct {
	Status        Status
	Lang          string // zh or en
	Reason        string // a sentence in Lang why there is no card, "" where there is one
	Note          string // a sentence on what of the query was left out of account, or ""
	Security      report.Security
	Ratings       []Rating
	Targets       []Target
	Ranges        []Range // by currency, most houses first
	Forecasts     []Forecast
	Points, Risks []Said
	Written       bool // a model wrote points, each checked against what it cites
	Disagreements []Disagreement
	Counts        Counts
	Reports       []Coverage // newest first
	Mentions      int        // further reports that name it and say neither rating nor target nor estimate
	Covered       int        // securities that reports in the scope are on
	Candidates    []report.Security
	Nearest       []report.Security
	Citations     []report.Citation
	Timeline      chart.Timeline // all that is dated, also what newer reports replaced
}

// Row is what all rows of a card have: whose word it is and where it stands.
type Row struct {
	Publisher string
	Date      string // YYYY-MM-DD, "" where the report has none
	ReportID  string
	Page      int  // physical, 0 where the format has none
	Citation  int  // N
	Stale     bool // older than 180 days
}

// Rating is the latest rating of a house.
type Rating struct {
	Row
	Rating string // as printed
	Action string // as printed: 维持, 上调, Downgrade; "" where none is
	Was    string // the house's rating before, where its reports say another one
	Class  Class
}

// Target is the latest target price of a house.
type Target struct {
	Row
	Value    float64 // per share
	Currency string  // ISO 4217, "" where none is known
	Was      float64 // the house's target before, 0 where none is known
}

// Range is what the targets in one currency span. Stale targets count only
// where there are no others.
type Range struct {
	Currency          string
	Low, Median, High float64
	Houses            int
}

// Forecast is one estimate of a house for a business year, from the newest of
// its reports that has estimates of the metric.
type Forecast struct {
	Row
	Metric   report.Metric // revenue, net_profit, eps or pe
	Period   string        // 2026
	Value    float64       // in Unit
	Unit     string        // as printed
	Currency string        // ISO 4217, "" for ratios and where none is known
}

// Said is a sentence of a report, verbatim, or a model's if the card says so.
type Said struct {
	Text      string
	Publisher string
	Date      string
	Citations []int
}

// Disagreement is where two houses say different things of the same, or one
// house changed its mind.
type Disagreement struct {
	Kind      Kind
	Text      string        // a sentence in the card's language
	Metric    report.Metric // of Kind Estimates
	Period    string        // of Kind Estimates
	Sides     []Side        // two: lowest first, of a change the earlier first
	Citations []int
}

// Side is one of two views.
type Side struct {
	Row
	Rating   string  // of ratings
	Value    float64 // of targets and forecasts
	Unit     string
	Currency string
}

// Kind tells disagreements apart.
type Kind string

// The kinds of a disagreement.
const (
	Ratings       Kind = "ratings"   // houses rate it in different classes
	Targets       Kind = "targets"   // their targets are far apart
	Estimates     Kind = "estimates" // their estimates of a metric and year are far apart
	RatingChanged Kind = "rating_changed"
	TargetChanged Kind = "target_changed"
)

// Counts is how many reports that cover the security came out in the last
// days before Now.
type Counts struct{ Days30, Days90, Days365, All int }

// Coverage is a report that covers the security.
type Coverage struct {
	report.Header
	Shared bool // it covers other securities as well: an industry report, a morning note
	Old    bool // a newer report of the house on the security is there
	Stale  bool
}
