package main

import (
	"context"
	"maps"
	"slices"

	"reportbot/config"
)

// checkNames warns of collections that the settings name and nothing fills, and
// of those that are filled and nobody may ask about: a typo makes one of each.
// The shipped public "default" may well be empty.
func (s *service) checkNames(ctx context.Context) error {
	filled, err := s.store.Collections(ctx)
	if err != nil {
		return err
	}
	for _, w := range s.cfg.Serve.Watch {
		filled = append(filled, w.Collection)
	}
	slices.Sort(filled)
	filled = slices.Compact(filled)
	named := map[string]bool{}
	check := func(setting string, names []string) {
		for _, name := range names {
			named[name] = true
			if !slices.Contains(filled, name) && (setting != "public" || name != "default") {
				s.log.Warn("no such collection: no watched folder fills it and it holds no report", "setting", setting, "collection", name, "there_are", filled)
			}
		}
	}
	check("public", s.cfg.Public)
	for _, id := range slices.Sorted(maps.Keys(s.cfg.Channels)) {
		check("channels."+id+".collections", s.cfg.Channels[id].Collections)
	}
	grants := func(section string, all map[string]*config.Grant) {
		for _, id := range slices.Sorted(maps.Keys(all)) {
			check(section+"."+id+".collections", all[id].Collections)
		}
	}
	grants("users", s.cfg.Users)
	grants("groups", s.cfg.Groups)
	for _, name := range filled {
		if !named[name] {
			s.log.Warn("nobody may ask about a collection: neither public nor a channel, user or group names it", "collection", name)
		}
	}
	return nil
}
