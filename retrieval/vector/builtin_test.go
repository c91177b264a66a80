package vector

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
)

func embed(t testing.TB, texts ...string) [][]float32 {
	t.Helper()
	out, err := Builtin{}.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The vectors of builtin-512 are stored in data folders: they never change.
// A row that fails means that the embedder needs a new name.
func TestBuiltinGolden(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "1: 0:+1.0000"},
		{"……！？ \u200b", "1: 0:+1.0000"},
		{"算力", "3: 64:-0.4975 256:+0.4975 322:-0.7107"},
		{"的", "1: 473:+1.0000"},
		{"NVIDIA", "1: 236:-1.0000"},
		{"ＮＶＩＤＩＡ", "1: 236:-1.0000"},
		{"2026年营收 12.5 亿元", "10: 87:+0.2554 92:+0.2979 94:-0.4256 141:+0.4256 155:+0.2979 209:-0.1703 218:-0.4256 220:-0.0851 416:-0.2979 511:-0.2979"},
		{"算力算力算力", "4: 64:-0.4316 225:-0.4974 256:+0.4316 322:-0.6165"},
	} {
		v := embed(t, c.text)[0]
		var cells []string
		for i, x := range v {
			if x != 0 {
				cells = append(cells, fmt.Sprintf("%d:%+.4f", i, x))
			}
		}
		if got := fmt.Sprintf("%d: %s", len(cells), strings.Join(cells, " ")); got != c.want {
			t.Errorf("Embed(%q) = %s, want %s", c.text, got, c.want)
		}
	}
}

func TestBuiltinUnit(t *testing.T) {
	for i, v := range embed(t, "", "的", strings.Repeat("算力需求增长 ", 500), "a b c 1 2 3", "\xff\xfe", "𠮷野家", "カタカナ 한국어") {
		if n := cosine(v, v); len(v) != 512 || math.IsNaN(n) || math.Abs(norm(v)-1) > 1e-6 {
			t.Errorf("vector %d: %d dimensions, length %v", i, len(v), norm(v))
		}
	}
}

func norm(v []float32) float64 {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum)
}

// A text alone and among others, folded or not, has one vector.
func TestBuiltinSame(t *testing.T) {
	texts := []string{"科大讯飞 2022 年 9 月营收", "NVIDIA's EPS rose 12.5%", "算力租赁价格"}
	together := embed(t, texts...)
	for i, s := range texts {
		if got := cosine(embed(t, s)[0], together[i]); got < 1-1e-9 {
			t.Errorf("%q alone and together: cosine %v", s, got)
		}
	}
	for _, pair := range [][2]string{
		{"2022 年 9 月", "2022年9月"},
		{"ＰＥ（ＴＴＭ）", "pe(ttm)"},
		{"营收 1,234 亿元", "营收1234亿元"},
	} {
		v := embed(t, pair[0], pair[1])
		if got := cosine(v[0], v[1]); got < 1-1e-9 {
			t.Errorf("%q and %q: cosine %v", pair[0], pair[1], got)
		}
	}
}

// Each row: the question is nearer to the first text than to the second.
func TestBuiltinNearer(t *testing.T) {
	for _, c := range []struct{ question, near, far string }{
		{"科大讯飞的评级是什么？", "我们维持科大讯飞“买入”评级，目标价65元。", "贵州茅台的渠道库存是什么水平？的了是在和有不"},
		{"算力租赁价格怎么样", "上半年算力租赁的价格环比下降约一成。", "怎么样看待白酒行业的价格体系"},
		{"2026年净利润预测", "预计公司2026年净利润为12.5亿元。", "预计公司2025年收入增长。"},
		{"光伏组件出口", "组件出口同比增长，光伏装机超预期。", "出口退税政策对纺织服装的影响。"},
		{"What is the target price of Tencent?", "We raise our Tencent target price to HK$600.", "What is the outlook for the price of oil, and what are the risks?"},
		{"NVIDIA 数据中心收入", "NVIDIA data center revenue, 数据中心收入占比继续提升", "AMD 客户端收入下降，数据库软件承压"},
		{"CPI同比", "8月CPI同比上涨0.3%", "8月PPI环比下降"},
		{"600519", "贵州茅台（600519.SH）", "五粮液（000858.SZ）"},
	} {
		v := embed(t, c.question, c.near, c.far)
		if near, far := cosine(v[0], v[1]), cosine(v[0], v[2]); near <= far+0.1 {
			t.Errorf("%s: %.3f to %s, %.3f to %s", c.question, near, c.near, far, c.far)
		}
	}
}

func TestBuiltinCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Builtin{}).Embed(ctx, []string{"a"}); !errors.Is(err, context.Canceled) {
		t.Errorf("Embed: %v", err)
	}
}

func TestFunctionTables(t *testing.T) {
	seen := make(map[rune]bool)
	for _, chars := range functionChars {
		for _, r := range chars {
			if seen[r] || r < firstHan || r > lastHan {
				t.Errorf("%c stands twice or is outside the block", r)
			}
			seen[r] = true
		}
	}
	if len(seen) < 110 || len(functionWords) < 60 {
		t.Errorf("%d characters, %d words", len(seen), len(functionWords))
	}
}

func FuzzBuiltin(f *testing.F) {
	f.Add("算力 12.5 NVIDIA. 3.")
	f.Add(".5.a1.2.")
	f.Fuzz(func(t *testing.T, s string) {
		if n := norm(embed(t, s)[0]); math.Abs(n-1) > 1e-5 {
			t.Errorf("length %v", n)
		}
	})
}

// 1,000 passages of 300 characters.
func BenchmarkBuiltin(b *testing.B) {
	var all []string
	runes := []rune("预计公司二零二六年营业收入同比增长百分之十二，算力租赁业务毛利率提升，维持买入评级，NVIDIA 目标价 65.00 元。风险提示：需求不及预期、行业竞争加剧、汇率波动。")
	for i := range 1000 {
		var s strings.Builder
		for j := range 300 {
			s.WriteRune(runes[(i*7+j*j)%len(runes)])
		}
		all = append(all, s.String())
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := (Builtin{}).Embed(b.Context(), all); err != nil {
			b.Fatal(err)
		}
	}
}
