package answer

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/prompts"
	"reportbot/retrieval"
)

// Chat asks a language model. Ask calls say with each piece of text as it
// arrives, from one goroutine, and returns the whole. An error means that
// the text is not a whole answer and must not be shown as one; what was counted
// until then comes with it.
type Chat interface {
	Ask(ctx context.Context, p prompts.Prompt, say func(delta string)) (Said, error)
}

// ErrSpent is the error of a Chat that may not ask its model any more today. It
// is no failure of the model: an answer is then made without it, and says so.
var ErrSpent = errors.New("the tokens of the day are used up")

// Said is a model's whole reply.
type Said struct {
	Text             string
	Model            string
	PromptTokens     int
	CompletionTokens int
	Lost             int // tries that failed and may be paid for all the same; nothing of them is counted
}

// sendChars bounds the passages' text in a prompt: about 4,000 tokens.
const sendChars = 6000

// byModel asks the model. Its sentences are checked, and posted, as they
// come; those that fail go back to it once. ok is false when nothing of its
// reply can be posted; the notes then say why.
func (a *Answerer) byModel(ctx context.Context, q retrieval.Query, ask question, ranked []candidate, found retrieval.Found, lang string, post *poster) (out Answer, ok bool) {
	sent := within(best(found.Hits, ranked, q.Limit), sendChars)
	in := prompts.AnswerInput{Question: q.Text, Fence: fence(), Passages: numbered(sent)}
	r := &draft{a: a, sent: sent, fence: in.Fence, poster: post, seen: map[string]bool{}}
	r.out.Record.Passages = sentOf(sent)
	err := r.hear(ctx, func() (prompts.Prompt, error) { return prompts.Answer(lang, in) })
	if len(r.failed) > 0 && err == nil && !r.refused {
		r.mending = true
		if err := r.hear(ctx, func() (prompts.Prompt, error) {
			return prompts.Mend(lang, prompts.MendInput{AnswerInput: in, Sentences: r.failed})
		}); err != nil && !r.out.Usage.Spent {
			r.note("the model did not mend its sentences: %w", err)
		}
	}
	r.out.Usage.Withheld = max(0, len(r.failed)-r.mended)
	missing := a.refuse(ask, ranked, found, lang)
	switch {
	case len(r.out.Claims) > 0:
		r.out.Status, r.out.Text = Answered, render(r.out.Claims)
		r.out.Reason = partly(union(missing.Missing, ask.silent), err != nil, lang)
		if err != nil {
			r.note("the model broke off: %w", err)
		}
	case r.refused || r.declined && err == nil:
		if missing.Code == "" {
			missing = Reason{Code: "not_covered", Text: words(lang).notCovered}
		}
		r.out.Status, r.out.Reason, r.out.Text = Abstained, missing, missing.Text
		r.out.Usage.Withheld = 0 // a refusal leaves nothing out
	case err != nil:
		if !r.out.Usage.Spent {
			r.note("the model did not answer: %w", err)
		}
		return r.out, false
	default:
		r.note("none of the model's %d sentences stood up to its citations", r.out.Usage.Withheld)
		return r.out, false
	}
	return r.out, true
}

// union is a and what of b is not part of it.
func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.ContainsFunc(out, func(have string) bool { return strings.Contains(have, s) }) {
			out = append(out, s)
		}
	}
	return out
}

func sentOf(hits []retrieval.Hit) []Sent {
	out := make([]Sent, len(hits))
	for i, h := range hits {
		out[i] = Sent{h.Passage.ID, h.Score}
	}
	return out
}

// citeOnce returns the number of the citation of these words, a new one
// unless the answer has it already.
func citeOnce(out *Answer, h *retrieval.Hit, from int, quote string) int {
	for _, c := range out.Citations {
		if c.PassageID == h.Passage.ID && c.Quote == quote {
			return c.N
		}
	}
	n := len(out.Citations) + 1
	out.Citations = append(out.Citations, cite(n, h, from, quote))
	return n
}

// bestQuote returns the sentence or row of the passage that shares most with
// the claim.
func bestQuote(claim string, h *retrieval.Hit) (quote string, from int) {
	want := map[text.Token]bool{}
	for t := range text.Tokens(text.Fold(claim)) {
		want[t] = true
	}
	best := -1.0
	for _, u := range units([]retrieval.Hit{*h}, 0) {
		same, all := 0, 0
		for t := range text.Tokens(text.Fold(u.quote)) {
			all++
			if want[t] {
				same++
			}
		}
		if share := float64(same) / float64(8+all); all > 0 && share > best { // 8: short units do not win by brevity
			best, quote, from = share, u.quote, u.from
		}
	}
	if quote == "" {
		quote = h.Passage.Text
	}
	return quote, from
}

// best returns the n hits whose best units score highest, best first.
func best(hits []retrieval.Hit, ranked []candidate, n int) []retrieval.Hit {
	var out []retrieval.Hit
	taken := map[int]bool{}
	take := func(k int) {
		if !taken[k] && len(out) < n {
			taken[k] = true
			out = append(out, hits[k])
		}
	}
	for _, c := range ranked {
		take(c.hit)
	}
	for k := range hits {
		take(k)
	}
	return out
}

// within returns the first hits whose text fits into n characters, at least
// one.
func within(hits []retrieval.Hit, n int) []retrieval.Hit {
	for i := range hits {
		n -= utf8.RuneCountInString(hits[i].Passage.Text)
		if n < 0 && i > 0 {
			return hits[:i]
		}
	}
	return hits
}

func numbered(hits []retrieval.Hit) []prompts.Passage {
	out := make([]prompts.Passage, len(hits))
	for i, h := range hits {
		out[i] = prompts.Passage{N: i + 1, Header: sourceLine(h.Report, &h.Passage), Text: h.Passage.Text}
	}
	return out
}

func sourceLine(r *report.Report, p *report.Passage) string {
	return strings.TrimSpace(fmt.Sprintf("%s《%s》%s %s", r.Publisher, r.Title, r.Published, p.Header()))
}

// fence draws the word that fences the passages of one prompt, so that no
// report can close the fence.
func fence() string { return "src-" + strings.ToLower(rand.Text()[:12]) }
