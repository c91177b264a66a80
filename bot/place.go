package bot

import (
	"slices"

	"reportbot/retrieval"
)

// Place is where something was written, and by whom.
type Place struct {
	Team, Channel, User string
	Direct              bool // a direct message or the assistant pane
}

// Settings say who sees what where.
type Settings struct {
	Public   []string           // collections everybody sees
	Channels map[string]Channel // by channel ID
	Default  Channel            // of channels not listed, and of direct messages
}

// Channel is how the bot behaves in one channel.
type Channel struct {
	Collections []string // besides the public ones; nil: only those
	Every       bool     // answer every question in the channel, not mentions alone
	InChannel   bool     // answer in the channel instead of a thread
	FollowUps   bool     // answer in threads it answered in before without a mention
	Managers    []string // user IDs who may change the channel's digests; empty: all who may ask
	Language    string   // "", zh or en: forced
	Members     []string // user IDs allowed; empty: everybody
}

// At returns the settings of a place with the collections to be seen there. It
// is false, with an empty scope, where this user may not ask. What a channel
// sees depends on the channel alone, never on who asks: all its readers see
// the answer.
func (s Settings) At(p Place) (Channel, retrieval.Scope, bool) {
	c := s.Default
	if listed, ok := s.Channels[p.Channel]; ok && !p.Direct {
		c = listed
	}
	if len(c.Members) > 0 && !slices.Contains(c.Members, p.User) {
		return c, nil, false
	}
	return c, s.scope(c), true
}

// Seen returns the collections to be seen in a channel, whoever reads there.
func (s Settings) Seen(channel string) retrieval.Scope {
	if c, ok := s.Channels[channel]; ok {
		return s.scope(c)
	}
	return s.scope(s.Default)
}

func (s Settings) scope(c Channel) retrieval.Scope {
	var scope retrieval.Scope
	for _, name := range slices.Concat(s.Public, c.Collections) {
		if name != "" {
			scope = append(scope, name)
		}
	}
	slices.Sort(scope)
	return slices.Compact(scope)
}
