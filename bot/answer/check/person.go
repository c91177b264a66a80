package check

import (
	"regexp"
	"strings"
)

// surnames begin a Chinese name; those of two characters come apart. Some are
// common words too: what follows a role is a name only where a name can end.
const surnames = `赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路娄江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢裴陆荣翁荀甄封储靳段富巫焦侯全班仰仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶司黎薄印白怀从鄂索赖卓蔺屠蒙池乔阴胥苍闻党翟谭贡姬申冉宰桑桂牛寿通边燕冀尚农温庄晏柴瞿阎习容向古易戈廖居衡步耿满弘匡国文寇广欧利师巩聂晁勾敖冷辛那简饶曾沙丰关查红游竺权盖益桓公岳帅闫肖佟楼蒲兰旷`

const (
	rolesZh = `董事长|总经理|总裁|副总|行长|首席[一-龥]{1,5}?[官师家]|首席|分析师|研究员|基金经理|董秘|董事会秘书|监事|实际控制人|创始人|ceo|cfo|coo|cto|秘书|董事`
	endZh   = `$|[，,。；;：:、（）()《》“”"'！!？?\s]|先生|女士|博士|表示|认为|称|指出|判断|预计|强调|透露|介绍|说|将|在|于|的|因|及|与|和|辞|离|出任|担任|等|拟|计划|已|出席|主持|宣布|回应|解释|坦言|分享|披露|提到|提出|提及|发言|代表|接受|会见|致辞|减持|增持|持有|质押|建议|看好|给予|维持|上调|下调`
	rolesEn = `(?:(?i:chief (?:executive|financial|operating|technology|investment) (?:officer)?|chief (?:economist|strategist)|chairman|chairwoman|chairperson|chair|president|founder|analysts?|director|spokesman|spokeswoman)|CEO|CFO|COO|CTO|CIO|Mr\.?|Ms\.?|Mrs\.?|Dr\.?)`
	nameEn  = `([A-Z][A-Za-zÀ-ɏ'’-]+(?: [A-Z]\.)?(?: [A-Z][A-Za-zÀ-ɏ'’-]+){1,2})`
)

var (
	roleThenZh = regexp.MustCompile(`(?:` + rolesZh + `)(?:为|是|由)?[：:]?\s?([` + surnames + `][一-龥]{1,2}?)(?:` + endZh + `)`)
	thenRoleZh = regexp.MustCompile(`(?:^|[，,。；;：:、（）()\s为由聘任选])([` + surnames + `][一-龥]{1,2}?)(?:先生|女士|博士|(?:任|担任|出任|为|，|,|\()(?:[一-龥]{0,6}?)(?:董事长|总经理|总裁|行长|ceo|cfo))`)
	roleThenEn = regexp.MustCompile(rolesEn + `[:,]? (?:is |was )?` + nameEn)
	thenRoleEn = regexp.MustCompile(nameEn + `(?:,| is| was|,? as)? (?:the |its |our )?(?:\w+ )?` + rolesEn + `\b`)
)

// wordsNotNames follow a role and look like a name.
var wordsNotNames = strings.Fields(`和其 与其 任期 任职 任命 高度 高管 高级 于今 向公 向全 向媒 常务 应当 应该 成立 成员 成为 时任 计划 全面 全体 全部 席位 曾经 向记 平台 董事会 全年 明确 明年 国家 公司 公告 公开 通过 通知 关于 关注 满意 支持 万科 平安 安排 解释 方面 单位 包括 管理 金融 利用 印发 从事 从业 广发 国金 国泰 华泰 华创 华安 中信 招商 石油 石化 江苏 文化 元件`)

// impostor finds a person beside a role whom the passages do not name.
func impostor(p *pair) (string, bool) {
	if mayHoldRole(p.claim) {
		for _, re := range []*regexp.Regexp{roleThenZh, thenRoleZh} {
			for _, m := range re.FindAllStringSubmatch(p.claim, -1) {
				if !strings.Contains(p.source, m[1]) && !notName(m[1]) {
					return m[1], true
				}
			}
		}
	}
	for _, re := range []*regexp.Regexp{roleThenEn, thenRoleEn} {
		for _, m := range re.FindAllStringSubmatch(p.said, -1) {
			for word := range strings.FieldsSeq(strings.ToLower(m[1])) {
				word = strings.TrimSuffix(strings.TrimSuffix(word, "'s"), "’s")
				if !strings.Contains(p.source, word) {
					return strings.ToLower(m[1]), true
				}
			}
		}
	}
	return "", false
}

func notName(s string) bool {
	for _, w := range wordsNotNames {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

// mayHoldRole saves the patterns on sentences without a role.
func mayHoldRole(s string) bool {
	for _, w := range []string{"董", "经理", "总裁", "副总", "行长", "首席", "师", "研究员", "监事", "控制人", "创始人", "ceo", "cfo", "coo", "cto", "先生", "女士", "博士", "秘书"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
