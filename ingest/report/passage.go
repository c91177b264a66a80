package report

import "strings"

// Passage is the unit of retrieval: a piece of one section, small enough to
// read at a glance, that never crosses into the next section.
type Passage struct {
	ID       string // stable: same report text, same ID
	ReportID string
	Number   string   // of the section
	Path     []string // section titles from the top down, own title last
	Kind     Kind
	PageFrom int        // physical, 0 when unknown
	PageTo   int        // physical, 0 when unknown
	Text     string     // as printed
	Turns    []PageTurn // where Text goes on to later pages, ascending
	Boxes    []Box      // where Text stands on its pages, in its order; nil without pages
}

// SectionTitle is the title of the section the passage stands in.
func (p *Passage) SectionTitle() string {
	if len(p.Path) == 0 {
		return ""
	}
	return p.Path[len(p.Path)-1]
}

// Header is what a reader needs to place the passage: its section path. The
// report's own title is added by whoever holds the report.
func (p *Passage) Header() string {
	return strings.TrimSpace(p.Number + " " + strings.Join(p.Path, " > "))
}

// PageAt returns the physical page on which byte offset of Text stands.
func (p *Passage) PageAt(offset int) int {
	page := p.PageFrom
	for _, t := range p.Turns {
		if t.Offset > offset {
			break
		}
		page = t.Page
	}
	return page
}

// Citation points at the words that support a claim. Quote is verbatim from
// the passage's text, or from the report's front where it is cited for what it
// is and not for what it says.
type Citation struct {
	N             int    // the number in [n], from 1
	PassageID     string // "" for words of the front that no passage holds
	Report        Header
	SectionNumber string
	SectionTitle  string
	Page          int    // physical, 0 when unknown
	PageLabel     string // the number printed on the page where it differs, else ""
	Quote         string // verbatim
	Cut           bool   // the quote goes on in the report: see Licence
}

// Header is what of a report stands in a citation or a list.
type Header struct {
	ID        string `json:"report_id"`
	Title     string `json:"title"`
	Publisher string `json:"publisher"`
	Published string `json:"published"` // YYYY-MM-DD
}

// Header returns the report's line for citations and lists.
func (r *Report) Header() Header {
	return Header{ID: r.ID, Title: r.Title, Publisher: r.Publisher, Published: r.Published}
}
