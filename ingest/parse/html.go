package parse

import (
	"regexp"
	"strconv"
	"strings"

	"reportbot/ingest/text"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	htmlStart  = regexp.MustCompile(`(?is)^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b`)
	headingTag = regexp.MustCompile(`^h[1-6]$`)
)

// isHTML tells web pages by how they begin; a name alone counts when the
// content begins with a tag.
func isHTML(name, s string) bool {
	head := strings.TrimLeft(s[:min(len(s), 4096)], "\ufeff \t\n")
	lower := strings.ToLower(name)
	return htmlStart.MatchString(head) ||
		strings.HasPrefix(head, "<") && (strings.HasSuffix(lower, ".html") || strings.HasSuffix(lower, ".htm"))
}

// htmlParagraphs reads a web page: headings, paragraphs, items of lists and
// rows of tables as they would be printed. Scripts, styles and what stands
// around an article are left out; text that the page hides is kept apart and
// counted.
func htmlParagraphs(s string) ([]para, error) {
	doc, err := html.ParseWithOptions(strings.NewReader(s), html.ParseOptionEnableScripting(false))
	if err != nil {
		return nil, err
	}
	w := newWebPage()
	w.styles(doc)
	w.walk(doc, place{})
	w.flush(place{})
	return w.out, nil
}

// webPage collects the paragraphs of a page.
type webPage struct {
	styleSheet
	out  []para
	text strings.Builder // of the paragraph being read
}

func newWebPage() *webPage { return &webPage{styleSheet: styleSheet{rules: map[string][]string{}}} }

// styles notes what the page's own styles say.
func (w *webPage) styles(n *html.Node) {
	if n.DataAtom == atom.Style && n.FirstChild != nil {
		w.read(n.FirstChild.Data)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.styles(c)
	}
}

func (w *webPage) walk(n *html.Node, at place) {
	switch n.Type {
	case html.TextNode:
		w.say(n.Data, at)
		return
	case html.ElementNode:
		if skipped(n.DataAtom) {
			return
		}
	case html.CommentNode, html.DoctypeNode:
		return
	}
	block := blocks(n.DataAtom)
	if block {
		w.flush(at)
	}
	at = w.inside(n, at)
	switch {
	case n.DataAtom == atom.Br:
		w.flush(at)
	case n.DataAtom == atom.Table && isGrid(n):
		w.table(n, at)
	default:
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			w.walk(c, at)
		}
	}
	if block {
		w.flush(at)
	}
}

// say adds words to the paragraph; hidden ones become one of their own.
func (w *webPage) say(s string, at place) {
	if at.hidden() {
		w.count(strings.Join(strings.Fields(s), " "))
		return
	}
	if !at.pre {
		w.text.WriteString(strings.ReplaceAll(s, "\n", " "))
		return
	}
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			w.flush(at)
		}
		w.text.WriteString(line)
	}
}

// flush ends the paragraph.
func (w *webPage) flush(at place) {
	s, hidden := text.Cleaned(w.text.String())
	w.text.Reset()
	w.count(hidden)
	s = strings.TrimSpace(longBlanks.ReplaceAllString(strings.ReplaceAll(s, "\t", " "), " "))
	if s == "" {
		return
	}
	w.out = append(w.out, para{text: unradical(s), mark: at.mark, gap: !at.item})
}

// count notes words and characters that nobody sees.
func (w *webPage) count(hidden string) {
	if hidden != "" {
		w.out = append(w.out, para{text: hidden, drop: dropHidden})
	}
}

// table adds the rows of a table that is one, not a frame of the layout.
func (w *webPage) table(n *html.Node, at place) {
	for _, row := range w.rows(n, at) {
		s, hidden := text.Cleaned(row)
		w.count(hidden)
		if strings.TrimSpace(s) == "" {
			continue
		}
		p := para{text: unradical(s), row: strings.Contains(s, "\t")}
		p.gap = !p.row
		w.out = append(w.out, p)
	}
}

// skipped names the elements whose text is no part of what a reader reads.
func skipped(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Head, atom.Nav, atom.Form, atom.Button, atom.Select, atom.Iframe,
		atom.Object, atom.Svg, atom.Canvas, atom.Audio, atom.Video, atom.Map, atom.Dialog, atom.Textarea:
		return true
	}
	return false
}

// blocks names the elements that begin and end a paragraph.
func blocks(a atom.Atom) bool {
	switch a {
	case atom.P, atom.Div, atom.Li, atom.Ul, atom.Ol, atom.Dl, atom.Dt, atom.Dd, atom.Table, atom.Tr, atom.Td, atom.Th, atom.Section, atom.Article,
		atom.Header, atom.Footer, atom.Main, atom.Aside, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Pre,
		atom.Figure, atom.Figcaption, atom.Caption, atom.Hr, atom.Body, atom.Address, atom.Details, atom.Summary, atom.Center, atom.Fieldset:
		return true
	}
	return false
}

// attr is a whole number from 1 to 50 of an attribute, 1 otherwise: bounded
// against nonsense.
func attr(n *html.Node, key string) int {
	for _, a := range n.Attr {
		if v, err := strconv.Atoi(strings.TrimSpace(a.Val)); a.Key == key && err == nil && v > 0 && v <= 50 {
			return v
		}
	}
	return 1
}
