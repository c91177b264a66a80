package parse

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var tableMarkup = regexp.MustCompile(`(?is)<table\b.*?</table>`)

// htmlTables writes the HTML tables that converters leave in Markdown as
// rows of cells separated by tabs, one a line; hidden is what they hide.
func htmlTables(s string) (rest, hidden string) {
	if !strings.Contains(s, "<") {
		return s, ""
	}
	w := newWebPage()
	rest = tableMarkup.ReplaceAllStringFunc(s, func(markup string) string {
		body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
		nodes, err := html.ParseFragment(strings.NewReader(markup), body)
		if err != nil {
			return markup
		}
		var rows []string
		for _, n := range nodes {
			rows = append(rows, w.rows(n, place{})...)
		}
		return "\n" + strings.Join(rows, "\n") + "\n"
	})
	var unseen strings.Builder
	for i := range w.out {
		unseen.WriteString(w.out[i].text)
	}
	return rest, unseen.String()
}

// isGrid reports whether a table element is a table to its reader: more than
// one column, and no table or heading inside, as pages laid out by tables have.
func isGrid(table *html.Node) bool {
	columns, frame := 0, false
	var look func(n *html.Node, top bool)
	look = func(n *html.Node, top bool) {
		switch {
		case n.DataAtom == atom.Table && !top, headingTag.MatchString(n.Data):
			frame = true
		case n.DataAtom == atom.Tr:
			cells := 0
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
					cells++
				}
			}
			columns = max(columns, cells)
		}
		for c := n.FirstChild; c != nil && !frame; c = c.NextSibling {
			look(c, false)
		}
	}
	look(table, true)
	return columns > 1 && !frame
}

// rows reads a table. A cell that spans columns or rows is followed by empty
// ones, so that values stay under their headers. The caption is a row of one
// cell. What cells hide is counted and not theirs.
func (w *webPage) rows(table *html.Node, at place) []string {
	var rows []string
	spans := map[int]int{} // column -> rows that a cell above still covers
	var walk func(n *html.Node, at place)
	walk = func(n *html.Node, at place) {
		at = w.inside(n, at)
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch c.DataAtom {
			case atom.Caption:
				rows = append(rows, w.cell(c, at))
			case atom.Tr:
				if row := w.row(c, at, spans); row != "" {
					rows = append(rows, row)
				}
			default:
				walk(c, at)
			}
		}
	}
	walk(table, at)
	return rows
}

// columnsMost bounds what spans may fill in: cells that span 50 columns and 50
// rows would make 80 bytes of text of each byte.
const columnsMost = 100

func (w *webPage) row(tr *html.Node, at place, spans map[int]int) string {
	at = w.inside(tr, at)
	var cells []string
	covered := func() {
		for spans[len(cells)] > 0 && len(cells) < columnsMost {
			spans[len(cells)]--
			cells = append(cells, "")
		}
	}
	for c := tr.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
			continue
		}
		covered()
		from := len(cells)
		cells = append(cells, w.cell(c, at))
		for range min(attr(c, "colspan"), columnsMost-from) - 1 {
			cells = append(cells, "")
		}
		if down := attr(c, "rowspan") - 1; down > 0 {
			for k := from; k < len(cells); k++ {
				spans[k] = down
			}
		}
	}
	covered()
	if strings.Join(cells, "") == "" {
		return ""
	}
	return strings.Join(cells, "\t")
}

// cell is the text of a cell in one line.
func (w *webPage) cell(n *html.Node, at place) string {
	var b strings.Builder
	var walk func(n *html.Node, at place)
	walk = func(n *html.Node, at place) {
		if n.Type == html.TextNode {
			if at.hidden() {
				w.count(strings.Join(strings.Fields(n.Data), " "))
			} else {
				b.WriteString(n.Data)
			}
			return
		}
		if n.DataAtom == atom.Br || blocks(n.DataAtom) {
			b.WriteByte(' ')
		}
		at = w.inside(n, at)
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if !skipped(c.DataAtom) {
				walk(c, at)
			}
		}
	}
	walk(n, at)
	return strings.Join(strings.Fields(b.String()), " ")
}
