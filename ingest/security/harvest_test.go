package security

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
)

func TestHarvest(t *testing.T) {
	type pairs = []report.Security
	one := func(code, name string) pairs { return pairs{{Code: code, Name: name}} }
	tests := []struct {
		name, in string
		want     pairs
	}{
		{"in brackets", "星河智能（999230.SZ）放量", one("999230.SZ", "星河智能")},
		{"Latin brackets, blanks", "星河智能 ( 999230 . SZ ) 放量", one("999230.SZ", "星河智能")},
		{"Reuters suffix", "禾穗食品(999356.SS)", one("999356.SH", "禾穗食品")},
		{"Hong Kong, short", "远帆科技（998.HK）", one("00998.HK", "远帆科技")},
		{"English, with rating", "FarSail Technology (99988.HK, Overweight)", one("99988.HK", "FarSail Technology")},
		{"English company form", "Corvane Beauty, Inc. (NASDAQ: CRVN) today", one("CRVN.US", "Corvane Beauty, Inc.")},
		{"NYSE among exchanges", "Tessel plc (NYSE: TSSL, ASX: TSL)", one("TSSL.US", "Tessel plc")},
		{"in a sentence", "建议关注云栖算力（999519.SH）。", one("999519.SH", "云栖算力")},
		{"after an enumeration", "首选澜海储能、北屿电源（999405.SZ）", one("999405.SZ", "北屿电源")},
		{"row, code first", "999777.SZ\t澜海储能\t3.62", one("999777.SZ", "澜海储能")},
		{"row, marked name", "999777.SZ\t*澜海储能\t3.62", one("999777.SZ", "澜海储能")},
		{"row, name first, then rating", "禾穗食品\t999356.SH\t增持\t上调", one("999356.SH", "禾穗食品")},
		{"row, industry repeated", "禾穗食品\t999356.SH\t食品饮料\n沁源乳业\t999357.SH\t食品饮料", pairs{{Code: "999356.SH", Name: "禾穗食品"}, {Code: "999357.SH", Name: "沁源乳业"}}},
		{"two pairs in a row", "999777.SZ\t澜海储能\t999405.SZ\t北屿电源", pairs{{Code: "999777.SZ", Name: "澜海储能"}, {Code: "999405.SZ", Name: "北屿电源"}}},
		{"bare, known exchange", "寒川温控（300999）是供应商", one("300999.SZ", "寒川温控")},
		{"bare, no exchange, once", "朗玥数据（999471）在东部拥有大量机柜和稳定的客户群体", nil},
		{"bare, no exchange, twice", "朗玥数据（999471）在东部有机柜。朗玥数据（999471）扩建", one("999471", "朗玥数据")},
		{"bare, no exchange, known name", "朗玥数据（999471）在东部拥有大量机柜，朗玥数据扩建，朗玥数据改造", one("999471", "朗玥数据")},
		{"bare, alone on a line", "研究报告\n星河智能（999230）\n评级下调", one("999230", "星河智能")},
		{"bare, no exchange, after a long line", strings.Repeat("长", 400) + "\n朗玥数据（999471）", one("999471", "朗玥数据")},
		{"bare, no exchange, in a long line", strings.Repeat("长", 400) + "，朗玥数据（999471），" + strings.Repeat("长", 400), nil},
		{"bare, no exchange, twice far apart", "，朗玥数据（999471），" + strings.Repeat("长", 9000) + "，朗玥数据（999471），" + strings.Repeat("长", 400), one("999471", "朗玥数据")},
		{"a count", "累计注册用户达（600123）人", nil},
		{"a statistic", "本期新增专利（300123）、授权", nil},
		{"a long phrase", "全国新能源汽车保有总体水平（600123）较上年", nil},
		{"code alone", "见 999633.SH 的公告", one("999633.SH", "")},
		{"a price is none", "收于45.02元（2026.09）", nil},
		{"first mention orders", "青禾电芯（99651.HK）供货澜海储能（999777.SZ），后者与青禾电芯（99651.HK）", pairs{{Code: "99651.HK", Name: "青禾电芯"}, {Code: "999777.SZ", Name: "澜海储能"}}},
		{"shorter name wins", "公司名称为星河智能（999230.SZ），星河智能（999230.SZ）", one("999230.SZ", "星河智能")},
		{"nothing", "没有证券", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Harvest(tt.in)
			if len(got) == 0 {
				got = nil
			}
			if diff := cmp.Diff(got, tt.want); diff != "" {
				t.Errorf("Harvest(%q) (-got +want):\n%s", tt.in, diff)
			}
		})
	}
}

func TestHarvestNotice(t *testing.T) {
	for in, want := range map[string]report.Security{
		"证券代码：688990 证券简称：星澜科技 公告编号：2026-001":        {Code: "688990.SH", Name: "星澜科技"},
		"股票代码: 002990    股票简称: 望川股份    公告编号: 2026-7": {Code: "002990.SZ", Name: "望川股份"},
	} {
		got := Harvest(in)
		if len(got) != 1 || got[0] != want {
			t.Errorf("Harvest(%q): got %v, want %v", in, got, want)
		}
	}
}

func TestSubject(t *testing.T) {
	for title, want := range map[string]string{
		"星澜新能源科技股份有限公司2026年年度业绩预告": "星澜新能源科技股份有限公司",
		"望川购物中心 2026年度公司治理报告":      "望川购物中心",
		"储能行业深度报告：价格止跌":            "",
		"2026年宏观展望":                "",
	} {
		if got, ok := Subject(title); got.Name != want || ok != (want != "") {
			t.Errorf("Subject(%q): got %q, %v, want %q", title, got.Name, ok, want)
		}
	}
}

// TestHarvestForms holds Harvest against the golden table: a text (\n and \t
// written so), a tab, and the pairs it states: code, blank, name, parted by
// semicolons; - for none.
func TestHarvestForms(t *testing.T) {
	table, err := os.ReadFile(filepath.Join("testdata", "harvest.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		in, want, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("row %q has no tab", line)
		}
		var got []string
		for _, s := range Harvest(strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(in)) {
			got = append(got, strings.TrimSpace(s.Code+" "+s.Name))
		}
		if s := strings.Join(got, "; "); s != strings.TrimPrefix(want, "-") {
			t.Errorf("Harvest(%q) = %q, want %q", in, s, want)
		}
	}
}

func FuzzHarvest(f *testing.F) {
	for _, s := range []string{
		"星河智能（999230.SZ）", "霁川生物-U（688990.SH/00998.HK）", "Corvane Beauty, Inc. (NASDAQ: CRVN)", "999777.SZ\t澜海储能\t3.62",
		"证券代码：688990 证券简称：星澜科技", "Bloomberg: 988 HK", "合计（600123）", "*ST朗玥(300990)\n朗玥(300990)", "（（（600519", "\xff600519.SH",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		seen := map[string]bool{}
		for _, sec := range Harvest(s) {
			if sec.Code == "" || seen[sec.Code] {
				t.Errorf("Harvest(%q): code %q empty or twice", s, sec.Code)
			}
			seen[sec.Code] = true
			if code, ok := Canonical(sec.Code); ok && code != sec.Code && !digits6.MatchString(sec.Code) {
				t.Errorf("Harvest(%q): code %q is not canonical", s, sec.Code)
			}
			if strings.ContainsAny(sec.Name, "\n\t") {
				t.Errorf("Harvest(%q): name %q", s, sec.Name)
			}
		}
	})
}
