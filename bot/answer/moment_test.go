package answer

import (
	"context"
	"testing"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// shifting is a corpus in which a report changes while an answer is made, so
// many times.
type shifting struct {
	given
	times *int
}

func (s shifting) Unchanged(context.Context, []*report.Report) (bool, error) {
	*s.times--
	return *s.times < 0, nil
}

// An answer that draws on a report which changes meanwhile is made again, and
// given up in the end; nothing of the tries before is posted.
func TestAnswerIsOfOneMoment(t *testing.T) {
	r := &report.Report{ID: "r", Title: "镜头跟踪", Publisher: "青岚证券", Collection: "default", Securities: []report.Security{{Code: "999230.SZ", Name: "星河智能"}}}
	hits := given{{Report: r, Score: 9, Passage: report.Passage{ID: "r-1", ReportID: "r", Kind: report.Prose, Text: "镜头模组的良率在三月是91.3%，较上月提高2.1个百分点。"}}}
	ask := retrieval.Query{Text: "镜头模组的良率是多少", Scope: retrieval.Scope{"default"}}
	for _, c := range []struct {
		times, posts int
		status       Status
	}{{0, 1, Answered}, {1, 1, Answered}, {tries - 1, 1, Answered}, {1000, 0, Unavailable}} {
		for name, ways := range map[string]func(*Answerer, Post) (Answer, error){
			"answer": func(a *Answerer, post Post) (Answer, error) { return a.Stream(t.Context(), ask, post) },
			"list": func(a *Answerer, post Post) (Answer, error) {
				return a.List(t.Context(), retrieval.Query{Text: "", Scope: ask.Scope}, post)
			},
		} {
			posts, times := 0, c.times
			a := New(shifting{hits, &times}, nil, nil, Options{})
			out, err := ways(a, func(Claim, []report.Citation) { posts++ })
			if err != nil || out.Status != c.status || (posts > 0) != (c.posts > 0) || posts != len(out.Claims) {
				t.Errorf("%s, with %d changes: %s %q, %d posts of %d claims, %v; want %s", name, c.times, out.Status, out.Text, posts, len(out.Claims), err, c.status)
			}
			if c.status == Unavailable && (out.Reason.Code != "changing" || out.Text == "" || len(out.Citations) > 0) {
				t.Errorf("%s: %+v", name, out)
			}
		}
	}
}
