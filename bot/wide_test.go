package bot_test

import (
	"strings"
	"testing"

	"reportbot/bot"
	"reportbot/bot/answer"
)

// What is searched wider takes the houses and dates of the question for wishes,
// and says so where the reports cited do not meet them.
func TestWide(t *testing.T) {
	d := newDesk(t)
	b := bot.New(d.answerer(), d, nil, bot.Options{})
	for _, c := range []struct {
		text           string
		narrow         answer.Status
		publisher, not string // of the first report cited; the condition it does not meet
	}{
		{"望江证券对澜海储能的目标价是多少？", answer.Abstained, "青岚证券", "“望江证券”"},
		{"青岚证券给云栖算力的目标价是多少？", answer.Abstained, "望江证券", "“青岚证券”"},
		{"青岚证券预测智算规模是多少？", answer.Abstained, "望江证券", "“青岚证券”"},
		{"望江证券给星河智能的目标价是多少？", answer.Answered, "望江证券", ""},
		{"望江证券关于澜海储能的研报有哪些？", answer.Abstained, "青岚证券", ""}, // a list says itself what it gave up
	} {
		for _, wide := range []bool{false, true} {
			r, err := b.Handle(t.Context(), bot.Message{Text: c.text, Scope: both, Now: noon, Wide: wide})
			if err != nil {
				t.Fatal(err)
			}
			a := r.Answer
			if !wide {
				if a.Status != c.narrow {
					t.Errorf("%s: %s", c.text, a.Status)
				}
				continue
			}
			if a.Status != answer.Answered || a.Citations[0].Report.Publisher != c.publisher {
				t.Errorf("%s wider: %s %s", c.text, a.Status, a.Text)
			}
			if told := strings.Contains(a.Reason.Text, "已放宽条件"); told != (c.not != "") || !strings.Contains(a.Reason.Text, c.not) {
				t.Errorf("%s wider: the reason is %q", c.text, a.Reason.Text)
			}
		}
	}
}

// It draws on more passages and knows nothing of the thread.
func TestWideQuery(t *testing.T) {
	d := newDesk(t)
	h := &heard{Answerer: d.answerer()}
	th := &thread{t: t, b: bot.New(h, d, nil, bot.Options{}), name: "t", now: noon}
	th.say(both, "星河智能的目标价是多少？")
	for _, c := range []struct {
		limit, want int
	}{{0, 24}, {5, 15}} {
		r, err := th.b.Handle(t.Context(), bot.Message{Thread: "t", Text: "它的评级呢？", Scope: both, Now: th.now, Limit: c.limit, Wide: true})
		if q := h.last(); err != nil || r.Question != "" || len(q.Prior) > 0 || !q.Loose || q.Limit != c.want {
			t.Errorf("limit %d: %q, %+v, %v", c.limit, r.Question, q, err)
		}
	}
}
