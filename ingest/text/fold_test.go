package text

import "testing"

func TestFold(t *testing.T) {
	for _, row := range []struct{ in, want string }{
		{"ＡＢＣ１２３，。", "abc123,。"},                   // full width
		{"Revenue  rose\n12%", "revenue rose 12%"}, // white space, case
		{"1,234,567.8 元", "1234567.8元"},            // thousands
		{"１,２３４", "1234"},
		{"1，234", "1234"},
		{"见图1,2,3", "见图1,2,3"},    // an enumeration
		{"12,3456", "12,3456"},    // four digits are no group
		{"2022 年 9 月", "2022年9月"}, // typographic blanks
		{"A 股 与 H 股", "a股与h股"},
		{"净 利 润", "净利润"},
		{"⻅⻓期⾦融", "见长期金融"},                  // radicals for characters
		{"净\u200b利\ufeff润", "净利润"},          // format characters
		{"e\u200d\u0301", "é"},              // and what they kept apart
		{"1\u200b,234", "1234"},             // likewise
		{"净\u200b \u200b利润", "净利润"},         //
		{"\ue000利润\ufffd", "利润"},            // private use, broken
		{" \u3000盈利 ability ", "盈利ability"}, // blanks around
		{"", ""},
	} {
		if got := Fold(row.in); got != row.want {
			t.Errorf("Fold(%q) = %q, want %q", row.in, got, row.want)
		}
	}
}

func TestIsHan(t *testing.T) {
	for r, want := range map[rune]bool{'利': true, '㐀': true, '𠀀': true, '〇': true, 'a': false, '。': false, 'の': false, '1': false} {
		if got := IsHan(r); got != want {
			t.Errorf("IsHan(%q) = %v, want %v", r, got, want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"营收1,234 亿元", "Ａ\u200bＢ ⻅ é", "\xff中 文", "１,２３４，5", "Ⅳ㍿①½"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Fold(s)
		if twice := Fold(once); twice != once {
			t.Errorf("Fold(%q) = %q, folded again %q", s, once, twice)
		}
	})
}
