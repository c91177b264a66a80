package check

import (
	"regexp"
	"strings"
	"unicode"
)

// places are the names of regions, provinces, cities and countries that a
// sentence may not bring in. 中国 is not among them: what no text says is often
// of China.
var regions = strings.Fields(`
	华东 华南 华北 华中 西南 西北 东北 长三角 珠三角 京津冀 粤港澳 北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东
	河南 湖北 湖南 广东 广西 海南 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 内蒙古 香港 澳门 台湾 广州 深圳 杭州 南京 苏州 无锡 宁波 温州 合肥
	福州 厦门 泉州 南昌 济南 青岛 烟台 郑州 洛阳 武汉 宜昌 长沙 株洲 东莞 佛山 珠海 惠州 南宁 柳州 海口 三亚 成都 绵阳 宜宾 贵阳 贵安 昆明 拉萨 西安
	兰州 西宁 银川 乌鲁木齐 呼和浩特 乌兰察布 中卫 庆阳 韶关 张家口 鄂尔多斯 包头 太原 石家庄 唐山 沈阳 大连 长春 哈尔滨 常州 徐州 南通 扬州 嘉兴 绍兴 芜湖
	美国 加拿大 墨西哥 巴西 阿根廷 智利 秘鲁 英国 法国 德国 意大利 西班牙 葡萄牙 荷兰 比利时 瑞士 瑞典 挪威 芬兰 丹麦 波兰 匈牙利 捷克 希腊 俄罗斯 乌克兰
	土耳其 日本 韩国 印度 越南 泰国 马来西亚 新加坡 菲律宾 柬埔寨 缅甸 巴基斯坦 哈萨克斯坦 沙特 阿联酋 以色列 伊朗 埃及 南非 尼日利亚
	肯尼亚 摩洛哥 澳大利亚 新西兰 东南亚 南美 北美 拉美 欧洲 非洲 中东 中亚`)

// ratings are the Chinese ones; the English have capitals.
var ratings = strings.Fields(`买入 增持 中性 减持 卖出 推荐 持有 跑赢 跑输 强于大市 优于大市 同步大市 弱于大市`)

var latinName = regexp.MustCompile(`[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9&-]*`)

var currencyCode = regexp.MustCompile(`^(?:us|hk|rmb|usd|hkd|cny|eur|gbp|jpy|sek|nok|dkk|chf|krw|inr|sgd|aud|cad)\d`)

// everyday are Latin words of reports that a sentence may say of its own:
// units, ratios, months, roles.
var everyday = wordList(`yoy qoq mom wow ytd ttm pe pb ps eps dps roe roa roic gdp cpi ppi pmi ebitda ebit capex opex pp ppt ppts bps bp bn mn
	us usd rmb cny hkd eur gbp jpy sek nok dkk chf ceo cfo coo cto cio ai it app r&d sku etf ipo esg
	january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
	chief executive officer financial operating chairman chairwoman analyst analysts president director mr ms mrs dr i pct
	company group board street management first second third fourth quarter half fiscal year
	million billion trillion thousand group limited ltd inc corp plc co securities research capital partners`)

func wordList(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[w] = true
	}
	return out
}

// strange finds a name that the passages do not have: of a region, or a
// capitalised or mixed word of Latin letters that does not begin a sentence.
func strange(p *pair) (string, bool) {
	for _, r := range regions {
		if strings.Contains(p.claim, r) && !strings.Contains(p.source, r) {
			return r, true
		}
	}
	if strings.Contains(p.claim, "评级") {
		for _, r := range ratings {
			if strings.Contains(p.claim, r) && !strings.Contains(p.source, r) {
				return r, true
			}
		}
	}
	for _, m := range latinName.FindAllStringIndex(p.said, -1) {
		word := p.said[m[0]:m[1]]
		if !strings.ContainsFunc(word, unicode.IsUpper) || begins(p.said[:m[0]]) && !strings.ContainsAny(word, "0123456789") {
			continue
		}
		if name := strings.ToLower(word); !p.knows(name) {
			return name, true
		}
	}
	return "", false
}

// begins reports whether what follows s begins a sentence, so that its capital
// means nothing.
func begins(s string) bool {
	s = strings.TrimRight(s, " \"'“‘(")
	return s == "" || strings.ContainsAny(s[len(s)-1:], ".!?:;") || strings.HasSuffix(s, "…")
}

// knows reports whether the passages have the name, its stem, or the words it
// abbreviates.
func (p *pair) knows(name string) bool {
	if everyday[name] || period(name) || len(name) > 3 && strings.Contains(p.source, name) || len(places(p.source, name, "")) > 0 {
		return true
	}
	for _, m := range p.mentions { // unnamed has looked for it, by all its names
		if strings.Contains(m.Words, name) {
			return true
		}
	}
	if parts := strings.FieldsFunc(name, func(r rune) bool { return r == '-' || r == '&' }); len(parts) > 1 {
		for _, part := range parts {
			if !p.knows(part) {
				return false
			}
		}
		return true
	}
	if len(name) >= 6 && strings.Contains(p.source, name[:len(name)-2]) {
		return true
	}
	return len(name) >= 2 && len(name) <= 5 && strings.Contains(p.initials(), name)
}

// period reports whether a word is one that periodsAlike reads, or an amount
// behind its currency.
func period(name string) bool {
	return strings.Trim(strings.TrimLeft(name, "qhfyea"), "0123456789ea") == "" || currencyCode.MatchString(name)
}

// initials are the first letters of the Latin words of the passages.
func (p *pair) initials() string {
	var b strings.Builder
	for i := range len(p.source) {
		if latin(p.source[i]) && (i == 0 || !latin(p.source[i-1])) {
			b.WriteByte(p.source[i])
		}
	}
	return b.String()
}
