package slacktest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Screen is a channel as Slack's desktop client shows it, in plain text: each
// message under its author, threads indented under their first message, the
// statuses a thread had before its answer, what one reader alone sees marked
// as such. Times, IDs and icons are left out, so that the same conversation is
// the same text.
func (s *Server) Screen(channel string) string {
	var b strings.Builder
	all := s.Messages(channel)
	roots := map[string]bool{}
	for _, m := range all {
		roots[m.TS] = true
	}
	shown := map[string]bool{}
	for _, m := range all {
		if m.Thread != "" && roots[m.Thread] && m.Thread != m.TS {
			continue // stands under its first message
		}
		if m.Thread != "" && m.Thread != m.TS { // the first message is not in the channel, as in the assistant pane
			if shown[m.Thread] {
				continue
			}
			s.thread(&b, channel, m.Thread, all)
			shown[m.Thread] = true
			continue
		}
		b.WriteString(frame(m.lines(), ""))
		s.thread(&b, channel, m.TS, all)
	}
	for _, p := range s.Calls("assistant.threads.setSuggestedPrompts") {
		if p.Form.Get("channel_id") == channel && p.Error == "" {
			b.WriteString(frame(append([]string{"(under the pane) " + p.Form.Get("title")}, promptsOf(p.Form.Get("prompts"))...), ""))
		}
	}
	return b.String()
}

// thread writes what was said under a first message.
func (s *Server) thread(b *strings.Builder, channel, root string, all []Message) {
	const indent = "    "
	for _, c := range s.Calls("assistant.threads.setTitle") {
		if c.Form.Get("channel_id") == channel && c.Form.Get("thread_ts") == root && c.Error == "" {
			b.WriteString(frame([]string{"(title of the thread) " + c.Form.Get("title")}, indent))
		}
	}
	said := slices.DeleteFunc(slices.Clone(all), func(m Message) bool { return m.Thread != root || m.TS == root })
	statuses := slices.DeleteFunc(s.Calls("assistant.threads.setStatus"), func(c Call) bool {
		return c.Error != "" || c.Form.Get("status") == "" || c.Form.Get("channel_id") != channel || c.Form.Get("thread_ts") != root
	})
	for _, m := range said {
		for len(statuses) > 0 && m.User == BotUser && !statuses[0].At.After(m.At) {
			b.WriteString(frame([]string{"(was shown meanwhile) reportbot " + statuses[0].Form.Get("status")}, indent))
			statuses = statuses[1:]
		}
		b.WriteString(frame(m.lines(), indent))
	}
	for _, c := range statuses { // not answered yet
		b.WriteString(frame([]string{"(status) reportbot " + c.Form.Get("status")}, indent))
	}
}

// Modal is a modal that was opened, in a box.
func Modal(view map[string]any) string {
	const wide = columns - 4
	var b strings.Builder
	line := func(s string) { fmt.Fprintf(&b, "│ %s%s │\n", s, strings.Repeat(" ", max(0, wide-widthOf(s)))) }
	rule := func(from, to string) { b.WriteString(from + strings.Repeat("─", wide+2) + to + "\n") }
	blocks, _ := view["blocks"].([]any)
	rule("┌", "┐")
	line(textIn(view["title"]))
	rule("├", "┤")
	for i, x := range blocks {
		block, _ := x.(map[string]any)
		if i > 0 {
			line("")
		}
		for _, l := range blockLines(block) {
			for _, part := range wrap(l, wide) {
				line(part)
			}
		}
	}
	rule("├", "┤")
	line("[ " + textIn(view["close"]) + " ]")
	rule("└", "┘")
	return b.String()
}

// lines are the author and what is read of a message.
func (m Message) lines() []string {
	who := m.User
	if who == BotUser {
		who = "reportbot  APP"
	}
	if m.To != "" {
		who += "  (only visible to " + m.To + ")"
	}
	if m.Streaming {
		who += "  (still being written)"
	}
	out := []string{who}
	if len(m.Blocks) == 0 || m.streamed { // else the text is for notifications
		out = append(out, strings.Split(markdown(m.Text), "\n")...)
	}
	for _, b := range m.Blocks {
		out = append(out, blockLines(b)...)
	}
	for _, f := range m.Files {
		out = append(out, "[picture: "+f.Title+"]")
	}
	return out
}

// blockLines are the lines of a block.
func blockLines(b map[string]any) []string {
	list, _ := b["elements"].([]any)
	var parts []string
	switch b["type"] {
	case "divider":
		return []string{"────────"}
	case "section", "header":
		return strings.Split(textIn(b["text"]), "\n")
	case "context": // small and grey
		for _, x := range list {
			for l := range strings.SplitSeq(textIn(x), "\n") {
				parts = append(parts, "· "+l)
			}
		}
		return parts
	case "actions", "context_actions":
		for _, x := range list {
			parts = append(parts, button(x)...)
		}
		return []string{strings.Join(parts, "  ")}
	case "table":
		rows, _ := b["rows"].([]any)
		for _, x := range rows {
			parts = append(parts, tableRow(x))
		}
		return parts
	}
	return []string{fmt.Sprintf("(%v block)", b["type"])}
}

// tableRow is a row of a table, its cells apart.
func tableRow(x any) string {
	cells, _ := x.([]any)
	var out []string
	for _, c := range cells {
		cell, _ := c.(map[string]any)
		text, _ := cell["text"].(string) // of a raw_text; others are not ours
		out = append(out, text)
	}
	return "| " + strings.Join(out, " | ") + " |"
}

// button is a button as it reads; feedback is two.
func button(x any) []string {
	e, _ := x.(map[string]any)
	if e["type"] != "feedback_buttons" {
		return []string{"[ " + textIn(e["text"]) + " ]"}
	}
	good, _ := e["positive_button"].(map[string]any)
	bad, _ := e["negative_button"].(map[string]any)
	return []string{"[ 👍 " + textIn(good["text"]) + " ]", "[ 👎 " + textIn(bad["text"]) + " ]"}
}

// textIn is a text object as it reads.
func textIn(x any) string {
	t, _ := x.(map[string]any)
	s, _ := t["text"].(string)
	if t["type"] == "mrkdwn" {
		return mrkdwn(s)
	}
	return s
}

// What the two markups make of a text, as far as ours could hold any by
// accident: emphasis loses its signs, and what was escaped is itself again.
var (
	emphasis = regexp.MustCompile("(^|[^\\p{L}\\p{N}*_~`])([*_~`])(\\S|\\S[^*_~`\n]*\\S)([*_~`])($|[^\\p{L}\\p{N}*_~`])")
	quoted   = regexp.MustCompile(`(?m)^&gt; ?`)
	escaped  = regexp.MustCompile("\\\\([*`~_])")
	entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "\u2060", "")
	mention  = strings.NewReplacer("<@"+BotUser+">", "@reportbot")
)

func mrkdwn(s string) string {
	s = quoted.ReplaceAllString(s, "▏ ")
	s = emphasis.ReplaceAllStringFunc(s, func(m string) string {
		p := emphasis.FindStringSubmatch(m)
		if p[2] != p[4] {
			return m
		}
		return p[1] + p[3] + p[5]
	})
	return entities.Replace(mention.Replace(s))
}

func markdown(s string) string {
	return entities.Replace(escaped.ReplaceAllString(mention.Replace(s), "$1"))
}
