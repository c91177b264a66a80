package answer

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// Point is a whole sentence or list item in which a report says what it is
// about, or what may go wrong.
type Point struct {
	Text    string // for reading: without the mark of a list, of emphasis or of a notice
	Quote   string // verbatim from the passage
	Passage report.Passage
	Page    int // physical, 0 when unknown
}

// Cite makes citation n of the point, which stands in r.
func (p *Point) Cite(n int, r *report.Report) report.Citation {
	return report.Citation{
		N: n, PassageID: p.Passage.ID, Report: r.Header(), SectionNumber: p.Passage.Number,
		SectionTitle: p.Passage.SectionTitle(), Page: p.Page, PageLabel: r.OtherLabel(p.Page), Quote: p.Quote,
	}
}

// How a sentence's worth as a key point is made; judgements, not fitted. A
// section that sums the report up outweighs everything else.
const (
	inSummary     = 1.0
	opensText     = 0.8 // falls with every passage further into the report
	opensPart     = 0.3 // first of its paragraph or a list item
	takesView     = 0.3
	givesFigure   = 0.1
	leansOnBefore = 0.4 // begins with 其中, 此外, However
	unstopped     = 0.3 // an item without a full stop
	rambles       = 0.3 // longer than longPoint
)

// longPoint is the length in characters from which a point is too long for
// one line of a list.
const longPoint = 160

var (
	stance  = regexp.MustCompile(`我们(?:认为|预计|判断|看好|维持|上调|下调|给予|预测)|预计|维持|上调|下调|首次覆盖|目标价|超预期|低于预期|(?i:\b(?:we (?:expect|believe|think|raise|cut|lower|upgrade|downgrade|maintain|initiate|reiterate|forecast|see)|upgrade|downgrade|price target|target price|initiat\w+|above our|below our|beat|missed)\b)`)
	leaning = regexp.MustCompile(`^(?:其中|此外|另外|同时|但|而|因此|所以|并且?|该|这|此|上述|以上|如下|详见|参见|(?i:however|but|this|these|those|it|they|also|in addition|moreover|therefore|see)\b)`)
	// risky finds the headings of notices; 风险平价, 风险预算 are methods
	risky = regexp.MustCompile(`风险(?:提示|因素|分析|警示|揭示)|^[\d.、\s]*(?:主要|投资|下行|上行)?风险$|[与和及、]风险$|\brisks\b|\brisk factors\b`)
	// warning is a notice of risks inside another text, with its name
	warning = regexp.MustCompile(`^\s*(?:(?:[-•●◆▪➢*]|[（(]?\d{1,2}[.、)）])\s*)*(?:主要|投资)?(?:风险(?:提示|因素|因子|分析|警示)?|(?i:(?:key |main |downside )?risks?(?: factors?)?(?: include)?))\s*(?:[（(][^）)]{1,12}[）)])?\s*[:：]\s*`)
	// foreign is what was put around a report's text: adverts of redistributors,
	// disclaimers, what a rating means.
	foreign = regexp.MustCompile(`公众号|扫码|二维码|入群|进群|加群|群主|交流群|资料社|资料分享|免费(?:获取|下载|领取)|整理转发|请联系|客服|版权|转载|免责|不构成|仅供|本报告(?:的|由|中|所|仅|版)|投资者应|法律声明|执业|本人(?:具有|以)|硕士|博士|本公司(?:经|关联|及其|可能)|声明请|研究观点。|投资需谨慎|评级(?:标准|说明|定义)|(?i:disclaimer|disclosures?\b|not (?:an offer|constitute|investment advice)|without (?:prior )?(?:written )?consent|all rights reserved|institutional clients only|forward-looking statements?|certif(?:y|ies|ication)|subscribe|click here|this (?:report|document) is)`)
)

// KeyPoints returns up to most sentences that say what a report is about, in
// reading order: those of its own summary first, else those that open it or
// take a view. Passages are those of one report in reading order. Notices of
// risks are left to Risks; adverts and disclaimers are no points.
func KeyPoints(passages []report.Passage, most int) []Point {
	var all []candidate
	hits := hitsOf(passages)
	for k := range hits {
		p := &hits[k].Passage
		head := text.Fold(p.Header())
		if p.Kind == report.Risk || p.Kind == report.Table || p.Kind == report.Caption || risky.MatchString(text.Fold(p.SectionTitle())) {
			continue
		}
		worth := opensText / (1 + float64(k)/4)
		if keySection.MatchString(head) {
			worth += inSummary
		}
		for _, c := range wholes(hits, k) {
			if c.states() && !warning.MatchString(c.quote) {
				c.score += worth + c.worth()
				all = append(all, c)
			}
		}
	}
	return pick(all, hits, most)
}

// Risks returns up to most sentences or list items of a report's notices of
// risks, in reading order: those of a section of their own, else those in the
// text. Passages are those of one report in reading order.
func Risks(passages []report.Passage, most int) []Point {
	var apart, inText []candidate
	hits := hitsOf(passages)
	for k := range hits {
		p := &hits[k].Passage
		own := risky.MatchString(text.Fold(p.SectionTitle()))
		if p.Kind == report.Table || p.Kind == report.Caption {
			continue
		}
		for _, c := range wholes(hits, k) {
			notice := own || p.Kind == report.Risk || warning.MatchString(c.quote)
			switch said := warning.ReplaceAllString(c.quote, ""); {
			case !notice || utf8.RuneCountInString(said) < 4 || !c.ends():
			case own:
				apart = append(apart, c)
			default:
				inText = append(inText, c)
			}
		}
	}
	if len(apart) > 0 {
		return pick(apart, hits, most)
	}
	return pick(inText, hits, most)
}

func hitsOf(passages []report.Passage) []retrieval.Hit {
	out := make([]retrieval.Hit, len(passages))
	for i := range passages {
		out[i].Passage = passages[i]
	}
	return out
}

// shortHead is the length in characters below which the first sentence of a
// paragraph is its heading and is read with the next one: 分红。公司拟每10股….
const shortHead = 20

// wholes are the whole sentences and list items of a passage that are of
// the report itself. Score is what opening a part is worth.
func wholes(hits []retrieval.Hit, k int) []candidate {
	body := hits[k].Passage.Text
	var out []candidate
	for _, u := range units(hits[k:k+1], 0) {
		u.hit = k
		c := candidate{unit: u}
		if u.from == 0 || body[u.from-1] == '\n' {
			c.score = opensPart
		}
		if n := len(out) - 1; n >= 0 && !u.row && !out[n].row && c.score == 0 {
			before := &out[n]
			gap := body[before.from+len(before.quote) : u.from]
			head := before.score > 0 && utf8.RuneCountInString(before.quote) < shortHead && Language(before.quote) == "zh"
			if strings.TrimSpace(gap) == "" && (head || strings.HasSuffix(before.quote, "；") || strings.HasSuffix(before.quote, ";")) {
				before.quote = body[before.from : u.from+len(u.quote)]
				continue
			}
		}
		out = append(out, c)
	}
	return slices.DeleteFunc(out, func(c candidate) bool {
		return c.row || foreign.MatchString(c.quote) || contact.MatchString(c.quote) || cutOff(c.quote)
	})
}

// bareFigure is the end of a clause whose beginning is elsewhere: 44.7%；….
var bareFigure = regexp.MustCompile(`^[\d.,]+\s*[%％倍元]?\s*[；;，,。]`)

// cutOff reports whether s begins inside a sentence.
func cutOff(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r) || bareFigure.MatchString(s) || strings.ContainsRune("，,。、；;）)】」”：:%％", r)
}

// ends reports whether the unit is a list item or ends as a sentence does.
func (c *candidate) ends() bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(c.quote, "”’」』）)】]》\"' "))
	return c.item > 0 || strings.ContainsRune("。！？.!?", last)
}

// worth is what a sentence says for itself.
func (c *candidate) worth() float64 {
	sum := 0.0
	add := func(is bool, by float64) {
		if is {
			sum += by
		}
	}
	n := utf8.RuneCountInString(c.quote)
	if Language(c.quote) == "en" {
		n = len(strings.Fields(c.quote)) * 4
	}
	add(stance.MatchString(c.quote), takesView)
	add(strings.ContainsAny(c.quote, "0123456789"), givesFigure)
	add(vague.MatchString(c.quote), -vaguePenalty)
	add(leaning.MatchString(c.quote), -leansOnBefore)
	add(strings.ContainsAny(c.quote, "？?"), -vaguePenalty)
	add(!strings.ContainsAny(c.quote[max(0, len(c.quote)-3):], "。！？.!?"), -unstopped)
	add(n > longPoint, -rambles)
	return sum
}

// pick takes the best, each saying something new, and puts them back into
// reading order.
func pick(all []candidate, hits []retrieval.Hit, most int) []Point {
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	var chosen []candidate
	for _, c := range all {
		if len(chosen) == most {
			break
		}
		if c.ends() && !doubled(chosen, c) {
			chosen = append(chosen, c)
		}
	}
	slices.SortStableFunc(chosen, inText)
	var out []Point
	for _, c := range chosen {
		p := hits[c.hit].Passage
		out = append(out, Point{
			Text: strings.TrimSpace(unmarked(plain(warning.ReplaceAllString(c.quote, "")))), Quote: c.quote, Passage: p, Page: p.PageAt(c.from),
		})
	}
	return out
}
