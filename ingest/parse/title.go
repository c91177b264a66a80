package parse

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/text"
)

var (
	// labels of facts, which are no titles however large they are printed
	label = regexp.MustCompile(`^(分析师|研究员|联系人|作者|首席|电话|邮箱|执业|证书|报告日期|发布日期|日期|评级|投资评级|目标价|当前价|收盘价|相关报告|近期报告|市场数据|基本数据|股价表现|总股本|流通|行业|公司代码|股票代码|证券代码|` +
		`(?i)(analysts?|rating|price target|target price|current price|date|ticker|sector|industry|e-?mail|tel|price|market cap)\b)`)
	contact = regexp.MustCompile(`@|[Ss]\d{13}|https?://|www\.|\d{3,4}-\d{7,8}`)
	// titles of other reports: 《…》2023-02-05
	quoted = regexp.MustCompile(`^[《"“]|》[)）]?\s*[-–—]?\s*(\(?20\d\d|$)`)
	// the same, for a title of its own may begin with a word in quotes
	otherTitle = regexp.MustCompile(`^《|》[)）]?\s*[-–—]?\s*(\(?20\d\d|$)`)
	// what web pages print around an article: 去新浪财经 看更多评论（61）
	webLine = regexp.MustCompile(`评论\s*[（(]\d+[)）]|看更多|查看更多|展开全部|点击(查看|阅读)|打开(APP|客户端)|^(分享|收藏|点赞|登录|注册)`)
	// a line that is a company and its code: 星河智能（999230）
	companyLine = regexp.MustCompile(`^[\p{Han}A-Za-z*][\p{Han}A-Za-z0-9&.\-* ]{1,40}\s*[（(【\[]?\s*\d{4,6}(\s?\.\s?[A-Z]{1,3})?\s*[)）】\]]?\s*[:：]?$|^[A-Z][A-Za-z0-9&.,\- ]{1,50}\s*\((?:[A-Z]+: ?)?[0-9A-Z]{1,6}(\.[A-Z]{1,3})?\)\s*[:：]?$`)
	// marks that a title may end in
	titleEnd = regexp.MustCompile(`[!?！？”"…]$`)
	// what of a series the report is: ——量化选股系列之三
	subtitle = regexp.MustCompile(`^[-–—]{2}`)
	// a letter-spaced title: 政 府 工 作 报 告
	spacedOut = regexp.MustCompile(`^\p{Han}( +\p{Han})+$`)
)

// title takes the largest print of page 1, else the first Markdown heading,
// else the first line that could be one. The line of the company is the title
// only when there is no other.
func (h *head) title() {
	body := h.body
	best := h.largest(func(p *para) bool {
		s := titleText(p, body)
		return h.titleLike(p) && utf8.RuneCountInString(s) >= 4 && !companyLine.MatchString(s)
	})
	company := h.largest(func(p *para) bool {
		return companyLine.MatchString(strings.TrimSpace(p.text)) && !p.row && p.drop == "" && p.runes() >= 4
	})
	if best < 0 || company >= 0 && h.first[best].size < 0.8*h.first[company].size && h.first[best].size < 1.1*body {
		best = company
	}
	if best < 0 {
		h.r.Title = h.name
		return
	}
	p := h.first[best]
	p.text = titleText(&p, body)
	h.read("title", &p)
	for k := best + 1; k < len(h.first) && p.size > 0 && p.runes() < 60; k++ {
		q := h.first[k]
		q.text = titleText(&q, body)
		if q.size < p.size*0.97 || q.size > p.size*1.03 || !h.titleLike(&q) && !(q.runes() == 1 && hasLetters(q.text)) || sectors[q.text] || q.side != p.side || subtitle.MatchString(q.text) {
			break
		}
		p.extend(q)
	}
	if company >= 0 && company < best && best-company <= 2 && leads(&h.first[company], &h.first[best]) {
		c := h.first[company]
		c.extend(p)
		p = c
	}
	h.r.Title = strings.Trim(tidyTitle(p.text), "《》")
}

// largest returns the index of the first page's paragraph with the largest
// print among those that fit, -1 for none. Without sizes a Markdown heading
// goes before other lines.
func (h *head) largest(fits func(*para) bool) int {
	best := -1
	for i := range h.first {
		p := &h.first[i]
		if !fits(p) {
			continue
		}
		if best < 0 || p.size > h.first[best].size*1.05 || h.first[best].mark == 0 && p.mark > 0 && p.size == 0 {
			best = i
		}
	}
	return best
}

// leads reports whether the company's line c is the first half of title p: it
// ends in a colon, or both are printed alike in English.
func leads(c, p *para) bool {
	s := strings.TrimSpace(c.text)
	if strings.HasSuffix(s, "：") || strings.HasSuffix(s, ":") {
		return true
	}
	return c.size == p.size && c.mark == p.mark && strings.IndexFunc(s, text.IsHan) < 0
}

// titleText is what of a paragraph can be a title: of a row in large print the
// longest cell, for a title may have a word beside it in the sidebar.
func titleText(p *para, body float64) string {
	s := strings.TrimSpace(p.text)
	if !p.row || body == 0 || p.size < 1.3*body {
		return s
	}
	longest := ""
	for _, cell := range strings.Split(s, "\t") {
		if utf8.RuneCountInString(cell) > utf8.RuneCountInString(longest) {
			longest = cell
		}
	}
	return longest
}

// tidyTitle closes up letter-spaced titles.
func tidyTitle(s string) string {
	s = strings.TrimSpace(s)
	if spacedOut.MatchString(s) {
		return strings.ReplaceAll(s, " ", "")
	}
	return s
}

// titleLike reports whether p can be the title or a part of it.
func (h *head) titleLike(p *para) bool {
	s := titleText(p, h.body)
	if n := utf8.RuneCountInString(s); n < 4 && p.size == 0 || n < 2 || n > 90 || strings.Contains(s, "\t") || p.row && n < 8 || p.drop != "" {
		return false
	}
	if p.ends() && !titleEnd.MatchString(s) && !(h.body > 0 && p.size > 1.3*h.body && strings.HasSuffix(strings.ReplaceAll(s, ":", "："), "：")) {
		return false
	}
	if _, kind := genreLine(s); kind {
		return false
	}
	if label.MatchString(s) && (h.body == 0 || p.size < 1.4*h.body || strings.ContainsAny(s, ":：")) {
		return false
	}
	for _, not := range []*regexp.Regexp{contact, otherTitle, dateOnly, ratingLine, publisherOnly, contentsTitle, footerWords, webLine, pageLabel} {
		if not.MatchString(s) {
			return false
		}
	}
	return hasLetters(s) && !wellKnown.MatchString(strings.TrimRight(s, ":："))
}
