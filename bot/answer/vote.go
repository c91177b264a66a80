package answer

import (
	"slices"
	"strings"

	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// The rules for refusing have a second vote beside a model. What no passage
// says of a company a model could only invent: where none of the companies
// asked about is named in what was found, it is not asked at all. Where the
// model answers, its sentences are checked one by one, and a rule that would
// rather refuse has no say; what the rules miss is told under the answer.

// named returns the companies that a question names, whether a report is on
// them or not, without houses that are asked for their view.
func (a *Answerer) named(q retrieval.Query, found retrieval.Found) []security.Mention {
	out := slices.Clone(found.Securities)
	if a.known == nil {
		return out
	}
	for _, m := range a.known.Find(q.Text) {
		same := func(have security.Mention) bool { return have.Words == m.Words || isOf(have.Security, m) }
		if !found.Reading.IsPublisher(m.Words) && !slices.ContainsFunc(out, same) {
			out = append(out, m)
		}
	}
	return out
}

// uncovered returns the companies that a question names and no report is on, as
// it calls them.
func (a *Answerer) uncovered(q retrieval.Query, found retrieval.Found) []string {
	var out []string
	for _, m := range a.named(q, found)[len(found.Securities):] {
		out = append(out, m.Words)
	}
	return out
}

// silent returns those of the companies of which nothing found speaks, as the
// question calls them.
func silent(companies []security.Mention, found retrieval.Found) (missing []string) {
	for _, m := range companies {
		spoken := slices.ContainsFunc(found.Hits, func(h retrieval.Hit) bool { return speaks(&h, m) })
		if !spoken && !slices.Contains(missing, m.Words) {
			missing = append(missing, m.Words)
		}
	}
	return missing
}

// unspoken reports whether the question names companies and nothing found
// speaks of any of them.
func (q *question) unspoken() bool {
	return len(q.companies) > 0 && len(q.silent) == len(q.companies)
}

// speaks reports whether a hit names a company, by any of its names, or its
// report is about it.
func speaks(h *retrieval.Hit, m security.Mention) bool {
	s := text.Fold(h.Report.Title + " " + h.Passage.Header() + " " + h.Passage.Text)
	for _, name := range append([]string{m.Words, text.Fold(m.Name), text.Fold(m.Code)}, m.Others...) {
		if name != "" && (strings.Contains(s, name) || subject(h.Report, name)) {
			return true
		}
	}
	short := security.Name(m.Words)
	return short != "" && strings.Contains(s, short)
}

// noCompany refuses a question about companies of which no passage speaks.
func noCompany(missing []string, lang string) Reason {
	w := words(lang)
	return Reason{Code: "company_missing", Text: w.noCompany + w.missing + strings.Join(missing, w.comma), Missing: missing}
}

// noHouse refuses a question for the view of houses that no report is by.
func noHouse(houses []string, lang string) Reason {
	return Reason{Code: "house_missing", Missing: houses,
		Text: either(lang, "已入库的研报中没有"+strings.Join(houses, "、")+"的研报。", "There is no report by "+strings.Join(houses, " or ")+".")}
}

// partly is what must be said under a model's answer: that it broke off, and
// what of the question no passage holds.
func partly(missing []string, broke bool, lang string) Reason {
	out := Reason{Missing: missing}
	var said []string
	if len(missing) > 0 {
		out.Code = "partly"
		said = append(said, either(lang, "未找到：", "Not found: ")+strings.Join(missing, words(lang).comma))
	}
	if broke {
		out.Code = "incomplete"
		said = append(said, either(lang, "模型的回答中断，以上只是已核对的部分。", "The model's answer broke off; the above is only the part that was checked."))
	}
	out.Text = strings.Join(said, "\n")
	return out
}
