package security

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// Complete adds to r.Securities what the directory knows and the report does
// not print: the code of a security that has only a name, the name of one that
// has only a code, and where there is no security at all the one that the
// title is about. It changes nothing that the report states. When a name turns
// out to be of a security that stands there already, it goes.
func (d *Directory) Complete(r *report.Report) {
	if len(r.Securities) == 0 {
		if m, ok := d.subject(r.Title); ok {
			r.Securities = []report.Security{m.Security}
			r.Read = append(r.Read, report.Reading{Field: "securities", Text: r.Title})
		}
		return
	}
	ix := d.index()
	stated := map[string]bool{}
	for _, s := range r.Securities {
		stated[s.Code] = true
	}
	out := make([]report.Security, 0, len(r.Securities))
	for _, s := range r.Securities {
		switch {
		case s.Code == "":
			known, ok := d.Lookup(s.Name)
			if ok && known.Code != "" {
				if stated[known.Code] {
					continue
				}
				s.Code, stated[known.Code] = known.Code, true
			}
		case s.Name == "" && ix.codes[s.Code] != nil:
			s.Name = ix.codes[s.Code].security.Name
		}
		out = append(out, s)
	}
	r.Securities = out
}

// wide is what a title says that is on more than one company.
var wide = regexp.MustCompile(`行业|产业|板块|策略|宏观|[日周月季]报|晨会|早报|晨报|Sector|Industry|Strategy`)

// subject returns the company a title is about: the only one that begins a
// part of it, is not one of an enumeration and stands behind no industry.
// 星河智能：订单饱满 and 公司点评｜星河智能年报 are about one, 光模块行业：英伟达
// 新品拉动需求 is about none.
func (d *Directory) subject(title string) (Mention, bool) {
	var found []Mention
	for _, part := range parts(title) {
		folded := text.Fold(part)
		ms := d.find(part, true)
		if len(found) == 0 && len(ms) == 0 && wide.MatchString(part) {
			return Mention{}, false
		}
		if len(ms) == 0 || ms[0].Code == "" || !strings.HasPrefix(unmarked(folded), ms[0].Words) {
			continue
		}
		after := strings.TrimPrefix(unmarked(folded), ms[0].Words)
		if enumerates(after) {
			return Mention{}, false
		}
		if !slices.ContainsFunc(found, func(m Mention) bool { return m.Code == ms[0].Code }) {
			found = append(found, ms[0])
		}
	}
	if len(found) != 1 {
		return Mention{}, false
	}
	return found[0], true
}

// parts cuts a title where its parts end: at colons, bars, dashes and
// brackets.
func parts(title string) []string {
	return strings.FieldsFunc(title, func(r rune) bool { return strings.ContainsRune("：:｜|—–_【】[]《》“”\"\n", r) })
}

// enumerates reports whether what follows a name goes on to another one.
func enumerates(after string) bool {
	after = strings.TrimSpace(after)
	r, _ := utf8.DecodeRuneInString(after)
	return after != "" && strings.ContainsRune("、,，和与及等/&", r) || strings.HasPrefix(after, "vs") || strings.HasPrefix(after, "and ")
}
