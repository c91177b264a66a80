package parse

import (
	"strings"
	"testing"
)

// rostered is the analysts of lines, which begin with * in the sidebar.
func rostered(lines string) string {
	a := roster{seen: map[string]bool{}}
	for l := range strings.SplitSeq(lines, "\n") {
		a.line(strings.TrimPrefix(l, "*"), strings.HasPrefix(l, "*"))
	}
	a.settle()
	var out []string
	for _, one := range a.out {
		out = append(out, strings.TrimSpace(one.Name+" "+one.License))
	}
	return strings.Join(out, ", ")
}

func TestRoster(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"second licence a line later", "罗维桢\nS9901525030007\n021-1\nSFC CE No. ZZX134", "罗维桢 S9901525030007"},
		{"second licence far below", "罗维桢\nS9901525030007\n021-1\n021-2\n021-3\nSFC CE No. ZZX134", "罗维桢 S9901525030007, ZZX134"},
		{"the mainland one is kept", "罗维桢\nSFC CE No. ZZX134\nS9901525030007", "罗维桢 S9901525030007"},
		{"an assistant who has one", "研究助理：岑若水\nS9901525030007", "岑若水 S9901525030007"},
		{"an assistant beside two licences", "研究助理：岑若水\nS9901525030007\tS9901525030008", "S9901525030007, S9901525030008"},
		{"an analyst before an assistant", "罗维桢\n研究助理：岑若水\nS9901525030007", "罗维桢 S9901525030007"},
		{"an assistant ends the group", "罗维桢\nS9901525030007\n研究助理：岑若水\nS9901525030008", "罗维桢 S9901525030007, 岑若水 S9901525030008"},
		{"the word for it in the cell before", "罗维桢\t联系人：\t岑若水\nS9901525030007", "罗维桢 S9901525030007"},
		{"the word for it in the cell after", "罗维桢\t岑若水\t研究助理\nS9901525030007", "罗维桢 S9901525030007"},
		{"rare surname where persons are named", "分析师：迟暮云\nS9901525030007", "迟暮云 S9901525030007"},
		{"rare surname elsewhere", "迟暮云\nS9901525030007", "S9901525030007"},
		{"rare surname beside a mail", "迟暮云 chi@qinglan.example\nS9901525030007", "迟暮云 S9901525030007"},
		{"a cell beside a name", "罗维桢\t迟暮云\nS9901525030007\tS9901525030008", "罗维桢 S9901525030007, 迟暮云 S9901525030008"},
		{"a word beside a name", "罗维桢\t电话\nS9901525030007\tS9901525030008", "罗维桢 S9901525030007, S9901525030008"},
		{"cells with no name among them", "碧空如\t迟暮云\nS9901525030007\tS9901525030008", "S9901525030007, S9901525030008"},
		{"a line of the sidebar", "*迟暮云\nS9901525030007", "迟暮云 S9901525030007"},
		{"the same licence again", "罗维桢 S9901525030007\n韩知予 S9901525030007\n沈听澜 S9901525030008", "罗维桢 S9901525030007, 沈听澜 S9901525030008"},
	} {
		if got := rostered(tt.in); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
