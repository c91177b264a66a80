package report_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"reportbot/ingest/report"
)

func TestShorten(t *testing.T) {
	for _, c := range []struct {
		s    string
		most int
		want string
	}{
		{"目标价52.30元。", 20, "目标价52.30元。"},
		{"收入增长。利润下降。维持买入。", 12, "收入增长。利润下降。"},
		{"收入同比增长三成，利润下降", 10, "收入同比增长三成"},
		{"目标价为1,234.56元", 8, "目标价为"},
		{"Revenue rose 12.5% in the year to June", 16, "Revenue rose"},
		{"营业收入\t100\t200\n净利润\t10\t20", 14, "营业收入\t100\t200"},
		{"1234567890", 4, ""},
		{"随便什么", 0, ""},
	} {
		if got := report.Shorten(c.s, c.most); got != c.want {
			t.Errorf("%q in %d: got %q, want %q", c.s, c.most, got, c.want)
		}
	}
}

// Whatever is quoted stays within the bounds, is the beginning of what was
// quoted, ends no figure in the middle, and says that it was cut.
func TestLicence(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	words := []string{"目标价", "52.30", "元", "，", "。", " ", "revenue", "1,234", "\t", "％", "𝒜", "\n", "12.5%"}
	for range 3000 {
		l := report.Licence{Quote: r.IntN(60), Report: r.IntN(150)}
		all := make([]report.Citation, r.IntN(8))
		for i := range all {
			var b strings.Builder
			for range r.IntN(40) {
				b.WriteString(words[r.IntN(len(words))])
			}
			all[i] = report.Citation{N: i + 1, Report: report.Header{ID: string(rune('a' + r.IntN(3)))}, Quote: b.String()}
		}
		used := map[string]int{}
		for i, c := range l.Cap(all) {
			n := utf8.RuneCountInString(c.Quote)
			used[c.Report.ID] += n
			full := all[i].Quote
			rest, ok := strings.CutPrefix(full, c.Quote)
			if !ok || c.Cut != (rest != "") || l.Quote > 0 && n > l.Quote || l.Report > 0 && used[c.Report.ID] > l.Report {
				t.Fatalf("%+v: %q became %q", l, full, c.Quote)
			}
			if rest != "" && c.Quote != "" && digit(c.Quote[len(c.Quote)-1]) && digit(rest[0]) {
				t.Fatalf("%q cuts a figure of %q", c.Quote, full)
			}
		}
	}
}

func digit(b byte) bool { return b >= '0' && b <= '9' || b == '.' || b == ',' }
