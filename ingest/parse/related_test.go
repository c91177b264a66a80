package parse

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
)

func TestRelated(t *testing.T) {
	two := []report.Related{{Title: "储能价格止跌", Published: "2026-06-15"}, {Title: "海外需求观察", Published: "2026-05-02"}}
	tests := []struct {
		name  string
		lines []string
		want  []report.Related
	}{
		{"in quotes", []string{"《储能价格止跌》2026-06-15", "《海外需求观察》2026-05-02"}, two},
		{"in quotes, dashes and points", []string{"1.《储能价格止跌》——2026.06.15", "2.《海外需求观察》 - 2026.5.2"}, two},
		{"in quotes, broken over lines", []string{"1、《储能价", "格止跌》（2026", "年06月15日）", "2、《海外需求观察》（2026年5月2日）"}, two},
		{"in quotes, short dates", []string{"《储能价格止跌》20260615", "《海外需求观察》20260502"}, two},
		{"numbered", []string{"1、储能价格止跌 2026-06-15", "2、海外需求观察 2026-05-02"}, two},
		{"plain", []string{"储能价格止跌 2026/06/15", "海外需求观察 2026/05/02"}, two},
		{"date on its own line", []string{"储能价格止跌", "2026-06-15", "海外需求观察", "2026-05-02"}, two},
		{"date before", []string{"2026-06-15 储能价格止跌", "2026-05-02 海外需求观察"}, two},
		{"columns that break", []string{"储能价格\t2026-06-", "止跌\t15", "海外需求\t2026-05-", "观察\t02"}, two},
		{"columns", []string{"储能价格止跌\t2026-06-15", "海外需求观察\t2026-05-02"}, two},
		{"no date", []string{"《储能价格止跌》"}, []report.Related{{Title: "储能价格止跌"}}},
		{"nothing", []string{"市场表现"}, nil},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(relatedIn(tt.lines), tt.want); diff != "" {
			t.Errorf("%s (-got +want):\n%s", tt.name, diff)
		}
	}
}

func TestPrice(t *testing.T) {
	tests := []struct {
		in   string
		want float64
	}{
		{"收盘价（元）\t45.02", 45.02},
		{"当前股价(2026-08-27)：45.02元", 45.02},
		{"收盘价\t￥295.00", 295},
		{"现价：HK$62.00", 62},
		{"Price (14 Jul 2026)\tHK$1,045.20", 1045.2},
		{"Closing price: US$84.00", 84},
		{"收盘价 2026-08-27", 0},
		{"股价表现 12%", 0},
		{"近一月股价 12%", 0},
		{"目标价（元）\t52.30", 0},
		{"Price target: HK$62.00", 0},
		{"52周最高股价 52.30", 0},
		{"52-week high closing price 52.30", 0},
		{"收盘价 38.20-52.30元", 0},
		{"一年内最高/最低价 52.30/30.10", 0},
	}
	for _, tt := range tests {
		h := head{first: []para{{text: tt.in, page: 1}}, r: &report.Report{Language: "zh"}}
		h.price()
		if h.r.Price != tt.want {
			t.Errorf("price of %q = %v, want %v", tt.in, h.r.Price, tt.want)
		}
	}
	h := head{first: []para{{text: "现价：HK$62.00", page: 1}}, r: &report.Report{TargetPrice: 52, Currency: "CNY"}}
	if h.price(); h.r.Price != 0 {
		t.Errorf("price %v HKD beside a target in CNY, want none", h.r.Price)
	}
}
