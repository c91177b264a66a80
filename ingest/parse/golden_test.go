package parse

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/parse/pdf"
	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

const testdata = "../testdata"

// card is what a person read in a report of the sample corpus.
type card struct {
	Report       string
	Title        string
	Publisher    string
	Published    string
	Analysts     []report.Analyst
	Rating       string
	RatingAction string   `json:"rating_action"`
	TargetPrice  *float64 `json:"target_price"`
	Currency     string
	Industry     string
	Securities   []report.Security
	Language     string
	Pages        int
	Outline      []struct {
		Number, Title string
		Page          int
	}
}

func cards(t *testing.T) []card {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testdata, "cards.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var out []card
	for _, l := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
		var c card
		if err := json.Unmarshal(l, &c); err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// readFile reads a report with the shared engine.
func readFile(t *testing.T, e *pdf.Engine, path string) *report.Report {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !pdf.Is(path, data) {
		r, err := readText(filepath.Base(path), data)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return r
	}
	return reportOf(t, e, filepath.Base(path), data)
}

// squeeze is the form in which a printed value is compared.
func squeeze(s string) string { return strings.Join(strings.Fields(text.Fold(s)), "") }

// TestGolden counts the fields of the cards that are read right. The counts
// are exact so that a change for better or worse is seen and written down.
func TestGolden(t *testing.T) {
	e := withEngine(t)
	right, all := map[string]int{}, map[string]int{}
	for _, c := range cards(t) {
		r := readFile(t, e, filepath.Join(testdata, "reports", c.Report))
		check := func(field string, got, want any) {
			all[field]++
			if cmp.Equal(got, want) {
				right[field]++
			} else {
				t.Logf("%s: %s = %v, want %v", c.Report, field, got, want)
			}
		}
		for _, s := range r.Sections {
			for i := range s.Blocks {
				if b := &s.Blocks[i]; r.Pages > 0 {
					checkBoxes(t, b)
				}
			}
		}
		check("title", squeeze(r.Title), squeeze(c.Title))
		check("publisher", r.Publisher, c.Publisher)
		check("published", r.Published, c.Published)
		check("rating", r.Rating, c.Rating)
		check("rating_action", r.RatingAction, c.RatingAction)
		price := 0.0
		if c.TargetPrice != nil {
			price = *c.TargetPrice
		}
		check("target_price", r.TargetPrice, price)
		check("currency", r.Currency, c.Currency)
		check("industry", r.Industry, c.Industry)
		check("analysts", r.Analysts, c.Analysts)
		check("securities", securities(r.Securities), securities(c.Securities))
		check("language", r.Language, c.Language)
		check("pages", r.Pages, c.Pages)
		for _, h := range c.Outline {
			got := "missing"
			for _, s := range r.Sections {
				if s.Number == h.Number && squeeze(s.Title) == squeeze(h.Title) && (c.Pages == 0 || s.Page == h.Page) {
					got = h.Title
				}
			}
			check("outline", got, h.Title)
		}
	}
	want := map[string]int{
		"title": 12, "publisher": 12, "published": 12, "rating": 12, "rating_action": 12, "target_price": 12,
		"currency": 12, "industry": 12, "analysts": 12, "securities": 12, "language": 12, "pages": 12, "outline": 100,
	}
	if diff := cmp.Diff(right, want); diff != "" {
		t.Errorf("fields read right (-got +want), of %v:\n%s", all, diff)
	}
}

// securities is what of a list of securities is compared: the code without
// its exchange, which some reports leave out, and the name. Names without a
// code are not read.
func securities(ss []report.Security) map[string]string {
	out := map[string]string{}
	for _, s := range ss {
		if number, _, _ := strings.Cut(s.Code, "."); number != "" {
			out[number] = s.Name
		}
	}
	return out
}
