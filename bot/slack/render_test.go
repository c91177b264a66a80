package slack

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/bot"
	"reportbot/bot/answer"
	"reportbot/ingest/report"
)

// Each citation says where its words stand; a report's title is said once.
func TestSources(t *testing.T) {
	at := func(n int, id, title, section, quote string, page int) report.Citation {
		return report.Citation{N: n, Report: report.Header{ID: id, Publisher: "青岚证券", Title: title, Published: "2026-03-26"}, SectionTitle: section, Page: page, Quote: quote}
	}
	all := []report.Citation{
		at(1, "a", "甲", "要点", "目标价 <36> 元", 2), at(2, "b", "乙", "", "评级：中性", 0), at(3, "a", "甲", "风险 & 其他", "年降压力", 3), at(4, "b", "乙", "", "增持", 0),
	}
	for lang, want := range map[string][]string{
		"zh": {"[1] 青岚证券 《甲》 2026-03-26 §要点 第2页\n“目标价 &lt;36&gt; 元”", "[2] 青岚证券 《乙》 2026-03-26\n“评级：中性”", "[3] 同 [1]，§风险 &amp; 其他 第3页\n“年降压力”", "[4] 同 [2]\n“增持”"},
		"en": {"[1] 青岚证券 “甲” 2026-03-26 §要点 p. 2\n“目标价 &lt;36&gt; 元”", "[2] 青岚证券 “乙” 2026-03-26\n“评级：中性”", "[3] Same report as [1], §风险 &amp; 其他 p. 3\n“年降压力”", "[4] Same report as [2]\n“增持”"},
	} {
		if diff := cmp.Diff(want, sources(all, lang, mostQuote)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", lang, diff)
		}
	}
}

// A quote that only repeats the title above it is left out; one that says more
// is not.
func TestTitleQuoted(t *testing.T) {
	for quote, want := range map[string]string{
		"三季报点评： 上调至买入":  "[1] 青岚证券 《三季报点评：上调至买入》 日期不详",
		"上调至买入":         "[1] 青岚证券 《三季报点评：上调至买入》 日期不详",
		"上调至买入，目标价36元。": "[1] 青岚证券 《三季报点评：上调至买入》 日期不详\n“上调至买入，目标价36元。”",
	} {
		k := report.Citation{N: 1, Report: report.Header{Publisher: "青岚证券", Title: "三季报点评：上调至买入"}, Quote: quote}
		if got := source(k, "zh", mostQuote); got != want {
			t.Errorf("%q: got %q, want %q", quote, got, want)
		}
	}
}

// Under an answer stands who wrote it, for those who ask, not for who runs the
// bot: nothing of settings.
func TestWhoWrote(t *testing.T) {
	const down, quoted = "语言模型暂时无法使用", "以上为研报原文摘录。"
	asked := answer.Record{Prompts: []string{"answer-1"}}
	judged := func(o answer.Outcome) answer.Record {
		return answer.Record{Prompts: asked.Prompts, Sentences: []answer.Judged{{Outcome: o}}}
	}
	advice := answer.Reason{Code: "no_model", Text: "设置 OPENAI_API_KEY"}
	for _, c := range []struct {
		why  string
		a    answer.Answer
		want string
	}{
		{"no model", answer.Answer{Status: answer.Answered, Reason: advice}, quoted},
		{"no model, and the search had trouble", answer.Answer{Status: answer.Answered, Reason: advice, Notes: []string{"no vectors"}}, quoted},
		{"the model failed", answer.Answer{Status: answer.Answered, Record: asked, Notes: []string{"refused"}}, down},
		{"the model failed, and the words do not answer", answer.Answer{Status: answer.Abstained, Record: asked, Notes: []string{"refused"}}, down},
		{"nothing of the model stood up", answer.Answer{Status: answer.Answered, Record: judged(answer.Withheld), Notes: []string{"none"}}, quoted},
		{"the model answered", answer.Answer{Status: answer.Answered, Record: judged(answer.Posted)}, ""},
		{"the model refused", answer.Answer{Status: answer.Abstained, Record: asked, Usage: answer.Usage{CompletionTokens: 3}}, ""},
	} {
		got := strings.Join(closing{lang: "zh", event: "E1", reply: bot.Reply{Answer: c.a}}.notes(), "\n")
		if strings.Contains(got, "OPENAI") || strings.Contains(got, down) != (c.want == down) || strings.Contains(got, quoted) != (c.want == quoted) {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
		}
	}
}

// A status reads as a sentence behind the bot's name in either language.
func TestStatus(t *testing.T) {
	for text, want := range map[string]string{
		bot.Searching("en", 12): "is searching 12 reports…", bot.Searching("zh", 12): "正在检索 12 篇研报…", "": "",
		bot.Busy("en", 3): "is answering other questions; this one is number 3 in line.", bot.Busy("zh", 1): bot.Busy("zh", 1),
	} {
		if got := status(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
