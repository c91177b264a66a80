package parse

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"reportbot/ingest/text"
)

var (
	// A line that names the kind of a report, in the forms houses print alone.
	genre = regexp.MustCompile(`^\[?(证券)?研究报告\]?$|^(公司|行业|宏观|策略|固收|金工|海外|首席)?(深度|点评|动态|首次覆盖|跟踪|专题|周报|月报|研究|简评|更新)*(报告|研究|点评|周报|月报|日报)?$|` +
		`^(?i)(equity|industry|company|global) (research|report|update|note)s?$|证券研究报告$|^(公司|行业)(深度|点评|研究|跟踪)`)
	// A part of such a line beside others: 行业深度报告, 量化投资策略报告, 晨会纪要.
	genrePart = regexp.MustCompile(`^.{0,16}(报告|点评|周报|月报|日报|早报|晨报|纪要|研究|快评|简评|动态|跟踪|专题|深度|首次覆盖|策略)$|^(?i)(equity|industry|company|sector|global|quant|macro|thematic)?\s*(research|report|update|note|initiation( of coverage)?|flash|in-depth|comment)$`)
	// Markets, which stand beside the industry: Hong Kong | Logistics.
	market = regexp.MustCompile(`^(A股|港股|美股|中国|中国香港|海外|全球|沪深|(?i)(china|hong kong|greater china|taiwan|japan|korea|asia|asia pacific|u\.?s\.?|united states|europe|global|emerging markets)( equit(y|ies))?)$`)
	// What a house prints of itself beside the kind of report.
	houseLine = regexp.MustCompile(`^\p{Han}{2,10}(证券|国际|资本|期货|研究所|研究院|研究中心|研究发展中心|研究部)$|^(?i)[a-z&. ]+ (securities|international|research|capital|bank)( limited| ltd\.?)?$`)
	parts     = regexp.MustCompile(`\s*[|｜/／·•‧∙・\t]\s*|\s{3,}`)
	slogan    = regexp.MustCompile(`金融工程|金工|量化|团队|固定收益|专业|领先|诚信|价值|识别|发现|风险|请务必|分析师|评级|日期|星期|公司|页`)
	sector    = regexp.MustCompile(`^(\p{Han}{2,9}|[A-Z][A-Za-z]+((,| &| and)? [A-Z][A-Za-z]+){0,4})$`)
	// 计算机行业, 电力设备行业深度报告, 所属行业：计算机
	sectorLine  = regexp.MustCompile(`^(\p{Han}{2,8}?)行业(?:(?:[ⅠⅡⅢ]|深度|研究|周报|月报|点评|动态|专题|报告|跟踪)*(?:报告)?$)`)
	sectorLabel = regexp.MustCompile(`^(?:所属行业|行业分类|申万行业|行业名称|行业)\s*[:：\t]\s*(\p{Han}{2,10}(?:[/／]\p{Han}{2,10})?)$|^(?i)(?:sector|industry)\s*[:：\t]\s*([A-Za-z&, ]{3,40})$`)
)

// sectors are the industries by which Chinese houses file their reports: the
// first level of the Shenwan list with older names, and the usual parts.
var sectors = wordSet(`农林牧渔 基础化工 化工 钢铁 有色金属 电子 家用电器 家电 食品饮料 纺织服饰 纺织服装 轻工制造 医药生物 医药 公用事业 交通运输 交运 房地产
	商贸零售 商业贸易 社会服务 休闲服务 建筑材料 建材 建筑装饰 建筑 电力设备 电气设备 国防军工 军工 计算机 传媒 通信 银行 非银金融 证券 保险 汽车 机械设备 机械 煤炭 石油石化 环保 美容护理
	新能源 电力设备及新能源 电新 乘用车 商用车 汽车零部件 汽车电子 半导体 消费电子 光学光电子 元件 光伏设备 光伏 风电设备 风电 储能 电池 锂电池 电力 燃气 白酒 啤酒 饮料乳品 食品加工 调味品
	医疗器械 医疗服务 生物制品 化学制药 中药 中药Ⅱ 医药商业 软件开发 IT服务 计算机设备 通信设备 通信服务 游戏 影视院线 广告营销 互联网 物流 航空机场 航运港口 快递 工程机械 自动化设备 专用设备 通用设备 航空装备 航天装备
	水泥 玻璃玻纤 贵金属 工业金属 小金属 能源金属 农化制品 养殖业 种植业 饲料 造纸 家居用品 白色家电 小家电 旅游及景区 酒店餐饮 教育 化妆品 商业银行`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// genreLine reports whether s only says what kind of report this is, and the
// industry that it names: 证券研究报告 | 公司深度 | 乘用车. Of the parts of such a
// line at most one may be no word of the trade.
func genreLine(s string) (industry string, ok bool) {
	s = strings.TrimSpace(s)
	all := parts.Split(s, -1)
	if len(all) == 1 && genre.MatchString(s) {
		return "", true
	}
	if m := sectorLine.FindStringSubmatch(s); m != nil && (sectors[m[1]] || utf8.RuneCountInString(s) <= 8) {
		return m[1], true
	}
	known, unknown := 0, 0
	for _, part := range all {
		part = strings.Trim(part, " []【】()（）-—")
		name := strings.TrimSuffix(part, "行业")
		switch {
		case part == "":
		case sectors[name]:
			if industry == "" {
				industry = name
			}
		case genre.MatchString(part), len(all) > 1 && genrePart.MatchString(part), market.MatchString(part), houseLine.MatchString(part), dateIn(part) != "":
			known++
		case sector.MatchString(part) && !slogan.MatchString(part):
			unknown++
			if industry == "" {
				industry = name
			}
		default:
			return "", false
		}
	}
	return industry, known > 0 && unknown <= 1 || unknown == 0 && industry != "" && known == 0
}

// industry reads the industry where the front labels it, in a line that names
// the kind of report, or as a word alone in large print or the sidebar.
func (h *head) industry() {
	rules := []func(p *para, s string) string{
		func(_ *para, s string) string {
			if m := sectorLabel.FindStringSubmatch(s); m != nil {
				return strings.TrimSpace(m[1] + m[2])
			}
			return ""
		},
		func(p *para, s string) string {
			name, ok := genreLine(s)
			if !ok || name == s && !h.prominent(p) || h.company(name) {
				return ""
			}
			return name
		},
	}
	for _, rule := range rules {
		for i := range h.first {
			p := &h.first[i]
			if p.runes() > 70 || p.drop == dropChart {
				continue
			}
			for _, s := range append([]string{p.text}, strings.Split(p.text, "\t")...) {
				if name := rule(p, strings.TrimSpace(s)); name != "" {
					h.r.Industry = name
					h.read("industry", p)
					return
				}
			}
		}
	}
	h.industryOfHouse()
}

// prominent reports whether p stands out among the lines of the first page: a
// word of an industry alone in the text is a row or a label of a chart.
func (h *head) prominent(p *para) bool {
	return p.size > 0 && p.size > h.body*1.1 || p.edge
}

// company reports whether name is one of the securities of the report.
func (h *head) company(name string) bool {
	for _, s := range h.r.Securities {
		if s.Name == name {
			return true
		}
	}
	return false
}

// teamMark is the mark of a research team in titles of related reports, the
// industry after two characters for the house: 【兴证计算机】.
var teamMark = regexp.MustCompile(`【(\p{Han}{4,10})】`)

// industryOfHouse falls back on the team whose related reports are listed.
func (h *head) industryOfHouse() {
	for i := range h.first {
		p := &h.first[i]
		for _, m := range teamMark.FindAllStringSubmatch(text.Fold(p.text), -1) {
			team := []rune(m[1])
			for cut := 2; cut <= 4 && cut < len(team); cut++ {
				if name := string(team[cut:]); sectors[name] {
					h.r.Industry = name
					h.read("industry", p)
					return
				}
			}
		}
	}
}

func hasLetters(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }
