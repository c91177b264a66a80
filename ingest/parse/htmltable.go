package parse

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var tableMarkup = regexp.MustCompile(`(?is)<table\b.*?</table>`)

// htmlTables writes the HTML tables that converters leave in Markdown as
// rows of cells separated by tabs, one a line.
func htmlTables(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	return tableMarkup.ReplaceAllStringFunc(s, func(markup string) string {
		body := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
		nodes, err := html.ParseFragment(strings.NewReader(markup), body)
		if err != nil {
			return markup
		}
		var rows []string
		for _, n := range nodes {
			rows = append(rows, gridRows(n)...)
		}
		return "\n" + strings.Join(rows, "\n") + "\n"
	})
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

// gridRows reads a table. A cell that spans columns or rows is followed by
// empty ones, so that values stay under their headers. The caption is a row
// of one cell.
func gridRows(table *html.Node) []string {
	var rows []string
	spans := map[int]int{} // column -> rows that a cell above still covers
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch c.DataAtom {
			case atom.Caption:
				rows = append(rows, cellText(c))
			case atom.Tr:
				if row := gridRow(c, spans); row != "" {
					rows = append(rows, row)
				}
			default:
				walk(c)
			}
		}
	}
	walk(table)
	return rows
}

// columnsMost bounds what spans may fill in: cells that span 50 columns and 50
// rows would make 80 bytes of text of each byte.
const columnsMost = 100

func gridRow(tr *html.Node, spans map[int]int) string {
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
		at := len(cells)
		cells = append(cells, cellText(c))
		for range min(attr(c, "colspan"), columnsMost-at) - 1 {
			cells = append(cells, "")
		}
		if down := attr(c, "rowspan") - 1; down > 0 {
			for k := at; k < len(cells); k++ {
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

// cellText is the text of a cell in one line.
func cellText(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if n.DataAtom == atom.Br || blocks(n.DataAtom) {
			b.WriteByte(' ')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if !skipped(c.DataAtom) {
				walk(c)
			}
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}
