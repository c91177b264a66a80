package chunk

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
)

// body is a report with one section that holds the blocks.
func body(blocks ...report.Block) *report.Report {
	return &report.Report{ID: "r1", Sections: []report.Section{{Number: "1", Title: "行业", Level: 1, Blocks: blocks}}}
}

func prose(s string) report.Block   { return report.Block{Kind: report.Prose, Text: s} }
func list(s string) report.Block    { return report.Block{Kind: report.List, Text: s} }
func table(s string) report.Block   { return report.Block{Kind: report.Table, Text: s} }
func caption(s string) report.Block { return report.Block{Kind: report.Caption, Text: s} }
func risk(s string) report.Block    { return report.Block{Kind: report.Risk, Text: s} }

// han is a sentence of n runes that begins with name, of one character.
func han(name string, n int) string { return name + strings.Repeat("字", n-2) + "。" }

// shape is passages in short: kind, and of each line its first character and
// its length.
func shape(ps []report.Passage) string {
	var out []string
	for _, p := range ps {
		s := string(p.Kind)
		for line := range strings.SplitSeq(p.Text, "\n") {
			r := []rune(line)
			s += fmt.Sprintf(" %s%d", string(r[:1]), len(r))
		}
		out = append(out, s)
	}
	return strings.Join(out, " | ")
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name   string
		blocks []report.Block
		want   string
	}{
		{"small blocks share a passage", []report.Block{prose(han("甲", 200)), prose(han("乙", 200))}, "prose 甲200 乙200"},
		{"up to the target with line ends", []report.Block{prose(han("甲", 209)), prose(han("乙", 210))}, "prose 甲209 乙210"},
		{"the line end counts", []report.Block{prose(han("甲", 210)), prose(han("乙", 210))}, "prose 甲210 | prose 乙210"},
		{"one block up to the longest", []report.Block{prose(han("甲", 350) + han("乙", 350))}, "prose 甲700"},
		{"above it is cut at sentences", []report.Block{prose(han("甲", 350) + han("乙", 351))}, "prose 甲350 | prose 乙351"},
		{"its pieces reach the target", []report.Block{prose(han("甲", 200) + han("乙", 220) + han("丙", 300))}, "prose 甲420 | prose 丙300"},
		{"a long sentence is cut", []report.Block{prose(han("甲", 1000))}, "prose 甲700 | prose 字300"},
		{"at its last comma", []report.Block{prose(han("甲", 400)[:399*3] + "，" + han("乙", 500))}, "prose 甲400 | prose 乙500"},
		{"a gap is none", []report.Block{prose("甲" + strings.Repeat(" ", 2000) + "乙")}, "prose 甲700 | prose  602"},
		{"a list with its prose", []report.Block{prose(han("甲", 20)), list("一、字\n二、字")}, "prose 甲20 一3 二3"},
		{"a risk notice stands alone", []report.Block{prose(han("甲", 20)), risk(han("乙", 20)), risk(han("丙", 20)), list("丁")},
			"prose 甲20 | risk 乙20 丙20 | list 丁1"},
		{"a caption joins what stands before it", []report.Block{prose(han("甲", 418)), caption("图 1 收入")}, "prose 甲418 图6"},
		{"but not beyond the longest", []report.Block{prose(han("甲", 418)), caption(han("图", 200)), caption(han("表", 200))}, "prose 甲418 图200 | caption 表200"},
		{"a caption takes the kind of what follows", []report.Block{caption("图 1"), list("一、字")}, "list 图3 一3"},
		{"blank blocks are none", []report.Block{prose(" \n"), prose(han("甲", 20)), table("\t\n"), list("")}, "prose 甲20"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := shape(Passages(body(c.blocks...))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestLead(t *testing.T) {
	lead := func(n int) string { return "引" + strings.Repeat("字", n-2) + "：" }
	for _, c := range []struct {
		name   string
		blocks []report.Block
		want   string
	}{
		{"beyond the target", []report.Block{prose(lead(100)), list(han("甲", 400))}, "prose 引100 甲400"},
		{"ASCII", []report.Block{prose(lead(100)[:99*3] + ":"), list(han("甲", 400))}, "prose 引100 甲400"},
		{"no lead", []report.Block{prose(han("引", 100)), list(han("甲", 400))}, "prose 引100 | list 甲400"},
		{"stays in the passage before it", []report.Block{prose(han("前", 100)), prose(lead(60)), list(han("甲", 400))}, "prose 前100 引60 甲400"},
		{"leaves the passage before it", []report.Block{prose(han("前", 300)), prose(lead(60)), list(han("甲", 400))}, "prose 前300 | prose 引60 甲400"},
		{"a list of the longest is cut", []report.Block{prose(lead(60)), list(han("甲", 300) + "\n" + han("乙", 380))}, "prose 引60 甲300 | list 乙380"},
		{"a list of one sentence", []report.Block{prose(lead(60)), list(han("甲", 690))}, "prose 引60 甲639 | list 字51"},
		{"too long to go with anything", []report.Block{prose(lead(600)), list(han("甲", 400))}, "prose 引600 | list 甲400"},
		{"of a block cut in two", []report.Block{prose(han("前", 400) + han("中", 280) + lead(60)), list(han("甲", 300))}, "prose 前400 | prose 中340 甲300"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := shape(Passages(body(c.blocks...))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestTables(t *testing.T) {
	row := func(name string, n int) string { return name + "\t" + strings.Repeat("9", n-2) }
	rows := func(rr ...string) report.Block { return table(strings.Join(rr, "\n")) }
	for _, c := range []struct {
		name   string
		blocks []report.Block
		want   string
	}{
		{"whole with caption and source", []report.Block{prose("正文"), caption("图 1"), rows(row("头", 9), row("甲", 700), row("乙", 789)), caption("资料来源：公司"), prose("后文")},
			"prose 正2 | table 图3 头9 甲700 乙789 资7 | prose 后2"},
		{"a caption under it that is no source", []report.Block{rows("头", "甲"), caption("图 2 收入"), prose("后文")}, "table 头1 甲1 | prose 图6 后2"},
		{"two tables", []report.Block{rows("头", "甲"), caption("Source: WIND"), caption("图 2"), rows("头", "乙")}, "table 头1 甲1 S12 | table 图3 头1 乙1"},
		{"split by rows", []report.Block{caption("图 1"), rows(row("头", 10), row("甲", 700), row("乙", 788), row("丙", 700), row("丁", 900)), caption("注：年报")},
			"table 图3 头10 甲700 乙788 | table 图3 头10 丙700 | table 图3 头10 丁900 注4"},
		{"split without a caption", []report.Block{rows(row("头", 10), row("甲", 900), row("乙", 900))}, "table 头10 甲900 | table 头10 乙900"},
		{"a row too long", []report.Block{rows(row("头", 10), row("甲", 1600))}, "table 头10 | table 头10 甲1500 | table 头10 9100"},
		{"blank rows are none", []report.Block{table("\n头\n" + row("甲", 1400) + strings.Repeat("\n \t", 200))}, "table 头1 甲1400"},
		{"a header too long to repeat", []report.Block{caption("图 1"), rows(row("头", 800), row("甲", 699), row("乙", 900))},
			"table 图3 头800 甲699 | table 图3 乙900"},
		{"a caption too long to be one", []report.Block{caption(han("图", 421)), rows("头", "甲")}, "caption 图421 | table 头1 甲1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := shape(Passages(body(c.blocks...))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestSections(t *testing.T) {
	s := func(number, title string, level int, role report.Role) report.Section {
		return report.Section{Number: number, Title: title, Level: level, Role: role, Blocks: []report.Block{prose("文 " + number + title)}}
	}
	r := &report.Report{ID: "r1", Sections: []report.Section{
		s("", "年报点评", 1, report.Front), s("", "摘要", 2, report.Body), s("", "目录", 1, report.Contents),
		s("", "投资要点", 1, report.Body), s("1", "行业", 1, report.Body), s("1.1", "需求", 2, report.Body),
		s("", "海外", 3, report.Body), s("", "国内", 3, report.Body), s("", "", 3, report.Body), s("1.2", "供给", 2, report.Body),
		s("", "扫码入群", 1, report.Advert), s("1.3", "价格", 2, report.Body),
		s("2", "公司", 1, report.Body), s("", "免责声明", 1, report.Disclaimer),
	}}
	var got []string
	for _, p := range Passages(r) {
		got = append(got, fmt.Sprintf("%s|%s|%s", p.Number, strings.Join(p.Path, ">"), strings.ReplaceAll(p.Text, "\n", "/")))
	}
	want := []string{"|年报点评|文 年报点评", "|摘要|文 摘要", "|投资要点|文 投资要点", "1|行业|文 1行业", "1.1|行业>需求|文 1.1需求", "1.1|行业>需求>海外|文 海外", "1.1|行业>需求>国内|文 国内",
		"1.1|行业>需求|文 ", "1.2|行业>供给|文 1.2供给", "1.3|行业>价格|文 1.3价格", "2|公司|文 2公司"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("number|path|text (-want +got):\n%s", diff)
	}
}

func TestPages(t *testing.T) {
	turned := func(b report.Block, page int, turns ...report.PageTurn) report.Block {
		b.Page, b.Turns = page, turns
		return b
	}
	for _, c := range []struct {
		name   string
		blocks []report.Block
		want   string
	}{
		{"one page", []report.Block{turned(prose("甲"), 2), turned(prose("乙"), 2)}, "2-2 []"},
		{"the next block on the next page", []report.Block{turned(prose("甲"), 2), turned(prose("乙"), 3)}, "2-3 [{4 3}]"},
		{"within a block", []report.Block{turned(prose("甲"), 2), turned(prose("乙乙"), 2, report.PageTurn{Offset: 3, Page: 3})}, "2-3 [{7 3}]"},
		{"a caption before the page ends", []report.Block{turned(caption("图"), 2), turned(table("头\n甲"), 3), turned(caption("来源"), 3)}, "2-3 [{4 3}]"},
		{"a blank block is nowhere", []report.Block{turned(prose(" "), 1), turned(prose("乙"), 3)}, "3-3 []"},
		{"a cut block", []report.Block{turned(prose(han("甲", 400)+han("乙", 400)), 2, report.PageTurn{Offset: 1200, Page: 3}, report.PageTurn{Offset: 1800, Page: 4})},
			"2-2 [] | 3-4 [{600 4}]"},
		{"a split table, its header where it stands", []report.Block{turned(table("头\n"+han("甲", 1490)+"\n"+han("乙", 900)), 2, report.PageTurn{Offset: 4475, Page: 3})},
			"2-2 [] | 2-3 [{4 3}]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, p := range Passages(body(c.blocks...)) {
				got = append(got, fmt.Sprintf("%d-%d %v", p.PageFrom, p.PageTo, p.Turns))
			}
			if got := strings.Join(got, " | "); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// Numbers as in the constants above; a change of them is a change of Version.
func TestConstants(t *testing.T) {
	if got := [...]int{Version, target, longest, tableMax}; got != [...]int{3, 420, 700, 1500} {
		t.Errorf("rules of cutting are now %v: raise Version with them, and this row", got)
	}
	if n := utf8.RuneCountInString(han("甲", 420)); n != 420 {
		t.Errorf("han(420) has %d runes", n)
	}
}
