package parse

import (
	"fmt"
	"strings"
	"testing"

	"reportbot/ingest/report"
)

func TestDropFurniture(t *testing.T) {
	// sheet is a page with a line at its edge, one in its middle and text.
	sheet := func(number int, edge, middle string) []para {
		return []para{{text: edge, page: number, edge: true}, {text: fmt.Sprintf("第%d页的正文说到了业绩，各不相同%s。", number, strings.Repeat("字", number)), page: number},
			{text: middle, page: number}, {text: prose, page: number}, {text: prose, page: number}}
	}
	tests := []struct {
		name         string
		edge, middle string // of each page
		want         string // what becomes of each page's edge and middle: f footer, w watermark, . kept
	}{
		{"digits masked", "青岚 1|青岚 2|青岚 3", "甲|乙|丙", "f. f. f."},
		{"on half of the pages", "青岚研究|甲|青岚研究|乙", "一|二|三|四", "f. .. f. .."},
		{"on one page of three", "青岚研究|甲|乙", "一|二|三", ".. .. .."},
		{"two pages", "青岚 1|青岚 2", "甲|乙", "f. f."},
		{"two pages, different", "青岚|望江", "甲|乙", ".. .."},
		{"rows of tables", "甲|乙|丙", "营业收入 62|营业收入 80|营业收入 108", ".. .. .."},
		{"watermark", "a|b|c|d|e", "网罗天下报告|网罗天下报告|网罗天下报告|甲|乙", ".w .w .w .. .."},
		{"short report, no watermark", "a|b|c", "网罗天下报告|网罗天下报告|网罗天下报告", ".. .. .."},
		{"address to readers", "a|b|c|d|e", "各位代表：|各位代表：|各位代表：|各位代表：|各位代表：", ".. .. .. .. .."},
		{"source lines", "a|b|c|d|e", "资料来源：青岚|资料来源：青岚|资料来源：青岚|资料来源：青岚|资料来源：青岚", ".. .. .. .. .."},
		{"known wording", "请务必阅读正文之后的免责声明|甲|乙", "一|二|三", "f. .. .."},
		{"page labels, numbers in the text", "- 1 -|2 / 4|第3页 共4页", "12|13|14", "f. f. f."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var ps []para
			middles := strings.Split(tt.middle, "|")
			edges := strings.Split(tt.edge, "|")
			for i := range edges {
				ps = append(ps, sheet(i+1, edges[i], middles[i])...)
			}
			dropFurniture(ps, len(edges))
			var got []string
			fate := map[string]string{"": ".", dropFooter: "f", dropWatermark: "w"}
			for i := 0; i < len(ps); i += 5 {
				got = append(got, fate[ps[i].drop]+fate[ps[i+2].drop])
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("%s, want %s", s, tt.want)
			}
		})
	}
}

// roles states the roles of lines, b for text, a for adverts, d for the tail.
func roles(ps []para) string {
	var b strings.Builder
	for i := range ps {
		b.WriteString(map[report.Role]string{report.Body: "b", report.Advert: "a", report.Disclaimer: "d", report.Contents: "c"}[ps[i].role])
	}
	return b.String()
}

func TestMarkAdverts(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"in the middle", "正文一\n免责声明：\n1. 本附页与原报告无关\n2. 来自网络\n3. 扫码入群\n正文二", "baaaab"},
		{"twice", "正文\n扫码入群领取资料\n正文\n正文\n正文\n正文\n正文\n正文\n正文\n客服微信\n正文", "babbbbbbbab"},
		{"gap of short lines", "正文\n扫码入群\n每日更新\n群主代找报告\n正文", "baaab"},
		{"a table parts", "扫码入群\n年\t收入\n客服微信", "aba"},
		{"群众 is no group", "促进群众性运动，增加群众收入\n进群众家中", "bb"},
		{"long paragraph is text", prose + prose + prose + prose + "扫码", "b"},
		{"English", "Text\nMore reports @ somewhere\nText", "bab"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ps := lines(tt.in)
			markAdverts(ps)
			if got := roles(ps); got != tt.want {
				t.Errorf("roles of %q = %s, want %s", tt.in, got, tt.want)
			}
		})
	}
}

func TestMarkTail(t *testing.T) {
	tests := []struct {
		name, in string
		heading  int // index of the last heading that the contents name
		want     string
	}{
		{"statement", "甲\n乙\n丙\n分析师声明\n丁", -1, "bbbdd"},
		{"ratings", "甲\n乙\n丙\n投资评级说明\n买入\t高于", -1, "bbbdd"},
		{"English", "a\nb\nc\nDISCLOSURE SECTION\nd", -1, "bbbdd"},
		{"contact page", "甲\n乙\n丙\n联系我们\n电话", -1, "bbbdd"},
		{"chapter on disclosure", "甲\n乙\n丙\n信息披露\n丁", -1, "bbbbb"},
		{"disclosure of the house", "甲\n乙\n丙\n信息披露\n丁\n本人承诺", -1, "bbbddd"},
		{"too early", "免责声明\n甲\n乙\n丙\n丁", -1, "bbbbb"},
		{"before the last heading", "甲\n乙\n免责声明\n风险提示\n丁", 3, "bbbbb"},
		{"in a sentence", "甲\n乙\n丙\n请阅读免责声明部分的全部内容\n丁", -1, "bbbbb"},
		{"risk notice is none", "甲\n乙\n丙\n风险提示\n丁", -1, "bbbbb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ps := lines(tt.in)
			markTail(ps, tt.heading)
			if got := roles(ps); got != tt.want {
				t.Errorf("roles of %q = %s, want %s", tt.in, got, tt.want)
			}
		})
	}
}

func TestDropCharts(t *testing.T) {
	tests := []struct{ name, in, want string }{ // want: x for dropped
		{"axis under a caption", "图 1、出货量\n万套\n24\n2021\n58\n资料来源：青岚\n" + prose, ".xxxx.."},
		{"few lines stay", "图 1、出货量\n万套\n资料来源：青岚", "..."},
		{"run of numbers", prose + "\n0\n50\n100%\n" + prose, ".xxx."},
		{"two numbers stay", prose + "\n12.5\n(3)\n" + prose, "...."},
		{"dates of an axis", "43%\n31%\n08/22\t10/22\t12/22\n-16%", "xxxx"},
		{"rows of numbers stay", "12.5\t13.6\n14.1\t15.2\n16.0\t17.7", "..."},
		{"table caption", "表 1、预测\n年\n收入\n利润\n现金", "....."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ps := lines(tt.in)
			for i := range ps {
				ps[i].page = 1
			}
			dropCharts(ps)
			got := ""
			for i := range ps {
				got += map[string]string{"": ".", dropChart: "x"}[ps[i].drop]
			}
			if got != tt.want {
				t.Errorf("%q: %s, want %s", tt.in, got, tt.want)
			}
		})
	}
}

// What is left out is counted by reason, and nothing is counted twice.
func TestAccount(t *testing.T) {
	ps := []para{
		{text: "青 岚", page: 1, drop: dropFooter}, {text: "正文", page: 1}, {text: "侧栏", page: 1, role: report.Front},
		{text: "目录", page: 2, role: report.Contents}, {text: strings.Repeat("字", 60), page: 2, role: report.Disclaimer},
	}
	loss := account(ps, 2)
	if loss.CharsIn != 68 || loss.CharsKept != 4 || loss.Dropped[dropFooter] != 2 || loss.Dropped["contents"] != 2 || loss.Dropped["disclaimer"] != 60 {
		t.Errorf("loss = %+v", loss)
	}
	if len(loss.LowTextPages) != 1 || loss.LowTextPages[0] != 1 {
		t.Errorf("pages with little text = %v, want 1", loss.LowTextPages)
	}
}
