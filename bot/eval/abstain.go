package eval

import (
	"context"
	"fmt"
	"time"

	"reportbot/bot/answer"
)

// Refused is a line of the abstain output.
type Refused struct {
	ID     string        `json:"id"`
	Status answer.Status `json:"status"`
}

// Abstain measures refusals on the items of a folder: refused is the share
// of unanswerable items refused, answered of answerable ones answered,
// balanced their mean.
func Abstain(ctx context.Context, dir string, build Build) (Result, error) {
	passages, err := readLines[passage](dir, "passages.jsonl")
	if err != nil {
		return Result{}, err
	}
	items, err := readLines[item](dir, "items.jsonl")
	if err != nil {
		return Result{}, err
	}
	whole, err := build(ctx, entries(passages))
	if err != nil {
		return Result{}, err
	}
	res := Result{Items: len(items), Metrics: map[string]float64{}}
	var times clock
	var yes, answered, no, refused float64
	for _, it := range items {
		p := whole
		if len(it.Passages) > 0 {
			p = whole.Within(it.Passages)
		}
		start := time.Now()
		a, err := p.Answer(ctx, ask(it.Text, 0))
		if err != nil {
			return Result{}, fmt.Errorf("item %s: %w", it.ID, err)
		}
		times.since(start)
		res.Lines = append(res.Lines, Refused{it.ID, a.Status})
		switch abstained := a.Status == answer.Abstained; {
		case it.Answerable && !abstained:
			yes, answered = yes+1, answered+1
		case it.Answerable:
			yes++
		case abstained:
			no, refused = no+1, refused+1
		default:
			no++
		}
	}
	res.Metrics["answered"], res.Metrics["refused"] = answered/max(yes, 1), refused/max(no, 1)
	res.Metrics["balanced"] = (res.Metrics["answered"] + res.Metrics["refused"]) / 2
	res.Latency = times.latency()
	return res, nil
}
