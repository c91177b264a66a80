// Package answer turns passages into an answer whose every claim carries its
// citation: in the words of the reports when no model is configured, in a
// model's words, checked against what they cite, when one is. What the
// passages do not hold is refused with a reason.
package answer

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"reportbot/bot/answer/check"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	reading "reportbot/retrieval/question" // question is a type of ours
)

// Status says what became of a question.
type Status string

// The statuses of an answer.
const (
	Answered    Status = "answered"
	Abstained   Status = "abstained"   // the passages do not answer it
	Unavailable Status = "unavailable" // nothing could be asked, e.g. the corpus is empty
)

// Claim is one sentence of an answer with the numbers of its citations.
type Claim struct {
	Heading   string // of the claims from here on: 原文要点; mostly ""
	Text      string // without markers
	Citations []int  // N of the answer's citations, ascending
	Supported bool   // the check of claim against cited passages passed
}

// Marked is the claim with its markers, under its heading.
func (c Claim) Marked() string { return render([]Claim{c}) }

// Reason says why an answer is as it is: why it was refused, that it is an
// extract because no model wrote it, that the model broke off or that part of
// the question has no answer. Code is "" when there is nothing to say.
type Reason struct {
	Code    string
	Text    string
	Missing []string // the words of the question nothing covers
}

// Usage is what the model was given and said; zero without a model.
type Usage struct {
	Model            string
	PromptTokens     int
	CompletionTokens int
	Withheld         int // sentences of the model that did not pass the check
	PromptVersion    string
	Spent            bool // the tokens of the day are used up, so the model was not asked, or not again
}

// Answer is the outcome of one question.
type Answer struct {
	Status    Status
	Text      string // the claims with their markers, one a line, and headings
	Claims    []Claim
	Citations []report.Citation
	Reason    Reason
	Nearest   []report.Header // of the reports that came closest, when refused
	Usage     Usage
	Record    Record
	Notes     []string // what failed on the way and was made up for
	Timings   Timings
}

// Searcher finds passages and says how rare a token is in the corpus.
type Searcher interface {
	Search(ctx context.Context, q retrieval.Query) (retrieval.Found, error)
	Reports(ctx context.Context, scope retrieval.Scope) ([]*report.Report, error)
	// Unchanged reports whether the reports, as Search and Reports gave them, are
	// still there, all at one moment.
	Unchanged(ctx context.Context, reports []*report.Report) (bool, error)
	Read(q retrieval.Query) reading.Reading             // what the question says of the reports it wants
	Rarity(scope retrieval.Scope, t text.Token) float64 // inverse document frequency in the scope, >= 0
}

// Options bound an answer. The zero value means the defaults.
type Options struct {
	MaxUnits int     // sentences or table rows quoted; default 4
	MaxChars int     // characters quoted in all; default 600
	Hits     int     // passages an answer is drawn from, when the query does not say; default 8
	Bounds   *Bounds // of refusing; nil: ShippedBounds
	Facts    Facts   // typed figures to work with; nil: none
	Licence  report.Licence
}

// Answerer answers questions. It is safe for concurrent use.
type Answerer struct {
	search  Searcher
	chat    Chat // nil without a model
	checker *check.Checker
	known   *security.Directory
	opt     Options
}

// New returns an answerer; chat and known, the companies, may be nil.
func New(s Searcher, chat Chat, known *security.Directory, opt Options) *Answerer {
	if opt.MaxUnits <= 0 {
		opt.MaxUnits = 4
	}
	if opt.MaxChars <= 0 {
		opt.MaxChars = 600
	}
	if opt.Hits <= 0 {
		opt.Hits = 8
	}
	if opt.Bounds == nil {
		opt.Bounds = &ShippedBounds
	}
	return &Answerer{search: s, chat: chat, checker: check.New(known), known: known, opt: opt}
}

// Answer answers q. An error means that the search itself failed, or that ctx
// was cancelled before a claim was posted; every other trouble ends in an
// answer, a refusal or a reason.
func (a *Answerer) Answer(ctx context.Context, q retrieval.Query) (Answer, error) {
	return a.Stream(ctx, q, nil)
}

// Post is handed each claim of an answer as soon as it is checked, with the
// citations that it is the first to use. What was posted is final: it stands in
// the answer unchanged, in the same order. Calls come one after the other, not
// always from one goroutine, and none after Stream has returned. The model is
// not heard meanwhile, so Post must return soon.
type Post func(c Claim, cites []report.Citation)

// Stream is Answer, with each claim given to post, which may be nil, as it
// comes. A refusal posts nothing.
func (a *Answerer) Stream(ctx context.Context, q retrieval.Query, post Post) (Answer, error) {
	lang := cmp.Or(q.Language, Language(q.Text))
	if strings.TrimSpace(q.Text) == "" {
		return unavailable(lang, "empty_question"), nil
	}
	if out, long := TooLong(q.Text, q.Language); long {
		return out, nil
	}
	q.Limit = cmp.Or(q.Limit, a.opt.Hits)
	return a.ofOneMoment(ctx, lang, func(check *moment) (Answer, error) { return a.stream(ctx, q, lang, post, check) })
}

// stream is one try of Stream. Nothing is posted before check has passed.
func (a *Answerer) stream(ctx context.Context, q retrieval.Query, lang string, post Post, check *moment) (Answer, error) {
	start := time.Now()
	reports, err := a.search.Reports(ctx, q.Scope)
	if err != nil {
		return Answer{}, err
	}
	if len(reports) == 0 {
		return unavailable(lang, "empty_corpus"), nil
	}
	found, err := a.find(ctx, q, reports)
	if err != nil {
		return Answer{}, err
	}
	searched := time.Since(start)
	p := &poster{post: post, start: start, licence: a.opt.Licence}
	read := a.search.Read(q)
	out, ok := a.settled(ctx, q, read, found, reports, lang)
	if ok && out.Status == Answered {
		out.Record.Passages = drawnFrom(out.Citations)
	}
	if !ok {
		if err := check.hits(ctx, found.Hits); err != nil {
			return Answer{}, err
		}
		notes := out.Notes
		out = a.from(ctx, q, read, found, reports, lang, p)
		if err := ctx.Err(); errors.Is(err, context.Canceled) && p.posted == 0 { // nobody waits for the answer
			return Answer{}, context.Cause(ctx)
		}
		if out.Status == Abstained { // a table says it in another language, or without the words
			if typed, ok := a.figures(ctx, q, read, found, reports, lang, true); ok {
				out = typed
			}
		}
		out.Notes = append(out.Notes, notes...)
		if found.Note != "" {
			out.Notes = append(out.Notes, found.Note)
		}
	}
	qualify(&out, q, read, reports, lang)
	if p.posted == 0 {
		if err := check.citations(ctx, out.Citations, reports, found.Hits); err != nil {
			return Answer{}, err
		}
	}
	p.rest(&out)
	out.Citations = a.opt.Licence.Cap(out.Citations)
	out.Timings.Search, out.Timings.Answer, out.Timings.First = searched, time.Since(start)-searched, p.first
	return out, nil
}

// settled answers, or refuses, what needs no scoring of sentences: whose view
// it is, which reports there are, ratings, typed figures, and without a model the
// reasons of a change. Where ok is false the answer has notes at most.
func (a *Answerer) settled(ctx context.Context, q retrieval.Query, read reading.Reading, found retrieval.Found, reports []*report.Report, lang string) (Answer, bool) {
	if out, ok := strange(q, read, found, reports, lang); ok {
		return out, true
	}
	if out, ok := a.corpus(ctx, q, read, found, reports, lang); ok {
		return out, true
	}
	if out, ok := which(q, read, found, reports, lang); ok {
		return out, true
	}
	if out, ok := a.ratings(ctx, q, read, found, reports, lang); ok {
		return out, true
	}
	out, ok := a.figures(ctx, q, read, found, reports, lang, false)
	if ok || a.chat != nil {
		return out, ok
	}
	notes := out.Notes
	out, ok = a.reasons(ctx, q, read, found, reports, lang)
	out.Notes = append(out.Notes, notes...)
	return out, ok
}

// qualify says of an answer which houses have no report and which conditions
// were given up, of a refusal what there is.
func qualify(out *Answer, q retrieval.Query, read reading.Reading, reports []*report.Report, lang string) {
	if out.Status == Answered && len(read.Strangers) > 0 { // beside houses that have reports
		more := partly(read.Strangers, false, lang)
		out.Reason = Reason{Code: cmp.Or(out.Reason.Code, more.Code), Text: strings.Trim(more.Text+"\n"+out.Reason.Text, "\n"), Missing: append(more.Missing, out.Reason.Missing...)}
	}
	if q.Loose && out.Reason.Code != "wider" { // a list says so itself
		loosened(out, read, reports, lang)
	}
	if out.Status == Abstained {
		out.Text += "\n" + covered(reports).say(lang)
	}
}

// Quote is Answer in the words of the reports alone, whether or not a model is
// configured.
func (a *Answerer) Quote(ctx context.Context, q retrieval.Query) (Answer, error) {
	plain := *a
	plain.chat = nil
	return plain.Answer(ctx, q)
}

// from answers from what was found.
func (a *Answerer) from(ctx context.Context, q retrieval.Query, read reading.Reading, found retrieval.Found, reports []*report.Report, lang string, p *poster) Answer {
	ask := a.analyse(unattributed(q, read), found)
	a.unknown(&ask, q)
	ranked := a.rank(ask, found)
	if ask.unspoken() || len(found.Hits) > 0 && len(ranked) == 0 && len(ask.names) > 0 {
		r := noCompany(union(ask.silent, ask.names), lang)
		return Answer{Status: Abstained, Text: r.Text, Reason: r, Nearest: nearest(found, reports), Record: Record{Passages: sentOf(found.Hits)}}
	}
	if a.chat == nil || len(found.Hits) == 0 {
		out := a.extract(ask, ranked, found, reports, lang)
		out.Record.Passages = sentOf(found.Hits)
		return out
	}
	out, ok := a.byModel(ctx, q, ask, ranked, found, lang, p)
	if ok {
		if out.Status == Abstained {
			out.Nearest = nearest(found, reports)
		}
		return out
	}
	// the model failed: answer in the reports' words
	own := a.extract(ask, ranked, found, reports, lang)
	own.Notes, own.Usage, own.Record, own.Timings = out.Notes, out.Usage, out.Record, out.Timings
	return own
}

// strange refuses a question for the view of houses of which none has a report,
// and names the reports of others on the same company.
func strange(q retrieval.Query, read reading.Reading, found retrieval.Found, reports []*report.Report, lang string) (_ Answer, ok bool) {
	if q.Loose || len(read.Strangers) == 0 || len(read.Publishers) > 0 {
		return Answer{}, false
	}
	r := noHouse(read.Strangers, lang)
	out := Answer{Status: Abstained, Text: r.Text, Reason: r, Nearest: nearest(found, reports), Record: Record{Passages: sentOf(found.Hits)}}
	if on := slices.DeleteFunc(newestFirst(q, reports), func(r *report.Report) bool { return !onAny(r, found.Securities) }); len(on) > 0 {
		out.Nearest = headers(on)
	}
	return out, true
}

// Language is the language a question is answered in: zh or en.
func Language(s string) string { return text.Language(s) }

// nearest names up to three reports: those the search hit, else the newest.
func nearest(found retrieval.Found, reports []*report.Report) []report.Header {
	var out []report.Header
	seen := map[string]bool{}
	add := func(r *report.Report) {
		if !seen[r.ID] && len(out) < 3 {
			seen[r.ID] = true
			out = append(out, r.Header())
		}
	}
	for _, h := range found.Hits {
		add(h.Report)
	}
	if len(out) == 0 {
		for _, r := range reports {
			add(r)
		}
	}
	return out
}
