package bot

import (
	"context"
	"regexp"
	"strings"
	"unicode"

	"reportbot/bot/answer"
	"reportbot/ingest/report"
)

var (
	asksHelp = regexp.MustCompile(`(?i)^[/\s]*(?:help|usage|\?|？|帮助|使用说明|说明|怎么用|如何使用|你是谁|你能(?:做|干)(?:什么|啥)|(?:你)?会(?:什么|啥)|who are you|what (?:can|do) you do|how (?:do i|to) use (?:this|you|it))[\s？?。.！!~]*$`)
	// closing is what ends a conversation, or only takes note of an answer
	closing = regexp.MustCompile(`(?i)^(?:(?:谢谢(?:你|您|啦|了)?|多谢|感谢|辛苦了|好的?|行|嗯+|哦+|收到|明白了?|知道了|了解了?|没事了?|再见|ok(?:ay)?|thanks?(?: you)?(?: (?:a lot|so much|very much))?|thx|got it|great|nice|cool|bye|i see)(?:$|[，,。.！!~、\s]+))+$`)
)

// SmallTalk reports whether a message asks for nothing: a greeting, thanks, a
// nod. Whoever did not write it to the bot wants no reply.
func SmallTalk(s string) bool { return isSmallTalk(s) }

// kind is what a message turns out to want.
func kind(m Message) Kind {
	text := strings.TrimSpace(m.Text)
	switch {
	case m.Kind == Question && (text == "" || isSmallTalk(text)), asksHelp.MatchString(text):
		return Help
	}
	return m.Kind
}

// help says what can be asked here; after thanks it does not introduce itself.
// It is no answer from the reports, so its status is Abstained, or Unavailable
// where there are none.
func (b *Bot) help(ctx context.Context, m Message, r *Reply, reports []*report.Report) {
	r.Suggestions = b.suggest(ctx, m.Scope, r.Lang, reports)
	a := &r.Answer
	a.Status, a.Reason.Code = answer.Abstained, "help"
	if len(reports) == 0 {
		a.Status = answer.Unavailable
	}
	if closing.MatchString(strings.TrimSpace(m.Text)) {
		a.Text = Welcome(r.Lang)
		return
	}
	a.Text = Introduction(r.Lang, answer.Covers(reports, r.Lang))
}

// language is what a message is answered in where it does not say so itself: that
// of most reports.
func language(m Message, reports []*report.Report) string {
	switch {
	case m.Lang != "":
		return m.Lang
	case strings.ContainsFunc(m.Text, unicode.IsLetter):
		return answer.Language(m.Text)
	}
	zh := 0
	for _, r := range reports {
		if r.Language == "zh" {
			zh++
		}
	}
	if 2*zh >= len(reports) {
		return "zh"
	}
	return "en"
}
