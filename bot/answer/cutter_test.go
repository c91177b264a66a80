package answer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// shown is what a cutter gave: the sentence and the numbers it cites.
func shown(s said) string {
	if len(s.marks) == 0 {
		return s.text
	}
	return fmt.Sprint(s.text, s.marks)
}

// feed cuts pieces of a stream; the sentences that came out with each piece
// and, last, with its end.
func feed(pieces ...string) [][]string {
	var c cutter
	var out [][]string
	for i := range len(pieces) + 1 {
		if i < len(pieces) {
			c.add(pieces[i])
		}
		var now []string
		for s, ok := c.next(i == len(pieces)); ok; s, ok = c.next(i == len(pieces)) {
			now = append(now, shown(s))
		}
		out = append(out, now)
	}
	return out
}

// A sentence leaves with the piece that settles it, no later and no sooner.
func TestCutterSettles(t *testing.T) {
	for _, row := range []struct {
		why    string
		pieces []string
		want   [][]string
	}{
		{"marker before the full stop: at once", []string{"收入增长[1]", "。"}, [][]string{nil, {"收入增长。[1]"}, nil}},
		{"marker before the line's end: at once", []string{"收入增长[1]\n"}, [][]string{{"收入增长[1]"}, nil}},
		{"marker after the full stop, another may follow", []string{"收入增长。", "[1]", "[2]", "利润"}, [][]string{nil, nil, nil, {"收入增长。[1 2]"}, {"利润"}}},
		{"a marker in pieces", []string{"收入增长。[", "1", "]利"}, [][]string{nil, nil, {"收入增长。[1]"}, {"利"}}},
		{"no marker: what follows settles it", []string{"收入增长。", "利润"}, [][]string{nil, {"收入增长。"}, {"利润"}}},
		{"a decimal point", []string{"目标价52.", "30元[1]。"}, [][]string{nil, {"目标价52.30元。[1]"}, nil}},
		{"an English full stop", []string{"Revenue rose fast.", " Margin fell."}, [][]string{nil, {"Revenue rose fast."}, {"Margin fell."}}},
		{"an abbreviation", []string{"Far Sail Inc.", " fell [1]."}, [][]string{nil, {"Far Sail Inc. fell.[1]"}, nil}},
		{"a closing quote", []string{"维持“买入[1]。", "”评级。", "x"}, [][]string{nil, {"维持“买入。”[1]"}, {"评级。"}, {"x"}}},
		{"a late marker is nobody's", []string{"收入增长[1]。", "[2]", "利润下降[3]。"}, [][]string{{"收入增长。[1]"}, nil, {"利润下降。[3]"}, nil}},
		{"a late marker in pieces", []string{"收入增长[1]。", "[", "2]利润下降[3]。"}, [][]string{{"收入增长。[1]"}, nil, {"利润下降。[3]"}, nil}},
		{"brackets that are no marker", []string{"收入增长。[图", "1]见下"}, [][]string{nil, {"收入增长。"}, {"[图1]见下"}}},
	} {
		if d := cmp.Diff(row.want, feed(row.pieces...)); d != "" {
			t.Errorf("%s: %q (-want +got):\n%s", row.why, row.pieces, d)
		}
	}
}

var replies = []string{
	"青岚证券目标价由38.60元上调至52.30元[1]。望江证券目标价36.00元。[2][3] 维持“买入”评级【1】。",
	"- 收入80.36亿元[1]\n- 每股收益1.35元[2,3]\n\n1. 风险一。[4]\n2. 风险二；[5]风险三。",
	"Revenue rose 36.2% in 1H26 [1]. Far Sail Inc. trades at 1.5x. [2] It fell vs. peers.[3] Done",
	"**目标价**：52.30元[1-3]。见[图](http://x.example/a)。<b>上调</b>[资料2]。",
	"NO_ANSWER",
	"资料中没有提到。",
}

// However the stream is cut into pieces, the sentences are those of the whole.
func TestCutterPieces(t *testing.T) {
	for _, whole := range replies {
		var want []string
		for _, s := range sentences(whole) {
			want = append(want, shown(s))
		}
		for n := 1; n <= 9; n++ {
			var pieces []string
			for piece := range slices.Chunk([]rune(whole), n) {
				pieces = append(pieces, string(piece))
			}
			if d := cmp.Diff(want, slices.Concat(feed(pieces...)...)); d != "" {
				t.Errorf("%q in pieces of %d (-want +got):\n%s", whole, n, d)
			}
		}
	}
}

// A sentence without end is not kept, and does not spoil the next.
func TestCutterBounds(t *testing.T) {
	var c cutter
	for range 100_000 {
		c.add("收入")
		if len(c.buf) > maxSentence {
			t.Fatalf("%d bytes are kept", len(c.buf))
		}
	}
	c.add("。利润下降[1]。")
	var got []string
	for s, ok := c.next(true); ok; s, ok = c.next(true) {
		got = append(got, shown(s)+s.raw)
	}
	if d := cmp.Diff([]string{overlong, "利润下降。[1]利润下降[1]。"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// FuzzCutter holds that pieces do not matter and nothing is invented.
func FuzzCutter(f *testing.F) {
	for _, s := range replies {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, s string, n int) {
		if !utf8.ValidString(s) || len(s) > maxSentence || n < 1 {
			return
		}
		var pieces []string
		for piece := range slices.Chunk([]rune(s), min(n, len(s)+1)) {
			pieces = append(pieces, string(piece))
		}
		for _, one := range slices.Concat(feed(pieces...)...) {
			if strings.Contains(one, "�") && !strings.Contains(s, "�") {
				t.Errorf("%q: got %q", s, one)
			}
		}
	})
}

// sentences cuts a whole reply.
func sentences(s string) []said {
	c := cutter{}
	c.add(s)
	var out []said
	for one, ok := c.next(true); ok; one, ok = c.next(true) {
		out = append(out, one)
	}
	return out
}
