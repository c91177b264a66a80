package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMark(t *testing.T) {
	p := Passage{Text: "营业收入\t12.4亿\n合计", Boxes: []Box{
		{Offset: 0, End: 12, Page: 3, X0: 100, X1: 180, Y0: 10, Y1: 20},
		{Offset: 13, End: 20, Page: 3, X0: 200, X1: 260, Y0: 10, Y1: 20},
		{Offset: 21, End: 27, Page: 4, X0: 100, X1: 140, Y0: 30, Y1: 40},
	}}
	for _, tt := range []struct {
		name, quote string
		want        []Box
	}{
		{"half a cell", "收入", []Box{{Offset: 6, End: 12, Page: 3, X0: 140, X1: 180, Y0: 10, Y1: 20}}},
		{"digits are half as wide", "12.4", []Box{{Offset: 13, End: 17, Page: 3, X0: 200, X1: 240, Y0: 10, Y1: 20}}},
		{"over a page", "亿\n合", []Box{
			{Offset: 17, End: 20, Page: 3, X0: 240, X1: 260, Y0: 10, Y1: 20},
			{Offset: 21, End: 24, Page: 4, X0: 100, X1: 120, Y0: 30, Y1: 40},
		}},
		{"between cells", "\t", nil},
	} {
		from := indexOf(t, p.Text, tt.quote)
		if diff := cmp.Diff(p.Mark(from, from+len(tt.quote)), tt.want); diff != "" {
			t.Errorf("%s: Mark(%q) (-got +want):\n%s", tt.name, tt.quote, diff)
		}
	}
	if got := (&Passage{Text: "abc"}).Mark(0, 3); got != nil {
		t.Errorf("Mark without boxes = %v, want none", got)
	}
}

func TestShift(t *testing.T) {
	in := []Box{{Offset: 1, End: 3}}
	if got := Shift(in, 4); got[0].Offset != 5 || got[0].End != 7 || in[0].Offset != 1 {
		t.Errorf("Shift = %v, original %v", got, in)
	}
}

func indexOf(t *testing.T, s, part string) int {
	t.Helper()
	i := strings.Index(s, part)
	if i < 0 {
		t.Fatalf("%q is not in %q", part, s)
	}
	return i
}

func TestLabels(t *testing.T) {
	r := Report{Labels: []string{"", "I", "3", "1"}}
	for page, want := range map[int][2]string{0: {"", ""}, 1: {"", ""}, 2: {"I", "I"}, 3: {"3", ""}, 4: {"1", "1"}, 5: {"", ""}} {
		if got := [2]string{r.Label(page), r.OtherLabel(page)}; got != want {
			t.Errorf("page %d: label and other label %q, want %q", page, got, want)
		}
	}
}
