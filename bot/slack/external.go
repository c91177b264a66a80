package slack

import (
	"context"
	"net/url"
	"sync"
	"time"
)

// infoOf is the method that tells whether a channel is shared.
const infoOf = "conversations.info"

// keepShared is how long a channel is taken as shared with another
// organisation, or as not.
const keepShared = 10 * time.Minute

// sharing knows which channels people of other organisations read (Slack
// Connect). It is safe for concurrent use.
type sharing struct {
	mu    sync.Mutex
	all   map[string]shared
	drops int
}

type shared struct {
	yes bool
	at  time.Time
}

// get returns what is known of a channel, and how many changes were heard of
// by now.
func (s *sharing) get(channel string, now time.Time) (k shared, drops int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok = s.all[channel]
	return k, s.drops, ok && now.Sub(k.at) < keepShared
}

// set keeps what was learned, unless a change was heard of meanwhile.
func (s *sharing) set(channel string, k shared, drops int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if drops != s.drops {
		return
	}
	if s.all == nil || len(s.all) >= 10_000 {
		s.all = map[string]shared{}
	}
	s.all[channel] = k
}

// drop forgets what is known of a channel: it changed.
func (s *sharing) drop(channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, channel)
	s.drops++
}

// external reports whether people of other organisations read a channel.
// Messages say it themselves; of commands and buttons, where told is nil, Slack
// is asked. Where it cannot be learned it is true with an error, unless it is
// our scope that is missing, or we are no member and can post nothing.
func (s *Slack) external(ctx context.Context, channel string, told *bool) (bool, error) {
	if told != nil {
		return *told, nil
	}
	known, drops, ok := s.sharing.get(channel, s.opt.Now())
	if ok {
		return known.yes, nil
	}
	ctx, cancel := context.WithTimeout(ctx, askMembers)
	defer cancel()
	var out struct {
		OK      bool   `json:"ok"`
		Error   string `json:"error"`
		Channel struct {
			Shared  bool `json:"is_ext_shared"`
			Pending bool `json:"is_pending_ext_shared"` // invited, and in soon
		} `json:"channel"`
	}
	_, err := s.api.do(ctx, call{method: infoOf}, func(ctx context.Context) (string, error) {
		if err := s.api.form(ctx, infoOf, url.Values{"channel": {channel}}, &out); err != nil {
			return "", err
		}
		if !out.OK {
			return "", apiError(out.Error)
		}
		return "", nil
	})
	if err != nil {
		s.opt.Log.Warn("not known whether a channel is shared with another organisation", "channel", channel, "error", brief(err))
		if !s.api.has(infoOf) || code(err) == "channel_not_found" {
			return false, nil
		}
		return true, err
	}
	yes := out.Channel.Shared || out.Channel.Pending
	s.sharing.set(channel, shared{yes, s.opt.Now()}, drops)
	return yes, nil
}
