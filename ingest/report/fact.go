package report

// Metric names what a fact measures.
type Metric string

// The metrics that facts are read for. Growth is against the same period a
// year before.
const (
	Revenue         Metric = "revenue"           // 营业收入, 营业总收入
	RevenueGrowth   Metric = "revenue_growth"    // 营业收入增长率, %
	GrossProfit     Metric = "gross_profit"      // 毛利
	GrossMargin     Metric = "gross_margin"      // 毛利率, %
	OperatingProfit Metric = "operating_profit"  // 营业利润
	EBIT            Metric = "ebit"              // 息税前利润
	EBITDA          Metric = "ebitda"            //
	NetProfit       Metric = "net_profit"        // 归母净利润, 归属于母公司净利润
	NetProfitGrowth Metric = "net_profit_growth" // 归母净利润增长率, %
	NetMargin       Metric = "net_margin"        // 净利率, %
	EPS             Metric = "eps"               // 每股收益
	DPS             Metric = "dps"               // 每股股利
	BPS             Metric = "bps"               // 每股净资产
	PE              Metric = "pe"                // 市盈率
	PB              Metric = "pb"                // 市净率
	PS              Metric = "ps"                // 市销率
	EVEBITDA        Metric = "ev_ebitda"         //
	ROE             Metric = "roe"               // 净资产收益率, %
	ROIC            Metric = "roic"              // 投入资本回报率, %
	DividendYield   Metric = "dividend_yield"    // 股息率, %
	TargetPrice     Metric = "target_price"      // 目标价
	Price           Metric = "price"             // 收盘价, 现价
	MarketCap       Metric = "market_cap"        // 总市值
)

// Fact is one figure a report states, typed: a cell of a forecast table or a
// price beside the rating.
type Fact struct {
	Security  Security // whose figure it is; zero when the report does not say
	Metric    Metric   //
	Label     string   // the metric as printed: 归母净利润（百万元）
	Period    string   // 2024, 2024H1, 2024Q3; "" for prices
	Value     float64  // in Unit
	Unit      string   // as printed: 百万元, 亿元, %, 元, 倍, x; "" where none is
	Currency  string   // ISO 4217; "" for ratios and where none is known
	Forecast  bool     // an estimate: printed with E or F, or later than the report
	Rival     string   // "" or what the table sets beside the house's own figure: consensus, previous
	ReportID  string   //
	PassageID string   // the passage that holds the cell, "" when none does
	Page      int      // physical, 0 when unknown
	Quote     string   // the row or line it was read from, as in the passage
}
