package slack_test

import (
	"strings"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/bot/slack/slacktest"
)

const question = "星河智能的目标价是多少？"

func threeClaims() *scripted {
	return &scripted{claims: []string{"目标价为86.40元。", "维持“买入”评级。", "风险在于海外交付。"}, every: 700 * time.Millisecond, cites: 2}
}

// A question from the mention to the feedback.
func TestQuestion(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		ts, e := r.Say("C1", "U1", slacktest.Mention(question), "")
		r.settle(500 * time.Millisecond)
		if n, ok := e.Deliveries(); n != 1 || !ok || e.Took() > 200*time.Millisecond {
			t.Errorf("delivered %d times, acked %v after %v", n, ok, e.Took())
		}
		wantAll(t, r.Marks()["C1/"+ts], "正在检索 12 篇研报…")
		r.settle(500 * time.Millisecond)
		m := r.one("C1")
		if !m.Streaming || m.Thread != ts {
			t.Errorf("after the first claim: streaming %v in thread %q", m.Streaming, m.Thread)
		}
		wantAll(t, m.Text, "目标价为86.40元。 [1] [2]")
		r.settle(10 * time.Second)
		m = r.one("C1")
		if m.Streaming || m.Text != "目标价为86.40元。 [1] [2]\n维持“买入”评级。\n风险在于海外交付。" {
			t.Errorf("streaming %v: %s", m.Streaming, m.Text)
		}
		wantAll(t, m.Everything(), "[1] 青岚证券 《星河智能点评1》 2026-03-26 §2.1 盈利预测 第5页\n“目标价1.40元 &lt;!channel&gt;”", "[2] 青岚证券", "不构成投资建议")
		if strings.Contains(m.Everything(), "<!channel>") {
			t.Error("a quote calls the channel")
		}
		asked := r.bot.heard()
		if len(asked) != 1 || asked[0].Text != question || asked[0].Thread != slacktest.Team+"/C1/"+ts {
			t.Fatalf("asked: %+v", asked)
		}
		r.Press(m, "U2", "feedback", true)
		r.Press(m, "U1", "feedback", true)
		r.settle(time.Second)
		r.Press(m, "U1", "feedback", false)
		r.Press(m, "U1", "passages", true)
		r.settle(time.Second)
		got, err := r.state.Feedback(t.Context(), answerOf(m))
		if err != nil || len(got) != 2 || got[0].Good || !got[1].Good {
			t.Errorf("feedback %+v, %v", got, err)
		}
		if v := r.Views(); len(v) != 1 {
			t.Errorf("modals: %v\nlog: %s", v, r.log)
		}
		for _, c := range []struct {
			name string
			want int
		}{{"questions kind ask", 1}, {"outcomes outcome answered", 1}, {"feedback good true", 2}, {"feedback good false", 1}, {"slack_duplicates", 1}, {"first_sign_seconds", 1}, {"question_seconds", 1}, {"slack_ack_seconds", 6}} {
			if n := r.meter.of(c.name); n != c.want {
				t.Errorf("%s counted %d times, want %d", c.name, n, c.want)
			}
		}
		a, ok, err := r.state.Answer(t.Context(), answerOf(m))
		if err != nil || !ok || a.TS != m.TS || a.Asked != question || a.Status != "answered" {
			t.Errorf("answer kept: %+v %v %v", a, ok, err)
		}
	})
}

// answerOf is the ID of the answer a message is.
func answerOf(m slacktest.Message) string {
	for _, b := range m.Blocks {
		for _, x := range list(b["elements"]) {
			if v, ok := x["value"].(string); ok {
				return v
			}
		}
	}
	return ""
}

func list(x any) []map[string]any {
	var out []map[string]any
	all, _ := x.([]any)
	for _, e := range all {
		if m, ok := e.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

func TestDirectMessageAndFollowUp(t *testing.T) {
	set := bot.Settings{Public: []string{"default"}, Default: bot.Channel{FollowUps: true}}
	inSlack(t, set, threeClaims(), func(t *testing.T, r *rig) {
		r.Say("D1", "U1", question, "")
		r.settle(10 * time.Second)
		wantAll(t, r.one("D1").Everything(), "目标价为86.40元", "青岚证券")

		ts, _ := r.Say("C1", "U1", slacktest.Mention(question), "")
		r.Say("C1", "U2", "大家早", "")
		r.settle(10 * time.Second)
		r.Say("C1", "U2", "评级呢", ts)              // in a thread that was answered in
		r.Say("C1", "U2", "<@U3> 你怎么看", ts)       // somebody else's business
		r.Say("C1", "U2", "别处的话", "1700000000.1") // a thread without us
		r.settle(10 * time.Second)
		if got := r.Said("C1"); len(got) != 2 || got[1].Thread != ts {
			t.Errorf("messages: %+v", got)
		}
		asked := r.bot.heard()
		if len(asked) != 3 || asked[2].Text != "评级呢" || asked[2].Thread != asked[1].Thread {
			t.Errorf("asked: %+v", asked)
		}
	})
}
