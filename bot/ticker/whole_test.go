package ticker_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"reportbot/bot/ticker"
	"reportbot/ingest/report"
)

// busy is a corpus in which something happens before passages are read.
type busy struct {
	corpus
	meanwhile func()
}

func (b busy) ReportPassages(ctx context.Context, id string) ([]report.Passage, error) {
	b.meanwhile()
	return b.corpus.ReportPassages(ctx, id)
}

// A card says what reports say as they are at one moment: of a report that
// another one takes the place of, it is the old or the new one that is told.
func TestCardIsOfOneMoment(t *testing.T) {
	d := newDesk(t)
	version := 0
	change := func() {
		version++
		d.add("default", "a.md", fmt.Sprintf("# 星河智能：第%d号\n\n青岚证券 2026-03-01\n\n公司：星河智能（999230.SZ） 评级：增持 目标价：%d.20元\n\n## 1 要点\n\n我们预计星河智能第%d号生产线的收入增长。\n", version, 40+version, version))
		if all, err := d.Store.AllReports(t.Context()); err != nil || len(all) > 1 { // each is a file of its own: the one before goes
			for _, r := range all {
				if !strings.Contains(r.Report.Title, fmt.Sprintf("第%d号", version)) {
					if _, err := d.Remove(t.Context(), r.Report.ID); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
	change()
	left := 0
	cards := ticker.New(busy{d.corpus, func() {
		if left > 0 {
			left--
			change()
		}
	}}, known(), nil)
	for _, times := range []int{0, 1, 3} {
		left = times
		c, err := cards.Card(t.Context(), ticker.Query{Text: "999230.SZ", Scope: everything, Now: today})
		if err != nil || c.Status != ticker.Answered {
			t.Fatalf("%d changes: %+v, %v", times, c, err)
		}
		want := fmt.Sprintf("第%d号", version)
		if len(c.Reports) != 1 || !strings.Contains(c.Reports[0].Title, want) || len(c.Targets) != 1 || c.Targets[0].Value != 40.2+float64(version) {
			t.Errorf("%d changes: want all of %s:\n%+v", times, want, c)
		}
	}
	left = 1000
	if c, err := cards.Card(t.Context(), ticker.Query{Text: "999230.SZ", Scope: everything, Now: today}); err == nil {
		t.Errorf("a card of reports that never stand still: %+v", c)
	}
}
