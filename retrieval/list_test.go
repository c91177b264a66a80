package retrieval_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

func by(publisher, published string) func(*report.Report) {
	return func(r *report.Report) { r.Publisher, r.Published = publisher, published }
}

const paragraph = "本周动力电池排产环比增长百分之八，碳酸锂价格企稳，下游备货意愿回升，我们维持对电池环节的积极看法，关注海外需求与储能订单的兑现节奏"

// What a house says in five morning notes is found once; what another house or
// its own table says as well is not folded.
func TestListFoldsCopies(t *testing.T) {
	st := open(t, t.TempDir())
	for i := range 5 {
		put(t, st, fmt.Sprintf("note%d", i), by("青岚证券", fmt.Sprintf("2026-03-0%d", i+1)), paragraph+strings.Repeat("。", i%2))
	}
	put(t, st, "other", by("北辰证券", "2026-03-01"), paragraph)
	put(t, st, "nobody", nil, paragraph)
	f := find(t, searcher(t, st, &embedder{}, 0), retrieval.Query{Text: "动力电池排产", Scope: scopeA})
	if len(f.Hits) != 3 {
		t.Fatalf("found %s, want three", ids(f))
	}
	every := find(t, searcher(t, st, &embedder{}, 0), retrieval.Query{Text: "动力电池排产", Scope: scopeA, Copies: true})
	if len(every.Hits) != 7 {
		t.Errorf("with copies found %s, want all seven", ids(every))
	}
	for _, h := range f.Hits {
		want := 0
		if h.Report.Publisher == "青岚证券" {
			want = 4
		}
		if len(h.Same) != want {
			t.Errorf("%s stands for %v, want %d others", h.Passage.ID, h.Same, want)
		}
	}
}

// One report does not fill the list while others have something to say.
func TestListSharesOut(t *testing.T) {
	st := open(t, t.TempDir())
	var long []string
	for i := range 20 {
		long = append(long, fmt.Sprintf("算力需求第%d章，算力需求增长", i))
	}
	put(t, st, "deep", nil, long...)
	for i := range 4 {
		put(t, st, fmt.Sprintf("n%d", i), nil, "各家厂商的资本开支计划、机柜数量与电力供给都在扩大，算力也是")
	}
	s := searcher(t, st, &embedder{}, 0)
	for limit, want := range map[int]int{8: 4, 20: 16} { // what is left of the list is filled
		deep := 0
		for _, h := range find(t, s, retrieval.Query{Text: "算力需求", Scope: scopeA, Limit: limit}).Hits {
			if h.Report.ID == "deep" {
				deep++
			}
		}
		if deep != want {
			t.Errorf("limit %d: %d passages of one report, want %d", limit, deep, want)
		}
	}
}

// A newer report of a house on a company takes the place of its older one,
// unless older ones are asked for or the newer one says little of it.
func TestListSupersedes(t *testing.T) {
	st := open(t, t.TempDir())
	star := func(publisher, published string) func(*report.Report) {
		return both(by(publisher, published), on("999230.SZ", "星河智能"))
	}
	put(t, st, "old", star("青岚证券", "2026-03-01"), "目标价由四十元上调，毛利率改善，目标价空间充足")
	put(t, st, "new", star("青岚证券", "2026-08-01"), "目标价五十元，毛利率改善")
	put(t, st, "theirs", star("北辰证券", "2026-01-01"), "目标价三十元")
	put(t, st, "aside", star("北辰证券", "2026-08-02"), "公司公告董事变更")
	for _, w := range weights { // fused scores cannot be compared
		supersedes(t, searcher(t, st, &embedder{}, w))
	}
}

func supersedes(t *testing.T, s *retrieval.Searcher) {
	t.Helper()
	for _, tt := range []struct {
		question string
		last     bool // the superseded one comes last
	}{{"星河智能的目标价和毛利率", true}, {"星河智能目标价的历次变化", false}, {"2026年3月的研报给星河智能的目标价", false}, {"星河智能为什么上调评级，目标价", false}} {
		f := find(t, s, retrieval.Query{Text: tt.question, Scope: scopeA, Now: time.Date(2026, 8, 31, 0, 0, 0, 0, time.UTC)})
		var got []string
		for _, h := range f.Hits {
			got = append(got, h.Report.ID)
		}
		if len(got) != 4 || (got[3] == "old") != tt.last {
			t.Errorf("%s: found %v, want the old one last: %v", tt.question, got, tt.last)
		}
	}
}

// What a question says of the reports it wants raises those that are so.
func TestPreferred(t *testing.T) {
	st := open(t, t.TempDir())
	for i := range 12 {
		put(t, st, fmt.Sprintf("r%02d", i), func(r *report.Report) {
			r.Publisher, r.Published = []string{"青岚证券", "北辰证券", "磐石证券"}[i%3], fmt.Sprintf("2026-%02d-10", 1+i%12)
			r.Rating, r.Industry = []string{"买入", "增持"}[i%2], []string{"电子", "银行", "煤炭", "汽车"}[i%4]
		}, fmt.Sprintf("算力需求增长，%s", strings.Repeat(string(rune(0x4e00+i)), 20)))
	}
	s := searcher(t, st, &embedder{}, 0)
	for question, want := range map[string]func(*report.Report) bool{
		"北辰怎么看算力需求":       func(r *report.Report) bool { return r.Publisher == "北辰证券" },
		"上个月的研报怎么看算力需求":   func(r *report.Report) bool { return r.Published == "2026-07-10" },
		"给出增持评级的算力需求":     func(r *report.Report) bool { return r.Rating == "增持" },
		"煤炭行业的算力需求":       func(r *report.Report) bool { return r.Industry == "煤炭" },
		"磐石证券近三个月怎么看算力需求": func(r *report.Report) bool { return r.Publisher == "磐石证券" && r.Published >= "2026-05-31" },
	} {
		f := find(t, s, retrieval.Query{Text: question, Scope: scopeA, Now: time.Date(2026, 8, 31, 0, 0, 0, 0, time.UTC)})
		if len(f.Hits) == 0 || !want(f.Hits[0].Report) {
			t.Errorf("%s: first is %+v", question, f.Hits[0].Report)
		}
		if len(f.Hits) != 8 {
			t.Errorf("%s: %d hits, want the others behind", question, len(f.Hits))
		}
	}
}
