package eval

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"
)

// rankDepth is how many passages are asked for and written down.
const rankDepth = 20

// Ranked is a line of the retrieval output.
type Ranked struct {
	ID       string   `json:"id"`
	Passages []string `json:"passages"` // in rank order, at most 20
}

// Retrieval measures the ranking on the queries of a folder: ndcg@10 with
// binary gain, mrr@10, recall@5 and recall@20, each the mean over queries.
// Of a thread's earlier turns carry over the reports they hit first and the words
// that a follow-up leaves out.
func Retrieval(ctx context.Context, dir string, build Build) (Result, error) {
	set, err := readSet(dir)
	if err != nil {
		return Result{}, err
	}
	p, err := build(ctx, entries(set.passages))
	if err != nil {
		return Result{}, err
	}
	res := Result{Items: len(set.queries), Metrics: map[string]float64{}}
	var times clock
	for _, q := range set.queries {
		start := time.Now()
		ids, err := rank(ctx, p, q)
		if err != nil {
			return Result{}, fmt.Errorf("query %s: %w", q.ID, err)
		}
		times.since(start)
		res.Lines = append(res.Lines, Ranked{q.ID, ids})
		for name, v := range scores(ids, set.relevant[q.ID]) {
			res.Metrics[name] += v / float64(len(set.queries))
		}
	}
	res.Latency = times.latency()
	return res, nil
}

// set is a folder of queries with the passages that answer them.
type set struct {
	passages []passage
	queries  []query
	relevant map[string]map[string]bool // query -> passages
}

func readSet(dir string) (s set, err error) {
	if s.passages, err = readLines[passage](dir, "passages.jsonl"); err != nil {
		return s, err
	}
	if s.queries, err = readLines[query](dir, "queries.jsonl"); err != nil {
		return s, err
	}
	s.relevant, err = readQrels(dir)
	return s, err
}

// rank searches for q after its history as earlier turns would have been:
// with the reports that they hit, and in full words.
func rank(ctx context.Context, p Pipeline, q query) ([]string, error) {
	var prior, earlier []string
	for _, t := range q.History {
		earlier = append(earlier, p.Full(ctx, earlier, t.Q))
		question := ask(earlier[len(earlier)-1], 1)
		question.Prior = prior
		found, err := p.Search(ctx, question)
		if err != nil {
			return nil, err
		}
		if len(found.Hits) > 0 {
			prior = slices.Insert(prior, 0, found.Hits[0].Report.ID)
		}
	}
	question := ask(p.Full(ctx, earlier, q.Text), rankDepth)
	question.Prior = prior
	found, err := p.Search(ctx, question)
	ids := []string{}
	for _, h := range found.Hits {
		ids = append(ids, h.Passage.ID)
	}
	return ids, err
}

// scores are the metrics of one ranking. A query without relevant passages
// counts nothing.
func scores(ids []string, relevant map[string]bool) map[string]float64 {
	out := map[string]float64{"ndcg@10": 0, "mrr@10": 0, "recall@5": 0, "recall@20": 0}
	if len(relevant) == 0 {
		return out
	}
	gain, ideal := 0.0, 0.0
	for i := range min(10, len(relevant)) {
		ideal += 1 / math.Log2(float64(i)+2)
	}
	for i, id := range ids {
		if !relevant[id] {
			continue
		}
		if i < 10 {
			gain += 1 / math.Log2(float64(i)+2)
			if out["mrr@10"] == 0 {
				out["mrr@10"] = 1 / float64(i+1)
			}
		}
		if i < 5 {
			out["recall@5"] += 1 / float64(len(relevant))
		}
		if i < 20 {
			out["recall@20"] += 1 / float64(len(relevant))
		}
	}
	out["ndcg@10"] = gain / ideal
	return out
}

// Against compares the nDCG@10 of two rankings of one folder query by query:
// the mean difference, half its 95 % interval, and how many queries got
// better and worse.
func Against(dir string, now []any, other string) (Result, error) {
	relevant, err := readQrels(dir)
	if err != nil {
		return Result{}, err
	}
	before, err := readLines[Ranked]("", other)
	if err != nil {
		return Result{}, err
	}
	old := map[string][]string{}
	for _, b := range before {
		old[b.ID] = b.Passages
	}
	var diffs []float64
	better, worse := 0, 0
	for _, l := range now {
		r, ok := l.(Ranked)
		if _, known := old[r.ID]; !ok || !known {
			return Result{}, fmt.Errorf("%s has no line for query %s", other, r.ID)
		}
		d := scores(r.Passages, relevant[r.ID])["ndcg@10"] - scores(old[r.ID], relevant[r.ID])["ndcg@10"]
		diffs = append(diffs, d)
		switch {
		case d > 0:
			better++
		case d < 0:
			worse++
		}
	}
	mean, half := interval(diffs)
	return Result{Items: len(diffs), Metrics: map[string]float64{
		"ndcg@10_difference": mean, "ndcg@10_interval95": half, "better": float64(better), "worse": float64(worse),
	}}, nil
}

// interval is the mean and half the width of its 95 % interval (normal
// approximation of the paired differences).
func interval(x []float64) (mean, half float64) {
	if len(x) < 2 {
		return 0, 0
	}
	for _, v := range x {
		mean += v / float64(len(x))
	}
	dev := 0.0
	for _, v := range x {
		dev += (v - mean) * (v - mean) / float64(len(x)-1)
	}
	return mean, 1.96 * math.Sqrt(dev/float64(len(x)))
}
