package parse

import (
	"regexp"
	"strings"
	"unicode"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// Reasons for which characters are left out, as Loss.Dropped names them.
const (
	dropFooter    = "header_footer"
	dropChart     = "chart_text"
	dropWatermark = "watermark"
	dropHidden    = "hidden_text"
	dropJoined    = "joined" // to the line before: nothing is lost
)

var (
	// The wordings of footers that repeat too seldom in converted text to be
	// told by repetition; 31 were counted in 63 reports.
	footerWords = regexp.MustCompile(`^(请|敬请|谨请|务请|请您)?(务必|仔细|参阅|阅读|参见|注意)+.{0,24}(声明|披露|说明|评级|免责|条款|免责条款)[^。]{0,16}$|` +
		`^(?i)(please|see|refer).{0,30}(disclosures?|disclaimers?|certification).{0,60}$|^(?i)source of this file.*$`)
	figureStart = regexp.MustCompile(`^图\s*\d|^图表\s*\d|^(?i)(figure|chart|exhibit)\s*\d`)
	pageLabel   = regexp.MustCompile(`^[-–—\s]*\d{1,4}\s*(/\s*\d{1,4})?[-–—\s]*$|^第\s*\d+\s*页.{0,8}$|^(?i)page\s+\d+(\s+of\s+\d+)?$`)

	advertWords = regexp.MustCompile(`知识星球|资源群|报告群|[进入加]群([^众体落岛峰]|$)|社群内部|扫码|(扫描|识别|长按).{0,6}二维码|二维码$|小助手|客服(微信|咨询)|联系客服|群主|群友|微信扫|` +
		`加微信|添加微信|微信号[:：]|微信群|公号|研报搬运|每日更新|海量(研报|报告)|(扫一扫|扫描).{0,6}(码|二维码)|(关注|搜索).{0,8}公众号|公众号.{0,12}(回复|领取|获取)|与原报告无关|(免费|无限制?)(获取|下载|领取|搜索)|` +
		`(福利|资料|礼包|干货).{0,8}(领取|下载|赠送)|(领取|赠送).{0,12}(福利|资料|礼包)|万份.{0,10}(报告|资料|研报)|` +
		`(?i)more reports? @|wechat[:： ]*[a-z0-9_]{5,}|telegram.{0,12}(group|channel)|scan (the )?qr|join (our|the) .{0,20}group|free (download|access to).{0,24}reports?`)
	advertTitle = regexp.MustCompile(`^(免责声明|声明|特别说明|温馨提示|合作与沟通.?|广告|推广|Advertisement)[:：，,]?$`)

	tailTitle = regexp.MustCompile(`^(一、|附[:：]?)?((证券)?(分析师|研究员|作者)(声明|承诺|简介|介绍)([及与和、].{0,12})?|免责(声明|条款)|法律声明|重要声明|特别声明|重要提示|一般声明|` +
		`(\p{Han}{2,8}\s*[-—–]+\s*)?(公司|股票|行业|证券|投资)*(投资)?(建议的?)?评级(系统|体系)?的?(说明|标准|定义|体系|释义)|(投资)?评级(的?)(说明|标准|定义|体系).{0,10}|信息披露|(使用)?本.{0,4}报告.{0,16}声明|.{0,12}(法律|免责|重要)声明|风险提示及(免责|法律)声明|联系我们|.{2,12}研究(小组|团队)(成员)?(介绍|简介)?|` +
		`(?i)(important )?(disclosures?|disclaimers?)( appendix| section)?|analyst certification|important (notice|information)|(stock |investment )?rating(s)? (definitions?|system|distribution).{0,30}|required disclosures|disclosure section)[:：]?$`)
)

// dropFurniture marks what stands at the edges of every page: running
// headers and footers, told by repetition with digits masked, by their known
// wordings, or as bare page labels. In the middle of a page only what repeats
// to the letter is furniture, a watermark: rows of the tables of a company
// ("营业收入 62.40") come back on many pages with other digits.
func dropFurniture(ps []para, pages int) {
	edge := repeats(ps, func(p *para) string {
		if !p.edge {
			return ""
		}
		return masked(p.text)
	})
	exact := repeats(ps, markLine)
	for i := range ps {
		p := &ps[i]
		if p.drop != "" {
			continue
		}
		s := strings.TrimSpace(p.text)
		n := 0
		if p.edge && !sourceLine.MatchString(s) {
			n = edge[masked(p.text)]
		}
		repeated := pages >= 3 && (n*2 >= pages || n >= 4 && n*3 >= pages) && p.runes() <= 120 ||
			pages == 2 && n == 2 && p.runes() <= 60 && atEdge(ps, i)
		switch {
		case repeated, footerWords.MatchString(s) && p.runes() <= 60, isPageLabel(s) && (p.page == 0 || p.edge):
			p.drop = dropFooter
		case pages >= 5 && exact[markLine(p)]*2 >= pages:
			p.drop = dropWatermark
		}
	}
}

// markLine is the text of a line that could be a watermark, "" for others: the
// words of tables, sources and addresses to the reader repeat as well.
func markLine(p *para) string {
	if p.row || p.ends() || p.runes() > 40 || p.runes() < 4 || sourceLine.MatchString(p.text) || strings.ContainsAny(p.text, "0123456789") {
		return ""
	}
	return p.text
}

// repeats counts on how many pages each key occurs; "" is no key.
func repeats(ps []para, key func(*para) string) map[string]int {
	counts := map[string]int{}
	last := map[string]int{} // page on which the key was counted last, from 1
	for i := range ps {
		if k := key(&ps[i]); k != "" && last[k] != ps[i].page+1 {
			counts[k]++
			last[k] = ps[i].page + 1
		}
	}
	return counts
}

// atEdge reports whether paragraph i is among the first or last two of its
// page.
func atEdge(ps []para, i int) bool {
	other := func(k int) bool { return k < 0 || k >= len(ps) || ps[k].page != ps[i].page }
	return other(i-1) || other(i-2) || other(i+1) || other(i+2)
}

// dropCharts leaves out the axis text between the caption of a figure and
// its source line, short lines that say nothing by themselves, and runs of
// lines without a letter wherever they stand.
func dropCharts(ps []para) {
	for i := range ps {
		if ps[i].page == 0 {
			continue
		}
		if figureStart.MatchString(strings.TrimSpace(ps[i].text)) {
			dropRun(ps, i+1, axisLabel)
			dropAbove(ps, i)
		}
		if (fieldText.MatchString(ps[i].text) || ps[i].side && scale(&ps[i]) >= 3) && ps[i].drop == "" {
			ps[i].drop = dropChart
		}
		if tick(&ps[i]) && (i == 0 || !tick(&ps[i-1])) {
			dropRun(ps, i, tick)
		}
	}
}

// axisLabel reports whether p may be a label of a chart: a few words that begin
// nothing of their own.
func axisLabel(p *para) bool {
	s := strings.TrimSpace(p.text)
	number, _, _ := splitNumber(s)
	return p.runes() <= 14 && number == "" && !sourceLine.MatchString(s) && !captionStart.MatchString(s) && !wellKnown.MatchString(s)
}

// axisOnly is what a scale consists of: numbers, years, months, dates.
var axisOnly = regexp.MustCompile(`^(?:[-+]?[\d.,]+[%％]?|\d{2,4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?|[JFMASOND][a-z]{0,2}(?:/\d{2})?|\d{1,2}月(?:\d{1,2})?|\d{2}Q\d|20\d\d[AE]?)$`)

// scale counts the labels of p when it holds nothing else.
func scale(p *para) int {
	n := 0
	for w := range strings.FieldsSeq(p.text) {
		if !axisOnly.MatchString(w) {
			return 0
		}
		n++
	}
	return n
}

// dropAbove leaves out the scales of a chart whose caption stands below it,
// with the words between them.
func dropAbove(ps []para, caption int) {
	top, labels := caption, 0
	for k := caption - 1; k >= 0 && ps[k].page == ps[caption].page; k-- {
		n := scale(&ps[k])
		if n == 0 && !axisLabel(&ps[k]) {
			break
		}
		if n > 0 {
			top, labels = k, labels+n
		}
	}
	for k := top; k < caption && labels >= 4; k++ {
		if ps[k].drop == "" {
			ps[k].drop = dropChart
		}
	}
}

// dropRun leaves out the paragraphs of one page from index i on that are axis
// text, if there are three or more.
func dropRun(ps []para, i int, axis func(*para) bool) {
	end := i
	for end < len(ps) && ps[end].page == ps[i].page && axis(&ps[end]) {
		end++
	}
	for k := i; k < end && end-i >= 3; k++ {
		if ps[k].drop == "" {
			ps[k].drop = dropChart
		}
	}
}

// tick reports whether p is a number of an axis. A row of numbers is none
// unless it holds dates: it may be the row of a table that lost its label.
func tick(p *para) bool {
	return !hasLetters(p.text) && p.role == report.Body && (!p.row || axisDates.MatchString(p.text))
}

// fieldText is what spreadsheets print of a chart's labels when their values
// are lost: [CELLRANGE][值]
var fieldText = regexp.MustCompile(`^(\[?(CELLRANGE|值|类别名称|系列名称|百分比|单元格区域|VALUE|SERIES NAME|CATEGORY NAME|PERCENTAGE)\]\[?)+$`)

var axisDates = regexp.MustCompile(`^(\d{2,4}[-/]\d{1,2}([-/]\d{1,2})?[\t ]*)+$`)

// masked is the form in which running lines are compared: letters only.
func masked(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, text.Fold(s))
}

// markAdverts gives the role Advert to what a redistributor put in. Lines
// with an advert's words are joined over short gaps; a title in front of the
// first belongs to it.
func markAdverts(ps []para) {
	const reach = 5 // lines without a cue that may lie inside an advert
	last := -1
	for i := range ps {
		if ps[i].drop != "" || ps[i].runes() > 200 || !advertHint(ps[i].text) || !advertWords.MatchString(ps[i].text) {
			continue
		}
		start := i
		if last >= 0 && i-last <= reach+1 && quiet(ps[last+1:i]) {
			start = last + 1
		}
		for start > 0 && ps[start-1].role == report.Body && advertTitle.MatchString(strings.TrimSpace(ps[start-1].text)) {
			start--
		}
		for k := start; k <= i; k++ {
			ps[k].role, ps[k].stray = report.Advert, true
		}
		last = i
	}
}

// advertHints are words one of which every match of advertWords holds. Looking
// for them first spares the expression on nearly every line; it was a fifth
// of the time that reading takes.
var advertHints = []string{"星球", "公号", "搬运", "更新", "海量", "扫", "群", "码", "客服", "微信", "公众号", "小助手", "与原报告无关", "免费", "无限", "领取", "赠", "下载", "万份"}

var advertHintsEn = []string{"report", "wechat", "telegram", "scan", "join"}

func advertHint(s string) bool { return hasAny(s, advertHints, advertHintsEn) }

// quiet reports whether lines between two advert cues may belong to the
// advert: short, no heading mark, no table.
func quiet(ps []para) bool {
	for i := range ps {
		if ps[i].row || ps[i].runes() > 90 || ps[i].role == report.Contents || ps[i].role == report.Disclaimer {
			return false
		}
	}
	return true
}

// hasFigures reports whether p is a row with several figures, as no definition
// of a rating has.
func hasFigures(p *para) bool {
	n := 0
	for _, w := range strings.Fields(p.text) {
		if figure.MatchString(w) {
			n++
		}
	}
	return p.row && n >= runFigures
}

// markTail gives the role Disclaimer to everything from the first title of
// an analyst statement, disclaimer or rating definition on. It must come
// after the last heading that the contents name and not before a third of the
// text, so that a box on page 1 does not cut the report short. Rows of figures
// on the page where the tail begins are those of a table beside its title.
func markTail(ps []para, lastHeading int) {
	for i := range ps {
		p := &ps[i]
		if p.role != report.Body || p.drop != "" || i <= lastHeading || i*3 < len(ps) {
			continue
		}
		if s := strings.TrimSpace(p.text); p.runes() <= 40 && tailTitle.MatchString(s) && (!chapterTitle.MatchString(s) || beginsTail(ps[i+1:])) {
			for k := i; k < len(ps); k++ {
				if ps[k].role == report.Body && !(ps[k].page == p.page && hasFigures(&ps[k])) {
					ps[k].role = report.Disclaimer
				}
			}
			return
		}
	}
}

// chapterTitle is a title of a tail that heads a chapter of other reports: what
// follows tells which.
var chapterTitle = regexp.MustCompile(`信息披露|联系我们|重要提示|特别声明|研究(小组|团队)`)

// tailWords are what the paragraphs after the title of a tail hold.
var tailWords = regexp.MustCompile(`本报告|本人|执业(资格|证书|编号)|免责|评级(标准|说明|体系|定义)|不构成|邮箱|邮编|电话|@|(?i)this (report|document|material)|certif|disclos`)

const tailLook = 8 // paragraphs in which one of the words must stand

// beginsTail reports whether the paragraphs after a title read like a tail. A
// title with nothing after it is one.
func beginsTail(ps []para) bool {
	n := 0
	for i := range ps {
		if p := &ps[i]; p.drop == "" {
			if p.role == report.Disclaimer || tailWords.MatchString(p.text) || defines.MatchString(p.text) {
				return true
			}
			if n++; n == tailLook {
				return false
			}
		}
	}
	return n == 0
}
