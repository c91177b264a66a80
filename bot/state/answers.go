package state

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// Answer is what was said to somebody, with all that a later look at it
// needs: Show passages, feedback, learning to rank.
type Answer struct {
	ID, EventID           string
	Team, Channel, Thread string
	TS                    string // of the message that holds it
	User                  string // who asked
	Asked, Question       string // as typed, and the full question that was answered
	Status                string
	TextHash              string
	Model, PromptVersion  string
	Scope                 []string // collections that were searched
	Passages              []Shown  // best first
	At                    time.Time
}

// Shown is a passage an answer was made from.
type Shown struct {
	PassageID, ReportID string
	Score               float64
	Cited               bool
}

// texts are the text columns of an answer in the order of the table.
func (a *Answer) texts() []*string {
	return []*string{&a.ID, &a.EventID, &a.Team, &a.Channel, &a.Thread, &a.TS, &a.User,
		&a.Asked, &a.Question, &a.Status, &a.TextHash, &a.Model, &a.PromptVersion}
}

func (a *Answer) sum(scope string) int64 {
	var fields []string
	for _, t := range a.texts() {
		fields = append(fields, *t)
	}
	fields = append(fields, scope, itoa(encodeTime(a.At)))
	for _, p := range a.Passages {
		score := strconv.FormatUint(math.Float64bits(p.Score), 16)
		if math.IsNaN(p.Score) { // of which there are many; one comes back
			score = "nan"
		}
		fields = append(fields, p.PassageID, p.ReportID, score, strconv.FormatBool(p.Cited))
	}
	return sum(fields...)
}

const answerColumns = `id, event_id, team, channel, thread, ts, user, asked, question, status, text_hash, model, prompt_version, scope, at, sum`

// SaveAnswer stores an answer; saving one of the same ID again puts the new
// one in its place, as the message in Slack was, and keeps its feedback. The
// entries are added to the audit with it.
func (s *Store) SaveAnswer(ctx context.Context, a Answer, entries ...Entry) error {
	if err := name("answer ID", a.ID); err != nil {
		return fmt.Errorf("save answer: %w", err)
	}
	for _, t := range a.texts() {
		*t = clean(*t)
	}
	a.Scope, a.Passages = slices.Clone(a.Scope), slices.Clone(a.Passages) // the caller's stay as they are
	for i := range a.Scope {
		a.Scope[i] = clean(a.Scope[i])
	}
	for i, p := range a.Passages {
		a.Passages[i] = Shown{clean(p.PassageID), clean(p.ReportID), p.Score, p.Cited}
	}
	scope, err := json.Marshal(a.Scope)
	if err != nil {
		return fmt.Errorf("save answer %q: %w", a.ID, err)
	}
	return s.change(ctx, fmt.Sprintf("save answer %q", a.ID), false, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM answers WHERE id = ?`, a.ID); err != nil {
			return err
		}
		var values []any
		for _, t := range a.texts() {
			values = append(values, *t)
		}
		values = append(values, string(scope), encodeTime(a.At), a.sum(string(scope)))
		if _, err := tx.ExecContext(ctx, `INSERT INTO answers (`+answerColumns+`)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, values...); err != nil {
			return err
		}
		for i, p := range a.Passages {
			if _, err := tx.ExecContext(ctx, `INSERT INTO shown (answer_id, ord, passage_id, report_id, score, cited)
				VALUES (?, ?, ?, ?, ?, ?)`, a.ID, i, p.PassageID, p.ReportID, p.Score, p.Cited); err != nil {
				return err
			}
		}
		return addEntries(ctx, tx, entries)
	})
}

// Answer returns the answer of that ID; false when there is none.
func (s *Store) Answer(ctx context.Context, id string) (a Answer, found bool, err error) {
	err = s.view(ctx, fmt.Sprintf("answer %q", id), func(tx *sql.Tx) error {
		a, err = readAnswer(ctx, tx, id)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return Answer{}, false, nil
	}
	if err != nil {
		return Answer{}, false, err
	}
	return a, true, nil
}

func readAnswer(ctx context.Context, tx *sql.Tx, id string) (a Answer, err error) {
	var scope string
	var at, want int64
	var into []any
	for _, t := range a.texts() {
		into = append(into, t)
	}
	if err := tx.QueryRowContext(ctx, `SELECT `+answerColumns+` FROM answers WHERE id = ?`, id).
		Scan(append(into, &scope, &at, &want)...); err != nil {
		return a, err
	}
	a.At = decodeTime(at)
	err = eachRow(ctx, tx, func(r scanner) error {
		var p Shown
		var score sql.NullFloat64
		if err := r.Scan(&p.PassageID, &p.ReportID, &score, &p.Cited); err != nil {
			return err
		}
		if p.Score = score.Float64; !score.Valid {
			p.Score = math.NaN()
		}
		a.Passages = append(a.Passages, p)
		return nil
	}, `SELECT passage_id, report_id, score, cited FROM shown WHERE answer_id = ? ORDER BY ord`, id)
	if err != nil {
		return a, err
	}
	if a.sum(scope) != want {
		return a, changed("answer %q", id)
	}
	return a, json.Unmarshal([]byte(scope), &a.Scope)
}

// AnsweredIn reports whether the bot has answered in that thread.
func (s *Store) AnsweredIn(ctx context.Context, thread string) (answered bool, err error) {
	if thread == "" { // names no thread, though answers outside of threads have it
		return false, nil
	}
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM answers WHERE thread = ?)`, clean(thread)).Scan(&answered)
	if err != nil {
		return false, fmt.Errorf("answers in thread %q: %w", thread, explain(err))
	}
	return answered, nil
}

// Feedback is what one user thinks of one answer.
type Feedback struct {
	AnswerID, User string
	Good           bool
	At             time.Time
}

func (f *Feedback) sum() int64 {
	return sum(f.AnswerID, f.User, strconv.FormatBool(f.Good), itoa(encodeTime(f.At)))
}

// SaveFeedback stores a user's opinion in place of the one before. The later
// At counts, of equal ones the later call: Slack may deliver clicks late.
func (s *Store) SaveFeedback(ctx context.Context, f Feedback) error {
	if err := errors.Join(name("answer ID", f.AnswerID), name("user", f.User)); err != nil {
		return fmt.Errorf("save feedback: %w", err)
	}
	return s.change(ctx, fmt.Sprintf("save feedback on answer %q", f.AnswerID), false, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO feedback (answer_id, user, good, at, sum) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET good = excluded.good, at = excluded.at, sum = excluded.sum WHERE excluded.at >= at`,
			f.AnswerID, f.User, f.Good, encodeTime(f.At), f.sum())
		return err
	})
}

// Feedback returns what is thought of an answer, one entry a user, by user.
func (s *Store) Feedback(ctx context.Context, answerID string) (out []Feedback, err error) {
	err = s.view(ctx, fmt.Sprintf("feedback on answer %q", answerID), func(tx *sql.Tx) error {
		return eachRow(ctx, tx, func(r scanner) error {
			f, err := scanFeedback(r)
			out = append(out, f)
			return err
		}, `SELECT `+feedbackColumns+` FROM feedback WHERE answer_id = ? ORDER BY user`, answerID)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

const feedbackColumns = `answer_id, user, good, at, sum`

func scanFeedback(row scanner) (f Feedback, err error) {
	var at, want int64
	if err := row.Scan(&f.AnswerID, &f.User, &f.Good, &at, &want); err != nil {
		return f, err
	}
	if f.At = decodeTime(at); f.sum() != want {
		return f, changed("feedback on answer %q", f.AnswerID)
	}
	return f, nil
}
