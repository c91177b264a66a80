package answer

import (
	"slices"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	reading "reportbot/retrieval/question" // question is a type of ours
)

// unattributed is a loose query without the houses it names: that no passage
// holds them is no reason to refuse.
func unattributed(q retrieval.Query, read reading.Reading) retrieval.Query {
	if q.Loose && len(read.Called) > 0 {
		q.Text = text.Fold(q.Text)
		for _, w := range read.Called {
			q.Text = strings.ReplaceAll(q.Text, w, " ")
		}
	}
	return q
}

// loosened says which conditions of a loose query none of the reports cited
// meets: what another house says must not pass for what was asked.
func loosened(out *Answer, read reading.Reading, reports []*report.Report, lang string) {
	if out.Status != Answered {
		return
	}
	var cited []*report.Report
	for _, r := range reports {
		if slices.ContainsFunc(out.Citations, func(c report.Citation) bool { return c.Report.ID == r.ID }) {
			cited = append(cited, r)
		}
	}
	conds := conditions(read, nil, lang)
	if read.Since != "" || read.Until != "" {
		conds = append(conds, dated(read.Since, read.Until, lang))
	}
	conds = slices.DeleteFunc(conds, func(c condition) bool { return len(fit(cited, []condition{c})) > 0 })
	if len(conds) == 0 {
		return
	}
	said := either(lang, "已放宽条件：所引研报不符合"+quoted(conds)+"。", "Searched wider: no report cited meets "+quotedEn(conds)+".")
	out.Reason = Reason{Code: "wider", Text: strings.Trim(said+"\n"+out.Reason.Text, "\n"), Missing: append(names(conds), out.Reason.Missing...)}
}
