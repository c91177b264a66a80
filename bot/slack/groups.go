package slack

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"reportbot/bot"
	"reportbot/retrieval"
)

// membersOf is the method that lists the members of a user group.
const membersOf = "usergroups.users.list"

const (
	// keepMembers is how long the members of a group are taken as known, at
	// least, and each how much longer it is with every group of the settings:
	// Slack lets us ask for twenty a minute. It tells of changes, which are
	// heeded at once; this bounds what is believed when it does not.
	keepMembers = time.Minute
	keepEach    = 6 * time.Second
	// askMembers bounds how long a question waits to learn of its asker's
	// groups. A button's modal must be there within three seconds.
	askMembers   = 5 * time.Second
	membersModal = 1500 * time.Millisecond
)

// groups knows who is in which user group. It is safe for concurrent use.
type groups struct {
	mu  sync.Mutex
	all map[string]*roll
}

// roll is one group's members, or the call that asks for them.
type roll struct {
	done    chan struct{} // closed when what follows is set
	members []string
	at      time.Time
	err     error
}

// drop forgets the members of a group: they changed.
func (g *groups) drop(id string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.all, id)
}

// current returns the roll of a group, and whether the caller is to fill it.
func (g *groups) current(id string, now time.Time, keep time.Duration) (r *roll, fill bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if r := g.all[id]; r != nil {
		select {
		case <-r.done:
			if age := now.Sub(r.at); r.err == nil && age >= 0 && age < keep {
				return r, false
			}
		default:
			return r, false
		}
	}
	r = &roll{done: make(chan struct{})}
	g.all[id] = r
	return r, true
}

// stands reports whether a roll was not dropped since it was asked for.
func (g *groups) stands(id string, r *roll) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.all[id] == r
}

// has reports whether a user is in a group, by what is known or by asking
// Slack. What Slack was asked before the group changed does not count.
func (s *Slack) has(ctx context.Context, group, user string, keep time.Duration) (bool, error) {
	for range 3 {
		r, fill := s.groups.current(group, s.opt.Now(), keep)
		if fill { // beside: whoever asks may not wait for it, the next one may
			if _, ok := s.rolls.Add("", func(ctx context.Context) { s.fill(ctx, group, r) }); !ok {
				r.err = errors.New("too much to ask")
				close(r.done)
			}
		}
		select {
		case <-r.done:
		case <-ctx.Done():
			return false, ctx.Err()
		}
		switch {
		case r.err != nil:
			return false, r.err
		case s.groups.stands(group, r):
			return slices.Contains(r.members, user), nil
		}
	}
	return false, errors.New("the group keeps changing")
}

// fill asks Slack who is in a group.
func (s *Slack) fill(ctx context.Context, group string, r *roll) {
	defer close(r.done)
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	if !s.api.has(membersOf) {
		r.err = errors.New(membersOf + " is not available")
		return
	}
	r.at = s.opt.Now() // before the call: what changes meanwhile is as old as that
	_, r.err = s.api.do(ctx, call{method: membersOf}, func(ctx context.Context) (string, error) {
		var err error
		r.members, err = s.api.client.GetUserGroupMembersContext(ctx, group)
		return "", err
	})
	if code(r.err) == "no_such_subteam" { // or it is disabled: nobody is in it
		s.opt.Log.Warn("no such user group", "group", group)
		r.members, r.err = nil, nil
	}
}

// memberships are those of the groups in the settings that a user is in. Only
// groups are looked at that would show the user more. A group of which that
// cannot be learned is one the user is not in: failed says that there was one.
func (s *Slack) memberships(ctx context.Context, set bot.Settings, p bot.Place, most time.Duration) (in []string, failed error) {
	_, have, ok := set.At(p)
	if !ok || !p.Direct || p.User == "" {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	keep := max(keepMembers, time.Duration(len(set.Groups))*keepEach)
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, id := range slices.Sorted(maps.Keys(set.Groups)) {
		if !slices.ContainsFunc(set.Groups[id], func(c string) bool { return c != "" && !have.Has(c) }) {
			continue
		}
		all.Go(func() {
			yes, err := s.has(ctx, id, p.User, keep)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				s.opt.Log.Warn("not known who is in a user group; taken as none of it", "group", id, "error", brief(err))
				failed = errors.Join(failed, err)
			} else if yes {
				in = append(in, id)
			}
		})
	}
	all.Wait()
	slices.Sort(in)
	return in, failed
}

// at returns the settings of an event's place with what is to be seen there
// now. Slack is asked for the asker's groups where nobody else reads the
// answer.
func (s *Slack) at(ctx context.Context, e Event) (bot.Channel, retrieval.Scope, bool) {
	p, set := place(e), s.set()
	if !p.Direct {
		p.External, _ = s.external(ctx, e.Channel, e.External)
	}
	p.Groups, _ = s.memberships(ctx, set, p, waits(e))
	return set.At(p)
}

// union is what an asker sees where nobody else looks on: what the channel
// sees, and what the asker sees in a direct message.
func (s *Slack) union(ctx context.Context, e Event, scope retrieval.Scope) retrieval.Scope {
	p, set := place(e), s.set()
	p.Direct = true
	p.Groups, _ = s.memberships(ctx, set, p, waits(e))
	_, own, ok := set.At(p)
	if !ok {
		return scope
	}
	all := slices.Concat(scope, own)
	slices.Sort(all)
	return slices.Compact(all)
}

// waits is how long an event may wait for its user's groups.
func waits(e Event) time.Duration {
	if e.Kind == Sources || e.Kind == Passages {
		return membersModal
	}
	return askMembers
}

// open is what everybody sees who may read what a command's answer shows to
// all of its place. A command works in a direct message of two people as well,
// which nothing tells from our own: there it is what anybody would see.
func (s *Slack) open(e Event) retrieval.Scope {
	p := place(e)
	if p.Direct {
		p.User = ""
	}
	_, scope, _ := s.set().At(p)
	return scope
}

// beyond reports whether a scope has what another one lacks.
func beyond(scope, other retrieval.Scope) bool {
	return slices.ContainsFunc(scope, func(c string) bool { return !other.Has(c) })
}

// Seen is what is to be seen where something is delivered unasked: what the
// channel sees, or, of a direct message, what its reader does. false: nothing
// is, any more. It is an error when the reader's groups are not known, or who
// reads the channel: what is left out of a delivery does not come later.
func (s *Slack) Seen(ctx context.Context, channel, user string, direct bool) (retrieval.Scope, bool, error) {
	set := s.set()
	if !direct {
		external, err := s.external(ctx, channel, nil)
		if err != nil {
			return nil, false, err
		}
		scope, ok := set.Seen(channel, external)
		return scope, ok, nil
	}
	p := bot.Place{Channel: channel, User: user, Direct: true}
	var err error
	if p.Groups, err = s.memberships(ctx, set, p, askMembers); err != nil {
		return nil, false, err
	}
	_, scope, ok := set.At(p)
	return scope, ok, nil
}

// subteam reads the group an event tells of.
func subteam(e Event, in inner) (Event, bool, error) {
	e.Kind, e.Group = Members, in.SubteamID
	if in.Subteam != nil {
		e.Group = in.Subteam.ID
	}
	return e, e.Group != "", nil
}
