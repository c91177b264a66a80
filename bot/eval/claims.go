package eval

import (
	"context"
	"fmt"
	"strings"
	"time"

	"reportbot/bot/answer/check"
	"reportbot/ingest/report"
	"reportbot/ingest/security"
)

// claim is a line of claims.jsonl.
type claim struct {
	ID        string   `json:"id"`
	Kind      string   `json:"kind"`
	Claim     string   `json:"claim"`
	Passages  []string `json:"passages"` // cited
	Supported bool     `json:"supported"`
}

// Checked is a line of the claims output.
type Checked struct {
	ID       string       `json:"id"`
	Accepted bool         `json:"accepted"`
	Failed   []check.Gate `json:"failed"`
}

// Claims measures the checker on the claims of a folder: the share accepted of
// each kind, and of the kinds together that eval.md adds up. Spliced facts are
// shown, not counted among the edited. No pipeline is needed.
func Claims(ctx context.Context, dir string, _ Build) (Result, error) {
	passages, err := readLines[passage](dir, "passages.jsonl")
	if err != nil {
		return Result{}, err
	}
	claims, err := readLines[claim](dir, "claims.jsonl")
	if err != nil {
		return Result{}, err
	}
	sources := map[string]check.Source{}
	for _, p := range passages {
		sources[p.ID] = check.Source{Header: p.Title, Text: p.Text}
	}
	names, err := readNames(dir)
	if err != nil {
		return Result{}, err
	}
	known := security.NewDirectory()
	for _, n := range names {
		known.Add([]report.Security{{Name: n}})
	}
	checker := check.New(known)
	res := Result{Items: len(claims), Metrics: map[string]float64{}}
	var times clock
	accepted, all := map[string]float64{}, map[string]float64{}
	for _, c := range claims {
		if err := ctx.Err(); err != nil {
			return Result{}, err
		}
		var cited []check.Source
		for _, id := range c.Passages {
			s, ok := sources[id]
			if !ok {
				return Result{}, fmt.Errorf("claim %s cites passage %s, which the folder does not hold", c.ID, id)
			}
			cited = append(cited, s)
		}
		start := time.Now()
		v := checker.Sentence(c.Claim, cited)
		times.since(start)
		line := Checked{ID: c.ID, Accepted: v.OK(), Failed: []check.Gate{}}
		for _, f := range v.Failed {
			line.Failed = append(line.Failed, f.Gate)
		}
		res.Lines = append(res.Lines, line)
		for _, name := range groups(c) {
			all[name]++
			if v.OK() {
				accepted[name]++
			}
		}
	}
	for name, n := range all {
		res.Metrics[name+"_accepted"] = accepted[name] / n
	}
	res.Latency = times.latency()
	return res, nil
}

// groups are the figures that a claim counts in.
func groups(c claim) []string {
	out := []string{c.Kind}
	switch k := c.Kind; {
	case strings.HasPrefix(k, "wrong_"), strings.HasPrefix(k, "swap_"), strings.HasSuffix(k, "_from_same_passage"),
		k == "close_number", k == "flip_direction", k == "negation", k == "insert_first":
		out = append(out, "edited")
	case c.Supported && k != "gold" && k != "verbatim":
		out = append(out, "benign")
	}
	return out
}
