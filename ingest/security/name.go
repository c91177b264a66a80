package security

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"reportbot/ingest/text"
)

var (
	// What exchanges put before a Chinese name: ST and *ST (a warning), S (no
	// share reform yet), XD, XR and DR (without dividend or right), N and C
	// (the first days after listing).
	boardPrefix = regexp.MustCompile(`(?i)^(?:XD|XR|DR|N|C)?(?:S?\*?ST)?\s*(\p{Han}.*)$`)
	// And after it: U without profit yet, W unequal votes, S secondary listing,
	// B biotech without income, R a counter in RMB.
	boardSuffix = regexp.MustCompile(`(?i)^(.*\p{Han}.*?)\s?-\s?(?:U|W|S|B|R|UW|SW|WR|SWR)$`)
	// The legal form closes a full name: 某某股份有限公司, Some, Inc.
	legalZh = regexp.MustCompile(`^(.*?)(?:集团股份有限公司|股份有限公司|有限责任公司|有限公司)$`)
	legalEn = regexp.MustCompile(`^(.{3,}?),? (?:inc|corp|corporation|co|ltd|limited|plc|co\., ltd|n\.v|ag|se)\.?$`)
)

// Name returns the form in which the names of companies are compared: folded,
// without the blanks inside Chinese names (五 粮 液), without what boards put
// before and after them (*ST, XD, -U, -W). The A of 万科A stays: it tells the
// share.
func Name(s string) string {
	return text.Fold(unmarked(text.Fold(s)))
}

// unmarked is a name without the marks of the board, as printed otherwise.
func unmarked(s string) string {
	if strings.Contains(s, "-") { // expressions are slow and most names have no marks
		if m := boardSuffix.FindStringSubmatch(s); m != nil {
			s = m[1]
		}
	}
	if s != "" && s[0] < utf8.RuneSelf {
		if m := boardPrefix.FindStringSubmatch(s); m != nil && utf8.RuneCountInString(m[1]) >= 2 {
			s = m[1]
		}
	}
	return s
}

// printed is the name that is shown for one a source gives: full width made
// half, without marks and without blanks inside Chinese.
func printed(s string) string {
	s = strings.Join(strings.Fields(norm.NFKC.String(s)), " ")
	if !hasHan(s) {
		return s
	}
	return unmarked(strings.ReplaceAll(s, " ", ""))
}

// shorter returns what else a company of that name (in the form Name gives)
// is called: without its legal form, without the A that tells the share.
func shorter(name string) []string {
	var out []string
	legal := legalEn
	if strings.HasSuffix(name, "公司") {
		legal = legalZh
	}
	if legal == legalZh || strings.Contains(name, " ") {
		if m := legal.FindStringSubmatch(name); m != nil && utf8.RuneCountInString(m[1]) >= 4 {
			out = append(out, m[1])
		}
	}
	if han, ok := strings.CutSuffix(name, "a"); ok && utf8.RuneCountInString(han) >= 2 {
		if last, _ := utf8.DecodeLastRuneInString(han); text.IsHan(last) {
			out = append(out, han)
		}
	}
	return out
}

func hasHan(s string) bool { return strings.IndexFunc(s, text.IsHan) >= 0 }
