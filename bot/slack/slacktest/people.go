package slacktest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Write puts a message of a user into a channel; the bot does not hear of it.
func (s *Server) Write(channel, user, text, thread string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	ts := s.ts()
	s.messages = append(s.messages, &Message{Channel: channel, TS: ts, Thread: thread, User: user, Text: text, At: time.Now()})
	return ts
}

// Callback is the payload of an Events API event.
func (s *Server) Callback(event map[string]any) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	channel, _ := event["channel"].(string)
	return map[string]any{"is_ext_shared_channel": slices.Contains(s.external, channel), "type": "event_callback", "team_id": Team, "api_app_id": "A1", "event_id": fmt.Sprintf("Ev%d", s.seq), "event_time": time.Now().Unix(), "event": event}
}

// Event sends an event.
func (s *Server) Event(event map[string]any) *Envelope {
	return s.Send("events_api", s.Callback(event))
}

// Spoken is the event of a message, of type message or app_mention.
func Spoken(kind, channel, user, text, ts, thread string) map[string]any {
	e := map[string]any{"type": kind, "channel": channel, "user": user, "text": text, "ts": ts, "event_ts": ts, "team": Team}
	if kind == "message" {
		e["channel_type"] = channelType(channel)
	}
	if thread != "" {
		e["thread_ts"] = thread
	}
	return e
}

// Say writes a message as a user and tells the bot as Slack does: the message,
// and the mention beside it when the bot is mentioned. It returns the ts and
// the last envelope.
func (s *Server) Say(channel, user, text, thread string) (string, *Envelope) {
	ts := s.Write(channel, user, text, thread)
	e := s.Event(Spoken("message", channel, user, text, ts, thread))
	if strings.Contains(text, "<@"+BotUser+">") && !strings.HasPrefix(channel, "D") {
		e = s.Event(Spoken("app_mention", channel, user, text, ts, thread))
	}
	return ts, e
}

// Mention is the text with a mention of the bot.
func Mention(text string) string { return "<@" + BotUser + "> " + text }

// Edit changes a message of a user and tells the bot.
func (s *Server) Edit(channel, user, ts, text string) *Envelope {
	before := ""
	s.mu.Lock()
	for _, m := range s.messages {
		if m.Channel == channel && m.TS == ts {
			before, m.Text = m.Text, text
		}
	}
	s.mu.Unlock()
	old, now := Spoken("message", channel, user, before, ts, ""), Spoken("message", channel, user, text, ts, "")
	return s.Event(map[string]any{"type": "message", "subtype": "message_changed", "channel": channel, "channel_type": channelType(channel),
		"message": now, "previous_message": old, "ts": s.stamp(), "event_ts": s.stamp()})
}

// Delete deletes a message of a user and tells the bot.
func (s *Server) Delete(channel, ts string) *Envelope {
	s.mu.Lock()
	for _, m := range s.messages {
		if m.Channel == channel && m.TS == ts {
			m.Deleted = true
		}
	}
	s.mu.Unlock()
	return s.Event(map[string]any{"type": "message", "subtype": "message_deleted", "channel": channel, "channel_type": channelType(channel), "deleted_ts": ts, "ts": s.stamp(), "event_ts": s.stamp()})
}

func (s *Server) stamp() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ts()
}

// trigger makes a trigger_id and a response_url.
func (s *Server) trigger(channel, user string) (id, hookURL string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	id = fmt.Sprintf("%d.T.x", s.seq)
	path := fmt.Sprintf("/hook/%d", s.seq)
	s.triggers[id] = time.Now()
	s.hooks[path] = &hook{channel: channel, user: user, at: time.Now()}
	return id, s.Base + path
}

// CommandForm is what Slack sends of a slash command.
func (s *Server) CommandForm(command, channel, user, text string) url.Values {
	id, hook := s.trigger(channel, user)
	return url.Values{"command": {command}, "text": {text}, "team_id": {Team}, "channel_id": {channel}, "user_id": {user}, "trigger_id": {id}, "response_url": {hook}, "api_app_id": {"A1"}}
}

// Command sends a slash command.
func (s *Server) Command(command, channel, user, text string) *Envelope {
	out := map[string]any{}
	for k, v := range s.CommandForm(command, channel, user, text) {
		out[k] = v[0]
	}
	return s.Send("slash_commands", out)
}

// Action is the payload of a press of a button on a message.
func (s *Server) Action(m Message, user, action, value string) map[string]any {
	id, hook := s.trigger(m.Channel, user)
	s.mu.Lock()
	for _, x := range s.messages { // a new address for the same message
		if x.TS == m.TS && x.hook != "" {
			x.hook = strings.TrimPrefix(hook, s.Base)
		}
	}
	s.mu.Unlock()
	return map[string]any{"type": "block_actions", "trigger_id": id, "response_url": hook, "user": map[string]any{"id": user}, "team": map[string]any{"id": Team},
		"channel": map[string]any{"id": m.Channel}, "message": map[string]any{"ts": m.TS, "thread_ts": m.Thread},
		"container": map[string]any{"channel_id": m.Channel, "message_ts": m.TS, "is_ephemeral": m.To != ""},
		"actions":   []any{map[string]any{"action_id": action, "value": value, "action_ts": s.stamp(), "type": "button"}}}
}

// Press sends a press of the button with that action ID; of feedback buttons
// the good one, or the other.
func (s *Server) Press(m Message, user, action string, good bool) *Envelope {
	return s.Send("interactive", s.Action(m, user, action, valueOf(m, action, good)))
}

// valueOf is the value of a button, "" when the message has no such one.
func valueOf(m Message, action string, good bool) string {
	for _, b := range m.Blocks {
		list, _ := b["elements"].([]any)
		for _, x := range list {
			e, _ := x.(map[string]any)
			if e["action_id"] != action {
				continue
			}
			side := "negative_button"
			if good {
				side = "positive_button"
			}
			if f, ok := e[side].(map[string]any); ok {
				e = f
			}
			v, _ := e["value"].(string)
			return v
		}
	}
	return ""
}

// Has reports whether a message has a button of that action.
func (m Message) Has(action string) bool { return valueOf(m, action, true) != "" }

// Everything is the text of a message with that of its blocks, as read.
func (m Message) Everything() string {
	out := []string{m.Text}
	var walk func(x any)
	walk = func(x any) {
		switch x := x.(type) {
		case map[string]any:
			if s, ok := x["text"].(string); ok {
				out = append(out, s)
			}
			walk(x["text"])
			walk(x["elements"])
			walk(x["rows"])
		case []any:
			for _, y := range x {
				walk(y)
			}
		}
	}
	for _, b := range m.Blocks {
		walk(b)
	}
	return strings.Join(out, "\n")
}

// Group makes a user group of these members, or changes who is in it; without
// any it is disabled, and Slack knows of no such group. It tells the bot as
// Slack does, unless quiet.
func (s *Server) Group(id string, quiet bool, members ...string) *Envelope {
	s.mu.Lock()
	if len(members) == 0 {
		delete(s.groups, id)
	} else {
		s.groups[id] = members
	}
	s.mu.Unlock()
	if quiet {
		return nil
	}
	if len(members) == 0 {
		return s.Event(map[string]any{"type": "subteam_updated", "subteam": map[string]any{"id": id, "team_id": Team, "is_usergroup": true, "date_delete": time.Now().Unix()}, "event_ts": s.stamp()})
	}
	return s.Event(map[string]any{"type": "subteam_members_changed", "subteam_id": id, "team_id": Team, "event_ts": s.stamp()})
}

// listMembers answers who is in a user group.
func (s *Server) listMembers(f url.Values) (map[string]any, string, time.Duration) {
	users, ok := s.groups[f.Get("usergroup")]
	if !ok {
		return nil, "no_such_subteam", 0
	}
	return map[string]any{"users": users}, "", 0
}
