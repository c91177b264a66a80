package main

import (
	"slices"
	"strings"

	"reportbot/bot/slack/slacktest"
	"reportbot/bot/state"
)

// mustBeAudited holds all that stands in Slack against the audit, whose chain
// must be whole after all the kills: of each message there is an entry from before
// it was shown and, where everybody sees it, one that says where it stands. What
// the asker alone was shown may lack that one: the kill may have come between.
func (c *crowd) mustBeAudited() {
	t := c.t
	t.Helper()
	st, err := state.Open(t.Context(), c.dir+"/data", state.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	of := map[string][]state.Entry{}
	head, err := st.Audit(t.Context(), func(r state.Record) error {
		e, err := r.Entry()
		of[e.Event] = append(of[e.Event], e)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	hooks := map[string]string{}
	for _, a := range c.all {
		hooks[a.hook] = a.id
	}
	messages, lacking := 0, 0
	for _, m := range c.slack.All() {
		if m.User != slacktest.BotUser {
			continue
		}
		event, _ := m.Metadata["event"].(string)
		if m.Hook() != "" {
			event = hooks[m.Hook()]
		}
		entries := of[event]
		before := slices.ContainsFunc(entries, func(e state.Entry) bool { return e.Kind != "posted" && !e.At.After(m.At) })
		whole := !strings.Contains(m.Everything(), shown) || slices.ContainsFunc(entries, func(e state.Entry) bool {
			return e.Kind == "answer" && len(e.Passages) > 0 && e.Passages[0].SHA256 != "" && e.Asked == askedFor
		})
		posted := m.To != "" || m.Hook() != "" || slices.ContainsFunc(entries, func(e state.Entry) bool { return e.Kind == "posted" && slices.Contains(e.TS, m.TS) })
		if messages++; !before || !whole || !posted {
			if lacking++; lacking < 10 {
				t.Errorf("%s in %s: an entry before %v, of the answer %v, of the post %v: %s\n%+v", event, m.Channel, before, whole, posted, cut(m.Everything(), 80), entries)
			}
		}
	}
	t.Logf("%d messages, %d without their entries; the audit has %d records", messages, lacking, head.Seq)
}
