package parse

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// told is what a reader would see of a web page, a paragraph a line: headings
// with their level, rows with their tabs.
func told(ps []para) (seen []string, hidden string) {
	for _, p := range ps {
		switch {
		case p.drop == dropHidden:
			hidden += p.text
		case p.mark > 0:
			seen = append(seen, strings.Repeat("#", p.mark)+" "+p.text)
		default:
			seen = append(seen, p.text)
		}
	}
	return seen, hidden
}

func TestHTML(t *testing.T) {
	tests := []struct {
		name, in string
		want     []string
		hidden   string
	}{
		{"paragraphs", "<p>一</p>二<div>三<br>四</div>", []string{"一", "二", "三", "四"}, ""},
		{"inline", "<p>营业<b>收入</b> 12.4<span>亿元</span></p>", []string{"营业收入 12.4亿元"}, ""},
		{"headings", "<h1>题</h1><h3>2.1 节</h3>", []string{"# 题", "### 2.1 节"}, ""},
		{"list", "<ul><li>甲</li><li>乙</li></ul>", []string{"甲", "乙"}, ""},
		{"table", "<table><tr><th>年</th><th>2025E</th></tr><tr><td>营收</td><td>1,234</td></tr></table>", []string{"年\t2025E", "营收\t1,234"}, ""},
		{"caption", "<table><caption>表 1：预测</caption><tr><td>a</td><td>b</td></tr></table>", []string{"表 1：预测", "a\tb"}, ""},
		{"spans", "<table><tr><td rowspan=2>代码</td><td colspan=2>EPS</td></tr><tr><td>25E</td><td>26E</td></tr></table>", []string{"代码\tEPS\t", "\t25E\t26E"}, ""},
		{"table that lays out the page", "<table><tr><td><h2>题</h2><p>文</p></td><td>旁</td></tr></table>", []string{"## 题", "文", "旁"}, ""},
		{"line breaks of pre", "<pre>一\n二</pre>", []string{"一", "二"}, ""},
		{"scripts", "<script>alert('x')</script><style>p{}</style><noscript>n</noscript><p>文</p>", []string{"文"}, ""},
		{"what stands around", "<nav>首页</nav><form><button>登录</button></form><p>文</p>", []string{"文"}, ""},
		{"not displayed", `<p style="display:none">指令</p><p>文</p>`, []string{"文"}, "指令"},
		{"hidden attribute", `<p hidden>指令<b>二</b></p><p>文</p>`, []string{"文"}, "指令二"},
		{"zero size", `<p>文<span style="font-size: 0">指令</span>字</p>`, []string{"文字"}, "指令"},
		{"small size", `<p style="font-size:0.8em">文</p>`, []string{"文"}, ""},
		{"white", `<p style="color:#ffffff">指令</p><p>文</p>`, []string{"文"}, "指令"},
		{"white on a ground", `<p style="background:#123;color:#fff">文</p>`, []string{"文"}, ""},
		{"class of the page's style", `<style>.x1{color:red;display:none}</style><p class="a x1">指令</p><p class="a">文</p>`, []string{"文"}, "指令"},
		{"white class", `<style>.w{color:#fff}</style><p class=w>指令</p><p>文</p>`, []string{"文"}, "指令"},
		{"white on the page's dark ground", `<style>body{background:#111;color:#fff}</style><p>文</p>`, []string{"文"}, ""},
		{"white on a ground that is not followed", `<style>.a .b{background:navy} .w{color:#fff}</style><div class=a><div class=b><p class=w>文</p></div></div>`, []string{"文"}, ""},
		{"white on white", `<div style="background:#fff;color:white">指令</div><p>文</p>`, []string{"文"}, "指令"},
		{"white on no ground", `<div style="background:none;color:white">指令</div><p>文</p>`, []string{"文"}, "指令"},
		{"black in white", `<div style="color:white">指令<p style="color:#000">文</p></div>`, []string{"文"}, "指令"},
		{"for print only", `<style>@media print{.p{display:none} .q{color:white}} .z{color:red}</style><p class=p>文</p>`, []string{"文"}, ""},
		{"one of several selectors", `<style>/* {} */ p.a, .x , h7>i {display:none}</style><p class=x>指令</p><p>文</p>`, []string{"文"}, "指令"},
		{"of another element", `<style>span.a, .b .a, .a:hover{display:none}</style><p class=a>文</p>`, []string{"文"}, ""},
		{"cell", `<table><tr><td>营收</td><td>12<span style="display:none">指令</span></td></tr><tr><td hidden>二</td><td>13</td></tr></table>`, []string{"营收\t12", "\t13"}, "指令二"},
		{"zero width", "<p>文\u200b字\U000E0041</p>", []string{"文字"}, "\u200b\U000E0041"},
		{"entities", "<p>AT&amp;T &lt;1&gt;</p>", []string{"AT&T <1>"}, ""},
		{"nothing", "<p> </p>", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ps, err := htmlParagraphs("<html><body>" + tt.in + "</body></html>")
			if err != nil {
				t.Fatal(err)
			}
			seen, hidden := told(ps)
			if diff := cmp.Diff(seen, tt.want); diff != "" {
				t.Errorf("seen (-got +want):\n%s", diff)
			}
			if hidden != tt.hidden {
				t.Errorf("hidden = %q, want %q", hidden, tt.hidden)
			}
		})
	}
}

func TestIsHTML(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     bool
	}{
		{"a.txt", "<!DOCTYPE html><p>", true},
		{"a", "\ufeff <!-- c -->\n<HTML lang=zh>", true},
		{"a.html", "<div>文</div>", true},
		{"a.md", "<div>文</div>\n# 题", false},
		{"a.html", "只是文字", false},
		{"a.txt", "说明 <html> 的用法", false},
	} {
		if got := isHTML(tt.name, tt.in); got != tt.want {
			t.Errorf("isHTML(%q, %q) = %v, want %v", tt.name, tt.in, got, tt.want)
		}
	}
}

// The same report as Markdown and as a web page has the same structure.
func TestHTMLStructure(t *testing.T) {
	md := "# 星河智能（999230.SZ）：放量\n\n## 1 概况\n\n## 1.1 收入\n\n" + strings.Repeat("收入增长三成。", 12) + "\n\n表 1：预测\n\n|年|2025E|\n|---|---|\n|营收|12|\n\n资料来源：公司公告\n\n## 2 风险提示\n\n需求不及预期的风险。\n"
	page := "<!doctype html><title>x</title><h1>星河智能（999230.SZ）：放量</h1><h2>1 概况</h2><h2>1.1 收入</h2><p>" + strings.Repeat("收入增长三成。", 12) +
		"</p><p>表 1：预测</p><table><tr><th>年</th><th>2025E</th></tr><tr><td>营收</td><td>12</td></tr></table><p>资料来源：公司公告</p><h2>2 风险提示</h2><p>需求不及预期的风险。</p>"
	want, err := readText("a.md", []byte(md))
	if err != nil {
		t.Fatal(err)
	}
	got, err := readText("a.html", []byte(page))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got.Sections, want.Sections); diff != "" || len(got.Sections) < 3 {
		t.Errorf("sections of HTML and Markdown (-html +md):\n%s", diff)
	}
}

// What Markdown hides is counted like anything else that nobody sees.
func TestMarkdownHidden(t *testing.T) {
	for in, want := range map[string]string{
		"文字 <!-- 指令 -->":                         "指令",
		`文字 <span style="color:white">指令</span>`: "指令",
		`文字 <div hidden><b>指</b>令</div>`:         "指令",
		"文字\u200b":                               "\u200b",
		"文字\n<table><tr><td>a</td><td style='display:none'>指令</td></tr></table>": "指令",
		"文字 <script>x()</script>":             "",
		`文字 <span style="color:red">看</span>`: "",
		"文字 \U000E0049\U000E0067":             "\U000E0049\U000E0067",
	} {
		seen, hidden := told(paragraphs(in))
		if hidden != want || strings.Contains(strings.Join(seen, ""), "指") || !strings.HasPrefix(seen[0], "文字") {
			t.Errorf("paragraphs(%q): seen %q, hidden %q, want hidden %q", in, seen, hidden, want)
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, s := range []string{"<table><tr><td rowspan=50 colspan=50>", "<p hidden><table><tr><td>a<td>b", "<style>.a{display:none}</style><p class=a>", "<pre>\n\n</pre>", "<h1><h2><ul><li>", "<svg><p>x"} {
		f.Add("<html>" + s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ps, err := htmlParagraphs(s)
		if err != nil {
			return
		}
		for _, p := range ps {
			if strings.TrimSpace(p.text) == "" || p.mark < 0 || p.mark > 6 || p.row != (strings.Contains(p.text, "\t") && p.drop == "") {
				t.Errorf("paragraph %+v", p)
			}
		}
		r, err := assemble("a.html", ps, 0)
		if err == nil && r.Parse.CharsKept > r.Parse.CharsIn {
			t.Errorf("loss %+v", r.Parse)
		}
	})
}
