package bot_test

import (
	"strings"
	"testing"

	"reportbot/bot"
)

// What is too long is refused in the language of the place, where it has one.
func TestTooLongInTheLanguageOfThePlace(t *testing.T) {
	d := newDesk(t)
	b := bot.New(d.answerer(), d, nil, bot.Options{})
	for _, c := range []struct{ lang, text, want string }{
		{"", strings.Repeat("目标价？", 600), "上限为 2000 个"},
		{"en", strings.Repeat("目标价？", 600), "the limit is 2000"},
		{"zh", strings.Repeat("target price ", 200), "上限为 2000 个"},
		{"", strings.Repeat("target price ", 200), "the limit is 2000"},
	} {
		r, err := b.Handle(t.Context(), bot.Message{Text: c.text, Scope: both, Now: noon, Lang: c.lang})
		if err != nil || !strings.Contains(r.Answer.Text, c.want) {
			t.Errorf("%q %.20s: %q, %v; want %s", c.lang, c.text, r.Answer.Text, err, c.want)
		}
	}
}
