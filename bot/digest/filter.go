package digest

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/ingest/text"
	"reportbot/retrieval"
	"reportbot/retrieval/question"
)

// Filter says which reports a digest is about. A report must meet each kind of
// condition that is there, and one of those of a kind; the zero value admits
// all.
type Filter struct {
	Securities  []report.Security `json:"securities,omitempty"`
	Industries  []string          `json:"industries,omitempty"`
	Publishers  []string          `json:"publishers,omitempty"`
	Collections []string          `json:"collections,omitempty"`
}

// Known is what words of a filter may mean.
type Known struct {
	Lookup      func(name string) (report.Security, bool) // a listed company by code or name
	Publishers  []string                                  // of the reports that are there
	Industries  []string
	Collections []string // that may be seen here
	Covered     []report.Security
}

// KnownOf is what the reports of a scope let words mean.
func KnownOf(reports []*report.Report, scope retrieval.Scope, known *security.Directory) Known {
	k := Known{Collections: scope}
	d := security.NewDirectory()
	if known != nil {
		d = known.Clone()
	}
	for _, r := range reports {
		d.Add(r.Securities)
		k.Covered = append(k.Covered, r.Securities...)
		if r.Publisher != "" && !slices.Contains(k.Publishers, r.Publisher) {
			k.Publishers = append(k.Publishers, r.Publisher)
		}
		if r.Industry != "" && !slices.Contains(k.Industries, r.Industry) {
			k.Industries = append(k.Industries, r.Industry)
		}
	}
	k.Lookup = d.Lookup
	return k
}

// kindWord is a word of a filter that says of which kind it is: 行业:电子.
var kindWord = regexp.MustCompile(`^(代码|公司|个股|股票|证券|ticker|stock|company|行业|板块|industry|sector|券商|机构|broker|house|publisher|集合|库|collection)[:=](.+)$`)

// ParseFilter reads the words of a filter. Notes are sentences to the reader
// about what was taken although it may not be meant. The error is a *Problem.
func ParseFilter(words []string, known Known) (f Filter, notes []*Problem, err error) {
	for _, w := range words {
		kind := ""
		if m := kindWord.FindStringSubmatch(text.Fold(w)); m != nil {
			at := strings.IndexAny(w, ":：=")
			_, size := utf8.DecodeRuneInString(w[at:])
			kind, w = m[1], strings.TrimSpace(w[at+size:])
		}
		note, err := f.add(kind, w, known)
		if err != nil {
			return Filter{}, nil, err
		}
		if note != nil {
			notes = append(notes, note)
		}
	}
	slices.SortFunc(f.Securities, func(a, b report.Security) int { return strings.Compare(a.Code+a.Name, b.Code+b.Name) })
	f.Securities = slices.Compact(f.Securities)
	for _, list := range []*[]string{&f.Industries, &f.Publishers, &f.Collections} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return f, notes, nil
}

// add takes one word of a filter; kind "" is for a word that does not say what
// it is.
func (f *Filter) add(kind, w string, known Known) (note *Problem, err error) {
	folded := text.Fold(w)
	switch kind {
	case "集合", "库", "collection":
		if !slices.Contains(known.Collections, w) {
			return nil, &Problem{fmt.Sprintf("这里看不到名为“%s”的研报集合。", w), fmt.Sprintf("There is no collection %q to be seen here.", w)}
		}
		f.Collections = append(f.Collections, w)
	case "行业", "板块", "industry", "sector":
		name, ok := industry(folded, known)
		f.Industries = append(f.Industries, name)
		if !ok {
			f.Industries[len(f.Industries)-1] = w
			note = &Problem{fmt.Sprintf("目前没有“%s”行业的研报，有了就会推送。", w), fmt.Sprintf("There are no reports on the industry %q yet; they will come when there are.", w)}
		}
	case "券商", "机构", "broker", "house", "publisher":
		name, ok := publisher(folded, known)
		f.Publishers = append(f.Publishers, name)
		if !ok {
			f.Publishers[len(f.Publishers)-1] = w
			note = &Problem{fmt.Sprintf("目前没有“%s”的研报，有了就会推送。", w), fmt.Sprintf("There are no reports by %q yet; they will come when there are.", w)}
		}
	case "":
		if name, ok := publisher(folded, known); ok {
			f.Publishers = append(f.Publishers, name)
			return nil, nil
		}
		if name, ok := industry(folded, known); ok {
			f.Industries = append(f.Industries, name)
			return nil, nil
		}
		if slices.Contains(known.Collections, w) {
			f.Collections = append(f.Collections, w)
			return nil, nil
		}
		return f.security(w, known)
	default:
		return f.security(w, known)
	}
	return note, nil
}

// security takes a word for a company.
func (f *Filter) security(w string, known Known) (*Problem, error) {
	code, coded := security.Canonical(w)
	named := w
	if coded {
		named = code
	}
	for _, s := range known.Covered {
		if coded && sameCode(s.Code, code) || sameCode(s.Code, strings.ToUpper(w)) || s.Name != "" && text.Fold(s.Name) == text.Fold(w) {
			f.Securities = append(f.Securities, s)
			return nil, nil
		}
	}
	if known.Lookup != nil {
		if s, ok := known.Lookup(named); ok {
			f.Securities = append(f.Securities, s)
			return nil, nil
		}
	}
	if coded && strings.ContainsAny(w, ".:") { // written in full, nobody means anything else by it
		f.Securities = append(f.Securities, report.Security{Code: code})
		return &Problem{fmt.Sprintf("名单和研报里还没有 %s，有了它的研报就会推送。", code), fmt.Sprintf("No list and no report knows %s yet; its reports will come when there are some.", code)}, nil
	}
	return nil, &Problem{
		fmt.Sprintf("不认识“%s”：不是已知的证券、券商、行业或集合；证券请写完整代码，例如 300750.SZ；还没有研报的行业或券商写成 行业:%s、券商:%s。", w, w, w),
		fmt.Sprintf("%q is no security, broker, industry or collection that is known; write a security's full code, such as 300750.SZ, and an industry or broker without reports yet as industry:%s or broker:%s.", w, w, w),
	}
}

// sameCode compares codes, of which one may lack its exchange.
func sameCode(a, b string) bool {
	na, ma, _ := strings.Cut(a, ".")
	nb, mb, _ := strings.Cut(b, ".")
	return na != "" && na == nb && (ma == mb || ma == "" || mb == "")
}

func publisher(folded string, known Known) (string, bool) {
	for _, p := range known.Publishers {
		if text.Fold(p) == folded || question.ShortPublisher(p) == folded {
			return p, true
		}
	}
	return "", false
}

func industry(folded string, known Known) (string, bool) {
	for _, i := range known.Industries {
		if strings.TrimSuffix(text.Fold(i), "行业") == strings.TrimSuffix(folded, "行业") {
			return i, true
		}
	}
	return "", false
}

// All reports whether the filter admits every report.
func (f Filter) All() bool {
	return len(f.Securities)+len(f.Industries)+len(f.Publishers)+len(f.Collections) == 0
}

// Admits reports whether a report meets the filter.
func (f Filter) Admits(r *report.Report) bool {
	one := func(want []string, got string) bool {
		return len(want) == 0 || slices.ContainsFunc(want, func(w string) bool { return text.Fold(w) == text.Fold(got) })
	}
	short := func(p string) string {
		if s := question.ShortPublisher(p); s != "" {
			return s
		}
		return p
	}
	house := len(f.Publishers) == 0 || slices.ContainsFunc(f.Publishers, func(p string) bool { return text.Fold(short(p)) == text.Fold(short(r.Publisher)) })
	on := len(f.Securities) == 0 || slices.ContainsFunc(f.Securities, func(want report.Security) bool {
		return slices.ContainsFunc(r.Securities, func(s report.Security) bool { return sameSecurity(want, s) })
	})
	return on && house && one(f.Industries, r.Industry) && (len(f.Collections) == 0 || slices.Contains(f.Collections, r.Collection))
}

// sameSecurity compares securities by their codes, by their names where one
// has none.
func sameSecurity(a, b report.Security) bool {
	if a.Code != "" && b.Code != "" {
		return sameCode(a.Code, b.Code)
	}
	return a.Name != "" && text.Fold(a.Name) == text.Fold(b.Name)
}

// shown is the filter as it may be told where no more than this is known: words
// that a report out of sight gave it are left out. What is left is what was
// typed: a code, a house's short name.
func (f Filter) shown(known Known) Filter {
	out := f
	out.Securities, out.Publishers = nil, nil
	for _, s := range f.Securities {
		seen := func(k report.Security) bool { return sameSecurity(k, s) && k.Name == s.Name }
		if at := slices.IndexFunc(known.Covered, seen); at < 0 && s.Name != "" {
			if k, ok := known.Lookup(cmp.Or(s.Code, s.Name)); !ok || !seen(k) {
				s.Name = ""
			}
		}
		if s.Code+s.Name == "" {
			s.Name = "…"
		}
		out.Securities = append(out.Securities, s)
	}
	for _, p := range f.Publishers {
		if !slices.Contains(known.Publishers, p) {
			p = cmp.Or(question.ShortPublisher(p), p)
		}
		out.Publishers = append(out.Publishers, p)
	}
	return out
}

// Say writes the filter for people, "" for one that admits all.
func (f Filter) Say(lang string) string {
	var parts []string
	part := func(zh, en string, all []string) {
		if len(all) > 0 {
			parts = append(parts, say(lang, zh+"："+strings.Join(all, "、"), en+": "+strings.Join(all, ", ")))
		}
	}
	var on []string
	for _, s := range f.Securities {
		on = append(on, called(s))
	}
	part("证券", "securities", on)
	part("行业", "industries", f.Industries)
	part("券商", "brokers", f.Publishers)
	part("集合", "collections", f.Collections)
	return strings.Join(parts, say(lang, "；", "; "))
}

// called is a security for people: 星河智能 999230.SZ.
func called(s report.Security) string { return strings.TrimSpace(s.Name + " " + s.Code) }
