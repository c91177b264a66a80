// Package eval measures the pipeline that serves users against folders of
// questions with known answers: how well passages are found, answers quoted
// and questions refused. It decides nothing; it counts.
package eval

import (
	"context"
	"fmt"
	"math"
	"sort"
	"strings"
	"time"

	"reportbot/bot/answer"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/retrieval"
)

// Pipeline answers questions over the passages it was built from.
type Pipeline interface {
	Search(ctx context.Context, q retrieval.Query) (retrieval.Found, error)
	Answer(ctx context.Context, q retrieval.Query) (answer.Answer, error)
	// Full is the question that text asks after the full questions that came
	// before it in its thread: text itself where it says all.
	Full(ctx context.Context, earlier []string, text string) string
	// Within is the same pipeline, finding these passages only. How rare a
	// word is stays that of the whole corpus.
	Within(passages []string) Pipeline
}

// Build makes a pipeline with the shipped defaults over entries that all lie
// in the collection Collection. Vectors are left to it.
type Build func(ctx context.Context, entries []retrieval.Entry) (Pipeline, error)

// Collection is where the passages of a measured folder lie.
const Collection = "default"

// Result is what one measurement came to. Metrics are fractions from 0 to 1
// or counts; Lines has one entry for each item of the folder, in its order.
type Result struct {
	Items   int                `json:"items"`
	Metrics map[string]float64 `json:"metrics"`
	Latency Latency            `json:"latency_ms"`
	Lines   []any              `json:"-"`
}

// Latency is how long one item took, in milliseconds.
type Latency struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
}

// String is the result as a table.
func (r Result) String() string {
	names := make([]string, 0, len(r.Metrics))
	for n := range r.Metrics {
		names = append(names, n)
	}
	sort.Strings(names)
	var b strings.Builder
	fmt.Fprintf(&b, "%-32s %d\n", "items", r.Items)
	for _, n := range names {
		fmt.Fprintf(&b, "%-32s %.4f\n", n, r.Metrics[n])
	}
	fmt.Fprintf(&b, "%-32s %.2f / %.2f\n", "latency ms p50 / p95", r.Latency.P50, r.Latency.P95)
	return b.String()
}

// clock collects how long items took.
type clock []time.Duration

func (c *clock) since(start time.Time) { *c = append(*c, time.Since(start)) }

func (c clock) latency() Latency {
	if len(c) == 0 {
		return Latency{}
	}
	s := append(clock(nil), c...)
	sort.Slice(s, func(i, j int) bool { return s[i] < s[j] })
	at := func(p float64) float64 {
		return math.Round(float64(s[int(p*float64(len(s)-1))].Microseconds())/10) / 100
	}
	return Latency{P50: at(0.5), P95: at(0.95)}
}

// entries makes reports of a folder's passages. Passages of one document are
// one report; where documents are not named, passages of the same title in a
// row are. The company a title begins with is what the report is about.
func entries(passages []passage) []retrieval.Entry {
	var out []retrieval.Entry
	at := map[string]int{}
	run, last := 0, ""
	for i, p := range passages {
		doc := p.Doc
		switch {
		case doc != "":
		case p.Title == "":
			doc = p.ID
		default:
			if i == 0 || p.Title != last {
				run++
			}
			doc = fmt.Sprintf("doc-%d", run)
		}
		last = p.Title
		k, ok := at[doc]
		if !ok {
			k = len(out)
			at[doc] = k
			r := report.Report{ID: doc, Title: p.Title, Collection: Collection, Language: answer.Language(p.Text)}
			if s, ok := security.Subject(p.Title); ok {
				r.Securities = []report.Security{s}
			}
			out = append(out, retrieval.Entry{Report: r})
		}
		out[k].Passages = append(out[k].Passages, report.Passage{ID: p.ID, ReportID: doc, Kind: report.Prose, Text: p.Text})
	}
	return out
}

// ask is a question put inside the folder's collection.
func ask(text string, limit int) retrieval.Query {
	return retrieval.Query{Text: text, Scope: retrieval.Scope{Collection}, Limit: limit}
}
