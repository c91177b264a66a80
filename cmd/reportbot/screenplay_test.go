package main

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing/synctest"
	"time"

	"reportbot/bot/answer"
	"reportbot/bot/slack/slacktest"
	"reportbot/prompts"
)

// screens are conversations, one a file.
var screens = []struct {
	name  string
	model answer.Chat // nil: answers are quotes
	play  func(o *office)
}{
	{"answer", nil, func(o *office) {
		ts := o.ask("C-research", "Lin", "星河智能的目标价是多少？", "")
		o.Say("C-research", "Lin", "它的评级呢", ts) // no mention in a thread that was answered in
		o.wait()
		o.ask("C-research", "Lin", "有哪些风险？", ts)
		o.look("C-research")
	}},
	{"summary", nil, func(o *office) {
		o.ask("C-research", "Lin", "总结一下星河智能的研报要点", "")
		o.look("C-research")
		o.press("C-research", "Lin", "sources", "全部来源")
		o.modal()
		o.press("C-research", "Lin", "passages", "查看原文段落")
		o.modal()
	}},
	{"wider", nil, func(o *office) {
		o.ask("C-research", "Lin", "青岚证券对澜海储能2025年出货量的预测是多少？", "")
		o.press("C-research", "Lin", "wider", "扩大范围再找")
		o.look("C-research")
	}},
	{"refusal", nil, func(o *office) {
		o.ask("C-research", "Lin", "溪谷光学的食堂今天有什么菜？", "")
		o.ask("C-research", "Lin", "星河智能的董事长今年多大年纪？", "")
		o.ask("C-research", "Lin", "What was FarSail's electricity bill in 2019?", "")
		o.look("C-research")
	}},
	{"greeting", nil, func(o *office) {
		o.ask("C-research", "Lin", "", "")
		o.ask("C-research", "Lin", "谢谢", "")
		o.ask("D-Lin", "Lin", "hello", "")
		o.command("/help", "C-research", "Lin", "")
		o.look("C-research")
		o.look("D-Lin")
	}},
	{"invited", nil, func(o *office) {
		o.Event(map[string]any{"type": "member_joined_channel", "user": slacktest.BotUser, "channel": "C-research", "event_ts": "1.1"})
		o.wait()
		o.look("C-research")
	}},
	{"assistant", nil, func(o *office) {
		o.Event(map[string]any{"type": "assistant_thread_started", "event_ts": "1.2", "assistant_thread": map[string]any{"user_id": "Lin", "channel_id": "D-Lin", "thread_ts": "1.1"}})
		o.wait()
		o.ask("D-Lin", "Lin", "望江证券给星河智能的评级是什么？", "1.1")
		o.look("D-Lin")
	}},
	{"report", nil, func(o *office) {
		o.command("/report", "C-research", "Lin", "青岚 上周")
		o.command("/report", "C-research", "Lin", "青岚 近三个月")
		o.command("/report", "C-research", "Lin", "")
		o.look("C-research")
	}},
	{"ticker", nil, func(o *office) {
		o.command("/ticker", "C-open", "Lin", "星河智能")
		o.command("/ticker", "C-open", "Lin", "平安")
		o.command("/ticker", "C-open", "Lin", "宁德时代 望江")
		o.command("/ticker", "C-open", "Lin", "没有这家公司")
		o.look("C-open")
	}},
	{"digest", nil, func(o *office) {
		o.command("/digest", "C-research", "Lin", "订阅 工作日 08:30 澜海储能")
		o.command("/digest", "C-research", "Lin", "subscribe weekly Mon 25:00 Europe/London")
		o.command("/digest", "C-research", "Lin", "subscribe daily 08:30 Asia/Beijing")
		o.command("/digest", "C-research", "Lin", "列表")
		o.command("/digest", "C-research", "Lin", "预览")
		o.command("/digest", "C-research", "Lin", "删除 1")
		o.look("C-research")
	}},
	{"ask", nil, func(o *office) {
		o.command("/ask", "C-research", "Lin", "澜海储能的目标价是多少？")
		o.press("C-research", "Lin", "share", "在此分享")
		o.look("C-research")
	}},
	{"private", nil, func(o *office) {
		o.command("/ask", "C-research", "Lin", "云栖算力的单卡租赁毛利率是多少？") // no report that the channel may see tells
		o.look("C-research")
		o.press("C-research", "Lin", "share", "在此分享")
		o.look("C-research")
	}},
	{"english", nil, func(o *office) {
		ts := o.ask("C-research", "Lin", "What is the target price of FarSail?", "")
		o.ask("C-research", "Lin", "and the rating?", ts)
		o.ask("C-research", "Lin", "What are the risks for Zenquix?", "")
		o.ask("C-research", "Lin", "What is the target price of 星河智能?", "")
		o.look("C-research")
	}},
	{"figures", nil, func(o *office) {
		o.ask("C-research", "Lin", "星河智能2026年归母净利润预测是多少？", "")
		o.ask("C-research", "Lin", "各家机构对星河智能的评级和目标价分别是多少？", "")
		o.ask("C-research", "Lin", "最近有哪些研报？", "")
		o.look("C-research")
	}},
	{"forbidden", nil, func(o *office) {
		o.ask("C-closed", "Lin", "星河智能的目标价是多少？", "")
		o.command("/ask", "C-closed", "Lin", "星河智能的目标价是多少？")
		o.look("C-closed")
	}},
	{"busy", &actor{takes: time.Minute}, func(o *office) {
		for _, who := range []string{"Lin", "Wei", "Su"} {
			o.Say("C-research", who, slacktest.Mention("星河智能有哪些风险？"), "")
			synctest.Wait() // the first is being answered before the next comes
		}
		o.wait()
		o.look("C-research")
	}},
	{"model", fluent, func(o *office) {
		ts := o.ask("C-research", "Lin", "青岚证券为什么上调星河智能的评级？", "")
		o.ask("C-research", "Lin", "望江证券呢？", ts)
		o.look("C-research")
		o.press("C-research", "Lin", "passages", "查看原文段落")
		o.modal()
	}},
	{"model-down", &actor{err: errors.New("connection refused")}, func(o *office) {
		o.ask("C-research", "Lin", "星河智能有哪些风险？", "")
		o.ask("C-research", "Lin", "青岚证券为什么上调星河智能的评级？", "")
		o.look("C-research")
	}},
}

// actor is a model that says what it was told to, each sentence with the number
// of the passage that holds the words behind it; without sentences it has no
// answer. Follow-ups it rewrites as it was told.
type actor struct {
	sentences []sentence
	rewrite   string
	takes     time.Duration // before the first word
	err       error
}

type sentence struct{ text, from string }

var fluent = &actor{
	rewrite: "望江证券为什么下调星河智能的评级？",
	sentences: []sentence{
		{"青岚证券将星河智能评级由“增持”上调至“买入”，目标价由38.60元上调至46.80元", "评级由“增持”上调至“买入”"},
		{"上调的理由是软件业务的兑现速度快于预期，海外定点打开了第二增长空间", "软件业务的兑现速度快于预期"},
		{"公司2026年软件收入将达到9.9亿元", "软件收入目标"}, // nobody says so
		{"望江证券将评级由“增持”下调至“中性”", "评级由“增持”下调至“中性”"},
		{"望江证券预计公司2026年实际出货365万套", "预计实际出货365万套"},
	},
}

var fenced = regexp.MustCompile(`(?s)<\S+ (\d+)>\n(.*?)\n</`)

// Ask makes actor an answer.Chat.
func (s *actor) Ask(ctx context.Context, p prompts.Prompt, say func(string)) (answer.Said, error) {
	select {
	case <-time.After(s.takes):
	case <-ctx.Done():
		return answer.Said{}, ctx.Err()
	}
	if s.err != nil {
		return answer.Said{}, s.err
	}
	if strings.Contains(p.User, "追问：") {
		return answer.Said{Text: s.rewrite, Model: "scripted"}, nil
	}
	text := ""
	for _, x := range s.sentences {
		for _, m := range fenced.FindAllStringSubmatch(p.User, -1) {
			if strings.Contains(m[2], x.from) {
				n, _ := strconv.Atoi(m[1]) // digits
				one := x.text + "。[" + strconv.Itoa(n) + "]"
				text += one
				say(one)
				time.Sleep(2 * time.Second)
				break
			}
		}
	}
	return answer.Said{Text: text, Model: "scripted", PromptTokens: 11, CompletionTokens: 7}, nil
}
