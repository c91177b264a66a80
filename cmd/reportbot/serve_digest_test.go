package main

import (
	"strings"
	"testing"

	"reportbot/bot/slack/slacktest"
)

// heard are the bot's messages in a channel that hold some words; those that
// one user sees alone, or those that everybody does.
func (d *desk) heard(channel, words string, alone bool) (n int) {
	for _, m := range d.slack.Said(channel) {
		if strings.Contains(m.Everything(), words) && (m.To != "") == alone {
			n++
		}
	}
	return n
}

// A channel subscribes and is told what comes from then on, once, also over a
// restart.
func TestServeDigests(t *testing.T) {
	d := newDesk(t)
	d.model.reply = func() string {
		return "海外客户二季度放量[1]。我们预计星河智能2026年收入增长31.5%[1]。预计毛利率达到99%[1]。"
	}
	s := d.serve()
	d.slack.Command("/digest", "C1", "U1", "订阅 工作日 08:30")
	until(t, "the subscription", func() bool { return d.heard("C1", "已订阅（编号 1）", true) == 1 })
	write(t, d.dir, "in/b.md", "# 星河智能点评\n\n青岚证券 2026-04-03\n\n## 投资要点\n\n我们预计星河智能（999230.SZ）2026年收入增长31.5%，毛利率改善。海外客户二季度放量。\n")
	until(t, "the new report", func() bool { return strings.Contains(s.text(), "b.md") })
	d.slack.Command("/digest", "C1", "U1", "now")
	until(t, "the digest", func() bool { return d.heard("C1", "2026年收入增长31.5%", false) == 1 })
	if d.heard("C1", "要点由语言模型概括", false) != 1 || d.heard("C1", "99%", false) > 0 {
		t.Errorf("the model's sentences are not there, or one that the report does not bear: %+v", d.slack.Said("C1"))
	}
	if n := d.heard("C1", "91.3%", false); n > 0 {
		t.Error("the digest tells of what was there before")
	}
	s.end()
	s = d.serve()
	defer s.end()
	d.slack.Command("/digest", "C1", "U1", "list")
	until(t, "the list", func() bool { return d.heard("C1", "weekdays (Monday to Friday) at 08:30", true) == 1 })
	d.slack.Command("/digest", "C1", "U1", "now")
	until(t, "that there is nothing", func() bool { return d.heard("C1", "no new reports since", true) == 1 })
	if n := d.heard("C1", "2026年收入增长31.5%", false); n != 1 {
		t.Errorf("the digest stands there %d times", n)
	}
	if log := s.text(); strings.Contains(log, "收入增长") || strings.Contains(log, slacktest.BotToken) {
		t.Errorf("the log holds what it must not:\n%s", log)
	}
}
