package slacktest

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// Token is something in a call that Slack would act on, or that nobody sees.
type Token struct {
	Kind  string // link, mention, image, emoji, markup, unseen, element
	Text  string
	Where string // the field of the call
}

// joiner is the one character nobody sees that the bot itself writes.
const joiner = '\u2060'

// Tokens finds what Slack would make of the texts of a call, and what in them
// nobody sees. It is a reading of Slack's documentation of its own, and knows
// nothing of how the bot escapes.
func (c Call) Tokens() []Token {
	f := &finder{}
	for name, all := range c.Form {
		for _, v := range all {
			f.where = c.Method + " " + name
			switch name {
			case "text":
				f.mrkdwn(v, true)
			case "markdown_text":
				f.markdown(v)
			case "blocks", "view", "prompts", "files", "attachments":
				var x any
				if json.Unmarshal([]byte(v), &x) != nil {
					f.add("element", "no JSON")
				}
				f.walk(x)
			case "title", "status", "alt_txt", "filename", "initial_comment":
				f.plain(v)
			}
		}
	}
	return f.out
}

// finder collects tokens.
type finder struct {
	out   []Token
	where string
}

func (f *finder) add(kind, text string) {
	f.out = append(f.out, Token{kind, text, f.where})
}

// walk goes through blocks: text objects are read by their type, and elements
// that act by themselves are tokens.
func (f *finder) walk(x any) {
	switch x := x.(type) {
	case []any:
		for _, y := range x {
			f.walk(y)
		}
	case map[string]any:
		kind, _ := x["type"].(string)
		switch kind {
		case "link", "user", "usergroup", "channel", "broadcast", "emoji", "image", "video", "rich_text", "date", "file":
			f.add("element", kind)
		}
		for key, v := range x {
			s, isText := v.(string)
			switch {
			case !isText:
				f.walk(v)
			case strings.HasSuffix(key, "url") || key == "fallback":
				f.add("link", key+" "+s)
			case key == "text" && kind == "mrkdwn":
				f.mrkdwn(s, x["verbatim"] != true)
			case key == "text" && kind == "markdown":
				f.markdown(s)
			case key == "text", key == "title", key == "message", key == "alt_text", key == "description":
				f.plain(s)
			}
		}
	}
}

// mrkdwn reads Slack's own markup: what stands in <…>, and what it finds by
// itself in a text that is not verbatim; emoji in either.
func (f *finder) mrkdwn(s string, finds bool) {
	for rest := s; ; {
		_, after, ok := strings.Cut(rest, "<")
		if !ok {
			break
		}
		inside, _, closed := strings.Cut(after, ">")
		rest = after
		switch {
		case !closed && after != "":
			f.add("markup", "<"+short(after))
		case strings.HasPrefix(inside, "@"), strings.HasPrefix(inside, "!"), strings.HasPrefix(inside, "#"):
			f.add("mention", short(inside))
		default:
			f.add("link", short(inside))
		}
	}
	if finds {
		f.bare(s)
	}
	f.addresses(s)
	f.emoji(s)
	f.unseen(s)
}

// plain reads a text without markup: what it shows, emoji apart, is itself. A
// beginning of Slack's <…> in it is counted all the same.
func (f *finder) plain(s string) {
	for _, lead := range []string{"<@", "<!", "<#", "<http", "<mailto"} {
		if strings.Contains(s, lead) {
			f.add("mention", lead)
		}
	}
	f.addresses(s)
	f.emoji(s)
	f.unseen(s)
}

// markdown reads what streams take.
func (f *finder) markdown(s string) {
	for i, r := range s {
		if i > 0 && s[i-1] == '\\' {
			continue
		}
		rest := s[i:]
		switch {
		case strings.HasPrefix(rest, "!["):
			f.add("image", short(rest))
		case strings.HasPrefix(rest, "]("), strings.HasPrefix(rest, "]["), strings.HasPrefix(rest, "]:"):
			f.add("link", short(rest))
		case r == '<', strings.HasPrefix(rest, "```"):
			f.add("markup", short(rest))
		}
	}
	f.bare(s)
	f.addresses(s)
	f.emoji(s)
	f.unseen(s)
}

// bare finds what is a mention without any sign around it.
func (f *finder) bare(s string) {
	low := strings.ToLower(s)
	for _, all := range []string{"@channel", "@here", "@everyone"} {
		if strings.Contains(low, all) {
			f.add("mention", all)
		}
	}
}

// addresses finds what a client makes a link of: a scheme, www., a name under
// a common top level domain, and e-mail.
func (f *finder) addresses(s string) {
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return unicode.IsSpace(r) || r > 0x2fff || r == joiner }) {
		host, _, path := strings.Cut(strings.Trim(w, "()[]\"'“”,.;:!?*`"), "/")
		at := strings.LastIndex(host, ".")
		top := host[at+1:]
		switch {
		case at > 0 && !isLetter(host[at-1]) && host[at-1] < 0x80 && host[at-1] != '-': // no name
		case at > 0 && strings.Contains(" com net org io cn example xyz top info ", " "+top+" "),
			at > 0 && path && len(top) > 1 && strings.Trim(top, "abcdefghijklmnopqrstuvwxyz") == "",
			strings.HasPrefix(w, "mailto:") && w != "mailto:", strings.HasPrefix(w, "tel:") && w != "tel:", strings.HasPrefix(w, "javascript:") && w != "javascript:":
			f.add("link", short(w))
		}
	}
	for i := range s {
		before, after := s[:i], s[i:]
		switch {
		case strings.HasPrefix(after, "://") && before != "" && isLetter(before[len(before)-1]):
			f.add("link", "…"+short(after))
		case len(after) > 4 && strings.EqualFold(after[:4], "www.") && isLetter(after[4]):
			f.add("link", short(after))
		case after[0] == '@' && before != "" && len(after) > 1 && isLetter(before[len(before)-1]) && isLetter(after[1]):
			f.add("link", "e-mail "+short(after))
		}
	}
}

func isLetter(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}

// emoji finds names between colons.
func (f *finder) emoji(s string) {
	for i, part := range strings.Split(s, ":") {
		if i == 0 || i == strings.Count(s, ":") || part == "" {
			continue
		}
		if strings.IndexFunc(part, func(r rune) bool { return r > 0x7f || !isLetter(byte(r)) && !strings.ContainsRune("_+-'", r) }) < 0 {
			f.add("emoji", ":"+part+":")
		}
	}
}

// unseen finds characters that nobody sees, but for the word joiner where the
// bot writes it: behind what it parts, or at the beginning of a line.
func (f *finder) unseen(s string) {
	before := '\n'
	for _, r := range s {
		switch {
		case r == '\n', r == '\t':
		case r == joiner && (strings.ContainsRune("\n:@<.wW \t", before)):
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Variation_Selector), r >= 0xE0000 && r <= 0xE0FFF, r == 0x3164, r == 0x115F, r == 0x1160, r == 0xFFA0, r == 0x34F:
			f.add("unseen", fmt.Sprintf("%U", r))
		}
		before = r
	}
}

// short is the beginning of a text, for messages.
func short(s string) string {
	if r := []rune(s); len(r) > 30 {
		return string(r[:30])
	}
	return s
}
