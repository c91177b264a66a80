package answer

import (
	"slices"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// line is a report in one sentence: when, by whom, its title, on what and how
// it rates that. Values stand as printed in either language.
func (c *catalogue) line(r *report.Report) string {
	on := ""
	if len(r.Securities) > 0 {
		s := r.Securities[0]
		on = nameOf(s)
		if s.Code != "" && s.Code != on {
			on += either(c.lang, "（"+s.Code+"）", " ("+s.Code+")")
		}
		if n := len(r.Securities); n > 1 {
			on += either(c.lang, "等 "+itoa(n)+" 只证券", " and "+itoa(n-1)+" more")
		}
	}
	rating := r.Rating
	if rating != "" {
		rating = either(c.lang, "评级：", "rated ") + rating
	}
	if r.RatingAction != "" {
		rating += either(c.lang, "（"+r.RatingAction+"）", " ("+r.RatingAction+")")
	}
	day := r.Published
	if day == "" {
		day = either(c.lang, "日期不详", "undated")
	}
	if c.lang == "zh" {
		return joined("，", day, r.Publisher+"《"+r.Title+"》", on, rating) + "。"
	}
	s := joined(", ", day, r.Publisher, "“"+r.Title+"”")
	if rest := joined(", ", on, strings.TrimSpace(rating)); rest != "" {
		s += ": " + rest
	}
	return s + "."
}

// joined joins the parts that are not empty.
func joined(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), sep)
}

// cites returns the numbers of the citations of the reports.
func (c *catalogue) cites(reports []*report.Report) []int {
	var out []int
	for _, r := range reports {
		out = append(out, c.cite(r))
	}
	return out
}

// cite returns the number of the citation of a report: the sentence that
// holds the topic where the title does not, the line of the rating where one
// is asked for, else the first line of the title. A report is cited once.
func (c *catalogue) cite(r *report.Report, fields ...string) int {
	if n := c.at[r.ID]; n > 0 {
		return n
	}
	if h := c.hits[r.ID]; h != nil && !c.titled[r.ID] {
		words := c.words
		if c.held != nil {
			words = c.held[r.ID]
		}
		for _, s := range text.Sentences(h.Passage.Text) {
			if quote := h.Passage.Text[s.From:s.To]; holds(text.Fold(quote), words) {
				c.at[r.ID] = c.add(h, s.From, quote)
				return c.at[r.ID]
			}
		}
	}
	if c.rated {
		fields = append(fields, "rating_action", "rating")
	}
	quote, page := printed(r, append(fields, "title", "published", "publisher"))
	for i := range c.found.Hits {
		h := &c.found.Hits[i]
		if from := strings.Index(h.Passage.Text, quote); h.Report.ID == r.ID && from >= 0 && (page == 0 || h.Passage.PageAt(from) == page) {
			c.at[r.ID] = c.add(h, from, quote)
			return c.at[r.ID]
		}
	}
	n := len(c.out.Citations) + 1
	c.out.Citations = append(c.out.Citations, report.Citation{N: n, Report: r.Header(), Page: page, PageLabel: r.OtherLabel(page), Quote: quote})
	c.at[r.ID] = n
	return n
}

// add makes a citation of words of a passage.
func (c *catalogue) add(h *retrieval.Hit, from int, quote string) int {
	n := len(c.out.Citations) + 1
	c.out.Citations = append(c.out.Citations, cite(n, h, from, quote))
	return n
}

// printed returns the words from which the first of the fields was read that
// the report itself prints, with their page; its title when none is known.
func printed(r *report.Report, fields []string) (quote string, page int) {
	for _, f := range fields {
		for _, read := range r.Read {
			// What a sidecar says is not the report's. Its readings begin
			// with its file's name and have no page.
			if sidecar := read.Page == 0 && strings.Contains(read.Text, ".meta.yaml: "); read.Field == f && read.Text != "" && !sidecar {
				return read.Text, read.Page
			}
		}
	}
	return r.Title, min(1, r.Pages)
}

// foreign says of a topic that nothing holds that most reports are in another
// language than its words, which are looked for as they are.
func (c *catalogue) foreign(all []*report.Report) string {
	if len(c.words) == 0 || len(c.hits) > 0 || slices.ContainsFunc(all, func(r *report.Report) bool { return c.titled[r.ID] }) {
		return ""
	}
	others := 0
	for _, r := range all {
		if r.Language != c.lang {
			others++
		}
	}
	if Language(strings.Join(c.words, "")) != c.lang || others*2 <= len(all) { // gpt-4 is the same in all
		return ""
	}
	return either(c.lang, "（多数研报是英文的）", " (most reports are in Chinese)")
}

func names(conds []condition) []string {
	var out []string
	for _, c := range conds {
		out = append(out, c.name)
	}
	return out
}

// quoted names conditions in Chinese.
func quoted(conds []condition) string {
	return "“" + strings.Join(names(conds), "”“") + "”"
}

// quotedEn names conditions in English.
func quotedEn(conds []condition) string {
	return "“" + strings.Join(names(conds), "” and “") + "”"
}

// told puts conditions behind a noun.
func told(conds []condition) string {
	if len(conds) == 0 {
		return ""
	}
	return " " + strings.Join(names(conds), " ")
}

// when chooses by a condition.
func when(first bool, yes, no string) string {
	if first {
		return yes
	}
	return no
}
