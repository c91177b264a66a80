package main

import (
	"encoding/json"
	"io"
	"strings"
	"time"

	"reportbot/bot/answer"
	"reportbot/ingest"
	"reportbot/ingest/report"
	"reportbot/retrieval"
	"reportbot/retrieval/store"
)

// writeJSON writes v with two blanks of indent, as --json promises.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// list makes nil slices print as [] and not as null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

type claimView struct {
	Text      string `json:"text"`
	Citations []int  `json:"citations"`
	Supported bool   `json:"supported"`
}

type citationView struct {
	N int `json:"n"`
	report.Header
	SectionNumber string `json:"section_number"`
	SectionTitle  string `json:"section_title"`
	Page          int    `json:"page"`
	PageLabel     string `json:"page_label,omitempty"` // the number printed there, where it differs
	Quote         string `json:"quote"`
	PassageID     string `json:"passage_id"`
}

type reasonView struct {
	Code    string   `json:"code"`
	Text    string   `json:"text"`
	Missing []string `json:"missing"`
}

type usageView struct {
	Model            string `json:"model"`
	PromptTokens     int    `json:"prompt_tokens"`
	CompletionTokens int    `json:"completion_tokens"`
	Withheld         int    `json:"withheld"`
	PromptVersion    string `json:"prompt_version"`
	// What made the answer, for whoever must account for it.
	Prompts   []string     `json:"prompts"`
	Passages  []sentView   `json:"passages"`
	Sentences []judgedView `json:"sentences"`
}

// sentView is a passage that the answer was drawn from.
type sentView struct {
	PassageID string  `json:"passage_id"`
	Score     float64 `json:"score"`
}

// judgedView is what became of a sentence of the model. Its words are not
// told: those that were withheld must not come out by this way either.
type judgedView struct {
	Passages []string       `json:"passages"`
	Failed   []string       `json:"failed"`
	Outcome  answer.Outcome `json:"outcome"`
	Mended   bool           `json:"mended"`
}

func viewUsage(u answer.Usage, r answer.Record) usageView {
	v := usageView{
		Model: u.Model, PromptTokens: u.PromptTokens, CompletionTokens: u.CompletionTokens, Withheld: u.Withheld, PromptVersion: u.PromptVersion,
		Prompts: list(r.Prompts), Passages: []sentView{}, Sentences: []judgedView{},
	}
	for _, p := range r.Passages {
		v.Passages = append(v.Passages, sentView{p.ID, p.Score})
	}
	for _, s := range r.Sentences {
		gates := make([]string, len(s.Failed))
		for i, f := range s.Failed {
			gates[i], _, _ = strings.Cut(f, " ")
		}
		v.Sentences = append(v.Sentences, judgedView{list(s.Cited), gates, s.Outcome, s.Mended})
	}
	return v
}

type answerView struct {
	Status      answer.Status      `json:"status"`
	Question    string             `json:"question,omitempty"` // the full one, of a follow-up
	Text        string             `json:"text"`
	Suggestions []string           `json:"suggestions,omitempty"` // questions to begin with, after a greeting
	Claims      []claimView        `json:"claims"`
	Citations   []citationView     `json:"citations"`
	Reason      reasonView         `json:"reason"`
	Nearest     []report.Header    `json:"nearest"`
	Usage       usageView          `json:"usage"`
	Timings     map[string]float64 `json:"timings_ms"`
}

func viewAnswer(a answer.Answer) answerView {
	v := answerView{
		Status: a.Status, Text: a.Text, Claims: []claimView{}, Citations: []citationView{},
		Reason: reasonView{a.Reason.Code, a.Reason.Text, list(a.Reason.Missing)}, Nearest: list(a.Nearest),
		Usage: viewUsage(a.Usage, a.Record), Timings: map[string]float64{},
	}
	for name, d := range map[string]time.Duration{"search": a.Timings.Search, "answer": a.Timings.Answer, "own": a.Timings.Own, "first_claim": a.Timings.First} {
		v.Timings[name] = float64(d.Microseconds()) / 1000
	}
	for _, c := range a.Claims {
		v.Claims = append(v.Claims, claimView{c.Text, list(c.Citations), c.Supported})
	}
	v.Citations = viewCitations(a.Citations)
	return v
}

func viewCitations(all []report.Citation) []citationView {
	out := []citationView{}
	for _, c := range all {
		out = append(out, citationView{c.N, c.Report, c.SectionNumber, c.SectionTitle, c.Page, c.PageLabel, c.Quote, c.PassageID})
	}
	return out
}

type reportView struct {
	ID           string            `json:"id"`
	Sources      []string          `json:"sources"`
	Title        string            `json:"title"`
	Publisher    string            `json:"publisher"`
	Published    string            `json:"published"`
	Analysts     []report.Analyst  `json:"analysts"`
	Rating       string            `json:"rating"`
	RatingAction string            `json:"rating_action"`
	TargetPrice  *float64          `json:"target_price"`
	Currency     string            `json:"currency"`
	Industry     string            `json:"industry"`
	Securities   []report.Security `json:"securities"`
	Language     string            `json:"language"`
	Pages        int               `json:"pages"`
	Sections     int               `json:"sections"`
	Passages     int               `json:"passages"`
	Collection   string            `json:"collection"`
	VisibleFrom  string            `json:"visible_from,omitempty"` // RFC 3339; only where it is set
}

func viewReport(s store.Summary) reportView {
	r := s.Report
	v := reportView{
		ID: r.ID, Sources: list(r.Sources), Title: r.Title, Publisher: r.Publisher, Published: r.Published,
		Analysts: list(r.Analysts), Rating: r.Rating, RatingAction: r.RatingAction, Currency: r.Currency,
		Industry: r.Industry, Securities: list(r.Securities), Language: r.Language, Pages: r.Pages,
		Sections: s.Sections, Passages: s.Passages, Collection: r.Collection,
	}
	if r.TargetPrice > 0 {
		v.TargetPrice = &r.TargetPrice
	}
	if !r.VisibleFrom.IsZero() {
		v.VisibleFrom = r.VisibleFrom.Format(time.RFC3339)
	}
	return v
}

type headingView struct {
	Number   string `json:"number"`
	Title    string `json:"title"`
	Level    int    `json:"level"`
	Page     int    `json:"page"`
	Passages int    `json:"passages"`
}

type passageView struct {
	ID       string      `json:"id"`
	Section  string      `json:"section"`
	PageFrom int         `json:"page_from"`
	PageTo   int         `json:"page_to"`
	Kind     report.Kind `json:"kind"`
	Text     string      `json:"text"`
}

// detailView is show --json: the fields of a report in a list, where the
// passages themselves take the place of their number.
type detailView struct {
	reportView
	Outline  []headingView    `json:"outline"`
	Parse    report.Loss      `json:"parse"`
	Passages []passageView    `json:"passages"`
	Facts    []factView       `json:"facts"`
	Related  []report.Related `json:"related"`
	Price    *float64         `json:"price"`
	Labels   []string         `json:"labels"`

	corrected   map[string][]string // sidecar -> the values it set
	visibleFrom time.Time
}

// factView is a fact of the report that is shown.
type factView struct {
	Security  report.Security `json:"security"`
	Metric    report.Metric   `json:"metric"`
	Label     string          `json:"label"`
	Period    string          `json:"period"`
	Value     float64         `json:"value"`
	Unit      string          `json:"unit"`
	Currency  string          `json:"currency"`
	Forecast  bool            `json:"forecast"`
	Rival     string          `json:"rival"`
	PassageID string          `json:"passage_id"`
	Page      int             `json:"page"`
	Quote     string          `json:"quote"`
}

func viewDetail(d store.Detail, passages []report.Passage, facts []report.Fact) detailView {
	v := detailView{
		reportView: viewReport(d.Summary), Outline: []headingView{}, Parse: d.Report.Parse, Passages: []passageView{},
		Facts: []factView{}, Related: list(d.Report.Related), Labels: list(d.Report.Labels),
	}
	v.Parse.LowTextPages = list(v.Parse.LowTextPages)
	if v.Parse.Dropped == nil {
		v.Parse.Dropped = map[string]int{}
	}
	if d.Report.Price > 0 {
		v.Price = &d.Report.Price
	}
	v.corrected, v.visibleFrom = map[string][]string{}, d.Report.VisibleFrom
	for _, r := range d.Report.Read {
		if name, ok := ingest.Corrected(r); ok {
			v.corrected[name] = append(v.corrected[name], r.Field)
		}
	}
	for _, f := range facts {
		v.Facts = append(v.Facts, factView{f.Security, f.Metric, f.Label, f.Period, f.Value, f.Unit, f.Currency, f.Forecast, f.Rival, f.PassageID, f.Page, f.Quote})
	}
	for _, h := range d.Outline {
		v.Outline = append(v.Outline, headingView{h.Number, h.Title, h.Level, h.Page, h.Passages})
	}
	for i := range passages {
		p := &passages[i]
		v.Passages = append(v.Passages, passageView{p.ID, p.Header(), p.PageFrom, p.PageTo, p.Kind, p.Text})
	}
	return v
}

type hitView struct {
	PassageID string             `json:"passage_id"`
	ReportID  string             `json:"report_id"`
	Score     float64            `json:"score"`
	Section   string             `json:"section"`
	Page      int                `json:"page"`
	Text      string             `json:"text"`
	Parts     map[string]float64 `json:"parts"`
}

func viewHits(hits []retrieval.Hit) []hitView {
	out := []hitView{}
	for _, h := range hits {
		parts := h.Parts
		if parts == nil {
			parts = map[string]float64{}
		}
		out = append(out, hitView{h.Passage.ID, h.Passage.ReportID, h.Score, h.Passage.Header(), h.Passage.PageFrom, h.Passage.Text, parts})
	}
	return out
}
