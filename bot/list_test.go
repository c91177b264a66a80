package bot_test

import (
	"strings"
	"testing"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// Filters in plain words list the reports that meet them, each cited, with what
// was understood; where none does, which filter fails.
func TestReports(t *testing.T) {
	d := newDesk(t)
	b := bot.New(d.answerer(), d, nil, bot.Options{})
	for _, c := range []struct {
		text    string
		scope   retrieval.Scope
		status  answer.Status
		lead    string // of the text
		reports string // dates of those listed
	}{
		{"", both, answer.Answered, "已入库的研报共 7 篇（3 家机构）：", "2026-11-09 2026-10-16 2026-09-02 2026-05-12 2026-04-20 2026-03-26 2025-10-30"},
		{"", public, answer.Answered, "已入库的研报共 5 篇（3 家机构）：", "2026-11-09 2026-10-16 2026-09-02 2026-04-20 2026-03-26"},
		{"青岚", both, answer.Answered, "已入库的研报中符合“青岚证券”的有 2 篇（1 家机构）：", "2026-10-16 2026-03-26"},
		{"望江、储能", both, answer.Answered, "已入库的研报中符合“望江证券”“提到储能”的有 1 篇：", "2026-04-20"},
		{"买入 储能", both, answer.Answered, "已入库的研报中符合“评级买入”“提到储能”的有 1 篇：", "2026-10-16"},
		{"7月以来 下调", both, answer.Answered, "已入库的研报中符合“评级下调”“2026-07-01 至 2026-11-23”的有 2 篇（2 家机构）：", "2026-11-09 2026-09-02"},
		{"毛利率 星河智能", both, answer.Answered, "已入库的研报中符合“星河智能”“提到毛利率”的有 2 篇（2 家机构）：", "2026-09-02 2026-03-26"},
		{"Beichen underweight since May", both, answer.Answered, "There is 1 report from Beichen International rated Underweight published from 2026-05-01 to 2026-11-23:", "2026-05-12"},
		{"Beichen downgrades since July", both, answer.Answered, "There is 1 report from Beichen International with the rating lowered published from 2026-07-01 to 2026-11-23:", "2026-11-09"},
		{"望江 卖出", public, answer.Answered, "已入库的研报没有符合“评级卖出”的；不限“评级卖出”，符合“望江证券”的最新研报：", "2026-09-02 2026-04-20"},
		{"兴业 上周 增持 算力", public, answer.Answered, "已入库的研报中，“评级增持”“提到兴业”“2026-11-16 至 2026-11-22”都没有一篇符合；不限“评级增持”“提到兴业”“2026-11-16 至 2026-11-22”，符合“提到算力”的最新研报：", "2026-04-20"},
		{"Zenquix", public, answer.Abstained, "There is no report mentioning zenquix (most reports are in Chinese).", ""}, // it is the desk's
		{"火星移民", both, answer.Abstained, "已入库的研报没有符合“提到火星移民”的。", ""},
		{"算力", nil, answer.Unavailable, "", ""},
	} {
		var posted []string
		m := bot.Message{Kind: bot.Reports, Text: c.text, Scope: c.scope, Now: noon, Post: func(c answer.Claim, _ []report.Citation) { posted = append(posted, c.Marked()) }}
		r, err := b.Handle(t.Context(), m)
		if err != nil {
			t.Fatal(err)
		}
		if r.Kind != bot.Reports || r.Answer.Status != c.status || !strings.HasPrefix(r.Answer.Text, c.lead) || r.Answer.Status == answer.Answered && strings.Join(posted, "\n") != r.Answer.Text {
			t.Errorf("%q: %s %s\n%s\nwant %s\n%s\nposted %q", c.text, r.Kind, r.Answer.Status, r.Answer.Text, c.status, c.lead, posted)
		}
		var dates []string
		for i, claim := range r.Answer.Claims {
			if len(claim.Citations) == 0 {
				t.Errorf("%q: nothing is cited for %q", c.text, claim.Text)
			}
			if i > 0 {
				dates = append(dates, claim.Text[:len("2026-11-09")])
			}
		}
		if got := strings.Join(dates, " "); got != c.reports {
			t.Errorf("%q lists %s, want %s", c.text, got, c.reports)
		}
	}
}
