package check

import "strings"

// opposites are pairs of which one must not stand for the other.
var opposites = [][2]string{
	{"增加", "减少"}, {"增长", "下降"}, {"上升", "下降"}, {"上涨", "下跌"}, {"上调", "下调"}, {"提高", "降低"}, {"提升", "下降"}, {"提升", "降低"},
	{"增强", "削弱"}, {"加强", "弱化"}, {"加强", "削弱"}, {"强化", "弱化"}, {"扩大", "缩小"}, {"增持", "减持"}, {"买入", "卖出"}, {"收购", "出售"}, {"购买", "出售"},
	{"盈利", "亏损"}, {"通过", "否决"}, {"流入", "流出"}, {"改善", "恶化"}, {"优化", "恶化"}, {"高于", "低于"}, {"超过", "低于"},
	{"上市", "退市"}, {"任命", "罢免"}, {"增资", "减资"}, {"上行", "下行"}, {"扩张", "收缩"}, {"拓宽", "收窄"}, {"扩产", "减产"}, {"利好", "利空"},
	{"乐观", "悲观"}, {"加快", "放缓"}, {"加速", "减速"}, {"净买入", "净卖出"}, {"看多", "看空"}, {"超配", "低配"}, {"延长", "缩短"}, {"开始", "结束"},
	{"顺差", "逆差"}, {"升值", "贬值"}, {"解除质押", "质押"}, {"增至", "减至"}, {"升至", "降至"}, {"积极", "消极"}, {"成功", "失败"}, {"最高", "最低"},
	{"rose", "fell"}, {"rise", "fall"}, {"rises", "falls"}, {"increase", "decrease"}, {"increased", "decreased"}, {"raised", "cut"}, {"raises", "cuts"},
	{"up", "down"}, {"higher", "lower"}, {"above", "below"}, {"gain", "loss"}, {"profit", "loss"}, {"upgrade", "downgrade"}, {"upgraded", "downgraded"},
	{"grew", "declined"}, {"growth", "decline"}, {"grew", "fell"}, {"buy", "sell"}, {"overweight", "underweight"}, {"outperform", "underperform"},
	{"expanded", "contracted"}, {"improved", "deteriorated"}, {"widened", "narrowed"}, {"inflow", "outflow"}, {"accelerated", "slowed"},
	{"beat", "miss"}, {"highest", "lowest"}, {"raised", "lowered"}, {"lift", "cut"}, {"ahead", "behind"}, {"exceed", "miss"}, {"better", "worse"},
	{"超出", "低于"}, {"超预期", "低于预期"}, {"超预期", "不及预期"}, {"好于", "低于"}, {"好于", "差于"},
	{"提高", "削弱"}, {"提升", "削弱"}, {"改善", "削弱"}, {"促进", "阻碍"}, {"推动", "阻碍"}, {"符合", "违反"}, {"遵守", "违反"}, {"遵循", "违反"},
	{"涨停", "跌停"}, {"大涨", "大跌"}, {"支持", "反对"}, {"批准", "否决"}, {"likely", "unlikely"}, {"able", "unable"},
}

// reversed finds a figure that went the other way in the passages, or a word of
// direction whose opposite they have where the sentence has it.
func reversed(p *pair) (string, bool) {
	for _, f := range p.figures {
		if way, _ := p.opposed(f); way && !f.date() {
			return p.claim[f.from:f.to], true
		}
	}
	for _, pair := range opposites {
		for i, w := range pair {
			if p.turned(w, pair[1-i]) {
				return w, true
			}
		}
	}
	return "", false
}

// turned reports whether one of the places of word in the sentence fits a
// place of opposite in the passages clearly better than any of word.
func (p *pair) turned(word, opposite string) bool {
	if !strings.Contains(p.claim, word) || !strings.Contains(p.source, opposite) {
		return false
	}
	for _, at := range places(p.claim, word, opposite) {
		if !strings.Contains(p.source, word) && p.proven(at+len(word)) {
			continue
		}
		where := figure{from: at, to: at + len(word)}
		context, object := p.near(where, 10, 10, sentenceStops), p.near(where, 0, 4, clauseStops)
		same, turned := 0.0, 0.0
		for _, k := range places(p.source, word, opposite) {
			same = max(same, context.in(p.context(k, k+len(word), 12, 12, sentenceStops)))
		}
		for _, k := range places(p.source, opposite, word) {
			turned = max(turned, context.in(p.context(k, k+len(opposite), 12, 12, sentenceStops)))
		}
		if turned >= 0.5 && same < turned-0.1 {
			return true
		}
		if len(object) > 0 && same == 0 && p.governs(opposite, word, object) && !p.governs(word, opposite, object) {
			return true
		}
	}
	return false
}

// proven reports whether the clause goes on from at with a figure that the
// passages tell in the same manner: the word before it needs no other proof.
func (p *pair) proven(at int) bool {
	for _, f := range p.figures {
		if f.from < at || f.date() {
			continue
		}
		if strings.ContainsAny(p.claim[at:f.from], clauseStops) {
			return false
		}
		said := f.manner(p.claim, p.figures)
		for _, g := range p.evidence {
			if f.same(g) && said.way != 0 && g.manner(p.source, p.evidence).way == said.way {
				return true
			}
		}
		return false
	}
	return false
}

// governs reports whether the passages have word before all of object.
func (p *pair) governs(word, other string, object words) bool {
	for _, k := range places(p.source, word, other) {
		if object.in(p.context(k, k+len(word), 0, 8, clauseStops)) == 1 {
			return true
		}
	}
	return false
}

// places are the offsets of a word in s; letters end at the ends of words, as
// they are or inflected,
// and 质押 does not stand in 解除质押 where that is the other of the pair.
func places(s, word, other string) []int {
	var out []int
	longer := strings.Index(other, word)
	for from := 0; ; {
		i := strings.Index(s[from:], word)
		if i < 0 {
			return out
		}
		at := from + i
		from = at + len(word)
		inside := longer >= 0 && at >= longer && strings.HasPrefix(s[at-longer:], other)
		if latin(word[0]) && (at > 0 && latin(s[at-1]) || !inflected(s[from:])) || inside {
			continue
		}
		out = append(out, at)
	}
}

// inflected reports whether a Latin word that s goes on with ends here, or is an
// inflection's ending.
func inflected(s string) bool {
	n := 0
	for n < len(s) && n < 4 && latin(s[n]) {
		n++
	}
	switch s[:n] {
	case "", "s", "d", "ed", "es", "ing":
		return true
	}
	return false
}
