package answer

import (
	"cmp"
	"regexp"
	"slices"
)

// vague finds sentences that announce or round off points without making one.
var vague = regexp.MustCompile(`综上|总之|总的来说|总体而言|一系列|in summary|overall,|in conclusion|a (?:series|number) of`)

// How a point's score is made: of its own and the best before it in its
// passage. Measured on 375 summaries of company reports: sentence F1 26.4 with
// own scores alone, 36.4 so.
const (
	ownShare     = 0.1
	vaguePenalty = 0.5
)

// points scores units as points of a summary, best first. What makes a
// sentence a point is that it follows one on the topic: the one that names the
// topic mostly opens the list of points.
func points(ranked []candidate) []candidate {
	out := slices.Clone(ranked)
	slices.SortStableFunc(out, inText)
	lead := 0.0
	for i := range out {
		if i == 0 || out[i].hit != out[i-1].hit {
			lead = 0
		}
		own := out[i].score
		lead = max(own, lead)
		out[i].score = ownShare*own + (1-ownShare)*lead
		if vague.MatchString(out[i].quote) {
			out[i].score -= vaguePenalty
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	return out
}

// inText orders units as their passages have them, the best passage first.
func inText(a, b candidate) int { return cmp.Or(a.hit-b.hit, a.from-b.from) }
