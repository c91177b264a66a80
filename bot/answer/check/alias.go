package check

import (
	"strings"

	"reportbot/ingest/text"
)

// alike are English words that say the same, stem by stem: the first stands
// for all. Those of one direction may stand together, for a turn of direction
// is looked for apart.
var alike = aliases(`
	revenue sales turnover
	report post book record deliver generate
	profit earnings
	rise rose risen increase grow grew grown growth expand climb up higher gain advance
	fall fell fallen decline decrease drop down slip shrink shrank contract
	raise lift hike upgrade
	cut reduce trim downgrade lower
	maintain stay reiterate keep kept retain unchanged leave left
	forecast estimate expect project anticipate see
	adjusted adj
	price target pt tp
	beat exceed ahead above
	miss below short shortfall behind
	margin profitability
	say said state add note tell told
	start begin began launch initiate
	buy acquire purchase
	output production
	previous prior last
	operate run ran
	share proportion percentage`)

// empty are English words that say nothing of what a sentence is on.
var empty = set(`a an the of in on for to and or is are was were be been by with from at as it its this that s t
	these those do does did has have had can could would should will may we our their there than into but while also
	which about around some roughly nearly approximately out over against versus vs per`)

// direct are the English words of direction, of which the rest are forms.
var direct = wordsOf("rise fall")

func set(list string) words {
	out := words{}
	for t := range text.Tokens(list) {
		out[t] = true
	}
	return out
}

func aliases(table string) map[text.Token]text.Token {
	out := map[text.Token]text.Token{}
	for line := range strings.Lines(strings.TrimSpace(table)) {
		var first text.Token
		for t := range text.Tokens(strings.TrimSpace(line)) {
			if first == 0 {
				first = t
			}
			out[t] = first
		}
	}
	return out
}
