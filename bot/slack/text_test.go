package slack

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"
)

func TestStrip(t *testing.T) {
	for _, c := range []struct {
		in, want          string
		mentioned, others bool
	}{
		{"<@U0> 星河智能的目标价？", "星河智能的目标价？", true, false},
		{"<@U0|bot> a &lt;b&gt; &amp; c", "a <b> & c", true, false},
		{"见 <https://a.example/x|这里> 和 <#C1|研究>", "见 这里 和 研究", false, false},
		{"<https://a.example/x>", "https://a.example/x", false, false},
		{"<@U3> 你看 <!channel>", "你看", false, true},
		{"<!subteam^S1|@desk> 在吗", "@desk 在吗", false, false},
		{"  ", "", false, false},
	} {
		if got, mentioned, others := strip(c.in, "U0"); got != c.want || mentioned != c.mentioned || others != c.others {
			t.Errorf("strip(%q) = %q, %v, %v; want %q, %v, %v", c.in, got, mentioned, others, c.want, c.mentioned, c.others)
		}
	}
}

func TestDefuse(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"目标价86.40元。 [1] [2]", "目标价86.40元。 [1] [2]"},
		{"<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@\u2060U1&gt;"},
		{"![图](http://x.example/i.png)", "! [图] (http:\u2060//x.\u2060example/i.png)"},
		{"[1]: http://x.example", "[1] : http:\u2060//x.\u2060example"},
		{"*ST中安 与 *ST华", `\*ST中安 与 \*ST华`},
		{"# 标题\n- 项", "\u2060# 标题\n\u2060- 项"},
		{"见 WWW.x.example", "见 WWW\u2060.x.\u2060example"},
		{"a_b 3.5~4.0", "a_b 3.5~4.0"},
		{"访问 evil.com/p 或 x.unknown/y，0700.HK 与 300750.SZ", "访问 evil.\u2060com/p 或 x.\u2060unknown/y，0700.HK 与 300750.SZ"},
		{"ht\u200btp://x :ro\u00adcket::a: \u202e1\U000E0041", "http:\u2060//x :\u2060rocket::\u2060a: 1"},
	} {
		if got := defuse(c.in); got != c.want {
			t.Errorf("defuse(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		in   string
		most int
		want []string
	}{
		{"短。", 10, []string{"短。"}},
		{"第一句话。第二句话。第三句。", 12, []string{"第一句话。第二句话。", "第三句。"}},
		{"第一行\n第二行很长很长", 8, []string{"第一行", "第二行很长很长"}},
		{"没有句号的一长串字", 4, []string{"没有句号", "的一长串", "字"}},
		{"&&&", 5, []string{"&", "&", "&"}}, // each is five characters when escaped
	} {
		if got := split(c.in, c.most); strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("split(%q, %d) = %q, want %q", c.in, c.most, got, c.want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("第一句话。第二句话。\n第三句 & <b>", 7)
	f.Fuzz(func(t *testing.T, s string, most int) {
		if !utf8.ValidString(s) || most < 5 || most > 10000 {
			t.Skip()
		}
		parts := split(s, most)
		for _, p := range parts {
			if !utf8.ValidString(p) || cost(p) > most {
				t.Errorf("split(%q, %d): piece %q", s, most, p)
			}
		}
		squeeze := func(s string) string { return strings.Join(strings.Fields(s), "") }
		if got := squeeze(strings.Join(parts, "")); got != squeeze(s) {
			t.Errorf("split(%q, %d) lost or made text: %q", s, most, got)
		}
		if got := trim(s, most); cost(got) > most || !utf8.ValidString(got) {
			t.Errorf("trim(%q, %d) = %q", s, most, got)
		}
	})
}

// Calls come at their rate, in order, and not before Slack takes them again.
func TestLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := limiter{due: map[string]time.Time{}}
		began := time.Now()
		var at []time.Duration
		call := func(key string, r rate) {
			if err := l.wait(t.Context(), key, r); err != nil {
				t.Error(err)
			}
			at = append(at, time.Since(began))
		}
		for range 3 {
			call("#C1", rate{time.Second, 1})
		}
		call("#C2", rate{time.Second, 1})
		for range 4 {
			call("burst", rate{time.Second, 3})
		}
		l.hold("burst", 10*time.Second, rate{time.Second, 3})
		call("burst", rate{time.Second, 3})
		want := []time.Duration{0, 1, 2, 2, 2, 2, 2, 3, 13}
		for i := range want {
			want[i] *= time.Second
		}
		if !slices.Equal(at, want) {
			t.Errorf("calls at %v, want %v", at, want)
		}
	})
}

// A mention, its message and every delivery of both have one ID; the question
// of an event that slack-go cannot read is found.
func TestFromEvent(t *testing.T) {
	me := self{User: "U0", Bot: "B0"}
	for _, c := range []struct {
		name, in string
		kind     Kind
		id, text string
	}{
		{"mention", `{"event_id":"Ev1","event":{"type":"app_mention","channel":"C1","user":"U1","text":"<@U0> 甲","ts":"1.2"}}`, Ask, "C1-1.2", "甲"},
		{"its message", `{"event_id":"Ev2","event":{"type":"message","channel":"C1","channel_type":"channel","user":"U1","text":"<@U0> 甲","ts":"1.2"}}`, Ask, "C1-1.2", "甲"},
		{"unknown parts", `{"event":{"type":"message","channel":"D1","channel_type":"im","user":"U1","text":"乙","ts":"1.3","blocks":[{"type":"actions","elements":[{"type":"new"}]}],"odd":[1]}}`, Ask, "D1-1.3", "乙"},
		{"ours", `{"event":{"type":"message","channel":"D1","user":"U0","text":"乙","ts":"1.3"}}`, "", "", ""},
		{"another bot's", `{"event":{"type":"message","channel":"D1","user":"U7","bot_id":"B7","text":"乙","ts":"1.3"}}`, "", "", ""},
		{"a join", `{"event":{"type":"message","subtype":"channel_join","channel":"C1","user":"U1","text":"乙","ts":"1.3"}}`, "", "", ""},
		{"an edit", `{"event":{"type":"message","subtype":"message_changed","channel":"C1","event_ts":"1.9","message":{"user":"U1","text":"<@U0> 丙","ts":"1.2"},"previous_message":{"user":"U1","text":"甲","ts":"1.2"}}}`, Edited, "edited-C1-1.2-1.9", "丙"},
		{"an unfurled link", `{"event":{"type":"message","subtype":"message_changed","channel":"C1","event_ts":"1.9","message":{"user":"U1","text":"甲","ts":"1.2"},"previous_message":{"user":"U1","text":"甲","ts":"1.2"}}}`, "", "", ""},
		{"a deletion", `{"event":{"type":"message","subtype":"message_deleted","channel":"C1","deleted_ts":"1.2"}}`, Deleted, "deleted-C1-1.2", ""},
		{"a deletion of what was answered", `{"event":{"type":"message","subtype":"message_changed","channel":"C1","message":{"subtype":"tombstone","user":"USLACKBOT","ts":"1.2"}}}`, Deleted, "deleted-C1-1.2", ""},
	} {
		e, ok, err := fromEvent([]byte(c.in), me)
		if err != nil || ok != (c.kind != "") || ok && (e.Kind != c.kind || e.ID != c.id || e.Text != c.text) {
			t.Errorf("%s: %+v, %v, %v", c.name, e, ok, err)
		}
	}
}
