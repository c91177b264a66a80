package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/eval"
	"reportbot/ingest/report"
	"reportbot/retrieval"
	"reportbot/retrieval/lexical"
	"reportbot/retrieval/vector"
)

var _ retrieval.Store = (*eval.Memory)(nil)

// measures are the kinds of reportbot eval.
var measures = map[string]func(context.Context, string, eval.Build) (eval.Result, error){
	"retrieval": eval.Retrieval, "answers": eval.Answers, "abstain": eval.Abstain, "claims": eval.Claims,
}

func runEval(ctx context.Context, c call) error {
	f := newFlags("eval")
	f.without("collection")
	out := f.String("out", "", "write one JSON line for each item to this file")
	against := f.String("against", "", "compare with an earlier --out of eval retrieval")
	args, err := f.parse(c, 2, 2)
	if err != nil {
		return err
	}
	measure, ok := measures[args[0]]
	if !ok {
		return usageError{fmt.Sprintf("no measure %q; there are retrieval, answers, claims and abstain", args[0])}
	}
	a, err := f.settings(c)
	if err != nil {
		return err
	}
	res, err := measure(ctx, args[1], a.pipeline)
	if err != nil {
		return err
	}
	if args[0] == "abstain" { // a refusal is read beside its bounds
		b := a.cfg.Answer.Refuse
		for name, v := range map[string]float64{"off_topic": b.OffTopic, "off_asked": b.OffAsked, "cover": b.Cover, "value": b.Value, "cued": b.Cued} {
			res.Metrics["bound_"+name] = v
		}
	}
	if *out != "" {
		if err := eval.WriteLines(*out, res.Lines); err != nil {
			return err
		}
	}
	show := func(r eval.Result) error {
		if f.json {
			return writeJSON(c.out, r)
		}
		_, err := fmt.Fprint(c.out, r)
		return err
	}
	if *against != "" {
		diff, err := eval.Against(args[1], res.Lines, *against)
		if err != nil {
			return err
		}
		for name, v := range diff.Metrics {
			res.Metrics[name] = v
		}
	}
	return show(res)
}

// pipeline is the one that serves users, over entries in memory.
func (a *app) pipeline(ctx context.Context, entries []retrieval.Entry) (eval.Pipeline, error) {
	for i := range entries {
		e := &entries[i]
		texts := make([]string, len(e.Passages))
		for k := range e.Passages {
			texts[k] = report.EmbedText(&e.Report, &e.Passages[k])
		}
		var err error
		if e.Vectors, err = a.embedder.Embed(ctx, texts); err != nil {
			return nil, err
		}
	}
	known, err := a.securities()
	if err != nil {
		return nil, err
	}
	words := lexical.New()
	s, err := retrieval.NewSearcher(ctx, eval.NewMemory(entries, a.embedder.Name()), words, vector.New(), a.embedder, a.weight())
	if err != nil {
		return nil, err
	}
	s.Know(known)
	return pipeline{a: a, searcher: searcher{s, words, known}}, nil
}

// pipeline searches and answers as for users; only, when set, names the
// passages it may find.
type pipeline struct {
	searcher
	a    *app
	only map[string]bool
}

func (p pipeline) Within(passages []string) eval.Pipeline {
	p.only = map[string]bool{}
	for _, id := range passages {
		p.only[id] = true
	}
	return p
}

// Full completes a follow-up by the rules: the model has no part in rankings.
func (p pipeline) Full(ctx context.Context, earlier []string, text string) string {
	var turns []bot.Turn
	for _, q := range earlier {
		turns = append(turns, bot.Turn{Question: q})
	}
	return bot.Understand(ctx, p, nil, bot.Message{Text: text, Scope: retrieval.Scope{eval.Collection}, Now: time.Now()}, turns).Question
}

func (p pipeline) Search(ctx context.Context, q retrieval.Query) (retrieval.Found, error) {
	if p.only == nil {
		return p.searcher.Search(ctx, q)
	}
	limit := q.Limit
	q.Limit = 1 << 20 // every passage that shares a word
	found, err := p.searcher.Search(ctx, q)
	found.Hits = slices.DeleteFunc(found.Hits, func(h retrieval.Hit) bool { return !p.only[h.Passage.ID] })
	found.Hits = found.Hits[:min(len(found.Hits), cmp.Or(limit, p.a.cfg.Retrieval.Limit))]
	return found, err
}

func (p pipeline) Answer(ctx context.Context, q retrieval.Query) (answer.Answer, error) {
	return p.a.answerer(p, p.known).Answer(ctx, q)
}
