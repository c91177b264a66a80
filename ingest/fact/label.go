package fact

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
)

// label is what the name of a row or column says.
type label struct {
	printed  string
	base     string        // the name alone, for telling rows apart
	metric   report.Metric // "" when it names none of ours
	growth   bool          // growth of the row above: YOY(%)
	quarter  bool          // growth against the quarter before, which is not read
	plain    bool          // profit with the share of minorities, or its growth
	ours     bool          // a bracket says that it is the shareholders' share: 净利润（归母）
	rival    string        // previous, consensus or changed where the name says so
	unit     string
	currency string
}

var (
	bracketed = regexp.MustCompile(`[(\[【]([^()\[\]【】]*)[)\]】]`)
	numbered  = regexp.MustCompile(`^(?:[一二三四五六七八九十]{1,2}、|\(?\d{1,2}[)、]|[•·●■▪◆*]\s?)`)
	dated     = regexp.MustCompile(`^(?:20\d\d)?[年/.-]?\d{1,2}[月/.-]\d{1,2}日?$|^[a-z]{3,9} \d{1,2}, ?\d{4}$|^(?:as of )?\d{1,2}[ -][a-z]{3,9},?[ -]\d{2,4}$`)
	// 2025年5月16日收盘价, Price at 16 May 2025
	datedPrice = regexp.MustCompile(`^\s*(?:20\d\d年)?\d{1,2}月\d{1,2}日|\s(?:at|as of|on)\s+\d{1,2}[ -][a-z]{3,9}[ -]\d{2,4}\s*$`)
	counter    = regexp.MustCompile(`^\d{0,2}$`)
)

// longestLabel is the length in characters beyond which a cell is no name.
const longestLabel = 60

// readLabel reads the name of a row or column. A bracket that is neither a
// unit nor a known qualifier makes it the name of something else: EPS (core).
func readLabel(cell string) label {
	l := label{printed: cell}
	if cell == "" || utf8.RuneCountInString(cell) > longestLabel {
		return l
	}
	s := numbered.ReplaceAllString(text.Fold(cell), "")
	known := true
	s = bracketed.ReplaceAllStringFunc(s, func(group string) string {
		known = l.bracket(bracketed.FindStringSubmatch(group)[1]) && known
		return " "
	})
	if strings.Contains(s, "%") {
		l.unit = "%"
	}
	l.base = bare(s)
	if !known {
		return l
	}
	if l.base == "" && l.growth || growths[l.base] {
		l.growth = true
		return l
	}
	if qoqs[l.base] {
		l.quarter = true
		return l
	}
	l.name(s)
	return l
}

// bracket reads what stands between brackets and reports whether it is known.
func (l *label) bracket(s string) bool {
	if l.piece(s) {
		return true
	}
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",、;，& /", r) }) {
		if !l.piece(part) {
			return false
		}
	}
	return true
}

func (l *label) piece(s string) bool {
	s = strings.TrimSpace(s)
	base := bare(s)
	if unit, currency, ok := text.ParseUnit(s); ok {
		if unit != "" {
			l.unit = unit
		}
		if currency != "" {
			l.currency = currency
		}
		return true
	}
	switch rival, isVersion := versionOf(s); {
	case attributable[base]:
		l.ours = true
	case counter.MatchString(s), qualifiers[base], dated.MatchString(s):
	case growths[base] || growths[s]:
		l.growth = true
	case isVersion:
		l.rival = rival
	default:
		return false
	}
	return true
}

// growing takes what makes a name that of a growth off its end.
func growing(base string) string {
	for cut := true; cut; {
		cut = false
		for _, tail := range growthTails {
			if rest, ok := strings.CutSuffix(base, tail); ok && rest != "" {
				base, cut = rest, true
				break
			}
		}
	}
	return base
}

// name finds the metric in what is left of a label without its brackets.
func (l *label) name(s string) {
	if l.find(bare(s)) {
		return
	}
	if price := datedPrice.ReplaceAllString(s, ""); price != s && timeless[spellings[bare(price)]] {
		l.find(bare(price))
		return
	}
	// 每股收益,元 and Revenue RMB mn: a unit after a mark or blank
	for i, r := range s {
		if !strings.ContainsRune(",:/- ，", r) || i == 0 {
			continue
		}
		unit, currency, ok := text.ParseUnit(strings.Trim(s[i:], ",:/- ，"))
		if ok && l.find(bare(s[:i])) {
			if unit != "" {
				l.unit = unit
			}
			if currency != "" {
				l.currency = currency
			}
			return
		}
	}
}

// find reads a bare name: a metric, its growth, or either with a word that
// says whose figure it is.
func (l *label) find(base string) bool {
	if m, ok := spellings[base]; ok {
		l.set(m, base)
		return true
	}
	if of := growing(base); of != base {
		l.metric, l.plain = growthOf[spellings[of]], isPlain[of]
		return l.metric != ""
	}
	for _, of := range []struct {
		rival string
		words map[string]bool
	}{{previous, previousWords}, {consensus, consensusWords}, {"", ownWords}} {
		for word := range of.words { // at most one leaves a metric: no word is the head of another and a name
			for _, rest := range []string{strings.TrimPrefix(base, word), strings.TrimSuffix(base, word)} {
				if m, ok := spellings[rest]; ok && rest != base {
					l.set(m, rest)
					l.rival = of.rival
					return true
				}
			}
		}
	}
	return false
}

// set names the metric. With YoY in its brackets the label is of its growth.
func (l *label) set(m report.Metric, base string) {
	l.plain = isPlain[base] && !l.ours
	if l.growth {
		l.growth = false
		m = growthOf[m]
	}
	l.metric = m
}

// bare is s folded and without blanks, hyphens, slashes and the like.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -–—−/.,:：，、·_%*'()#", r) {
			return -1
		}
		return r
	}, text.Fold(s))
}
