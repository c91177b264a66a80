package parse

import (
	"regexp"
	"slices"
	"sort"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
)

// valued is what the head of a table says that sets companies beside each
// other with their valuation: the companies that an industry report covers.
// Tables of holdings and of samples only mention theirs.
var valued = regexp.MustCompile(`(?i)EPS|P/?E\b|\bPB\b|市盈率|评级|盈利预测|归母净利|净利润|估值|目标价|rating|target`)

// securities tells whom the report covers from whom it mentions. A report on a
// company covers that one: the company of the title, of the line above it, or
// the only one whose code the front prints. Others cover those that their
// text and their tables of valuations name with codes.
func (h *head) securities() {
	front := security.Harvest(h.r.Title + "\n" + h.frontText())
	all := security.Harvest(h.allText(func(*report.Block, string) bool { return true }))
	covered := h.subjects(front)
	switch {
	case len(covered) > 0:
	case h.roundup(): // of a morning note the headings say whom it covers, its calendar does not
		covered = named(front, security.Harvest(h.titles()))
	default:
		covered = named(front, security.Harvest(h.allText(func(b *report.Block, caption string) bool {
			head := strings.SplitN(b.Text, "\n", 4)
			return b.Kind != report.Table || valued.MatchString(caption+strings.Join(head[:min(3, len(head))], " "))
		})))
	}
	if s, ok := security.Subject(h.r.Title); ok && len(covered) == 0 {
		covered = append(covered, s)
	}
	covered = named(covered, nil, all...)
	sort.SliceStable(covered, func(i, j int) bool { // the company of the title is the subject
		return inTitle(h.r.Title, covered[i]) && !inTitle(h.r.Title, covered[j])
	})
	h.r.Securities = covered
	for _, s := range named(front, all) {
		if !slices.ContainsFunc(covered, func(c report.Security) bool { return c.Code == s.Code }) {
			h.r.Mentions = append(h.r.Mentions, s)
		}
	}
}

// subjects returns the companies that the report is about, if it is about
// companies: those of the title, or of a line of the front that is a company
// and its code, or the only one of the front.
func (h *head) subjects(front []report.Security) []report.Security {
	if h.roundup() {
		return nil
	}
	var out []report.Security
	for _, s := range front {
		if inTitle(h.r.Title, s) {
			out = append(out, s)
		}
	}
	for i := range h.first {
		for cell := range strings.SplitSeq(h.first[i].text, "\t") {
			if cell = strings.TrimSpace(cell); len(out) == 0 && companyLine.MatchString(cell) && (h.first[i].row || !h.first[i].ends()) {
				out = security.Harvest(cell)
			}
		}
	}
	if len(out) == 0 && len(front) == 1 {
		out = front
	}
	return out
}

// named joins securities of several readings, each once, and gives those
// without a name the one that another reading, or names, has.
func named(a, b []report.Security, names ...report.Security) []report.Security {
	var out []report.Security
	at := map[string]int{}
	for _, s := range append(slices.Clone(a), b...) {
		i, ok := at[s.Code]
		switch {
		case s.Code == "" || !ok:
			at[s.Code] = len(out)
			out = append(out, s)
		case out[i].Name == "":
			out[i].Name = s.Name
		}
	}
	for _, s := range names {
		if i, ok := at[s.Code]; ok && s.Code != "" && out[i].Name == "" {
			out[i].Name = s.Name
		}
	}
	return out
}

// frontText is the first page without its list of related reports, which are
// about others too.
func (h *head) frontText() string {
	var b strings.Builder
	for i := range h.first {
		if !quoted.MatchString(h.first[i].text) {
			b.WriteString(h.first[i].text + "\n")
		}
	}
	return b.String()
}

// titles is the headings of the report, a line each.
func (h *head) titles() string {
	var b strings.Builder
	for i := range h.r.Sections {
		b.WriteString(h.r.Sections[i].Title + "\n")
	}
	return b.String()
}

// allText is the evidence without the blocks that are not wanted, which is
// asked with the caption above a block.
func (h *head) allText(want func(b *report.Block, caption string) bool) string {
	var out strings.Builder
	for i := range h.r.Sections {
		s := &h.r.Sections[i]
		if s.Role != report.Body && s.Role != report.Front {
			continue
		}
		out.WriteString(s.Title + "\n")
		caption := ""
		for k := range s.Blocks {
			if b := &s.Blocks[k]; want(b, caption) && !quoted.MatchString(b.Text) {
				out.WriteString(b.Text + "\n")
			}
			caption = ""
			if s.Blocks[k].Kind == report.Caption {
				caption = s.Blocks[k].Text
			}
		}
	}
	return out.String()
}

func inTitle(title string, s report.Security) bool {
	if s.Name != "" && strings.Contains(title, s.Name) {
		return true
	}
	number, _, _ := strings.Cut(s.Code, ".")
	for _, at := range inTitleCode.FindAllStringSubmatch(title, -1) {
		if number != "" && (at[1] == number || at[2] == number) {
			return true
		}
	}
	return false
}

// inTitleCode is what a title says in the place of a code: digits that stand
// alone; letters in brackets or before an exchange, or they may be a word.
var inTitleCode = regexp.MustCompile(`\b(\d{4,6})\b|\b([A-Z]{1,5})(?:\.(?:US|N|O|OQ)\b|\s*[)）])`)
