package parse

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLabels(t *testing.T) {
	edge := func(page int, format string, args ...any) para {
		return para{text: fmt.Sprintf(format, args...), page: page, edge: true}
	}
	run := func(format string, pages ...int) []para {
		var out []para
		for i, n := range pages {
			if n > 0 {
				out = append(out, edge(i+1, format, n))
			}
		}
		return out
	}
	tests := []struct {
		name  string
		ps    []para
		pages int
		want  []string
	}{
		{"bare", run("%d", 1, 2, 3), 3, []string{"1", "2", "3"}},
		{"cover and contents without", run("- %d -", 0, 0, 1, 2, 3), 5, []string{"", "", "1", "2", "3"}},
		{"of so many", run("%d / 3", 1, 2, 3), 3, []string{"1", "2", "3"}},
		{"in a footer", run("请务必阅读正文之后的免责条款 %d of 20", 1, 2, 3), 3, []string{"1", "2", "3"}},
		{"a year beside it", run("2026年08月 第%d页", 1, 2, 3), 3, []string{"1", "2", "3"}},
		{"a part of a larger file", run("%d", 41, 42, 43), 3, []string{"41", "42", "43"}},
		{"Roman before", append(run("%d", 0, 0, 1, 2, 3), edge(1, "I"), edge(2, "II")), 5, []string{"I", "II", "1", "2", "3"}},
		{"a number that stays", run("电话 %d", 95, 95, 95), 3, []string{"", "", ""}},
		{"in the text", []para{{text: "1", page: 1}, {text: "2", page: 2}, {text: "3", page: 3}}, 3, []string{"", "", ""}},
		{"one page", run("%d", 7), 1, []string{""}},
		{"no pages", run("%d", 0), 0, nil},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(labels(tt.ps, tt.pages), tt.want); diff != "" {
			t.Errorf("%s (-got +want):\n%s", tt.name, diff)
		}
	}
}
