package fact

import (
	"strings"

	"reportbot/ingest/report"
)

// kind says what a metric is counted in, and so which units suit it.
type kind int

const (
	money    kind = iota // sums: 百万元, RMB mn
	perShare             // 元, 元/股
	multiple             // 倍, x
	percent              // %
)

var kinds = map[report.Metric]kind{
	report.EPS: perShare, report.DPS: perShare, report.BPS: perShare, report.Price: perShare, report.TargetPrice: perShare,
	report.PE: multiple, report.PB: multiple, report.PS: multiple, report.EVEBITDA: multiple,
	report.RevenueGrowth: percent, report.NetProfitGrowth: percent, report.GrossMargin: percent, report.NetMargin: percent,
	report.ROE: percent, report.ROIC: percent, report.DividendYield: percent,
}

// growthOf says which metric the growth of another is.
var growthOf = map[report.Metric]report.Metric{
	report.Revenue: report.RevenueGrowth, report.NetProfit: report.NetProfitGrowth,
}

// timeless metrics are read from pairs of name and value and from tables of
// companies; a price has no business year.
var timeless = map[report.Metric]bool{report.Price: true, report.TargetPrice: true, report.MarketCap: true}

// spellings maps labels to metrics: folded, without brackets, blanks, hyphens
// and slashes. Only whole labels count: 净利润增长率 is not 净利润, and what is
// adjusted (扣非, 经调整, non-GAAP) is a figure of its own that is not read.
var spellings = spelled(map[report.Metric]string{
	report.Revenue: `营业收入 营业总收入 营收 总营收 主营业务收入 主营收入 销售收入 总收入 收入 收入总额 营业额
		revenue revenues totalrevenue totalrevenues sales netsales totalsales revenuenet netrevenue netrevenues turnover operatingrevenue totaloperatingrevenue`,
	report.GrossProfit:     `毛利 毛利润 毛利总额 grossprofit`,
	report.GrossMargin:     `毛利率 销售毛利率 综合毛利率 整体毛利率 grossmargin grossprofitmargin gpmargin gpm`,
	report.OperatingProfit: `营业利润 经营利润 经营溢利 operatingprofit operatingincome`,
	report.EBIT:            `ebit 息税前利润`,
	report.EBITDA:          `ebitda 息税折旧摊销前利润`,
	report.NetProfit: `归母净利润 归母净利 归母利润 归属母公司净利润 归属于母公司净利润 归属母公司的净利润 归属于母公司的净利润 归属母公司股东净利润
		归属于母公司股东净利润 归属母公司股东的净利润 归属于母公司股东的净利润 归属母公司所有者净利润 归属于母公司所有者净利润
		归属母公司所有者的净利润 归属于母公司所有者的净利润 归属上市公司股东净利润 归属于上市公司股东净利润 归属上市公司股东的净利润
		归属于上市公司股东的净利润 归属普通股东净利润 归属于普通股股东净利润 归属于母公司利润 归属母公司利润 母公司净利润 归属股东净利润
		归属于股东净利润 归属于公司股东净利润 股东应占利润 股东应占溢利 母公司股东应占利润 归属股东的净利润 归属于母公司净利 归属母公司净利
		attributablenetprofit attributableprofit netattributableprofit netprofitattributable profitattributabletoshareholders
		netprofitattributabletoshareholders netincometoshareholders netincomeattributabletoshareholders
		netprofitattributabletoequityholders profitattributabletoequityholders profitattributabletoowners netprofittoshareholders
		netprofitattributabletoparent netprofitattributabletoparentcompany netprofitattributabletoowners netprofittoparent patmi
		` + plainProfit,
	report.NetMargin: `净利率 净利润率 销售净利率 归母净利率 归母净利润率 归属母公司净利率 netmargin netprofitmargin netincomemargin npm`,
	report.EPS: `eps 每股收益 每股盈利 每股盈余 每股净利润 每股净利 每股净收益 基本每股收益 摊薄每股收益 稀释每股收益 全面摊薄每股收益 每股摊薄收益 每股摊薄盈利
		每股收益摊薄 每股收益最新摊薄 每股收益基本 每股收益全面摊薄 eps摊薄 eps最新摊薄 eps全面摊薄 eps稀释 eps基本 摊薄eps 全面摊薄eps 稀释eps 基本eps
		归母eps 每股收益eps eps每股收益 dilutedeps epsdiluted basiceps epsbasic fullydilutedeps epsfullydiluted fdeps reportedeps epsreported earningspershare
		dilutedearningspershare basicearningspershare earningspersharediluted earningspersharebasic dilutedepsattributable`,
	report.DPS: `dps 每股股利 每股股息 每股派息 每股分红 每股现金股利 每股红利 每股股利dps dividendpershare dividendspershare`,
	report.BPS: `bps bvps 每股净资产 每股账面净值 每股净资产bps 每股净资产bvps bookvaluepershare bookvalueperequityshare bvpershare`,
	report.PE: `pe per 市盈率 市盈率pe pe市盈率 动态市盈率 pe摊薄 市盈率摊薄 pe最新摊薄 市盈率最新摊薄 pe全面摊薄 市盈率现价 peratio pemultiple
		priceearnings pediluted pereported reportedpe dilutedpe`,
	report.PB:       `pb pbr pbv 市净率 市账率 市净率pb pb市净率 pbratio pbvratio pricebook pricetobook pricebookvalue`,
	report.PS:       `ps psr 市销率 市销率ps ps市销率 psratio pricesales pricetosales`,
	report.EVEBITDA: `evebitda evebitdamultiple ev除以ebitda 企业价值倍数 企业倍数`,
	report.ROE: `roe 净资产收益率 加权净资产收益率 摊薄净资产收益率 加权平均净资产收益率 平均净资产收益率 净资产收益率roe roe摊薄 roe加权 roe平均 净资产回报率 股东权益回报率
		权益净利率 净资产收益率摊薄 净资产收益率加权 returnonequity averageroe roaee roae reportedroe`,
	report.ROIC:          `roic 投入资本回报率 投资资本回报率 投入资本收益率 资本回报率 投入资本回报率roic returnoninvestedcapital`,
	report.DividendYield: `股息率 股息收益率 红利率 股利收益率 分红收益率 红利收益率 dividendyield divyield divyld dividendyld dyield`,
	report.TargetPrice:   `目标价 目标价格 目标价位 目标股价 6个月目标价 12个月目标价 六个月目标价 十二个月目标价 pricetarget targetprice tp 12monthpricetarget 12mpricetarget 12monthtargetprice 12mtargetprice`,
	report.Price: `收盘价 最新收盘价 当前收盘价 收盘价格 当前价 当前价格 当前股价 现价 股价 最新股价 最新价 最新价格 目前股价 市价 当前市价
		price shareprice currentprice currentshareprice closingprice lastprice lastclose closeprice shrpriceclose shareprice stockprice closingshareprice`,
	report.MarketCap: `总市值 市值 最新市值 当前市值 公司市值 marketcap mktcap mktcapcurr marketcapitalisation marketcapitalization mcap`,
})

// plainProfit are the labels of profit before minorities have their share.
// They count only in a report that prints no profit after it.
const plainProfit = `净利润 净利 纯利 税后净利润 税后利润 netprofit netincome netearnings`

var isPlain = wordSet(plainProfit)

// qualifiers may stand in the brackets of a label without changing it.
var qualifiers = wordSet(`摊薄 最新摊薄 全面摊薄 完全摊薄 稀释 摊薄后 基本 现价 最新股价摊薄 最新股价 加权 加权平均 平均 diluted basic fd
	fullydiluted reported lc local ratio lhs rhs 左轴 右轴 人民币元 最新 当前 收盘价 现价摊薄 报告期 pe pb ps eps roe roic dps bps p/e p/b p/s ev/ebitda net`)

// attributable in brackets makes plain profit the shareholders'.
var attributable = wordSet(`归母 归属母公司 归属于母公司 归属母公司股东 归属于母公司股东 attributable`)

// growths name the change against the year before, qoqs that against the
// period before.
var (
	growths = wordSet(`yoy 同比 同比增长 同比增速 同比增长率 同比增幅 同比变动 同比变化 同比增减 增长率 增速 增长 增幅 growth growthrate growthyoy
		yoygrowth yoychange yoychg chgyoy changeyoy + +/- 变动率 annualgrowth 增长同比 增长率同比 增长率yoy 同比yoy yoy同比`)
	qoqs = wordSet(`qoq 环比 环比增长 环比增速 环比增长率 qoqgrowth growthqoq`)
)

// growthTails end the label of a growth that names its metric; longer first.
var growthTails = strings.Fields(`同比增长率 同比增速 同比增幅 同比增长 同比变动 同比变化 增长率 增速 增长 增幅 同比 growthyoy growthrate yoygrowth yoychange growth yoy`)

// The words for whose figures a column or row holds; longer ones come first
// where labels are cut. ownWords are the house's present figures.
var (
	ownWords = wordSet(`调整后 新 新预测 新预测值 现预测 本次 本次预测 最新预测 最新 我们 我们预测 我们的预测 本报告预测 本报告 预测值 修正后 上调后 下调后 现值
		new revised our ours ourestimates ourestimate ourforecast ourforecasts current estimates newestimates newforecast newforecasts`)
	previousWords = wordSet(`调整前 旧 旧预测 原 原预测 原预测值 前次 前次预测 上次 上次预测 前值 此前预测 此前 修正前 上调前 下调前
		old previous prior former oldestimates oldforecast oldforecasts previousestimates previousforecast priorestimates`)
	consensusWords = wordSet(`一致预期 市场一致预期 万得一致预期 wind一致预期 彭博一致预期 bloomberg一致预期 ifind一致预期 市场预期 一致预测 一致预期值
		consensus street marketconsensus bloombergconsensus consensusestimates cons windconsensus visiblealphaconsensus consensusforecast`)
	changeWords = wordSet(`变动 变化 变动幅度 调整幅度 变化幅度 变化率 变动率 差异 差值 差异率 差异幅度 幅度 上调幅度 下调幅度 调整比例 偏离 预测差异 与一致预期差异
		change changes chg diff difference variance var delta vsconsensus vscons revision`)
)

// rivals of a table, by the words that name them; "" is the house itself and
// changed stands for a column of differences.
const (
	previous  = "previous"
	consensus = "consensus"
	changed   = "changed"
)

// versionOf says whose figures a cell that says nothing else announces.
func versionOf(cell string) (rival string, ok bool) {
	switch base := bare(cell); {
	case ownWords[base]:
		return "", true
	case previousWords[base]:
		return previous, true
	case consensusWords[base]:
		return consensus, true
	case changeWords[base]:
		return changed, true
	case strings.HasSuffix(base, "estimates") || strings.HasSuffix(base, "预测值") || strings.HasSuffix(base, "证券预测"):
		return "", true // the house by its name: Green Mist estimates
	}
	return "", false
}

func wordSet(s string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

func spelled(by map[report.Metric]string) map[string]report.Metric {
	all := make(map[string]report.Metric)
	for m, words := range by {
		for _, w := range strings.Fields(words) {
			all[w] = m
		}
	}
	return all
}
