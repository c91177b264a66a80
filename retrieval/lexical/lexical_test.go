package lexical

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reportbot/ingest/report"
	"reportbot/retrieval"
)

// doc makes a report of collection "a" with passages ID.1, ID.2, ...
func doc(id, title string, passages ...string) retrieval.Entry {
	e := retrieval.Entry{Report: report.Report{ID: id, Title: title, Collection: "a"}}
	for i, s := range passages {
		e.Passages = append(e.Passages, report.Passage{ID: fmt.Sprintf("%s.%d", id, i+1), ReportID: id, Text: s})
	}
	return e
}

// with changes the metadata of e.
func with(e retrieval.Entry, change func(r *report.Report)) retrieval.Entry {
	change(&e.Report)
	return e
}

func loaded(t *testing.T, entries ...retrieval.Entry) *Index {
	t.Helper()
	x := New()
	if err := x.Load(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	return x
}

func ids(hits []retrieval.Scored) string {
	var out []string
	for _, h := range hits {
		out = append(out, h.PassageID)
	}
	return strings.Join(out, " ")
}

var scopeA = retrieval.Scope{"a"}

func TestScope(t *testing.T) {
	visible := []retrieval.Entry{doc("r", "光伏展望", "光伏装机", "锂电出口"), doc("s", "年报", "光伏")}
	hide := func(r *report.Report) { r.Collection = "secret" }
	hidden := []retrieval.Entry{
		with(doc("h", "光伏机密", "光伏装机光伏装机"), hide),
		with(doc("i", "锂电", "锂电锂电锂电"), func(r *report.Report) { r.Collection = "other" }),
	}
	q := retrieval.Query{Text: "光伏装机 锂电", Scope: scopeA, Prior: []string{"h"}}
	want := loaded(t, visible...).Search(t.Context(), q, 9)
	x := loaded(t, append(hidden, visible...)...)
	if diff := cmp.Diff(x.Search(t.Context(), q, 9), want); diff != "" {
		t.Errorf("what lies outside the scope changes hits or scores, got (-) want (+):\n%s", diff)
	}
	if got := x.Explain(t.Context(), q, []string{"h.1"}); len(got) != 0 {
		t.Errorf("Explain outside the scope = %v, want nothing", got)
	}
	for _, scope := range []retrieval.Scope{nil, {}, {""}, {"none"}} {
		q.Scope = scope
		if got := x.Search(t.Context(), q, 9); got != nil {
			t.Errorf("Search in scope %q = %s, want nil", scope, ids(got))
		}
	}
	q.Scope = retrieval.Scope{"secret", "a", "secret"}
	if got, want := ids(x.Search(t.Context(), q, 9)), "h.1 r.2 r.1 s.1"; got != want {
		t.Errorf("Search in scope %q = %s, want %s", q.Scope, got, want)
	}
}

func TestFilters(t *testing.T) {
	named := func(id, publisher, rating, industry, published string) retrieval.Entry {
		return with(doc(id, "", "产能"), func(r *report.Report) {
			r.Publisher, r.Rating, r.Industry, r.Published = publisher, rating, industry, published
		})
	}
	x := loaded(t,
		named("a", "青岚证券", "买入", "电力设备", "2024-03-01"),
		named("b", "白石证券", "Overweight", "电力设备", "2024-03-05"),
		named("c", "", "", "", ""),
	)
	day := func(d int) time.Time { return time.Date(2024, 3, d, 15, 0, 0, 0, time.UTC) }
	for _, row := range []struct {
		name string
		q    retrieval.Query
		want string
	}{
		{"none", retrieval.Query{}, "a.1 b.1 c.1"},
		{"publisher", retrieval.Query{Publishers: []string{"青岚证券"}}, "a.1"},
		{"publishers", retrieval.Query{Publishers: []string{"白石证券", "青岚证券"}}, "a.1 b.1"},
		{"rating folds", retrieval.Query{Ratings: []string{"OVERWEIGHT"}}, "b.1"},
		{"industry and publisher", retrieval.Query{Industries: []string{"电力设备"}, Publishers: []string{"白石证券"}}, "b.1"},
		{"since that day", retrieval.Query{Since: day(5)}, "b.1"},
		{"until that day", retrieval.Query{Until: day(1)}, "a.1"},
		{"between", retrieval.Query{Since: day(2), Until: day(4)}, ""},
	} {
		row.q.Text, row.q.Scope = "产能", scopeA
		if got := ids(x.Search(t.Context(), row.q, 9)); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

func TestLimitAndTies(t *testing.T) {
	var entries []retrieval.Entry
	for i := range 40 {
		entries = append(entries, doc(fmt.Sprintf("%02d", (i*17)%40), "", "产能"))
	}
	x := loaded(t, entries...)
	q := retrieval.Query{Text: "产能", Scope: scopeA}
	if got, want := ids(x.Search(t.Context(), q, 5)), "00.1 01.1 02.1 03.1 04.1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for limit, want := range map[int]int{-1: 0, 0: 0, 1: 1, 40: 40, 99: 40} {
		if got := x.Search(t.Context(), q, limit); len(got) != want {
			t.Errorf("limit %d: got %d hits, want %d", limit, len(got), want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := x.Search(ctx, q, 5); got != nil {
		t.Errorf("with a cancelled context: got %s, want nil", ids(got))
	}
	q.Text = "无"
	if got := x.Search(t.Context(), q, 5); len(got) != 0 {
		t.Errorf("Search(%q) = %s, want nothing", q.Text, ids(got))
	}
}

// TestHistory does many random changes and compares with an index that was
// only ever given what is left: same hits, same scores to the last bit.
func TestHistory(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	words := strings.Fields("光伏 锂电 产能 毛利 现金流 2024年 3.2亿 capex 投产 出口 装机 关税")
	write := func() string {
		var b strings.Builder
		for range 1 + rng.IntN(12) {
			b.WriteString(words[rng.IntN(len(words))])
		}
		return b.String()
	}
	x, left := New(), make(map[string]retrieval.Entry)
	for step := range 600 {
		id := fmt.Sprint(rng.IntN(30))
		if rng.IntN(4) == 0 {
			x.Remove(id)
			delete(left, id)
		} else {
			var texts []string
			for range rng.IntN(6) {
				texts = append(texts, write())
			}
			e := with(doc(id, write(), texts...), func(r *report.Report) {
				r.Collection = []string{"a", "b"}[rng.IntN(2)]
				r.Securities = []report.Security{{Name: words[rng.IntN(3)]}}
			})
			x.Replace(e)
			left[id] = e
		}
		if step%20 != 0 {
			continue
		}
		fresh, passages := New(), 0
		for _, e := range left {
			fresh.Replace(e)
			passages += len(e.Passages)
		}
		q := retrieval.Query{Text: write(), Scope: retrieval.Scope{"b", "a"}, Securities: []string{"光伏"}, Prior: []string{id}}
		if diff := cmp.Diff(x.Search(t.Context(), q, 50), fresh.Search(t.Context(), q, 50)); diff != "" {
			t.Fatalf("step %d, Search(%q), got (-) want (+):\n%s", step, q.Text, diff)
		}
		if x.Len() != passages {
			t.Fatalf("step %d: Len() = %d, want %d", step, x.Len(), passages)
		}
		for name, s := range x.shards {
			if s.deadShare() > maxDead {
				t.Fatalf("step %d: %.0f %% of %s is dead", step, 100*s.deadShare(), name)
			}
		}
	}
}

func TestReplaceMovesCollection(t *testing.T) {
	x := loaded(t, doc("r", "", "产能"))
	x.Replace(with(doc("r", "", "产能"), func(r *report.Report) { r.Collection = "b" }))
	x.Remove("unknown")
	for scope, want := range map[string]string{"a": "", "b": "r.1"} {
		if got := ids(x.Search(t.Context(), retrieval.Query{Text: "产能", Scope: retrieval.Scope{scope}}, 9)); got != want {
			t.Errorf("in %s: got %q, want %q", scope, got, want)
		}
	}
}

// TestReadersSeeWhole searches while a report is replaced back and forth:
// every answer is of one version.
func TestReadersSeeWhole(t *testing.T) {
	versions := []retrieval.Entry{doc("r", "", "产能甲", "产能甲"), doc("r", "", "产能乙", "产能乙", "产能乙")}
	x := loaded(t, versions[0], doc("s", "", "无关"))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 400 {
			x.Replace(versions[i%2])
		}
	}()
	defer func() { <-done }()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		q := retrieval.Query{Text: "产能 甲 乙", Scope: scopeA}
		switch hits := x.Search(t.Context(), q, 9); {
		case len(hits) < 2, len(hits) > 3, hits[0].ReportID != "r":
			t.Fatalf("got %v, want a whole version", hits)
		}
		if n := x.Len(); n != 3 && n != 4 {
			t.Fatalf("Len() = %d, want 3 or 4", n)
		}
	}
}

func TestLoadStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	x := New()
	if err := x.Load(ctx, []retrieval.Entry{doc("a", "", "产能"), doc("b", "", "产能")}); err == nil {
		t.Error("Load with a cancelled context: got no error")
	}
}
