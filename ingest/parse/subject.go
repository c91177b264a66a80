package parse

import (
	"sort"
	"strings"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
)

// securities takes the pairs of page 1 first: the subject of the report.
func (h *head) securities() {
	var first, all strings.Builder
	for i := range h.first {
		if !quoted.MatchString(h.first[i].text) { // related reports are about others too
			first.WriteString(h.first[i].text + "\n")
		}
	}
	if h.roundup() { // of a morning note the headings say whom it covers, its calendar does not
		for i := range h.r.Sections {
			all.WriteString(h.r.Sections[i].Title + "\n")
		}
	} else {
		for i := range h.all {
			if p := &h.all[i]; (p.role == report.Body || p.role == report.Front) && !quoted.MatchString(p.text) {
				all.WriteString(h.all[i].text + "\n")
			}
		}
	}
	found := security.Harvest(h.r.Title + "\n" + first.String())
	named := map[string]int{}
	for i, s := range found {
		named[s.Code] = i
	}
	rest := security.Harvest(all.String())
	for _, s := range rest {
		if i, ok := named[s.Code]; !ok {
			named[s.Code] = len(found)
			found = append(found, s)
		} else if found[i].Name == "" {
			found[i].Name = s.Name
		}
	}
	if s, ok := security.Subject(h.r.Title); ok && len(found) == 0 {
		found = append(found, s)
	}
	sort.SliceStable(found, func(i, j int) bool { // the company of the title is the subject
		return inTitle(h.r.Title, found[i]) && !inTitle(h.r.Title, found[j])
	})
	h.r.Securities = found
}

func inTitle(title string, s report.Security) bool {
	number, _, _ := strings.Cut(s.Code, ".")
	return s.Name != "" && strings.Contains(title, s.Name) || strings.Contains(title, number)
}
