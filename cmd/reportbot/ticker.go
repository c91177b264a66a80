package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"reportbot/bot/ticker"
	"reportbot/bot/ticker/chart"
	"reportbot/ingest/report"
)

func runTicker(ctx context.Context, c call) error {
	f := newFlags("ticker")
	f.existing = true
	picture := f.String("chart", "", "draw targets and ratings over time into `FILE.png`")
	args, err := f.parse(c, 1, -1)
	if err != nil {
		return err
	}
	if f.Changed("chart") && !strings.EqualFold(filepath.Ext(*picture), ".png") {
		return usageError{fmt.Sprintf("--chart %q: the picture is a PNG; name a file that ends in .png", *picture)}
	}
	text := strings.Join(args, " ")
	if strings.TrimSpace(text) == "" {
		return usageError{"the security is blank; give a code or a name"}
	}
	a, err := f.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.close()
	scope, err := a.scope(ctx, f)
	if err != nil {
		return err
	}
	t, err := a.ticker()
	if err != nil {
		return err
	}
	card, err := t.Card(ctx, ticker.Query{Text: text, Scope: scope, Now: f.now})
	if err != nil {
		return err
	}
	card.Citations = a.licence().Cap(card.Citations)
	if card.Status == ticker.Blank {
		return usageError{card.Reason}
	}
	if f.json {
		err = writeJSON(c.out, viewCard(card))
	} else {
		err = printCard(c.out, card, a.notice().In(card.Lang))
	}
	if err != nil || *picture == "" {
		return err
	}
	return drawCard(c.err, *picture, card)
}

// drawCard writes the chart of a card; a card that has nothing to draw is
// partly done.
func drawCard(w io.Writer, path string, card ticker.Card) error {
	var png bytes.Buffer
	err := chart.Draw(&png, card.Timeline)
	if errors.Is(err, chart.ErrEmpty) {
		fmt.Fprintf(w, "reportbot ticker: --chart %s: %s\n", printable(path), err)
		return errPartly
	}
	if err == nil {
		err = replaceFile(path, png.Bytes())
	}
	if err != nil {
		return fmt.Errorf("--chart %s: %w", path, err)
	}
	return nil
}

// replaceFile writes a file whole or not at all.
func replaceFile(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".reportbot-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the error that led here is told
		}
	}()
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()) // readable as any file that is written
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// ticker sums up securities from the store.
func (a *app) ticker() (*ticker.Ticker, error) {
	known, err := a.securities()
	if err != nil {
		return nil, err
	}
	return cards(shelf{a.store, a.stored}, known, a.summaries(a.answerer(nil, known), nil, nil)), nil
}

// printCard writes a card with its sources and a notice under them.
func printCard(w io.Writer, c ticker.Card, notice string) error {
	if c.Status != ticker.Answered {
		fmt.Fprintln(w, printable(c.Reason))
		return nil
	}
	fmt.Fprintln(w, printable(ticker.Name(c.Lang, c.Security)))
	if c.Note != "" {
		fmt.Fprintln(w, printable(c.Note))
	}
	for _, b := range c.Blocks() {
		fmt.Fprintf(w, "\n%s\n", b.Title)
		for _, l := range b.Lines {
			fmt.Fprintln(w, "  "+strings.TrimSpace(printable(l.Text)+" "+ticker.Marks(l.Citations)))
		}
		for _, row := range b.Table {
			row[0] = "  " + row[0]
		}
		if err := table(w, b.Table); err != nil {
			return err
		}
	}
	fmt.Fprintln(w)
	printSources(w, c.Citations, c.Lang)
	if notice != "" {
		fmt.Fprintln(w, "\n"+notice)
	}
	return nil
}

type cardView struct {
	Status        ticker.Status      `json:"status"`
	Reason        string             `json:"reason"`
	Note          string             `json:"note"`
	Security      report.Security    `json:"security"`
	Ratings       []ratingView       `json:"ratings"`
	Targets       []targetView       `json:"targets"`
	Ranges        []rangeView        `json:"ranges"`
	Forecasts     []forecastView     `json:"forecasts"`
	Points        []saidView         `json:"points"`
	Risks         []saidView         `json:"risks"`
	Disagreements []disagreementView `json:"disagreements"`
	Counts        map[string]int     `json:"counts"`
	Reports       []coverageView     `json:"reports"`
	Citations     []citationView     `json:"citations"`
	Candidates    []report.Security  `json:"candidates"`
	Nearest       []report.Security  `json:"nearest"`
}

// rowView is what all rows have.
type rowView struct {
	Publisher string `json:"publisher"`
	Date      string `json:"date"`
	ReportID  string `json:"report_id"`
	Page      int    `json:"page"`
	Citation  int    `json:"citation"`
	Stale     bool   `json:"stale"`
}

type ratingView struct {
	rowView
	Rating string       `json:"rating"`
	Action string       `json:"action"`
	Was    string       `json:"was"`
	Class  ticker.Class `json:"class"`
}

type targetView struct {
	rowView
	Value    float64  `json:"value"`
	Currency string   `json:"currency"`
	Was      *float64 `json:"was"`
}

type rangeView struct {
	Currency string  `json:"currency"`
	Low      float64 `json:"low"`
	Median   float64 `json:"median"`
	High     float64 `json:"high"`
	Houses   int     `json:"houses"`
}

type forecastView struct {
	rowView
	Metric   report.Metric `json:"metric"`
	Period   string        `json:"period"`
	Value    float64       `json:"value"`
	Unit     string        `json:"unit"`
	Currency string        `json:"currency"`
}

type saidView struct {
	Text      string `json:"text"`
	Publisher string `json:"publisher"`
	Date      string `json:"date"`
	Citations []int  `json:"citations"`
}

type disagreementView struct {
	Kind      ticker.Kind   `json:"kind"`
	Text      string        `json:"text"`
	Metric    report.Metric `json:"metric"`
	Period    string        `json:"period"`
	Citations []int         `json:"citations"`
}

type coverageView struct {
	report.Header
	Shared bool `json:"shared"`
	Old    bool `json:"superseded"`
	Stale  bool `json:"stale"`
}

func viewCard(c ticker.Card) cardView {
	v := cardView{
		Status: c.Status, Reason: c.Reason, Note: c.Note, Security: c.Security, Ratings: []ratingView{}, Targets: []targetView{}, Ranges: []rangeView{},
		Forecasts: []forecastView{}, Points: viewSaid(c.Points), Risks: viewSaid(c.Risks), Disagreements: []disagreementView{},
		Counts:  map[string]int{"days_30": c.Counts.Days30, "days_90": c.Counts.Days90, "days_365": c.Counts.Days365, "all": c.Counts.All, "mentions": c.Mentions},
		Reports: []coverageView{}, Citations: viewCitations(c.Citations), Candidates: list(c.Candidates), Nearest: list(c.Nearest),
	}
	for _, r := range c.Ratings {
		v.Ratings = append(v.Ratings, ratingView{rowView(r.Row), r.Rating, r.Action, r.Was, r.Class})
	}
	for _, t := range c.Targets {
		was := &t.Was
		if t.Was == 0 {
			was = nil
		}
		v.Targets = append(v.Targets, targetView{rowView(t.Row), t.Value, t.Currency, was})
	}
	for _, r := range c.Ranges {
		v.Ranges = append(v.Ranges, rangeView(r))
	}
	for _, f := range c.Forecasts {
		v.Forecasts = append(v.Forecasts, forecastView{rowView(f.Row), f.Metric, f.Period, f.Value, f.Unit, f.Currency})
	}
	for _, d := range c.Disagreements {
		v.Disagreements = append(v.Disagreements, disagreementView{d.Kind, d.Text, d.Metric, d.Period, list(d.Citations)})
	}
	for _, r := range c.Reports {
		v.Reports = append(v.Reports, coverageView(r))
	}
	return v
}

func viewSaid(all []ticker.Said) []saidView {
	out := []saidView{}
	for _, s := range all {
		out = append(out, saidView{s.Text, s.Publisher, s.Date, list(s.Citations)})
	}
	return out
}
