package bot_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"reportbot/bot"
)

// Whatever is typed after whatever was asked: no panic, no broken character,
// and nothing that neither of them nor our own words hold.
func FuzzUnderstand(f *testing.F) {
	d := newDesk(f)
	for _, thread := range readThreads(f) {
		for i := 1; i < len(thread); i++ {
			f.Add(thread[i-1].text, thread[i].text)
		}
	}
	f.Fuzz(func(t *testing.T, before, text string) {
		if !utf8.ValidString(before) || !utf8.ValidString(text) || len(before)+len(text) > 2000 {
			t.Skip()
		}
		m := bot.Message{Text: text, Scope: public, Now: noon}
		u := bot.Understand(t.Context(), d, nil, m, []bot.Turn{{Question: before}})
		if !utf8.ValidString(u.Question) {
			t.Errorf("%q after %q: %q is no text", text, before, u.Question)
		}
		for _, hidden := range []string{"zenquix", "zzqx"} {
			if strings.Contains(strings.ToLower(u.Question), hidden) && !strings.Contains(strings.ToLower(before+text), hidden) {
				t.Errorf("%q after %q: %q", text, before, u.Question)
			}
		}
	})
}
