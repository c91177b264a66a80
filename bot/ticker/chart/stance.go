package chart

import "image/color"

// Stance is which way a rating points: every house has its own words, the
// colour of their strips is what they share.
type Stance int

// The stances.
const (
	Unclear  Stance = iota // a word whose side is not known
	Positive               // buy, overweight, 增持
	Neutral                // hold, 中性
	Negative               // sell, underweight, 减持
)

// tint is the colour of a strip. Blue, yellow and orange stay apart for the
// colour-blind; the word stands on them.
func (s Stance) tint() color.Color {
	switch s {
	case Positive:
		return color.RGBA{0x9c, 0xc9, 0xee, 0xff}
	case Neutral:
		return color.RGBA{0xf3, 0xe3, 0x9a, 0xff}
	case Negative:
		return color.RGBA{0xf2, 0xa0, 0x7e, 0xff}
	}
	return color.RGBA{0xdd, 0xdd, 0xdd, 0xff}
}

func (s Stance) name(lang string) string {
	switch s {
	case Positive:
		return say(lang, "看多", "positive")
	case Neutral:
		return say(lang, "中性", "neutral")
	case Negative:
		return say(lang, "看空", "negative")
	}
	return say(lang, "其他", "other")
}
