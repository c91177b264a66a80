package slacktest

import (
	"slices"
	"strings"
	"testing"
)

// A text reads as Slack shows it: what was escaped is itself again, and signs
// that Slack takes for emphasis are gone, so that a screen tells when a text
// lost some by accident.
func TestMarkup(t *testing.T) {
	for _, c := range []struct{ in, mrkdwn, markdown string }{
		{"AT&amp;T &lt;10&gt;", "AT&T <10>", "AT&T <10>"},
		{"*ST海航 2*3", "*ST海航 2*3", "*ST海航 2*3"},
		{"毛利 *承压* 明显", "毛利 承压 明显", "毛利 *承压* 明显"},
		{`\*ST海航 a\_b`, `\*ST海航 a\_b`, "*ST海航 a_b"},
		{"&gt; 5%", "▏ 5%", "> 5%"},
		{"<@UBOT> 你好", "@reportbot 你好", "@reportbot 你好"},
	} {
		if got := mrkdwn(c.in); got != c.mrkdwn {
			t.Errorf("mrkdwn %q: got %q, want %q", c.in, got, c.mrkdwn)
		}
		if got := markdown(c.in); got != c.markdown {
			t.Errorf("markdown %q: got %q, want %q", c.in, got, c.markdown)
		}
	}
}

// Lines are as wide as a screen, a Han character two columns, and lose nothing.
func TestWrap(t *testing.T) {
	got := wrap("目标价36.00元 is the price target", 10)
	if want := []string{"目标价36.0", "0元 is", "the price", "target"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := strings.Join(wrap(strings.Repeat("价", 99), 7), ""); got != strings.Repeat("价", 99) {
		t.Errorf("got %q", got)
	}
}
