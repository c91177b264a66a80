package parse

import (
	"regexp"
	"strings"

	"reportbot/ingest/report"
)

// boilerplate is what the law and the house's lawyers put among the text: at
// the foot of a first page, beside the analysts, after a press release.
var boilerplate = regexp.MustCompile(strings.Join([]string{
	`在遵守适用的?法律法规.{0,6}情况下`,
	`^(本报告|本研究报告|本刊物)(由|仅供|版权|及其所载|所载|中的信息|的信息|并不构成|不构成).{0,160}(提供|使用|所有|复制|投资建议|要约|承诺|担保|客户)`,
	`未经.{0,30}(许可|授权|同意|批准).{0,60}(复制|转载|刊登|引用|发布|翻版|转发|传播)`,
	`不(会)?因.{0,20}(收到|接收).{0,24}(视|当作|看作).{0,12}客户`,
	`(仔细|务必|同时|请|敬请)(阅读|参阅|参见|参考).{0,24}(最后一页|正文之后|正文后|末页|尾页|报告末|报告结尾|报告最后|文末|附录|背面).{0,24}(声明|条款|披露|说明|提示)`,
	`(并非|不是|未持有|不持有|并无).{0,40}(证监会|证券及期货事务监察委员会).{0,20}(持牌|牌照|注册)|不(可|得|能)?在香港从事.{0,8}(受)?(规管|监管)`,
	`(具有|具备|取得|已获).{0,30}证券投资咨询业务资格|投资咨询业务(资格|许可).{0,12}证监|^(邮政编码|邮编|地址)[:： ]`,
	`(作者|分析师|本人).{0,8}保证.{0,24}(数据|信息).{0,16}(合规|可靠|公开)`,
	`作者.{0,16}(勤勉|独立、客观|独立客观).{0,60}(出具|报酬|补偿|观点)`,
	`(?i)private securities litigation reform act|undertakes? no (obligation|duty)|(does|do) not undertake|disclaims? any (obligation|duty|intention)|assumes? no (obligation|duty)`,
	`(?i)^this (report|document|publication|research|material|communication)( report| note)?.{0,40}(is|has been|was|may) .{0,60}(intended|prepared|distributed|issued|provided|published|approved).{0,60}(by|for|in|to)\b`,
	`(?i)(does|do) and seeks? to do business|investors should (be aware that the firm|consider this report as only)|for (important|required|analyst|full).{0,80}(disclosures?|certification)|solely for (the use|informational)|not registered (with|as|pursuant)`,
}, "|"))

// definition is a row or sentence that says what a rating means; the box of
// them stands on last pages, and on first ones.
var definition = regexp.MustCompile(`(?:^|\t|[：:“"（(、\d.] ?)(` + ratingWords + `|超配|低配|标配|(?i:` + englishWord + `))(?:\t|[：:”"]| ).{0,60}(个月|月内|变动幅度|相对|基准|指数|大盘|大市|benchmark|index|expected|months)`)

// boilerHints are words one of which every match of boilerplate holds; looking
// for them first spares the expression on nearly every paragraph.
var boilerHints = []string{"邮", "地址", "证监", "保证", "本报告", "本研究报告", "本刊物", "适用", "未经", "客户", "声明", "条款", "披露", "说明", "提示", "香港", "资格", "作者"}

var boilerHintsEn = []string{"reform act", "undertake", "disclaim", "assume", "this ", "seek", "investors should", "for ", "solely", "registered"}

// markBoilerplate gives the role Disclaimer to what is none of the text but
// stands in it, whole paragraphs only.
func markBoilerplate(ps []para) {
	for i := range ps {
		p := &ps[i]
		if p.role != report.Body || p.drop != "" {
			continue
		}
		if p.runes() < 120 && defines.MatchString(p.text) && definition.MatchString(p.text) || !p.row && hasAny(p.text, boilerHints, boilerHintsEn) && boilerplate.MatchString(strings.TrimSpace(p.text)) {
			p.role, p.stray = report.Disclaimer, true
		}
	}
}

// hasAny reports whether s holds one of the words, the second list in small
// letters.
func hasAny(s string, words, small []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	s = strings.ToLower(s)
	for _, w := range small {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
