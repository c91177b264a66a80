package parse

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
)

func TestBoilerplate(t *testing.T) {
	const defined = "买入：未来6个月涨幅相对沪深300指数在15%以上"
	for _, tt := range []struct {
		name string
		p    para
		want report.Role
	}{
		{"what a rating means", para{text: defined}, report.Disclaimer},
		{"in a row", para{text: "买入\t未来6个月涨幅相对沪深300指数在15%以上", row: true}, report.Disclaimer},
		{"no rating", para{text: "板块未来6个月涨幅相对沪深300指数在15%以上"}, report.Body},
		{"a rating with its reason", para{text: "买入：基准情形下订单相对充足"}, report.Body},
		{"a rating with its index", para{text: "买入：公司纳入大盘成分"}, report.Body},
		{"a long paragraph", para{text: defined + strings.Repeat("，公司订单充足", 16)}, report.Body},
		{"an address", para{text: "地址：望江路 9 号"}, report.Disclaimer},
		{"a row of addresses", para{text: "地址：望江路 9 号\t基地：北屿路 7 号", row: true}, report.Body},
		{"an advert stays one", para{text: "地址：望江路 9 号", role: report.Advert}, report.Advert},
	} {
		ps := []para{tt.p}
		markBoilerplate(ps)
		if ps[0].role != tt.want || ps[0].stray != (tt.want == report.Disclaimer) {
			t.Errorf("%s: role %q, stray %v, want %q", tt.name, ps[0].role, ps[0].stray, tt.want)
		}
	}
}

// The list of earlier reports ends with its sidebar, its page, the next
// label, or when it is too long to be one.
func TestRelatedLines(t *testing.T) {
	title := para{text: "相关报告", page: 1, side: true}
	item := func(n int) para {
		return para{text: fmt.Sprintf("储能观察之%d 2026-06-%02d", n, n), page: 1, side: true}
	}
	var many []para
	for n := range relatedMost + 3 {
		many = append(many, item(n+1))
	}
	elsewhere := func(change func(*para)) []para {
		p := item(2)
		change(&p)
		return []para{title, item(1), p, item(3)}
	}
	for _, tt := range []struct {
		name string
		in   []para
		want int
	}{
		{"three", []para{title, item(1), item(2), item(3)}, 3},
		{"too many", append([]para{title}, many...), 16},
		{"on the next page", elsewhere(func(p *para) { p.page = 2 }), 1},
		{"beside the sidebar", elsewhere(func(p *para) { p.side = false }), 1},
		{"analysts", elsewhere(func(p *para) { p.text = "分析师：罗维桢" }), 1},
		{"market data", elsewhere(func(p *para) { p.text = "Market data" }), 1},
		{"no title", []para{item(1), item(2)}, 0},
	} {
		h := head{first: tt.in, r: &report.Report{}}
		if got := len(h.relatedLines()); got != tt.want {
			t.Errorf("%s: %d lines, want %d", tt.name, got, tt.want)
		}
	}
}

// Without a list only a quoted title with a date is a report.
func TestRelatedWithoutList(t *testing.T) {
	for in, want := range map[string][]report.Related{
		"《储能价格止跌》2026-06-15":                               {{Title: "储能价格止跌", Published: "2026-06-15"}},
		"《储能价格管理办法》落地":                                     nil,
		"《储能价格止跌》2026-06-15" + strings.Repeat("，订单充足", 40): nil,
	} {
		h := head{first: []para{{text: in, page: 1}}, r: &report.Report{}}
		if h.related(); !cmp.Equal(h.r.Related, want) {
			t.Errorf("related of %q = %v, want %v", in, h.r.Related, want)
		}
	}
}

// subjectCase is a report and whom it covers and mentions.
type subjectCase struct {
	name, title         string
	first               []para
	sections            []report.Section
	securities, mention string
}

func TestSubjects(t *testing.T) {
	const star, isle = "星河智能（999230.SZ）", "北屿电源（999405.SZ）"
	lines := func(texts ...string) (out []para) {
		for _, s := range texts {
			out = append(out, para{text: s, page: 1})
		}
		return out
	}
	said := func(title string, blocks ...report.Block) report.Section {
		return report.Section{Title: title, Blocks: blocks}
	}
	prose := func(s string) report.Block { return report.Block{Kind: report.Prose, Text: s} }
	table := func(head string) []report.Section {
		return []report.Section{said("概况", report.Block{Kind: report.Caption, Text: "表 1：公司"},
			report.Block{Kind: report.Table, Text: head + "\n北屿电源\t999405.SZ\t0.5\n星河智能\t999230.SZ\t0.6"})}
	}
	for _, tt := range []subjectCase{
		{"company of the title", star + "：放量", lines(star, isle), []report.Section{said("概况", prose(isle+"承压"))},
			"999230.SZ 星河智能", "999405.SZ 北屿电源"},
		{"morning note: of its headings", "晨会纪要", nil, []report.Section{said(star+"：放量", prose(isle+"承压"))},
			"999230.SZ 星河智能", "999405.SZ 北屿电源"},
		{"morning note: not of its title alone", "晨报：星河智能放量", lines(star), []report.Section{said(isle + "：承压"), said(star + "：放量")},
			"999230.SZ 星河智能, 999405.SZ 北屿电源", ""},
		{"morning note: the title's first", "晨报：星河智能放量", nil, []report.Section{said(isle + "：承压"), said(star + "：放量")},
			"999230.SZ 星河智能, 999405.SZ 北屿电源", ""},
		{"table of valuations", "储能观察", nil, table("公司\t代码\tEPS"), "999405.SZ 北屿电源, 999230.SZ 星河智能", ""},
		{"table of holdings", "储能观察", nil, table("公司\t代码\t持仓"), "", "999405.SZ 北屿电源, 999230.SZ 星河智能"},
		{"title begins with its issuer", "临沧容白新材料股份有限公司2026年年度报告", nil, nil, " 临沧容白新材料股份有限公司", ""},
		{"letters of a title are words", "AI（ARTIFICIAL）与 EV 观察", lines("苹果（AI.US）", "汽车（EV.US）"), nil, "AI.US 苹果, EV.US 汽车", ""},
		{"issuer with a code elsewhere", "临沧容白新材料股份有限公司2026年年度报告", lines(star), nil, "999230.SZ 星河智能", ""},
		{"name printed elsewhere", "999230.SZ：放量", lines("999230.SZ"), []report.Section{said("概况", prose("星河智能（999230.SZ）放量"))}, "999230.SZ 星河智能", ""},
		{"only one on the front", "储能观察", lines("我们推荐" + star + "，因为订单充足。"), []report.Section{said("概况", prose(isle+"承压。"))},
			"999230.SZ 星河智能", "999405.SZ 北屿电源"},
		{"two on the front", "储能观察", lines("我们推荐" + star + "和" + isle + "。"), nil, "999230.SZ 星河智能, 999405.SZ 北屿电源", ""},
		{"a line of its own", "储能观察", lines(star, "同业："+isle+"。"), nil, "999230.SZ 星河智能", "999405.SZ 北屿电源"},
		{"a lead of a paragraph", "储能观察", lines(star+"：", "同业："+isle+"。"), nil, "999230.SZ 星河智能, 999405.SZ 北屿电源", ""},
		{"a cell that ends so", "储能观察", []para{{text: star + "：\t" + "增持：", row: true}, {text: "同业：" + isle + "。"}}, nil, "999230.SZ 星河智能", "999405.SZ 北屿电源"},
		{"earlier report on the front", "储能观察", lines("《" + isle + "点评》2026-03-22"), nil, "", ""},
		{"earlier report in the text", "储能观察", nil, []report.Section{said("概况", prose("《"+isle+"点评》2026-03-22"), prose(star+"放量。"))}, "999230.SZ 星河智能", ""},
		{"disclaimer", "储能观察", nil, []report.Section{{Title: "声明", Role: report.Disclaimer, Blocks: []report.Block{prose(isle)}}}, "", ""},
	} {
		h := head{first: tt.first, all: tt.first, r: &report.Report{Title: tt.title, Sections: slices.Clone(tt.sections)}}
		front := report.Section{Role: report.Front}
		for _, p := range tt.first {
			front.Blocks = append(front.Blocks, report.Block{Kind: report.Prose, Text: p.text})
		}
		h.r.Sections = append([]report.Section{front}, h.r.Sections...)
		h.securities()
		if got := listed(h.r.Securities); got != tt.securities {
			t.Errorf("%s: covers %q, want %q", tt.name, got, tt.securities)
		}
		if got := listed(h.r.Mentions); got != tt.mention {
			t.Errorf("%s: mentions %q, want %q", tt.name, got, tt.mention)
		}
	}
}

// listed is securities with their names in one line.
func listed(ss []report.Security) string {
	var out []string
	for _, s := range ss {
		out = append(out, s.Code+" "+s.Name)
	}
	return strings.Join(out, ", ")
}

// The label of a page is what most pages agree on, if enough do.
func TestOffset(t *testing.T) {
	for _, tt := range []struct {
		name    string
		numbers [][]int // of the pages from 1
		by      int
		ok      bool
	}{
		{"two of six agree", [][]int{{1}, {2}, nil, nil, nil, nil}, 0, true},
		{"two of seven agree", [][]int{{1}, {2}, nil, nil, nil, nil, nil}, 0, false},
		{"one page", [][]int{{9}, nil}, 1 - 9, false},
		{"twice on one page", [][]int{{9, 9}, nil}, 1 - 9, false},
		{"of equals the one that counts from 1", [][]int{{1, 7}, {2, 8}}, 0, true},
		{"of equals as far away the one ahead", [][]int{nil, {1, 3}, {2, 4}}, -1, true},
		{"the most", [][]int{{1, 7}, {2, 8}, {9}}, -6, true},
		{"nought is no number of a page", [][]int{{0}, {1}, {2}}, 1, true},
	} {
		by, ok := offset(append([][]int{nil}, tt.numbers...))
		if ok != tt.ok || ok && by != tt.by {
			t.Errorf("%s: offset = %d, %v, want %d, %v", tt.name, by, ok, tt.by, tt.ok)
		}
	}
}
