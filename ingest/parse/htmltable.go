package parse

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

var tableMarkup = regexp.MustCompile(`(?is)<table\b.*?</table>`)

// htmlTables writes the HTML tables that converters leave in Markdown as
// rows of cells separated by tabs, one a line.
func htmlTables(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	return tableMarkup.ReplaceAllStringFunc(s, func(markup string) string {
		return "\n" + tableRows(markup) + "\n"
	})
}

// tableRows reads one table. A cell that spans columns is followed by empty
// ones, so that values stay under their headers.
func tableRows(markup string) string {
	z := html.NewTokenizer(strings.NewReader(markup))
	var rows []string
	var cells []string
	var cell strings.Builder
	span := 1
	inCell := false
	endCell := func() {
		if inCell {
			cells = append(cells, strings.Join(strings.Fields(cell.String()), " "))
			for ; span > 1; span-- {
				cells = append(cells, "")
			}
		}
		inCell = false
		cell.Reset()
	}
	endRow := func() {
		endCell()
		if len(cells) > 0 {
			rows = append(rows, strings.Join(cells, "\t"))
		}
		cells = nil
	}
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			endRow()
			return strings.Join(rows, "\n")
		}
		t := z.Token()
		switch {
		case kind == html.TextToken && inCell:
			cell.WriteString(t.Data)
		case t.Data == "br" && inCell:
			cell.WriteByte(' ')
		case t.Data == "tr":
			endRow()
		case (t.Data == "td" || t.Data == "th") && kind == html.StartTagToken:
			endCell()
			inCell, span = true, colspan(t)
		case t.Data == "td" || t.Data == "th":
			endCell()
		}
	}
}

// colspan is the number of columns a cell spans, bounded against nonsense.
func colspan(t html.Token) int {
	for _, a := range t.Attr {
		if n, err := strconv.Atoi(a.Val); a.Key == "colspan" && err == nil && n > 0 && n < 50 {
			return n
		}
	}
	return 1
}
