package parse

import (
	"fmt"
	"strings"
)

// shape is a text of any size that is meant to cost its reader more than its
// size: it drives an expression, a join or a search through the whole file.
type shape struct {
	name, file string
	make       func(n int) string // about n bytes
}

// again repeats a unit up to about n bytes.
func again(n int, unit string) string { return strings.Repeat(unit, n/len(unit)+1) }

// each joins what f writes for 0, 1, … up to about n bytes.
func each(n int, f func(i int) string) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		b.WriteString(f(i))
	}
	return b.String()
}

// han is one of 5,000 characters.
func han(i int) rune { return rune(0x4e00 + i%5000) }

// repeated are shapes of one unit over and over, in one line or many.
var repeated = []struct{ name, file, head, unit string }{
	{"han line", "a.txt", "", "公司营业收入同比增长"},
	{"ascii line", "a.txt", "", "revenue rose by a third in "},
	{"pipes", "a.md", "", "|"},
	{"pipe cells", "a.md", "", "| 1 "},
	{"pipe rows", "a.md", "", "| a | 1 | 2 |\n"},
	{"tabs", "a.txt", "", "a\t"},
	{"toc one line", "a.txt", "", "目录......1"},
	{"dots", "a.txt", "", "."},
	{"dots lines", "a.txt", "", "a......................................................................................b\n"},
	{"digits", "a.txt", "", "1"},
	{"digits blanks", "a.txt", "", "1 "},
	{"quotes", "a.txt", "", "《"},
	{"quoted", "a.txt", "", "《一二三四五》2023-01-01 "},
	{"related list", "a.txt", "相关报告\n", "一二三四五2023-01-01 "},
	{"parens", "a.txt", "", "("},
	{"wide parens", "a.txt", "", "（"},
	{"brackets", "a.md", "", "["},
	{"links", "a.md", "", "[a](b) "},
	{"images", "a.md", "", "!["},
	{"stars", "a.md", "", "*"},
	{"bold", "a.md", "", "**a"},
	{"underscores", "a.md", "", "_a"},
	{"hashes", "a.md", "", "#"},
	{"hash blanks", "a.md", "# ", " #"},
	{"less", "a.md", "", "<"},
	{"comments", "a.md", "", "a <!-- b -->"},
	{"open comments", "a.md", "", "a <!-- "},
	{"open tables", "a.md", "", "<table>"},
	{"tables", "a.md", "", "<table><tr><td>1<td>2</table>"},
	{"hidden spans", "a.md", "", "a<span hidden>b</span>"},
	{"open spans", "a.md", "", "<span style='display:none'>"},
	{"spans in lines", "a.md", "", "a <span> b\n"},
	{"tickers", "a.txt", "", "A.US "},
	{"capitals", "a.txt", "", "Aa Bb Cc "},
	{"capital lines", "a.txt", "", "Aa Bb Cc Securities Limited\n"},
	{"ratings", "a.txt", "", "买入"},
	{"rating words", "a.txt", "", "上调评级由"},
	{"targets", "a.txt", "", "目标价"},
	{"targets en", "a.txt", "", "price target "},
	{"prices", "a.txt", "", "收盘价("},
	{"dates", "a.txt", "", "2023年1月1日"},
	{"date halves", "a.txt", "", "2023 "},
	{"adverts", "a.txt", "", "扫码加微信群\n"},
	{"houses", "a.txt", "", "青岚证券股份有限公司"},
	{"companies", "a.txt", "", "青岚集团股份有限"},
	{"issuer run", "a.txt", "", "（青岚"},
	{"boiler", "a.txt", "", "本报告由"},
	{"boiler lines", "a.txt", "", "未经许可不得复制本报告，请务必阅读正文之后的声明\n"},
	{"dashes", "a.txt", "", "- "},
	{"zero width lines", "a.txt", "", "a\u200bb\n"},
	{"fields", "a.txt", "", "[Table_"},
	{"kangxi", "a.txt", "", "⼀⼁"},
	{"combining", "a.txt", "a", "\u0301"},
	{"wrapped", "a.txt", "", "revenue rose by a third in the first half and fell in the last\n"},
	{"gb18030", "a.txt", "", "\xb9\xab\xcb\xbe"},
	{"utf16", "a.txt", "\xff\xfe", "\x6c\x51\x0a\x00"},
	{"html divs", "a.html", "<html><body>", "<div>"},
	{"html text divs", "a.html", "<html><body>", "<div>a</div>"},
	{"html b", "a.html", "<html><body>", "<b>a<p>"},
	{"html a", "a.html", "<html><body>", "<a>x"},
	{"html spans", "a.html", "<html><body>", "<td colspan=50>"},
	{"html table", "a.html", "<html><body><table>", "<tr><td>1<td>2"},
	{"html wide table", "a.html", "<html><body><table><tr>", "<td>1"},
	{"html colspan", "a.html", "<html><body><table>", "<tr><td colspan=50 rowspan=50>a<td>b"},
	{"html nested tables", "a.html", "<html><body>", "<table><tr><td>1<td>"},
	{"html entities", "a.html", "<html><body><p>", "&amp;"},
	{"html foreign", "a.html", "<html><body>", "<svg><math>"},
	{"html hidden", "a.html", "<html><body>", "<p style='display:none'>a</p>"},
	{"html pre", "a.html", "<html><body><pre>", "a\n"},
	{"html fostered", "a.html", "<html><body>", "<table><b>"},
}

// counted are shapes whose units differ, or that have two parts.
var counted = []shape{
	{"prose lines", "a.txt", func(n int) string {
		return each(n, func(i int) string {
			return fmt.Sprintf("第%d家公司营业收入同比增长12.5%%，净利润回落。\n", i)
		})
	}},
	{"pipe rows differing", "a.md", func(n int) string {
		return each(n, func(i int) string { return fmt.Sprintf("| a%d | %d | 2 |\n", i, i) })
	}},
	{"headings", "a.md", func(n int) string {
		return each(n, func(i int) string { return fmt.Sprintf("# 标题%d\n正文一句话。\n", i) })
	}},
	{"numbered", "a.txt", func(n int) string {
		return each(n, func(i int) string { return fmt.Sprintf("%d、标题\n\n", i%99) })
	}},
	{"dotted", "a.txt", func(n int) string {
		return each(n, func(i int) string { return fmt.Sprintf("%d.%d 标题\n\n", i/99%99, i%99) })
	}},
	{"toc", "a.txt", func(n int) string {
		return each(n, func(i int) string { return fmt.Sprintf("标题%d.......%d\n", i, i%9999) })
	}},
	{"toc then headings", "a.txt", func(n int) string {
		return "目录\n" + each(n/2, func(i int) string { return fmt.Sprintf("甲%x......%d\n", i, i%9999) }) + "正文一句话，话很长很长，说的是公司营业收入同比增长。\n\n\n\n" + each(n/2, func(i int) string { return fmt.Sprintf("乙%x业务\n", i) })
	}},
	{"dots then digit", "a.txt", func(n int) string {
		return again(n, ".") + "1"
	}},
	{"licences", "a.txt", func(n int) string {
		return each(n, func(i int) string { return fmt.Sprintf("S%013d", i) })
	}},
	{"licence names", "a.txt", func(n int) string {
		return each(n, func(i int) string { return fmt.Sprintf("张三 S%013d ", i) })
	}},
	{"names then licences", "a.txt", func(n int) string {
		return again(n/2, "张三 李四 ") + each(n/2, func(i int) string { return fmt.Sprintf("S%013d ", i) })
	}},
	{"both licences", "a.txt", func(n int) string {
		return each(n/2, func(i int) string { return fmt.Sprintf("S%013d ", i) }) + "\t" + each(n/2, func(i int) string { return fmt.Sprintf("CE No: A%c%c%03d ", 'A'+i/26%26, 'A'+i/1000%26, i%1000) })
	}},
	{"licence lines", "a.txt", func(n int) string {
		return "晨会纪要\n" + each(n, func(i int) string { return fmt.Sprintf("张三 S%013d\n", i) })
	}},
	{"codes", "a.txt", func(n int) string {
		return each(n, func(i int) string { return fmt.Sprintf("甲乙%c（%06d）", han(i), 990000-i%900000) })
	}},
	{"code lines", "a.txt", func(n int) string {
		return each(n, func(i int) string {
			return fmt.Sprintf("建议关注甲乙%c公司（%06d），评级买入。\n", han(i), 990000-i%900000)
		})
	}},
	{"codes SZ", "a.txt", func(n int) string {
		return each(n, func(i int) string { return fmt.Sprintf("甲乙%c（%06d.SZ）", han(i), i%900000) })
	}},
	{"advert titles", "a.txt", func(n int) string {
		return again(n, "声明\n") + "扫码加微信群\n"
	}},
	{"captions", "a.txt", func(n int) string {
		return each(n, func(i int) string { return fmt.Sprintf("图%d：标题\n资料来源：公司\n", i) })
	}},
	{"blanks", "a.txt", func(n int) string {
		return "a" + again(n, " ") + "b"
	}},
	{"blank lines", "a.txt", func(n int) string {
		return "a\n" + again(n, "\n") + "b"
	}},
	{"wide blanks", "a.txt", func(n int) string {
		return "a" + again(n, "\u3000") + "b"
	}},
	{"zero width", "a.txt", func(n int) string {
		return "a" + again(n, "\u200b") + "b"
	}},
	{"list", "a.txt", func(n int) string {
		return each(n, func(i int) string { return fmt.Sprintf("• 项目%d\n", i) })
	}},
	{"html attributes", "a.html", func(n int) string {
		return "<html><body><p " + each(n, func(i int) string { return fmt.Sprintf("a%d=1 ", i) }) + ">x"
	}},
	{"html style", "a.html", func(n int) string {
		return "<html><head><style>" + each(n, func(i int) string { return fmt.Sprintf(".a%d{display:none}", i) }) + "</style><body>x"
	}},
	{"html classes", "a.html", func(n int) string {
		return "<html><body><p class='" + again(n, "a ") + "'>x"
	}},
	{"html comment", "a.html", func(n int) string {
		return again(n, "<!--a-->") + "<html><body>x"
	}},
}

// shapes are all of them.
func shapes() []shape {
	out := append([]shape(nil), counted...)
	for _, r := range repeated {
		out = append(out, shape{r.name, r.file, func(n int) string { return r.head + again(n, r.unit) }})
	}
	return out
}
