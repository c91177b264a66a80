package parse

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

var (
	// the mainland licence, S0190515050002, in some houses A0230… or a small s; that of
	// futures houses, Z0012345
	license = regexp.MustCompile(`[A-Za-z]\d{13}\b|\bZ\d{7}\b`)
	// the Hong Kong one, three letters and three digits, beside its name
	sfc = regexp.MustCompile(`((?:SFC\s*)?CE\s*(?:No|Ref|Number)?\.?\s*[:：]?\s*|SFC[^A-Z0-9]{0,12}|中央编号[^A-Z0-9]{0,4})([A-Z]{3}\d{3})\b`)
	// words that stand around names and are none
	notName  = regexp.MustCompile(`(首席|高级|资深|联席)?[\p{Han}]{0,6}(分析师|分析员|研究员|经济学家)|联系人|执业证书编号|执业证书|证书编号|执业编号|执证编号|执证号|证号|编号|资格|从业|证书|助理|登记|编码|电话|手机|邮箱|邮件|微信|地址|姓名|作者|团队|研究所|研究|编辑|证券|公司|报告|日期|评级|行业|首席|负责人|执业|毛利率?|净利率?|净?利润|收入|股本|市值|股价|指数|行情|流通|基金|量化|金融|工程|策略|宏观|固收|海外|金工|团队|表现|走势|资料|摘要|目录|市场|合计|总计|小计|平均`)
	helper   = regexp.MustCompile(`(研究|分析师)?助理|联系人|销售|(?i)\bassociate`)
	hanWord  = regexp.MustCompile(`\p{Han}+`)
	latName  = regexp.MustCompile(`\b([A-Z][a-z]+(?:[- ][A-Z][a-z]*\.?)?(?: [A-Z][a-z]+){1,2})\b`)
	latLabel = regexp.MustCompile(`(?i)\b(research )?(lead |senior |equity )?(analysts?|author)s?\b:?|licen[cs]e( no\.?)?:?|\bSFC\b|\bSAC\b|CE No\.?`)
	spacedHN = regexp.MustCompile(`(^|[^\p{Han}])(\p{Han})[ \x{3000}]+(\p{Han})(?:[ \x{3000}]+(\p{Han}))?([^\p{Han}]|$)`)
)

// surnames begin nearly all Chinese names; the pairs are tried first.
const (
	surnames = "萧王李张刘陈杨黄赵吴周徐孙马朱胡郭林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文施洪季柳庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边阎古符岑连穆骆娄冀葛齐伍倪俞喻丛简佟蓝牛樊安邢殷窦章岳梅米芦滕温焦尚申虞瞿宫佘明全聂应褚仇晏都束冷池巫艾竺伏郁敖储鄢卓栾双党刁饶粟揭卿诸胥楚麻鞠花沙揣匡宗臧苑缪展丰水于何"
	// Rarer ones begin words too; they count where the line says that a person
	// is named.
	rareSurnames = "迟支楼商荀尤戚奚酆廉岑邬卞湛狄贝谈茅庞昝裘贲杭钮嵇滑羊於惠封芮羿汲邴糜井富乌巴弓牧隗宓蓬郗班仰秋仲伊暴钭厉戎祖幸韶郜蓟印宿怀蒲邰从鄂索咸籍蔺屠蒙阴苍闻莘翟贡劳逄姬扶堵宰郦雍璩桑濮寿扈燕郏浦农别充慕茹习宦鱼容慎戈庾终暨居衡步满弘国文寇广禄阙东欧殳沃利蔚越隆师巩厍晁勾融訾阚那空毋沙乜养须巢蒯相红权逯盖益桓公通常和平时能高水明成家展晋楚法汝鄢涂钦岳帅缑亢况后有琴归海墨哈谯笪年爱阳佴言福笃帖英原银青粱玉智琪俊德麦肖"
	compound     = "澹台 公冶 宗政 濮阳 淳于 太叔 申屠 仲孙 钟离 鲜于 闾丘 司寇 巫马 公西 颛孙 漆雕 乐正 宰父 谷梁 拓跋 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 西门 欧阳 司马 上官 诸葛 夏侯 皇甫 尉迟 公孙 慕容 司徒 令狐 端木 闻人 东方 独孤 南宫 长孙 宇文 轩辕"
)

// analysts pairs each licence with a name: where a line holds several licences
// in a row, with the names before them in order; else with the nearest before
// it or, where the front prints licences first, after it.
func (h *head) analysts() {
	lines := h.first
	if h.roundup() { // every piece has its own author
		lines = h.all
	}
	a := roster{seen: map[string]bool{}}
	for i := range lines {
		p := &lines[i]
		if p.role != report.Body && p.role != report.Front || p.drop != "" {
			continue
		}
		if i >= len(h.first) && !license.MatchString(p.text) {
			continue
		}
		if a.line(p.text, p.side) {
			h.read("analysts", p)
		}
	}
	a.settle()
	h.r.Analysts = a.out
}

// roster collects analysts line by line: groups of names, each followed by a
// group of licences. Of a group with more names than licences the last ones
// have them; a licence printed first waits for its name.
type roster struct {
	out   []report.Analyst
	names []string // the group being read
	group []int    // its licences, as indexes of out
	owed  int      // one more than the index of a licence without a name, 0 for none
	aside string   // a contact's or assistant's name, who mostly has none
	since int      // lines since the last licence
	seen  map[string]bool
}

// line reads one line and reports whether it brought a licence; side says that
// it stands in the sidebar, where a name may stand alone.
func (a *roster) line(s string, side bool) bool {
	s = spacedHN.ReplaceAllString(s, "$1$2$3$4$5")
	marks := licenses(s)
	a.since++
	if len(marks) == 0 {
		ns := a.persons(s)
		if t := strings.TrimSpace(s); side && len(ns) == 0 && mayBeName(t) {
			ns = []string{t}
		}
		a.meet(ns)
		return false
	}
	from, sure := 0, surely(s)
	for _, m := range marks {
		a.meet(names(s[from:m.from], sure))
		a.license(m)
		from = m.to
	}
	a.meet(names(s[from:], sure))
	a.since = 0
	return true
}

// meet adds names; the first ones after licences begin a new group.
func (a *roster) meet(ns []string) {
	if len(ns) == 0 {
		return
	}
	if len(a.group) > 0 {
		a.settle()
	}
	if a.owed > 0 && len(ns) == 1 {
		a.out[a.owed-1].Name, a.owed = ns[0], 0
		return
	}
	a.owed = 0
	a.names = append(a.names, ns...)
}

// license adds a licence to the group. Of the two that one person may have the
// mainland one is kept.
func (a *roster) license(m mark) {
	if a.seen[m.number] {
		if len(a.group) == 0 {
			a.names = nil // of the one who has it
		}
		return
	}
	a.seen[m.number] = true
	if n := len(a.group); n > 0 && a.since <= 2 {
		last := &a.out[a.group[n-1]]
		if hk := len(last.License) < shortLicense; hk != (len(m.number) < shortLicense) {
			if hk {
				last.License = m.number
			}
			a.since = 0
			return
		}
	}
	a.since = 0
	a.group = append(a.group, len(a.out))
	a.out = append(a.out, report.Analyst{License: m.number})
}

// shortLicense is the length below which a licence is no mainland one.
const shortLicense = 8

// settle gives the names of the group to its licences.
func (a *roster) settle() {
	k := len(a.group)
	names := preferHan(a.names, k)
	if len(names) == 0 && k == 1 && a.aside != "" {
		names, a.aside = []string{a.aside}, ""
	}
	names = names[max(0, len(names)-k):]
	for i, name := range names {
		a.out[a.group[i]].Name = name
	}
	if len(names) == 0 && k == 1 {
		a.owed = a.group[0] + 1
	}
	a.names, a.group = nil, nil
}

// preferHan forgets the Latin names where enough people have a Chinese one: the
// two are of the same person.
func preferHan(names []string, least int) []string {
	var han []string
	for _, n := range names {
		if strings.IndexFunc(n, text.IsHan) >= 0 {
			han = append(han, n)
		}
	}
	if len(han) >= least {
		return han
	}
	return names
}

// aloneName is a line that may be a name and nothing else.
var aloneName = regexp.MustCompile(`^\p{Han}{2,3}$`)

// persons returns the names of a line without licences, but for those of
// contacts and assistants. In a row the word for them stands in the cell of
// the name, before it with a colon, or after it; what stands alone in a cell
// beside a name is a rarer one.
func (a *roster) persons(s string) []string {
	var out []string
	sure, skip := surely(s), false
	row := strings.Contains(s, "\t") && !helper.MatchString(s) && len(names(s, sure)) > 0
	for cell := range strings.SplitSeq(s, "\t") {
		ns := names(cell, sure)
		if c := strings.TrimSpace(cell); row && len(ns) == 0 && mayBeName(c) {
			ns = []string{c}
		}
		aside := skip || helper.MatchString(cell)
		skip = false
		switch {
		case !aside:
			out = append(out, ns...)
		case len(ns) == 0 && strings.ContainsAny(cell, ":："):
			skip = true
		case len(ns) == 0 && len(out) > 0:
			ns, out = out[len(out)-1:], out[:len(out)-1]
		}
		if aside && len(ns) == 1 {
			if len(a.group) > 0 {
				a.settle() // the next licence is not of those before
			}
			a.aside = ns[0]
		}
	}
	return out
}

// mayBeName reports whether a text of its own may be a name and is no word of
// the trade.
func mayBeName(s string) bool {
	return aloneName.MatchString(s) && !sectors[s] && !wellKnown.MatchString(s) && notName.ReplaceAllString(s, "") == s
}

// mark is a licence in a line.
type mark struct {
	from, to int
	number   string
}

// licenses returns the licences of a line in order.
func licenses(s string) []mark {
	var out []mark
	for _, m := range license.FindAllStringIndex(s, -1) {
		out = append(out, mark{from: m[0], to: m[1], number: strings.ToUpper(s[m[0]:m[1]])})
	}
	for _, m := range sfc.FindAllStringSubmatchIndex(s, -1) {
		out = append(out, mark{from: m[0], to: m[1], number: s[m[4]:m[5]]})
	}
	for i := 1; i < len(out); i++ {
		for k := i; k > 0 && out[k].from < out[k-1].from; k-- {
			out[k], out[k-1] = out[k-1], out[k]
		}
	}
	return out
}

// surely reports whether a line names people.
func surely(s string) bool { return utf8.RuneCountInString(s) <= 80 && personLabel.MatchString(s) }

// names returns what in s can be a person's name: a word of its own of two to
// four Han characters that begins with a surname, else two or three
// capitalised words. sure says that the line is one that names people.
func names(s string, sure bool) []string {
	var out []string
	if utf8.RuneCountInString(s) > 120 {
		s = clipTail(s, 40) // of running text only the end can be a name
	}
	bare := notName.ReplaceAllString(s, " ")
	for _, w := range hanWord.FindAllString(bare, -1) {
		if isName(w, sure) {
			out = append(out, w)
		}
	}
	if len(out) == 0 && strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) < 0 {
		out = latName.FindAllString(latLabel.ReplaceAllString(s, "|"), -1)
	}
	return out
}

// personLabel stands where persons are named.
var personLabel = regexp.MustCompile(`分析师|分析员|研究员|作者|助理|联系人|首席|执业|证书|SAC|[A-Za-z]\d{13}|@`)

// isName reports whether w can be a name; sure says that its line names people.
func isName(w string, sure bool) bool {
	r := []rune(w)
	if len(r) < 2 || len(r) > 4 {
		return false
	}
	if strings.Contains(compound, string(r[:2])) {
		return len(r) > 2
	}
	return len(r) < 4 && (strings.ContainsRune(surnames, r[0]) || sure && strings.ContainsRune(rareSurnames, r[0]))
}

func clipTail(s string, n int) string {
	r := []rune(s)
	return string(r[max(0, len(r)-n):])
}
