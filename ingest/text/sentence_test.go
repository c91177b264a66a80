package text

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"han stops", "收入增长。利润下降！为何？", []string{"收入增长。", "利润下降！", "为何？"}},
		{"han semicolon", "一是量增；二是价稳。", []string{"一是量增；", "二是价稳。"}},
		{"closing quote stays", "给予“买入”评级。”他说。", []string{"给予“买入”评级。”", "他说。"}},
		{"decimal is no stop", "目标价38.60元。", []string{"目标价38.60元。"}},
		{"ascii stop needs a blank", "EPS rose to 1.5x. Margin fell.", []string{"EPS rose to 1.5x.", "Margin fell."}},
		{"abbreviation", "Far Sail Inc. fell. See Fig. 3 below.", []string{"Far Sail Inc. fell.", "See Fig. 3 below."}},
		{"initials", "J. Smith covers it. He left.", []string{"J. Smith covers it.", "He left."}},
		{"item number", "1. 客户集中。2. 芯片受限。", []string{"1. 客户集中。", "2. 芯片受限。"}},
		{"line end", "第一行\n第二行", []string{"第一行", "第二行"}},
		{"ascii question before han", "真的吗?是的。", []string{"真的吗?", "是的。"}},
		{"bracket after stop", "(It rose.) Then it fell.", []string{"(It rose.)", "Then it fell."}},
		{"blank ends", "  收入。  利润。 ", []string{"收入。", "利润。"}},
		{"empty", " \n ", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, s := range Sentences(c.in) {
				got = append(got, c.in[s.From:s.To])
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("Sentences(%q) (-want +got):\n%s", c.in, d)
			}
		})
	}
}

// FuzzSentences holds that nothing is lost, invented or put out of order.
func FuzzSentences(f *testing.F) {
	for _, s := range []string{"收入。利润", "a. b! c?", "”。“", "1.2.3. x", "\xff。"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		var kept strings.Builder
		for _, span := range Sentences(s) {
			if span.From < last || span.To <= span.From || span.To > len(s) {
				t.Fatalf("span %v after %d in %q", span, last, s)
			}
			kept.WriteString(s[span.From:span.To])
			last = span.To
		}
		if got, want := ink(kept.String()), ink(s); got != want && utf8.ValidString(s) {
			t.Fatalf("Sentences(%q) kept %q", s, got)
		}
	})
}

func ink(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func TestGlue(t *testing.T) {
	want := map[string]bool{"的": true, "推出": false, "出的": true, "是什": true, "目标": false, "2026": false, "gpt": false}
	got := map[string]bool{}
	for token, piece := range Tokens(Fold("推出的 目标 是什 gpt 2026")) {
		if _, asked := want[piece]; asked {
			got[piece] = token.Glue()
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("Glue (-want +got):\n%s", d)
	}
}
