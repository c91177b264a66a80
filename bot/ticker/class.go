package ticker

import (
	"regexp"
	"strings"

	"reportbot/ingest/text"
)

// Class is the side a rating takes. Every house has its own words and bounds;
// what they share is whether one should own more of it, as much or less.
type Class string

// The classes of ratings.
const (
	Buy     Class = "buy"
	Hold    Class = "hold"
	Sell    Class = "sell"
	Unrated Class = "" // none, or a word nobody uses
)

// classes are the words of houses, folded. 增持 is a buy: its houses define it
// as 5 to 15 % better than the market.
var classes = func() map[string]Class {
	out := map[string]Class{}
	for class, words := range map[Class]string{
		Buy: `强烈推荐 审慎推荐 谨慎推荐 推荐 买入 强烈买入 增持 审慎增持 谨慎增持 强于大市 优于大市 领先大市 跑赢大市 跑赢行业 看好 强推
			overweight outperform buy strong-buy accumulate add positive`,
		Hold: `中性 持有 同步大市 neutral hold equal-weight market-perform sector-perform in-line`,
		Sell: `减持 卖出 回避 看淡 弱于大市 跑输大市 跑输行业 underweight underperform sell reduce negative`,
	} {
		for _, w := range strings.Fields(words) {
			out[w] = class
		}
	}
	return out
}()

// graded is the letter some houses put behind a rating for its risk: 买入-A.
var graded = regexp.MustCompile(`-[ab]$`)

// ClassOf is the class of a rating as printed.
func ClassOf(rating string) Class {
	s := strings.ReplaceAll(text.Fold(rating), " ", "-")
	return classes[graded.ReplaceAllString(s, "")]
}
