package parse

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var (
	colorStyle  = regexp.MustCompile(`(?i)(?:^|[;\s])color\s*:\s*([^;!]+)`)
	groundStyle = regexp.MustCompile(`(?i)(?:^|[;\s])background(?:-color|-image)?\s*:\s*([^;!]+)`)
	inherited   = regexp.MustCompile(`(?i)^(none|transparent|inherit|initial|unset|currentcolor|)$`)

	styleComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	styleRule    = regexp.MustCompile(`([^{}]*)\{([^{}]*)\}`)
	simple       = regexp.MustCompile(`^([a-z][a-z0-9]*)?([.#][A-Za-z_][\w-]*)?$`)
)

// styleSheet is what a page's own styles say of elements, classes and ids, by
// selector: p, .note, p.note, #note. Others are not followed.
type styleSheet struct {
	rules map[string][]string
	lost  bool // a selector that is not followed sets a ground, on which white may be read
}

// read notes the rules of one style element. Those of @media and its like hold
// for print or for small screens, not for who reads the page.
func (t *styleSheet) read(css string) {
	css = styleComment.ReplaceAllString(css, "")
	for _, m := range styleRule.FindAllStringSubmatch(topRules(css), -1) {
		for selector := range strings.SplitSeq(m[1], ",") {
			if selector = strings.TrimSpace(selector); simple.MatchString(selector) {
				t.rules[selector] = append(t.rules[selector], m[2])
			} else if groundStyle.MatchString(m[2]) {
				t.lost = true
			}
		}
	}
}

// topRules is a style sheet without its rules that begin with @.
func topRules(css string) string {
	var out strings.Builder
	for {
		from := strings.IndexByte(css, '@')
		if from < 0 {
			return out.String() + css
		}
		out.WriteString(css[:from])
		end, depth := from, 0
		for ; end < len(css); end++ {
			if c := css[end]; c == '{' {
				depth++
			} else if c == '}' {
				depth--
			}
			if depth == 0 && (css[end] == ';' || css[end] == '}') {
				end++
				break
			}
		}
		css = css[end:]
	}
}

// of returns the declarations that hold for an element, those of the sheet and
// its own.
func (t *styleSheet) of(n *html.Node) (out []string, own string) {
	classes, id := []string(nil), ""
	for _, a := range n.Attr {
		switch a.Key {
		case "class":
			classes = strings.Fields(a.Val)
		case "id":
			id = a.Val
		case "style":
			own = a.Val
		}
	}
	out = t.rules[n.Data]
	out = out[:len(out):len(out)]
	for _, c := range classes {
		out = append(append(out, t.rules["."+c]...), t.rules[n.Data+"."+c]...)
	}
	if id != "" {
		out = append(append(out, t.rules["#"+id]...), t.rules[n.Data+"#"+id]...)
	}
	return out, own
}

// place is what the elements around a text say of it.
type place struct {
	mark   int  // level of a heading, 0 for none
	item   bool // of a list
	pre    bool // line breaks count
	unseen bool // set so that nobody sees it
	white  bool // printed in white
	ground bool // on a ground that is not
}

func (at place) hidden() bool { return at.unseen || at.white && !at.ground }

// inside is the place of what an element holds.
func (t *styleSheet) inside(n *html.Node, at place) place {
	switch {
	case headingTag.MatchString(n.Data):
		at.mark = int(n.Data[1] - '0')
	case n.DataAtom == atom.Li:
		at.item = true
	case n.DataAtom == atom.Pre:
		at.pre = true
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			at.unseen = true
		case "aria-hidden":
			at.unseen = at.unseen || a.Val == "true"
		case "bgcolor":
			at = at.declare("background:" + a.Val)
		case "color":
			at = at.declare("color:" + a.Val)
		}
	}
	was := at.white
	rules, own := t.of(n)
	for _, s := range rules {
		at = at.declare(s)
	}
	if t.lost {
		at.white = at.white && was
	}
	return at.declare(own)
}

// declare is the place under further declarations.
func (at place) declare(s string) place {
	at.unseen = at.unseen || conceals(s)
	if m := colorStyle.FindStringSubmatch(s); m != nil {
		if v := strings.TrimSpace(m[1]); !inherited.MatchString(v) {
			at.white = isPale(v)
		}
	}
	for _, m := range groundStyle.FindAllStringSubmatch(s, -1) {
		if v := strings.TrimSpace(m[1]); !inherited.MatchString(v) {
			at.ground = !isPale(v)
		}
	}
	return at
}
