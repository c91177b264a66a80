package text

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// spell writes tokens readably: kind and surface, in order.
func spell(folded string) string {
	marks := map[TokenKind]string{LatinWord: "w:", PlainNumber: "n:", NumberUnit: "u:", NumberDate: "d:"}
	var out []string
	for t, surface := range Tokens(folded) {
		out = append(out, marks[t.Kind()]+surface)
	}
	return strings.Join(out, " ")
}

func TestTokens(t *testing.T) {
	for _, row := range []struct{ in, want string }{
		{"净利润", "净 利 净利 润 利润"},
		{"营收,净利", "营 收 营收 净 利 净利"}, // no bigram across punctuation
		{"a股", "w:a 股"},
		{"2021年", "n:2021 d:2021年 年"},
		{"7月", "n:7 d:7月 月"},
		{"2021年度", "n:2021 d:2021年 年 度 年度"},
		{"3.2亿元", "n:3.2 u:3.2亿 亿 元 亿元"},
		{"15%", "n:15 u:15%"},
		{"20美元", "n:20 u:20美元 美 元 美元"},
		{"3个百分点", "n:3 u:3个百分点 个 百 个百 分 百分 点 分点"},
		{"5g手机", "n:5 u:5g 手 机 手机"},
		{"2024-05-30", "d:2024-05-30"},
		{"2024-2025", "n:2024 n:2025"},
		{"12.", "n:12"},
		{"mate60 pro", "w:mate60 w:pro"},
		{"002230.sz", "n:002230 w:sz"},
		{"q3 eps", "w:q3 w:eps"},
		{"ソニー", "ソ ニ ソニ ー ニー"},
		{"naïve été", "w:naïve w:été"},
		{"삼성전자", "w:삼성전자"},
		{"", ""},
		{"%-.", ""},
	} {
		if got := spell(row.in); got != row.want {
			t.Errorf("Tokens(%q)\ngot  %s\nwant %s", row.in, got, row.want)
		}
	}
}

func TestTokensEqual(t *testing.T) {
	first := func(s string) Token {
		for t := range Tokens(s) {
			return t
		}
		return 0
	}
	for _, row := range []struct {
		a, b string
		want bool
	}{
		{"increase", "increasing", true},
		{"increased", "increases", true},
		{"companies", "company", true},
		{"planned", "planning", true},
		{"earnings", "earning", true},
		{"sales", "sale", true},
		{"exceed", "exceeded", true},
		{"rating", "rate", false}, // a stem keeps four letters
		{"business", "busines", false},
		{"analysis", "analysi", false},
		{"bonus", "bonu", false},
		{"q3s", "q3", false}, // no English word
		{"净", "利", false},
		{"12", "12", true},
		{"12", "012", false},
	} {
		if got := first(row.a) == first(row.b); got != row.want {
			t.Errorf("%q equals %q: got %v, want %v", row.a, row.b, got, row.want)
		}
	}
}

func TestTokensStopEarly(t *testing.T) {
	const s = "净利润 12亿 growth"
	for stop := 1; stop < 9; stop++ {
		n := 0
		for range Tokens(s) {
			if n++; n == stop {
				break
			}
		}
		if n != stop {
			t.Errorf("stopped after %d tokens, want %d", n, stop)
		}
	}
}

func TestTokensAllocateNothing(t *testing.T) {
	s := Fold("2021年净利润 3.2 亿元, revenues increased by 15% to 20美元")
	if n := testing.AllocsPerRun(100, func() {
		for range Tokens(s) {
			continue
		}
	}); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}

func TestQuestion(t *testing.T) {
	for _, row := range []struct{ in, want string }{
		{"青岚科技2021年的营业收入是多少？", "青岚科技2021年的营业收入 ?"},
		{"青岚科技是什么时候上市的", "青岚科技 上市的"},
		{"哪些公司受益", "公司受益"},
		{"介绍一下青岚科技", "青岚科技"},
		{"分析青岚科技的现金流", "青岚科技的现金流"},
		{"结合年报,总结其风险", "结合年报,其风险"},
		{"分析师怎么看", "分析师 看"}, // not an order
		{"青岚的风险分析", "青岚的风险分析"},
		{"哪吒的票房是多少", "哪吒的票房"}, // a name
		{"吗啡销量增长吗", "吗啡销量增长吗"},
		{"是什么？", "是什么?"}, // nothing left: kept
		{"What is the gross margin?", "is the gross margin?"},
		{"How, then?", "then?"},
		{"List the listed peers", "the listed peers"},
		{"the price list", "the price list"},
		{"What is it?", "what is it?"},
		{"", ""},
	} {
		if got := Question(row.in); got != row.want {
			t.Errorf("Question(%q) = %q, want %q", row.in, got, row.want)
		}
	}
}

func TestTerms(t *testing.T) {
	for _, row := range []struct{ in, like, without string }{
		{"毛利的同比是多少", "毛利的同比", "的"}, // looked for in bigrams only
		{"What is the gross margin?", "gross margin", ""},
		{"的", "的", ""}, // better than nothing
		{"毛利毛利", "毛利毛利", ""},
	} {
		var want []Token
		for tok, surface := range Tokens(row.like) {
			if surface != row.without {
				want = append(want, tok)
			}
		}
		if diff := cmp.Diff(Terms(row.in), want); diff != "" {
			t.Errorf("Terms(%q), got (-) against tokens of %q (+):\n%s", row.in, row.like, diff)
		}
	}
}

// benchmarkText is 200 characters, about a passage of news.
var benchmarkText = strings.Repeat("青岚科技（300001.SZ）2023年营业收入3.2亿元，同比增长15%，毛利率小幅回落。", 5)

func BenchmarkFold(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Fold(benchmarkText)
	}
}

func BenchmarkTokens(b *testing.B) {
	folded := Fold(benchmarkText)
	b.ReportAllocs()
	for b.Loop() {
		for range Tokens(folded) {
			continue
		}
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"2021年营收3.2亿元,同比+15%", "What rose 5g in 2024-05-30?", "分析师\xff怎么看", "1.2.3-4-5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		for tok, surface := range Tokens(folded) {
			if surface == "" || !strings.Contains(folded, surface) || !utf8.ValidString(surface) {
				t.Errorf("Tokens(%q) yields %q", folded, surface)
			}
			if k := tok.Kind(); (k == HanChar || k == HanBigram) && utf8.RuneCountInString(surface) != int(k)+1 {
				t.Errorf("Tokens(%q) yields %q of kind %d", folded, surface, k)
			}
		}
		q := Question(s)
		for _, r := range q {
			if !strings.ContainsRune(folded, r) && r != ' ' {
				t.Errorf("Question(%q) = %q invents %q", s, q, r)
			}
		}
		if folded != "" && q == "" {
			t.Errorf("Question(%q) is empty", s)
		}
	})
}
