package bot

import (
	"slices"

	"reportbot/retrieval"
)

// Place is where something was written, and by whom.
type Place struct {
	Team, Channel, User string
	Direct              bool     // nobody but the user reads it: a direct message, the assistant pane, what is shown to one person alone
	Groups              []string // the user groups the user is in; of use where it is Direct
	External            bool     // people of other organisations read it
}

// Settings say who sees what where. They are read by many at once: whoever
// changes them makes new ones.
type Settings struct {
	Public   []string           // collections everybody sees
	Channels map[string]Channel // by channel ID
	Default  Channel            // of channels not listed, and of direct messages

	Users  map[string][]string // collections besides those, by user ID, where nobody else reads the answer
	Groups map[string][]string // the same, by the ID of a user group
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
	External    bool     // it may be shared with people of other organisations
}

// At returns the settings of a place with the collections to be seen there. It
// is false, with an empty scope, where this user may not ask, and where people
// of other organisations read the answer that the settings do not let in. What
// a channel sees depends on the channel alone, never on who asks: all its
// readers see the answer. What one person reads alone depends on that person as
// well.
func (s Settings) At(p Place) (Channel, retrieval.Scope, bool) {
	c := s.Default
	if listed, ok := s.Channels[p.Channel]; ok && !p.Direct {
		c = listed
	}
	if p.External && !p.Direct && !c.External {
		return c, nil, false
	}
	if len(c.Members) > 0 && !slices.Contains(c.Members, p.User) {
		return c, nil, false
	}
	if !p.Direct {
		return c, scope(s.Public, c.Collections), true
	}
	all := [][]string{s.Public, c.Collections, s.Users[p.User]}
	for _, g := range p.Groups {
		all = append(all, s.Groups[g])
	}
	return c, scope(all...), true
}

// Seen returns the collections to be seen in a channel, whoever of ours reads
// there. It is false as At is where others read it.
func (s Settings) Seen(channel string, external bool) (retrieval.Scope, bool) {
	c, ok := s.Channels[channel]
	if !ok {
		c = s.Default
	}
	if external && !c.External {
		return nil, false
	}
	return scope(s.Public, c.Collections), true
}

// scope joins lists of collections.
func scope(lists ...[]string) retrieval.Scope {
	var out retrieval.Scope
	for _, name := range slices.Concat(lists...) {
		if name != "" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
