package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"reportbot/bot/answer"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/prompts"
)

// longestRewrite is how many characters a rewritten question may have: twice
// what the longest of the golden table needs.
const longestRewrite = 160

// byModel asks the model for the full question and takes its words if they
// pass; else those of the rules stand.
func (u *Understood) byModel(ctx context.Context, chat answer.Chat, r *rules, m Message) {
	message := r.read(strings.TrimSpace(m.Text))
	in := prompts.RewriteInput{Message: message.text, Fence: "turn-" + strings.ToLower(rand.Text()[:12])}
	for _, t := range r.turns {
		in.Earlier = append(in.Earlier, t.Question)
	}
	p, err := prompts.Rewrite(r.lang(&message), in)
	if err != nil {
		u.note = err.Error()
		return
	}
	said, err := chat.Ask(ctx, p, func(string) {})
	if errors.Is(err, answer.ErrSpent) {
		return
	}
	if err != nil {
		u.note = fmt.Sprintf("the model did not rewrite the follow-up: %v", err)
		return
	}
	u.usage = answer.Usage{Model: said.Model, PromptTokens: said.PromptTokens, CompletionTokens: said.CompletionTokens}
	u.version = p.Version
	reply := strings.Trim(strings.TrimSpace(said.Text), "\"“”「」")
	if err := r.allowed(&message, u.Question, reply); err != nil {
		u.note = fmt.Sprintf("the model's rewriting of the follow-up was not taken: %v", err)
		return
	}
	u.Question = reply
	for i := range r.used { // it was shown them all
		r.used[i] = true
	}
}

// figures are the numbers of a text, by digits or by numerals.
var figures = regexp.MustCompile(`\d+(?:\.\d+)?|[〇零一二三四五六七八九十百千万亿两]{2,}`)

var errLeavesOut = errors.New("it leaves out what the message names")

// allowed reports why a model's rewriting must not be taken: it has to be one
// question in the asker's language that keeps what the message names, is about a
// company where the rules' version is, and adds nothing but what the thread
// holds.
func (r *rules) allowed(message *said, byRules, reply string) error {
	switch {
	case reply == "" || strings.ContainsAny(reply, "\n\r"):
		return errors.New("it is not one line")
	case utf8.RuneCountInString(reply) > longestRewrite:
		return errors.New("it is too long")
	}
	now := r.read(reply)
	if r.lang(&now) != r.lang(message) { // names are in either
		return errors.New("it is in another language")
	}
	thread := append(slices.Clone(r.told), *message)
	all := message.text
	for _, t := range r.turns {
		all += "\n" + t.Question
	}
	whole := r.read(all)
	thread = append(thread, whole)
	if what := stranger(&now, thread); what != "" {
		return fmt.Errorf("it brings in a %s that the thread does not hold", what)
	}
	for _, m := range message.named {
		if !names(&now, m) {
			return errLeavesOut
		}
	}
	for _, p := range message.reading.Publishers {
		if !slices.Contains(now.reading.Publishers, p) {
			return errLeavesOut
		}
	}
	for _, p := range message.reading.Periods {
		if !slices.Contains(now.reading.Periods, p) {
			return errLeavesOut
		}
	}
	if ruled := r.read(byRules); ruled.has(company) && !now.has(company) || !kept(message, reply) {
		return errLeavesOut
	}
	return sense(&now, all)
}

// kept reports whether at least half of what the message asks for stands in
// the reply.
func kept(message *said, reply string) bool {
	if !message.has(metric) {
		return true
	}
	have := tokens(reply)
	all, in := 0, 0
	for t := range tokens(message.words(metric)) {
		all++
		if have[t] {
			in++
		}
	}
	return 2*in >= all
}

// tokens are what a text would be searched for by.
func tokens(s string) map[text.Token]bool {
	out := map[text.Token]bool{}
	for _, t := range text.Terms(s) {
		out[t] = true
	}
	return out
}

// stranger says what the reply has that nothing of the thread has: a company,
// publisher, period or number; "" for nothing.
func stranger(reply *said, thread []said) string {
	for _, m := range append(slices.Clone(reply.named), harvested(reply.text)...) {
		if !slices.ContainsFunc(thread, func(s said) bool { return names(&s, m) }) {
			return "company"
		}
	}
	var all strings.Builder
	for _, s := range thread {
		all.WriteString(text.Fold(s.text) + "\n" + strings.Join(s.reading.Periods, "\n") + "\n")
	}
	known := all.String()
	have := figures.FindAllString(known, -1)
	for _, n := range figures.FindAllString(text.Fold(reply.text), -1) {
		if !slices.Contains(have, n) {
			return "number"
		}
	}
	for _, p := range reply.reading.Publishers {
		if !slices.ContainsFunc(thread, func(s said) bool { return slices.Contains(s.reading.Publishers, p) }) {
			return "publisher"
		}
	}
	for _, p := range reply.reading.Periods {
		if !slices.ContainsFunc(thread, func(s said) bool { return slices.Contains(s.reading.Periods, p) }) {
			return "period"
		}
	}
	return ""
}

// harvested are companies that the text gives with their codes, known or not.
func harvested(s string) []security.Mention {
	var out []security.Mention
	for _, sec := range security.Harvest(s) {
		out = append(out, security.Mention{Security: sec, Words: security.Name(sec.Name)})
	}
	return out
}

// names reports whether a text names a company, by whatever name of it.
func names(s *said, m security.Mention) bool {
	return m.Words != "" && strings.Contains(text.Fold(s.text), m.Words) ||
		slices.ContainsFunc(s.named, func(n security.Mention) bool {
			return m.Code != "" && n.Code == m.Code || m.Code == "" && n.Name == m.Name
		})
}

// sense refuses a reply that shares less than half of its words with the
// thread: it is an answer, or talk.
func sense(reply *said, thread string) error {
	have := tokens(thread)
	all, known := 0, 0
	for t := range tokens(reply.text) {
		all++
		if have[t] {
			known++
		}
	}
	if 2*known < all {
		return errors.New("it is about something else")
	}
	return nil
}
