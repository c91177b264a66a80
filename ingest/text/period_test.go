package text

import (
	"regexp"
	"testing"
)

func TestParsePeriod(t *testing.T) {
	for _, row := range []struct {
		in, name string
		mark     byte
	}{
		{"2024", "2024", 0}, {"2024年", "2024", 0}, {"２０２４", "2024", 0}, {"2024 年度", "2024", 0}, {"2023A", "2023", 'A'}, {"2024E", "2024", 'E'},
		{"2024 E", "2024", 'E'}, {"2024(E)", "2024", 'E'}, {"2024（e）", "2024", 'E'}, {"2024F", "2024", 'E'}, {"2024年E", "2024", 'E'},
		{"2024年预测", "2024", 'E'}, {"2024E*", "2024", 'E'}, {"24E", "2024", 'E'}, {"'24A", "2024", 'A'}, {"FY24", "2024", 0}, {"FY24E", "2024", 'E'},
		{"FY2024A", "2024", 'A'}, {"CY25E", "2025", 'E'}, {"98A", "1998", 'A'},
		{"12/24A", "2024", 'A'}, {"03/25E", "2025", 'E'}, {"2023/12A", "2023", 'A'}, {"Dec-25E", "2025", 'E'}, {"Dec 2024A", "2024", 'A'},
		{"1H24", "2024H1", 0}, {"2024H1", "2024H1", 0}, {"24H2E", "2024H2", 'E'}, {"H1 2024", "2024H1", 0}, {"2024年上半年", "2024H1", 0}, {"6M24", "2024H1", 0},
		{"3Q24", "2024Q3", 0}, {"2024Q3", "2024Q3", 0}, {"24Q1", "2024Q1", 0}, {"Q3 24", "2024Q3", 0}, {"3QFY24", "2024Q3", 0}, {"4Q24E", "2024Q4", 'E'},
		{"2024年第三季度", "2024Q3", 0}, {"2024年一季度", "2024Q1", 0}, {"2022 年 Q1", "2022Q1", 0}, {"3M24", "2024Q1", 0},
		{"9M24", "2024Q1-Q3", 0}, {"2024Q1-3", "2024Q1-Q3", 0}, {"24Q1-Q3", "2024Q1-Q3", 0}, {"1-3Q24", "2024Q1-Q3", 0}, {"2024前三季度", "2024Q1-Q3", 0}, {"2024年1-9月", "2024Q1-Q3", 0},
	} {
		want := Period{row.name, row.mark == 'E', row.mark == 'A'}
		if got, ok := ParsePeriod(row.in); !ok || got != want {
			t.Errorf("ParsePeriod(%q): got %+v, %v, want %+v", row.in, got, ok, want)
		}
	}
}

func TestParsePeriodNone(t *testing.T) {
	for _, in := range []string{
		"", "24", "12/24", "2023-2025E", "2023-24", "FY24/25", "2024/25E", "TTM", "2024TTM", "2024/5/30", "2024-05-30", "Dec-24", "2024/12",
		"22A/E", "1899", "2100年前", "20245", "5Q24", "3H24", "E", "13/24A", "2024年5月", "1.2024", "2024元", "12M",
	} {
		if got, ok := ParsePeriod(in); ok {
			t.Errorf("ParsePeriod(%q): got %+v, want none", in, got)
		}
	}
}

func TestPeriodEnd(t *testing.T) {
	for in, want := range map[string]string{
		"2024": "2024-12-31", "1H24": "2024-06-30", "2H24": "2024-12-31", "1Q24": "2024-03-31", "2Q24": "2024-06-30",
		"3Q24": "2024-09-30", "4Q24": "2024-12-31", "9M24": "2024-09-30",
	} {
		if p, _ := ParsePeriod(in); p.End() != want {
			t.Errorf("end of %q: got %q, want %q", in, p.End(), want)
		}
	}
	if got := (Period{}).End(); got != "" {
		t.Errorf("end of nothing: got %q", got)
	}
}

// FuzzPeriod holds that a period has one of the canonical forms and reads the
// same again.
func FuzzPeriod(f *testing.F) {
	for _, s := range []string{"2024E", "1-3Q24", "12/24A", "Dec-25E", "2024年前三季度", "\xff24E"} {
		f.Add(s)
	}
	canonical := regexp.MustCompile(`^(19|20)\d\d(H[12]|Q[1-4]|Q1-Q3)?$`)
	f.Fuzz(func(t *testing.T, s string) {
		p, ok := ParsePeriod(s)
		if !ok {
			return
		}
		if !canonical.MatchString(p.Name) || p.Estimate && p.Actual {
			t.Errorf("ParsePeriod(%q): got %+v", s, p)
		}
		if again, ok := ParsePeriod(p.Name); !ok || again.Name != p.Name {
			t.Errorf("ParsePeriod(%q): got %+v, printed again %+v", s, p, again)
		}
	})
}
