package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		in   string
		n    int
		want string
	}{
		{"abcdef", 6, "abcdef"},
		{"abcdefg", 6, "abcde…"},
		{"储能行业", 8, "储能行业"},
		{"储能行业", 7, "储能行…"},
		{"储能行业", 6, "储能…"}, // half a character is none
		{"ＡＢc", 4, "Ａ…"},
		{"", 0, ""},
	} {
		if got := cut(tt.in, tt.n); got != tt.want {
			t.Errorf("cut(%q, %d) = %q, want %q", tt.in, tt.n, got, tt.want)
		}
	}
}

// A Han character is as wide as two letters.
func TestTable(t *testing.T) {
	var b strings.Builder
	if err := table(&b, [][]string{{"ID", "RATING", "TITLE"}, {"r1", "买入（上调）", "储能"}, {"r2", "", "Zenquix"}}); err != nil {
		t.Fatal(err)
	}
	want := "ID  RATING        TITLE\nr1  买入（上调）  储能\nr2                Zenquix\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}
