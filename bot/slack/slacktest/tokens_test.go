package slacktest

import (
	"net/url"
	"testing"
)

// The stand-in finds each thing that Slack would act on, and nothing else.
func TestTokens(t *testing.T) {
	for _, c := range []struct{ field, text, kind string }{
		{"text", "<!channel>", "mention"}, {"text", "<@U1>", "mention"}, {"text", "<http://x.example|名>", "link"}, {"text", "见 http://x.example", "link"},
		{"text", "@here 看", "mention"}, {"text", "www.x.example", "link"}, {"text", "去 evil.com 看", "link"}, {"text", "evil.zz/p", "link"}, {"text", "a@b.cc", "link"},
		{"text", ":rocket:", "emoji"}, {"text", "a\u202eb", "unseen"}, {"text", "a\u2060b", "unseen"}, {"text", "\U000E0041", "unseen"},
		{"markdown_text", "![图](http)", "image"}, {"markdown_text", "[名](x)", "link"}, {"markdown_text", "<b>", "markup"}, {"markdown_text", "ftp://x", "link"},
		{"blocks", `[{"type":"image","image_url":"https://x"}]`, "element"}, {"blocks", `[{"type":"section","text":{"type":"mrkdwn","text":"<#C1>"}}]`, "mention"},
		{"blocks", `[{"type":"button","url":"https://x"}]`, "link"}, {"title", "<!here>", "mention"}, {"prompts", `[{"title":":a:","message":"b"}]`, "emoji"},
		{"text", "目标价52.30元 [1]，600519.SH 与 0700.HK；比为3：5，&lt;@\u2060U1&gt; http:\u2060//x", ""},
		{"markdown_text", "目标价52.30元。 [1] [2]\n\\*ST华 &lt;5%", ""},
		{"blocks", `[{"type":"section","text":{"type":"mrkdwn","text":"*评级* 买入","verbatim":true}},{"type":"context","elements":[{"type":"plain_text","text":"09:30"}]}]`, ""},
	} {
		got := Call{Method: "m", Form: url.Values{c.field: {c.text}}}.Tokens()
		switch {
		case c.kind == "" && len(got) > 0:
			t.Errorf("%q: %v, want nothing", c.text, got)
		case c.kind != "" && (len(got) == 0 || !has(got, c.kind)):
			t.Errorf("%q: %v, want %s", c.text, got, c.kind)
		}
	}
}

func has(all []Token, kind string) bool {
	for _, t := range all {
		if t.Kind == kind {
			return true
		}
	}
	return false
}
