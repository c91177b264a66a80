package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"reportbot/ingest/report"
)

func runShow(ctx context.Context, c call) error {
	f := newFlags("show")
	f.existing, f.owner = true, true
	a, args, err := f.start(ctx, c, 1, 1)
	if err != nil {
		return err
	}
	defer a.close()
	d, err := a.find(ctx, f, args[0])
	if err != nil {
		return err
	}
	passages, err := a.store.ReportPassages(ctx, d.Report.ID)
	if err != nil {
		return err
	}
	facts, err := a.store.Facts(ctx, d.Report.ID)
	if err != nil {
		return err
	}
	v := viewDetail(d, passages, facts)
	if f.json {
		return writeJSON(c.out, v)
	}
	return printDetail(c.out, v)
}

// printDetail writes what is known of a report, its outline and passages.
func printDetail(w io.Writer, v detailView) error {
	fmt.Fprintf(w, "%s  %s\n", v.ID, headline(report.Header{Publisher: v.Publisher, Title: v.Title, Published: v.Published}, "zh"))
	line := func(name, value string) {
		if value = strings.TrimSpace(value); value != "" {
			fmt.Fprintf(w, "  %-10s %s\n", name, printable(value))
		}
	}
	for _, s := range v.Securities {
		line("security", s.Code+" "+s.Name)
	}
	for _, s := range v.Analysts {
		line("analyst", s.Name+" "+s.License)
	}
	line("rating", rated(v.reportView))
	if v.Price != nil {
		line("price", strings.TrimSpace(figure(*v.Price)+" "+v.Currency))
	}
	line("industry", v.Industry)
	line("collection", v.Collection)
	if !v.visibleFrom.IsZero() {
		line("visible", "from "+v.visibleFrom.Format(minute))
	}
	for _, s := range v.Sources {
		line("source", s)
	}
	for _, name := range slices.Sorted(maps.Keys(v.corrected)) {
		line("corrected", strings.Join(v.corrected[name], ", ")+" by "+name)
	}
	if v.Pages > 0 {
		line("pages", fmt.Sprint(v.Pages))
	}
	for _, s := range printedAs(v.Labels) {
		line("", s)
	}
	for _, r := range v.Related {
		line("related", r.Published+" "+r.Title)
	}
	for _, s := range account(v.Parse) {
		line(s[0], s[1])
	}
	if len(v.Parse.LowTextPages) > 0 {
		line("no text on", "page "+strings.Trim(fmt.Sprint(v.Parse.LowTextPages), "[]"))
	}
	if len(v.Facts) > 0 {
		fmt.Fprintln(w)
		if err := table(w, factRows(v.Facts)); err != nil {
			return err
		}
	}
	fmt.Fprintln(w)
	printText(w, v)
	return nil
}

// printText writes the outline and the passages.
func printText(w io.Writer, v detailView) {
	for _, h := range v.Outline {
		title := strings.TrimSpace(h.Number + " " + h.Title)
		if title == "" {
			title = "(no heading)"
		}
		fmt.Fprintf(w, "%s%s%s  (%s)\n", strings.Repeat("  ", h.Level), title, pages(h.Page, h.Page), count(h.Passages, "passage"))
	}
	for _, p := range v.Passages {
		section := p.Section
		if section != "" {
			section = "  §" + section
		}
		fmt.Fprintf(w, "\n%s%s%s  %s\n%s\n", p.ID, section, pages(p.PageFrom, p.PageTo), p.Kind, p.Text)
	}
}

// dropped lists how many characters were left out and why, most first.
func dropped(m map[string]int) string {
	why := slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		return cmp.Or(cmp.Compare(m[b], m[a]), cmp.Compare(a, b))
	})
	s := ""
	for _, k := range why {
		s += fmt.Sprintf(", %s %d", k, m[k])
	}
	return s
}

// count is a number of things in words.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprint(n, " ", thing, "s")
}

// pages names the pages a passage stands on; formats without pages have none.
func pages(from, to int) string {
	switch {
	case from == 0:
		return ""
	case from == to:
		return fmt.Sprintf("  p.%d", from)
	}
	return fmt.Sprintf("  p.%d-%d", from, to)
}

// account says in lines of a name and a text what of a report was kept.
func account(l report.Loss) [][2]string {
	out := [][2]string{{"characters", kept(l.CharsIn, l.CharsKept) + dropped(l.Dropped)}}
	if l.NumbersIn > 0 {
		out = append(out, [2]string{"numbers", kept(l.NumbersIn, l.NumbersKept)})
	}
	if l.CellsIn > 0 {
		out = append(out, [2]string{"cells", kept(l.CellsIn, l.CellsKept) + " (of tables)"})
	}
	return out
}

func kept(in, n int) string { return fmt.Sprintf("%d read, %d kept", in, n) }

// printedAs names the pages whose printed numbers are others than the
// physical ones: runs of them that go on as numbers do.
func printedAs(labels []string) []string {
	var out []string
	for i := 0; i < len(labels); {
		n, err := strconv.Atoi(labels[i])
		end := i + 1
		for err == nil && end < len(labels) && labels[end] == strconv.Itoa(n+end-i) {
			end++
		}
		if labels[i] != "" && labels[i] != strconv.Itoa(i+1) {
			out = append(out, strings.TrimSpace(pages(i+1, end))+" printed as "+span(labels[i], labels[end-1]))
		}
		i = end
	}
	return out
}

func span(from, to string) string {
	if from == to {
		return from
	}
	return from + "-" + to
}

// figure is a number without digits that nobody printed.
func figure(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func factRows(facts []factView) [][]string {
	rows := [][]string{{"METRIC", "PERIOD", "VALUE", "UNIT", "PAGE", "SECURITY"}}
	for _, f := range facts {
		period, metric, page := f.Period, string(f.Metric), ""
		if f.Forecast && period != "" {
			period += "E"
		}
		if f.Rival != "" {
			metric += " (" + f.Rival + ")"
		}
		if f.Page > 0 {
			page = strconv.Itoa(f.Page)
		}
		unit := f.Unit
		if unit == "" {
			unit = f.Currency
		}
		rows = append(rows, []string{metric, period, figure(f.Value), unit, page, f.Security.Code})
	}
	return rows
}
