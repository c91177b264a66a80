package ticker_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"reportbot/bot/ticker"
)

// A card is made of what is visible when it is asked for, although the store
// does not change when an embargo ends: not a rating, a target, a count or the
// name of a house comes from a report that is not.
func TestCardHoldsToEmbargo(t *testing.T) {
	now := today
	d := newDeskAt(t, func() time.Time { return now })
	const note = "# %s：%s\n\n%s 2026-0%d-01\n\n公司：星河智能（999230.SZ） 评级：%s 目标价：%s元\n\n## 1 要点\n\n%s预计星河智能全年收入增长%s%%，毛利率改善。\n"
	d.add("default",
		"a.md", fmt.Sprintf(note, "星河智能", "稳步向前", "青岚证券", 3, "增持", "41.20", "我们", "12"),
		"b.md", fmt.Sprintf(note, "星河智能", "更上层楼", "长汀证券", 4, "买入", "77.70", "我们", "34"),
		"b.meta.yaml", "visible_from: "+now.Add(time.Hour).Format(time.RFC3339))
	said := func() string { return fmt.Sprintf("%+v", d.card("999230.SZ")) }
	secret := []string{"长汀", "77.7", "更上层楼", "34%"}
	hidden := said()
	for _, s := range secret {
		if strings.Contains(hidden, s) {
			t.Errorf("a card tells %q before its time:\n%s", s, hidden)
		}
	}
	now = now.Add(time.Hour)
	shown := said()
	for _, s := range secret[:3] {
		if !strings.Contains(shown, s) {
			t.Errorf("a card does not tell %q:\n%s", s, shown)
		}
	}
	now = now.Add(-time.Second)
	if again := said(); again != hidden {
		t.Errorf("after the clock went back:\n%s\nwant\n%s", again, hidden)
	}
	c, err := d.Card(t.Context(), ticker.Query{Text: "长汀证券", Scope: everything, Now: today})
	if err != nil || c.Status == ticker.Answered {
		t.Errorf("%+v, %v", c, err)
	}
}
