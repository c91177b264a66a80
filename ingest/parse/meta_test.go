package parse

import (
	"fmt"
	"strings"
	"testing"

	"reportbot/ingest/report"
)

// front reads the metadata of a plain text report whose first lines are given;
// text follows, so that the lines are a front.
func front(t *testing.T, name, in string) *report.Report {
	t.Helper()
	filler := "\n\n投资要点\n\n" + strings.Repeat(prose+"\n\n", 4)
	if strings.IndexFunc(in, func(r rune) bool { return r > 0x2E80 }) < 0 {
		filler = "\n\nSUMMARY\n\n" + strings.Repeat(englishProse+"\n\n", 4)
	}
	r, err := readText(name, []byte(in+filler))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// metaCase is a front and one value that it states.
type metaCase struct{ name, in, want string }

func checkMeta(t *testing.T, tests []metaCase, value func(*report.Report) string) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := value(front(t, "x.txt", tt.in)); got != tt.want {
				t.Errorf("of %q: %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestTitle(t *testing.T) {
	checkMeta(t, []metaCase{
		{"first line", "容量电价落地\n2026年06月15日", "容量电价落地"},
		{"Markdown heading", "青岚研究周刊第三期\n\n# 容量电价落地", "容量电价落地"},
		{"company line before", "星河智能（999230）\n应收高企，评级下调至中性", "应收高企，评级下调至中性"},
		{"company line with colon", "# 云栖算力（999519.SH）：\n\n# 绿电园区构筑优势", "云栖算力（999519.SH）：绿电园区构筑优势"},
		{"company line only", "星河智能（999230）\n2026年06月15日", "星河智能（999230）"},
		{"English company line", "FarSail Technology (99988.HK)\n3Q26: pricing has turned", "FarSail Technology (99988.HK) 3Q26: pricing has turned"},
		{"company in the title", "星河智能（999230.SZ）：域控放量", "星河智能（999230.SZ）：域控放量"},
		{"genre lines", "证券研究报告\n公司研究 / 汽车零部件 / 证券研究报告\n证券研究报告 | 公司深度 | 乘用车\n公司深度 · 汽车电子\n域控放量", "域控放量"},
		{"English genre line", "Hong Kong | Logistics & Transportation\nDensity pays off", "Density pays off"},
		{"industry alone", "计算机行业\n自主平台构建壁垒", "自主平台构建壁垒"},
		{"house, date, rating, label", "望江证券研究发展中心\n2026-09-02\n买入（维持）\n目标价：36.00元\n应收高企", "应收高企"},
		{"related report", "《容量电价细则点评》2026-03-22\n容量电价落地", "容量电价落地"},
		{"web page", "去望江财经 看更多评论（61）\n房地产的招在供给侧", "房地产的招在供给侧"},
		{"spaced out", "工 作 报 告\n2026-09-02", "工作报告"},
		{"question", "储能拐点到了吗？\n2026-09-02", "储能拐点到了吗？"},
		{"sentence is none", "储能的拐点已经到来。\n容量电价落地", "容量电价落地"},
		{"report's own kind of name", "中国货币政策执行报告\n2026-09-02", "中国货币政策执行报告"},
		{"nothing", "2026-09-02", "x"},
	}, func(r *report.Report) string { return r.Title })
}

// Where the format has sizes, the largest print is the title.
func TestTitleOfPages(t *testing.T) {
	tests := []struct {
		name string
		ps   []para
		want string
	}{
		{"two lines", []para{{text: "共享储能异军突起、商业模式逐渐", size: 18}, {text: "形成", size: 18}}, "共享储能异军突起、商业模式逐渐形成"},
		{"line of another size", []para{{text: "容量电价落地", size: 18}, {text: "储能行业中期报告", size: 12}}, "容量电价落地"},
		{"row with the sidebar's word", []para{{text: "容量电价落地，储能走向经济性驱动\t电力设备", size: 18, row: true}}, "容量电价落地，储能走向经济性驱动"},
		{"industry as large beside it", []para{{text: "电力设备", size: 18, side: true}, {text: "容量电价落地", size: 18}}, "容量电价落地"},
		{"larger word of industry", []para{{text: "计算机行业", size: 22}, {text: "自主平台构建壁垒", size: 18}}, "自主平台构建壁垒"},
		{"larger company line", []para{{text: "星河智能（999230.SZ）", size: 22}, {text: "域控放量", size: 18}}, "域控放量"},
		{"print of a web page", []para{{text: "去望江财经 看更多评论（61）", size: 28}, {text: "供给侧的三步", size: 24}}, "供给侧的三步"},
		{"running header", []para{{text: "行业深度", size: 30, drop: dropFooter}, {text: "容量电价落地", size: 18}}, "容量电价落地"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ps := tt.ps
			for range 5 {
				ps = append(ps, para{text: prose, size: 10})
			}
			for i := range ps {
				ps[i].page = 1
			}
			r := &report.Report{}
			describe(r, "x.pdf", ps)
			if r.Title != tt.want {
				t.Errorf("title = %q, want %q", r.Title, tt.want)
			}
		})
	}
}

func TestPublished(t *testing.T) {
	checkMeta(t, []metaCase{
		{"Chinese", "题目一行\n2026年6月5日", "2026-06-05"},
		{"blanks", "题目一行\n2026 年 06 月 05 日", "2026-06-05"},
		{"dashes", "题目一行\n2026-06-05", "2026-06-05"},
		{"slashes", "题目一行\n2026/6/5", "2026-06-05"},
		{"label wins", "题目一行\n数据整理于2026年6月1日\n发布日期： 2026 年 06 月 05 日", "2026-06-05"},
		{"beside others", "青岚证券研究所 · 汽车电子 · 2026年03月26日\n题目一行", "2026-03-26"},
		{"closing price", "题目一行\n收盘价（2026年9月1日）：45.02元\n报告日期：2026年9月2日", "2026-09-02"},
		{"related report", "题目一行\n《容量电价细则点评》2026-03-22\n2026-06-05", "2026-06-05"},
		{"period", "2026年1月1日至2026年6月30日\n题目一行\n2026-08-05", "2026-08-05"},
		{"only a period", "2026年1月1日至2026年6月30日\n题目一行", ""},
		{"English, day first", "A Title Line\n9 November 2026", "2026-11-09"},
		{"English, month first", "A Title Line\nMarch 9, 2026", "2026-03-09"},
		{"English period", "A Title Line\nTwelve Months Ended June 30, 2026", ""},
		{"no such day", "题目一行\n2026年13月5日", ""},
	}, func(r *report.Report) string { return r.Published })

	for name, want := range map[string]string{"青岚-储能-20260615.txt": "2026-06-15", "note-2026-05-12.md": "2026-05-12", "999230.txt": "", "20261399.txt": ""} {
		if got := front(t, name, "题目一行").Published; got != want {
			t.Errorf("date in the name %s = %q, want %q", name, got, want)
		}
	}
	r := front(t, "20260101-x.txt", "题目一行\n2026-06-05")
	if r.Published != "2026-06-05" {
		t.Errorf("text says 2026-06-05, name 20260101: got %s", r.Published)
	}
	notice, err := readText("x.txt", []byte("题目一行\n\n"+strings.Repeat(prose+"\n\n", 12)+"某某公司董事会\n2026年1月4日"))
	if err != nil || notice.Published != "2026-01-04" {
		t.Errorf("date at the end = %q, %v, want 2026-01-04", notice.Published, err)
	}
}

func TestPublisher(t *testing.T) {
	checkMeta(t, []metaCase{
		{"institute", "青岚证券研究所\n题目一行", "青岚证券"},
		{"company form", "题目一行\n青岚证券股份有限公司", "青岚证券"},
		{"source lines outvote a mention", "题目一行\n竞争者望江证券股份有限公司\n资料来源：青岚证券研究所\n资料来源：青岚证券研究所\n资料来源：青岚证券研究所", "青岚证券"},
		{"short", "青岚证券\n题目一行", "青岚证券"},
		{"words before the name", "题目一行\n本报告由青岚证券股份有限公司制作", "青岚证券"},
		{"official body", "中国人民银行货币政策分析小组\n题目一行", "中国人民银行"},
		{"issuer of a notice", "题目一行\n临沧容白新材料股份有限公司董事会", "临沧容白新材料股份有限公司"},
		{"English, short name printed", "Beichen International Securities\nA Title Line\nSource: Beichen International estimates", "Beichen International"},
		{"English, long name only", "Beichen International Securities\nA Title Line\nBeichen International Securities Limited", "Beichen International Securities"},
		{"English company", "A Title Line\nToday Corvane Beauty, Inc. reported results", "Corvane Beauty, Inc."},
		{"a law is no house", "A Title Line\nTessel plc reported\nthe U.S. Private Securities Litigation Reform Act of 1995\nSecurities and Exchange Commission", "Tessel plc"},
		{"another law", "A Title Line\nTessel plc reported\nthe Northern Securities Litigation Act", "Tessel plc"},
		{"nobody", "题目一行\n无", ""},
	}, func(r *report.Report) string {
		return strings.Replace(r.Publisher, "Beichen International Securities Limited", "Beichen International Securities", 1)
	})
}

func TestRating(t *testing.T) {
	checkMeta(t, []metaCase{
		{"alone", "题目一行\n推荐 (维持)", "推荐/维持"},
		{"two lines", "题目一行\n增持\n维持", "增持/维持"},
		{"action first", "题目一行\n维持\t强于大市", "强于大市/维持"},
		{"label", "题目一行\n投资评级: 增持(首次)", "增持/首次"},
		{"row of a table", "题目一行\n评级\t买入（上调）\n前次评级\t增持", "买入/上调"},
		{"same rating before", "题目一行\n行业评级\t买入\n前次评级\t买入", "买入/维持"},
		{"raised in a sentence", "题目一行\n我们将评级由“增持”上调至“买入”", "买入/上调"},
		{"kept in a sentence", "题目一行\n我们维持公司“买入”评级", "买入/维持"},
		{"first coverage", "题目一行\n首次覆盖，给予“增持”评级", "增持/首次"},
		{"given", "题目一行\n给予公司“增持”评级", "增持/"},
		{"English", "A Title Line\nStock Rating: Equal-weight (Downgrade from Overweight)", "Equal-weight/Downgrade"},
		{"English, former one first", "A Title Line\nPrevious rating Hold\nBuy (Upgrade)", "Buy/Upgrade"},
		{"English, long line", "A Title Line\n**Rating: Underweight (Initiation)** | **Price target: US$84.00** | **Price (11 May 2026): US$96.20**", "Underweight/Initiation"},
		{"English in a sentence", "A Title Line\nWe initiate at Overweight today", "Overweight/initiate"},
		{"definition", "题目一行\n股票评级：买入，涨幅高于基准指数20%以上", "/"},
		{"related report", "题目一行\n《首次覆盖：给予增持评级》2026-03-22", "/"},
		{"several companies", "题目一行\n公司\t代码\t评级\t变动\n云栖算力\t999519.SH\t买入\t维持\n澜海储能\t999777.SZ\t增持\t上调\n我们维持公司“买入”评级", "/"},
		{"several companies, own rating", "题目一行\n推荐（维持）\n云栖算力\t999519.SH\t买入\t维持\n澜海储能\t999777.SZ\t增持\t上调", "推荐/维持"},
		{"row of another company", "题目一行\n云栖算力\t999519.SH\t买入（维持）", "/"},
		{"morning note", "晨会纪要：算力企稳\n维持“增持”评级", "/"},
		{"none", "题目一行\n行业景气向上", "/"},
	}, func(r *report.Report) string { return r.Rating + "/" + r.RatingAction })
}

func TestTarget(t *testing.T) {
	checkMeta(t, []metaCase{
		{"label", "题目一行\n目标价：38.60元", "38.6 CNY"},
		{"row with unit", "题目一行\n目标价（元）\t52.30\n前次目标价（元）\t46.80", "52.3 CNY"},
		{"prior first", "题目一行\n前次目标价\t38.60元\n目标价\t46.80元", "46.8 CNY"},
		{"from and to", "题目一行\n目标价由38.60元上调至46.80元", "46.8 CNY"},
		{"Hong Kong dollars", "题目一行\n目标价62.00港元", "62 HKD"},
		{"thousands", "题目一行\n目标价：1,234.50元", "1234.5 CNY"},
		{"per share", "题目一行\n3) 目标价格：334 元，上涨空间 13%。", "334 CNY"},
		{"English", "A Title Line\nPrice target: HK$49.00 (from HK$62.00)", "49 HKD"},
		{"English prior first", "A Title Line\nPrior price target: HK$55.00\nPrice target: HK$62.00", "62 HKD"},
		{"English lift", "A Title Line\nWe cut our price target from US$90.00 to US$84.00", "84 USD"},
		{"renminbi", "A Title Line\nTarget price: RMB20.50", "20.5 CNY"},
		{"of several companies", "题目一行\n云栖算力\t999519.SH\t买入\t目标价142.00元\n澜海储能\t999777.SZ\t增持\t目标价74.00元", "0 "},
		{"of a morning note", "晨会纪要：算力企稳\n云栖算力上调目标价至142.00元", "0 "},
		{"none", "题目一行\n当前价：103.60元", "0 "},
	}, func(r *report.Report) string { return fmt.Sprintf("%v %s", r.TargetPrice, r.Currency) })
}

func TestIndustry(t *testing.T) {
	checkMeta(t, []metaCase{
		{"three parts", "公司研究 / 汽车零部件 / 证券研究报告\n题目一行", "汽车零部件"},
		{"bars", "证券研究报告 | 公司深度 | 乘用车\n题目一行", "乘用车"},
		{"dot", "公司深度 · 汽车电子\n题目一行", "汽车电子"},
		{"with the house", "青岚证券研究所 · 汽车电子 · 2026年03月26日\n题目一行", "汽车电子"},
		{"cells", "青岚证券研究所\t公司点评 · 电力设备\n题目一行", "电力设备"},
		{"English", "Hong Kong | Logistics & Transportation\nA Title Line", "Logistics & Transportation"},
		{"label", "题目一行\n所属行业：医药生物", "医药生物"},
		{"English label", "A Title Line\nSector: Technology Hardware", "Technology Hardware"},
		{"industry report", "电力设备行业深度报告\n题目一行", "电力设备"},
		{"team of related reports", "题目一行\n《【望江计算机】上架率触底》2026-04-13", "计算机"},
		{"all genre", "证券研究报告·行业深度报告\n题目一行", ""},
		{"heading is none", "题目一行\n2 行业：需求高增，供给受制", ""},
		{"company is none", "星河智能（300999）\n星河智能 | 公司点评\n题目一行", ""},
		{"slogan is none", "青岚证券研究所\t识别风险\n题目一行", ""},
	}, func(r *report.Report) string { return r.Industry })
}

func TestAnalysts(t *testing.T) {
	checkMeta(t, []metaCase{
		{"name, mail, licence", "题目一行\n分析师：\n顾砚秋\nguyanqiu@qinglan.example\nS9901525010001\n沈听澜\nS9901525010002", "顾砚秋 S9901525010001, 沈听澜 S9901525010002"},
		{"one line", "题目一行\n分析师：祁望舒 执业证书编号：S9902524020003", "祁望舒 S9902524020003"},
		{"label runs into the name", "题目一行\n分析师祁望舒执业证书编号S9902524020003", "祁望舒 S9902524020003"},
		{"spaced name", "题目一行\n分析师：沈 听 澜\n执业证号：S9902524020003", "沈听澜 S9902524020003"},
		{"name of two with a blank", "题目一行\n分析师：罗 维\nS9902524020003", "罗维 S9902524020003"},
		{"small s", "题目一行\n罗维桢\nSAC 编号:s9901525030007", "罗维桢 S9901525030007"},
		{"label is no name", "题目一行\n分析师： 罗维桢\nSAC 执证号：S9901525030007", "罗维桢 S9901525030007"},
		{"both licences of a person", "题目一行\n罗维桢\nSAC 编号:S9901525030007\nSFC 编号:ZZX134\n韩知予\nSAC 编号:S9901525030008", "罗维桢 S9901525030007, 韩知予 S9901525030008"},
		{"both on one line", "题目一行\n罗维桢\nSAC 执证号：S9901525030007 SFC CE No. ZZX134", "罗维桢 S9901525030007"},
		{"licence first", "题目一行\nS9901525030007 罗维桢", "罗维桢 S9901525030007"},
		{"names, then licences", "题目一行\n罗维桢\t韩知予\nS9901525030007\tS9901525030008", "罗维桢 S9901525030007, 韩知予 S9901525030008"},
		{"pairs in a line", "题目一行\n罗维桢 S9901525030007 韩知予 S9901525030008", "罗维桢 S9901525030007, 韩知予 S9901525030008"},
		{"assistant", "题目一行\n罗维桢\nS9901525030007\n研究助理：岑若水\n韩知予\nS9901525030008", "罗维桢 S9901525030007, 韩知予 S9901525030008"},
		{"assistant before the licence", "题目一行\n罗维桢\n研究助理：岑若水\nS9901525030007", "罗维桢 S9901525030007"},
		{"no surname", "题目一行\n罗维桢\n碧空如\nS9901525030007", "罗维桢 S9901525030007"},
		{"double surname", "题目一行\n编辑：闻人清\t执业证书编号：S9902524020015", "闻人清 S9902524020015"},
		{"words are no names", "题目一行\n商业模式\n展机遇\n罗维桢\nS9901525030007", "罗维桢 S9901525030007"},
		{"English", "A Title Line\nAnalysts: Marcus Yip (SFC CE No. ZZX118), Adeline Fok (SFC CE No. ZZX204)", "Marcus Yip ZZX118, Adeline Fok ZZX204"},
		{"English, label before", "A Title Line\nAnalysts Marcus Yip\nSFC CE No. ZZX118", "Marcus Yip ZZX118"},
		{"code that is no licence", "A Title Line\nModel ZZX118 sold well", ""},
		{"none", "题目一行\n联系人：施云起", ""},
	}, func(r *report.Report) string {
		var out []string
		for _, a := range r.Analysts {
			out = append(out, a.Name+" "+a.License)
		}
		return strings.Join(out, ", ")
	})
}

func TestSecuritiesOfReport(t *testing.T) {
	checkMeta(t, []metaCase{
		{"company of the title alone", "北屿电源（999405.SZ）份额提升，星河智能（999230.SZ）承压\n\n# 星河智能（999230.SZ）：域控放量", "999230.SZ"},
		{"related reports are others", "题目一行\n《北屿电源（999405.SZ）点评》2026-03-22\n星河智能（999230.SZ）", "999230.SZ"},
		{"note's calendar is none", "晨会纪要：算力企稳\n\n云栖算力\t999519.SH\t买入\t维持", "999519.SH"},
	}, func(r *report.Report) string {
		var out []string
		for _, s := range r.Securities {
			out = append(out, s.Code)
		}
		return strings.Join(out, " ")
	})
}

// Every value says where it was read.
func TestReadings(t *testing.T) {
	r := front(t, "x.txt", "青岚证券研究所 · 汽车电子 · 2026年03月26日\n星河智能（999230.SZ）：域控放量\n买入（维持）\n目标价：38.60元\n分析师：顾砚秋 S9901525010001")
	count := map[string]int{}
	for _, v := range r.Read {
		count[v.Field]++
	}
	for _, field := range []string{"title", "published", "publisher", "rating", "target_price", "industry", "analysts"} {
		if count[field] != 1 {
			t.Errorf("%d readings of %s, want 1: %+v", count[field], field, r.Read)
		}
	}
}
