package answer

import (
	"slices"
	"time"

	"reportbot/ingest/report"
)

// Record is what made an answer: enough to tell later why it says what it
// says and leaves out what it leaves out.
type Record struct {
	Prompts   []string // versions of the prompts sent, in order: the answer's, then the mending one's
	Passages  []Sent   // the answer was drawn from, in the order of the prompt
	Sentences []Judged // of the model, in the order they were said
}

// Sent is a passage with its score in the search.
type Sent struct {
	ID    string
	Score float64
}

// Outcome is what became of a sentence of the model.
type Outcome string

// The outcomes. Withheld alone counts as such in Usage: the others are no
// claims, or are said already.
const (
	Posted   Outcome = "posted"
	Remarked Outcome = "remarked" // posted, with the marker of the only passage that bears it
	Withheld Outcome = "withheld" // failed the checks named
	Refusal  Outcome = "refusal"  // says that the passages do not answer
	Repeated Outcome = "repeated" // says what a sentence before says
	Aside    Outcome = "aside"    // a heading or an introduction
)

// Judged is one sentence of the model.
type Judged struct {
	Text    string
	Cited   []string // ids of the passages it is held against, or was posted with
	Failed  []string // checks, with the words that failed
	Outcome Outcome
	Mended  bool // said when asked to put right what failed
}

// Timings are how long the stages took. Own is 0 without a model.
type Timings struct {
	Search, Answer time.Duration
	Own            time.Duration // of Answer, cutting, checking and rendering what the model says
	First          time.Duration // from the question until the first claim was posted
}

// drawnFrom are the passages cited, for an answer that was drawn from no others.
func drawnFrom(cites []report.Citation) []Sent {
	var out []Sent
	for _, c := range cites {
		if c.PassageID != "" && !slices.ContainsFunc(out, func(s Sent) bool { return s.ID == c.PassageID }) {
			out = append(out, Sent{ID: c.PassageID})
		}
	}
	return out
}
