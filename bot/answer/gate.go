package answer

import (
	"slices"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

// gate reports whether a hit may speak about the securities the question
// names: it says one of the names, or another of the same security, or its
// report is about one.
func gate(q question, h *retrieval.Hit) bool {
	if len(q.names) == 0 {
		return true
	}
	s := text.Fold(h.Report.Title + " " + h.Passage.Header() + " " + h.Passage.Text)
	for _, n := range q.names {
		if strings.Contains(s, n) || subject(h.Report, n) {
			return true
		}
	}
	for _, n := range q.others {
		if strings.Contains(s, n) {
			return true
		}
	}
	for _, code := range q.codes {
		if subject(h.Report, text.Fold(code)) {
			return true
		}
	}
	return false
}

// subject reports whether the report is about the security of that name or
// code and few others: an industry report must say the name in the passage.
func subject(r *report.Report, name string) bool {
	if len(r.Securities) == 0 || len(r.Securities) > 3 {
		return false
	}
	s := r.Securities[0]
	return strings.Contains(text.Fold(s.Name+" "+s.Code), name)
}

// othersRow reports whether a table row is of another security of the report
// than those that the question names.
func othersRow(q question, h *retrieval.Hit, u unit) bool {
	if !u.row || len(q.names) == 0 {
		return false
	}
	s := text.Fold(u.quote)
	for _, names := range [][]string{q.names, q.others, q.codes} {
		for _, n := range names {
			if strings.Contains(s, text.Fold(n)) {
				return false
			}
		}
	}
	for _, list := range [][]report.Security{h.Report.Securities, h.Report.Mentions} {
		for _, sec := range list {
			if name := text.Fold(sec.Name); name != "" && text.HasWord(s, name) && !sameAs(q, sec) {
				return true
			}
		}
	}
	return false
}

// sameAs reports whether a security is one that the question names, by another
// of its names.
func sameAs(q question, s report.Security) bool {
	name := text.Fold(s.Name)
	return slices.Contains(q.names, name) || slices.Contains(q.others, name) || s.Code != "" && slices.Contains(q.codes, s.Code)
}
