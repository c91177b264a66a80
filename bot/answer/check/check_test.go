package check

import (
	"fmt"
	"strings"
	"testing"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
)

// The passages that the sentences of the tests cite.
var (
	zh = Source{
		Header: "海岳证券《禾川股份：订单饱满》2026-03-02 1 业绩",
		Text: "禾川股份2025年实现营业收入12.4亿元，同比增长22.8%；归母净利润1.86亿元，毛利率下降1.2个百分点至31.5%。\n" +
			"2025年6月公司完成二期产线建设，9月启动海外仓扩建。公司尚未取得欧洲认证。\n" +
			"我们将目标价由30元上调至36元，维持增持评级。境外客户占比约17%，研发人员1,260人。\n" +
			"董事长沈维舟出席了业绩说明会。",
	}
	grid = Source{
		Header: "海岳证券《禾川股份：订单饱满》2026-03-02 财务摘要",
		Text: "单位：百万元\n指标\t2025A\t2026E\t2027E\n营业收入\t1,240\t1,520\t1,830\n归母净利润\t186\t231\t290\n毛利率(%)\t31.5\t32.0\t32.4\n" +
			"预计2025-2027年EPS分别为0.93/1.16/1.45元。",
	}
	en = Source{
		Header: "Northgate Research “Orbit Power: margins turn” 2026-02-10 Results",
		Text: "Orbit Power reported revenue of $3.42 billion for 2025, up 14% year on year, while operating costs fell 3%.\n" +
			"The company opened its Texas plant in March 2025 and closed the Ohio site in August 2025. It has not paid a dividend.\n" +
			"We cut our price target from $58 to $51.",
	}
)

func names() *security.Directory {
	d := security.NewDirectory()
	d.Add([]report.Security{{Name: "禾川股份"}, {Name: "云帆电气"}, {Name: "Orbit Power"}, {Name: "Delta Grid"}})
	return d
}

// failed are the gates that a sentence fails.
func failed(sentence string, source Source) string {
	var got []string
	for _, f := range New(names()).Sentence(sentence, []Source{source}).Failed {
		got = append(got, string(f.Gate))
	}
	return strings.Join(got, " ")
}

// Every corruption is one that a single gate catches; what is said in other
// words or figures passes all.
func TestSentence(t *testing.T) {
	for _, row := range []struct {
		why, sentence string
		source        Source
		want          string // the gates that fail
	}{
		{"as printed", "禾川股份2025年实现营业收入12.4亿元，同比增长22.8%。", zh, ""},
		{"another unit of the same amount", "2025年公司营收为124,000万元。", zh, ""},
		{"rounded", "2025年营业收入约12亿元，同比增长约23%。", zh, ""},
		{"Chinese numerals", "境外客户占比约百分之十七。", zh, ""},
		{"thousands without comma", "研发人员1260人。", zh, ""},
		{"a month in characters", "2025年六月公司完成二期产线建设。", zh, ""},
		{"a denial as printed", "公司尚未取得欧洲认证。", zh, ""},
		{"no denial in 不断", "公司订单不断，归母净利润1.86亿元。", zh, ""},
		{"invented", "行业格局持续向头部集中，竞争壁垒高筑。", zh, "coverage"},
		{"a changed digit", "2025年实现营业收入13.4亿元。", zh, "number"},
		{"万 for 亿", "2025年实现营业收入12.4万元。", zh, "number"},
		{"percent for points", "毛利率下降1.2%至31.5%。", zh, "number"},
		{"another currency", "2025年实现营业收入12.4亿美元。", zh, "number"},
		{"more digits than printed", "境外客户占比17.4%。", zh, "number"},
		{"the figure of another thing", "禾川股份2025年归母净利润12.4亿元。", zh, "binding"},
		{"the month of another event", "2025年9月公司完成二期产线建设。", zh, "period"},
		{"turned about", "2025年营业收入同比下降22.8%。", zh, "direction"},
		{"a target cut", "我们将目标价由30元下调至36元。", zh, "direction"},
		{"a denial put in", "2025年6月公司未完成二期产线建设。", zh, "negation"},
		{"a denial left out", "公司取得欧洲认证。", zh, "negation"},
		{"a first put in", "公司首次完成二期产线建设。", zh, "negation"},
		{"another company", "云帆电气2025年实现营业收入12.4亿元，同比增长22.8%。", zh, "name"},

		{"a role's holder", "董事长沈维舟出席了业绩说明会。", zh, ""},
		{"another holder", "董事长高旻出席了业绩说明会。", zh, "person"},
		{"a province brought in", "2025年6月公司完成江苏二期产线建设。", zh, "name"},

		{"a cell", "预计2026年营业收入15.2亿元，毛利率32.0%。", grid, ""},
		{"an item of a list", "预计2027年EPS为1.45元。", grid, ""},
		{"the cell of another year", "预计2026年营业收入18.3亿元。", grid, "period"},
		{"the item of another year", "预计2026年EPS为1.45元。", grid, "period"},
		{"the cell of another row", "预计2026年归母净利润15.2亿元。", grid, "binding"},

		{"as printed, English", "Orbit Power reported revenue of $3.42 billion for 2025, up 14% year on year.", en, ""},
		{"the scale in another form", "Revenue was US$3,420 million for 2025.", en, ""},
		{"percent in letters", "Revenue was up 14 percent year on year.", en, ""},
		{"invented, English", "Competitors struggle with weak demand and rising inventories everywhere.", en, "coverage"},
		{"a changed digit, English", "Orbit Power reported revenue of $3.24 billion for 2025.", en, "number"},
		{"million for billion", "Orbit Power reported revenue of $3.42 million for 2025.", en, "number"},
		{"the figure of another thing, English", "The Ohio site and the Texas plant earned 14%.", en, "binding"},
		{"an abbreviated quarter", "In 2025 costs fell 3 per cent.", en, ""},
		{"a place swapped, English", "The company opened its Nevada plant in March 2025.", en, "name"},
		{"turned about, English", "We raised our price target from $58 to $51.", en, "direction"},
		{"a denial left out, English", "The company has paid a dividend.", en, "negation"},
		{"a denial put in, English", "The company has not opened its Texas plant.", en, "negation"},
		{"another company, English", "Delta Grid reported revenue of $3.42 billion for 2025.", en, "name"},
		{"nothing said", "……", zh, "coverage"},
	} {
		if got := failed(row.sentence, row.source); got != row.want {
			t.Errorf("%s: %q: got failed gates %q, want %q", row.why, row.sentence, got, row.want)
		}
	}
}

// Without passages, or companies to know, nothing but the words can be missed.
func TestSentenceAlone(t *testing.T) {
	if New(nil).Sentence("禾川股份2025年实现营业收入12.4亿元。", nil).OK() {
		t.Error("a sentence that cites nothing: got OK, want a failure")
	}
	if v := New(nil).Sentence("禾川股份2025年实现营业收入12.4亿元。", []Source{zh}); !v.OK() {
		t.Errorf("no company known: got %v, want no failure", v.Failed)
	}
}

func FuzzSentence(f *testing.F) {
	f.Add("禾川股份2025年实现营业收入12.4亿元，同比增长22.8%。", zh.Text)
	f.Add("We cut our price target from $58 to $51.", en.Text)
	f.Add("百分之三成半 1,000-2,000万 未", "不")
	f.Add("2026年营业收入增长(1,520 − 1,240) / 1,240 × 100% ≈ 22.6%，CEO Ann Lee 1Q26", grid.Text)
	f.Add("(((1+2)x3)/4 - $5bn) = -(6", "2025/26/27年EPS分别为1/2/3元\na\t(1)\t-2\n\t\t\n")
	f.Fuzz(func(t *testing.T, sentence, passage string) {
		New(nil).Sentence(sentence, []Source{{Text: passage}})
	})
}

// BenchmarkSentence is the time of one sentence against one passage of common
// length: the goal is under a millisecond.
func BenchmarkSentence(b *testing.B) {
	c := New(names())
	long := Source{Header: zh.Header, Text: strings.Repeat(zh.Text+"\n", 4)}
	b.ReportAllocs()
	for b.Loop() {
		c.Sentence("禾川股份2025年实现营业收入12.4亿元，同比增长22.8%。", []Source{long})
	}
}

// BenchmarkTable is the time of one sentence with a formula against a table of
// forty rows.
func BenchmarkTable(b *testing.B) {
	var t strings.Builder
	t.WriteString("单位：百万元\n指标\t2022A\t2023A\t2024A\t2025E\t2026E\n")
	for i := range 40 {
		fmt.Fprintf(&t, "科目%d\t%d\t%d\t%d\t%d\t%d\n", i, 1000+i, 1100+i, 1200+i*3, 1300+i*7, 1400+i*9)
	}
	c, table := New(names()), []Source{{Header: zh.Header, Text: t.String()}}
	b.ReportAllocs()
	for b.Loop() {
		c.Sentence("预计科目9在2026年为14.81亿元，2025年为13.63亿元，2024年同比增长(1,227 − 1,109) / 1,109 = 10.6%。", table)
	}
}
