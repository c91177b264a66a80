package answer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// A part of an enumeration is shown whole or under its label.
func TestEnumerations(t *testing.T) {
	zh := strings.Repeat("海外工厂提前达产", 9)
	en := strings.Repeat("orders of the largest customer come back early, ", 3) + "all"
	for _, row := range []struct {
		name, text string
		want       []string // as shown
	}{
		{"short stays whole", "Upside risks: a design win; a buyback. Downside risks: a lost customer; export rules.",
			[]string{"Upside risks: a design win; a buyback.", "Downside risks: a lost customer; export rules."}},
		{"short in Chinese", "上行风险：提价；扩产。下行风险：降价；停产。", []string{"上行风险：提价；扩产。", "下行风险：降价；停产。"}},
		{"long parts carry it", "上行风险：" + zh + "；" + zh + "；提价。", []string{"上行风险：" + zh + "；", "上行风险：" + zh + "；提价。"}},
		{"long parts in English", "Upside risks: " + en + "; " + en + "; a buyback.", []string{"Upside risks: " + en + ";", "Upside risks: " + en + "; a buyback."}},
		{"each its own", "上行风险：" + zh + "；" + zh + "；下行风险：" + zh + "；" + zh + "。",
			[]string{"上行风险：" + zh + "；", "上行风险：" + zh + "；", "下行风险：" + zh + "；", "下行风险：" + zh + "。"}},
		{"a label never joins the other's parts", "上行风险：提价；下行风险：降价。", []string{"上行风险：提价；", "下行风险：降价。"}},
		{"labels in labels", "五、风险提示：上行风险：" + zh + "；" + zh + "。", []string{"五、风险提示：上行风险：" + zh + "；", "五、风险提示：上行风险：" + zh + "。"}},
		{"items under a lead", "Downside risks:\n- export rules\n- a lost customer", []string{"Downside risks: export rules", "Downside risks: a lost customer"}},
		{"a title", "3Q26: pricing has turned; downgrade to Equal-weight", []string{"3Q26: pricing has turned; downgrade to Equal-weight"}},
		{"no label is made of a sentence", zh + "；" + zh + "：扩产；提价。", []string{zh + "；", zh + "：扩产；提价。"}},
		{"a ratio is none", "The ratio was 3:1 in May; it was 2:1 in June.", []string{"The ratio was 3:1 in May; it was 2:1 in June."}},
	} {
		var got []string
		for _, u := range units(hitOf(report.Prose, row.text), 0) {
			if !strings.Contains(row.text, u.quote) {
				t.Errorf("%s: quote %q is not in the text", row.name, u.quote)
			}
			got = append(got, u.shown)
		}
		if d := cmp.Diff(row.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", row.name, d)
		}
	}
}

// What is cut out of a long labelled statement keeps the label.
func TestClipKeepsLabel(t *testing.T) {
	q := "下行风险：" + strings.Repeat("行业价格战加剧，", 4) + "客户自研加快。"
	c := candidate{unit: unit{quote: q, shown: q, own: "下行风险："}}
	c.clip((&Answerer{search: desk().searcher(t)}).analyse(queryOf("客户自研"), retrieval.Found{}), 8)
	if want := "下行风险：客户自研加快。"; c.shown != want || !strings.Contains(q, c.quote) {
		t.Errorf("got %q quoting %q, want %q", c.shown, c.quote, want)
	}
}
