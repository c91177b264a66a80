package slacktest

import (
	"encoding/json"
	"net/url"
	"slices"
	"unicode/utf8"
)

// Slack's limits, in characters.
const (
	mostText     = 40000
	mostMarkdown = 12000
	mostSection  = 3000
	mostBlocks   = 50
	mostAll      = 13200 // in all blocks of a message
)

// check says in Slack's word what is wrong with a message, "" for nothing.
func check(f url.Values) string {
	switch {
	case utf8.RuneCountInString(f.Get("text")) > mostText, utf8.RuneCountInString(f.Get("markdown_text")) > mostMarkdown:
		return "msg_too_long"
	case f.Has("markdown_text") && f.Has("text"):
		return "markdown_text_conflict"
	case f.Has("blocks"):
		return checkBlocks(f.Get("blocks"), mostBlocks)
	}
	return ""
}

// elements are the block elements that a block of a kind takes.
var elements = map[string][]string{
	"actions":         {"button", "static_select", "overflow"},
	"context_actions": {"feedback_buttons", "icon_button"},
	"context":         {"mrkdwn", "plain_text", "image"},
}

// checkBlocks checks the blocks of a message against what Slack takes.
func checkBlocks(raw string, most int) string {
	total, word := sum(raw, most)
	if word == "" && total > mostAll {
		return "msg_blocks_too_long"
	}
	return word
}

// checkView checks those of a modal, which may be longer.
func checkView(raw string) string {
	_, word := sum(raw, 100)
	return word
}

// sum counts the characters of blocks.
func sum(raw string, most int) (total int, word string) {
	var all []map[string]any
	if json.Unmarshal([]byte(raw), &all) != nil || len(all) > most {
		return 0, "invalid_blocks"
	}
	tables := 0
	for _, b := range all {
		n, ok := checkBlock(b)
		if b["type"] == "table" {
			tables++
		}
		if !ok || tables > 1 { // one in a message
			return 0, "invalid_blocks"
		}
		total += n
	}
	return total, ""
}

// checkBlock returns the characters of a block.
func checkBlock(b map[string]any) (int, bool) {
	kind, _ := b["type"].(string)
	switch kind {
	case "divider":
		return 0, true
	case "table":
		return checkTable(b)
	case "section":
		return textOf(b["text"], mostSection, "mrkdwn", "plain_text")
	case "markdown":
		s, _ := b["text"].(string)
		n := utf8.RuneCountInString(s)
		return n, n > 0 && n <= mostMarkdown
	case "header":
		return textOf(b["text"], 150, "plain_text")
	}
	known, ok := elements[kind]
	list, _ := b["elements"].([]any)
	if !ok || len(list) == 0 || len(list) > 25 || kind == "context" && len(list) > 10 || kind == "context_actions" && len(list) > 5 {
		return 0, false
	}
	total := 0
	var ids []string
	for _, x := range list {
		e, _ := x.(map[string]any)
		t, _ := e["type"].(string)
		if !slices.Contains(known, t) {
			return 0, false
		}
		n, ok := checkElement(e, t)
		id, _ := e["action_id"].(string)
		if !ok || kind == "actions" && (id == "" || slices.Contains(ids, id)) {
			return 0, false
		}
		ids = append(ids, id)
		total += n
	}
	return total, true
}

// checkTable returns the characters of a table: at most 100 rows of 20 cells,
// none of them empty.
func checkTable(b map[string]any) (int, bool) {
	rows, _ := b["rows"].([]any)
	total := 0
	for _, r := range rows {
		cells, _ := r.([]any)
		if len(cells) == 0 || len(cells) > 20 {
			return 0, false
		}
		for _, x := range cells {
			n, ok := textOf(x, mostSection, "raw_text")
			if !ok {
				return 0, false
			}
			total += n
		}
	}
	settings, _ := b["column_settings"].([]any)
	return total, len(rows) > 0 && len(rows) <= 100 && len(settings) <= 20 && total <= 10000
}

func checkElement(e map[string]any, kind string) (int, bool) {
	value, _ := e["value"].(string)
	switch kind {
	case "mrkdwn", "plain_text":
		return textOf(e, mostSection, kind)
	case "button":
		n, ok := textOf(e["text"], 75, "plain_text")
		return n, ok && len(value) <= 2000
	case "feedback_buttons":
		total := 0
		for _, side := range []string{"positive_button", "negative_button"} {
			b, _ := e[side].(map[string]any)
			n, ok := textOf(b["text"], 75, "plain_text")
			if v, _ := b["value"].(string); !ok || v == "" || len(v) > 2000 {
				return 0, false
			}
			total += n
		}
		return total, true
	}
	return 0, true
}

// textOf checks a text object.
func textOf(x any, most int, kinds ...string) (int, bool) {
	t, _ := x.(map[string]any)
	kind, _ := t["type"].(string)
	s, _ := t["text"].(string)
	n := utf8.RuneCountInString(s)
	_, verbatim := t["verbatim"]
	return n, n > 0 && n <= most && slices.Contains(kinds, kind) && (kind == "mrkdwn" || !verbatim)
}
