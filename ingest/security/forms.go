package security

import "regexp"

// The forms of codes, as parts of the expressions below. Codes with a point
// stand anywhere; those with a blank, as terminals print them, and those after
// the exchange's name only in brackets or behind a label: 988 HK is a price.
const (
	dotted  = `(?:\d{6}\s?\.\s?(?:SZ|SH|SS|BJ)|\d{1,5}\s?\.\s?HK|[A-Z]{1,5}\.(?:US|N|OQ|O|AS|DE|L|PA)|\d{4}\.(?:TWO|TW|TT|T|JP)|\d{6}\.K[SQ])`
	spaced  = `(?:\d{6} (?:CH|SH|SZ|KS|KQ)|\d{1,5} HK|\d{4} (?:TT|TW|JP|JT)|[A-Z]{2,5} (?:US|UN|UW|UQ|GR|GY|LN|NA|FP))`
	behind  = `(?:(?:SH|SZ|BJ)[.:]?\d{6}|HK[.:]?\d{4,5}|(?:NASDAQ|NYSE|AMEX|HKEX|SEHK|SSE|SZSE|TWSE|TSE|KRX|上交所|深交所|北交所|港交所|联交所)\s?:\s?[A-Z0-9]{1,6})`
	anyForm = `(?:` + dotted + `|` + spaced + `|` + behind + `)`
)

var (
	// 科大讯飞（002230.SZ）, Tencent Holdings (0700.HK, Overweight), Ulta Beauty, Inc. (NASDAQ: ULTA)
	named = regexp.MustCompile(`((?:S?\*ST)?[\p{Han}A-Za-z][\p{Han}A-Za-z0-9*&.·\- ]{1,30}?(?:, ?(?:Inc|Ltd|Corp|Co)\.?)?)\s?[(\[【]\s?(` + anyForm + `|\d{6})\s?[)\]】,，/;；、]`)
	// the second listing in the same brackets: （688981.SH/00981.HK）
	second = regexp.MustCompile(`^\s?[/,，;；、]\s?(` + anyForm + `)\b`)
	// 002230.SZ 科大讯飞 and rows of a company table
	coded = regexp.MustCompile(`\b(\d{6}\s?\.\s?(?:SZ|SH|SS|BJ)|\d{4,5}\.HK|\d{4}\.(?:TWO|TW|T)|\d{6}\.K[SQ]|[A-Z]{1,5}\.(?:US|OQ|O|N))[\t ]+\*?((?:S?\*?ST)?\p{Han}[\p{Han}A-Za-z0-9*\-]{1,9})`)
	// 科大讯飞 002230.SZ
	trailing = regexp.MustCompile(`((?:S?\*?ST)?\p{Han}[\p{Han}A-Za-z0-9*\-]{1,9})[\t |/]{1,3}(` + dotted + `)\b`)
	alone    = regexp.MustCompile(`(?:^|[^A-Za-z0-9.])(\d{6}\s?\.\s?(?:SZ|SH|SS|BJ)|\d{4,5}\s?\.\s?HK|\d{4}\.(?:TWO|TW|T)|\d{6}\.K[SQ]|\d{6} CH|[A-Z]{2,5}\.(?:US|OQ|O))\b`)
	// the line that heads a company's notice: 证券代码：688005 证券简称：容百科技
	stated = regexp.MustCompile(`(?:证券|股票|公司|[AＡ]股)代码\s*[:：]\s*(\d{6})[^\d\n]{0,12}?(?:证券|股票|公司|[AＡ]股)?(?:简称|名称)\s*[:：]\s*([\p{Han}A-Za-z*][\p{Han}A-Za-z0-9*\-]{1,9})`)
	// a code behind a label that says so: 股票代码：300750, Bloomberg: 700 HK
	labelled = regexp.MustCompile(`(?:(?:证券|股票|公司|[AB]股|H股)代码\s?:|(?:Bloomberg|Reuters|BBG|彭博|路透)(?:代码|码| [Cc]ode| [Tt]icker)?\s?:?)\s?(` + anyForm + `|\d{5,6})\b`)
	// what a sentence puts before a name
	leadWord = regexp.MustCompile(`^.*(建议关注|关注|推荐|看好|包括|包含|例如|公司|标的|龙头|以及|受益|如|和|与|及|或|由|对|给予|覆盖|供货|收购|参股|the|and|of|on|for|in)\s*`)
	// cells and words that stand beside codes and are no names
	noName = regexp.MustCompile(`^(股票代码|证券代码|股票简称|证券简称|代码|股票|公司代码|收盘价|货币|人民币|元|港元|美元|评级|强烈推荐|审慎推荐|谨慎推荐|审慎增持|谨慎增持|推荐|买入|增持|强于大市|优于大市|弱于大市|跑赢行业|中性|看好|减持|卖出|持有|回避|未评级|无评级|无|维持|首次|上调|下调|供应商|客户|同行|竞争对手|母公司|子公司|Inc\.?|Ltd\.?|Corp\.?|Bloomberg|Reuters|Ticker)$`)
	// the end of a number's phrase: 合计新增专利 (187502)
	counted = regexp.MustCompile(`[\d元万亿人个家户吨台套辆例件次为达约共量额率项%]$|合计|总计|累计|同比|新增|增长|下降|数量`)
	// what six digits in brackets are besides a code: a postcode behind an
	// address (but 永辉超市 and 大秦铁路 are companies), a telephone number, a
	// licence, a date.
	addressed = regexp.MustCompile(`(?:[^超]市|[^铁]路|[一二三四五六七八九十大]街|[区省县镇道座层室厦号]|邮编|编码|电话|传真|热线|手机|文号|批号|编号|证书|日期|区间|截至|时间)$`)
	dateLike  = regexp.MustCompile(`^(?:(?:19|20)\d\d(?:0[1-9]|1[0-2])|[12]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$`)
)
