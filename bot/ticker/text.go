package ticker

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"reportbot/ingest/report"
)

// Block is a part of a card as text: lines, or a table whose first row is its
// head and whose last column holds the marks of citations.
type Block struct {
	Title string
	Lines []Line
	Table [][]string
}

// Line is one line of a block with the numbers of its citations.
type Line struct {
	Text      string
	Citations []int
}

// Blocks writes an answered card in its language, without its sources. A part
// of which nothing is known is left out.
func (c *Card) Blocks() []Block {
	all := []Block{
		{Title: say(c.Lang, "最新评级", "Latest ratings"), Lines: c.ratingLines()},
		{Title: say(c.Lang, "目标价", "Target prices"), Lines: c.targetLines()},
		{Title: say(c.Lang, "盈利预测", "Forecasts"), Table: c.forecastTable()},
		{Title: say(c.Lang, "投资要点", "Thesis") + c.writtenBy(), Lines: saidLines(c.Points)},
		{Title: say(c.Lang, "风险", "Risks"), Lines: saidLines(c.Risks)},
		{Title: say(c.Lang, "分歧与变化", "Disagreements and changes"), Lines: c.disagreementLines()},
		{Title: say(c.Lang, "研报", "Reports"), Lines: c.countLines()},
	}
	return slices.DeleteFunc(all, func(b Block) bool { return len(b.Lines)+len(b.Table) == 0 })
}

// writtenBy tells a model's words from the reports' own.
func (c *Card) writtenBy() string {
	if !c.Written {
		return ""
	}
	return say(c.Lang, "（由语言模型概括，逐句与原文核对）", " (written by a language model, each sentence checked against what it cites)")
}

// Marks writes the numbers of citations: [1][2].
func Marks(citations []int) string {
	var out strings.Builder
	for _, n := range citations {
		out.WriteString("[" + strconv.Itoa(n) + "]")
	}
	return out.String()
}

// dated is the date of a row, with a mark when it is stale.
func (c *Card) dated(r Row) string {
	s := day(c.Lang, r.Date)
	if r.Stale {
		s += say(c.Lang, "（已超过 180 天）", " (over 180 days old)")
	}
	return s
}

// beside puts what is known beside a value into brackets.
func (c *Card) beside(parts ...string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	if len(parts) == 0 {
		return ""
	}
	return say(c.Lang, "（"+strings.Join(parts, "，")+"）", " ("+strings.Join(parts, ", ")+")")
}

func (c *Card) ratingLines() []Line {
	var out []Line
	for _, r := range c.Ratings {
		was := ""
		if r.Was != "" {
			was = say(c.Lang, "前次 ", "before: ") + r.Was
		}
		out = append(out, Line{r.Publisher + "  " + r.Rating + c.beside(r.Action, was) + "  " + c.dated(r.Row), []int{r.Citation}})
	}
	return out
}

func (c *Card) targetLines() []Line {
	var out []Line
	for _, t := range c.Targets {
		was := ""
		if t.Was > 0 {
			was = say(c.Lang, "前次 ", "before: ") + price(c.Lang, t.Was, "")
		}
		out = append(out, Line{t.Publisher + "  " + price(c.Lang, t.Value, t.Currency) + c.beside(was) + "  " + c.dated(t.Row), []int{t.Citation}})
	}
	for _, r := range c.Ranges {
		if r.Houses < 2 {
			continue
		}
		var cited []int
		for _, t := range c.Targets {
			if t.Currency == r.Currency {
				cited = append(cited, t.Citation)
			}
		}
		out = append(out, Line{fmt.Sprintf(say(c.Lang, "区间 %s–%s %s，中位数 %s（%d 家）", "Range %s–%s %s, median %s (%d houses)"),
			price(c.Lang, r.Low, ""), price(c.Lang, r.High, ""), moneyName(c.Lang, r.Currency), price(c.Lang, r.Median, ""), r.Houses), cited})
	}
	return out
}

// forecastTable sets houses against years. The years are those of the houses
// that are not stale; where all are, all years.
func (c *Card) forecastTable() [][]string {
	var years []string
	for _, stale := range []bool{false, true} {
		for _, f := range c.Forecasts {
			if f.Stale == stale && !slices.Contains(years, f.Period) {
				years = append(years, f.Period)
			}
		}
		if len(years) > 0 {
			break
		}
	}
	slices.Sort(years)
	type key struct {
		metric    report.Metric
		publisher string
	}
	var keys []key
	cells := map[key][]Forecast{}
	for _, metric := range metrics {
		for _, f := range c.Forecasts {
			k := key{metric, f.Publisher}
			if f.Metric != metric || !slices.Contains(years, f.Period) {
				continue
			}
			if cells[k] == nil {
				keys = append(keys, k)
			}
			cells[k] = append(cells[k], f)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	head := []string{"", ""}
	for _, y := range years {
		head = append(head, y+"E")
	}
	out := [][]string{append(head, say(c.Lang, "日期", "Date"), "")}
	for _, k := range keys {
		out = append(out, c.forecastRow(cells[k], years))
	}
	return out
}

func (c *Card) forecastRow(of []Forecast, years []string) []string {
	label := MetricName(c.Lang, of[0].Metric)
	if unit := of[0].Unit; unit != "" {
		label += say(c.Lang, "（"+unit+"）", " ("+strings.TrimSpace(of[0].Currency+" "+unit)+")")
	}
	row := []string{label, of[0].Publisher}
	var cited []int
	for _, y := range years {
		cell := ""
		for _, f := range of {
			if f.Period == y {
				cell = number(f.Value)
				if !slices.Contains(cited, f.Citation) {
					cited = append(cited, f.Citation)
				}
			}
		}
		row = append(row, cell)
	}
	return append(row, c.dated(of[0].Row), Marks(cited))
}

func saidLines(all []Said) []Line {
	var out []Line
	for _, s := range all {
		out = append(out, Line{"• " + s.Text, s.Citations})
	}
	return out
}

func (c *Card) disagreementLines() []Line {
	var out []Line
	for _, d := range c.Disagreements {
		out = append(out, Line{d.Text, d.Citations})
	}
	return out
}

func (c *Card) countLines() []Line {
	n := c.Counts
	out := []Line{{Text: fmt.Sprintf(say(c.Lang, "覆盖研报共 %d 篇：近 30 天 %d 篇，近 90 天 %d 篇，近 365 天 %d 篇", "Reports that cover it: %d; in the last 30 days %d, in 90 %d, in 365 %d"),
		n.All, n.Days30, n.Days90, n.Days365)}}
	if c.Mentions > 0 {
		out = append(out, Line{Text: fmt.Sprintf(say(c.Lang, "仅提到它的另有 %d 篇", "Others that only name it: %d"), c.Mentions)})
	}
	return out
}
