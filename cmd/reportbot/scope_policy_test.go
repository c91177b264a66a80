package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"reportbot/bot"
)

// policy is who may see what as the oracle of the promise sees it. It shares no
// code with bot.Settings, which is made of it.
type policy struct {
	public   map[int]bool
	channel  map[string]map[int]bool // of listed channels
	closed   map[string][]string     // members, of listed channels that not everybody may ask in
	others   map[int]bool            // of direct messages and channels not listed
	inOthers []string                // who may ask there; none: everybody
	user     map[string]map[int]bool
	group    map[string]map[int]bool
	members  map[string][]string
}

var (
	people   = []string{"U1", "U2", "U3", "U4", "U5"}
	channels = []string{"C1", "C2", "C3", "C4"} // the last is in no settings
	unions   = []string{"S1", "S2", "S3"}
)

func newPolicy() *policy {
	p := &policy{public: map[int]bool{0: true}, channel: map[string]map[int]bool{}, closed: map[string][]string{}, others: map[int]bool{},
		user: map[string]map[int]bool{}, group: map[string]map[int]bool{}, members: map[string][]string{}}
	for _, c := range channels[:3] {
		p.channel[c] = map[int]bool{}
	}
	for _, u := range people {
		p.user[u] = map[int]bool{}
	}
	for _, g := range unions {
		p.group[g] = map[int]bool{}
	}
	return p
}

// inChannel is what a channel sees.
func (p *policy) inChannel(c string) map[int]bool {
	if own, listed := p.channel[c]; listed {
		return together(p.public, own)
	}
	return together(p.public, p.others)
}

// may tells whether a user may ask in a channel, or "" for a direct message.
func (p *policy) may(u, c string) bool {
	list := p.inOthers
	if _, listed := p.channel[c]; listed {
		list = p.closed[c]
	}
	return len(list) == 0 || slices.Contains(list, u)
}

// alone is what a user sees alone.
func (p *policy) alone(u string) map[int]bool {
	if !p.may(u, "") {
		return nil
	}
	out := together(p.public, p.others, p.user[u])
	for g, seen := range p.group {
		if slices.Contains(p.members[g], u) {
			out = together(out, seen)
		}
	}
	return out
}

// beside is what a user sees alone in a channel.
func (p *policy) beside(u, c string) map[int]bool {
	if !p.may(u, c) {
		return nil
	}
	return together(p.inChannel(c), p.alone(u))
}

// anybody is what is seen in a direct message of two people.
func (p *policy) anybody() map[int]bool {
	if len(p.inOthers) > 0 {
		return nil
	}
	return together(p.public, p.others)
}

func together(all ...map[int]bool) map[int]bool {
	out := map[int]bool{}
	for _, m := range all {
		for k, yes := range m {
			if yes {
				out[k] = true
			}
		}
	}
	return out
}

// settings writes the policy down.
func (p *policy) settings() bot.Settings {
	names := func(m map[int]bool) (out []string) {
		for i, f := range folders {
			if m[i] {
				out = append(out, f)
			}
		}
		return out
	}
	s := bot.Settings{Public: names(p.public), Channels: map[string]bot.Channel{}, Users: map[string][]string{}, Groups: map[string][]string{},
		Default: bot.Channel{Collections: names(p.others), Members: slices.Clone(p.inOthers), FollowUps: true}}
	for c, m := range p.channel {
		s.Channels[c] = bot.Channel{Collections: names(m), Members: slices.Clone(p.closed[c]), FollowUps: true}
	}
	for u, m := range p.user {
		s.Users[u] = names(m)
	}
	for g, m := range p.group {
		s.Groups[g] = names(m)
	}
	return s
}

// change grants or revokes something; group is a group whose members changed.
func (p *policy) change(r *rand.Rand) (group string) {
	i := 1 + r.IntN(len(folders)-1)
	flip := func(m map[int]bool) { m[i] = !m[i] }
	switch n := r.IntN(20); {
	case n < 5:
		flip(p.channel[channels[r.IntN(3)]])
	case n < 10:
		flip(p.user[pick(r, people)])
	case n < 13:
		flip(p.group[pick(r, unions)])
	case n < 17:
		group = pick(r, unions)
		u := pick(r, people)
		if at := slices.Index(p.members[group], u); at >= 0 {
			p.members[group] = slices.Delete(slices.Clone(p.members[group]), at, at+1)
		} else {
			p.members[group] = append(slices.Clone(p.members[group]), u)
		}
	case n == 17:
		flip(p.others)
	case n == 18:
		i = r.IntN(len(folders))
		flip(p.public)
		if len(names(p.public)) > 2 { // else soon all is public
			p.public = map[int]bool{0: true}
		}
	default:
		c := channels[r.IntN(3)]
		switch r.IntN(4) {
		case 0:
			p.closed[c] = people[:2]
		case 1:
			p.inOthers = people[:3]
		default:
			p.inOthers, p.closed[c] = nil, nil
		}
	}
	return group
}

func names(m map[int]bool) (out []string) {
	for i, f := range folders {
		if m[i] {
			out = append(out, f)
		}
	}
	return out
}

func (p *policy) String() string {
	return fmt.Sprintf("public %v; others %v %v; channels %v closed %v; users %v; groups %v %v", names(p.public), names(p.others), p.inOthers, p.channel, p.closed, p.user, p.group, p.members)
}

func pick[T any](r *rand.Rand, all []T) T { return all[r.IntN(len(all))] }

// foreign are the collections whose canaries a text holds and that may not be
// seen.
func foreign(s string, may map[int]bool) string {
	var out []string
	for _, i := range heldIn(s) {
		if !may[i] {
			out = append(out, folders[i])
		}
	}
	return strings.Join(out, " ")
}
