// Package report holds the words every other package speaks: what a research
// report is, what it is cut into and how a piece of it is cited. It has no
// behaviour beyond its own data and knows no file format, store or model.
//
// Chinese terms of the trade get one English name here:
//
//	研报 report · 券商 publisher · 分析师 analyst · 评级 rating · 评级变动 rating action
//	目标价 target price · 投资要点 key points · 风险提示 risk notice · 图表 figure, table
//	证券 security · 代码 code · 目录 contents · 免责声明 disclaimer · 执业证书编号 license
package report

import (
	"strconv"
	"time"
)

// Report is one research report as read from one or more files.
// Zero values mean "not printed in the report".
type Report struct {
	ID           string     // stable: same text and collection, same ID
	Title        string     //
	Publisher    string     // broker or issuing body, e.g. 青岚证券
	Published    string     // YYYY-MM-DD
	Analysts     []Analyst  //
	Rating       string     // as printed: 买入, 推荐, Overweight
	RatingAction string     // as printed: 维持, 首次, 上调, 下调, Upgrade
	TargetPrice  float64    // in Currency per share
	Price        float64    // the market price printed beside the rating, in the currency of its market
	Currency     string     // ISO 4217, e.g. CNY, HKD
	Industry     string     //
	Securities   []Security // the covered securities, subject first
	Mentions     []Security // other securities that the text names with their codes
	Language     string     // zh or en
	Sources      []string   // paths of the files that hold this report
	Collection   string     // who may see it; see retrieval.Scope
	Pages        int        // physical pages; 0 when the format has none
	Labels       []string   // the page number printed on each physical page, "" where none is; nil without pages
	Related      []Related  // earlier reports that the front lists
	Sections     []Section  // in reading order
	Parse        Loss       // what reading kept and dropped
	Read         []Reading  // where each of the values above was read
	VisibleFrom  time.Time  `json:",omitzero"` // until then nobody is told that it is there; zero: always
	Generation   int64      `json:"-"`         // of the store's change that last touched it; 0 outside of a store
}

// Analyst is a named author with the licence number printed beside the name.
type Analyst struct {
	Name    string `json:"name"`
	License string `json:"license"`
}

// Security is a listed security in canonical form, e.g. 002230.SZ 科大讯飞.
type Security struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Related is a report of the same house that the front of another one lists.
type Related struct {
	Title     string `json:"title"`
	Published string `json:"published"` // YYYY-MM-DD, "" where none is printed
}

// Label is the number printed on a physical page, "" when none is known.
func (r *Report) Label(page int) string {
	if page < 1 || page > len(r.Labels) {
		return ""
	}
	return r.Labels[page-1]
}

// OtherLabel is Label where it differs from the page's physical number.
func (r *Report) OtherLabel(page int) string {
	if l := r.Label(page); l != strconv.Itoa(page) {
		return l
	}
	return ""
}

// Reading says where a metadata value stands: the field's name, the physical
// page (0 when unknown) and the words it was read from.
type Reading struct {
	Field string
	Page  int
	Text  string
}

// Role tells evidence from everything else that fills a report's pages.
type Role string

// The roles of a section. Only Body is evidence; the others are kept for
// display and never indexed.
const (
	Body       Role = ""
	Contents   Role = "contents"   // table of contents, lists of figures and tables
	Front      Role = "front"      // title block: metadata lines of page 1
	Disclaimer Role = "disclaimer" // disclaimers, rating definitions, analyst statements, addresses
	Advert     Role = "advert"     // what a redistributor put in
)

// Section is a headed part of a report. Text before the first heading is a
// section without number whose title names it (e.g. 投资要点) or is empty.
type Section struct {
	Number string // as printed without trailing punctuation: 2.1, 一, （一）
	Title  string
	Level  int // 1 is the top
	Page   int // physical page of the heading, 0 when unknown
	Role   Role
	Blocks []Block
}

// Kind is the shape of a block or passage.
type Kind string

// The kinds of a block.
const (
	Prose   Kind = "prose"
	List    Kind = "list"
	Table   Kind = "table"   // one line per row, cells separated by tabs, header first
	Caption Kind = "caption" // of a figure or table, with its source line
	Risk    Kind = "risk"    // a risk notice
)

// Block is a run of text of one kind. Text is as printed, with line breaks of
// the layout removed; rows and list items keep theirs.
type Block struct {
	Kind  Kind
	Text  string
	Page  int        // physical page where the block begins, 0 when unknown
	Turns []PageTurn // where the text goes on to later pages
	Boxes []Box      // where the text stands, in its order; nil without pages
}

// PageTurn says that from byte Offset of a text the words stand on Page.
type PageTurn struct {
	Offset int `json:"offset"`
	Page   int `json:"page"`
}

// Loss accounts for what a report holds: what came in, what was kept as
// evidence and why the rest was not. Characters are those that leave ink;
// numbers are runs of digits; cells are those of table rows that hold text.
type Loss struct {
	CharsIn      int            `json:"chars_in"`
	CharsKept    int            `json:"chars_kept"`
	NumbersIn    int            `json:"numbers_in"`
	NumbersKept  int            `json:"numbers_kept"`
	CellsIn      int            `json:"cells_in"`
	CellsKept    int            `json:"cells_kept"`
	Dropped      map[string]int `json:"dropped"` // reason -> characters
	LowTextPages []int          `json:"low_text_pages"`
}
