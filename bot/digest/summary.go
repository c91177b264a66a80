package digest

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"reportbot/bot/answer"
	"reportbot/ingest/report"
)

// Sentence is what a model says of a report, with what it cites.
type Sentence struct {
	Text      string            `json:"text"`
	Citations []report.Citation `json:"citations"` // at least one
}

// Writer has a model say what a report is about. It is safe for concurrent use.
type Writer interface {
	// Write returns at most so many sentences, each checked against what it
	// cites; none when none stood up to that. An error means that the model
	// failed, and may be asked again.
	Write(ctx context.Context, r *report.Report, passages []report.Passage, most int, lang string) ([]Sentence, error)
	// Version names the model and the words it is asked in.
	Version(lang string) string
}

// Summaries keeps what was said of reports. See state.Store, whose methods
// these are.
type Summaries interface {
	Summary(ctx context.Context, key string) (body []byte, found bool, err error)
	SaveSummary(ctx context.Context, key string, body []byte, at time.Time) error
}

// Model has digests written by a model: each report once for all channels, and
// no more than Most reports for one digest, which bounds its cost; what is
// beyond is in the reports' own words, and so is what the model fails at.
type Model struct {
	Writer Writer
	Kept   Summaries // nil: nothing is kept
	Most   int
	Now    func() time.Time
	Log    *slog.Logger
}

// modelTime bounds what one digest waits for the model in all.
const modelTime = 3 * time.Minute

// atLeast is how many sentences make a summary: one may be any.
const atLeast = 2

// Sentences are what the model says of a report in at most three sentences,
// nil where the report's own words are to be taken: it failed, too little stood
// up to the check, or it may not be asked for what was not kept. asked is
// whether it was.
func (m *Model) Sentences(ctx context.Context, r *report.Report, passages []report.Passage, lang string, may bool) (out []Sentence, asked bool) {
	key := r.ID + "/" + m.Writer.Version(lang)
	if out, found := m.kept(ctx, key); found {
		return enough(out), false
	}
	if !may || ctx.Err() != nil {
		return nil, false
	}
	out, err := m.Writer.Write(ctx, r, passages, bullets, lang)
	if errors.Is(err, answer.ErrSpent) {
		return nil, false
	}
	if err != nil {
		m.Log.Warn("report not summed up by the model", "report", r.ID, "error", err.Error())
		return nil, true
	}
	m.keep(context.WithoutCancel(ctx), r, key, out)
	return enough(out), true
}

func (m *Model) kept(ctx context.Context, key string) (out []Sentence, found bool) {
	if m.Kept == nil {
		return nil, false
	}
	body, found, err := m.Kept.Summary(ctx, key)
	found = err == nil && found && json.Unmarshal(body, &out) == nil
	return out, found
}

// keep keeps what the model said. What did not stand is kept too: it would not
// stand the next time.
func (m *Model) keep(ctx context.Context, r *report.Report, key string, said []Sentence) {
	if m.Kept == nil {
		return
	}
	body, err := json.Marshal(said)
	if err == nil {
		err = m.Kept.SaveSummary(ctx, key, body, m.Now())
	}
	if err != nil {
		m.Log.Warn("summary not kept", "report", r.ID, "error", err.Error())
	}
}

func enough(all []Sentence) []Sentence {
	if len(all) < atLeast {
		return nil
	}
	return all
}
