package bot

import (
	"context"
	"slices"
	"strings"

	"reportbot/bot/answer"
)

// Understood is a message that says all it means.
type Understood struct {
	Question string   // the message itself where it was complete
	Prior    []string // reports that earlier turns hit, latest first
	Borrowed []string // collections of the turns it took words from

	usage   answer.Usage // of the model that was asked
	version string       // of the prompt
	note    string       // why the model's words were not taken
}

// Understand makes a full question of a message, by the turns that the asker
// may know of, oldest first. A message that says all itself stays as it is, to
// the byte. chat may be nil.
func Understand(ctx context.Context, c Reader, chat answer.Chat, m Message, turns []Turn) Understood {
	u := Understood{Question: m.Text}
	r := newRules(c, m.Scope, m.Now, turns)
	full, follows := r.full(m.Text)
	if full != "" {
		u.Question = full
	}
	if follows && chat != nil {
		u.byModel(ctx, chat, r, m)
	}
	if u.Question != m.Text {
		for i := range turns {
			if r.used[i] {
				u.Borrowed = append(u.Borrowed, turns[i].collections()...)
			}
		}
		slices.Sort(u.Borrowed)
		u.Borrowed = slices.Compact(u.Borrowed)
	}
	if follows || !r.namesItself(m.Text) {
		u.Prior = prior(turns)
	}
	return u
}

// namesItself reports whether a text says itself whom it is about: then what
// was spoken of before must not come first.
func (r *rules) namesItself(text string) bool {
	s := r.read(text)
	return s.has(company) || s.has(house)
}

// prior are the reports that the answers of the turns stand on, latest first:
// of each the first one, as it was measured.
func prior(turns []Turn) []string {
	var out []string
	for _, t := range slices.Backward(turns) {
		if len(t.Sources) > 0 {
			out = append(out, t.Sources[0].ID)
		}
	}
	return out
}

// count adds what understanding cost to an answer.
func (u *Understood) count(a *answer.Answer) {
	if u.note != "" {
		a.Notes = append(a.Notes, u.note)
	}
	a.Usage.PromptTokens += u.usage.PromptTokens
	a.Usage.CompletionTokens += u.usage.CompletionTokens
	if a.Usage.Model == "" {
		a.Usage.Model = u.usage.Model
	}
	a.Usage.PromptVersion = strings.Trim(a.Usage.PromptVersion+" "+u.version, " ")
}
