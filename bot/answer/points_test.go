package answer

import (
	"slices"
	"testing"
)

// What follows the sentence that names the topic are the points; what only
// announces or rounds off is none.
func TestPoints(t *testing.T) {
	at := func(hit, from int, score float64, quote string) candidate {
		return candidate{unit: unit{hit: hit, from: from, quote: quote}, score: score}
	}
	got := points([]candidate{
		at(0, 0, 1, "环保方面公司采取了一系列措施。"),
		at(1, 0, 0.6, "公司治理稳健。"),
		at(0, 90, 0.5, "综上所述，环保取得成效。"),
		at(0, 30, 0.1, "三月改造了锅炉。"),
		at(0, 60, 0.1, "五月停用了煤。"),
		at(1, 30, 0.1, "董事会换届。"),
	})
	var order []string
	for _, c := range got {
		order = append(order, c.quote)
	}
	want := []string{"三月改造了锅炉。", "五月停用了煤。", "公司治理稳健。", "董事会换届。", "环保方面公司采取了一系列措施。", "综上所述，环保取得成效。"}
	if !slices.Equal(order, want) {
		t.Errorf("got %q, want %q", order, want)
	}
}
