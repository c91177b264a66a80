package check

import (
	"strings"
	"testing"
)

// A result that a sentence computes needs no passage, its operands do.
func TestFormula(t *testing.T) {
	for _, row := range []struct {
		why, sentence string
		source        Source
		want          string // the gates that fail
	}{
		{"computed", "目标价上调幅度为(36元 − 30元) / 30元 = +20.0 %。", zh, ""},
		{"computed with the signs of a keyboard", "归母净利润占营业收入的比例为1.86/12.4*100%=15.0%。", zh, ""},
		{"the result again in words", "目标价上调6元（36元－30元＝6元）。", zh, ""},
		{"a ratio of rates", "EPS增长(1.16 − 0.93) / 0.93 × 100 = 24.7%。", grid, ""},
		{"computed wrong", "目标价上调幅度为(36元 − 30元) / 30元 = 22.0%。", zh, "arithmetic"},
		{"of unlike kinds", "目标价与境外客户占比合计36元 + 17% = 53元。", zh, "arithmetic"},
		{"of a figure not there", "目标价上调幅度为(37元 − 30元) / 30元 = 23.3%。", zh, "number"},
		{"of another thing's figures", "研发人员增长(36元 − 30元) / 30元 = 20.0%。", zh, "binding"},
		{"without its formula", "目标价上调幅度为20.0%。", zh, "number"},
		{"growth between cells", "2026年营业收入增长(1,520 − 1,240) / 1,240 = 22.6%。", grid, ""},
		{"computed, English", "The price target was cut by ($58 - $51) / $58 = 12.1%.", en, ""},
		{"computed wrong, English", "The price target was cut by ($58 - $51) / $58 = 13.1%.", en, "arithmetic"},
	} {
		if got := failed(row.sentence, row.source); got != row.want {
			t.Errorf("%s: %q: got failed gates %q, want %q", row.why, row.sentence, got, row.want)
		}
	}
}

// A formula lies within the text, and is no longer found when its sign of
// equality is gone.
func FuzzFormulas(f *testing.F) {
	f.Add("增长(12.4 − 10.1) / 10.1 = +22.8 %")
	f.Add("((((((((((((((((((1=1")
	f.Add("$5 x 3 ÷ 0 = 约-2倍 = 4")
	f.Fuzz(func(t *testing.T, s string) {
		for _, m := range formulas(s) {
			if m.from < 0 || m.from >= m.to || m.to > len(s) || len(m.terms) < 2 {
				t.Fatalf("%q: got a formula from %d to %d of %d operands", s, m.from, m.to, len(m.terms))
			}
			m.root.value()
		}
		if bare := strings.NewReplacer("=", "", "≈", "").Replace(s); len(formulas(bare)) > 0 {
			t.Fatalf("%q: got a formula, want none", bare)
		}
	})
}
