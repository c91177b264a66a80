package eval

import (
	"context"
	"fmt"
	"time"

	"reportbot/bot/answer"
)

// Said is a line of the answers output.
type Said struct {
	ID       string        `json:"id"`
	Status   answer.Status `json:"status"`
	Claims   []string      `json:"claims"`
	Quotes   []string      `json:"quotes"`
	Passages []string      `json:"passages"` // cited
}

// Answers measures the whole way on the queries of a folder, by type of
// question, whose name stands before the metric's:
//
//	answer_in_quote       not multihop or summary: every group has an alternative in a quote; a refusal counts as wrong
//	first_sentence_right  fact: the first quote holds a sentence of refs
//	sentence_f1           multihop and summary: of the quoted sentences against refs
//	gold_citation_rate    cited passages that answer the query
//
// beside answered, sentences_per_answer, quoted_chars and dangling. Where a
// model was asked, for each type and for all, by the plain rule:
//
//	citation_recall     claims that what they cite plainly supports
//	citation_precision  citations without which a claim has less support, or that give all of it
//	number_fidelity     numbers of the claims that stand in what they cite
//	withheld            sentences of the model that the checker stopped, a count
func Answers(ctx context.Context, dir string, build Build) (Result, error) {
	set, err := readSet(dir)
	if err != nil {
		return Result{}, err
	}
	companies, err := readNames(dir)
	if err != nil {
		return Result{}, err
	}
	plain := newYardstick(set.passages, companies)
	p, err := build(ctx, entries(set.passages))
	if err != nil {
		return Result{}, err
	}
	res := Result{Items: len(set.queries), Metrics: map[string]float64{}}
	var times clock
	tallies := map[string]*tally{}
	for _, q := range set.queries {
		start := time.Now()
		a, err := p.Answer(ctx, ask(q.Text, 0))
		if err != nil {
			return Result{}, fmt.Errorf("query %s: %w", q.ID, err)
		}
		times.since(start)
		res.Lines = append(res.Lines, said(q.ID, a))
		if tallies[q.Type] == nil {
			tallies[q.Type] = &tally{}
		}
		tallies[q.Type].add(q, a, set.relevant[q.ID])
		plain.add(&tallies[q.Type].cites, q.Text, a)
	}
	var all cited
	for kind, t := range tallies {
		t.write(kind, res.Metrics)
		t.cites.write(kind, res.Metrics)
		all.plus(t.cites)
	}
	all.write("", res.Metrics)
	res.Latency = times.latency()
	return res, nil
}

func said(id string, a answer.Answer) Said {
	s := Said{ID: id, Status: a.Status, Claims: []string{}, Quotes: []string{}, Passages: []string{}}
	for _, c := range a.Claims {
		s.Claims = append(s.Claims, c.Text)
	}
	for _, c := range a.Citations {
		s.Quotes = append(s.Quotes, c.Quote)
		s.Passages = append(s.Passages, c.PassageID)
	}
	return s
}
