package slacktest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// call answers one call of the Web API: what it returns, Slack's word when it
// refuses, and how long to wait when it was too much. The lock is held.
func (s *Server) call(method string, r *http.Request) (map[string]any, string, time.Duration) {
	f := r.Form
	channel := cmp.Or(f.Get("channel"), f.Get("channel_id"))
	if word := s.barred(method, channel, r); word != "" {
		return nil, word, 0
	}
	switch method {
	case "auth.test":
		return map[string]any{"user_id": BotUser, "bot_id": BotID, "team_id": Team, "user": "reportbot", "team": "test", "url": "https://test.slack.com/"}, "", 0
	case "apps.connections.open":
		return map[string]any{"url": "ws://" + r.Host + "/link"}, "", 0
	case "chat.postMessage", "chat.startStream":
		return s.post(method, channel, f)
	case "chat.postEphemeral":
		if word := check(f); word != "" {
			return nil, word, 0
		}
		m := s.add(channel, f)
		m.To = f.Get("user")
		return map[string]any{"message_ts": m.TS}, "", 0
	case "chat.update", "chat.delete", "chat.appendStream", "chat.stopStream":
		return s.change(method, channel, f)
	case "assistant.threads.setStatus":
		return s.setStatus(channel, f)
	case "assistant.threads.setTitle":
		return map[string]any{}, "", 0
	case "assistant.threads.setSuggestedPrompts":
		return s.setPrompts(f)
	case "conversations.replies", "conversations.history":
		return s.history(method, channel, f), "", 0
	case "conversations.info":
		return map[string]any{"channel": map[string]any{"id": channel, "is_ext_shared": slices.Contains(s.external, channel)}}, "", 0
	case "usergroups.users.list":
		return s.listMembers(f)
	case "views.open":
		return s.open(f)
	case "files.getUploadURLExternal":
		return s.announce(f)
	case "files.completeUploadExternal":
		return s.complete(f)
	}
	return nil, "unknown_method", 0
}

// barred is Slack's word for why a call is refused whatever it asks for, "" when
// it is not.
func (s *Server) barred(method, channel string, r *http.Request) string {
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if token == "" {
		token = r.Form.Get("token")
	}
	want := BotToken
	if method == "apps.connections.open" {
		want = AppToken
	}
	switch {
	case s.revoked:
		return "token_revoked"
	case token == "":
		return "not_authed"
	case token != want:
		return "invalid_auth"
	case slices.Contains(s.Lacks, method):
		return "unknown_method"
	case slices.Contains(s.Archived, channel) && (strings.HasPrefix(method, "chat.") || strings.HasPrefix(method, "files.")):
		return "is_archived"
	}
	return ""
}

// post makes a message, at most one a second in a channel.
func (s *Server) post(method, channel string, f url.Values) (map[string]any, string, time.Duration) {
	gap := time.Second
	if s.Pace > 0 {
		gap = time.Duration(float64(gap) / s.Pace)
	}
	if last := s.posted[channel]; !last.IsZero() && time.Since(last) < gap {
		return nil, "ratelimited", gap - time.Since(last)
	}
	if word := check(f); word != "" {
		return nil, word, 0
	}
	if method == "chat.startStream" {
		switch {
		case f.Get("thread_ts") == "":
			return nil, "invalid_thread_ts", 0
		case !strings.HasPrefix(channel, "D") && f.Get("recipient_user_id") == "":
			return nil, "missing_recipient_user_id", 0
		case !strings.HasPrefix(channel, "D") && f.Get("recipient_team_id") == "":
			return nil, "missing_recipient_team_id", 0
		}
	} else if f.Get("text") == "" && f.Get("blocks") == "" && f.Get("markdown_text") == "" {
		return nil, "no_text", 0
	}
	s.posted[channel] = time.Now()
	m := s.add(channel, f)
	m.Streaming = method == "chat.startStream"
	m.streamed = m.Streaming
	return map[string]any{"channel": channel, "ts": m.TS, "message": map[string]any{"ts": m.TS}}, "", 0
}

// add makes a message of a form. What the bot posts in a thread ends the
// thread's status.
func (s *Server) add(channel string, f url.Values) *Message {
	m := &Message{Channel: channel, TS: s.ts(), Thread: f.Get("thread_ts"), User: BotUser, At: time.Now()}
	if m.seen = m.At; s.Late != nil {
		m.seen = m.At.Add(s.Late())
	}
	set(m, f)
	s.messages = append(s.messages, m)
	delete(s.status, channel+"/"+m.Thread)
	return m
}

// set writes the parts of a form into a message.
func set(m *Message, f url.Values) {
	if f.Has("text") {
		m.Text = f.Get("text")
	}
	if f.Has("markdown_text") {
		m.Text = f.Get("markdown_text")
	}
	if f.Has("blocks") {
		m.Blocks = nil
		_ = json.Unmarshal([]byte(f.Get("blocks")), &m.Blocks) // checked before
	}
	if f.Has("metadata") {
		var meta struct {
			Payload map[string]any `json:"event_payload"`
		}
		_ = json.Unmarshal([]byte(f.Get("metadata")), &meta) // none, then
		m.Metadata = meta.Payload
	}
}

// streamLife is how long Slack keeps a stream open, used or not.
const streamLife = 5 * time.Minute

// change changes a message of the bot's.
func (s *Server) change(method, channel string, f url.Values) (map[string]any, string, time.Duration) {
	i := slices.IndexFunc(s.messages, func(m *Message) bool {
		return m.Channel == channel && m.TS == f.Get("ts") && !m.Deleted && m.User == BotUser && m.To == ""
	})
	if i < 0 {
		return nil, "message_not_found", 0
	}
	m := s.messages[i]
	if m.Streaming && time.Since(m.At) >= streamLife {
		m.Streaming = false
	}
	if word := check(f); word != "" {
		return nil, word, 0
	}
	switch method {
	case "chat.delete":
		m.Deleted = true
	case "chat.update":
		if m.Streaming {
			return nil, "streaming_state_conflict", 0
		}
		set(m, f)
		m.Edits++
		m.streamed = false
	default:
		if !m.Streaming {
			return nil, "message_not_in_streaming_state", 0
		}
		if method == "chat.appendStream" && f.Get("markdown_text") == "" {
			return nil, "no_text", 0
		}
		if utf8.RuneCountInString(m.Text+f.Get("markdown_text")) > mostMarkdown {
			return nil, "msg_too_long", 0
		}
		before := m.Text
		set(m, f)
		m.Text = before + f.Get("markdown_text")
		m.Streaming = method == "chat.appendStream"
	}
	return map[string]any{"channel": channel, "ts": m.TS, "text": m.Text}, "", 0
}

func (s *Server) setStatus(channel string, f url.Values) (map[string]any, string, time.Duration) {
	thread := f.Get("thread_ts")
	if thread == "" || channel == "" {
		return nil, "invalid_arguments", 0
	}
	key := channel + "/" + thread
	if f.Get("status") == "" {
		delete(s.status, key)
	} else {
		s.status[key], s.shownAt[key] = f.Get("status"), time.Now()
	}
	return map[string]any{}, "", 0
}

func (s *Server) setPrompts(f url.Values) (map[string]any, string, time.Duration) {
	var all []struct{ Title, Message string }
	if json.Unmarshal([]byte(f.Get("prompts")), &all) != nil || len(all) == 0 || len(all) > 4 {
		return nil, "invalid_arguments", 0
	}
	s.prompts = nil
	for _, p := range all {
		s.prompts = append(s.prompts, p.Message)
	}
	return map[string]any{}, "", 0
}

// history returns messages as conversations.replies and history do, a page of
// them, the newest first in a channel, each with a block element that slack-go
// does not know.
func (s *Server) history(method, channel string, f url.Values) map[string]any {
	out := []map[string]any{}
	for _, m := range s.messages {
		in := m.Thread == ""
		if method == "conversations.replies" {
			in = m.Thread == f.Get("ts") || m.TS == f.Get("ts")
		}
		if m.Channel != channel || m.Deleted || m.To != "" || !in || m.TS < f.Get("oldest") || time.Now().Before(m.seen) {
			continue
		}
		one := map[string]any{"ts": m.TS, "thread_ts": m.Thread, "user": m.User, "text": m.Text,
			"blocks": []any{map[string]any{"type": "actions", "elements": []any{map[string]any{"type": "from_the_future"}}}}}
		for _, x := range m.Files {
			one["files"] = append(asList(one["files"]), map[string]any{"id": x.ID})
		}
		if m.User == BotUser {
			one["bot_id"] = BotID
		}
		if m.Metadata != nil && f.Get("include_all_metadata") == "true" {
			one["metadata"] = map[string]any{"event_type": "x", "event_payload": m.Metadata}
		}
		out = append(out, one)
	}
	if method == "conversations.history" {
		slices.Reverse(out)
	}
	from, _ := strconv.Atoi(f.Get("cursor"))
	limit, err := strconv.Atoi(f.Get("limit"))
	if err != nil || from+limit >= len(out) {
		return map[string]any{"messages": out[min(from, len(out)):]}
	}
	return map[string]any{"messages": out[from : from+limit], "has_more": true, "response_metadata": map[string]any{"next_cursor": strconv.Itoa(from + limit)}}
}

// open opens a modal: the trigger is good once, for three seconds.
func (s *Server) open(f url.Values) (map[string]any, string, time.Duration) {
	at, ok := s.triggers[f.Get("trigger_id")]
	delete(s.triggers, f.Get("trigger_id"))
	if !ok {
		return nil, "invalid_trigger_id", 0
	}
	if time.Since(at) > 3*time.Second {
		return nil, "expired_trigger_id", 0
	}
	var v map[string]any
	if json.Unmarshal([]byte(f.Get("view")), &v) != nil {
		return nil, "invalid_arguments", 0
	}
	title, _ := v["title"].(map[string]any)
	blocks, err := json.Marshal(v["blocks"])
	if t, _ := title["text"].(string); err != nil || t == "" || utf8.RuneCountInString(t) > 24 || checkView(string(blocks)) != "" {
		return nil, "invalid_arguments", 0
	}
	s.views = append(s.views, v)
	return map[string]any{"view": v}, "", 0
}

// serveHook takes what is posted to a response_url: five times in half an hour.
func (s *Server) serveHook(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Text    string           `json:"text"`
		Blocks  []map[string]any `json:"blocks"`
		Type    string           `json:"response_type"`
		Replace bool             `json:"replace_original"`
		Delete  bool             `json:"delete_original"`
	}
	err := json.NewDecoder(r.Body).Decode(&in)
	f := s.meet("hook")
	defer f.part()
	if !f.well() && !f.Landed {
		w.WriteHeader(max(f.Status, http.StatusInternalServerError))
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.hooks[r.URL.Path]
	if h == nil || h.used >= 5 || time.Since(h.at) > 30*time.Minute {
		http.Error(w, "expired_url", http.StatusNotFound)
		return
	}
	h.used++
	blocks, bad := json.Marshal(in.Blocks)
	s.calls = append(s.calls, Call{Method: "response_url", Form: url.Values{"text": {in.Text}, "blocks": {string(blocks)}}, At: time.Now()})
	if err != nil || bad != nil || !in.Delete && in.Text == "" && len(in.Blocks) == 0 || len(in.Blocks) > 0 && checkBlocks(string(blocks), mostBlocks) != "" {
		http.Error(w, "invalid_blocks", http.StatusBadRequest)
		return
	}
	if in.Replace || in.Delete {
		for _, m := range s.messages {
			m.Deleted = m.Deleted || m.hook == r.URL.Path
		}
	}
	if !in.Delete {
		m := &Message{Channel: h.channel, TS: s.ts(), User: BotUser, Text: in.Text, Blocks: in.Blocks, At: time.Now(), hook: r.URL.Path}
		if in.Type != "in_channel" {
			m.To = h.user
		}
		s.messages = append(s.messages, m)
	}
	if !f.well() && f.Status > 0 {
		w.WriteHeader(f.Status)
	}
	_, _ = w.Write([]byte("ok"))
}
