package question

import (
	"regexp"
	"slices"
	"strings"
)

// RatingWords are the ratings that reports print, folded, as alternatives of an
// expression.
const RatingWords = ratingZh + `|` + ratingEn

const (
	ratingZh = `强烈推荐|审慎推荐|谨慎推荐|审慎增持|谨慎增持|推荐|买入|增持|强于大市|优于大市|弱于大市|跑赢行业|跑输行业|跑赢大市|同步大市|领先大市|中性|看好|减持|卖出|持有|回避`
	ratingEn = `overweight|underweight|equal[- ]weight|outperform|underperform|strong buy|buy|hold|sell|neutral|accumulate|reduce`
)

var (
	// A rating word is one beside the word rating or where somebody gives it: a
	// shareholder's 增持 is none.
	ratedZh = regexp.MustCompile(`评级(?:[^，。？?,]{0,4}[至到为])?[是在:：]{0,2}(?:“|")?(` + ratingZh + `)|(?:给了?|给予|给出)[^，。？?,股]{0,8}?(` + ratingZh + `)(?:$|[^计股持])|(` + ratingZh + `)(?:”|")?的?评级`)
	ratedEn = regexp.MustCompile(`\b(` + ratingEn + `)[- ](?:rating|rated)|\brated? (?:it |them )?(?:as )?(?:an? )?(` + ratingEn + `)\b|\b(?:an?|at) (` + ratingEn + `)(?: on\b| rating|$|[?.,])|\b(?:upgrad|downgrad|cut|rais|mov)\w* [^,.?]{0,24}?\bto (` + ratingEn + `)\b|\bratings? (?:of|is|are|was) (` + ratingEn + `)\b`)

	up       = regexp.MustCompile(`(?:上调|调高|提高|提升)了?[^，。？?,]{0,10}?评级|评级[^，。？?,]{0,8}?(?:上调|调高|提升)|\bupgrad(?:ed|es|ing)\b|\bupgrade\b[^,.?]{0,30}? to\b|\bupgrades? (?:of|on|by)\b`)
	down     = regexp.MustCompile(`(?:下调|调低|降低)了?[^，。？?,]{0,10}?评级|评级[^，。？?,]{0,8}?(?:下调|调低|被降)|\bdowngrad`)
	begin    = regexp.MustCompile(`首次(?:覆盖|评级|给予)|\binitiat(?:e|es|ed|ing|ion)(?: of)? (?:on\b|coverage)`)
	keep     = regexp.MustCompile(`(?:维持|重申)了?[^，。？?,]{0,10}?评级|评级[^，。？?,]{0,4}?(?:维持|不变)|\b(?:maintain|reiterat)\w* [^,.?]{0,20}?(?:rating|` + ratingEn + `)\b`)
	noRating = regexp.MustCompile(`(?:上调|下调|调高|调低|提高|降低|提升|维持)[^，。？?,评]{0,6}?(?:目标价|盈利预测|预测|指引|业绩)|\b(?:maintain|reiterat|rais|cut|lower)\w* [^,.?]{0,20}?(?:target|estimates?|forecasts?|guidance)`)
)

// ratings returns the rating words that a folded question asks about, as
// reports print them, and what happened to the rating.
func ratings(s string) (words, actions []string) {
	for _, re := range []*regexp.Regexp{ratedZh, ratedEn} {
		for _, m := range re.FindAllStringSubmatch(s, -1) {
			w := strings.Join(m[1:], "")
			if re == ratedEn {
				w = strings.ToUpper(w[:1]) + w[1:]
			}
			if !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
	}
	rest := noRating.ReplaceAllString(s, " ")
	for _, a := range []struct {
		re   *regexp.Regexp
		name string
	}{{up, "上调"}, {down, "下调"}, {begin, "首次"}, {keep, "维持"}} {
		if a.re.MatchString(rest) {
			actions = append(actions, a.name)
		}
	}
	return words, actions
}
