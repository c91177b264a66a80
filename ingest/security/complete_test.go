package security

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
)

func TestCompleteTitle(t *testing.T) {
	d := master(t)
	for title, want := range map[string]string{
		"星河智能：订单饱满":                "999230.SZ",
		"星河智能2026年中报点评：利润翻倍":       "999230.SZ",
		"星河智能深度报告":                 "999230.SZ",
		"公司深度报告：星河智能":              "999230.SZ",
		"公司点评｜星河智能｜订单饱满":           "999230.SZ",
		"【青岚计算机】星河智能：订单饱满":         "999230.SZ",
		"*ST朗玥：摘帽在望":               "999633.SH",
		"星 河 智 能：订单饱满":             "999230.SZ",
		"霁川生物-U：首款药上市":             "688990.SH",
		"星河智能：从星河智能看智能":            "999230.SZ",
		"FarSail: margins recover": "99988.HK",
		"澜海储能—扩产":                  "999777.SZ",
		"太阳能（000591.SZ）：装机增长":      "000591.SZ",
		// nobody, or not one
		"光模块行业：英伟达新品拉动需求":   "",
		"行业周报｜星河智能：订单饱满":    "",
		"光模块行业受益于英伟达新品":     "",
		"北屿电源、星河智能：订单饱满":    "",
		"星河智能与北屿电源之比较":      "",
		"星河智能：北屿电源的对手":      "",
		"太阳能：装机增长":          "",
		"机器人行业周报":           "",
		"老百姓：消费回暖":          "",
		"银行业2026年策略：中国银行业的": "",
		"2026年宏观展望":         "",
		"":                  "",
	} {
		r := &report.Report{Title: title}
		d.Complete(r)
		got := ""
		if len(r.Securities) > 0 {
			got = r.Securities[0].Code
		}
		if got != want || len(r.Securities) > 1 {
			t.Errorf("Complete(%q): %v, want %q", title, r.Securities, want)
		}
	}
}

func TestComplete(t *testing.T) {
	type ss = []report.Security
	tests := []struct {
		name     string
		in, want ss
	}{
		{"a code for a name", ss{{Name: "星河智能"}}, ss{{Code: "999230.SZ", Name: "星河智能"}}},
		{"by another name; the printed one stays", ss{{Name: "Xinghe AI"}}, ss{{Code: "999230.SZ", Name: "Xinghe AI"}}},
		{"by its full name", ss{{Name: "星河智能装备股份有限公司"}}, ss{{Code: "999231.SZ", Name: "星河智能装备股份有限公司"}}},
		{"a name for a code", ss{{Code: "999230.SZ"}}, ss{{Code: "999230.SZ", Name: "星河智能"}}},
		{"what is stated stays", ss{{Code: "999230.SZ", Name: "望川"}}, ss{{Code: "999230.SZ", Name: "望川"}}},
		{"another code for a known name stays", ss{{Code: "999999.SZ", Name: "星河智能"}}, ss{{Code: "999999.SZ", Name: "星河智能"}}},
		{"unknown", ss{{Name: "无人知晓"}, {Code: "999998.SZ"}}, ss{{Name: "无人知晓"}, {Code: "999998.SZ"}}},
		{"of two", ss{{Name: "华越"}}, ss{{Name: "华越"}}},
		{"a second name of one that has its code", ss{{Code: "999230.SZ", Name: "星河智能"}, {Name: "星河智造"}}, ss{{Code: "999230.SZ", Name: "星河智能"}}},
		{"the name first", ss{{Name: "星河智造"}, {Code: "999230.SZ", Name: "星河智能"}}, ss{{Code: "999230.SZ", Name: "星河智能"}}},
	}
	d := master(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := &report.Report{Title: "北屿电源：订单饱满", Securities: tt.in}
			d.Complete(r)
			if diff := cmp.Diff(r.Securities, tt.want); diff != "" {
				t.Errorf("Securities (-got +want):\n%s", diff)
			}
		})
	}
}
