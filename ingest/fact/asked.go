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

// Asked returns the metrics that a question names by any of their spellings,
// in its order and each once. A growth that it names with its metric (净利润
// 增速) is the growth's metric, where there is one. What is adjusted (扣非,
// 经调整, non-GAAP) is a figure of its own and not named.
func Asked(question string) []report.Metric {
	s := text.Fold(question)
	if adjusted.MatchString(s) {
		return nil
	}
	at := map[report.Metric]int{}
	note := func(m report.Metric, from, to int) {
		if g, ok := growthOf[m]; ok && startsWithAny(strings.TrimLeft(s[to:], " 的"), growthTails) {
			m = g
		}
		if _, ok := at[m]; !ok {
			at[m] = from
		}
	}
	for _, name := range hanNames {
		for from := 0; ; {
			i := strings.Index(s[from:], name)
			if i < 0 {
				break
			}
			i += from
			note(spellings[name], i, i+len(name))
			s = s[:i] + strings.Repeat(" ", len(name)) + s[i+len(name):] // no shorter name inside it
			from = i + len(name)
		}
	}
	words := latinWords.FindAllStringIndex(s, -1)
	for i := 0; i < len(words); i++ {
		for n := min(longestName, len(words)-i); n > 0; n-- {
			from, to := words[i][0], words[i+n-1][1]
			if m, ok := spellings[bare(s[from:to])]; ok && !strings.ContainsAny(s[from:to], ",;.") {
				note(m, from, to)
				i += n - 1
				break
			}
		}
	}
	out := make([]report.Metric, 0, len(at))
	for m := range at {
		out = append(out, m)
	}
	sort.Slice(out, func(i, j int) bool { return at[out[i]] < at[out[j]] })
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
