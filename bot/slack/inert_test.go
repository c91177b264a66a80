package slack

import (
	"encoding/json"
	"html"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"reportbot/bot/slack/slacktest"
)

// pieces are what acts in Slack, in one piece and in parts.
var pieces = []string{"<!channel>", "<!here|x>", "<!everyone>", "<!subteam^S1>", "<!date^0^{date}^https://x.example|y>", "<@U123>", "<#C123|c>", "<https://x.example|看>", "<mailto:a@b.cc>",
	"@here", "@channel", "@everyone", "a@b.com", "https://x.example/y", "HTTP://X.EXAMPLE", "www.x.example", "ftp://x", "mailto:a@b.c", "tel:123", "evil.com", "evil.zz/p", ":rocket:", ":a::b:", ":+1:",
	"![图](x)", "[名](y)", "[名][r]", "[r]: z", "```", "`x`", "*b*", "_i_", "~s~", "~~s~~", "__b__", "# h", "- l", "> q", "| a | b |", "<b>", "&lt;!channel&gt;", "&amp;lt;", "&#60;!here&#62;", "\\<!here>", "\\",
	"<", ">", "&", "!", "@", "#", ":", "/", "//", ".", "|", "(", ")", "[", "]", "http", "https", "www", "mailto", "com", "channel", "here", "a", "Z", "9", "目标价", "52.30", "元", "。", " ", "\n", "\t",
	"\u200b", "\u200d", "\u2060", "\ufeff", "\u202e", "\u2066", "\u00ad", "\U000E0041", "\ufe0f", "\u3164", "\x00", "\x1b[31m", "\r", "\u2028", "\u0085", "＜", "＞", "＠", "：", "https:／／", "аdmin", "\xff"}

const inertTexts = 3_000

// Whatever a text is made of, nothing of it acts in Slack, whichever way it is
// written there, and nothing that is seen is lost.
func TestInert(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range inertTexts {
		var b strings.Builder
		for range 1 + r.IntN(12) {
			if r.IntN(8) == 0 {
				b.WriteRune(rune(r.IntN(0x110000)))
				continue
			}
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		inertly(t, b.String())
	}
	t.Logf("%d texts in five forms", inertTexts)
}

func FuzzInert(f *testing.F) {
	for _, p := range pieces {
		f.Add(p)
	}
	f.Fuzz(func(t *testing.T, s string) { inertly(t, s) })
}

// inertly writes a text in every form and has the stand-in read it.
func inertly(t *testing.T, s string) {
	t.Helper()
	blocks, err := json.Marshal(sections(s))
	if err != nil {
		t.Fatal(err)
	}
	table, err := json.Marshal([]any{tableBlock([][]string{{s, s}}), plain(s)})
	if err != nil {
		t.Fatal(err)
	}
	c := slacktest.Call{Method: "chat.postMessage", Form: url.Values{"text": {escape(s)}, "markdown_text": {defuse(s)}, "title": {bare(s)}, "blocks": {string(blocks), string(table)}}}
	if got := c.Tokens(); len(got) > 0 {
		t.Fatalf("%q acts: %v\n%q\n%q", s, got, escape(s), defuse(s))
	}
	unseen := strings.NewReplacer("\u2060", "")
	if got, want := unseen.Replace(html.UnescapeString(escape(s))), unseen.Replace(visible(s)); got != want && !strings.Contains(s, "&") {
		t.Fatalf("%q became %q", s, got)
	}
	if n := len([]rune(escape(s))); n > 2*cost(s)+10 {
		t.Fatalf("%q costs %d and takes %d characters", s, cost(s), n)
	}
}
