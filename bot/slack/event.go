package slack

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"reportbot/bot"
)

// Kind says what an event asks the bot to do.
type Kind string

// The kinds of events. Everything else that Slack sends is acked and dropped.
const (
	Ask      Kind = "ask"      // a message, a mention or /ask
	Reports  Kind = "reports"  // /report
	Ticker   Kind = "ticker"   // /ticker, or one of the securities that were offered
	Help     Kind = "help"     // /help, or "/ask help"
	Opened   Kind = "opened"   // the conversation with the bot, or the older assistant pane
	Joined   Kind = "joined"   // the bot itself was invited
	Feedback Kind = "feedback" // 👍 or 👎
	Sources  Kind = "sources"  // all sources in a modal
	Passages Kind = "passages" // what the answer was drawn from
	Wider    Kind = "wider"    // search again wider
	Share    Kind = "share"    // post in the channel what its readers may see
	Edited   Kind = "edited"   // of a question
	Deleted  Kind = "deleted"  // of a question
	Digests  Kind = "digests"  // /digest
	Members  Kind = "members"  // a user group changed; it is not recorded
	Shared   Kind = "shared"   // a channel came to be, or is no more, shared with others; it is not recorded
)

// Event is what came from Slack, whichever way it came. It is what is recorded
// on disk before Slack hears that we have it, and all that is needed to take
// it up again after a restart.
type Event struct {
	ID      string `json:"id"` // the same for each delivery, and for a mention and its message
	Kind    Kind   `json:"kind"`
	Team    string `json:"team,omitempty"`
	Channel string `json:"channel,omitempty"`
	User    string `json:"user,omitempty"`
	TS      string `json:"ts,omitempty"`     // of the message, or the one a button stands on
	Thread  string `json:"thread,omitempty"` // thread_ts, "" outside of threads
	Direct  bool   `json:"direct,omitempty"`
	Mention bool   `json:"mention,omitempty"`
	Others  bool   `json:"others,omitempty"` // somebody else is addressed
	Text    string `json:"text,omitempty"`   // without the mention
	Slash   bool   `json:"slash,omitempty"`
	Reply   string `json:"reply,omitempty"`   // response_url
	Trigger string `json:"trigger,omitempty"` // trigger_id
	Answer  string `json:"answer,omitempty"`  // the answer a button belongs to
	Hidden  bool   `json:"hidden,omitempty"`  // the button stands on a message only its reader sees
	Good    bool   `json:"good,omitempty"`    // of Feedback
	Card    bool   `json:"card,omitempty"`    // of Share: the answer is a card
	Group   string `json:"group,omitempty"`   // of Members
	At      int64  `json:"at,omitempty"`      // when it was taken, in seconds
	// External: people of other organisations read the channel. Commands and
	// buttons do not say; there it is nil.
	External *bool `json:"external,omitempty"`
}

// wire is the part of Slack's events that we read. slack-go's own types refuse
// a whole event for one block element they do not know; nothing of ours
// depends on blocks.
type wire struct {
	Type    string `json:"type"`
	TeamID  string `json:"team_id"`
	EventID string `json:"event_id"`
	Shared  *bool  `json:"is_ext_shared_channel"`
	Event   inner  `json:"event"`
}

type inner struct {
	Type        string `json:"type"`
	Subtype     string `json:"subtype"`
	User        string `json:"user"`
	BotID       string `json:"bot_id"`
	Text        string `json:"text"`
	TS          string `json:"ts"`
	ThreadTS    string `json:"thread_ts"`
	Channel     string `json:"channel"`
	ChannelType string `json:"channel_type"`
	Team        string `json:"team"`
	EventTS     string `json:"event_ts"`
	DeletedTS   string `json:"deleted_ts"`
	Message     *inner `json:"message"`
	Previous    *inner `json:"previous_message"`
	Tab         string `json:"tab"`
	SubteamID   string `json:"subteam_id"`
	Subteam     *struct {
		ID string `json:"id"`
	} `json:"subteam"`
	Assistant *struct {
		User     string `json:"user_id"`
		Channel  string `json:"channel_id"`
		ThreadTS string `json:"thread_ts"`
	} `json:"assistant_thread"`
}

// self is who we are.
type self struct{ User, Bot, Team string }

// fromEvent reads the payload of an Events API envelope. ok is false for what
// is not for us.
func fromEvent(payload []byte, me self) (Event, bool, error) {
	var w wire
	if err := json.Unmarshal(payload, &w); err != nil {
		return Event{}, false, fmt.Errorf("read event: %w", err)
	}
	in := w.Event
	e := Event{Team: cmp.Or(w.TeamID, in.Team), Channel: in.Channel, User: in.User, TS: in.TS, Thread: in.ThreadTS}
	e.Direct, e.External = in.ChannelType == "im" || strings.HasPrefix(in.Channel, "D"), w.Shared
	switch in.Type {
	case "app_mention", "message":
		return fromMessage(e, in, me)
	case "assistant_thread_started", "assistant_thread_context_changed":
		if in.Assistant == nil || in.Assistant.Channel == "" {
			return Event{}, false, nil
		}
		a := *in.Assistant
		e.Kind, e.Channel, e.User, e.Thread, e.Direct = Opened, a.Channel, a.User, a.ThreadTS, true
		e.ID = strings.Join([]string{strings.TrimPrefix(in.Type, "assistant_thread_"), a.Channel, cmp.Or(in.EventTS, a.ThreadTS, w.EventID)}, "-")
		return e, true, nil
	case "app_home_opened": // an agent's conversation; it is opened again and again
		e.Kind, e.Direct, e.ID = Opened, true, strings.Join([]string{"home", in.Channel, cmp.Or(in.EventTS, w.EventID)}, "-")
		return e, in.Tab == "messages" && in.Channel != "", nil
	case "member_joined_channel":
		e.Kind, e.ID = Joined, strings.Join([]string{"joined", in.Channel, cmp.Or(in.EventTS, w.EventID)}, "-")
		return e, in.User == me.User && me.User != "", nil
	case "subteam_members_changed", "subteam_updated", "subteam_self_added", "subteam_self_removed":
		return subteam(e, in)
	case "channel_shared", "channel_unshared":
		e.Kind = Shared
		return e, e.Channel != "", nil
	}
	return Event{}, false, nil
}

// fromMessage reads a message or a mention. Both have the same ID, since Slack
// sends both for one message, with two event IDs.
func fromMessage(e Event, in inner, me self) (Event, bool, error) {
	switch in.Subtype {
	case "", "thread_broadcast", "file_share":
	case "message_changed":
		if in.Message != nil && in.Message.Subtype == "tombstone" { // what stays of a deleted message that was answered
			e.Kind, e.TS, e.ID = Deleted, in.Message.TS, strings.Join([]string{"deleted", e.Channel, in.Message.TS}, "-")
			return e, e.TS != "", nil
		}
		if in.Message == nil || ours(*in.Message, me) || in.Previous != nil && in.Previous.Text == in.Message.Text {
			return Event{}, false, nil // unfurling a link changes a message too
		}
		e.Kind, e.TS, e.User = Edited, in.Message.TS, in.Message.User
		e.Text, e.Mention, e.Others = strip(in.Message.Text, me.User)
		e.ID = strings.Join([]string{"edited", e.Channel, e.TS, cmp.Or(in.EventTS, in.TS)}, "-")
		return e, e.TS != "", nil
	case "message_deleted":
		e.Kind, e.TS, e.ID = Deleted, in.DeletedTS, strings.Join([]string{"deleted", e.Channel, in.DeletedTS}, "-")
		return e, e.TS != "", nil
	default:
		return Event{}, false, nil
	}
	if ours(in, me) || in.TS == "" || in.Channel == "" {
		return Event{}, false, nil
	}
	e.Kind, e.ID = Ask, messageID(e.Channel, e.TS)
	e.Text, e.Mention, e.Others = strip(in.Text, me.User)
	e.Mention = e.Mention || in.Type == "app_mention"
	return e, true, nil
}

// messageID is the ID of the event that a message is.
func messageID(channel, ts string) string { return channel + "-" + ts }

// ours reports whether a message is a bot's: of our own, of another one, or of
// Slack itself. Bots that answer bots do not end.
func ours(in inner, me self) bool {
	return in.BotID != "" || in.User == "" || in.User == me.User || in.User == "USLACKBOT" || in.Subtype == "bot_message"
}

var entity = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// marked is how Slack writes users, channels and links: <@U1>, <#C1|name>,
// <https://a|b>.
var marked = regexp.MustCompile(`<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>`)

// strip is a text without mentions of the bot, in plain characters: what Slack
// wrote for a link or a channel is replaced by what people see, and a token that
// somebody pasted is gone before anything is kept.
func strip(s, user string) (text string, mentioned, others bool) {
	s = marked.ReplaceAllStringFunc(s, func(m string) string {
		p := marked.FindStringSubmatch(m)
		switch {
		case p[1] == "@" && p[2] == user:
			mentioned = true
			return " "
		case p[1] == "@":
			others = true
			return " "
		case p[3] != "":
			return p[3]
		case p[1] == "!":
			return " "
		}
		return p[2]
	})
	return bot.Hide(strings.TrimSpace(entity.Replace(s))), mentioned, others
}

// fromCommand reads a slash command. Its trigger is what two deliveries share.
func fromCommand(v url.Values) (Event, bool) {
	e := Event{Kind: Ask, Team: v.Get("team_id"), Channel: v.Get("channel_id"), User: v.Get("user_id"), Slash: true,
		Reply: v.Get("response_url"), Trigger: v.Get("trigger_id"), Direct: strings.HasPrefix(v.Get("channel_id"), "D")}
	e.Text, _, _ = strip(v.Get("text"), "")
	e.ID = "command-" + e.Trigger
	switch v.Get("command") {
	case "/ask":
		switch strings.ToLower(e.Text) {
		case "help", "帮助":
			e.Kind = Help
		}
	case "/report":
		e.Kind = Reports
	case "/ticker":
		e.Kind = Ticker
	case "/digest":
		e.Kind = Digests
	case "/help":
		e.Kind = Help
	default:
		return Event{}, false
	}
	return e, e.Trigger != "" && e.User != ""
}

// commandOf turns the JSON of a Socket Mode command into what HTTP sends.
func commandOf(payload []byte) (url.Values, error) {
	var all map[string]any
	if err := json.Unmarshal(payload, &all); err != nil {
		return nil, fmt.Errorf("read command: %w", err)
	}
	v := url.Values{}
	for k, x := range all {
		if s, ok := x.(string); ok {
			v.Set(k, s)
		}
	}
	return v, nil
}

// pressed is the part of a block action that we read.
type pressed struct {
	Type        string              `json:"type"`
	TriggerID   string              `json:"trigger_id"`
	ResponseURL string              `json:"response_url"`
	User        struct{ ID string } `json:"user"`
	Team        struct{ ID string } `json:"team"`
	Channel     struct{ ID string } `json:"channel"`
	Message     struct {
		TS       string `json:"ts"`
		ThreadTS string `json:"thread_ts"`
	} `json:"message"`
	Container struct {
		ChannelID string `json:"channel_id"`
		MessageTS string `json:"message_ts"`
		Ephemeral bool   `json:"is_ephemeral"`
		ThreadTS  string `json:"thread_ts"`
	} `json:"container"`
	Actions []struct {
		ActionID string `json:"action_id"`
		Value    string `json:"value"`
		ActionTS string `json:"action_ts"`
	} `json:"actions"`
}

// The action IDs of our buttons. The value is the answer's ID, with + or -
// before it for feedback. Of actCard, which a number follows since no two IDs
// of a row may be the same, it is what to make a card of.
const (
	actFeedback = "feedback"
	actSources  = "sources"
	actPassages = "passages"
	actWider    = "wider"
	actShare    = "share"
	actShareOut = "share_card"
	actCard     = "card_"
)

// fromAction reads a press of one of our buttons.
func fromAction(payload []byte) (Event, bool, error) {
	var p pressed
	if err := json.Unmarshal(payload, &p); err != nil {
		return Event{}, false, fmt.Errorf("read action: %w", err)
	}
	if p.Type != "block_actions" || len(p.Actions) == 0 || p.User.ID == "" {
		return Event{}, false, nil
	}
	a := p.Actions[0]
	e := Event{Team: p.Team.ID, Channel: cmp.Or(p.Channel.ID, p.Container.ChannelID), User: p.User.ID,
		TS: cmp.Or(p.Message.TS, p.Container.MessageTS), Thread: cmp.Or(p.Message.ThreadTS, p.Container.ThreadTS),
		Reply: p.ResponseURL, Trigger: p.TriggerID, Answer: a.Value, Hidden: p.Container.Ephemeral}
	e.Direct = strings.HasPrefix(e.Channel, "D")
	e.ID = "action-" + cmp.Or(p.TriggerID, e.User+a.ActionTS)
	switch a.ActionID {
	case actFeedback:
		e.Kind, e.Good = Feedback, strings.HasPrefix(a.Value, "+")
		e.Answer = strings.TrimLeft(a.Value, "+-")
	case actSources, actPassages, actWider, actShare:
		e.Kind = Kind(a.ActionID)
	case actShareOut:
		e.Kind, e.Card = Share, true
	default:
		if !strings.HasPrefix(a.ActionID, actCard) {
			return Event{}, false, nil
		}
		e.Kind, e.Text = Ticker, a.Value
	}
	return e, e.Answer != "", nil
}
