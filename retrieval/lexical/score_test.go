package lexical

import (
	"math"
	"strings"
	"testing"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// TestParts has one row for every part of the score. The order in want is the
// part's doing: with the part taken out, ties fall back to the passage ID and
// put the passage of the lower ID first.
func TestParts(t *testing.T) {
	filler := []retrieval.Entry{doc("y", "", "天气晴朗"), doc("z", "", "无关内容")}
	for _, row := range []struct {
		part    string
		query   retrieval.Query
		entries []retrieval.Entry
		want    string
	}{
		{"bigrams: in this order", retrieval.Query{Text: "毛利"},
			[]retrieval.Entry{doc("a", "", "利差和毛重"), doc("b", "", "重差和毛利")}, "b.1 a.1"},
		{"characters: apart", retrieval.Query{Text: "扩产"},
			[]retrieval.Entry{doc("b", "", "扩大生产")}, "b.1"},
		{"words", retrieval.Query{Text: "capex growing"},
			[]retrieval.Entry{doc("a", "", "revenue is flat"), doc("b", "", "capex grows")}, "b.1"},
		{"plain numbers", retrieval.Query{Text: "300750"},
			[]retrieval.Entry{doc("a", "", "代码 300751"), doc("b", "", "代码 300750")}, "b.1"},
		{"numbers with units", retrieval.Query{Text: "3.2亿"},
			[]retrieval.Entry{doc("a", "", "3.2万人,亿元"), doc("b", "", "3.2亿人,万元")}, "b.1 a.1"},
		{"rarity", retrieval.Query{Text: "光伏 锂电"},
			[]retrieval.Entry{doc("a", "", "光伏"), doc("b", "", "锂电"), doc("c", "", "光伏"), doc("d", "", "光伏")}, "b.1 a.1 c.1 d.1"},
		{"length", retrieval.Query{Text: "光伏"},
			[]retrieval.Entry{doc("a", "", "光伏之外还有许多别的话要说"), doc("b", "", "光伏之外")}, "b.1 a.1"},
		{"saturation", retrieval.Query{Text: "光伏 锂电"},
			[]retrieval.Entry{doc("a", "", "光伏光伏光伏光伏"), doc("b", "", "锂电光伏的占比")}, "b.1 a.1"},
		{"repeated in the question", retrieval.Query{Text: "光伏,锂电,锂电"},
			[]retrieval.Entry{doc("a", "", "光伏"), doc("b", "", "锂电")}, "b.1 a.1"},
		{"title outweighs text", retrieval.Query{Text: "光伏"},
			[]retrieval.Entry{doc("a", "年度展望", "光伏走强"), doc("b", "光伏展望", "年度走强")}, "b.1 a.1"},
		{"section title", retrieval.Query{Text: "光伏"},
			[]retrieval.Entry{doc("a", "", "走强"), func() retrieval.Entry {
				e := doc("b", "", "走强")
				e.Passages[0].Path = []string{"行业", "光伏"}
				return e
			}()}, "b.1"},
		{"neighbours", retrieval.Query{Text: "光伏 锂电"},
			[]retrieval.Entry{doc("a", "", "光伏", "甲乙"), doc("b", "", "光伏", "锂电")}, "b.2 b.1 a.1 a.2"},
		{"security by name", retrieval.Query{Text: "产能", Securities: []string{"青岚科技"}},
			[]retrieval.Entry{doc("a", "", "产能"), with(doc("b", "", "产能"), func(r *report.Report) {
				r.Securities = []report.Security{{Code: "300001.SZ", Name: "青岚科技"}}
			})}, "b.1 a.1"},
		{"security by code", retrieval.Query{Text: "产能", Securities: []string{"300001.sz"}},
			[]retrieval.Entry{doc("a", "", "产能"), with(doc("b", "", "产能"), func(r *report.Report) {
				r.Securities = []report.Security{{Code: "300001.SZ", Name: "青岚科技"}}
			})}, "b.1 a.1"},
		{"date", retrieval.Query{Text: "何时投产"},
			[]retrieval.Entry{doc("a", "", "产线投产,先试后量"), doc("b", "", "产线投产,3月6日")}, "b.1 a.1"},
		{"prior", retrieval.Query{Text: "产能", Prior: []string{"c", "b"}},
			[]retrieval.Entry{doc("a", "", "产能"), doc("c", "", "产能"), doc("b", "", "产能")}, "c.1 b.1 a.1"},
	} {
		t.Run(row.part, func(t *testing.T) {
			x := loaded(t, append(row.entries, filler...)...)
			row.query.Scope = scopeA
			if got := ids(x.Search(t.Context(), row.query, 9)); got != row.want {
				t.Errorf("Search(%q) = %s, want %s", row.query.Text, got, row.want)
			}
		})
	}
}

func TestDateCueNeedsQuestion(t *testing.T) {
	x := loaded(t, doc("a", "", "产线投产,先试后量"), doc("b", "", "产线投产,3月6日"))
	for question, want := range map[string]string{"投产": "a.1 b.1", "投产的时间": "b.1 a.1", "when 投产": "b.1 a.1"} {
		hits := x.Search(t.Context(), retrieval.Query{Text: question, Scope: scopeA}, 9)
		if got := ids(hits); got != want {
			t.Errorf("Search(%q) = %s, want %s", question, got, want)
		}
	}
}

func TestExplain(t *testing.T) {
	b := with(doc("b", "产能展望 capex", "3月投产", "产能 capex 2亿"), func(r *report.Report) {
		r.Securities = []report.Security{{Code: "300001.SZ"}}
	})
	x := loaded(t, doc("a", "", "产能"), b, doc("c", "", "无关"))
	q := retrieval.Query{Text: "capex 产能何时投产", Scope: scopeA, Securities: []string{"300001.SZ"}, Prior: []string{"b"}}
	hits := x.Search(t.Context(), q, 9)
	got := x.Explain(t.Context(), q, []string{"b.1", "a.1", "c.1", "none"})
	var parts []string
	for _, part := range []string{partBigrams, partChars, partWords, partNeighbour, partSecurity, partDate, partPrior} {
		if got["b.1"][part] > 0 {
			parts = append(parts, part)
		}
	}
	if want := "bigrams characters words neighbours security date prior"; strings.Join(parts, " ") != want {
		t.Errorf("parts of b.1: got %v, want %s", got["b.1"], want)
	}
	if len(got) != 2 || len(got["a.1"]) != 2 {
		t.Errorf("got %v, want b.1 and two parts of a.1", got)
	}
	for _, h := range hits {
		sum := 0.0
		for _, v := range got[h.PassageID] {
			sum += v
		}
		if got[h.PassageID] != nil && math.Abs(sum-h.Score) > 1e-4 {
			t.Errorf("%s: parts sum to %v, score is %v", h.PassageID, sum, h.Score)
		}
	}
}
