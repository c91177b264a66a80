package pdf

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func TestSplitWords(t *testing.T) {
	tests := []struct {
		in   string
		want []string // a leading | marks the begin of a line, _ a wide blank
	}{
		{"a b\r\nc", []string{"a", "b", "|c"}},
		{"exam\ufffeple", []string{"exam-", "|ple"}},
		{"x\u3000y\u00a0z", []string{"x", "_y", "z"}},
		{"\uf06c 要点", []string{"•", "要点"}},
		{"a\uf061b\ue123", []string{"ab"}},
		{"\ufffd\ufffd \uffff\u0007\u200b", nil},
		{"\ufffd\r\nafter", []string{"|after"}},
		{"long\u00adterm", []string{"long-term"}},
		{"𝑥 = 𝛼", []string{"𝑥", "=", "𝛼"}},
		{"", nil},
	}
	for _, tt := range tests {
		words, units := splitWords(tt.in)
		if want := len(utf16.Encode([]rune(tt.in))); units != want {
			t.Errorf("splitWords(%q): %d units, want %d", tt.in, units, want)
		}
		var got []string
		for _, w := range words {
			w.text = strings.Repeat("_", w.wide) + w.text
			if w.broken {
				w.text = "|" + w.text
			}
			got = append(got, w.text)
			if w.first < 0 || w.last < w.first || w.last >= units {
				t.Errorf("splitWords(%q): %q at %d to %d of %d", tt.in, w.text, w.first, w.last, units)
			}
		}
		if diff := cmp.Diff(got, tt.want); diff != "" {
			t.Errorf("splitWords(%q) (-got +want):\n%s", tt.in, diff)
		}
	}
}

func TestMarker(t *testing.T) {
	tests := []struct {
		in   string
		want bool
	}{
		{"•", true}, {"❑", true}, {"（一）", true}, {"一、", true}, {"2.1.", true}, {"图表 12：", true}, {"表 8", true}, {"第一部分", true},
		{"2021", false}, {"2.1", false}, {"净利润", false}, {"•要点", false}, {"", false},
	}
	for _, tt := range tests {
		if got := marker.MatchString(tt.in); got != tt.want {
			t.Errorf("marker matches %q = %v, want %v", tt.in, got, tt.want)
		}
	}
}

func TestSpaced(t *testing.T) {
	tests := []struct {
		before, after string
		want          bool
	}{
		{"刀", "片", true}, {"(1)刀", "片", true}, {"性", "和", true},
		{"张三", "李四", false}, {"a", "b", false}, {"共", "7页", false}, {"第1页", "共7页", false},
	}
	for _, tt := range tests {
		if got := spaced(tt.before, tt.after); got != tt.want {
			t.Errorf("spaced(%q, %q) = %v, want %v", tt.before, tt.after, got, tt.want)
		}
	}
}
