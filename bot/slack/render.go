package slack

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/ingest/report"
)

// Slack's limits, and ours below them, in characters. Slack takes 12,000 of
// markdown, 3,000 in a section, 50 blocks and about 13,200 in all blocks of a
// message: 7,000 of text leave room for six sources and what stands under them.
const (
	mostSection = 2500 // of Slack's 3,000: word joiners come on top
	mostText    = 7000
	mostSources = 6   // shown in the message; more fold into a modal
	mostQuote   = 240 // of a source in the message
	mostTitle   = 120
)

// closing is what stands under the text of an answer.
type closing struct {
	lang    string
	reply   bot.Reply
	answer  string // ID for the buttons; "" for none
	event   string // ID the log has
	asked   string // shown above the text where the question stands nowhere else
	private bool   // only the asker sees it
	share   bool   // the channel may be given what it may see
	widened string // the question that was searched again wider, "" for none
	notice  bot.Notice
}

func say(lang, zh, en string) string {
	if lang == "zh" {
		return zh
	}
	return en
}

// mrkdwn is a text that is already escaped. Verbatim: Slack looks for no
// addresses or channels in it.
func mrkdwn(s string) *slack.TextBlockObject {
	return &slack.TextBlockObject{Type: slack.MarkdownType, Text: s, Verbatim: true}
}

func section(s string) slack.Block { return slack.NewSectionBlock(mrkdwn(s), nil, nil) }

func plain(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, bare(s), false, false)
}

// sections writes a text as sections.
func sections(s string) []slack.Block {
	var out []slack.Block
	for _, part := range split(s, mostSection) {
		if part != "" {
			out = append(out, section(escape(part)))
		}
	}
	return out
}

// head are the blocks above the text.
func (c closing) head() []slack.Block {
	if c.asked == "" {
		return nil
	}
	return []slack.Block{slack.NewContextBlock("", mrkdwn(say(c.lang, "问：", "Asked: ")+escape(trim(c.asked, 400))))}
}

// blocks are those under the text. buttons is false where Slack did not take
// them.
func (c closing) blocks(buttons bool) []slack.Block {
	var out []slack.Block
	a := c.reply.Answer
	for _, s := range sources(a.Citations[:min(len(a.Citations), mostSources)], c.lang, mostQuote) {
		out = append(out, section(s))
	}
	if len(a.Citations) == 0 && len(a.Nearest) > 0 {
		out = append(out, section(nearest(a.Nearest, c.lang)))
	}
	if lines := suggestions(c.reply.Suggestions, c.lang); lines != "" {
		out = append(out, section(lines))
	}
	if n := c.notes(); len(n) > 0 {
		out = append(out, slack.NewContextBlock("", mrkdwn(strings.Join(n, "\n"))))
	}
	if c.answer == "" || !buttons {
		return out
	}
	if row := c.buttons(); len(row) > 0 {
		out = append(out, slack.NewActionBlock("", row...))
	}
	if c.reply.Card != nil {
		return out
	}
	return append(out, slack.NewContextActionsBlock("", slack.NewFeedbackButtonsBlockElement(actFeedback,
		slack.NewFeedbackButton(plain(say(c.lang, "有用", "Helpful")), "+"+c.answer).WithAccessibilityLabel(say(c.lang, "这个回答有用", "This answer is helpful")),
		slack.NewFeedbackButton(plain(say(c.lang, "没用", "Not helpful")), "-"+c.answer).WithAccessibilityLabel(say(c.lang, "这个回答没用", "This answer is not helpful")))))
}

func (c closing) buttons() []slack.BlockElement {
	var out []slack.BlockElement
	add := func(id, text string) {
		out = append(out, slack.NewButtonBlockElement(id, c.answer, plain(text)))
	}
	if n := len(c.reply.Answer.Citations); n > mostSources {
		add(actSources, say(c.lang, fmt.Sprintf("全部 %d 个来源", n), fmt.Sprintf("All %d sources", n)))
	}
	if len(c.reply.Answer.Citations) > 0 {
		add(actPassages, say(c.lang, "查看原文段落", "Show passages"))
	}
	if c.reply.Kind == bot.Question && c.widened == "" {
		add(actWider, say(c.lang, "扩大范围再找", "Search again wider"))
	}
	if c.share && c.reply.Card != nil {
		add(actShareOut, say(c.lang, "在此分享", "Share here"))
	} else if c.share {
		add(actShare, say(c.lang, "在此分享", "Share here"))
	}
	return append(out, c.offers()...)
}

// notes are the small lines at the end.
func (c closing) notes() []string {
	a := c.reply.Answer
	var out []string
	if q := c.widened; q != "" {
		out = append(out, say(c.lang, "已扩大范围再找：", "Searched again wider: ")+escape(trim(q, 400)))
	}
	if q := c.reply.Question; q != "" {
		out = append(out, say(c.lang, "理解为：", "Understood as: ")+escape(trim(q, 400)))
	}
	switch {
	case a.Usage.Spent && !written(a): // else it was not asked for more
		out = append(out, escape(bot.Spent(c.lang)))
	case silent(a):
		out = append(out, escape(bot.ModelDown(c.lang, c.event)))
	case a.Status != answer.Answered:
	case a.Reason.Code == "no_model", a.Reason.Code == "" && ownWords(a):
		out = append(out, escape(bot.Quoted(c.lang)))
	case a.Reason.Code != "" && a.Reason.Text != "" && !strings.Contains(a.Text, a.Reason.Text):
		out = append(out, escape(trim(a.Reason.Text, 400)))
	}
	if n := a.Usage.Withheld; n > 0 {
		out = append(out, say(c.lang, fmt.Sprintf("另有 %d 句未通过核对，没有发布。", n), fmt.Sprintf("%d sentence(s) did not pass the check and were left out.", n)))
	}
	if c.private {
		out = append(out, say(c.lang, "只有你能看到这个回答。", "Only you can see this answer."))
	}
	if c.card() != nil && c.private {
		out = append(out, say(c.lang, "走势图不能只给一个人看；在与我的私信中用 /ticker 可以看到。", "A chart cannot be shown to one person alone; /ticker in a direct message with me has it."))
	}
	if n := c.notice.Under(c.reply); n != "" {
		out = append(out, escape(n))
	}
	return out
}

// silent reports whether a model was asked and nothing came of it.
func silent(a answer.Answer) bool {
	return len(a.Record.Prompts) > 0 && len(a.Record.Sentences) == 0 && a.Usage.CompletionTokens == 0 && len(a.Notes) > 0
}

// ownWords reports whether a model was asked and none of its sentences is in
// the answer.
func ownWords(a answer.Answer) bool {
	return len(a.Record.Prompts) > 0 && !written(a)
}

// written reports whether a sentence of the model's is in the answer.
func written(a answer.Answer) bool {
	return slices.ContainsFunc(a.Record.Sentences, func(j answer.Judged) bool {
		return j.Outcome == answer.Posted || j.Outcome == answer.Remarked
	})
}

// sources are the lines of citations, in their order. The second of a report
// names the first instead of its title: a list that says one title four times
// hides what differs.
func sources(all []report.Citation, lang string, quote int) []string {
	var out []string
	first := map[string]int{} // N by report
	for _, k := range all {
		n, ok := first[k.Report.ID]
		if !ok || k.Report.ID == "" || n == 0 {
			first[k.Report.ID] = k.N
			out = append(out, source(k, lang, quote))
			continue
		}
		line := fmt.Sprintf("[%d] %s", k.N, say(lang, fmt.Sprintf("同 [%d]", n), fmt.Sprintf("Same report as [%d]", n)))
		if at := where(k, lang); at != "" {
			line += say(lang, "，", ", ") + escape(at)
		}
		out = append(out, line+quoted(k, quote))
	}
	return out
}

// source is the line of a citation with its quote under it.
func source(k report.Citation, lang string, quote int) string {
	parts := []string{}
	for _, p := range []string{headline(k.Report, lang), where(k, lang)} {
		if p != "" {
			parts = append(parts, escape(p))
		}
	}
	out := strings.Join(parts, " ")
	if k.N > 0 {
		out = "[" + strconv.Itoa(k.N) + "] " + out
	}
	if isTitle(k) { // it says nothing new
		return out
	}
	return out + quoted(k, quote)
}

// isTitle reports whether the quote is the report's title or a line of it, as
// where reports are listed.
func isTitle(k report.Citation) bool {
	bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
	return strings.Contains(bare(trim(k.Report.Title, mostTitle)), bare(k.Quote))
}

// quoted is the quote of a citation on a line of its own, "" where there is
// none.
func quoted(k report.Citation, most int) string {
	q := strings.Join(strings.Fields(k.Quote), " ")
	if q == "" {
		return ""
	}
	q, cut := clipped(q, most)
	if q == "" {
		return ""
	}
	more := ""
	if cut || k.Cut {
		more = "…" // outside: it is none of the report's words
	}
	return "\n“" + escape(q) + "”" + more
}

// clipped is the beginning of a quote that costs at most so much.
func clipped(q string, most int) (string, bool) {
	out := report.Shorten(q, most)
	for cost(out) > most {
		out = report.Shorten(out, utf8.RuneCountInString(out)*most/cost(out))
	}
	return out, out != q
}

// headline is whose a report is, its title and its day; what is not known of it
// is said, too.
func headline(h report.Header, lang string) string {
	by, day := cmp.Or(h.Publisher, say(lang, "机构不详", "House unknown")), cmp.Or(h.Published, say(lang, "日期不详", "undated"))
	return trim(by, mostTitle) + " " + title(h, lang) + " " + trim(day, mostTitle)
}

// title is a report's title in the marks of the language spoken.
func title(h report.Header, lang string) string {
	t := trim(h.Title, mostTitle)
	return say(lang, "《"+t+"》", "“"+t+"”")
}

// where is the place of a citation in its report.
func where(k report.Citation, lang string) string {
	var out []string
	if s := strings.TrimSpace(k.SectionNumber + " " + k.SectionTitle); s != "" {
		out = append(out, "§"+trim(s, 60))
	}
	if k.Page > 0 {
		p := say(lang, fmt.Sprintf("第%d页", k.Page), fmt.Sprintf("p. %d", k.Page))
		if k.PageLabel != "" {
			p += say(lang, "（印作 "+k.PageLabel+"）", " (printed "+k.PageLabel+")")
		}
		out = append(out, p)
	}
	return strings.Join(out, " ")
}

func nearest(all []report.Header, lang string) string {
	out := []string{say(lang, "最接近的研报：", "Nearest reports:")}
	for _, h := range all[:min(len(all), 3)] {
		out = append(out, "• "+escape(headline(h, lang)))
	}
	return strings.Join(out, "\n")
}

func suggestions(all []string, lang string) string {
	if len(all) == 0 {
		return ""
	}
	out := []string{tryThese(lang)}
	for _, q := range all {
		out = append(out, "• "+escape(trim(q, 200)))
	}
	return strings.Join(out, "\n")
}

// tryThese leads questions to begin with.
func tryThese(lang string) string { return say(lang, "可以这样问：", "Try one of these:") }

// plainly is the closing without blocks, for where Slack takes none.
func (c closing) plainly() string {
	out := sources(c.reply.Answer.Citations, c.lang, mostQuote)
	if len(c.reply.Answer.Citations) == 0 && len(c.reply.Answer.Nearest) > 0 {
		out = append(out, nearest(c.reply.Answer.Nearest, c.lang))
	}
	if s := suggestions(c.reply.Suggestions, c.lang); s != "" {
		out = append(out, s)
	}
	return strings.Join(append(out, c.notes()...), "\n")
}
