package bot_test

import (
	"strings"
	"testing"

	"reportbot/bot"
)

func TestAt(t *testing.T) {
	settings := bot.Settings{
		Public: []string{"default", "macro"},
		Channels: map[string]bot.Channel{
			"C-open":   {},
			"C-desk":   {Collections: []string{"desk", "default", ""}, Every: true},
			"C-closed": {Collections: []string{"deals"}, Members: []string{"U-ann"}, Language: "en"},
			"D-ann":    {Collections: []string{"deals"}},
		},
		Default: bot.Channel{Collections: []string{"library"}, FollowUps: true},
		Users:   map[string][]string{"U-ann": {"deals", "macro", ""}, "U-cat": {"desk"}},
		Groups:  map[string][]string{"S-desk": {"desk"}, "S-deals": {"deals"}, "S-none": nil},
	}
	onlyAnn := bot.Settings{Public: []string{"default"}, Default: bot.Channel{Members: []string{"U-ann"}}}
	granted := onlyAnn
	granted.Users, granted.Groups = map[string][]string{"U-bob": {"desk"}}, map[string][]string{"S-desk": {"desk"}}
	for _, c := range []struct {
		name     string
		settings bot.Settings
		place    bot.Place
		scope    string
		ok       bool
	}{
		{"an open channel sees what is public", settings, bot.Place{Channel: "C-open", User: "U-ann"}, "default macro", true},
		{"and its own, each once", settings, bot.Place{Channel: "C-desk", User: "U-bob"}, "default desk macro", true},
		{"one not listed sees the default's", settings, bot.Place{Channel: "C-new", User: "U-bob"}, "default library macro", true},
		{"so does a direct message", settings, bot.Place{Channel: "D-bob", User: "U-bob", Direct: true}, "default library macro", true},
		{"whatever is listed under its ID", settings, bot.Place{Channel: "D-ann", User: "U-bob", Direct: true}, "default library macro", true},
		{"and what its user is granted", settings, bot.Place{Channel: "D-ann", User: "U-ann", Direct: true}, "deals default library macro", true},
		{"and the user's groups", settings, bot.Place{Channel: "D-cat", User: "U-cat", Direct: true, Groups: []string{"S-deals", "S-none", "S-other"}}, "deals default desk library macro", true},
		{"groups alone", settings, bot.Place{Channel: "D-bob", User: "U-bob", Direct: true, Groups: []string{"S-desk"}}, "default desk library macro", true},
		{"none of it in a channel", settings, bot.Place{Channel: "C-open", User: "U-ann", Groups: []string{"S-desk"}}, "default macro", true},
		{"nor in one not listed", settings, bot.Place{Channel: "C-new", User: "U-ann", Groups: []string{"S-desk"}}, "default library macro", true},
		{"a member", settings, bot.Place{Channel: "C-closed", User: "U-ann"}, "deals default macro", true},
		{"not a member", settings, bot.Place{Channel: "C-closed", User: "U-bob"}, "", false},
		{"nobody", settings, bot.Place{Channel: "C-closed"}, "", false},
		{"members of the default: in it", onlyAnn, bot.Place{Channel: "C-new", User: "U-ann"}, "default", true},
		{"not in it", onlyAnn, bot.Place{Channel: "C-new", User: "U-bob"}, "", false},
		{"a grant lets nobody in", granted, bot.Place{User: "U-bob", Direct: true, Groups: []string{"S-desk"}}, "", false},
		{"nor in a direct message", onlyAnn, bot.Place{User: "U-bob", Direct: true}, "", false},
		{"no settings see nothing", bot.Settings{}, bot.Place{Channel: "C-open", User: "U-ann"}, "", true},
	} {
		got, scope, ok := c.settings.At(c.place)
		if s := strings.Join(scope, " "); s != c.scope || ok != c.ok {
			t.Errorf("%s: %q, %v; want %q, %v", c.name, s, ok, c.scope, c.ok)
		}
		want, listed := c.settings.Channels[c.place.Channel]
		if !listed || c.place.Direct {
			want = c.settings.Default
		}
		if got.Language != want.Language || got.Every != want.Every || got.FollowUps != want.FollowUps {
			t.Errorf("%s: settings %+v", c.name, got)
		}
	}
}
