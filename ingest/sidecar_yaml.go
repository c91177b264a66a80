package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
)

// parseSidecar reads the YAML tree itself: the decoder's own errors name Go
// types instead of keys, and numbers would pass for text. Errors are one line
// with the name of the file, the line and the reason.
func parseSidecar(name string, data []byte) (*sidecar, error) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := dec.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, nil // empty
	} else if err != nil {
		return nil, fmt.Errorf("%s: %s", name, printable(strings.TrimPrefix(err.Error(), "yaml: ")))
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: holds more than one YAML document", name)
	}
	top := doc.Content[0]
	if null(top) {
		return nil, nil
	}
	if top.Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: line %d: lines like title: … are needed", name, top.Line)
	}
	s := &sidecar{name: name}
	seen := map[string]bool{}
	for i := 0; i+1 < len(top.Content); i += 2 {
		key, value := top.Content[i], top.Content[i+1]
		set, ok := settable[key.Value]
		switch {
		case !ok:
			return nil, fmt.Errorf("%s: line %d: %s cannot be set here", name, key.Line, printable(strconv.Quote(key.Value)))
		case seen[key.Value]:
			return nil, fmt.Errorf("%s: line %d: %s is set twice", name, key.Line, key.Value)
		case null(value): // as if it were not there
			continue
		}
		seen[key.Value] = true
		c, err := set(value)
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %s: %w", name, value.Line, key.Value, err)
		}
		c.field = key.Value
		s.values = append(s.values, c)
	}
	return s, nil
}

// settable are the keys and how their values are read.
var settable = map[string]func(*yaml.Node) (correction, error){
	"title":         line(1, func(r *report.Report) *string { return &r.Title }),
	"publisher":     line(1, func(r *report.Report) *string { return &r.Publisher }),
	"rating":        line(0, func(r *report.Report) *string { return &r.Rating }),
	"rating_action": line(0, func(r *report.Report) *string { return &r.RatingAction }),
	"industry":      line(0, func(r *report.Report) *string { return &r.Industry }),
	"published":     checked(isDate, "a date like 2026-03-31 is needed", func(r *report.Report) *string { return &r.Published }),
	"currency":      checked(isCurrency, "three letters like CNY are needed", func(r *report.Report) *string { return &r.Currency }),
	"language":      checked(isLanguage, "zh or en is needed", func(r *report.Report) *string { return &r.Language }),
	"target_price":  price,
	"analysts":      analysts,
	"securities":    securities,
	"visible_from":  visibleFrom,
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

var isCurrency = regexp.MustCompile(`^[A-Z]{3}$`).MatchString

func isLanguage(s string) bool { return s == "zh" || s == "en" }

// longest is how many characters a value may have; titles of real reports
// have up to 80.
const longest = 300

// scalar is a value of one line. A number is text as well: titles may be 2026.
func scalar(n *yaml.Node) (string, error) {
	s := strings.TrimSpace(n.Value)
	switch {
	case n.Kind != yaml.ScalarNode:
		return "", errors.New("text is needed")
	case utf8.RuneCountInString(s) > longest:
		return "", fmt.Errorf("has more than %d characters", longest)
	case s != printable(s):
		return "", errors.New("has line breaks or control characters")
	}
	return s, nil
}

// line reads text of at least so many characters; "" says that the report has
// no such value.
func line(least int, at func(*report.Report) *string) func(*yaml.Node) (correction, error) {
	return func(n *yaml.Node) (correction, error) {
		s, err := scalar(n)
		if err == nil && utf8.RuneCountInString(s) < least {
			err = errors.New("text is needed")
		}
		return correction{text: s, set: func(r *report.Report) { *at(r) = s }}, err
	}
}

func checked(good func(string) bool, need string, at func(*report.Report) *string) func(*yaml.Node) (correction, error) {
	return func(n *yaml.Node) (correction, error) {
		s, err := scalar(n)
		if err != nil || !good(s) {
			err = errors.New(need)
		}
		return correction{text: s, set: func(r *report.Report) { *at(r) = s }}, err
	}
}

func price(n *yaml.Node) (correction, error) {
	v, err := strconv.ParseFloat(n.Value, 64)
	number := n.ShortTag() == "!!float" || n.ShortTag() == "!!int"
	if n.Kind != yaml.ScalarNode || !number || err != nil || math.IsNaN(v) || math.IsInf(v, 0) || v <= 0 {
		err = errors.New("a number above 0 is needed")
	}
	return correction{text: n.Value, set: func(r *report.Report) { r.TargetPrice = v }}, err
}

// analysts reads a list of names, or of {name, license}.
func analysts(n *yaml.Node) (correction, error) {
	var list []report.Analyst
	text, err := each(n, "name", "license", func(name, license string) error {
		if name == "" {
			return errors.New("a name is needed")
		}
		list = append(list, report.Analyst{Name: name, License: license})
		return nil
	})
	return correction{text: text, set: func(r *report.Report) { r.Analysts = list }}, err
}

// securities reads a list of codes, or of {code, name}.
func securities(n *yaml.Node) (correction, error) {
	var list []report.Security
	text, err := each(n, "code", "name", func(code, name string) error {
		canonical, ok := security.Canonical(code)
		if !ok {
			return fmt.Errorf("%q is no code like 600519.SH", code)
		}
		list = append(list, report.Security{Code: canonical, Name: name})
		return nil
	})
	return correction{text: text, set: func(r *report.Report) { r.Securities = list }}, err
}

// each reads a list whose elements are single values or mappings with the
// keys first and second; text is what was written, on one line.
func each(n *yaml.Node, first, second string, add func(first, second string) error) (text string, err error) {
	if n.Kind != yaml.SequenceNode {
		return "", errors.New("a list is needed")
	}
	var words []string
	for _, e := range n.Content {
		values := map[string]string{}
		switch e.Kind {
		case yaml.ScalarNode:
			values[first], err = scalar(e)
		case yaml.MappingNode:
			err = pairs(e, values, first, second)
		default:
			err = fmt.Errorf("each is a %s, or has %s and %s", first, first, second)
		}
		if err == nil {
			err = add(values[first], values[second])
		}
		if err != nil {
			return "", err
		}
		words = append(words, strings.TrimSpace(values[first]+" "+values[second]))
	}
	return strings.Join(words, ", "), nil
}

func pairs(n *yaml.Node, values map[string]string, keys ...string) error {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		_, twice := values[key]
		switch {
		case key != keys[0] && key != keys[1]:
			return fmt.Errorf("%s cannot be set here", printable(strconv.Quote(key)))
		case twice:
			return fmt.Errorf("%s is set twice", key)
		case null(n.Content[i+1]):
			continue
		}
		v, err := scalar(n.Content[i+1])
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		values[key] = v
	}
	return nil
}

// null tells whether n is what a key has with nothing after it.
func null(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// printable is s without what would break or rewrite a line of output.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}
