package answer

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/prompts"
	"reportbot/retrieval"
	"reportbot/retrieval/openai"
	reading "reportbot/retrieval/question"
)

// TestClaimsOverTheWire lets a model say the claims of the shared folder, each
// with the markers of its passages, among other passages of the same company.
// What is posted must meet the rates of the checker. An edited claim counts
// where it is posted with its own passages; that another one sent bears it,
// under whose marker it is then posted, is no fault, and is told apart.
func TestClaimsOverTheWire(t *testing.T) {
	root := os.Getenv("REPORTBOT_SHARED")
	if root == "" {
		t.Skip("REPORTBOT_SHARED is not set")
	}
	dir := filepath.Join(root, "eval", "claims-zh")
	passages := readAll[sourcePassage](t, dir, "passages.jsonl")
	known := security.NewDirectory()
	b, err := os.ReadFile(filepath.Join(dir, "names.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range strings.Fields(string(b)) {
		known.Add([]report.Security{{Name: n}})
	}
	var turn func(*line)
	_, chat := over(t, openai.Options{}, func(l *line) { turn(l) })
	said, posted, moved := map[string]int{}, map[string]int{}, map[string]int{}
	for _, c := range sample(readAll[sourceClaim](t, dir, "claims.jsonl"), 300) {
		group := groupOf(c)
		hits := among(passages, c)
		turn = func(l *line) { saysClaim(l, c, hits) }
		out, err := New(given(hits), chat, known, Options{}).Answer(t.Context(), retrieval.Query{Text: "请说明有关情况", Scope: retrieval.Scope{"default"}})
		if err != nil {
			t.Fatal(err)
		}
		said[group]++
		switch own, other := countPosted(out, c); {
		case other:
			moved[group]++
		case own:
			posted[group]++
		}
	}
	for group, bound := range map[string]struct{ least, most float64 }{
		"edited": {0, 0.03}, "benign": {0.965, 1}, "gold": {0.85, 1},
	} {
		rate := float64(posted[group]) / float64(said[group])
		if bound.least > 0 {
			rate = float64(posted[group]+moved[group]) / float64(said[group])
		}
		t.Logf("%s: %d said, %.2f %% posted, %d under another passage's marker", group, said[group], 100*rate, moved[group])
		if rate < bound.least || rate > bound.most {
			t.Errorf("%s: %.2f %% posted, want %.1f to %.1f", group, 100*rate, 100*bound.least, 100*bound.most)
		}
	}
}

type sourcePassage struct{ ID, Title, Text string }

type sourceClaim struct {
	ID, Kind, Claim string
	Passages        []string
	Supported       bool
}

func readAll[T any](t *testing.T, dir, name string) []T {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []T
	for in := bufio.NewScanner(f); in.Scan(); {
		var v T
		if err := json.Unmarshal(in.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// groupOf is edited, benign or gold, or "" for what is counted elsewhere.
func groupOf(c sourceClaim) string {
	switch k := c.Kind; {
	case strings.HasPrefix(k, "wrong_"), strings.HasPrefix(k, "swap_"), strings.HasSuffix(k, "_from_same_passage"),
		k == "close_number", k == "flip_direction", k == "negation", k == "insert_first":
		return "edited"
	case k == "gold":
		return k
	case c.Supported && k != "verbatim":
		return "benign"
	}
	return ""
}

// sample takes about n of each group, evenly.
func sample(all []sourceClaim, n int) []sourceClaim {
	groups := map[string][]sourceClaim{}
	for _, c := range all {
		groups[groupOf(c)] = append(groups[groupOf(c)], c)
	}
	var out []sourceClaim
	for _, g := range []string{"edited", "benign", "gold"} {
		for i := 0; i < len(groups[g]); i += max(1, len(groups[g])/n) {
			out = append(out, groups[g][i])
		}
	}
	return out
}

// among puts a claim's passages behind two others of the same title, or its
// neighbours.
func among(all []sourcePassage, c sourceClaim) []retrieval.Hit {
	var own, other []retrieval.Hit
	titles := map[string]bool{}
	for _, p := range all {
		if slices.Contains(c.Passages, p.ID) {
			titles[p.Title] = true
		}
	}
	for _, p := range all {
		h := retrieval.Hit{
			Passage: report.Passage{ID: p.ID, ReportID: p.ID, Kind: report.Prose, Text: p.Text}, Score: 1,
			Report: &report.Report{ID: p.ID, Title: p.Title, Language: "zh"},
		}
		switch {
		case slices.Contains(c.Passages, p.ID):
			own = append(own, h)
		case len(other) < 2 && titles[p.Title]:
			other = append(other, h)
		}
	}
	return append(other, own...)
}

// saysClaim says a claim, each sentence with the numbers that the prompt gave
// to its passages, or refuses to mend it.
func saysClaim(l *line, c sourceClaim, hits []retrieval.Hit) {
	if strings.Contains(l.user, "没有通过") {
		says(prompts.NoAnswer)(l)
		return
	}
	marks := ""
	for _, h := range hits {
		if slices.Contains(c.Passages, h.Passage.ID) {
			marks += "[" + l.number(h.Passage.Text) + "]"
		}
	}
	for _, s := range text.Sentences(c.Claim) {
		l.say(c.Claim[s.From:s.To], marks, "\n")
	}
	l.stop("stop")
}

// countPosted tells whether all of a claim was posted with its own passages,
// or some of it with another.
func countPosted(out Answer, c sourceClaim) (own, other bool) {
	want := 0
	for _, s := range text.Sentences(c.Claim) {
		if hasWords(c.Claim[s.From:s.To]) {
			want++
		}
	}
	got := 0
	for _, j := range out.Record.Sentences {
		switch j.Outcome {
		case Posted, Remarked:
			got++
			for _, id := range j.Cited {
				other = other || !slices.Contains(c.Passages, id)
			}
		case Repeated, Aside:
			got++
		}
	}
	return got >= want && len(out.Record.Prompts) == 1, other && got >= want
}

// given is a search that finds what it is told to.
type given []retrieval.Hit

func (g given) Search(context.Context, retrieval.Query) (retrieval.Found, error) {
	return retrieval.Found{Hits: g}, nil
}

func (g given) Reports(context.Context, retrieval.Scope) ([]*report.Report, error) {
	var out []*report.Report
	for _, h := range g {
		out = append(out, h.Report)
	}
	return out, nil
}

func (given) Unchanged(context.Context, []*report.Report) (bool, error) { return true, nil }

func (given) Read(retrieval.Query) reading.Reading       { return reading.Reading{} }
func (given) Rarity(retrieval.Scope, text.Token) float64 { return 1 }
