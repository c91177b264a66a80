package bot_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"reportbot/bot"
)

// All that the bot says by itself is in the language asked for, names what it is
// given and fits a line.
func TestWording(t *testing.T) {
	for name, say := range map[string]func(lang string) string{
		"Searching 128": func(l string) string { return bot.Searching(l, 128) },
		"Searching 1":   func(l string) string { return bot.Searching(l, 1) },
		"Busy 7":        func(l string) string { return bot.Busy(l, 7) },
		"Busy":          func(l string) string { return bot.Busy(l, 1) },
		"Full E42":      func(l string) string { return bot.Full(l, "E42") },
		"TooMany 12": func(l string) string {
			return bot.TooMany(l, &bot.Refusal{Whose: "user", Wait: 11200 * time.Millisecond})
		},
		"TooMany 3":     func(l string) string { return bot.TooMany(l, &bot.Refusal{Whose: "channel", Wait: 3 * time.Second}) },
		"TooMany 1":     func(l string) string { return bot.TooMany(l, &bot.Refusal{Whose: "workspace", Wait: time.Millisecond}) },
		"NotAllowed":    bot.NotAllowed,
		"ModelDown E42": func(l string) string { return bot.ModelDown(l, "E42") },
		"NotShared":     bot.NotShared,
		"Quoted":        bot.Quoted,
		"Spent":         bot.Spent,
		"Failed E42":    func(l string) string { return bot.Failed(l, "E42") },
		"Failed":        func(l string) string { return bot.Failed(l, "") },
		"Welcome":       bot.Welcome,
		"Introduction":  func(l string) string { return bot.Introduction(l, "") },
	} {
		for _, lang := range []string{"zh", "en"} {
			got := say(lang)
			han := strings.ContainsFunc(got, func(r rune) bool { return unicode.Is(unicode.Han, r) })
			_, given, _ := strings.Cut(name, " ")
			if han != (lang == "zh") || !strings.Contains(got, given) || strings.Contains(got, "()") || strings.Contains(got, "（编号 ）") {
				t.Errorf("%s in %s: %q", name, lang, got)
			}
			if n := len([]rune(got)); n < 5 || n > 400 {
				t.Errorf("%s in %s has %d characters", name, lang, n)
			}
		}
	}
	if got := bot.Searching("zh", 128); got != "正在检索 128 篇研报…" {
		t.Error(got)
	}
}
