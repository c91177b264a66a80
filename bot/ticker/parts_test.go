package ticker

import (
	"fmt"
	"strings"
	"testing"
)

// Estimates in a sentence count where there is one value for each year, of the
// company and of the house.
func TestEstimatesInProse(t *testing.T) {
	for _, tt := range []struct{ sentence, want string }{
		{"预计公司2026-2028年EPS分别为0.88元、1.02元、1.17元，维持“增持”评级。", "eps 2026 0.88元, eps 2027 1.02元, eps 2028 1.17元"},
		{"我们预计公司2026年归母净利润17.60亿元，同比增长37.0%，对应EPS为3.52元；", "net_profit 2026 17.6亿元, eps 2026 3.52元"},
		{"2027年归母净利润21.50亿元，对应EPS为4.30元。", "net_profit 2027 21.5亿元, eps 2027 4.3元"},
		{"我们将公司2026年、2027年归母净利润预测由11.34亿元、16.38亿元上调至12.18亿元、17.22亿元，对应EPS分别为2.90元、4.10元；", "net_profit 2026 12.18亿元, net_profit 2027 17.22亿元, eps 2026 2.9元, eps 2027 4.1元"},
		{"预计 2026 - 2027 年营业收入分别为 1,012.00 亿元、1,200.50 亿元。", "revenue 2026 1012亿元, revenue 2027 1200.5亿元"},
		{"公司2025年归母净利润1.08亿元，同比下降52.4%。", ""}, // the past
		{"2026年归母净利润17.60亿元。", ""},                         // a year that runs, and nobody expects it
		{"预计公司2026-2028年EPS分别为0.88元、1.02元。", ""},           // one short
		{"市场一致预期公司2027年归母净利润20.00亿元。", ""},                 // the market's
		{"预计海外业务2027年营业收入20.00亿元。", ""},                    // a part's
		{"预计公司2027年EPS为4.30亿元。", ""},                       // no money per share
		{"预计2026年上半年归母净利润5.00亿元，2026年三季度归母净利润3.00亿元。", ""}, // no years
		{"", ""},
	} {
		var out []string
		for _, f := range estimates(tt.sentence, "2026-09-11") {
			out = append(out, fmt.Sprint(f.Metric, " ", f.Period, " ", f.Value, f.Unit))
		}
		if got := strings.Join(out, ", "); got != tt.want {
			t.Errorf("%q:\n\t got %s\n\twant %s", tt.sentence, got, tt.want)
		}
	}
}

// FuzzText: whatever is typed or printed, reading it neither fails nor makes
// up a year or value.
func FuzzText(f *testing.F) {
	f.Add("预计公司2026-2028年EPS分别为0.88元、1.02元、1.17元", "999230 兴业 近三个月")
	f.Add("2026-2099年归母净利润1亿元、2亿元", "* ST 科大讯飞（002230）H股")
	f.Fuzz(func(t *testing.T, sentence, typed string) {
		for _, e := range estimates(sentence, "2026-09-11") {
			if len(e.Period) != 4 || !strings.Contains(strings.Join(strings.Fields(sentence), ""), e.Period[:2]) {
				t.Errorf("%q: %+v", sentence, e)
			}
		}
		for _, p := range folded(typed) {
			if strings.TrimSpace(p) == "" {
				t.Errorf("%q has a blank part", typed)
			}
			codeForm(p)
		}
	})
}

func TestClassOf(t *testing.T) {
	for rating, want := range map[string]Class{
		"买入": Buy, "强烈推荐": Buy, "增持": Buy, "买入-A": Buy, "跑赢行业": Buy, "Overweight": Buy, "OUTPERFORM": Buy, "Strong Buy": Buy,
		"中性": Hold, "持有": Hold, "Equal-weight": Hold, "Equal weight": Hold, "Neutral": Hold, "Market Perform": Hold,
		"减持": Sell, "卖出": Sell, "Underweight": Sell, "Reduce": Sell, "": Unrated, "未评级": Unrated, "维持": Unrated,
	} {
		if got := ClassOf(rating); got != want {
			t.Errorf("ClassOf(%q) = %q, want %q", rating, got, want)
		}
	}
}

// Figures are set beside each other in plain money, and only where they are of
// one kind.
func TestApart(t *testing.T) {
	side := func(house string, v float64, unit, currency string) Side {
		return Side{Row: Row{Publisher: house}, Value: v, Unit: unit, Currency: currency}
	}
	for _, tt := range []struct {
		name  string
		sides []Side
		want  bool
	}{
		{"the same in two units", []Side{side("a", 12, "亿元", "CNY"), side("b", 1200, "百万元", "CNY")}, false},
		{"apart in two units", []Side{side("a", 12, "亿元", "CNY"), side("b", 1400, "百万元", "CNY")}, true},
		{"within the bound", []Side{side("a", 100, "", "CNY"), side("b", 104, "", "CNY")}, false},
		{"other money", []Side{side("a", 100, "", "CNY"), side("b", 200, "", "HKD")}, false},
		{"a unit and none", []Side{side("a", 12, "亿元", "CNY"), side("b", 1400, "", "CNY")}, false},
		{"a loss and a profit", []Side{side("a", -1, "亿元", "CNY"), side("b", 1, "亿元", "CNY")}, true},
		{"two losses", []Side{side("a", -1, "亿元", "CNY"), side("b", -2, "亿元", "CNY")}, true},
		{"one house", []Side{side("a", 1, "", "CNY")}, false},
		{"nobody", nil, false},
	} {
		if _, _, got := apart(tt.sides, estimatesApart); got != tt.want {
			t.Errorf("%s: apart = %v, want %v", tt.name, got, tt.want)
		}
	}
}
