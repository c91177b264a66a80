package answer

import (
	"context"
	"errors"
	"slices"
	"strings"

	"reportbot/ingest/report"
	"reportbot/prompts"
	"reportbot/retrieval"
)

var errNoModel = errors.New("no language model is configured")

// Summary says in the model's words what one report is about, in at most so
// many claims, each checked and cited as in an answer; its passages are in
// reading order. Where none stood up to the check the answer has none. The
// error says that there is no model, or that it failed.
func (a *Answerer) Summary(ctx context.Context, r *report.Report, passages []report.Passage, most int, lang string) (Answer, error) {
	if a.chat == nil {
		return Answer{}, errNoModel
	}
	in := prompts.AnswerInput{Fence: fence()}
	d := &draft{a: a, sent: within(telling(r, passages), sendChars), fence: in.Fence, poster: &poster{}, seen: map[string]bool{}}
	if len(d.sent) == 0 {
		return Answer{}, nil
	}
	in.Passages = numbered(d.sent)
	d.out.Record.Passages = sentOf(d.sent)
	if err := d.hear(ctx, func() (prompts.Prompt, error) { return prompts.Summary(lang, in, most) }); err != nil {
		return Answer{Usage: d.out.Usage}, err
	}
	out := d.out
	out.Usage.Withheld = len(d.failed)
	out.Claims = out.Claims[:min(len(out.Claims), most)]
	used := func(c report.Citation) bool {
		return slices.ContainsFunc(out.Claims, func(k Claim) bool { return slices.Contains(k.Citations, c.N) })
	}
	out.Citations = slices.DeleteFunc(out.Citations, func(c report.Citation) bool { return !used(c) })
	out.Citations = a.opt.Licence.Cap(out.Citations)
	for i := range out.Claims {
		out.Claims[i].Text = unmarked(strings.TrimSpace(out.Claims[i].Text))
	}
	return out, nil
}

// telling are the passages of a report that tell what it is about: those that
// hold its key points, then the others as they come.
func telling(r *report.Report, passages []report.Passage) []retrieval.Hit {
	var out []retrieval.Hit
	taken := map[string]bool{}
	take := func(p report.Passage) {
		if !taken[p.ID] && p.Kind != report.Table && p.Kind != report.Caption {
			taken[p.ID] = true
			out = append(out, retrieval.Hit{Passage: p, Report: r})
		}
	}
	for _, p := range KeyPoints(passages, 6) {
		take(p.Passage)
	}
	for _, p := range passages {
		take(p)
	}
	return out
}
