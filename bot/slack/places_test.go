package slack_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/bot/slack"
	"reportbot/bot/slack/slacktest"
	"reportbot/ingest/report"
)

// desk: in a direct message more is seen than in a channel, and C9 is for one.
var desk = bot.Settings{Public: []string{"default"}, Default: bot.Channel{Collections: []string{"desk"}}, Channels: map[string]bot.Channel{
	"C1": {}, "C2": {Every: true, InChannel: true, Language: "en"}, "C9": {Members: []string{"U9"}}}}

func TestCommand(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		r.Command("/ask", "C1", "U1", question)
		r.Command("/report", "C2", "U1", "兴业 上周 增持 算力")
		r.Command("/ask", "C3", "U1", "help")
		r.Command("/help", "C4", "U1", "")
		r.Command("/else", "C5", "U1", "x")
		r.settle(20 * time.Second)
		m := r.one("C1")
		if m.To != "" || m.Thread != "" {
			t.Errorf("answer to %q in thread %q: everybody here may see it", m.To, m.Thread)
		}
		wantAll(t, m.Everything(), "目标价为86.40元", "青岚证券", question)
		for _, c := range []string{"C3", "C4"} {
			wantAll(t, r.one(c).Everything(), "我根据研报回答问题", "云栖算力的评级？")
		}
		asked := r.bot.heard()
		kinds := []string{}
		for _, a := range asked {
			kinds = append(kinds, string(a.Kind))
		}
		slices.Sort(kinds)
		if got := fmt.Sprint(kinds); got != "[ help help reports]" {
			t.Errorf("kinds: %q", got)
		}
	})
}

// What the channel may not see is told to the asker alone; what is shared is
// asked again with what the channel may see.
func TestPrivateAndShare(t *testing.T) {
	inSlack(t, desk, threeClaims(), func(t *testing.T, r *rig) {
		r.Command("/ask", "C1", "U1", question)
		r.settle(20 * time.Second)
		m := r.one("C1")
		if m.To != "U1" || !m.Has("share") {
			t.Fatalf("answer to %q, share %v", m.To, m.Has("share"))
		}
		wantAll(t, m.Everything(), "只有你能看到")
		r.Press(m, "U1", "share", true)
		r.settle(20 * time.Second)
		var open []slacktest.Message
		for _, m := range r.Said("C1") {
			if m.To == "" {
				open = append(open, m)
			}
		}
		if len(open) != 1 || open[0].Has("share") || open[0].Thread != "" {
			t.Fatalf("shared: %+v", open)
		}
		asked := r.bot.heard()
		if len(asked) != 2 || fmt.Sprint(asked[0].Scope, asked[1].Scope) != "[default desk] [default]" || asked[1].Text != question {
			t.Errorf("asked: %+v", asked)
		}
		r.Press(m, "U1", "passages", true) // of the private one: its reader sees them
		r.settle(time.Second)
		r.Press(open[0], "U1", "wider", true)
		r.settle(20 * time.Second)
		asked = r.bot.heard()
		if last := asked[len(asked)-1]; !last.Wide || fmt.Sprint(last.Scope) != "[default]" || last.Text != question {
			t.Errorf("wider: %+v", last)
		}
		said := r.Said("C1")
		wider := said[len(said)-1]
		wantAll(t, wider.Everything(), "已扩大范围再找："+question)
		if wider.Has("wider") || !wider.Has("passages") {
			t.Error("what was searched wider may be searched wider once more")
		}
		if v := r.Views(); len(v) != 1 || !strings.Contains(fmt.Sprint(v), "青岚证券") {
			t.Errorf("modals: %v", v)
		}
	})
}

// Where the channel's reports do not answer a mention, whoever may see more
// hears alone what those say; others, and the channel, do not.
func TestAside(t *testing.T) {
	set := desk
	set.Channels = map[string]bot.Channel{"C1": {}, "C2": {Collections: []string{"desk"}}, "C8": {External: true}}
	inSlack(t, set, threeClaims(), func(t *testing.T, r *rig) {
		r.Share("C8") // whoever asks there may be no colleague
		r.bot.change = func(m bot.Message, reply *bot.Reply) {
			if len(m.Scope) == 1 || strings.Contains(m.Text, "无人") {
				reply.Answer = answer.Answer{Status: answer.Abstained, Text: "研报没有回答这个问题。"}
				reply.Question = m.Text + "（全）"
			}
		}
		for _, c := range []struct {
			channel, text string
			alone         bool
		}{{"C1", question, true}, {"C1", "无人知道的？", false}, {"C2", question, false}, {"D1", question, false}, {"C8", question, false}} {
			n := len(r.Said(c.channel))
			r.Say(c.channel, "U1", slacktest.Mention(c.text), "")
			r.settle(40 * time.Second)
			got := r.Said(c.channel)[n:]
			want := 1
			if c.alone {
				want = 2
			}
			if len(got) != want {
				t.Fatalf("%s in %s: %+v", c.text, c.channel, got)
			}
			if got[0].To != "" {
				t.Errorf("%s in %s: the first answer is for %q alone", c.text, c.channel, got[0].To)
			}
			if !c.alone {
				continue
			}
			wantAll(t, got[0].Everything(), "研报没有回答")
			wantAll(t, got[1].Everything(), "目标价为86.40元", "只有你能看到")
			if got[1].To != "U1" || got[1].Has("share") || got[1].Thread == "" {
				t.Errorf("to %q, share %v, thread %q", got[1].To, got[1].Has("share"), got[1].Thread)
			}
			asked := r.bot.heard()
			if last := asked[len(asked)-1]; last.Thread != "" || last.Post != nil || last.Text != question+"（全）" {
				t.Errorf("asked alone: %+v", last)
			}
		}
		r.unfinished(0)
	})
}

// What the channel's reports do not answer is not shared: the channel hears
// neither the question nor a refusal.
func TestNothingToShare(t *testing.T) {
	b := threeClaims()
	b.change = func(m bot.Message, r *bot.Reply) {
		if len(m.Scope) == 1 { // what the channel may see
			r.Answer = answer.Answer{Status: answer.Abstained, Text: "已入库的研报没有回答这个问题。"}
		}
	}
	inSlack(t, desk, b, func(t *testing.T, r *rig) {
		r.Command("/ask", "C1", "U1", question)
		r.settle(20 * time.Second)
		r.Press(r.one("C1"), "U1", "share", true)
		r.settle(20 * time.Second)
		got := r.Said("C1")
		if len(got) != 2 {
			t.Fatalf("%d messages, want the answer and why it was not shared: %+v", len(got), got)
		}
		for _, m := range got {
			if m.To != "U1" {
				t.Errorf("the channel reads %s", m.Everything())
			}
		}
		wantAll(t, got[1].Everything(), "没有分享")
		r.unfinished(0)
	})
}

func TestPlaces(t *testing.T) {
	inSlack(t, desk, threeClaims(), func(t *testing.T, r *rig) {
		r.Say("C9", "U1", slacktest.Mention(question), "") // not permitted
		r.Say("C9", "U9", slacktest.Mention(question), "")
		r.Say("C2", "U1", "大家早", "")
		r.Say("C2", "U1", "云栖算力的评级是什么？", "")
		r.Say("C1", "U1", "没有叫你？", "")
		r.settle(20 * time.Second)
		got := r.Said("C9")
		if len(got) != 2 {
			t.Fatalf("%+v", got)
		}
		wantAll(t, got[0].Everything()+got[1].Everything(), "没有在这个频道提问的权限", "海外交付")
		m := r.one("C2")
		if m.Thread != "" {
			t.Error("answered in a thread where it is to be in the channel")
		}
		if got := r.Said("C1"); len(got) > 0 {
			t.Errorf("nobody asked: %+v", got)
		}
		if asked := r.bot.heard(); len(asked) != 2 || asked[1].Lang != "en" && asked[0].Lang != "en" {
			t.Errorf("asked: %+v", asked)
		}
		r.unfinished(0)
	})
}

func TestWelcome(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		r.Event(map[string]any{"type": "member_joined_channel", "user": slacktest.BotUser, "channel": "C1", "event_ts": "946684801.1"})
		r.Event(map[string]any{"type": "member_joined_channel", "user": "U1", "channel": "C2", "event_ts": "946684801.2"})
		r.Event(map[string]any{"type": "assistant_thread_started", "event_ts": "946684801.3", "assistant_thread": map[string]any{"user_id": "U1", "channel_id": "D1", "thread_ts": "946684801.3"}})
		r.Say("C3", "U1", slacktest.Mention(""), "")
		bot := slacktest.Spoken("message", "D2", "U5", "我是机器人？", "946684801.4", "")
		bot["bot_id"] = "B5"
		r.Event(bot)
		r.Event(slacktest.Spoken("message", "D2", "USLACKBOT", "提醒？", "946684801.5", ""))
		odd := slacktest.Spoken("message", "D2", "U1", "改了主题？", "946684801.6", "")
		odd["subtype"] = "channel_topic"
		r.Event(odd)
		r.settle(10 * time.Second)
		for _, c := range []string{"C1", "C3"} {
			wantAll(t, r.one(c).Everything(), "我根据研报回答问题", "• 星河智能的目标价是多少？")
		}
		if got := append(r.Said("C2"), r.Said("D2")...); len(got) > 0 {
			t.Errorf("answered what was not asked: %+v", got)
		}
		wantAll(t, r.one("D1").Text, "我根据研报回答问题")
		r.Event(map[string]any{"type": "assistant_thread_context_changed", "event_ts": "946684801.4", "assistant_thread": map[string]any{"user_id": "U1", "channel_id": "D1", "thread_ts": "946684801.3"}})
		r.settle(time.Second)
		r.one("D1")
		if p := r.Prompts(); len(p) != 2 {
			t.Errorf("prompts: %v", p)
		}
		r.Say("D1", "U1", question, "946684801.3")
		r.settle(10 * time.Second)
		r.Say("D1", "U1", "评级呢", "946684801.3")
		r.settle(10 * time.Second)
		if c := r.Calls("assistant.threads.setTitle"); len(c) != 1 || c[0].Form.Get("title") != question {
			t.Errorf("titles: %+v", c)
		}
		r.unfinished(0)
	})
}

// An agent's conversation is opened again and again: its questions are brought
// up to date each time, without a thread, hello is said once.
func TestAgent(t *testing.T) {
	inSlack(t, public, threeClaims(), func(t *testing.T, r *rig) {
		home := func(channel, user, tab string, n int) {
			r.Event(map[string]any{"type": "app_home_opened", "user": user, "channel": channel, "tab": tab, "event_ts": fmt.Sprintf("946684801.%d", n)})
			r.settle(5 * time.Second)
		}
		home("D1", "U1", "home", 1)
		if got := r.Calls(""); len(r.Said("D1")) > 0 || slices.ContainsFunc(got, func(c slacktest.Call) bool { return strings.HasPrefix(c.Method, "assistant") }) {
			t.Errorf("the home tab is none of ours: %+v", got)
		}
		home("D1", "U1", "messages", 2)
		home("D1", "U1", "messages", 3)
		home("D2", "U2", "messages", 4)
		for _, d := range []string{"D1", "D2"} {
			if m := r.one(d); m.Thread != "" {
				t.Errorf("%s: greeted in the thread %q", d, m.Thread)
			}
			wantAll(t, r.one(d).Everything(), "我根据研报回答问题")
		}
		all := r.Calls("assistant.threads.setSuggestedPrompts")
		if len(all) != 3 {
			t.Errorf("prompts set %d times, want 3", len(all))
		}
		for _, c := range all {
			if c.Form.Has("thread_ts") || c.Error != "" {
				t.Errorf("prompts: %v, %s", c.Form, c.Error)
			}
		}
		r.Say("D1", "U1", question, "")
		r.settle(10 * time.Second)
		if m := r.Said("D1")[1]; m.Thread == "" {
			t.Error("a question in a conversation is the root of a thread; it was answered outside of it")
		}
		r.unfinished(0)
	})
}

// Whoever asks hears something: of trouble, of the line, of too much.
func TestNeverSilent(t *testing.T) {
	b := &scripted{err: fmt.Errorf("the search is broken")}
	inSlack(t, public, b, func(t *testing.T, r *rig) {
		ts, _ := r.Say("C1", "U1", slacktest.Mention(question), "")
		r.Command("/ask", "C2", "U1", question)
		r.settle(20 * time.Second)
		wantAll(t, r.one("C1").Everything(), "没有得到回答", "C1-"+ts)
		wantAll(t, r.log.String(), "C1-"+ts, "the search is broken")
		wantAll(t, r.one("C2").Everything(), "没有得到回答")
	})
	slow := &scripted{claims: []string{"答%s"}, every: 30 * time.Second}
	inSlack(t, public, slow, func(t *testing.T, r *rig) {
		r.stop()
		r.start(r.bot, slack.Options{AppToken: slacktest.AppToken, Workers: 1, Queue: 2})
		var ts []string
		for n := range 4 {
			at, _ := r.Say(fmt.Sprint("C", n), "U1", slacktest.Mention("问？"), "")
			ts = append(ts, at)
			r.settle(2 * time.Second)
		}
		wantAll(t, r.Marks()["C1/"+ts[1]], "下一个")
		wantAll(t, r.Marks()["C2/"+ts[2]], "第 2 位")
		wantAll(t, r.one("C3").Everything(), "等待回答的问题太多")
		r.settle(2 * time.Minute)
		for n := range 3 {
			wantAll(t, r.one(fmt.Sprint("C", n)).Everything(), "答问？")
		}
		r.unfinished(0)
	})
}

// A refusal says what was searched and what comes nearest.
func TestRefusal(t *testing.T) {
	b := &scripted{claims: []string{"已入库的研报没有回答这个问题。"}, change: func(m bot.Message, r *bot.Reply) {
		r.Answer.Status, r.Answer.Claims = answer.Abstained, nil
		r.Answer.Nearest = []report.Header{{ID: "r1", Title: "甲<乙>", Publisher: "青岚证券", Published: "2026-01-02"}}
		r.Answer.Usage.Withheld = 2
		r.Question = "星河智能的评级是什么？"
	}}
	inSlack(t, public, b, func(t *testing.T, r *rig) {
		r.Say("C1", "U1", slacktest.Mention("评级呢"), "")
		r.settle(20 * time.Second)
		m := r.one("C1")
		wantAll(t, m.Everything(), "没有回答这个问题", "最接近的研报", "青岚证券 《甲&lt;乙&gt;》 2026-01-02", "理解为：星河智能的评级是什么？", "2 句未通过核对")
		if !m.Has("wider") || !m.Has("feedback") || m.Has("passages") {
			t.Error("buttons")
		}
	})
}
