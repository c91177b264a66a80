package text

import (
	"math"
	"testing"
)

func TestParseNumber(t *testing.T) {
	for _, row := range []struct {
		in   string
		want Number
	}{
		{"1,234.5", Number{1234.5, "", ""}},
		{"12,345,678", Number{12345678, "", ""}},
		{"(12.3)", Number{-12.3, "", ""}},
		{"（12.3）", Number{-12.3, "", ""}},
		{"(12.3%)", Number{-12.3, "%", ""}},
		{"(12.3)%", Number{-12.3, "%", ""}},
		{"(+5%)", Number{5, "%", ""}},
		{"-5.2%", Number{-5.2, "%", ""}},
		{"−5.2％", Number{-5.2, "%", ""}},
		{"–5.2", Number{-5.2, "", ""}},
		{"+22.8%", Number{22.8, "%", ""}},
		{"１２．３", Number{12.3, "", ""}},
		{"12.3亿元", Number{12.3, "亿元", "CNY"}},
		{"12.3 亿 美元", Number{12.3, "亿美元", "USD"}},
		{"3.2万", Number{3.2, "万", ""}},
		{"1.2万亿元", Number{1.2, "万亿元", "CNY"}},
		{"5,000万股", Number{5000, "万股", ""}},
		{"12.3元/股", Number{12.3, "元/股", "CNY"}},
		{"900元/吨", Number{900, "元/吨", "CNY"}},
		{"25倍", Number{25, "倍", ""}},
		{"25.1x", Number{25.1, "x", ""}},
		{"3个百分点", Number{3, "个百分点", ""}},
		{"50bps", Number{50, "bps", ""}},
		{"38GWh", Number{38, "gwh", ""}},
		{"US$3.4bn", Number{3.4, "bn", "USD"}},
		{"US$ 3.4 billion", Number{3.4, "billion", "USD"}},
		{"$12m", Number{12, "m", "USD"}},
		{"HK$62.00", Number{62, "", "HKD"}},
		{"-$5", Number{-5, "", "USD"}},
		{"$(5.2)", Number{-5.2, "", "USD"}},
		{"RMB 1,200 mn", Number{1200, "mn", "CNY"}},
		{"￥295.00", Number{295, "", "CNY"}},
		{"人民币12亿元", Number{12, "亿元", "CNY"}},
		{"12.3¹", Number{12.3, "", ""}},
		{"12.3*", Number{12.3, "", ""}},
		{"0.5", Number{0.5, "", ""}},
		{"0", Number{0, "", ""}},
		{"2024年", Number{2024, "年", ""}},
	} {
		got, ok := ParseNumber(row.in)
		if !ok || got != row.want {
			t.Errorf("ParseNumber(%q): got %+v, %v, want %+v", row.in, got, ok, row.want)
		}
	}
}

func TestParseNumberNone(t *testing.T) {
	for _, in := range []string{
		"", "-", "—", "--", "NA", "n.m.", "/", "12–15", "12-15", "12~15", "12%-15%", "2024E", "24A", "12m", "1.2.3",
		"1,23", "002230", "(12.3", "12.3)", "((12))", "--5", "+-5", "2024-05-30", "12.3 15.2", "约12", "12.3亿条鱼",
		"$$5", "75.0/41.2", "x", "%", "元", "1e5", "(5)x(6)",
	} {
		if got, ok := ParseNumber(in); ok {
			t.Errorf("ParseNumber(%q): got %+v, want none", in, got)
		}
	}
}

func TestParseUnit(t *testing.T) {
	for _, row := range []struct{ in, unit, currency string }{
		{"百万元", "百万元", "CNY"}, {"人民币百万元", "百万元", "CNY"}, {"亿港元", "亿港元", "HKD"}, {"元/股", "元/股", "CNY"},
		{"RMB mn", "mn", "CNY"}, {"Rmb m", "m", "CNY"}, {"US$ million", "million", "USD"}, {"$ million", "million", "USD"},
		{"RMB in mn", "mn", "CNY"}, {"HK$", "", "HKD"}, {"RMB/share", "", "CNY"}, {"%", "%", ""}, {"倍", "倍", ""}, {"X", "x", ""},
		{"百万股", "百万股", ""}, {"美元", "美元", "USD"}, {"百万元人民币", "百万元人民币", "CNY"}, {"mn", "mn", ""}, {"百万", "百万", ""},
	} {
		unit, currency, ok := ParseUnit(row.in)
		if !ok || unit != row.unit || currency != row.currency {
			t.Errorf("ParseUnit(%q): got %q %q %v, want %q %q", row.in, unit, currency, ok, row.unit, row.currency)
		}
	}
	for _, in := range []string{"", "摊薄", "ttm", "1", "元元", "adjusted", "最新", "元/张三", "expected", "US cents"} {
		if unit, currency, ok := ParseUnit(in); ok {
			t.Errorf("ParseUnit(%q): got %q %q, want none", in, unit, currency)
		}
	}
}

func TestParseNumeral(t *testing.T) {
	for _, row := range []struct {
		in   string
		want Number
	}{
		{"十二", Number{12, "", ""}}, {"三成", Number{30, "%", ""}}, {"两成半", Number{25, "%", ""}}, {"一千二百", Number{1200, "", ""}},
		{"三百零五", Number{305, "", ""}}, {"二十", Number{20, "", ""}}, {"十二亿元", Number{12, "亿元", "CNY"}},
		{"一亿二千万", Number{120000000, "", ""}}, {"三万五千家", Number{35000, "家", ""}}, {"百分之八", Number{8, "%", ""}},
		{"一点五倍", Number{1.5, "倍", ""}}, {"二〇二四年", Number{2024, "年", ""}}, {"两百万", Number{200, "万", ""}},
		{"一千二百亿元", Number{1200, "亿元", "CNY"}},
	} {
		got, ok := ParseNumeral(row.in)
		if math.Abs(got.Value-row.want.Value) < 1e-9 {
			got.Value = row.want.Value
		}
		if !ok || got != row.want {
			t.Errorf("ParseNumeral(%q): got %+v, %v, want %+v", row.in, got, ok, row.want)
		}
	}
	for _, in := range []string{"", "元", "百", "一二百", "十百", "三条鱼", "12", "百分之"} {
		if got, ok := ParseNumeral(in); ok {
			t.Errorf("ParseNumeral(%q): got %+v, want none", in, got)
		}
	}
}

// FuzzNumber holds that reading ends, that a number is finite and that what
// is printed again reads the same.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1,234.5", "(12.3%)", "US$3.4bn", "一亿二千万", "12–15", "\xff1", "9999999999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := ParseNumber(s)
		if ok && (math.IsInf(n.Value, 0) || math.IsNaN(n.Value)) {
			t.Errorf("ParseNumber(%q): got %v", s, n.Value)
		}
		if again, twice := ParseNumber(Fold(raised.Replace(s))); twice != ok || again != n {
			t.Errorf("ParseNumber(%q): got %+v, folded %+v", s, n, again)
		}
		if n, ok := ParseNumeral(s); ok && (math.IsInf(n.Value, 0) || math.IsNaN(n.Value)) {
			t.Errorf("ParseNumeral(%q): got %v", s, n.Value)
		}
		ParseUnit(s)
	})
}
