package text

import "testing"

func TestHasWord(t *testing.T) {
	for _, row := range []struct {
		s, w string
		want bool
	}{
		{"the pe is 20", "pe", true},
		{"a specific peer", "pe", false},
		{"pe是多少", "pe", true},
		{"2026pe", "pe", false},
		{"openai pe", "pe", true}, // the first place is part of a word, the second is not
		{"质押给银行", "质押给", true},
		{"a", "", false},
		{"", "pe", false},
	} {
		if got := HasWord(row.s, row.w); got != row.want {
			t.Errorf("HasWord(%q, %q) = %v", row.s, row.w, got)
		}
	}
}
