package parse

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// brief writes paragraphs in a form that a test can state: # for the level of
// a heading, tabs as |.
func brief(ps []para) []string {
	var out []string
	for _, p := range ps {
		if p.drop == dropHidden {
			continue // see TestMarkdownHidden
		}
		s := strings.ReplaceAll(p.text, "\t", "|")
		if p.mark > 0 {
			s = strings.Repeat("#", p.mark) + " " + s
		}
		if p.row {
			s = "row " + s
		}
		out = append(out, s)
	}
	return out
}

func TestParagraphs(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
	}{
		{"lines", "一\n\n二", []string{"一", "二"}},
		{"headings", "# 标题\n## 1 公司 ##", []string{"# 标题", "## 1 公司"}},
		{"rules and dividers", "a\n---\n| --- | :-: |\n=====\nb", []string{"a", "b"}},
		{"bold and italic", "**评级**：*买入* 与 __目标__ 5*6", []string{"评级：买入 与 目标 5*6"}},
		{"bold that is none", "a ** b ** c", []string{"a ** b ** c"}},
		{"links and pictures", "见[年报](http://x.example/a \"t\")![图](b.png)。", []string{"见年报。"}},
		{"comments", "a<!-- x\ny -->b", []string{"ab"}},
		{"bullets", "- 甲\n* 乙\n• 丙", []string{"甲", "乙", "丙"}},
		{"quote", "> 引文", []string{"引文"}},
		{"pipe table", "| 年 | 收入 |\n|---|---|\n| 2025 | 1\\|2 |", []string{"row 年|收入", "row 2025|1|2"}},
		{"tab table", "年\t收入\n2025\t80.36\t", []string{"row 年|收入", "row 2025|80.36"}},
		{"empty first cell", "\t2025\t2026", []string{"row |2025|2026"}},
		{"HTML table", "<table><tr><th colspan=2>年</th><th>收入</th></tr><tr><td>a<br>b</td><td>c</td><td>d</td></tr></table>", []string{"row 年||收入", "row a b|c|d"}},
		{"HTML table without end tags", "前<table><tr><td>a<td>b<tr><td>c<td>d</table>后", []string{"前", "row a|b", "row c|d", "后"}},
		{"colspan of nonsense", "<table><tr><td colspan=9999>a</td><td>b</td></tr></table>", []string{"row a|b"}},
		{"HTML tags", "a<br/><span style='x'>b</span> 3<5", []string{"ab 3<5"}},
		{"fields of a template", "[Table_Title]标题\nTable_Author]顾砚秋", []string{"标题", "顾砚秋"}},
		{"bracket of a cut field", "[分析师：", []string{"分析师："}},
		{"brackets that stay", "[1] 见附注", []string{"[1] 见附注"}},
		{"front matter", "---\ntitle: 甲\n---\n正文", []string{"title: 甲", "正文"}},
		{"invisible characters", "a\u200bb\ufeffc\ufffdd\U000e0041", []string{"abcd"}},
		{"private bullet", "\uf06c 要点", []string{"要点"}},
		{"radicals", "⼈⼯⻓期", []string{"人工⻓期"}},
		{"wide blanks", "投资　　要点", []string{"投资 要点"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(brief(paragraphs(tt.in)), tt.want); diff != "" {
				t.Errorf("paragraphs(%q) (-got +want):\n%s", tt.in, diff)
			}
		})
	}
}

func TestWrapped(t *testing.T) {
	line := func(i int) string { return fmt.Sprintf("The %2d quarters of the year saw parcels rise", i) }
	var full []string
	for i := range 12 {
		full = append(full, line(i))
	}
	hard := strings.Join(full, "\n")
	tests := []struct {
		name, in string
		want     int // paragraphs
	}{
		{"hard wrapped", hard + "\nand end.", 1},
		{"short line ends", strings.Join(full[:6], "\n") + "\nshort.\n" + strings.Join(full[6:], "\n"), 2},
		{"blank line parts", strings.Join(full[:6], "\n") + "\n\n" + strings.Join(full[6:], "\n"), 2},
		{"item begins", hard + "\n(1) Density pays and margins rise", 2},
		{"heading stays", hard + "\n# Risks\nmore", 3},
		{"row stays", hard + "\na\tb", 2},
		{"too few lines", strings.Join(full[:8], "\n"), 8},
		{"lines of all lengths", func() string {
			var ls []string
			for i := range 20 {
				ls = append(ls, strings.Repeat("growth ", 4+i%9)+"end.")
			}
			return strings.Join(ls, "\n")
		}(), 20},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := paragraphs(tt.in); len(got) != tt.want {
				t.Errorf("%d paragraphs, want %d: %q", len(got), tt.want, brief(got))
			}
		})
	}
}
