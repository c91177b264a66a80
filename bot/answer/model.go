package answer

import (
	"context"
	"crypto/rand"
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
// the text is not a whole answer and must not be shown as one.
type Chat interface {
	Ask(ctx context.Context, p prompts.Prompt, say func(delta string)) (Said, error)
}

// Said is a model's whole reply.
type Said struct {
	Text             string
	Model            string
	PromptTokens     int
	CompletionTokens int
}

// sendChars bounds the passages' text in a prompt: about 4,000 tokens.
const sendChars = 6000

// byModel asks the model. ok is false when nothing of its reply can be
// posted; the notes then say why.
func (a *Answerer) byModel(ctx context.Context, q retrieval.Query, ask question, ranked []candidate, found retrieval.Found, lang string) (out Answer, ok bool) {
	sent := within(best(found.Hits, ranked, q.Limit), sendChars)
	in := prompts.AnswerInput{Question: q.Text, Fence: fence(), Passages: numbered(sent)}
	p, err := prompts.Answer(lang, in)
	if err != nil {
		return note(out, err), false
	}
	said, err := a.chat.Ask(ctx, p, func(string) {})
	if err != nil {
		return note(out, fmt.Errorf("the model did not answer: %w", err)), false
	}
	out.Usage = Usage{Model: said.Model, PromptTokens: said.PromptTokens, CompletionTokens: said.CompletionTokens, PromptVersion: p.Version}
	if strings.Contains(said.Text, prompts.NoAnswer) {
		r := a.refuse(ask, ranked, found, lang)
		if r.Code == "" {
			r = Reason{Code: "not_covered", Text: words(lang).notCovered}
		}
		out.Status, out.Reason, out.Text = Abstained, r, r.Text
		return out, true
	}
	var failed []prompts.Withheld
	for _, s := range sentences(said.Text) {
		if !a.post(&out, s, sent) {
			failed = append(failed, prompts.Withheld{Text: s.text, Failed: a.failures(s, sent)})
		}
	}
	if len(failed) > 0 {
		a.mend(ctx, &out, prompts.MendInput{AnswerInput: in, Sentences: failed}, sent, lang)
	}
	if len(out.Claims) == 0 {
		return note(out, fmt.Errorf("none of the model's %d sentences stood up to its citations", out.Usage.Withheld)), false
	}
	out.Status, out.Text = Answered, render(out.Claims)
	return out, true
}

func note(a Answer, err error) Answer {
	a.Notes = append(a.Notes, err.Error())
	return a
}

// mend asks the model once to put right the sentences that failed, and adds
// those that then pass. The others are withheld.
func (a *Answerer) mend(ctx context.Context, out *Answer, in prompts.MendInput, sent []retrieval.Hit, lang string) {
	out.Usage.Withheld = len(in.Sentences)
	p, err := prompts.Mend(lang, in)
	if err != nil {
		*out = note(*out, err)
		return
	}
	said, err := a.chat.Ask(ctx, p, func(string) {})
	if err != nil {
		*out = note(*out, fmt.Errorf("the model did not mend its sentences: %w", err))
		return
	}
	out.Usage.PromptTokens += said.PromptTokens
	out.Usage.CompletionTokens += said.CompletionTokens
	if strings.Contains(said.Text, prompts.NoAnswer) {
		return
	}
	for _, s := range sentences(said.Text) {
		again := slices.ContainsFunc(out.Claims, func(c Claim) bool { return c.Text == s.text })
		if !again && a.post(out, s, sent) {
			out.Usage.Withheld = max(0, out.Usage.Withheld-1)
		}
	}
}

// failures names what of a sentence its citations do not bear.
func (a *Answerer) failures(s said, sent []retrieval.Hit) string {
	cited := s.within(len(sent))
	if len(cited) == 0 {
		return "citation"
	}
	var out []string
	for _, f := range a.check(s.text, cited, sent).Failed {
		out = append(out, strings.TrimSpace(string(f.Gate)+" "+f.What))
	}
	return strings.Join(out, ", ")
}

// post adds a sentence of the model to the answer when what it cites bears
// it, and reports whether it did. Missing or wrong markers are mended when
// exactly one of the passages sent bears the sentence.
func (a *Answerer) post(out *Answer, s said, sent []retrieval.Hit) bool {
	cited := a.mended(s, sent)
	if len(cited) == 0 {
		return false
	}
	c := Claim{Text: s.text, Supported: true}
	for _, k := range cited {
		quote, from := bestQuote(s.text, &sent[k])
		c.Citations = append(c.Citations, citeOnce(out, &sent[k], from, quote))
	}
	out.Claims = append(out.Claims, c)
	return true
}

// mended returns the indexes of the passages that bear a sentence: those it
// cites, or the only one that does; none when it may not be posted.
func (a *Answerer) mended(s said, sent []retrieval.Hit) []int {
	if cited := s.within(len(sent)); len(cited) > 0 && a.check(s.text, cited, sent).OK() {
		return cited
	}
	var bears []int
	for k := range sent {
		if a.check(s.text, []int{k}, sent).OK() {
			bears = append(bears, k)
		}
	}
	if len(bears) != 1 {
		return nil
	}
	return bears
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
