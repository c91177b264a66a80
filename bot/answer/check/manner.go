package check

import (
	"strings"
	"unicode/utf8"
)

// manner is how a text tells a figure: which way it went, and against what.
type manner struct {
	way     int    // 1 up, -1 down, 0 not told
	against string // yoy, seq, start; "" not told
}

var (
	risesHan = strings.Fields(`增长 增加 增至 增幅 上升 升至 上涨 涨至 涨幅 提升 提高 上调 走高 回升 扩大 高于 超出 升高 攀升`)
	fallsHan = strings.Fields(`下降 降至 减少 减至 降幅 下跌 跌至 跌幅 下滑 降低 下调 走低 回落 收窄 缩小 缩减 低于 少于`)
	ways     = waysOf(`up rose rise rises rising risen increase increases increased increasing grew grow grows grown growing growth gain gained
		climbed higher raise raises raised lift lifts lifted hike expand expands expanded expanding widened improved above beat beats exceeded
		advanced added jumped soared surged rebounded`,
		`down fell fall falls falling fallen decrease decreases decreased decline declines declined declining drop drops dropped lower lowers
		lowered cut cuts reduce reduces reduced shrank contracted slipped narrowed below miss missed misses deteriorated subtracted lost slid slipped plunged dipped slumped`)
	againstWhat = []struct{ words, against string }{
		{"同比", "yoy"}, {"上年同期", "yoy"}, {"去年同期", "yoy"}, {"yoy", "yoy"}, {"y/y", "yoy"}, {"year on year", "yoy"}, {"year-on-year", "yoy"},
		{"year over year", "yoy"}, {"year-over-year", "yoy"}, {"year earlier", "yoy"}, {"year ago", "yoy"},
		{"环比", "seq"}, {"较上季度", "seq"}, {"较上月", "seq"}, {"较上周", "seq"}, {"较前一周", "seq"}, {"qoq", "seq"}, {"q/q", "seq"}, {"mom", "seq"},
		{"m/m", "seq"}, {"wow", "seq"}, {"quarter on quarter", "seq"}, {"month on month", "seq"}, {"quarter-on-quarter", "seq"},
		{"month-on-month", "seq"}, {"sequentially", "seq"},
		{"较年初", "start"}, {"比年初", "start"}, {"ytd", "start"},
	}
)

func waysOf(up, down string) map[string]int {
	out := map[string]int{}
	for _, w := range strings.Fields(up) {
		out[w] = 1
	}
	for _, w := range strings.Fields(down) {
		out[w] = -1
	}
	return out
}

// manner reads how s, of which all are the figures, tells f.
func (f figure) manner(s string, all []figure) manner {
	from, to := max(0, f.from-90), min(len(s), f.to+40)
	for _, g := range all {
		if !g.date() && g.to <= f.from {
			from = max(from, g.to)
		}
		if !g.date() && g.from >= f.to {
			to = min(to, g.from)
			break
		}
	}
	before, after := s[from:f.from], s[f.to:to]
	if i := strings.LastIndexAny(before, clauseStops+"()"); i >= 0 {
		_, n := utf8.DecodeRuneInString(before[i:])
		before = before[i+n:]
	}
	if i := strings.IndexAny(after, clauseStops+"()"); i >= 0 {
		after = after[:i]
	}
	m := manner{way: wayBefore(before)}
	switch {
	case f.negative:
		m.way = -1
	case strings.HasSuffix(before, "+"):
		m.way = 1
	case m.way == 0:
		m.way = wayAfter(after)
	}
	at := -1
	for _, w := range againstWhat {
		if i := strings.LastIndex(before, w.words); i > at {
			at, m.against = i, w.against
		}
	}
	for _, w := range againstWhat {
		if at < 0 && latin(w.words[0]) && strings.Contains(after, w.words) {
			m.against = w.against
		}
	}
	return m
}

// wayBefore is the way that the last word of direction in s tells.
func wayBefore(s string) int {
	way, at := 0, -1
	for _, w := range risesHan {
		if i := strings.LastIndex(s, w); i > at {
			way, at = 1, i
		}
	}
	for _, w := range fallsHan {
		if i := strings.LastIndex(s, w); i > at {
			way, at = -1, i
		}
	}
	if at >= 0 {
		return way
	}
	for _, w := range strings.FieldsFunc(s, notLetter) {
		if k := ways[w]; k != 0 {
			way = k
		}
	}
	return way
}

// wayAfter is the way told right behind a figure: 22.8%的增幅, 3% above.
func wayAfter(s string) int {
	rest := strings.TrimPrefix(s, "的")
	for i, list := range [][]string{risesHan, fallsHan} {
		for _, w := range list {
			if strings.HasPrefix(rest, w) {
				return 1 - 2*i
			}
		}
	}
	first, _, _ := strings.Cut(strings.TrimLeft(s, " "), " ")
	return ways[strings.TrimFunc(first, notLetter)]
}

func notLetter(r rune) bool { return r >= utf8.RuneSelf || !latin(byte(r)) }

// opposed tells what of a figure's manner every figure of the passages that
// bears it contradicts: its way, and what it is told against.
func (p *pair) opposed(f figure) (way, against bool) {
	said := f.manner(p.claim, p.figures)
	if said == (manner{}) {
		return false, false
	}
	borne := false
	way, against = said.way != 0, said.against != ""
	for _, g := range p.evidence {
		if !way && !against {
			return false, false
		}
		if !f.same(g) {
			continue
		}
		borne = true
		told := g.manner(p.source, p.evidence)
		if told.way == 0 && told.against != "" && g.from >= p.cells { // a column of changes: growth has no sign
			told.way = 1
		}
		way = way && told.way == -said.way
		against = against && told.against != "" && told.against != said.against
	}
	return borne && way, borne && against
}
