package bot

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"
	"strings"
	"sync"

	"reportbot/bot/answer"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/retrieval"
)

const (
	mostSuggested = 3
	mostTried     = 12 // questions asked to find those
	mostKept      = 100
)

// Suggest returns up to three questions that the reports in the scope answer, in
// the language of those reports: of zh or en, lang is preferred. Each was asked
// and answered from the report it was made of. No model has a part in it.
func (b *Bot) Suggest(ctx context.Context, s retrieval.Scope, lang string) []string {
	reports, err := b.corpus.Reports(ctx, s)
	if err != nil { // there is nothing to suggest
		return nil
	}
	return b.suggest(ctx, s, lang, reports)
}

// suggestions are those made last, by scope and language. It is safe for
// concurrent use.
type suggestions struct {
	mu  sync.Mutex
	all map[string]suggested
}

type suggested struct {
	reports   uint64 // names the reports they were made of
	questions []string
}

func (b *Bot) suggest(ctx context.Context, scope retrieval.Scope, lang string, reports []*report.Report) []string {
	key := lang + "\x00" + strings.Join(scope, "\x00")
	of := named(reports)
	b.suggested.mu.Lock()
	had, ok := b.suggested.all[key]
	b.suggested.mu.Unlock()
	if ok && had.reports == of {
		return slices.Clone(had.questions)
	}
	out := b.tryAll(ctx, scope, lang, reports)
	if ctx.Err() != nil { // not all were tried
		return out
	}
	b.suggested.mu.Lock()
	defer b.suggested.mu.Unlock()
	if len(b.suggested.all) >= mostKept {
		clear(b.suggested.all)
	}
	b.suggested.all[key] = suggested{of, slices.Clone(out)}
	return out
}

// named is a number that reports have in common with no others.
func named(reports []*report.Report) uint64 {
	h := fnv.New64a()
	for _, r := range reports {
		h.Write([]byte(r.ID + "\x00"))
	}
	return h.Sum64()
}

// tryAll asks questions of different kinds on different companies until enough
// are answered; only then a second one on the same company.
func (b *Bot) tryAll(ctx context.Context, scope retrieval.Scope, lang string, reports []*report.Report) []string {
	sorted := slices.Clone(reports) // newest first
	slices.SortStableFunc(sorted, func(x, y *report.Report) int {
		return cmp.Compare(foreign(x, lang), foreign(y, lang))
	})
	var out []string
	used, tried := map[string]bool{}, 0
	for _, again := range []bool{false, true} {
		for _, ask := range askers {
			if len(out) >= mostSuggested {
				return out
			}
			for _, r := range sorted {
				key, q := subject(r), ask(r)
				if q == "" || used[key] && !again || slices.Contains(out, q) {
					continue
				}
				if tried++; tried > mostTried {
					return out
				}
				if b.answers(ctx, scope, q, r) {
					out = append(out, q)
					used[key] = true
					break
				}
			}
		}
	}
	return out
}

// answers reports whether a question is answered from the report.
func (b *Bot) answers(ctx context.Context, scope retrieval.Scope, question string, r *report.Report) bool {
	a, err := b.answer.Quote(ctx, retrieval.Query{Text: question, Scope: scope})
	return err == nil && a.Status == answer.Answered && slices.ContainsFunc(a.Citations, func(c report.Citation) bool { return c.Report.ID == r.ID })
}

// foreign is 0 for a report in the language wanted, 1 for others.
func foreign(r *report.Report, lang string) int {
	if r.Language == lang {
		return 0
	}
	return 1
}

// subject is the company that a report is on, in the form in which names are
// compared; "" where it is on none or several.
func subject(r *report.Report) string {
	if len(r.Securities) != 1 {
		return ""
	}
	return security.Name(r.Securities[0].Name)
}

// askers make the question of their kind that a report answers, in its language;
// "" where it answers none.
var askers = []func(*report.Report) string{
	func(r *report.Report) string { // what it says of its price, or how it rates
		switch {
		case subject(r) == "" || r.Publisher == "":
			return ""
		case r.TargetPrice > 0:
			return say(r.Language, r.Publisher+"给"+r.Securities[0].Name+"的目标价是多少？", "What is "+r.Publisher+"'s target price for "+r.Securities[0].Name+"?")
		case r.Rating != "":
			return say(r.Language, r.Publisher+"给"+r.Securities[0].Name+"的评级是什么？", "What is "+r.Publisher+"'s rating for "+r.Securities[0].Name+"?")
		}
		return ""
	},
	func(r *report.Report) string {
		if subject(r) == "" {
			return ""
		}
		return say(r.Language, r.Securities[0].Name+"有哪些风险？", "What are the risks for "+r.Securities[0].Name+"?")
	},
	func(r *report.Report) string {
		if subject(r) == "" || r.Publisher == "" {
			return ""
		}
		return say(r.Language, r.Publisher+"怎么看"+r.Securities[0].Name+"？", "What does "+r.Publisher+" say about "+r.Securities[0].Name+"?")
	},
	func(r *report.Report) string { // of reports on an industry or the economy
		if r.Publisher == "" {
			return ""
		}
		return say(r.Language, r.Publisher+"最新一篇研报是什么？", "What is the latest report from "+r.Publisher+"?")
	},
}
