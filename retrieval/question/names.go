package question

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/text"
)

var houseEnd = regexp.MustCompile(`(证券|国际|资本|期货|研究|股份|有限|公司)+$| (international|securities|research|capital|markets|partners|limited|ltd\.?|inc\.?|llc)\b.*$`)

// ShortPublisher is the folded name by which people call a publisher: 兴业证券
// is 兴业. It is "" where too little is left.
func ShortPublisher(publisher string) string {
	short := houseEnd.ReplaceAllString(text.Fold(publisher), "")
	if utf8.RuneCountInString(short) < 2 {
		return ""
	}
	return short
}

var (
	// behind the short name of a house: it is another company's
	otherCompany = regexp.MustCompile(`^(?:银行|证券|保险|基金|期货|信托|建投|轮船|蛇口|港口|集团|股份|地产|控股|汽车|重工|国际|创投|租赁)`)
	// behind the name of a listed house: what a company has and no report says of others
	ofItself = regexp.MustCompile(`^(?:的|20\d\d年?|今年|去年|前三季度|上半年|一季度|二季度|三季度|四季度|全年|h股|a股|归母|扣非)*(?:净利|营收|营业收入|收入|业绩|股价|市值|roe|分红|佣金|经纪|投行|自营|资管|两融|总资产|净资产|杠杆|eps|pe|pb|年报|中报|季报|股息|手续费)`)
)

// house is one way to call a publisher.
type house struct{ words, publisher string }

// publishers returns the publishers named, as the corpus spells them in the
// order they stand, and the words by which they are called. companies are the
// words of the securities named: 中金黄金 is not 中金.
func publishers(s string, known, companies []string) (out, words []string) {
	var all []house
	for _, p := range known {
		full, short := text.Fold(p), ShortPublisher(p)
		if full != "" {
			all = append(all, house{full, p})
		}
		if short != "" && short != full {
			all = append(all, house{short, p})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return len(all[i].words) > len(all[j].words) })
	for _, c := range companies {
		if !slices.ContainsFunc(all, func(h house) bool { return h.words == c }) {
			s = strings.ReplaceAll(s, c, strings.Repeat(" ", len(c)))
		}
	}
	at := map[string]int{}
	for _, h := range all {
		for from := 0; ; {
			i := strings.Index(s[from:], h.words)
			if i < 0 {
				break
			}
			i += from
			from = i + len(h.words)
			if !text.IsWord(s, i, from) || otherCompany.MatchString(s[from:]) || ofItself.MatchString(s[from:]) {
				continue
			}
			s = s[:i] + strings.Repeat(" ", len(h.words)) + s[from:]
			if _, ok := at[h.publisher]; !ok {
				at[h.publisher] = i
				out = append(out, h.publisher)
			}
			words = append(words, h.words)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return at[a] - at[b] })
	return out, words
}

// industryAfter stands behind a short word that means an industry.
var industryAfter = regexp.MustCompile(`^(?:行业|板块|业(?:$|[^务绩])|股(?:$|[^息东权价份])|领域|类|的?(?:研报|报告|点评))`)

const longIndustry = 4 // characters; such a name is nothing else

// industries returns the industries named, as the corpus spells them.
func industries(s string, known []string) []string {
	var out []string
	at := map[string]int{}
	for _, k := range known {
		name := text.Fold(k)
		if utf8.RuneCountInString(name) < 2 || slices.Contains(out, k) {
			continue
		}
		for from := 0; ; {
			i := strings.Index(s[from:], name)
			if i < 0 {
				break
			}
			i += from
			from = i + len(name)
			if utf8.RuneCountInString(name) >= longIndustry && text.IsWord(s, i, from) || industryAfter.MatchString(s[from:]) {
				at[k] = i
				out = append(out, k)
				break
			}
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return at[a] - at[b] })
	return out
}
