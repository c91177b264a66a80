package digest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"reportbot/ingest/report"
)

// lateFrom is from when on a digest says that it is late.
const lateFrom = 10 * time.Minute

// head is the first line of a digest: what it is, of when, how much. late says
// that it is late, if it is.
func (d *Digest) head(late bool) string {
	var b strings.Builder
	b.WriteString(say(d.Lang, "研报摘要", "Report digest"))
	if !d.Due.IsZero() {
		b.WriteString(" · " + d.Due.Format("2006-01-02 15:04"))
	}
	if d.Example {
		b.WriteString(say(d.Lang, " · 没有新研报，以下以最近的研报为例", " · no new reports; these are the newest, as an example"))
	} else if d.Total == 0 {
		b.WriteString(say(d.Lang, " · 没有新研报", " · no new reports"))
	} else {
		b.WriteString(say(d.Lang, fmt.Sprintf(" · 新增 %d 篇", d.Total), " · "+plural(d.Total, "new report")))
	}
	if late && d.Late >= lateFrom {
		b.WriteString(say(d.Lang, "（迟到 "+lasted(d.Late, "zh")+"）", " (late by "+lasted(d.Late, "en")+")"))
	}
	if d.Written > 0 {
		b.WriteString("\n" + say(d.Lang, "要点由语言模型概括，逐句与原文核对", "Points written by a language model, each checked against what it cites"))
	}
	if f := d.Filter.Say(d.Lang); f != "" {
		b.WriteString("\n" + say(d.Lang, "范围 · ", "On ") + f)
	}
	return b.String()
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func lasted(d time.Duration, lang string) string {
	h, m := int(d.Hours()), int(d.Minutes())%60
	switch {
	case h == 0:
		return say(lang, fmt.Sprintf("%d 分钟", m), plural(m, "minute"))
	case m == 0:
		return say(lang, fmt.Sprintf("%d 小时", h), plural(h, "hour"))
	}
	return say(lang, fmt.Sprintf("%d 小时 %d 分钟", h, m), plural(h, "hour")+" "+plural(m, "minute"))
}

// Parts writes the digest in pieces: one of at most first characters, as cost
// counts them, for the channel, and others of at most most for its thread. A
// piece ends between reports; what is all longer than a piece stays whole. Where
// pieces end does not depend on how late the digest is: a second try may be
// later, and must not move what stands there already.
func (d *Digest) Parts(first, most int, cost func(string) int) []string {
	var out []string
	part := d.head(false)
	add := func(glue, s string) {
		limit := first
		if len(out) > 0 {
			limit = most
		}
		if part != "" && cost(part)+cost(glue)+cost(s) > limit {
			out = append(out, part)
			part, glue = "", ""
		}
		if part == "" {
			glue = ""
		}
		part += glue + s
	}
	for i, line := range d.changes() {
		glue := "\n"
		if i == 0 {
			glue = "\n\n"
		}
		add(glue, line)
	}
	for _, g := range d.Groups {
		for i := range g.Items {
			s := d.item(&g.Items[i])
			if i == 0 {
				s = "【" + g.name(d.Lang) + "】\n" + s
			}
			add("\n\n", s)
		}
	}
	for i, line := range d.further() {
		glue := "\n"
		if i == 0 {
			glue = "\n\n"
		}
		add(glue, line)
	}
	out = append(out, part)
	out[0] = d.head(true) + strings.TrimPrefix(out[0], d.head(false))
	return out
}

// Text writes the digest in one piece.
func (d *Digest) Text() string {
	return strings.Join(d.Parts(1<<30, 1<<30, func(s string) int { return len(s) }), "\n\n")
}

// name is the heading of a group.
func (g *Group) name(lang string) string {
	switch {
	case g.Security != report.Security{}:
		return called(g.Security)
	case g.Industry != "":
		return g.Industry
	}
	return say(lang, "其他", "Other")
}

func (d *Digest) changes() []string {
	if len(d.Changes) == 0 {
		return nil
	}
	out := []string{say(d.Lang, "评级与目标价变动", "Changes of ratings and target prices")}
	for i := range d.Changes {
		out = append(out, d.change(&d.Changes[i]))
	}
	return out
}

var actionsZh = map[Action]string{Raised: "上调", Lowered: "下调", Initiated: "首次", Other: "变动"}

// change is the line of one.
func (d *Digest) change(c *Change) string {
	var what []string
	switch {
	case c.Action == Kept:
	case c.RatingBefore != "":
		what = append(what, say(d.Lang, fmt.Sprintf("评级%s %s→%s", actionsZh[c.Action], c.RatingBefore, c.Rating), fmt.Sprintf("rating %s, %s → %s", c.Action, c.RatingBefore, c.Rating)))
	default:
		what = append(what, say(d.Lang, fmt.Sprintf("评级%s %s", actionsZh[c.Action], c.Rating), fmt.Sprintf("rating %s: %s", c.Action, c.Rating)))
	}
	switch unit := strings.TrimSpace(" " + c.Currency); {
	case c.TargetBefore != 0:
		what = append(what, say(d.Lang, "目标价 ", "target ")+strings.TrimSpace(price(c.TargetBefore)+say(d.Lang, "→", " → ")+price(c.Target)+" "+unit))
	case c.Target != 0:
		what = append(what, say(d.Lang, "目标价 ", "target ")+strings.TrimSpace(price(c.Target)+" "+unit))
	}
	line := "• " + called(c.Security) + say(d.Lang, "｜", " | ") + c.Report.Publisher + say(d.Lang, "：", ": ") + strings.Join(what, say(d.Lang, "，", ", "))
	for _, n := range c.Citations {
		line += fmt.Sprintf(" [%d]", n)
	}
	if p := d.pages(c.Citations, c.Report.ID); p != "" {
		line += say(d.Lang, "（"+p+"）", " ("+p+")")
	}
	return line
}

func price(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// item writes one report: its points, then what and whose it is.
func (d *Digest) item(i *Item) string {
	var b strings.Builder
	var cites []int
	for _, p := range i.Bullets {
		b.WriteString("• ")
		if p.On != "" {
			b.WriteString(p.On + say(d.Lang, "｜", " | "))
		}
		b.WriteString(short(p.Text))
		for _, n := range p.Citations {
			fmt.Fprintf(&b, " [%d]", n)
		}
		b.WriteString("\n")
		cites = append(cites, p.Citations...)
	}
	b.WriteString("— " + d.headline(i.Report))
	if i.Rating != "" {
		b.WriteString(" · " + i.Rating)
	}
	if p := d.pages(cites, i.Report.ID); p != "" {
		b.WriteString(" · " + p)
	}
	if i.Pages > 0 {
		b.WriteString(say(d.Lang, fmt.Sprintf(" · 共 %d 页", i.Pages), " · "+plural(i.Pages, "page")))
	}
	return b.String()
}

// mostPoint is the length in characters to which a point is shown.
const mostPoint = 300

// short is a point in one line.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > mostPoint {
		return string(r[:mostPoint]) + "…"
	}
	return s
}

// headline is a report's line.
func (d *Digest) headline(h report.Header) string {
	by, day := cmp.Or(h.Publisher, say(d.Lang, "机构不详", "house unknown")), cmp.Or(h.Published, say(d.Lang, "日期不详", "undated"))
	return say(d.Lang, "《"+h.Title+"》 ", h.Title+" · ") + by + " " + day
}

// pages says on which pages of a report citations stand: 第 1、3 页.
func (d *Digest) pages(cites []int, id string) string {
	var all []int
	for _, n := range cites {
		if c := d.Citations[n-1]; c.Report.ID == id && c.Page > 0 && !slices.Contains(all, c.Page) {
			all = append(all, c.Page)
		}
	}
	if len(all) == 0 {
		return ""
	}
	slices.Sort(all)
	var s []string
	for _, p := range all {
		s = append(s, strconv.Itoa(p))
	}
	return say(d.Lang, "第 "+strings.Join(s, "、")+" 页", "p. "+strings.Join(s, ", "))
}

func (d *Digest) further() []string {
	if len(d.Further) == 0 {
		return nil
	}
	out := []string{say(d.Lang, "另有", "Further")}
	for _, h := range d.Further {
		out = append(out, "— "+d.headline(h))
	}
	listed := len(d.Further)
	for _, g := range d.Groups {
		listed += len(g.Items)
	}
	if left := d.Total - listed; left > 0 {
		out = append(out, say(d.Lang, fmt.Sprintf("还有 %d 篇未列出，可用 /report 查看。", left), fmt.Sprintf("%s more; /report lists them.", plural(left, "report"))))
	}
	return out
}
