package bot_test

import (
	"testing"

	"reportbot/bot"
)

func TestHide(t *testing.T) {
	for in, want := range map[string]string{
		"我的是xoxb-1111-2222-aB3dEf，良率多少？":         "我的是[secret]，良率多少？",
		"key sk-proj-Ab3dEf6hIj9kLmNoP here":     "key [secret] here",
		"xapp-1-A0123-456-deadbeef":              "[secret]",
		"sk-hynix 的目标价":                          "sk-hynix 的目标价",
		"in/sk-hynix-2026-review-of-quarter.pdf": "in/sk-hynix-2026-review-of-quarter.pdf",
		"task-sketch, SK-II, xoxb":               "task-sketch, SK-II, xoxb",
	} {
		if got := bot.Hide(in); got != want {
			t.Errorf("Hide(%q) = %q, want %q", in, got, want)
		}
	}
}
