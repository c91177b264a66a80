package parse

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/parse/pdf"
	"reportbot/ingest/report"
)

// printed10 sets texts in lines of one width from the upper left corner on.
func printed10(x, y, width float64, texts ...string) []pdf.Line {
	var out []pdf.Line
	for i, s := range texts {
		out = append(out, pdf.Line{Text: s, X0: x, X1: x + width, Y0: y + 14*float64(i), Y1: y + 14*float64(i) + 10, Size: 10})
	}
	return out
}

// numbered returns n lines that begin with a word.
func numbered(word string, n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("%s%d，继续写到行末", word, i))
	}
	return out
}

// firsts states from which columns the paragraphs come, * for a sidebar.
func firsts(ps []para) string {
	var out []string
	for _, p := range ps {
		r := string([]rune(p.text)[:1])
		if p.side {
			r += "*"
		}
		out = append(out, r)
	}
	return strings.Join(slices.Compact(out), "")
}

func TestFlowColumns(t *testing.T) {
	cross := printed10(50, 60, 500, "题：横跨两栏的一行文字在最上面")
	tests := []struct {
		name  string
		lines []pdf.Line
		want  string
	}{
		{"one column", printed10(50, 100, 500, numbered("文", 12)...), "文"},
		{"two equal columns", append(printed10(50, 100, 240, numbered("左", 12)...), printed10(310, 100, 240, numbered("右", 12)...)...), "左右"},
		{"equal columns drawn in turns", interleave(printed10(50, 100, 240, numbered("左", 12)...), printed10(310, 100, 240, numbered("右", 12)...)), "左右"},
		{"sidebar on the right", append(printed10(390, 100, 160, numbered("侧", 12)...), printed10(50, 100, 300, numbered("文", 14)...)...), "文侧*"},
		{"sidebar on the left", append(printed10(50, 100, 130, numbered("侧", 12)...), printed10(210, 100, 340, numbered("文", 14)...)...), "文侧*"},
		{"line across first", append(append(printed10(50, 100, 240, numbered("左", 12)...), printed10(310, 100, 240, numbered("右", 12)...)...), cross...), "题左右"},
		{"few lines are rows", interleave(printed10(50, 100, 240, numbered("左", 3)...), printed10(310, 100, 240, numbered("右", 3)...)), "左"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := firsts(flow([]pdf.Page{{Number: 1, Width: 600, Height: 800, Lines: tt.lines}}))
			if got != tt.want {
				t.Errorf("order %s, want %s", got, tt.want)
			}
		})
	}
}

func interleave(a, b []pdf.Line) []pdf.Line {
	var out []pdf.Line
	for i := range a {
		out = append(out, a[i], b[i])
	}
	return out
}

func TestFlowLines(t *testing.T) {
	at := func(s string, x0, y0, x1, size float64) pdf.Line {
		return pdf.Line{Text: s, X0: x0, Y0: y0, X1: x1, Y1: y0 + size, Size: size}
	}
	tests := []struct {
		name  string
		lines []pdf.Line
		want  []string
	}{
		{"goes on to the edge", []pdf.Line{at("公司上半年实现营业收入同比增", 50, 100, 550, 10), at("长36.2%。", 50, 114, 120, 10)}, []string{"公司上半年实现营业收入同比增长36.2%。"}},
		{"short line ends", []pdf.Line{at("公司上半年实现营业收入同比增", 50, 86, 550, 10), at("公司上半年实现营业收入。", 50, 100, 300, 10), at("下一段", 50, 114, 120, 10)}, []string{"公司上半年实现营业收入同比增公司上半年实现营业收入。", "下一段"}},
		{"English words and hyphens", []pdf.Line{at("Revenue of the company in-", 50, 100, 550, 10), at("creased in the first half", 50, 114, 550, 10), at("of the year.", 50, 128, 120, 10)}, []string{"Revenue of the company increased in the first half of the year."}},
		{"larger print parts", []pdf.Line{at("公司上半年实现营业收入同比增", 50, 100, 550, 14), at("长36.2%。", 50, 114, 550, 10)}, []string{"公司上半年实现营业收入同比增", "长36.2%。"}},
		{"item parts", []pdf.Line{at("公司上半年实现营业收入同比增", 50, 100, 550, 10), at("1）客户集中", 50, 114, 550, 10)}, []string{"公司上半年实现营业收入同比增", "1）客户集中"}},
		{"numbered heading after a sentence", []pdf.Line{at("公司上半年实现营业收入同比增长。", 50, 100, 550, 10), at("2.3 变流器：渗透率提升", 50, 114, 300, 10)}, []string{"公司上半年实现营业收入同比增长。", "2.3 变流器：渗透率提升"}},
		{"indented line after a sentence", []pdf.Line{at("公司上半年实现营业收入同比增长。", 50, 100, 550, 10), at("公司二季度实现收入", 75, 114, 550, 10)}, []string{"公司上半年实现营业收入同比增长。", "公司二季度实现收入"}},
		{"cells on one height", []pdf.Line{at("营业收入", 50, 100, 100, 10), at("62.40", 300, 101, 330, 10), at("80.36", 400, 99, 430, 10)}, []string{"营业收入\t62.40\t80.36"}},
		{"cells out of order", []pdf.Line{at("80.36", 400, 100, 430, 10), at("营业收入", 50, 100, 100, 10)}, []string{"营业收入\t80.36"}},
		{"bullet of any shape", []pdf.Line{at("❑ 供应链", 50, 100, 150, 10), at("⚫ 关键假设", 50, 120, 150, 10)}, []string{"• 供应链", "• 关键假设"}},
		{"bullet and tab", []pdf.Line{at("❏\t供应链", 50, 100, 150, 10)}, []string{"• 供应链"}},
		{"field of a template", []pdf.Line{at("[Table_Title]", 50, 80, 150, 8), at("[Table_Grade] 行业评级\t买入", 50, 100, 150, 10)}, []string{"行业评级\t买入"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, p := range flow([]pdf.Page{{Number: 1, Width: 600, Height: 800, Lines: tt.lines}}) {
				got = append(got, p.text)
			}
			if diff := cmp.Diff(got, tt.want); diff != "" {
				t.Errorf("paragraphs (-got +want):\n%s", diff)
			}
		})
	}
}

func TestUpright(t *testing.T) {
	tests := []struct {
		name string
		line pdf.Line
		want string
	}{
		{"text", pdf.Line{Text: "report of the year", X0: 50, X1: 130, Y0: 100, Y1: 110, Size: 10}, ""},
		{"aslant", pdf.Line{Text: "report@desk.example", X0: 63, X1: 142, Y0: 770, Y1: 821, Size: 10}, dropWatermark},
		{"turned", pdf.Line{Text: "2021/9/19", X0: 417, X1: 424, Y0: 401, Y1: 428, Size: 6.2}, dropChart},
		{"size of 1, scaled", pdf.Line{Text: "行业评级\t买入", X0: 390, X1: 558, Y0: 98, Y1: 110, Size: 1}, ""},
		{"raised note", pdf.Line{Text: "收入（1）", X0: 50, X1: 100, Y0: 96, Y1: 112, Size: 8}, ""},
		{"one letter", pdf.Line{Text: "I", X0: 50, X1: 53, Y0: 100, Y1: 112, Size: 12}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			kept, aside := upright([]pdf.Line{tt.line}, 1)
			got := ""
			if len(aside) == 1 {
				got = aside[0].drop
			}
			if got != tt.want || len(kept)+len(aside) != 1 {
				t.Errorf("dropped as %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMargins(t *testing.T) {
	p := pdf.Page{Height: 800}
	for y := 40.0; y < 780; y += 20 {
		p.Lines = append(p.Lines, pdf.Line{Y0: y, Y1: y + 10})
	}
	m := newMargins(&p)
	for y, want := range map[float64]bool{40: true, 60: true, 120: false, 400: false, 680: false, 740: true, 760: true} {
		if got := m.hold(&pdf.Line{Y0: y, Y1: y + 10}); got != want {
			t.Errorf("line at %v is at the edge: %v, want %v", y, got, want)
		}
	}
	// A page with wide margins still has a first and a last line.
	short := pdf.Page{Height: 800, Lines: []pdf.Line{{Y0: 300, Y1: 310}, {Y0: 320, Y1: 330}, {Y0: 340, Y1: 350}, {Y0: 360, Y1: 370}, {Y0: 380, Y1: 390}}}
	m = newMargins(&short)
	for i, want := range []bool{true, true, false, true, true} {
		if got := m.hold(&short.Lines[i]); got != want {
			t.Errorf("line %d of 5 is at the edge: %v, want %v", i, got, want)
		}
	}
}

// Blocks are joined over page breaks and what was left out between them.
func TestBlocks(t *testing.T) {
	head := para{text: "1 公司", page: 1, size: 14, gap: true}
	part := func(s string, page int) para { return para{text: s, page: page, size: 10} }
	row := func(s string, page int) para { return para{text: s, page: page, size: 9, row: true} }
	half := "公司上半年实现营业收入52.18亿元，同比增长36.2%，其中智驾"
	tests := []struct {
		name string
		ps   []para
		want []string // kind, page, turns, text
	}{
		{"sentence over a page break", []para{part(half, 1), part("域控收入30.42亿元。", 2)}, []string{"prose p1 [{79 2}] " + half + "域控收入30.42亿元。"}},
		{"over a footer", []para{part(half, 1), {text: "青岚 1", page: 1, drop: dropFooter}, part("域控收入30.42亿元。", 2)}, []string{"prose p1 [{79 2}] " + half + "域控收入30.42亿元。"}},
		{"ended sentence", []para{part(half+"。", 1), part("域控收入。", 2)}, []string{"prose p1 [] " + half + "。", "prose p2 [] 域控收入。"}},
		{"two pages on", []para{part(half, 1), part("域控收入。", 3)}, []string{"prose p1 [] " + half, "prose p3 [] 域控收入。"}},
		{"short line is whole", []para{part("公司概况", 1), part("域控收入。", 2)}, []string{"prose p1 [] 公司概况", "prose p2 [] 域控收入。"}},
		{"table with its header again", []para{row("年\t收入", 1), row("2025\t80", 1), row("年\t收入", 2), row("2026\t108", 2)}, []string{"table p1 [{19 2}] 年\t收入\n2025\t80\n2026\t108"}},
		{"caption and source", []para{part("图 1、出货量", 1), part("资料来源：青岚证券", 1)}, []string{"caption p1 [] 图 1、出货量\n资料来源：青岚证券"}},
		{"items", []para{part("1）甲乙丙", 1), part("2）丁戊己", 1)}, []string{"list p1 [] 1）甲乙丙\n2）丁戊己"}},
		{"risk", []para{part("风险提示：原料涨价。", 1)}, []string{"risk p1 [] 风险提示：原料涨价。"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b builder
			b.open(headed{"1", "公司", 1}, &head)
			for i := range tt.ps {
				if tt.ps[i].drop == "" {
					b.add(&tt.ps[i])
				}
			}
			var got []string
			for _, k := range b.sections[0].Blocks {
				got = append(got, fmt.Sprintf("%s p%d %v %s", k.Kind, k.Page, k.Turns, k.Text))
			}
			if diff := cmp.Diff(got, tt.want); diff != "" {
				t.Errorf("blocks (-got +want):\n%s", diff)
			}
		})
	}
}

// The sidebar of the first page is the front, wherever it stands in the file.
func TestSidebarIsFront(t *testing.T) {
	ps := []para{
		{text: "容量电价落地", page: 1, size: 18}, {text: "投资要点", page: 1, size: 12, gap: true}, {text: prose, page: 1, size: 10},
		{text: "推荐（维持）", page: 1, size: 10, side: true}, {text: "分析师：罗维桢", page: 1, size: 9, side: true},
		{text: prose, page: 2, size: 10},
	}
	got, loss := structure(ps, 2)
	if len(got) != 2 || got[0].Role != report.Front || got[1].Title != "投资要点" {
		t.Fatalf("sections = %+v, want the front and 投资要点", got)
	}
	if s := got[0].Blocks[0].Text; !strings.Contains(s, "推荐（维持）") || !strings.Contains(s, "罗维桢") || strings.Contains(got[1].Blocks[0].Text, "罗维桢") {
		t.Errorf("front = %q", s)
	}
	if loss.CharsIn != loss.CharsKept {
		t.Errorf("loss = %+v, want nothing lost", loss)
	}
}
