package config

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// loader walks the file and collects what is wrong. It reads the YAML tree
// itself: the decoder's own errors name Go types instead of keys and quote
// values, which may be secrets.
type loader struct {
	rows     []row
	named    map[string]entries // by key: sections whose entries users name
	given    map[string]bool    // keys of single values that the file has
	problems []string
}

// wrong notes a problem at a key, and at a line of the file unless that is 0.
func (l *loader) wrong(line int, key, problem string) {
	at := ""
	if line > 0 {
		at = "line " + strconv.Itoa(line) + ": "
	}
	l.problems = append(l.problems, at+key+": "+problem)
}

func (l *loader) file(b []byte) {
	dec := yaml.NewDecoder(bytes.NewReader(b))
	var doc yaml.Node
	if err := dec.Decode(&doc); err == io.EOF {
		return
	} else if err != nil {
		problem := syntax(err)
		if n := tabbed(b); n > 0 && sounds(problem, "tab character", "cannot start any token") {
			l.wrong(n, "file", "is indented by a tab; YAML wants blanks")
			return
		}
		l.wrong(0, "file", problem)
		return
	}
	if err := dec.Decode(new(yaml.Node)); err != io.EOF {
		l.wrong(0, "file", "must hold one YAML document only")
	}
	if len(doc.Content) == 1 {
		l.section(doc.Content[0], "")
	}
}

// syntax makes the decoder's error one line. Of the file it quotes at most the
// name of an anchor, which is left out: a key pasted after a * would be one.
func syntax(err error) string {
	s, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "yaml: "), " '")
	return clean(strings.Join(strings.Fields(s), " "))
}

// tabbed is the number of the first line with a tab before its text, 0 without
// one: of a tab the decoder says in few cases that it is one, and where.
func tabbed(b []byte) int {
	n := 0
	for line := range bytes.Lines(b) {
		n++
		if indent := len(line) - len(bytes.TrimLeft(line, " \t")); bytes.ContainsRune(line[:indent], '\t') {
			return n
		}
	}
	return 0
}

// section reads a mapping whose keys continue prefix.
func (l *loader) section(n *yaml.Node, prefix string) {
	if empty(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		l.wrong(n.Line, or(strings.TrimSuffix(prefix, "."), "file"), "must hold settings, each as name: value")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		key := prefix + clean(k.Value)
		switch {
		case k.Kind != yaml.ScalarNode || k.Value == "" || strings.Contains(k.Value, "."):
			l.wrong(k.Line, or(key, "file"), "a setting's name is one word; sections are nested")
		case seen[key]:
			l.wrong(k.Line, key, "is set twice")
		default:
			l.setting(k, v, key)
		}
		seen[key] = true
	}
}

// setting reads one key of a mapping.
func (l *loader) setting(k, v *yaml.Node, key string) {
	i := slices.IndexFunc(l.rows, func(r row) bool { return r.Key == key })
	inside := func(r row) bool { return strings.HasPrefix(r.Key, key+".") }
	in, _, _ := strings.Cut(key, ".")
	switch {
	case i >= 0 && empty(v): // as if it were not there
	case i >= 0 && l.rows[i].list != nil && v.Kind == yaml.SequenceNode:
		l.list(v, key, l.rows[i].list)
	case i >= 0 && l.rows[i].list != nil && v.Kind != yaml.ScalarNode:
		l.wrong(v.Line, key, "must be a list of single values")
	case i >= 0 && v.Kind != yaml.ScalarNode:
		l.wrong(v.Line, key, "must be a single value")
	case i >= 0:
		l.given[key] = true
		if err := l.rows[i].set(v.Value); err != nil {
			l.wrong(v.Line, key, err.Error())
		}
	case l.named[key] != nil, slices.ContainsFunc(l.rows, inside):
		l.section(v, key+".")
	case l.named[in] != nil && key == in+"."+clean(k.Value):
		l.entry(k, v, key, l.named[in])
	default:
		l.unknown(k, v, key)
	}
}

// list reads all values of a list, so that all that is wrong with it is told.
func (l *loader) list(n *yaml.Node, key string, to *values) {
	to.clear()
	for _, v := range n.Content {
		if v.Kind != yaml.ScalarNode || empty(v) {
			l.wrong(v.Line, key, "must be a list of single values")
			continue
		}
		if err := to.add(v.Value); err != nil {
			l.wrong(v.Line, key, err.Error())
		}
	}
	if len(n.Content) < to.least {
		l.wrong(n.Line, key, "an empty list would mean nobody; leave the setting out for everybody")
	}
}

// entry reads a section that the user named.
func (l *loader) entry(k, v *yaml.Node, key string, rows entries) {
	all, err := rows(k.Value)
	if err != nil {
		l.wrong(k.Line, key, err.Error())
		return
	}
	l.rows = append(l.rows, all...)
	l.section(v, key+".")
}

// unknown refuses a key that is no setting. If it sounds like a secret, and
// also for those inside it, the error says where secrets belong.
func (l *loader) unknown(k, v *yaml.Node, key string) {
	if sounds(k.Value, "key", "token", "secret", "password") {
		l.wrong(k.Line, key, "secrets do not belong in a file; set "+variable(key)+" in the environment")
		return
	}
	l.wrong(k.Line, key, "is no setting")
	if v.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(v.Content); i += 2 {
			l.unknown(v.Content[i], v.Content[i+1], key+"."+clean(v.Content[i].Value))
		}
	}
}

// variable guesses where the secret that a key sounds like belongs.
func variable(key string) string {
	switch {
	case sounds(key, "embed"):
		return "OPENAI_EMBED_API_KEY"
	case !sounds(key, "slack"):
		return "OPENAI_API_KEY"
	case sounds(key, "sign", "secret"):
		return "SLACK_SIGNING_SECRET"
	case sounds(key, "app"):
		return "SLACK_APP_TOKEN"
	}
	return "SLACK_BOT_TOKEN"
}

// empty tells whether n is null, as a key with nothing after it is.
func empty(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

func sounds(key string, like ...string) bool {
	key = strings.ToLower(key)
	return slices.ContainsFunc(like, func(s string) bool { return strings.Contains(key, s) })
}

// clean makes text from the file fit for one line.
func clean(text string) string {
	if r := []rune(text); len(r) > 80 {
		text = string(r[:80]) + "…"
	}
	q := strconv.QuoteToGraphic(text)
	return q[1 : len(q)-1]
}

func or(v, def string) string {
	if v == "" {
		return def
	}
	return v
}
