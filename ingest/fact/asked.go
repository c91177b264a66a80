package fact

import (
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

var latinWords = regexp.MustCompile(`[a-z0-9]+(?:[/&-][a-z]+)*`)

// longestName is how many words the longest name in letters has.
const longestName = 5

// Name is a metric with the folded words that name it.
type Name struct {
	Metric report.Metric
	Words  string
}

// Asked returns the metrics that a question names by any of their spellings,
// in its order and each once. A growth that it names with its metric (净利润
// 增速) is the growth's metric, where there is one. What is adjusted (扣非,
// 经调整, non-GAAP) is a figure of its own and not named.
func Asked(question string) []report.Metric {
	if adjusted.MatchString(text.Fold(question)) {
		return nil
	}
	out := []report.Metric{}
	for _, n := range Names(question) {
		out = append(out, n.Metric)
	}
	return out
}

// Base is the metric whose growth m is, or m itself.
func Base(m report.Metric) report.Metric {
	for base, growth := range growthOf {
		if growth == m {
			return base
		}
	}
	return m
}

// Names returns the metrics that a text names, in its order and each once.
func Names(s string) []Name {
	s = text.Fold(s)
	at := map[report.Metric]int{}
	words := map[report.Metric]string{}
	note := func(m report.Metric, from, to int) {
		if g, ok := growthOf[m]; ok && startsWithAny(strings.TrimLeft(s[to:], " 的"), growthTails) {
			m = g
		}
		if _, ok := at[m]; !ok {
			at[m], words[m] = from, s[from:to]
		}
	}
	named := s
	for _, name := range hanNames {
		for from := 0; ; {
			i := strings.Index(named[from:], name)
			if i < 0 {
				break
			}
			i += from
			note(spellings[name], i, i+len(name))
			named = named[:i] + strings.Repeat(" ", len(name)) + named[i+len(name):] // no shorter name inside it
			from = i + len(name)
		}
	}
	latin := latinWords.FindAllStringIndex(s, -1)
	for i := 0; i < len(latin); i++ {
		for n := min(longestName, len(latin)-i); n > 0; n-- {
			from, to := latin[i][0], latin[i+n-1][1]
			if m, ok := spellings[bare(s[from:to])]; ok && !strings.ContainsAny(s[from:to], ",;.") {
				note(m, from, to)
				i += n - 1
				break
			}
		}
	}
	var out []Name
	for m := range at {
		out = append(out, Name{m, words[m]})
	}
	sort.Slice(out, func(i, j int) bool { return at[out[i].Metric] < at[out[j].Metric] })
	return out
}

// hanNames are the spellings in Chinese, longer ones first.
var hanNames = func() []string {
	var out []string
	for name := range spellings {
		if r, _ := utf8.DecodeRuneInString(name); text.IsHan(r) {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return out
}()

func startsWithAny(s string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}
