package retrieval_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/ingest/security"
	"reportbot/retrieval"
	"reportbot/retrieval/lexical"
	"reportbot/retrieval/store"
	"reportbot/retrieval/vector"
)

// weights are the ways to search: words alone, and with vectors.
var weights = []float64{0, 0.5}

// moment is no matter: which change of the store brought a report is shown to
// nobody.
var moment = cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Generation" }, cmp.Ignore())

// What the asker may not see changes nothing: not the hits, their scores and
// order, the securities recognised, nor the list of reports.
func TestScope(t *testing.T) {
	visible, all := open(t, t.TempDir()), open(t, t.TempDir())
	put(t, all, "h1", both(in("b"), on("601318.SH", "平安")), "平安金丝雀利润增长", "金丝雀")          // same name, other code
	put(t, all, "h2", both(in("b"), on("000001.SZ", "星河金丝雀")), "算力金丝雀")                  // same code, other name
	put(t, all, "h3", both(in("b"), on("999999.SZ", "星河智能科技")), "星河智能科技金丝雀算力", "算力需求增长") // a longer name
	for _, st := range []*store.Store{visible, all} {
		for i, name := range []string{"平安", "星河智能", ""} {
			put(t, st, fmt.Sprintf("v%d", i), on("000001.SZ", name), "算力需求增长", fmt.Sprintf("利润增长%d", i))
		}
	}
	for _, w := range weights {
		want, got := searcher(t, visible, &embedder{}, w), searcher(t, all, &embedder{}, w)
		for _, q := range []string{"金丝雀", "平安利润", "星河智能科技的算力", "星河金丝雀", "999999", "000001怎么样", "601318.SH", "算力需求增长"} {
			query := retrieval.Query{Text: q, Scope: scopeA, Limit: 20, Securities: []string{"999999.SZ"}}
			if diff := cmp.Diff(find(t, want, query), find(t, got, query), moment); diff != "" {
				t.Errorf("weight %v, question %s (-without +with hidden reports):\n%s", w, q, diff)
			}
		}
		a, err := want.Reports(t.Context(), scopeA)
		b, err2 := got.Reports(t.Context(), scopeA)
		if diff := cmp.Diff(a, b, moment); diff != "" || err != nil || err2 != nil || len(a) != 3 {
			t.Errorf("Reports (-without +with hidden reports), %v, %v:\n%s", err, err2, diff)
		}
		if f := find(t, got, retrieval.Query{Text: "星河智能科技 金丝雀", Scope: retrieval.Scope{"b"}}); !strings.HasPrefix(ids(f), "h3-1") || len(f.Securities) != 1 {
			t.Errorf("in b: %s, %v; the canary sings for nobody", ids(f), f.Securities)
		}
	}
}

func TestEmptyScope(t *testing.T) {
	st, e := open(t, t.TempDir()), &embedder{}
	put(t, st, "r", on("000001.SZ", "平安"), "平安利润")
	s := searcher(t, st, e, 1)
	if f := find(t, s, retrieval.Query{Text: "平安利润"}); f.Hits != nil || f.Securities != nil || f.Note != "" || e.calls.Load() != 0 {
		t.Errorf("Search in no scope = %+v, %d texts embedded", f, e.calls.Load())
	}
	if rs, err := s.Reports(t.Context(), nil); rs != nil || err != nil {
		t.Errorf("Reports in no scope = %v, %v", rs, err)
	}
}

// Conditions hold of what either index finds.
func TestConditions(t *testing.T) {
	st := open(t, t.TempDir())
	for i := range 120 { // nearer to the question than all that meets a condition
		put(t, st, fmt.Sprintf("n%03d", i), nil, "算力需求")
	}
	meta := func(publisher, rating, industry, published string) func(*report.Report) {
		return func(r *report.Report) {
			r.Publisher, r.Rating, r.Industry, r.Published = publisher, rating, industry, published
		}
	}
	put(t, st, "x", meta("青岚证券", "买入", "通信", "2026-03-01"), "云厂商的算力投资计划")
	put(t, st, "y", meta("北辰", "Buy", "电子", "2026-04-01"), "芯片供给")
	day := func(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
	for _, w := range []float64{0, 5} {
		s := searcher(t, st, &embedder{}, w)
		for _, c := range []struct {
			name string
			q    retrieval.Query
			want string
		}{
			{"publisher", retrieval.Query{Publishers: []string{"青岚证券"}}, "x"},
			{"two", retrieval.Query{Publishers: []string{"北辰", "青岚证券"}}, "xy"},
			{"rating, folded", retrieval.Query{Ratings: []string{"ＢＵＹ"}}, "y"},
			{"industry", retrieval.Query{Industries: []string{"通信"}}, "x"},
			{"since", retrieval.Query{Since: day("2026-03-01")}, "xy"},
			{"later", retrieval.Query{Since: day("2026-03-02")}, "y"},
			{"until", retrieval.Query{Until: day("2026-03-01")}, "x"},
			{"all of them", retrieval.Query{Until: day("2026-03-01"), Ratings: []string{"buy"}}, "ny"}, // none: all are searched, and it is said
		} {
			c.q.Text, c.q.Scope, c.q.Limit = "算力需求与芯片", scopeA, 60
			got := map[byte]bool{}
			f := find(t, s, c.q)
			if wider := "no report meets buy, until 2026-03-01: all were searched"; (c.name == "all of them") != (f.Note == wider) {
				t.Errorf("weight %v, %s: note %q", w, c.name, f.Note)
			}
			for _, h := range f.Hits {
				got[h.Report.ID[0]] = true
			}
			want := map[byte]bool{}
			for i := range c.want {
				want[c.want[i]] = true
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("weight %v, %s (-want +got):\n%s", w, c.name, diff)
			}
		}
	}
}

func TestEmbedderFails(t *testing.T) {
	st := open(t, t.TempDir())
	for i := range 9 {
		put(t, st, fmt.Sprintf("r%d", i), nil, "算力需求"+strings.Repeat("增长", i))
	}
	q := retrieval.Query{Text: "算力增长", Scope: scopeA}
	want := find(t, searcher(t, st, &embedder{}, 0), q)
	for _, c := range []struct {
		name, note string
		spoil      func([][]float32) ([][]float32, error)
	}{
		{"down", "words alone were searched: no route", func([][]float32) ([][]float32, error) { return nil, errors.New("no route") }},
		{"none", "words alone were searched: the embedder returned 0 vectors for one question", func([][]float32) ([][]float32, error) { return nil, nil }},
		{"two", "words alone were searched: the embedder returned 2 vectors for one question", func(v [][]float32) ([][]float32, error) { return append(v, v...), nil }},
		{"short", "has 3 dimensions", func([][]float32) ([][]float32, error) { return [][]float32{{1, 2, 3}}, nil }},
		{"zero", "is zero", func([][]float32) ([][]float32, error) { return [][]float32{make([]float32, 512)}, nil }},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := find(t, searcher(t, st, &embedder{spoil: c.spoil}, 1), q)
			if !strings.Contains(got.Note, c.note) || strings.Contains(got.Note, "\n") {
				t.Errorf("Note = %q, want %q", got.Note, c.note)
			}
			got.Note = ""
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-words alone +got):\n%s", diff)
			}
		})
	}
	if f := find(t, searcher(t, st, &embedder{}, 1), q); f.Note != "" {
		t.Errorf("Note = %q of an embedder that works", f.Note)
	}
}

// Without a share in the score vectors cost nothing.
func TestNoWeight(t *testing.T) {
	st, e, v := open(t, t.TempDir()), &embedder{}, vector.New()
	put(t, st, "r", nil, "算力需求")
	s, err := retrieval.NewSearcher(t.Context(), st, lexical.New(), v, e, 0)
	if err != nil {
		t.Fatal(err)
	}
	if f := find(t, s, retrieval.Query{Text: "算力", Scope: scopeA}); ids(f) != "r-1" || e.calls.Load() != 0 || v.Len() != 0 {
		t.Errorf("found %q, %d texts embedded, %d vectors held", ids(f), e.calls.Load(), v.Len())
	}
}

func TestLimit(t *testing.T) {
	st := open(t, t.TempDir())
	var texts []string
	for i := range 70 {
		texts = append(texts, fmt.Sprintf("算力需求第%d段", i))
	}
	put(t, st, "r", nil, texts...)
	for _, w := range weights {
		s := searcher(t, st, &embedder{}, w)
		for limit, want := range map[int]int{-1: 8, 0: 8, 1: 1, 3: 3, 60: 60, 100: 70} {
			f := find(t, s, retrieval.Query{Text: "算力需求", Scope: scopeA, Limit: limit})
			if len(f.Hits) != want {
				t.Errorf("weight %v, limit %d: %d hits, want %d", w, limit, len(f.Hits), want)
			}
			for i, h := range f.Hits {
				if i > 0 && h.Score > f.Hits[i-1].Score || h.Report == nil || h.Report.ID != h.Passage.ReportID {
					t.Errorf("weight %v: hit %d is %+v after a score of %v", w, i, h, f.Hits[max(0, i-1)].Score)
				}
			}
		}
	}
}

// The caller's query is read only, even where there is room to append.
func TestQueryIsKept(t *testing.T) {
	st := open(t, t.TempDir())
	put(t, st, "r", on("000001.SZ", "平安"), "平安利润")
	put(t, st, "s", on("", "未上市公司"), "利润")
	room := make([]string, 0, 4)
	q := retrieval.Query{Text: "平安与未上市公司的利润", Scope: scopeA, Securities: room}
	s := searcher(t, st, &embedder{}, 0)
	f := find(t, s, q)
	if got := room[:2]; got[0] != "" || got[1] != "" || len(f.Securities) != 2 {
		t.Errorf("after %v, the caller's memory holds %q", f.Securities, got)
	}
	s.Explain(t.Context(), q, f.Hits)
	for _, h := range f.Hits {
		if h.Parts["security"] <= 0 {
			t.Errorf("passage %s is of a security asked about; parts %v", h.Passage.ID, h.Parts)
		}
	}
}

func TestSearchCancelled(t *testing.T) {
	st := open(t, t.TempDir())
	put(t, st, "r", nil, "算力")
	s := searcher(t, st, &embedder{}, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if f, err := s.Search(ctx, retrieval.Query{Text: "算力", Scope: scopeA}); !errors.Is(err, context.Canceled) || f.Hits != nil {
		t.Errorf("Search = %+v, %v", f, err)
	}
}

func TestReports(t *testing.T) {
	st := open(t, t.TempDir())
	for i, date := range []string{"2026-03-01", "", "2026-05-01", "2026-03-01", "2026-04-01"} {
		put(t, st, fmt.Sprintf("r%d", i), func(r *report.Report) {
			r.Published, r.Collection = date, []string{"a", "b"}[i/4]
		}, "算力")
	}
	s := searcher(t, st, &embedder{}, 0)
	for scope, want := range map[string]string{"a": "r2 r0 r3 r1", "b": "r4", "b a": "r2 r4 r0 r3 r1", "c": ""} {
		rs, err := s.Reports(t.Context(), strings.Fields(scope))
		var got []string
		for _, r := range rs {
			got = append(got, r.ID)
		}
		if strings.Join(got, " ") != want || err != nil {
			t.Errorf("Reports(%s) = %q, %v, want %s", scope, got, err, want)
		}
	}
}

// What is known beforehand is one company by all its names, and is named only
// where a report in the scope is on it.
func TestKnow(t *testing.T) {
	st := open(t, t.TempDir())
	put(t, st, "r", on("999230.SZ", "旧星河"), "毛利率提升")
	put(t, st, "s", nil, "北屿电源的毛利率提升")
	put(t, st, "hidden", both(in("b"), on("999777.SZ", "澜海储能")), "毛利率提升")
	base := security.NewDirectory()
	base.AddListed([]security.Listed{
		{Code: "999230.SZ", Name: "星河智能", Aliases: []string{"Xinghe"}},
		{Code: "999405.SZ", Name: "北屿电源"},
		{Code: "999777.SZ", Name: "澜海储能"},
	}, security.Given)
	s := searcher(t, st, &embedder{}, 0)
	s.Know(base)
	for question, want := range map[string]string{
		"星河智能的毛利率": "999230.SZ", "Xinghe的毛利率": "999230.SZ", "旧星河的毛利率": "999230.SZ", "999230的毛利率": "999230.SZ",
		"北屿电源的毛利率": "", // known, but no report says that it is on it
		"澜海储能的毛利率": "", // a report is, elsewhere
	} {
		f := find(t, s, retrieval.Query{Text: question, Scope: scopeA})
		got := ""
		for _, m := range f.Securities {
			got += m.Code
		}
		if got != want {
			t.Errorf("%s: securities %v, want %q", question, f.Securities, want)
		}
		if want != "" && (len(f.Hits) == 0 || f.Hits[0].Report.ID != "r") {
			t.Errorf("%s: %s first, want the report on it", question, ids(f))
		}
	}
}
