package answer

import (
	"slices"
	"testing"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// Every line of cues.txt is a cue with words on both sides, and nothing is
// asked for by two of them.
func TestCues(t *testing.T) {
	if len(cues) < 25 {
		t.Errorf("%d cues read", len(cues))
	}
	seen := map[string]bool{}
	for _, c := range cues {
		if len(c.asked) == 0 || len(c.says) == 0 {
			t.Errorf("%+v: a cue has words on both sides of its colon", c)
		}
		for _, a := range c.asked {
			if seen[a] {
				t.Errorf("%s is asked for twice", a)
			}
			seen[a] = true
		}
	}
}

func TestCued(t *testing.T) {
	for _, row := range []struct{ question, asked, text string }{
		{"星河股权质押的质权人是谁？", "质权人", "其将1,200万股质押给青岚银行。"},
		{"这轮融资的领投方是哪家", "领投方", "本轮由望江创投领投。"},
		{"What is the ROE of Galaxy?", "roe", "Return on equity reached 12%."},
		{"A specific question about peers", "", "PE 20x"}, // pe is part of other words
		{"星河智能的毛利率", "", "毛利率 35%"},
	} {
		asked, says := cued(text.Fold(row.question))
		if asked != row.asked {
			t.Errorf("%s: got %q asked for, want %q", row.question, asked, row.asked)
		}
		q := question{asked: asked, says: says}
		if got := q.saysCue(text.Fold(row.text)); got != (row.asked != "") {
			t.Errorf("%s: %q gives it: %v", row.question, row.text, got)
		}
	}
}

// A value counts as beside what is asked only within a clause or so.
func TestNear(t *testing.T) {
	says := []string{"质押给"}
	q := question{asked: "质权方占比", says: says, value: aRate}
	for quote, want := range map[string]bool{
		"质押给银行的股份占18%": true,
		"毛利率为18%，" + string(slices.Repeat([]rune("其余各项"), 9)) + "后来质押给银行。": false,
	} {
		if got := new(candidate).near(q, text.Fold(quote)); got != want {
			t.Errorf("%s: near %v", quote, got)
		}
	}
}

// What a text says in other words counts as covered, and as not missing; what
// the passage says of whom the question begins with counts for its sentences.
func TestCueCounts(t *testing.T) {
	q := question{asked: "质权方", says: []string{"质押给"}, tokens: map[text.Token]float64{}, folded: "张三质押的质权方是什么"}
	for tok := range text.Tokens("张三质权方") {
		q.tokens[tok], q.order, q.total = 1, append(q.order, tok), q.total+1
	}
	h := hitOf(report.Prose, "张三公告。其将股份质押给青岚银行。其仍持股。")
	weigh := func(quote, head string) candidate {
		c := candidate{unit: unit{quote: quote}}
		c.weigh(q, &h[0], 10, 1, head)
		return c
	}
	with, without := weigh("其将股份质押给青岚银行。", ""), weigh("其仍持股。", "")
	if with.cover < 0.5 || !with.cued || !with.typed || without.cover > 0 || without.typed {
		t.Errorf("got %+v and %+v", with, without)
	}
	if headed := weigh("其仍持股。", "张三"); headed.score <= without.score || headed.cover != without.cover {
		t.Errorf("a head counts %.2f, none %.2f; it covers %.2f", headed.score, without.score, headed.cover)
	}
	a := New(desk().searcher(t), nil, nil, Options{})
	if got := a.missing(q, retrieval.Found{Hits: h}); len(got) > 0 {
		t.Errorf("missing %q, which is said in other words", got)
	}
	if got := a.missing(q, retrieval.Found{Hits: hitOf(report.Prose, "张三公告。其仍持股。")}); !slices.Contains(got, "质权方") {
		t.Errorf("missing %q, want 质权方", got)
	}
}
