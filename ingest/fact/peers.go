package fact

import (
	"regexp"
	"slices"
	"strings"

	"reportbot/ingest/text"
)

// peers is the head of a table in which companies go down and metrics
// across. Its columns are either all known by their place, or counted: those
// of the groups stand together after the single ones.
type peers struct {
	columns   []across // one a cell, names included; nil when heads lost cells
	groups    []across // the columns under EPS, PE … in order
	names     []label  // the columns of figures before the groups
	unsure    int      // columns before the groups that may hold figures
	usual     int      // how many figures a row has, where some are unsure
	units     units
	codes     bool // a column is said to hold codes
	byName    bool // a column is said to hold names
	coded     bool // a row has a code
	nameFirst bool // names stand before codes
}

// across is a column of figures of one metric.
type across struct {
	label
	period text.Period
}

var (
	textHeads = wordSet(`代码 证券代码 股票代码 公司代码 简称 证券简称 股票简称 公司简称 名称 证券名称 股票名称 公司名称 公司 股票 标的 重点公司 证券 评级 投资评级
		最新评级 行业 所属行业 细分行业 子行业 板块 细分领域 货币 币种 交易货币 报告日期 日期 最近报告日期 业务 主营业务 备注 序号 市场 国家 领域 环节 分类 类别
		code ticker company name companyname stock rating currency ccy sector industry country region exchange market recommendation date reportdate bloombergticker bbgticker`)
	nameHeads  = wordSet(`简称 证券简称 股票简称 公司简称 名称 证券名称 股票名称 公司名称 公司 股票 标的 重点公司 证券 company name companyname stock`)
	codeHeads  = wordSet(`代码 证券代码 股票代码 公司代码 code ticker`)
	halfHeads  = wordSet(`最新 最近 当前`)
	summary    = regexp.MustCompile(`(?i)平均|均值|中位|中值|合计|总计|加权|最大值|最小值|行业|板块|可比公司|average|\bmean\b|median|total|\bsector\b|\bpeers?\b`)
	rating     = regexp.MustCompile(`(?i)^(?:买入|增持|推荐|强烈推荐|谨慎推荐|审慎增持|强推|中性|减持|卖出|持有|回避|未评级|无评级|优于大市|跑赢行业|buy|hold|sell|neutral|overweight|underweight|outperform|underperform|n\.?r\.?|not rated|add|reduce|-a|-b)$|^(?:买入|增持)[-－][ab]$`)
	isCurrency = regexp.MustCompile(`^(?:CNY|RMB|HKD|USD|TWD|JPY|KRW|EUR|GBP|人民币|港元|港币|美元)$`)
)

// readPeers reads the head of such a table from the first rows, and says how
// many they are. nil when they are none.
func readPeers(t *table, lines []line) (*peers, int) {
	from := 0
	if len(lines) > 0 && len(lines[0].cells) == 1 && captionLead.MatchString(lines[0].text) {
		from = 1
	}
	to := from
	for to < len(lines) && to-from < 6 && !hasNumber(lines[to].cells) && !slices.ContainsFunc(lines[to].cells, isNone) {
		to++
	}
	if to == from || to == len(lines) {
		return nil, 0
	}
	head := lines[from:to]
	around := t.around
	for _, l := range head {
		around += "\n" + l.text
	}
	if mixed.MatchString(around) || adjusted.MatchString(around) {
		return nil, 0
	}
	p := &peers{units: t.units}
	p.order(head)
	p.columns = byPlace(head)
	if !p.count(head) && p.columns == nil {
		return nil, 0
	}
	if p.survey(lines[to:]); !p.named() && !p.coded {
		return nil, 0 // a heading of a table of another kind
	}
	if from == 1 {
		t.retitle(lines[0].text)
		p.units = t.units
	}
	return p, to
}

// order finds where names and codes stand.
func (p *peers) order(head []line) {
	for _, l := range head {
		for _, c := range l.cells {
			switch base := bare(c); {
			case codeHeads[base]:
				p.codes, p.nameFirst = true, p.byName
			case nameHeads[base]:
				p.byName = true
			}
		}
	}
}

// withPeriod reads a head that names metric and period: 2024E EPS, 24PE,
// EPS(24E), EPS 2024E.
func withPeriod(cell string) (across, bool) {
	folded := text.Fold(cell)
	for _, cut := range []*regexp.Regexp{periodFirst, periodLast} {
		m := cut.FindStringSubmatch(folded)
		if m == nil {
			continue
		}
		year, name := m[1], m[2]
		if cut == periodLast {
			year, name = m[2], m[1]
		}
		if whole := "e" + name; strings.HasSuffix(year, "e") && strings.HasPrefix(folded, year+name) && readLabel(whole).metric != "" {
			year, name = strings.TrimSuffix(year, "e"), whole // 26EPS
		}
		p, ok := text.ParsePeriod(year)
		if !ok { // in a head with a metric, 24 is the year
			p, ok = text.ParsePeriod("fy" + year)
		}
		l := readLabel(name)
		if l.printed = cell; ok && l.metric != "" && !timeless[l.metric] {
			return across{l, p}, true
		}
	}
	return across{}, false
}

var (
	periodFirst = regexp.MustCompile(`^((?:fy)?(?:20)?\d\d(?:年|[hq]\d)?[aef]?)[\s\-]*([\p{Han}a-z].*)$`)
	periodLast  = regexp.MustCompile(`^(.*?[\p{Han}a-z)%])[\s\-(]*((?:fy)?(?:20)?\d\d(?:年|[hq]\d)?[aef]?)\)?$`)
)

// byPlace reads heads that kept all their cells: one row that names metric
// and period in each, or metrics above and periods below in rows of one
// width. nil when they do not.
func byPlace(head []line) []across {
	last := head[len(head)-1].cells
	out := make([]across, len(last))
	found := 0
	for j, c := range last {
		if a, ok := withPeriod(c); ok {
			out[j] = a
			found++
		} else if l := readLabel(c); timeless[l.metric] {
			out[j] = across{label: l}
		}
	}
	if found > 0 {
		return out
	}
	if len(head) < 2 {
		return nil
	}
	top := head[len(head)-2].cells
	// Rows with empty cells kept them, but for those at their end.
	if kept := func(cells []string) bool { return slices.Contains(cells, "") }; kept(top) && len(top) < len(last) {
		top = append(slices.Clone(top), make([]string, len(last)-len(top))...)
	} else if short := len(top) - len(last); short > 0 && kept(last) {
		last = append(slices.Clone(last), make([]string, short)...)
		out = make([]across, len(last))
	}
	if len(top) != len(last) {
		return nil
	}
	var over label
	before := -1 // where the spanning head stands
	for j, name := range top {
		if name != "" {
			over, before = readLabel(name), j
		}
		p, ok := text.ParsePeriod(last[j])
		switch {
		case ok && over.metric != "" && !timeless[over.metric] && before >= 0:
			out[j] = across{over, p}
			found++
		case name != "" && timeless[over.metric]:
			if unit, currency, ok := text.ParseUnit(strings.Trim(text.Fold(last[j]), "()")); ok && over.unit == "" {
				over.unit, over.currency = unit, currency
			}
			out[j] = across{label: over}
		}
	}
	if found < 2 {
		return nil
	}
	return out
}

// tally is what the rows of a head hold, in reading order.
type tally struct {
	metrics []label
	columns []column // zero for one whose period is not read
	loose   []measure
}

// count reads heads whose empty cells are lost: the metrics in their order
// and, below, the periods of each. It reports whether they fit.
func (p *peers) count(head []line) bool {
	var t tally
	for _, l := range head {
		if !p.countRow(partMetrics(l.cells), &t) {
			return false
		}
	}
	lengths := runs(t.columns)
	if len(t.columns) == 0 || len(t.metrics) != len(lengths) {
		return false
	}
	at := 0
	for i, n := range lengths {
		for range n {
			p.groups = append(p.groups, across{t.metrics[i], t.columns[at].period})
			at++
		}
	}
	p.lend(t.loose)
	return true
}

// countRow adds one row of the head. It fails where a column of figures
// stands among the groups or after them: nobody knows then which is which.
func (p *peers) countRow(cells []string, t *tally) bool {
	heads := make([]across, len(cells))
	first := -1 // the first cell of a group
	for j, c := range cells {
		heads[j] = headOf(c)
		if a := heads[j]; first < 0 && (a.yearly() || a.period.Name != "" || placeholder.MatchString(c)) {
			first = j
		}
	}
	for j, c := range cells {
		a, base := heads[j], bare(c)
		unit, currency, isUnit := text.ParseUnit(strings.Trim(text.Fold(c), "()"))
		switch {
		case a.yearly():
			t.metrics = append(t.metrics, a.label)
			if a.period.Name != "" {
				t.columns = append(t.columns, column{period: a.period})
			}
		case a.period.Name != "" || placeholder.MatchString(c):
			t.columns = append(t.columns, column{period: a.period})
		case c == "" || textHeads[base] || halfHeads[base] || dated.MatchString(text.Fold(c)):
		case isUnit:
			t.loose = append(t.loose, measure{unit, currency})
		case first >= 0 && j > first:
			return false
		case timeless[a.metric]:
			p.names = append(p.names, a.label)
		default:
			p.unsure++
		}
	}
	return true
}

// headOf reads a cell of the head: a metric, a period or both.
func headOf(cell string) across {
	if a, ok := withPeriod(cell); ok {
		return a
	}
	if p, ok := text.ParsePeriod(cell); ok {
		return across{period: p}
	}
	return across{label: readLabel(cell)}
}

// yearly reports whether the column is of a metric that has periods.
func (a *across) yearly() bool { return a.metric != "" && !timeless[a.metric] }

// placeholder finds heads of periods that are none: 22A/E.
var placeholder = regexp.MustCompile(`(?i)^(?:20)?\d\d\s?a/e$|^(?:20)?\d\d[aef]?[-–—~](?:20)?\d\d[aef]?$`)

// lend gives a unit that stands by itself in the head to the one sum that
// has none.
func (p *peers) lend(loose []measure) {
	if len(loose) != 1 || !isSum(loose[0]) {
		return
	}
	at := -1
	for i, l := range p.names {
		if kinds[l.metric] == money && l.unit == "" {
			if at >= 0 {
				return
			}
			at = i
		}
	}
	if at >= 0 {
		p.names[at].unit, p.names[at].currency = loose[0].unit, loose[0].currency
	}
}

// partMetrics parts a cell that holds the heads of several: EPS(元) PE.
func partMetrics(cells []string) []string {
	var out []string
	for _, c := range cells {
		fields := strings.Fields(c)
		isMetric := func(s string) bool { return readLabel(s).metric != "" }
		if len(fields) > 1 && all(fields, isMetric) && !isMetric(c) {
			out = append(out, fields...)
		} else {
			out = append(out, c)
		}
	}
	return out
}
