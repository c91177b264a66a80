package lexical

import (
	"testing"

	"reportbot/ingest/report"
	"reportbot/ingest/text"
	"reportbot/retrieval"
)

func TestRarity(t *testing.T) {
	x := New()
	x.Replace(retrieval.Entry{
		Report: report.Report{ID: "r1", Collection: "default"},
		Passages: []report.Passage{
			{ID: "r1-1", ReportID: "r1", Text: "储能 出货"}, {ID: "r1-2", ReportID: "r1", Text: "储能 价格"}, {ID: "r1-3", ReportID: "r1", Text: "电芯"},
		},
	})
	rarity := func(word string) float64 {
		for token, piece := range text.Tokens(word) {
			if piece == word {
				return x.Rarity(retrieval.Scope{"default"}, token)
			}
		}
		t.Fatalf("no token %q", word)
		return 0
	}
	common, rare, unseen := rarity("储能"), rarity("电芯"), rarity("光伏")
	if !(0 < common && common < rare && rare < unseen) {
		t.Errorf("rarity of a word in two, one and no passages: %.2f, %.2f, %.2f; want them rising from above 0", common, rare, unseen)
	}
	x.Replace(retrieval.Entry{Report: report.Report{ID: "h", Collection: "hidden"}, Passages: []report.Passage{{ID: "h-1", ReportID: "h", Text: "光伏 电芯"}}})
	if rarity("光伏") != unseen || rarity("电芯") != rare {
		t.Error("a collection out of scope changes how rare words are")
	}
	x.Remove("r1")
	if got := rarity("储能"); got < 0 {
		t.Errorf("rarity in an empty index: %.2f, want no less than 0", got)
	}
}
